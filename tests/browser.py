"""A headless Chromium for tests, over its DevTools protocol. It can reach no host: every name is unknown to it."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pytest
from websockets.sync.client import connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

FLAGS = """--headless --no-sandbox --hide-scrollbars --disable-gpu --disable-quic --no-first-run
 --disable-background-networking --disable-component-update --disable-sync --remote-debugging-port=0""".split()
LOUD = {"error", "warning", "assert"}


class Page:
    """A tab: what it complained about is in `complaints`, what it would have had a person click away in `dialogs`."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self.dialogs: list[str] = []
        self.loaded = False
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.pages[self.session] = self
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the answer to a command of the protocol."""
        return self.browser.call(method, self.session, **params)

    def take(self, event: str, params: Mapping[str, Any]) -> None:
        """Note what the browser tells of this tab."""
        if event == "Page.loadEventFired":
            self.loaded = True
        elif event == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"]["text"])
        elif event == "Runtime.consoleAPICalled" and params["type"] in LOUD:
            self.complaints.append(str(params["args"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] in LOUD:
            self.complaints.append(params["entry"]["text"])

    def goto(self, url: str) -> Self:
        """Load a page and wait until it is there, or until a dialog stops it."""
        self.loaded = False
        self.call("Page.navigate", url=url)
        while not (self.loaded or self.dialogs):
            self.browser.listen()
        return self

    def look(self, *, width: int = 1100, dark: bool = False, media: str = "") -> Self:
        """Show the page as on a screen of `width`, in a colour scheme, or as for paper (`media="print"`)."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        return self

    def run(self, script: str) -> Any:
        """Return what a script, or its promise, comes to."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def picture(self) -> bytes:
        """Return the whole page as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def pdf(self) -> bytes:
        """Return the page as it is printed on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True, "preferCSSPageSize": True}
        return base64.b64decode(self.call("Page.printToPDF", **paper)["data"])


class Browser:
    """A Chromium that runs while the `with` block does."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sent, self.answers = folder, 0, dict[int, dict[str, Any]]()
        self.pages: dict[str, Page] = {}
        log, profile = folder / "net.json", folder / "profile"
        flags = (*FLAGS, f"--log-net-log={log}", f"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND")
        null = subprocess.DEVNULL
        self.process = subprocess.Popen([CHROMIUM or "", *flags, "about:blank"], stdin=null, stdout=null, stderr=null)
        found = profile / "DevToolsActivePort"
        end = time.monotonic() + 30
        while not (found.is_file() and found.read_text().count("\n")):
            assert self.process.poll() is None and time.monotonic() < end, "Chromium did not start"
            time.sleep(0.02)
        port, path = found.read_text().split("\n")[:2]
        self.open_things = ExitStack()
        line = connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None, proxy=None)
        self.line = self.open_things.enter_context(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.call("Browser.close")
        self.open_things.close()
        self.process.wait(30)

    def open(self, url: str) -> Page:
        """Return a new tab that shows `url`."""
        return Page(self).goto(url)

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Return the answer to a command of the protocol."""
        self.sent += 1
        number = self.sent
        message = {"id": number, "method": method, "params": params, **({"sessionId": session} if session else {})}
        self.line.send(json.dumps(message))
        while number not in self.answers:
            self.listen()
        answer = self.answers.pop(number)
        assert "error" not in answer, (method, answer["error"])
        return dict(answer["result"])

    def listen(self) -> None:
        """Take in the next message."""
        message = json.loads(self.line.recv(timeout=60))
        if "id" in message:
            self.answers[message["id"]] = message
        elif message.get("sessionId") in self.pages:
            self.pages[message["sessionId"]].take(message["method"], message["params"])

    def requests(self) -> list[str]:
        """Return, once the browser is closed, which origins asked for something over a network."""
        asked = re.findall(r'"initiator":"([^"]*)"', (self.folder / "net.json").read_text("utf-8", "replace"))
        return [initiator for initiator in asked if initiator != "not an origin"]

"""A real server on loopback that answers in the wire format of chat completions, and goes wrong on demand."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answering = Callable[[dict[str, Any]], str]
"""From the body of a request to the content of the answer."""

FAULTS = ("drop", "delay", "cut", "short", "429", "500", "503", "wrong", "garbage", "refusal", "truncated", "filtered")


FORWARDED = "x-forwarded-by-the-test"
"""A header by which a recorder knows a request that is not the one under test."""


class Faulty(ThreadingHTTPServer):
    """Answers with `answering`, or hands on to `forward`; `fault` says of each request what goes wrong, if anything.

    `served` counts what was done.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self, fault: Callable[[dict[str, Any]], str | None], answering: Answering | None, forward: str | None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fault, self.answering, self.forward = fault, answering, forward
        self.served: Counter[str] = Counter()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a client has gone away: that is what is tried here."""


@contextmanager
def serving(
    fault: Callable[[dict[str, Any]], str | None],
    answering: Answering | None = None,
    *,
    forward: str | None = None,
) -> Iterator[Faulty]:
    server = Faulty(fault, answering, forward)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(content: str | None, finish: str = "stop", refusal: str | None = None) -> dict[str, Any]:
    """Return a chat completion."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "faulty",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Faulty

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        body = json.loads(raw)
        with self.server.lock:
            fault = self.server.fault(body)
            self.server.served[fault or "ok"] += 1
        if fault == "drop":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        if fault == "delay":
            time.sleep(1.0)
        self._answer(fault, body, raw)

    def _answer(self, fault: str | None, body: dict[str, Any], raw: bytes) -> None:
        if fault in ("429", "500", "503"):
            self._send(int(fault), json.dumps({"error": {"message": "not now", "type": "server_error"}}).encode())
        elif fault == "refusal":
            self._json(completion(None, refusal="I'm sorry, I can't help with that."))
        elif fault == "wrong":
            self._json({"hello": "world"})
        elif fault == "garbage":
            self._json(completion("As a language model I would say: {readings: maybe}"))
        elif fault == "filtered":
            self._json(completion("", "content_filter"))
        else:
            answer = self._good(body, raw)
            if fault == "truncated":
                content = str(answer["choices"][0]["message"]["content"])
                answer = completion(content[:40], "length")
            text = json.dumps(answer).encode()
            self._send(200, text[: len(text) // 2] if fault in ("cut", "short") else text, missing=fault == "short")

    def _good(self, body: dict[str, Any], raw: bytes) -> dict[str, Any]:
        if self.server.answering is not None:
            return completion(self.server.answering(body))
        head = {"content-type": "application/json", FORWARDED: "1"}
        asked = urllib.request.Request(f"{self.server.forward}/chat/completions", raw, head)
        with urllib.request.urlopen(asked) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def _json(self, tree: dict[str, Any]) -> None:
        self._send(200, json.dumps(tree).encode())

    def _send(self, status: int, text: bytes, *, missing: bool = False) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text) * (2 if missing else 1)))
        if status != 200:
            self.send_header("retry-after-ms", "2")
        self.end_headers()
        self.wfile.write(text)
        if missing:
            self.close_connection = True

"""Work that takes a while: done beside the terminal, with the running step named, and stopped by Ctrl-C."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from langchain_core.callbacks import BaseCallbackHandler
from rich.console import Console

STEPS = {
    "search": "searching the documents",
    "read": "reading the passages",
    "ground": "finding each quote in its document",
    "trace": "tracing who said it first",
    "decide": "applying the rule",
}
"""What to say while a step of the chain runs, by the name of the step."""

T = TypeVar("T")


class Stopped(Exception):  # noqa: N818  (nothing went wrong)
    """The work was asked to stop."""


class Progress(BaseCallbackHandler):
    """Follows a chain by its callbacks: `step` is the one that runs. After `stop` the next step does not start."""

    raise_error = True
    run_inline = True

    def __init__(self) -> None:
        self.step = "starting"
        self._stop = threading.Event()

    def stop(self) -> None:
        """Let the work end at the next step; what a model is doing meanwhile comes to nothing."""
        self._stop.set()

    def on_chain_start(self, serialized: Any, inputs: Any, *, name: str | None = None, **_: Any) -> None:
        """Note the step; raise `Stopped` where the work is to stop."""
        if self._stop.is_set():
            raise Stopped
        self.step = STEPS.get(name or "", self.step)


class _Task(threading.Thread, Generic[T]):
    def __init__(self, work: Callable[[Progress], T], progress: Progress) -> None:
        super().__init__(daemon=True, name="triage-check")
        self._work, self._progress = work, progress
        self.result: T | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self._work(self._progress)
        except BaseException as error:
            self.error = error


class Workers:
    """Runs one piece of work at a time and remembers those that were left behind."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._left: list[threading.Thread] = []

    @property
    def under_way(self) -> int:
        """Return how many stopped pieces of work still wait, for a model that does not answer."""
        self._left = [task for task in self._left if task.is_alive()]
        return len(self._left)

    def run(self, work: Callable[[Progress], T]) -> T:
        """Do some work with a spinner that says which step runs.

        Raises:
            KeyboardInterrupt: the user stopped it; it ends at its next step.
            Exception: what the work raised.
        """
        progress = Progress()
        task = _Task(work, progress)
        began = time.monotonic()
        task.start()
        try:
            with self._console.status(progress.step) as status:
                while task.is_alive():
                    task.join(0.1)
                    waited = int(time.monotonic() - began)
                    status.update(f"{progress.step}{f' ({waited} s)' if waited else ''}")
        except KeyboardInterrupt:
            progress.stop()
            self._left.append(task)
            raise
        if task.error is not None:
            raise task.error
        return task.result  # type: ignore[return-value]  # set, where there is no error

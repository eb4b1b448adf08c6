"""What a session knows and does with a line, apart from how the line was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.text import Text

from triage.errors import ModelError, TriageError
from triage.repl.work import Progress, Workers
from triage.report.terminal import render
from triage.report.timeline import timeline
from triage.schema import Claim, Document, Trail, Verdict

if TYPE_CHECKING:
    from triage.chain import Triage


class Quit(Exception):  # noqa: N818  (nothing went wrong)
    """The session is over."""


class Session:
    """One person's questions to one set of documents.

    Args:
        triage: what checks claims.
        console: where answers go.
        open_corpus: opens other documents by their path, with the settings of this session.
    """

    def __init__(self, triage: Triage, console: Console, *, open_corpus: Callable[[str], Triage] | None = None) -> None:
        self.triage = triage
        self.console = console
        self.open_corpus = open_corpus
        self.as_of: str | None = None
        self.include_undated = False
        self.trail: Trail | None = None
        self.workers = Workers(console)

    @property
    def verdict(self) -> Verdict:
        """Return the last verdict.

        Raises:
            TriageError: there is none yet.
        """
        if self.trail is None:
            raise TriageError("there is no verdict yet: type a claim first")
        return self.trail["verdict"]

    def handle(self, line: str) -> bool:
        """Do what a line asks, print the answer, and return whether the session goes on.

        Whatever goes wrong is said, and leaves the session as it was.
        """
        try:
            self.show(self.answer(line))
        except Quit:
            return False
        except KeyboardInterrupt:
            self.say("stopped", "yellow")
        except ModelError as error:
            self.say(f"the model failed: {error}", "red")
        except TriageError as error:
            self.say(str(error), "red")
        except Exception as error:  # a model's client has errors of its own, and none may end the session
            self.say(f"{type(error).__name__}: {error}", "red")
        return True

    def answer(self, line: str) -> RenderableType | None:
        """Return the answer to a line: a command where it begins with a colon, else a claim."""
        from triage.repl.commands import obey

        line = " ".join(line.split())
        if not line:
            return None
        return obey(self, line) if line.startswith(":") else self.check(line)

    def check(self, claim: str | Claim) -> RenderableType:
        """Check a claim and remember the way to its verdict."""
        self.trail = self.workers.run(lambda progress: self.invoke(claim, self.as_of, progress))
        return render(self.verdict)

    def again(self) -> RenderableType | None:
        """Check the last claim again, where there is one."""
        return self.check(self.verdict.claim) if self.trail is not None else None

    def timeline(self) -> list[tuple[date, Verdict]]:
        """Return the last verdict as of each day of its evidence."""
        now = self.verdict
        return self.workers.run(lambda progress: timeline(_Dated(self, progress), now.claim, now=now))

    def show(self, answer: RenderableType | None) -> None:
        """Print an answer."""
        if answer is not None:
            self.console.print(answer)

    def say(self, message: str, style: str = "") -> None:
        """Print a line of the session's own."""
        self.console.print(Text(message, style=style))

    def invoke(self, claim: str | Claim, as_of: str | None, progress: Progress) -> Trail:
        """Run the chain, its steps followed by `progress`."""
        ask: dict[str, Any] = {"claim": claim, "as_of": as_of, "include_undated": self.include_undated}
        return self.triage.chain.invoke(ask, {"callbacks": [progress]})


class _Dated:
    """Checks with the knowledge of a day, for `timeline`."""

    def __init__(self, session: Session, progress: Progress) -> None:
        self._session, self._progress = session, progress

    def check(self, claim: str | Claim, *, as_of: str | None = None) -> Verdict:
        return self._session.invoke(claim, as_of, self._progress)["verdict"]

    def document(self, doc_id: str) -> Document:
        return self._session.triage.document(doc_id)

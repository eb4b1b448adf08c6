"""A helper to talk to: type a claim, get the verdict, ask how it came about.

In a terminal `triage repl`; in ipython or a notebook::

    from triage.repl import start
    start("corpus/belarus-2022")
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from triage.chain import Triage
    from triage.repl.session import Session

__all__ = ["start"]


def start(
    corpus: str | Path | None = None,
    *,
    triage: Triage | None = None,
    as_of: str | None = None,
    console: Console | None = None,
    **settings: Any,
) -> int:
    """Talk until the user ends it; return how many stopped checks still wait for a model.

    In a terminal there are history, completion and pasting of many lines; elsewhere (a notebook, a pipe) lines are
    read as they come.

    Args:
        corpus: a folder or file of documents; by default the demonstration corpus.
        triage: what checks claims, instead of `corpus`.
        as_of: begin with what was known that day.
        console: where answers go.
        settings: reader, embedder and the other settings of `triage.load`.

    Raises:
        TriageError: the documents cannot be opened.
    """
    from triage.repl.session import Session

    console = console or Console()

    def opened(path: str) -> Triage:
        import triage as package

        return package.load(path, progress=console.is_terminal, **settings)

    if triage is None:
        from triage.settings import data_path

        triage = opened(str(corpus or data_path("corpus")))
    session = Session(triage, console, open_corpus=opened)
    session.as_of = as_of
    _greet(session)
    if sys.stdin.isatty() and sys.stdout.isatty() and not _in_a_loop():
        from triage.repl.lines import talk

        talk(session)
    else:
        _listen(session)
    return session.workers.under_way


def _greet(session: Session) -> None:
    index = session.triage.index
    session.say(f"{len(index)} documents, reader {session.triage.reader.name}. Type a claim, or :help.", "dim")


def _listen(session: Session) -> None:
    going = True
    while going:
        try:
            going = session.handle(input("triage> " if _in_a_loop() else ""))
        except EOFError:
            return


def _in_a_loop() -> bool:
    """Say whether an event loop runs, as in a notebook: a prompt of its own cannot run there."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

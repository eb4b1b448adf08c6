"""How lines are typed in a terminal: history, completion, pasting of many lines."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from triage import prompts
from triage.repl.commands import COMMANDS
from triage.repl.session import Session
from triage.summary import ordered


def talk(session: Session) -> None:
    """Read lines from the terminal and answer them until the user ends it."""
    asking: PromptSession[str] = PromptSession(
        history=_history(session),
        completer=Completions(session),
        complete_while_typing=False,
        auto_suggest=AutoSuggestFromHistory(),
        key_bindings=_keys(),
        multiline=True,
        prompt_continuation="      … ",
    )
    going = True
    while going:
        try:
            line = asking.prompt(f"triage{f' as of {session.as_of}' if session.as_of else ''}> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        going = session.handle(line)


def _history(session: Session) -> History:
    path = session.triage.settings.cache_dir / "history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)


def _keys() -> KeyBindings:
    """Enter sends, Alt-Enter breaks the line; a paste keeps its lines until Enter."""
    keys = KeyBindings()

    @keys.add("enter")
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _break(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


class Completions(Completer):
    """Completes the names of commands and what can follow them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield what the text before the cursor can become."""
        text = document.text_before_cursor
        if not text.startswith(":"):
            return
        name, space, argument = text[1:].partition(" ")
        if not space:
            for known in COMMANDS.values():
                if known.name.startswith(name):
                    yield Completion(known.name, -len(name), display_meta=known.help)
        elif name in ("save", "corpus"):
            yield from self._paths.get_completions(Document(argument), complete_event)
        else:
            for word in self._arguments(name):
                if word.startswith(argument):
                    yield Completion(word, -len(argument))

    def _arguments(self, name: str) -> list[str]:
        items = ordered(self._session.verdict) if self._session.trail else []
        if name == "show":
            return [str(number) for number in range(1, len(items) + 1)]
        if name == "as-of":
            return ["now", *sorted({item.document.published for item in items if item.document.published})]
        if name == "reader":
            return ["local", "chat:", "decisions:"]
        return prompts.ids() if name == "prompt" else []

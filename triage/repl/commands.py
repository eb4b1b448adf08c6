"""The commands of a session: what begins with a colon."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from triage import export, prompts
from triage.errors import TriageError
from triage.repl import views
from triage.repl.session import Quit, Session
from triage.report.page import page
from triage.schema import DocumentRef, PartialDate, last_day
from triage.summary import ordered, publishers

Answer = RenderableType | None

SAVED = {
    ".html": "the page",
    ".json": "the verdict",
    ".jsonl": "the verdict, as a line",
    ".jsonld": "schema.org ClaimReview",
    ".csv": "a row for a spreadsheet",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A command: how it is written, what it is for, and what it does with its argument."""

    name: str
    argument: str
    help: str
    run: Callable[[Session, str], Answer]


COMMANDS: dict[str, Command] = {}


def command(name: str, argument: str, help_: str) -> Callable[[Callable[[Session, str], Answer]], object]:
    """Enter a function as a command."""

    def enter(run: Callable[[Session, str], Answer]) -> object:
        COMMANDS[name] = Command(name, argument, help_, run)
        return run

    return enter


def obey(session: Session, line: str) -> Answer:
    """Do what a line that begins with a colon asks.

    Raises:
        TriageError: there is no such command (the message names the nearest), or its argument cannot be used.
    """
    name, _, argument = line[1:].strip().partition(" ")
    if name not in COMMANDS:
        begun = [known for known in COMMANDS if name and known.startswith(name)]
        near = begun or difflib.get_close_matches(name.lower(), COMMANDS, n=1, cutoff=0.5)
        if len(begun) != 1:
            hint = f"did you mean :{near[0]}? " if near else ""
            raise TriageError(f"there is no command :{name}. {hint}:help lists them all")
        name = begun[0]
    return COMMANDS[name].run(session, argument.strip())


@command("show", "N", "passage N in its document, the quote marked")
def _show(session: Session, argument: str) -> Answer:
    items = ordered(session.verdict)
    if not items:
        raise TriageError("the verdict cites no passage")
    if not argument.isdecimal() or not 1 <= int(argument) <= len(items):
        raise TriageError(f"give the number of a passage, 1 to {len(items)}: `:show 1`")
    item = items[int(argument) - 1]
    return views.passage(item, session.triage.document(item.document.doc_id), session.console)


@command("origins", "", "who said it first, who repeats it, and why they count as one")
def _origins(session: Session, _: str) -> Answer:
    return views.origins(session.verdict, _refs(session))


@command("why", "", "the reasons for the verdict, and what would change it")
def _why(session: Session, _: str) -> Answer:
    return views.why(session.verdict)


@command("trail", "", "every passage that was read, and what became of it")
def _trail(session: Session, _: str) -> Answer:
    session.verdict  # noqa: B018  (says where there is none)
    return views.trail(session.trail or {})


@command(
    "as-of", "DAY [undated]", "check with what was known that day (`now` for all); `undated`: with undated documents"
)
def _as_of(session: Session, argument: str) -> Answer:
    words = argument.split()
    undated = "undated" in words
    words = [word for word in words if word != "undated"]
    if not argument:
        session.say(f"as of {session.as_of}" if session.as_of else "as of now, with every document")
        return None
    if len(words) != 1:
        raise TriageError("give a day (2022-03-10), a month (2022-03) or `now`")
    session.as_of = None if words[0] == "now" else _day(words[0])
    session.include_undated = undated
    session.say(f"from now on as of {session.as_of or 'now'}")
    return session.again()


@command("timeline", "", "the verdict over time, with what changed it")
def _timeline(session: Session, _: str) -> Answer:
    return views.timeline(session.timeline(), session.verdict)


@command("prompt", "[ID]", "the prompt that a chat reader uses, or another from now on")
def _prompt(session: Session, argument: str) -> Answer:
    if argument:
        prompts.get(argument)
        session.triage = session.triage.with_prompt(argument)
        session.say(f"prompt {argument} from now on")
        return None
    chosen = session.triage.settings.prompt
    session.say(f"prompt {chosen}; there are: {', '.join(prompts.ids())}")
    if not session.triage.reader.name.startswith(("chat", "decisions", "one-shot")):
        session.say(f"The reader {session.triage.reader.name} uses none.", "dim")
        return None
    used = prompts.get(chosen)
    return Text(f"\n{used.system}\n\n{used.user}")


@command("reader", "[NAME]", "the reader, or another from now on: local, chat:MODEL, decisions:MODEL")
def _reader(session: Session, argument: str) -> Answer:
    if argument:
        session.triage = session.triage.with_reader(argument)
    session.say(f"reader {session.triage.reader.name}")
    return None


@command("corpus", "[PATH]", "the documents, or others from now on")
def _corpus(session: Session, argument: str) -> Answer:
    if argument and session.open_corpus is None:
        raise TriageError("this session was given its documents and cannot open others")
    if argument and session.open_corpus is not None:
        opened = session.open_corpus(argument)
        session.triage.close()
        session.triage, session.trail = opened, None
    index = session.triage.index
    session.say(f"{len(index)} documents, embedder {index.embedder}: {index.path}")
    for problem in session.triage.problems:
        session.say(f"passed over: {problem}", "yellow")
    return None


@command("save", "FILE", f"the verdict as a file: {', '.join(SAVED)}")
def _save(session: Session, argument: str) -> Answer:
    verdict, path = session.verdict, Path(argument).expanduser()
    if path.suffix not in SAVED:
        raise TriageError(f"give a file that ends in {', '.join(SAVED)}: `:save verdict.html`")
    if path.exists():
        raise TriageError(f"{path} is there already: give another name")
    if path.suffix == ".html":
        text = page(verdict, document=session.triage.document, timeline=session.timeline())
    elif path.suffix == ".json":
        text = verdict.model_dump_json(indent=2) + "\n"
    else:
        text = export.write([verdict], {".jsonl": "jsonl", ".jsonld": "claimreview", ".csv": "csv"}[path.suffix])
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise TriageError(f"cannot write {path}: {error.strerror}") from error
    session.say(f"saved {SAVED[path.suffix]}: {path}")
    return None


@command("help", "", "this list")
def _help(_: Session, __: str) -> Answer:
    table = Table.grid(padding=(0, 2))
    table.add_row("a claim", Text("is checked; paste as many lines as you like, Alt-Enter breaks a line"))
    for known in COMMANDS.values():
        table.add_row(Text(f":{known.name} {known.argument}".strip(), style="bold"), Text(known.help))
    table.add_row("Ctrl-C", Text("stops a check, not the session"))
    return table


@command("quit", "", "end the session; Ctrl-D does as well")
def _quit(_: Session, __: str) -> Answer:
    raise Quit


def _refs(session: Session) -> dict[str, DocumentRef]:
    """Return what is known of the documents of a verdict, those on the way to an origin among them."""
    fields = set(DocumentRef.model_fields)
    documents = (session.triage.document(doc_id) for doc_id in publishers(session.verdict))
    return {d.doc_id: DocumentRef(**d.model_dump(include=fields)) for d in documents}


def _day(text: str) -> str:
    try:
        last_day(TypeAdapter(PartialDate).validate_python(text))
    except (ValidationError, ValueError) as error:
        raise TriageError(f"{text!r} is no day: give one as 2022-03-10, or a month as 2022-03") from error
    return text

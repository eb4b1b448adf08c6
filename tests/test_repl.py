from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document as Typed
from rich.console import Console

from tests.gold_triage import BREAKS, CLAIM, FAILS, HANGS, gold_triage
from tests.test_page import Outline
from triage import export
from triage.repl import start
from triage.repl.commands import COMMANDS
from triage.repl.lines import Completions
from triage.repl.session import Session
from triage.repl.work import Progress, Stopped, Workers

ROOT = Path(__file__).resolve().parent.parent


class Talk:
    """A session whose answers are read back as text."""

    def __init__(self, folder: Path) -> None:
        self.out = io.StringIO()
        console = Console(file=self.out, width=200)
        self.session = Session(gold_triage(folder), console, open_corpus=lambda path: gold_triage(Path(path)))

    def __call__(self, line: str) -> str:
        self.out.seek(0)
        self.out.truncate()
        assert self.session.handle(line)
        return " ".join(self.out.getvalue().split())


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def test_a_claim_gets_the_verdict_as_check_prints_it(talk: Talk) -> None:
    assert "CORROBORATED: 2 independent origins support the claim" in talk(CLAIM)
    assert talk("   ") == ""


def test_a_pasted_claim_of_many_lines_is_one_claim(talk: Talk) -> None:
    assert "CORROBORATED" in talk(CLAIM.replace(" ", "\n  "))


def test_show_marks_the_quote_in_its_document(talk: Talk) -> None:
    talk(CLAIM)
    said = talk(":show 2")
    assert '»"I put my tape along it twice and got fourteen metres both times," he said.«' in said
    assert "You could lay a pencil in it." in said and "Orvel Wire" in said


@pytest.mark.parametrize("argument", ["", "0", "99", "x", "-1", "1 2", "²"])
def test_show_says_which_numbers_there_are(talk: Talk, argument: str) -> None:
    talk(CLAIM)
    assert "give the number of a passage, 1 to 13: `:show 1`" in talk(f":show {argument}")


def test_origins_shows_who_repeats_whom(talk: Talk) -> None:
    talk(CLAIM)
    said = talk(":origins")
    assert "For: Harro Lindqvast (person)" in said
    assert "Brunnick Ledger · 2031-04-12 · reprints it" in said
    assert "replaced by its later word, not counted" in said


def test_why_and_trail(talk: Talk) -> None:
    talk(CLAIM)
    why = talk(":why")
    assert "At least two origins known to be independent" in why and "What would change it: One origin" in why
    trail = talk(":trail")
    assert "dam-crack/orvel-wire-0412:" in trail and "supports 90%" in trail and "put aside" in trail


def test_as_of_checks_again_and_timeline_says_what_changed(talk: Talk) -> None:
    talk(CLAIM)
    assert "SINGLE SOURCE" in talk(":as-of 2031-04-12")
    assert "as of 2031-04-12" in talk(":as-of")
    assert "CORROBORATED" in talk(":as-of now")
    said = talk(":timeline")
    assert "2031-04-12 Single source 1 for, 0 against" in said
    assert "2031-04-13 Disputed" in said
    assert "The defect measures 4.2 metres." in said
    assert said.endswith("now Corroborated 2 for, 0 against")


@pytest.mark.parametrize("day", ["yesterday", "2031-02-31", "2031-13", "2031-04-12 2031-04-13"])
def test_a_bad_day_says_how_to_give_one(talk: Talk, day: str) -> None:
    assert "2022-03-10" in talk(f":as-of {day}")
    assert talk.session.as_of is None


def test_prompt_reader_and_corpus_show_and_change(talk: Talk, tmp_path: Path) -> None:
    assert "prompt reading/v1" in talk(":prompt") and "uses none" in talk(":prompt")
    assert "reader chat:fake" in talk(":reader chat:fake")
    assert "passages" in talk(":prompt")
    assert "prompt reading/v2 from now on" in talk(":prompt reading/v2")
    assert talk.session.triage.settings.prompt == "reading/v2"
    assert "there is no such prompt" in talk(":prompt reading/v99")
    assert "there is no reader 'telepathy'" in talk(":reader telepathy")
    assert "reader chat:fake" in talk(":reader")
    talk(CLAIM)
    assert "documents, embedder none: gold" in talk(f":corpus {tmp_path}")
    assert "there is no verdict yet" in talk(":why")


@pytest.mark.parametrize("suffix", [".html", ".json", ".jsonl", ".jsonld", ".csv"])
def test_save_writes_what_its_ending_says(talk: Talk, tmp_path: Path, suffix: str) -> None:
    talk(CLAIM)
    file = tmp_path / f"verdict{suffix}"
    assert "saved" in talk(f":save {file}")
    text = file.read_text("utf-8")
    if suffix == ".html":
        assert "Over time" in Outline(text).text
    elif suffix == ".csv":
        assert text.startswith("claim_id,")
    elif suffix == ".jsonl":
        assert export.read(text.splitlines())[0] == [talk.session.verdict]
    else:
        assert json.loads(text)
    assert "is there already" in talk(f":save {file}")


def test_save_says_what_it_cannot_write(talk: Talk, tmp_path: Path) -> None:
    assert "type a claim first" in talk(":save x.html")
    talk(CLAIM)
    assert "ends in .html, .json" in talk(":save verdict.pdf")
    assert "ends in .html, .json" in talk(":save")
    assert "cannot write" in talk(f":save {tmp_path}/nowhere/v.json")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(":shwo 1", "show"), (":timelin", ""), (":orgins", "origins"), (":asof", "as-of"), (":s", "show")],
)
def test_a_wrong_command_helps(talk: Talk, typed: str, meant: str) -> None:
    said = talk(typed)
    if meant:
        assert f"did you mean :{meant}?" in said and ":help lists them all" in said
    else:
        assert "there is no verdict yet" in said


def test_help_lists_every_command(talk: Talk) -> None:
    said = talk(":help")
    assert all(f":{name}" in said for name in COMMANDS)
    assert ":help lists them all" in talk(":")
    assert not talk.session.handle(":quit")


@pytest.mark.parametrize("name", ["show 1", "origins", "why", "trail", "timeline", "save x.html"])
def test_before_the_first_claim_a_command_says_what_to_do(talk: Talk, name: str) -> None:
    assert "there is no verdict yet: type a claim first" in talk(f":{name}")


def test_a_failing_model_leaves_the_session_alive(talk: Talk) -> None:
    talk(CLAIM)
    assert "the model failed: cannot reach http://127.0.0.1:9" in talk(FAILS)
    assert "RuntimeError: an error that no one foresaw" in talk(BREAKS)
    assert talk.session.verdict.claim.text == CLAIM
    assert "CORROBORATED" in talk(CLAIM)


def test_a_stopped_check_does_not_start_its_next_step() -> None:
    progress = Progress()
    progress.on_chain_start({}, {}, name="read")
    assert progress.step == "reading the passages"
    progress.stop()
    with pytest.raises(Stopped):
        progress.on_chain_start({}, {}, name="trace")


def test_work_that_fails_raises_what_it_raised() -> None:
    workers = Workers(Console(file=io.StringIO()))
    assert workers.run(lambda progress: 7) == 7
    with pytest.raises(ZeroDivisionError):
        workers.run(lambda progress: 1 // 0)
    assert workers.under_way == 0


def completed(session: Session, text: str) -> list[str]:
    return [c.text for c in Completions(session).get_completions(Typed(text), CompleteEvent())]


def test_completion_knows_commands_and_what_follows_them(talk: Talk, tmp_path: Path) -> None:
    assert completed(talk.session, ":t") == ["trail", "timeline"]
    assert completed(talk.session, "The ") == []
    assert completed(talk.session, ":show ") == []
    talk(CLAIM)
    assert completed(talk.session, ":show 1") == ["1", "10", "11", "12", "13"]
    assert "2031-04-13" in completed(talk.session, ":as-of ")
    assert "reading/v1" in completed(talk.session, ":prompt reading")
    assert completed(talk.session, ":reader c") == ["chat:"]
    (tmp_path / "folder").mkdir()
    assert completed(talk.session, f":corpus {tmp_path}/fol") == ["der"]


def test_lines_from_a_pipe_are_read_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CLAIM}\n:nonsense\n:why\n"))
    out = io.StringIO()
    assert start(triage=gold_triage(tmp_path), console=Console(file=out, width=200)) == 0
    said = out.getvalue()
    assert "CORROBORATED" in said and "no command :nonsense" in said and "What would change it" in said


async def test_in_a_notebook_it_asks_as_notebooks_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, asked = iter([CLAIM, ":why", ":quit"]), list[str]()

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return next(lines)

    monkeypatch.setattr("builtins.input", typed)
    out = io.StringIO()
    assert start(triage=gold_triage(tmp_path), console=Console(file=out, width=200)) == 0
    assert asked == ["triage> "] * 3
    assert "CORROBORATED" in out.getvalue() and "What would change it" in out.getvalue()


def _on_its_own_terminal() -> None:
    """Take the terminal, and Ctrl-C as under a person's shell: a runner in the background has it ignored."""
    os.close(os.open(os.ttyname(0), os.O_RDWR))
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A session in a pseudo-terminal."""

    def __init__(self, folder: Path) -> None:
        self.master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40", "PROMPT_TOOLKIT_NO_CPR": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.gold_triage", str(folder)],
            stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environment, start_new_session=True,
            preexec_fn=_on_its_own_terminal,
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def until(self, wanted: str, seconds: float = 60) -> str:
        """Return what was printed up to some words, which are taken as read."""
        end = time.monotonic() + seconds
        while (at := self.seen.find(wanted)) < 0:
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{wanted!r} did not come: {self.seen[-2000:]!r}"
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            assert data, f"the session ended without {wanted!r}: {self.seen[-2000:]!r}"
            self.seen += re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>()][0-9A-Z]?", "", data.decode("utf-8", "replace"))
        read, self.seen = self.seen[: at + len(wanted)], self.seen[at + len(wanted) :]
        return read

    def send(self, text: str) -> None:
        os.write(self.master, text.encode())

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        os.close(self.master)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    made = Terminal(tmp_path_factory.mktemp("cache"))
    with contextlib.closing(made):
        made.until("Type a claim, or :help.")
        made.until("triage>")
        yield made


def test_a_session_in_a_terminal(terminal: Terminal) -> None:
    terminal.send(f"{CLAIM}\r")
    terminal.until("CORROBORATED")
    terminal.until("triage>")
    for command, wanted in (
        (":show 1", "An inspector working"),
        (":origins", "Harro Lindqvast (person)"),
        (":why", "What would change it"),
        (":trail", "passages found"),
        (":as-of 2031-04-12", "SINGLE SOURCE"),
        (":timeline", "Single source"),
        (":as-of now", "CORROBORATED"),
        (":prompt", "prompt reading/v1"),
        (":reader", "reader gold"),
        (":corpus", "embedder none"),
        (":save nowhere.pdf", "give a file that ends in"),
        (":hlep", "did you mean :help?"),
        (":help", "stops a check, not the session"),
    ):
        terminal.send(f"{command}\r")
        terminal.until(wanted)
        terminal.until(">")


def test_a_paste_of_many_lines_is_one_claim_in_a_terminal(terminal: Terminal) -> None:
    terminal.send(f"\x1b[200~{CLAIM.replace(' ', chr(10), 3)}\x1b[201~")
    terminal.send("\r")
    terminal.until("CORROBORATED")
    terminal.until("triage>")


def test_a_dead_model_server_and_ctrl_c_leave_the_session_alive(terminal: Terminal) -> None:
    terminal.send(f"{FAILS}\r")
    terminal.until("the model failed: cannot reach")
    terminal.until("triage>")
    terminal.send(f"{HANGS}\r")
    terminal.until("reading the passages")
    terminal.send("\x03")
    terminal.until("stopped", 2)
    terminal.until("triage>")
    terminal.send("half a line\x03")
    terminal.until("triage>")
    terminal.send(":reader\r")
    terminal.until("reader gold")
    terminal.until("triage>")
    terminal.send("\x1b[A\r")
    terminal.until("reader gold")
    terminal.until("triage>")


def test_ctrl_d_ends_the_session(terminal: Terminal) -> None:
    terminal.send("\x04")
    terminal.until("left: ")

"""What the documentation shows is run: every Python block, and the commands that need no key and no server."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import io
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from triage.chain import Triage
from triage.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GUIDES = [*PAGES, ROOT / "CONTRIBUTING.md"]
RUN = {"bash", "console"}
"""Shell blocks that are run; what needs a key or a server stands in `sh`, and is parsed alone."""
FENCE = re.compile(r"^```(?P<kind>\w*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
EXTERNAL = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\ssrc=\"(?:https?:)?//|<link[^>]*(?:stylesheet|preconnect|icon)[^>]*//"
)

needs_models = pytest.mark.skipif(
    not (ROOT / "triage/models/stance/model.onnx").is_file(), reason="the stance model is not there"
)


@dataclass(frozen=True)
class Block:
    kind: str
    title: str | None
    text: str
    line: int

    @property
    def commands(self) -> list[list[str]]:
        """Return the shell commands, split; assignments before them are left out."""
        if self.kind not in {*RUN, "sh", ""}:
            return []
        lines = [line.removeprefix("$ ") for line in self.text.replace("\\\n", " ").splitlines()]
        split = [shlex.split(line) for line in lines if re.match(r"(?:[A-Z_]+=\S+ )*(?:triage|make) ", line)]
        return [words[next(i for i, word in enumerate(words) if "=" not in word) :] for words in split]


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    found = FENCE.finditer(text)
    return [Block(m["kind"], m["title"], m["text"], text.count("\n", 0, m.start()) + 2) for m in found]


def shown_as(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one cache for all pages, so that a corpus is indexed once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def reader_s_folder(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a folder that looks like the checkout to a reader who tries things out, and where he may write."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIAGE_CACHE_DIR", str(cache))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    yield tmp_path


@needs_models
@pytest.mark.parametrize("page", [page for page in PAGES if "```python" in page.read_text("utf-8")], ids=shown_as)
def test_python_blocks_run(page: Path, reader_s_folder: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        for block in blocks(page):
            if "@@" in block.text:
                continue
            if block.title:
                (reader_s_folder / block.title).write_text(block.text, "utf-8")
            if block.kind == "python":
                code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
                exec(code, names)
    finally:
        for value in names.values():
            if isinstance(value, Triage):
                value.close()


@needs_models
@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(block.kind in RUN for block in blocks(page))], ids=shown_as
)
def test_shell_blocks_run(page: Path, reader_s_folder: Path) -> None:
    for block in blocks(page):
        if block.title:
            (reader_s_folder / block.title).write_text(block.text, "utf-8")
        for words in block.commands if block.kind in RUN else []:
            if words[0] == "triage":
                done = CliRunner().invoke(app, words[1:], input="")
                assert done.exit_code == 0, f"{page}:{block.line}: {shlex.join(words)}\n{done.output}\n{done.exception}"
                assert done.output.strip() or "--output" in words


@pytest.mark.parametrize("page", GUIDES, ids=shown_as)
def test_commands_are_there_and_take_what_they_are_given(page: Path) -> None:
    for block in blocks(page):
        for words in block.commands:
            if words[0] == "make":
                assert_target(words[1])
            elif "@@" not in block.text:
                group: Any = typer.main.get_command(app)
                name, verb, args = group.resolve_command(typer.Context(group), words[1:])
                verb.make_context(name, args)


@pytest.mark.parametrize("page", GUIDES, ids=shown_as)
def test_commands_named_in_a_line_are_there(page: Path) -> None:
    group: Any = typer.main.get_command(app)
    for code in INLINE.findall(FENCE.sub("", page.read_text("utf-8"))):
        first, _, rest = code.partition(" ")
        if first == "make" and rest:
            assert_target(rest.split()[0])
        elif first == "triage" and re.match(r"[a-z]", rest):
            verb = group.commands[rest.split()[0]]
            options = {option for parameter in verb.params for option in parameter.opts}
            assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= options, code


def test_the_table_of_commands_has_every_verb_with_options_that_it_takes() -> None:
    group: Any = typer.main.get_command(app)
    named = set()
    for cell, told in re.findall(r"^\| (`triage [^|]*) \| ([^|]*) \|$", (ROOT / "README.md").read_text("utf-8"), re.M):
        for code in INLINE.findall(cell):
            name, verb, args = group.resolve_command(typer.Context(group), shlex.split(code)[1:])
            verb.make_context(name, args)
            options = {option for parameter in verb.params for option in parameter.opts}
            assert {words.split()[0] for words in INLINE.findall(told) if words.startswith("--")} <= options, told
            named.add(name)
    assert named == set(group.commands)


@needs_models
def test_the_first_command_prints_what_the_readme_shows(reader_s_folder: Path) -> None:
    asked, shown = [block for block in blocks(ROOT / "README.md") if not block.kind][:2]
    [(_, target, claim)] = asked.commands
    recipe = f'\n{target}: $(READY)\n\t@$(BIN)/triage check "$$CLAIM" --corpus corpus\n'
    assert recipe in (ROOT / "Makefile").read_text("utf-8")
    done = CliRunner().invoke(app, ["check", claim.removeprefix("CLAIM="), "--corpus", "corpus"])
    assert done.exit_code == 0, done.exception
    assert loosely(shown.text) in loosely(done.output)


def loosely(text: str) -> str:
    """Return a text without its line breaks, and without percentages, which differ a little between processors."""
    return re.sub(r"\d+%", "%", " ".join(text.split()))


@pytest.mark.parametrize("page", GUIDES, ids=shown_as)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text("utf-8"))):
        if not re.match(r"[a-z]+:|#", link):
            assert (page.parent / link.partition("#")[0]).exists(), link


def test_the_picture_of_the_page_is_small() -> None:
    picture = (ROOT / "docs" / "verdict-page.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) < 200_000


def assert_target(name: str) -> None:
    assert re.search(rf"^{re.escape(name)}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), f"make {name}"


def examples(docstring: str) -> list[str]:
    """Return the indented blocks of a docstring, but for those after a bare `::`, which are drawings."""
    return [textwrap.dedent(found[1]) for found in re.finditer(r"(?<!\n::)\n\n((?: {4}.*(?:\n+|$))+)", docstring)]


@pytest.mark.parametrize("path", sorted((ROOT / "triage").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_in_docstrings_compile(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for example in examples(ast.get_docstring(node) or ""):
                compile(example, str(path), "exec")


def hooks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_hooks", ROOT / "docs" / "hooks.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_marks_become_what_the_program_says() -> None:
    from triage.evaluation.metrics import FAMILY
    from triage.repl.commands import COMMANDS

    found = hooks()
    shown = found.on_page_markdown("".join(f"<!-- from the program: {part} -->\n" for part in found.PARTS))
    group: Any = typer.main.get_command(app)
    for name, verb in group.commands.items():
        assert f"### `triage {name}`" in shown
        assert inspect.cleandoc(verb.help).split("\n")[0] in shown
        assert all(f"`{option}" in shown for parameter in verb.params for option in parameter.opts[:1])
    assert all(f"| `:{name}" in shown for name in COMMANDS)
    assert all(f"| `{name}` |" in shown for name in FAMILY)
    rooms = {path.stem for path in (ROOT / "triage").glob("[!_]*") if path.suffix == ".py" or path.is_dir()}
    assert all(f"| `{room}` |" in shown for room in rooms - {"models"})
    assert "<!--" not in shown


def test_every_mark_is_known_and_used() -> None:
    found = hooks()
    used = [m["part"] for page in PAGES for m in found.MARK.finditer(page.read_text("utf-8"))]
    assert sorted(used) == sorted(found.PARTS)


def test_the_tested_metrics_are_named() -> None:
    from triage.evaluation.metrics import FAMILY

    text = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    assert all(re.search(rf"\b{name}\b", text) for name in FAMILY)


@pytest.mark.skipif(importlib.util.find_spec("mkdocs") is None, reason="the group docs is not installed")
def test_site_builds_and_asks_nobody(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for page in tmp_path.rglob("*.html"):
        assert not EXTERNAL.search(page.read_text("utf-8")), page

"""What the pages say of the program comes from the program: `<!-- from the program: PART -->` becomes that part."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from typer.cli import get_docs_for_click

ROOT = Path(__file__).resolve().parent.parent
MARK = re.compile(r"<!-- from the program: (?P<part>\w+) -->")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page with its marks replaced; mkdocs calls this.

    Raises:
        KeyError: there is no such part.
    """
    return MARK.sub(lambda found: PARTS[found["part"]](), markdown)


def verbs() -> str:
    """Return the help of every verb."""
    from triage.cli import app

    group: Any = typer.main.get_command(app)
    context = typer.Context(group, info_name="triage")
    shown = []
    for name, verb in group.commands.items():
        inner = typer.Context(verb, info_name=name, parent=context)
        shown.append(get_docs_for_click(obj=verb, ctx=inner, indent=2, call_prefix="triage"))
    return "\n".join(shown)


def commands() -> str:
    """Return the commands of the REPL."""
    from triage.repl.commands import COMMANDS

    rows = [(f"`:{known.name} {known.argument}".strip() + "`", known.help) for known in COMMANDS.values()]
    return _table(("command", "what it does"), rows)


def metrics() -> str:
    """Return the metrics of the evaluation."""
    from triage.evaluation.metrics import all_metrics

    rows = [(f"`{m.name}`", m.what, m.better or "", m.source) for m in all_metrics(("LABEL",)).values()]
    return _table(("metric", "what it is", "better", "after"), rows)


def rooms() -> str:
    """Return the rooms of the house with their layers, from the test that holds them."""
    held = _literals(ROOT / "tests" / "test_layers.py")
    rows = []
    for room, layer in held["LAYERS"].items():
        path = ROOT / "triage" / room
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        what = " ".join(said.split("\n\n")[0].split()).removesuffix("::")
        vendors = (f"`{name}`" for name, at in held["VENDORS"].items() if room in at)
        rows.append((str(layer), f"`{room}`", what, ", ".join(vendors)))
    return _table(("layer", "room", "its job", "vendors"), rows)


def _literals(path: Path) -> dict[str, Any]:
    """Return the tables of literals at the top of a module, without running it."""
    found = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Dict):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PARTS = {"verbs": verbs, "commands": commands, "metrics": metrics, "rooms": rooms}

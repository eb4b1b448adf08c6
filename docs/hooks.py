"""What the pages say of the program comes from the program: `<!-- from the program: PART -->` becomes that part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer.cli import get_docs_for_click

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


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PARTS = {"verbs": verbs, "commands": commands, "metrics": metrics}

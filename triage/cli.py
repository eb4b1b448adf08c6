"""The verbs of the command line.

Exit codes: 0 fine, 1 a gate failed, 2 wrong usage or data, 3 a model or the network failed. A label is never one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import triage
from triage.errors import ModelError, TriageError
from triage.settings import data_path

app = typer.Typer(
    help="Is a claim corroborated, by whom, and who is only repeating whom?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Corpus = Annotated[
    Path | None,
    typer.Option(envvar="TRIAGE_CORPUS", help="Folder or file of documents. [default: the demonstration corpus]"),
]
Reader = Annotated[str | None, typer.Option(help="local, chat:MODEL or decisions:MODEL.")]
Embedder = Annotated[str | None, typer.Option(help="local, or a LangChain embedding model by name.")]
AsOf = Annotated[str | None, typer.Option(help="A day or month: hide what was published later, or has no date.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

out = Console()
err = Console(stderr=True)


@app.command()
def index(
    folder: Annotated[Path, typer.Argument(help="Folder or file of documents.")],
    embedder: Embedder = None,
    as_json: Json = False,
) -> None:
    """Build or update the index of a folder; what has not changed is skipped."""
    with triage.load(folder, embedder=embedder, progress=not as_json) as opened:
        _list(opened.problems)
        figures = {"documents": len(opened.index), "passed_over": len(opened.problems), "index": str(opened.index.path)}
    if as_json:
        _print_json(figures)
    else:
        out.print(f"{figures['documents']} documents indexed, {figures['passed_over']} passed over: {figures['index']}")


@app.command()
def check(
    claim: Annotated[str, typer.Argument(help="A sentence that can be true or false.")],
    corpus: Corpus = None,
    reader: Reader = None,
    embedder: Embedder = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Check a claim: the verdict, the origins it rests on, and every citation."""
    from triage.report.terminal import render

    with _load(corpus, reader=reader, embedder=embedder, progress=not as_json) as opened:
        _list(opened.problems)
        verdict = opened.check(claim, as_of=as_of)
    if as_json:
        _print_json(verdict.model_dump(mode="json"))
    else:
        out.print(render(verdict))


@app.command()
def search(
    query: str,
    corpus: Corpus = None,
    embedder: Embedder = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages to show.")] = 10,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show the passages that bear most on a query."""
    from rich.markup import escape

    with _load(corpus, embedder=embedder, progress=not as_json) as opened:
        hits = opened.search(query, k, as_of=as_of)
    if as_json:
        _print_json([hit.model_dump(mode="json") for hit in hits])
        return
    for hit in hits:
        ranks = ", ".join(f"{name} {rank}" for name, rank in hit.ranks.items())
        out.print(f"[bold]{escape(hit.passage.passage_id)}[/]  {hit.score:.3f}  [dim]{ranks}[/]")
        out.print(f"  {escape(' '.join(hit.passage.text.split()))}\n", highlight=False)
    if not hits:
        out.print("Nothing found.")


def _load(corpus: Path | None, **settings: Any) -> triage.Triage:
    return triage.load(corpus or data_path("corpus"), **settings)


def _list(problems: Iterable[TriageError]) -> None:
    for problem in problems:
        err.print(f"passed over: {problem}", style="yellow", markup=False, highlight=False)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def main(args: list[str] | None = None) -> None:
    """Run the command line; errors become one line and an exit code."""
    try:
        app(args=args)
    except TriageError as error:
        err.print(f"triage: {error}", style="red", markup=False, highlight=False)
        sys.exit(3 if isinstance(error, ModelError) else 2)


if __name__ == "__main__":
    main()

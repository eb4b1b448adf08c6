"""The verbs of the command line.

Exit codes: 0 fine, 1 a gate failed, 2 wrong usage or data, 3 a model or the network failed. A label is never one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import triage
from triage import cli_eval, prompts
from triage.errors import ConfigError, CorpusError, ModelError, TriageError
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
Reader = Annotated[str | None, typer.Option(help="local, chat:MODEL, decisions:MODEL or one-shot:MODEL.")]
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
    claim: Annotated[str | None, typer.Argument(help="A sentence that can be true or false.")] = None,
    corpus: Corpus = None,
    reader: Reader = None,
    embedder: Embedder = None,
    as_of: AsOf = None,
    decompose: Annotated[
        bool | None,
        typer.Option(help="Check the parts of a compound claim: by the model, or not at all. [default: by rule]"),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the verdict as a page, with the verdict over time.")] = None,
    input_: Annotated[
        Path | None,
        typer.Option("--input", help="Check many: CSV with a column `claim`, JSON Lines, or text with a claim a line."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Where many verdicts go, a line each; made or continued.")] = None,
    as_json: Json = False,
) -> None:
    """Check a claim: the verdict, the origins it rests on, and every citation. Or check every claim of a file."""
    from triage.report.terminal import render

    if (claim is None) == (input_ is None) or (input_ is None) != (output is None):
        raise ConfigError("give either a claim, or --input FILE with --output FILE", setting="claim")
    with _load(corpus, reader=reader, embedder=embedder, progress=not as_json) as opened:
        _list(opened.problems)
        if input_ is not None and output is not None:
            _check_file(opened, input_, output, as_of)
            return
        verdict = opened.check(claim or "", as_of=as_of, decompose=decompose)
        if html is not None:
            _write_page(opened, verdict, html)
    if as_json:
        _print_json(verdict.model_dump(mode="json"))
    else:
        out.print(render(verdict))


def _write_page(opened: triage.Triage, verdict: triage.Verdict, html: Path) -> None:
    from triage.report.page import page
    from triage.report.timeline import timeline

    entries = timeline(opened, verdict.claim, now=verdict)
    _write(html, page(verdict, document=opened.document, timeline=entries))


def _check_file(opened: triage.Triage, source: Path, target: Path, as_of: str | None) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from triage.batch import Tally, check_file

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.fields[cost]}"))
    with Progress(TextColumn("checking"), *columns, console=err) as bar:
        task = bar.add_task("checking", total=None, cost="")

        def report(tally: Tally) -> None:
            bar.update(task, completed=tally.done, total=tally.total, cost=_cost(tally.cost))

        tally = check_file(opened, source, target, as_of=as_of, progress=report)
    counts = ", ".join(f"{count} {status}" for status, count in sorted(tally.statuses.items()))
    err.print(f"{tally.total} rows: {counts or 'none'}; {tally.resumed} were there; {_cost(tally.cost)}", markup=False)
    if tally.statuses["error"]:
        raise ModelError(f"{tally.statuses['error']} rows failed: run the same again to try these once more")


def _cost(cost: float | None) -> str:
    return "price unknown" if cost is None else f"${cost:.4f}"


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


@app.command()
def repl(corpus: Corpus = None, reader: Reader = None, embedder: Embedder = None, as_of: AsOf = None) -> None:
    """Talk to the documents: type a claim, ask how its verdict came about; :help lists the commands."""
    from triage.repl import start

    if start(corpus, as_of=as_of, console=out, reader=reader, embedder=embedder):
        # A check that was stopped still waits for its model, and would keep the process for as long.
        sys.stdout.flush()
        os._exit(0)


@app.command()
def export(
    verdicts: Annotated[Path, typer.Argument(help="JSON Lines, as `check --output` writes them.")],
    format_: Annotated[
        str, typer.Option("--format", help="claimreview, annotations, misp, csv, csv-evidence or jsonl.")
    ] = "claimreview",
    output: Annotated[Path | None, typer.Option(help="Where it goes. [default: standard output]")] = None,
) -> None:
    """Write verdicts in a format that others read: ClaimReview, Web Annotation, MISP, CSV."""
    from triage import export as formats

    try:
        lines = verdicts.read_text("utf-8", errors="replace").splitlines()
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror}", path=verdicts) from error
    read, problems = formats.read(lines, path=str(verdicts))
    _list(problems)
    text = formats.write(read, format_)
    if output is None:
        typer.echo(text, nl=False)
    else:
        _write(output, text)


@app.command()
def mcp(corpus: Corpus = None, reader: Reader = None, embedder: Embedder = None) -> None:
    """Serve an assistant over the Model Context Protocol, on standard input and output."""
    try:
        from triage.mcp_server import serve
    except ImportError as error:
        raise ConfigError("this needs the package mcp: pip install 'triage-claims[mcp]'", setting="mcp") from error

    with _load(corpus, reader=reader, embedder=embedder) as opened:
        serve(opened)


prompts_app = typer.Typer(help="List the prompts, show one, or compare two.", invoke_without_command=True)
app.add_typer(prompts_app, name="prompts")


@prompts_app.callback()
def list_prompts(context: typer.Context) -> None:
    """List the prompts, with what each one tries."""
    if context.invoked_subcommand is None:
        for name in prompts.ids():
            prompt = prompts.get(name)
            typer.echo(f"{name:15} {prompt.sha256[:12]}  {prompt.why}")


@prompts_app.command("show")
def show_prompt(prompt: Annotated[str, typer.Argument(help="reading/v1, or a file.")]) -> None:
    """Show a prompt as it is sent."""
    typer.echo(prompts.show(prompt), nl=False)


@prompts_app.command("diff")
def diff_prompts(old: str, new: str) -> None:
    """Show what differs between two prompts."""
    typer.echo(prompts.diff(old, new), nl=False)


@prompts_app.command("release")
def release_prompts() -> None:
    """Add new prompts to the lock; from then on their files never change."""
    added = prompts.release()
    typer.echo("\n".join(added) if added else "nothing new: all prompts are in the lock")


app.command("eval")(cli_eval.evaluate)
app.command("compare")(cli_eval.compare)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}", setting="output") from error


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

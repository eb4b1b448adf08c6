"""The verbs of the evaluation: `triage eval` and `triage compare`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from triage.errors import ConfigError
from triage.evaluation.compare import Comparison
from triage.evaluation.data import Dataset
from triage.evaluation.echo import KINDS, among_echoes, with_echo
from triage.evaluation.gate import MOVE, Gate, floor_of, gate
from triage.evaluation.gold import gold_sets
from triage.evaluation.grid import Variant, product, ranked, run_grid
from triage.evaluation.opening import Opened
from triage.evaluation.results import Report, figures, pooled
from triage.evaluation.suite import RUNS, slug
from triage.evaluation.tables import comparison_table, markdown, ranked_table, report_table
from triage.evaluation.votes import VOTES, by_vote
from triage.settings import load_settings

out = Console()
err = Console(stderr=True)

Runs = Annotated[Path, typer.Option(help="Where run folders lie.")]
Html = Annotated[Path | None, typer.Option(help="Write a page with every claim here.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def evaluate(
    data: Annotated[
        list[str] | None, typer.Argument(help="Gold sets: newsroom, newsroom:dev, dev, test ... [default: all]")
    ] = None,
    reader: Annotated[list[str] | None, typer.Option(help="local, chat:MODEL ..., gold; repeat to compare.")] = None,
    prompt: Annotated[list[str] | None, typer.Option(help="reading/v1 or a file; repeat to compare.")] = None,
    embedder: Annotated[str | None, typer.Option(help="local, or a LangChain embedding model by name.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Ask each claim so often.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many claims of each set.")] = None,
    votes: Annotated[bool, typer.Option(help="Show also what counting documents or publishers would give.")] = True,
    echo: Annotated[int, typer.Option(min=0, help="Ask again among so many copies of every document.")] = 0,
    fail_under: Annotated[list[str] | None, typer.Option(help="metric=x: exit with 1 below it; repeatable.")] = None,
    max_error_rate: Annotated[float | None, typer.Option(min=0, max=1, help="Stop once more answers fail.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="Exit with 1 on a significant loss against it.")] = None,
    save_baseline: Annotated[Path | None, typer.Option(help="Keep the scores here as a baseline.")] = None,
    fresh: Annotated[bool, typer.Option(help="Forget earlier answers of the same run.")] = False,
    runs: Runs = RUNS,
    html: Html = None,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
    as_json: Json = False,
) -> None:
    """Evaluate readers and prompts on gold claims: every metric with its interval, differences with their test."""
    floors = dict(map(floor_of, fail_under or []))
    settings = load_settings(embedder=embedder)
    variants = product(reader or [settings.reader], prompt or [settings.prompt])
    if baseline and len(variants) > 1:
        raise ConfigError("--baseline is for one reader with one prompt", setting="baseline")
    sets = [gold for name in data or ["all"] for gold in gold_sets(name)]
    datasets = [gold.with_own_corpus().limited(limit) for gold in sets]
    quiet = as_json or as_markdown
    options: dict[str, Any] = {
        "epochs": epochs,
        "fresh": fresh,
        "max_error_rate": max_error_rate,
        "runs": runs,
        "progress": not quiet,
    }
    with Opened(settings, {gold.name: gold.corpus for gold in sets}) as opened:
        found = run_grid(variants, datasets, opened, **options)
        if echo:
            found = _among_echoes(found, datasets, opened, copies=echo, **options)
    gates = [gate(pooled(reports), baseline=_baseline(baseline, reports), floors=floors) for reports in found.values()]
    shown = _shown(found.values(), datasets, votes=votes)
    best = ranked(found.values())
    if save_baseline:
        for report in (report for reports in found.values() for report in reports):
            report.save(save_baseline / slug(report.info.data))
    if html:
        comparison = gates[0].comparison or (best[1].compare(best[0]) if len(best) > 1 else None)
        _write(html, best, comparison)
    if as_json:
        _print_json([_figures(report) for report in shown])
    elif as_markdown:
        typer.echo(markdown(shown))
    else:
        _print(shown, best)
    _conclude(gates, quiet=quiet)


def compare(
    a: Annotated[Path, typer.Argument(help="The folder of a run, or its name.")],
    b: Annotated[Path, typer.Argument(help="Another on the same data.")],
    runs: Runs = RUNS,
    html: Html = None,
    as_json: Json = False,
) -> None:
    """Compare two runs claim by claim: paired differences with intervals and tests, and the claims that flipped."""
    reports = [Report.load(path if path.is_dir() else runs / path) for path in (a, b)]
    found = reports[0].compare(reports[1])
    if html:
        _write(html, reports, found)
    if as_json:
        shown = [{"metric": d.metric, "a": d.a, "b": d.b, **figures(d.difference)} for d in found.differences]
        _print_json({"a": found.a.label, "b": found.b.label, "mcnemar": found.mcnemar, "differences": shown})
    else:
        out.print(comparison_table(found))


def _among_echoes(
    found: Mapping[Variant, Sequence[Report]],
    datasets: Sequence[Dataset],
    opened: Opened,
    *,
    copies: int,
    **options: Any,
) -> dict[Variant, list[Report]]:
    """Return the reports with what stood among copies of every document, for each kind of copy."""
    told = {variant: list(reports) for variant, reports in found.items()}
    for kind in KINDS:
        among = run_grid(list(told), [among_echoes(dataset, kind, copies) for dataset in datasets], opened, **options)
        told = {
            variant: [with_echo(*pair, kind) for pair in zip(reports, among[variant], strict=True)]
            for variant, reports in told.items()
        }
    return told


def _baseline(folder: Path | None, reports: Sequence[Report]) -> Report | None:
    """Return the committed scores on the same data sets, as one."""
    if folder is None:
        return None
    return pooled([Report.load(folder / slug(report.info.data)) for report in reports])


def _shown(found: Iterable[Sequence[Report]], datasets: Sequence[Dataset], *, votes: bool) -> list[Report]:
    """Return the reports by data set and split; behind each, what votes over the same readings would have given."""
    shown: list[Report] = []
    for reports in found:
        for report, dataset in zip(reports, datasets, strict=True):
            shown += report.splits()
            if votes:
                for vote in VOTES:
                    shown += by_vote(report, dataset, vote).splits()
    return sorted(shown, key=lambda report: report.info.data)


def _print(shown: Sequence[Report], best: Sequence[Report]) -> None:
    out.print(ranked_table(shown))
    if len(best) == 1:
        out.print(report_table(best[0]))
        return
    out.print(ranked_table(best))
    out.print(comparison_table(best[1].compare(best[0])))


def _conclude(gates: Sequence[Gate], *, quiet: bool) -> None:
    """Say what the gates found, and end with 1 where one did not pass."""
    for one in gates:
        if one.comparison and not quiet:
            out.print(comparison_table(one.comparison))
        for reason in one.reasons:
            _warn(reason)
        if one.comparison and one.comparison.worse:
            _warn(f"Every claim that was lost: the same command with --html FILE. {MOVE}.")
    if not all(one.passed for one in gates):
        raise typer.Exit(1)


def _warn(said: str) -> None:
    err.print(f"gate: {said}", style="red", markup=False, highlight=False)


def _write(path: Path, reports: Sequence[Report], comparison: Comparison | None) -> None:
    from triage.report.evaluation import page

    try:
        path.write_text(page(reports, comparison=comparison), "utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}", setting="html") from error


def _figures(report: Report) -> dict[str, Any]:
    return {
        "run": report.info.label,
        "data": report.info.data,
        "metrics": {name: figures(e) for name, e in report.summary.items()},
    }


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))

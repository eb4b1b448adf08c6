"""Reports and comparisons as tables for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from triage.evaluation.compare import Comparison, Difference, Flip
from triage.evaluation.metrics import FAMILY
from triage.evaluation.results import Report
from triage.evaluation.statistics import Estimate
from triage.origins.echo import KINDS

SHOWN = (*FAMILY, "overcount", "ece", "seconds_p50", *(f"echo_robustness[{kind}]" for kind in KINDS))
"""The columns of a table in Markdown or on a page; a terminal has room for the tested family alone."""


def plain(renderable: RenderableType, width: int = 120) -> str:
    """Return what would be printed, without colour."""
    file = StringIO()
    Console(file=file, width=width, color_system=None).print(renderable)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def number(value: float, digits: int = 3) -> str:
    """Return a number, or a dash where it is undefined."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def interval(estimate: Estimate) -> str:
    """Return a number with its interval."""
    if math.isnan(estimate.value):
        return "–"
    if math.isnan(estimate.low):
        return f"{number(estimate.value)} [no interval]"
    return f"{number(estimate.value)} [{number(estimate.low)}, {number(estimate.high)}]"


def report_table(report: Report) -> RenderableType:
    """Return every metric of a run with its standard error and interval; `Metric.what` says what each is."""
    summary = report.summary
    table = _table(f"{report.info.label} on {report.info.data}")
    table.add_column("metric", no_wrap=True)
    for name in ("value", "± s.e.", "95 % interval", "n"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, e in summary.items():
        bounds = "–" if math.isnan(e.low) else f"{number(e.low)} to {number(e.high)}"
        table.add_row(escape(name), number(e.value), number(e.se), bounds, str(e.n))
    return Group(table, Text(how_resampled(report)))


def _table(title: str) -> Table:
    return Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))


def how_resampled(report: Report) -> str:
    """Return in a sentence what the intervals rest on."""
    drawn = report.resamples
    claims = len({score.claim_id for score in report.scores})
    if drawn.unit == "story":
        return f"{claims} claims in {drawn.clusters} stories; intervals resample stories."
    stories = len({score.story for score in report.scores})
    return (
        f"{claims} claims in {stories} {'story' if stories == 1 else 'stories'}: too few to resample, so intervals "
        "resample claims and are too narrow if claims of one story go right or wrong together."
    )


def ranked_table(reports: Sequence[Report]) -> RenderableType:
    """Return a table a data set, one line a run with the main metrics and their intervals, in the order given."""
    return Group(*(_runs_table(data, [r for r in reports if r.info.data == data]) for data in _data(reports)))


def _data(reports: Iterable[Report]) -> list[str]:
    return list(dict.fromkeys(report.info.data for report in reports))


def _runs_table(data: str, reports: Sequence[Report]) -> Table:
    table = _table(data)
    table.add_column("run", overflow="fold", min_width=12)
    for name in FAMILY:
        table.add_column(name.replace("_", "\n"), justify="right", no_wrap=True)
    for report in reports:
        found = report.summary
        table.add_row(escape(report.info.label), *(_cell(found[name]) if name in found else "–" for name in FAMILY))
    return table


def _cell(estimate: Estimate) -> str:
    bounds = "" if math.isnan(estimate.low) else f"{estimate.low:.2f}–{estimate.high:.2f}"
    return f"{number(estimate.value)}\n{bounds}"


def markdown(reports: Sequence[Report], shown: Iterable[str] = SHOWN) -> str:
    """Return the ranked table in Markdown."""
    names = [name for name in shown if any(name in report.summary for report in reports)]
    lines = ["| data | run | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for report in reports:
        found = report.summary
        cells = [interval(found[name]) if name in found else "–" for name in names]
        lines.append(f"| {report.info.data} | {report.info.label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def comparison_table(comparison: Comparison, *, flips: int = 12) -> RenderableType:
    """Return the paired differences, what they allow to be said, and the claims that flipped."""
    c = comparison
    table = _table(f"A: {c.a.label} · B: {c.b.label} · {c.a.data}")
    for name in ("metric", "A", "B", "B − A, 95 %", "p", "Holm", "detectable", ""):
        table.add_column(name, justify="left" if name in ("metric", "") else "right")
    for d in c.differences:
        if d.metric not in c.equal:
            table.add_row(*_row(d))
    lines = [f"Equal in both: {', '.join(c.equal)}."] if c.equal else []
    lines += [*said(c), *(_flip(flip) for flip in c.flips[:flips])]
    if len(c.flips) > flips:
        lines.append(f"and {len(c.flips) - flips} more that flipped")
    return Group(table, *(Text(line) for line in lines))


def said(c: Comparison) -> list[str]:
    """Return in words what a comparison shows."""
    both = [f"B is better in {', '.join(c.better)}."] if c.better else []
    both += [f"A is better in {', '.join(c.worse)}."] if c.worse else []
    unit = c.differences[0].difference.unit if c.differences else "claim"
    clusters = c.differences[0].difference.clusters if c.differences else 0
    return [
        " ".join(both) or "No difference is shown.",
        f"Labels: right only in A {c.only_a}, only in B {c.only_b} of {c.claims}; McNemar exact p {c.mcnemar:.3g}. "
        f"On {c.claims} claims no difference in accuracy below {number(c.smallest)} could be significant.",
        f"Intervals are paired and resample {clusters} {'stories' if unit == 'story' else 'claims'}. "
        "Holm corrects over the metrics with a p; 'detectable' is the true difference found four times in five.",
    ]


def _row(d: Difference) -> tuple[str, ...]:
    e = d.difference
    bounds = "–" if math.isnan(e.low) else f"{e.value:+.3f} [{e.low:+.3f}, {e.high:+.3f}]"
    said = {"a": "A better", "b": "B better", None: ""}[d.winner]
    p_values = tuple("" if math.isnan(p) else f"{p:.3g}" for p in (d.p, d.holm))
    return escape(d.metric), number(d.a), number(d.b), bounds, *p_values, number(d.detectable), said


def _flip(flip: Flip) -> str:
    one, other = flip.a, flip.b
    return (
        f"{flip.kind:>6}  {one.claim_id}: {one.label or one.status} -> {other.label or other.status} "
        f"(gold {one.gold})  {one.text}"
    )

"""Runs of an evaluation as a page: one file, no server, nothing from elsewhere, every claim with its evidence.

Everything that comes from documents, models and gold is escaped; the one script, which filters the claims, is our own
and the only one that the page's content security policy lets run.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from triage.errors import ConfigError
from triage.evaluation.compare import Comparison
from triage.evaluation.metrics.calibration import reliability, risk_coverage
from triage.evaluation.metrics.labels import confusion
from triage.evaluation.results import Report
from triage.evaluation.rows import Row
from triage.evaluation.scores import Score
from triage.evaluation.statistics import Estimate
from triage.evaluation.tables import SHOWN, how_resampled, number, said
from triage.report import plots
from triage.summary import line, shown, web

LIMIT = 1_200
"""Characters of any one text that are shown."""
_POLICY = (
    "default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Answer:
    """The answer of one run to a claim."""

    number: int
    run: str
    score: Score
    row: Row | None

    @property
    def outcome(self) -> str:
        """Return `right`, `wrong`, or `none` where there is no answer or no gold."""
        if self.score.label is None or self.score.gold is None:
            return "none"
        return "right" if self.score.label == self.score.gold else "wrong"


@dataclass(frozen=True)
class Asked:
    """A claim with the answers of all runs."""

    score: Score
    answers: tuple[Answer, ...]

    @property
    def flipped(self) -> bool:
        """Return whether the runs, or the epochs of a run, differ in the label."""
        return len({answer.score.label for answer in self.answers}) > 1

    @property
    def outcomes(self) -> str:
        """Return the outcomes of the answers, for the filter."""
        return " ".join(sorted({answer.outcome for answer in self.answers} | ({"flipped"} if self.flipped else set())))


@dataclass(frozen=True)
class Cell:
    """A cell of a confusion matrix; `heat` in 0..10 is its share of the row."""

    count: int
    heat: int
    right: bool


def page(reports: Sequence[Report], *, comparison: Comparison | None = None, title: str = "Evaluation") -> str:
    """Return the HTML page of one or more runs.

    Args:
        reports: the runs, best first; those on the same claims are shown side by side.
        comparison: of two of them, or of one with a baseline.
        title: of the page.

    Raises:
        ConfigError: there is no run.
    """
    if not reports:
        raise ConfigError("there is no run to show", setting="reports")
    style, script = _read("evaluation.css"), _read("evaluation.js")
    asked = _asked(reports)
    return (
        _environment()
        .get_template("evaluation.html.j2")
        .render(
            title=title,
            csp=_POLICY.format(style=_digest(style), script=_digest(script)),
            style=Markup(style),  # noqa: S704  (our own files)
            script=Markup(script),  # noqa: S704
            runs=[_run(i, report) for i, report in enumerate(reports)],
            main=[name for name in SHOWN if any(name in report.summary for report in reports)],
            comparison=comparison,
            said=said(comparison) if comparison else [],
            equal=comparison.equal if comparison else (),
            asked=asked,
            stories=sorted({one.score.story for one in asked}),
            gold_labels=_labels(one.score.gold for one in asked),
            given_labels=_labels(answer.score.label for one in asked for answer in one.answers),
            calibration=_plots(reports),
            plot=plots,
            several=len(reports) > 1,
        )
    )


def _run(place: int, report: Report) -> dict[str, Any]:
    return {
        "number": place,
        "name": report.info.label,
        "info": report.info,
        "summary": report.summary,
        "metrics": report.metrics,
        "resampled": how_resampled(report),
        "confusion": _confusion(report),
        "statuses": _statuses(report.scores),
    }


def _confusion(report: Report) -> list[tuple[str, list[Cell]]]:
    counts = confusion(report.table)
    rows = []
    for i, (label, row) in enumerate(zip(report.info.labels, counts, strict=True)):
        total = max(1, int(row.sum()))
        rows.append((label, [Cell(int(n), math.ceil(10 * int(n) / total), i == j) for j, n in enumerate(row)]))
    return rows


def _plots(reports: Sequence[Report]) -> list[plots.Plot]:
    curves = [plots.reliability(i, r.info.label, reliability(r.table)) for i, r in enumerate(reports)]
    risks = [plots.risk_coverage(i, r.info.label, risk_coverage(r.table)) for i, r in enumerate(reports)]
    found = [
        plots.Plot("Reliability", "confidence", "share right", tuple(curves), diagonal=True),
        plots.Plot("Risk and coverage", "share of claims answered, surest first", "share wrong", tuple(risks)),
    ]
    return [plot for plot in found if not plot.empty]


def _asked(reports: Sequence[Report]) -> list[Asked]:
    """Return every claim once, in the order of the runs, with the answers of each run and epoch."""
    first: dict[str, Score] = {}
    answers: dict[str, list[Answer]] = {}
    for i, report in enumerate(reports):
        for score in report.scores:
            first.setdefault(score.claim_id, score)
            name = report.info.label if score.epoch == 0 else f"{report.info.label}, epoch {score.epoch + 1}"
            row = report.rows.get((score.claim_id, score.epoch))
            answers.setdefault(score.claim_id, []).append(Answer(i, name, score, row))
    return [Asked(score, tuple(answers[claim_id])) for claim_id, score in first.items()]


def _statuses(scores: Iterable[Score]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for score in scores:
        counts[score.status] = counts.get(score.status, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _labels(labels: Iterable[str | None]) -> list[str]:
    return sorted({label for label in labels if label is not None})


def _bounds(estimate: Estimate) -> str:
    return "no interval" if math.isnan(estimate.low) else f"{number(estimate.low)} to {number(estimate.high)}"


def _signed(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:+.3f}"


def _p(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3g}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("triage.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=number,
        bounds=_bounds,
        signed=_signed,
        p=_p,
        web=web,
        line=lambda text, limit=LIMIT: line(str(text), limit),
        shown=lambda text: shown(str(text), LIMIT),
        words=lambda text: str(text).replace("_", " "),
    )
    return environment


def _read(name: str) -> str:
    source, _, _ = PackageLoader("triage.report").get_source(_environment(), name)
    return source


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"

"""Is one run better than another? Paired differences, flips, and what this many claims could have shown at all."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from triage.errors import CorpusError
from triage.evaluation.metrics import FAMILY, Metric
from triage.evaluation.results import Report
from triage.evaluation.runs import RunInfo
from triage.evaluation.scores import Score
from triage.evaluation.statistics import Estimate, detectable, fewest_flips, holm, mcnemar

ALPHA = 0.05


@dataclass(frozen=True)
class Difference:
    """A metric in both runs, and B minus A.

    `p` and `holm` are NaN for a metric outside the tested family. `winner` is the run that is better once both
    Holm's p value is below 0.05 and the interval excludes 0. `detectable` is the smallest true difference that this
    comparison would find four times in five, untouched by Holm.
    """

    metric: str
    a: float
    b: float
    difference: Estimate
    p: float
    holm: float
    detectable: float
    winner: Literal["a", "b"] | None


@dataclass(frozen=True)
class Flip:
    """A claim that the two runs answer differently, with both answers."""

    a: Score
    b: Score

    @property
    def kind(self) -> Literal["gained", "lost", "other"]:
        """Return `gained` where only B is right, `lost` where only A is, `other` where neither is."""
        if self.b.label is not None and self.b.label == self.b.gold:
            return "gained"
        return "lost" if self.a.label is not None and self.a.label == self.a.gold else "other"


@dataclass(frozen=True)
class Comparison:
    """Two runs on the same data. `print(comparison)` is a table."""

    a: RunInfo
    b: RunInfo
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    only_a: int
    only_b: int
    mcnemar: float
    claims: int

    def __getitem__(self, metric: str) -> Difference:
        """Return the difference in a metric."""
        return next(d for d in self.differences if d.metric == metric)

    @property
    def better(self) -> tuple[str, ...]:
        """Return the metrics in which B is better."""
        return tuple(d.metric for d in self.differences if d.winner == "b")

    @property
    def worse(self) -> tuple[str, ...]:
        """Return the metrics in which A is better."""
        return tuple(d.metric for d in self.differences if d.winner == "a")

    @property
    def equal(self) -> tuple[str, ...]:
        """Return the metrics in which no claim differs."""
        return tuple(d.metric for d in self.differences if d.difference.value == d.difference.se == 0)

    @property
    def smallest(self) -> float:
        """Return the smallest difference in accuracy that McNemar's exact test could call significant here."""
        return fewest_flips(alpha=ALPHA) / self.claims if self.claims else math.nan

    def __str__(self) -> str:
        """Return the comparison as a table."""
        from triage.evaluation.tables import comparison_table, plain

        return plain(comparison_table(self))


def differing(a: RunInfo, b: RunInfo) -> list[str]:
    """Return what differs in the data of two runs, in words; empty where they can be compared."""
    found = []
    if set(a.claims) != set(b.claims):
        only_a, only_b = sorted({*a.claims} - {*b.claims}), sorted({*b.claims} - {*a.claims})
        shown = [f"{len(ids)} only in {name} ({ids[0]}, ...)" for name, ids in (("A", only_a), ("B", only_b)) if ids]
        found.append("claims: " + ", ".join(shown))
    elif a.data_sha256 != b.data_sha256:
        found.append(f"the gold of {a.data} was changed between them")
    if a.corpus_sha256 != b.corpus_sha256:
        found.append(f"documents: corpus {a.corpus_sha256[:8]} in A, {b.corpus_sha256[:8]} in B")
    if a.labels != b.labels:
        found.append(f"labels: {', '.join(a.labels)} in A, {', '.join(b.labels)} in B")
    return found


def compare(a: Report, b: Report) -> Comparison:
    """Return the paired differences, B minus A.

    Raises:
        CorpusError: the two were run on different data; the message says what differs.
    """
    differences = differing(a.info, b.info)
    if differences:
        raise CorpusError(f"{a.info.name} and {b.info.name} were run on different data: " + "; ".join(differences))
    a, b = _paired(a, b)
    right = {name: _right(report) for name, report in (("a", a), ("b", b))}
    only_a = sum(right["a"][claim] and not right["b"][claim] for claim in right["a"])
    only_b = sum(right["b"][claim] and not right["a"][claim] for claim in right["a"])
    exact = mcnemar(only_a, only_b)
    found = [_difference(metric, a, b, exact) for name, metric in a.metrics.items() if _in_both(metric, a, b)]
    tested = [d for d in found if d.metric in FAMILY]
    adjusted = dict(zip((d.metric for d in tested), holm([d.p for d in tested]), strict=True))
    judged = tuple(_judged(d, adjusted.get(d.metric, math.nan), a.metrics[d.metric]) for d in found)
    flips = tuple(
        Flip(one, other)
        for one, other in zip(a.scores, b.scores, strict=True)
        if one.label != other.label and one.epoch == 0
    )
    return Comparison(a.info, b.info, judged, flips, only_a, only_b, exact, len(right["a"]))


def _paired(a: Report, b: Report) -> tuple[Report, Report]:
    """Return both with the same claims and epochs in the same order."""
    by_key = {(score.claim_id, score.epoch): score for score in b.scores}
    kept = [score for score in a.scores if (score.claim_id, score.epoch) in by_key]
    return (
        replace(a, scores=tuple(kept)),
        replace(b, scores=tuple(by_key[score.claim_id, score.epoch] for score in kept)),
    )


def _right(report: Report) -> dict[str, bool]:
    """Return for each claim whether its label was right in most epochs."""
    rights: Counter[str] = Counter()
    epochs: Counter[str] = Counter()
    for score in report.scores:
        if score.gold is not None:
            epochs[score.claim_id] += 1
            rights[score.claim_id] += score.label == score.gold
    return {claim_id: 2 * rights[claim_id] > n for claim_id, n in epochs.items()}


def _in_both(metric: Metric, a: Report, b: Report) -> bool:
    return all(metric.defined(report.table).any() for report in (a, b))


def _difference(metric: Metric, a: Report, b: Report, exact: float) -> Difference:
    values = [metric.of(report.table) for report in (a, b)]
    draws = [report.resamples.draws(lambda weights, t=report.table: metric.value(t, weights)) for report in (a, b)]  # type: ignore[misc]
    paired = draws[1] - draws[0]
    n = int((metric.defined(a.table) & metric.defined(b.table)).sum())
    estimate = a.resamples.summary(values[1] - values[0], paired, n)
    p = math.nan
    if metric.name in FAMILY:
        p = exact if metric.name == "accuracy" else a.resamples.p_value(paired)
    smallest = detectable(estimate.se, estimate.clusters, alpha=ALPHA)
    return Difference(metric.name, values[0], values[1], estimate, p, math.nan, smallest, None)


def _judged(found: Difference, adjusted: float, metric: Metric) -> Difference:
    winner: Literal["a", "b"] | None = None
    low, high = found.difference.low, found.difference.high
    if adjusted < ALPHA and metric.better is not None and (low > 0 or high < 0):
        winner = "b" if (low > 0) == (metric.better == "higher") else "a"
    return replace(found, holm=adjusted, winner=winner)

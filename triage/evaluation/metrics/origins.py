"""Did it count the voices? To call one voice two is the mistake that matters most."""

from __future__ import annotations

from triage.evaluation.metrics.table import mean_of
from triage.schema import OriginCount

Sides = tuple[OriginCount, OriginCount]
"""The count of independent origins that support, and of those that refute."""

METRICS = [
    mean_of("n_min_error", "lower", "how far n_min is off, both sides together"),
    mean_of("n_max_error", "lower", "how far n_max is off, both sides together"),
    mean_of("counts_exact", "higher", "share of claims with all four counts right", share=True),
    mean_of("overcount", "lower", "share of claims where n_min is above the gold n_max on a side", share=True),
    mean_of("doubled", "lower", "share of claims where a side that has voices got an n_min above n_max", share=True),
    mean_of("overcount_strict", "lower", "share of claims where n_min is above the gold n_min on a side", share=True),
]


def values(counted: Sides, gold: Sides) -> dict[str, float | None]:
    """Return how far the counts of one claim are off."""
    pairs = list(zip(counted, gold, strict=True))
    return {
        "n_min_error": float(sum(abs(c.n_min - g.n_min) for c, g in pairs)),
        "n_max_error": float(sum(abs(c.n_max - g.n_max) for c, g in pairs)),
        "counts_exact": float(counted == gold),
        "overcount": float(any(c.n_min > g.n_max for c, g in pairs)),
        "doubled": float(any(0 < g.n_max < c.n_min for c, g in pairs)),
        "overcount_strict": float(any(c.n_min > g.n_min for c, g in pairs)),
    }

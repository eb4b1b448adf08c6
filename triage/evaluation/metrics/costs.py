"""What a run took, and how steady it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from triage.evaluation.metrics.table import Floats, Metric, Table, mean_of
from triage.origins.echo import KINDS


def quantile(column: Floats, weights: Floats, q: float) -> Floats:
    """Return a weighted quantile: the smallest value that at least a share `q` of the weight does not exceed."""
    kept = ~np.isnan(column)
    if not kept.any():
        return np.full(len(weights), np.nan)
    order = np.argsort(column[kept], kind="stable")
    running = np.cumsum(weights[:, kept][:, order], axis=1)
    total = running[:, -1]
    at = (running >= q * total[:, None] - 1e-9).argmax(axis=1)
    return np.where(total > 0, column[kept][order][at], np.nan)


def flip_rate(labels: Sequence[str | None]) -> float | None:
    """Return the share of pairs of epochs in which a claim got different labels; None with fewer than two epochs."""
    pairs = [(a, b) for i, a in enumerate(labels) for b in labels[:i]]
    return sum(a != b for a, b in pairs) / len(pairs) if pairs else None


def _seconds(q: float) -> Callable[[Table, Floats], Floats]:
    return lambda table, weights: quantile(table.column("seconds"), weights, q)


def _timed(table: Table) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return ~np.isnan(table.column("seconds"))


METRICS = [
    mean_of("answered", "higher", "share of claims with a usable answer", share=True),
    mean_of("errors", "lower", "share of claims that ended in an error or an unusable reply", share=True),
    mean_of("flip_rate", "lower", "share of pairs of epochs that differ in the label of a claim", share=True),
    *(
        mean_of(f"echo_robustness[{kind}]", "higher", f"share of claims that stand among echoes ({kind})", share=True)
        for kind in KINDS
    ),
    mean_of("calls", None, "model calls a claim"),
    mean_of("input_tokens", None, "tokens sent, a claim"),
    mean_of("cached_tokens", None, "of them not paid in full"),
    mean_of("output_tokens", None, "tokens received, a claim"),
    mean_of("cost", "lower", "US dollars a claim"),
    Metric("seconds_p50", None, "seconds a claim, median", "", _seconds(0.5), _timed),
    Metric("seconds_p95", None, "seconds a claim, 95th percentile", "", _seconds(0.95), _timed),
]

"""The metrics, each a small pure function with its source. Undefined is NaN, never 0."""

from __future__ import annotations

from triage.evaluation.metrics import calibration, citations, costs, labels, origins, retrieval, stances
from triage.evaluation.metrics.table import Metric, Table

__all__ = ["FAMILY", "Metric", "Table", "all_metrics"]

FAMILY = ("accuracy", "macro_f1", "n_min_error", "overcount_strict", "citation_precision", "citation_recall")
"""The metrics that a comparison tests, with Holm's correction over them; all others are shown with intervals alone."""


def all_metrics(scheme: tuple[str, ...]) -> dict[str, Metric]:
    """Return the metrics for a set of labels, by name."""
    found = [
        *labels.metrics(scheme),
        *origins.METRICS,
        *citations.METRICS,
        *retrieval.METRICS,
        *stances.METRICS,
        *calibration.METRICS,
        *costs.METRICS,
    ]
    return {metric.name: metric for metric in found}

"""Right labels: accuracy, F1, precision, recall. A claim without an answer is missed, and is no wrong label."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from triage.evaluation.metrics.table import Floats, Metric, Table, mean, ratio

FIELD = "van Rijsbergen 1979; as scikit-learn's f1_score with labels= and zero_division=nan"


def accuracy(table: Table, weights: Floats) -> Floats:
    """Return the share of all claims with the right label."""
    return mean(table.correct, weights)


def confusions(table: Table, weights: Floats) -> Floats:
    """Return weighted counts, shape (resamples, gold, predicted); the last column is "no answer"."""
    size = len(table.labels)
    kept = table.gold >= 0
    cells = np.zeros((int(kept.sum()), size * (size + 1)))
    cells[np.arange(len(cells)), table.gold[kept] * (size + 1) + table.predicted[kept]] = 1.0
    counted: Floats = (weights[:, kept] @ cells).reshape(-1, size, size + 1)
    return counted


def confusion(table: Table) -> NDArray[np.int64]:
    """Return how often each gold label (row) was given each label (column; the last is "no answer")."""
    from sklearn.metrics import confusion_matrix

    size = len(table.labels)
    kept = table.gold >= 0
    if not kept.any():
        return np.zeros((size, size + 1), dtype=np.int64)
    counts: NDArray[np.int64] = confusion_matrix(table.gold[kept], table.predicted[kept], labels=range(size + 1))
    return counts[:size]


def precisions(table: Table, weights: Floats) -> Floats:
    """Return precision by label, shape (resamples, labels); NaN for a label that was never given."""
    counts = confusions(table, weights)
    return ratio(_diagonal(counts), counts[:, :, :-1].sum(axis=1))


def recalls(table: Table, weights: Floats) -> Floats:
    """Return recall by label, shape (resamples, labels); NaN for a label that no claim has."""
    counts = confusions(table, weights)
    return ratio(_diagonal(counts), counts.sum(axis=2))


def f1s(table: Table, weights: Floats) -> Floats:
    """Return F1 by label, shape (resamples, labels); NaN for a label that neither gold nor answers have."""
    counts = confusions(table, weights)
    return ratio(2 * _diagonal(counts), counts[:, :, :-1].sum(axis=1) + counts.sum(axis=2))


def macro_f1(table: Table, weights: Floats) -> Floats:
    """Return the mean F1 of the labels for which it is defined."""
    by_label = f1s(table, weights)
    known = ~np.isnan(by_label)
    return ratio(np.where(known, by_label, 0).sum(axis=1), known.sum(axis=1).astype(np.float64))


def metrics(labels: tuple[str, ...]) -> list[Metric]:
    """Return the metrics of labels."""
    found = [
        Metric("accuracy", "higher", "share of claims with the right label", "", accuracy, _has_gold, share=True),
        Metric("macro_f1", "higher", "mean F1 over the labels", FIELD, macro_f1, _has_gold),
    ]
    for i, label in enumerate(labels):
        found += [
            Metric(
                f"precision[{label}]",
                "higher",
                f"share of the claims called {label} that are",
                FIELD,
                lambda table, weights, i=i: precisions(table, weights)[:, i],  # type: ignore[misc]
                lambda table, i=i: (table.gold >= 0) & (table.predicted == i),  # type: ignore[misc]
                share=True,
            ),
            Metric(
                f"recall[{label}]",
                "higher",
                f"share of the {label} claims that are called so",
                FIELD,
                lambda table, weights, i=i: recalls(table, weights)[:, i],  # type: ignore[misc]
                lambda table, i=i: table.gold == i,  # type: ignore[misc]
                share=True,
            ),
        ]
    return found


def _diagonal(counts: Floats) -> Floats:
    return np.diagonal(counts, axis1=1, axis2=2) if counts.size else np.full(counts.shape[:2], math.nan)


def _has_gold(table: Table) -> NDArray[np.bool_]:
    return table.gold >= 0

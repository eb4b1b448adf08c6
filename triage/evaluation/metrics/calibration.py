"""Does it know when it is right? Over the confidence of the label given; claims without an answer have none."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from triage.evaluation.metrics.table import Floats, Metric, Table, ratio

BINS = 10
COVERAGE = 0.8

_EDGES = np.linspace(0, 1, BINS + 1)


def ece(table: Table, weights: Floats) -> Floats:
    """Return the expected calibration error over ten bins of equal width."""
    known = _known(table)
    bins = _bins(table.confidence[known])
    inside = np.eye(BINS)[bins]
    weighted = weights[:, known]
    gaps = np.abs(weighted @ (inside * (table.confidence[known] - table.correct[known])[:, None]))
    return ratio(gaps.sum(axis=1), weighted.sum(axis=1))


def brier(table: Table, weights: Floats) -> Floats:
    """Return the mean squared distance of the confidence from being right (1) or wrong (0): 0 to 1.

    This is the two-class Brier score of the label given; summed over all classes of a distribution it would run
    from 0 to 2.
    """
    known = _known(table)
    errors = (table.confidence[known] - table.correct[known]) ** 2
    return ratio(weights[:, known] @ errors, weights[:, known].sum(axis=1))


def reliability(table: Table) -> list[tuple[float, float, int]]:
    """Return mean confidence, share right and count of each bin that is not empty."""
    known = _known(table)
    confidence, correct, bins = table.confidence[known], table.correct[known], _bins(table.confidence[known])
    return [
        (float(confidence[bins == b].mean()), float(correct[bins == b].mean()), int((bins == b).sum()))
        for b in range(BINS)
        if (bins == b).any()
    ]


def risk_coverage(table: Table) -> list[tuple[float, float]]:
    """Return (share of claims answered, share of those that are wrong), the surest first; ties are one step."""
    coverage, risk, _ = _curve(table, np.ones((1, len(table))))
    return list(zip(coverage[0].tolist(), risk[0].tolist(), strict=True))


def aurc(table: Table, weights: Floats) -> Floats:
    """Return the mean risk over all coverages: the area under the risk-coverage curve."""
    _, risk, share = _curve(table, weights)
    return ratio((np.where(share > 0, risk, 0.0) * share).sum(axis=1), share.sum(axis=1))


def selective_accuracy(table: Table, weights: Floats) -> Floats:
    """Return the accuracy on the surest four fifths of the answered claims; ties at the border come in whole."""
    coverage, risk, share = _curve(table, weights)
    if not coverage.shape[1]:
        return np.full(len(weights), math.nan)
    answered = share.sum(axis=1, keepdims=True)
    reached = np.cumsum(share, axis=1) >= COVERAGE * answered - 1e-9
    at = reached.argmax(axis=1)
    found: Floats = 1 - risk[np.arange(len(weights)), at]
    return np.where(answered[:, 0] > 0, found, math.nan)


def _curve(table: Table, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Return coverage, risk and weight of each distinct confidence, highest first; shape (resamples, confidences)."""
    known = _known(table)
    levels, place = np.unique(-table.confidence[known], return_inverse=True)
    inside = np.eye(len(levels))[place]
    share = weights[:, known] @ inside
    wrong = np.cumsum(weights[:, known] @ (inside * (1 - table.correct[known])[:, None]), axis=1)
    covered = np.cumsum(share, axis=1)
    everything = weights[:, table.gold >= 0].sum(axis=1, keepdims=True)
    return ratio(covered, np.broadcast_to(everything, covered.shape)), ratio(wrong, covered), share


def _known(table: Table) -> NDArray[np.bool_]:
    return table.answered & ~np.isnan(table.confidence)


def _bins(confidence: Floats) -> NDArray[np.int64]:
    """Return the bin of each confidence; a bin holds its upper edge, and the first holds 0 as well."""
    return np.clip(np.searchsorted(_EDGES, confidence, side="left") - 1, 0, BINS - 1)


METRICS = [
    Metric("ece", "lower", "how far confidence is from the share right", "Naeini et al. 2015", ece, _known),
    Metric("brier", "lower", "squared error of the confidence, 0 to 1", "Brier 1950", brier, _known),
    Metric("aurc", "lower", "mean risk over all coverages", "Geifman et al. 2019", aurc, _known),
    Metric(
        "accuracy@80",
        "higher",
        "accuracy on the surest 80 % of the claims answered",
        "Geifman and El-Yaniv 2017",
        selective_accuracy,
        _known,
    ),
]

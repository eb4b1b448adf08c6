"""Scores as columns, and metrics as functions of row weights, so that thousands of resamples cost one product each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from triage.evaluation.scores import Score

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Scores of one run, a row an answer.

    `gold` and `predicted` are places in `labels`; -1 where there is no gold, `len(labels)` where there is no answer.
    `confidence` and the columns are NaN where undefined.
    """

    labels: tuple[str, ...]
    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: Floats
    columns: Mapping[str, Floats]

    @classmethod
    def of(cls, scores: Sequence[Score], labels: Sequence[str]) -> Table:
        """Return the table of some scores."""
        place = {label: i for i, label in enumerate(labels)}
        names = dict.fromkeys(name for score in scores for name in score.values)
        return cls(
            tuple(labels),
            np.array([-1 if s.gold is None else place[s.gold] for s in scores], dtype=np.int64),
            np.array([len(labels) if s.label is None else place[s.label] for s in scores], dtype=np.int64),
            np.array([_number(s.confidence) for s in scores], dtype=np.float64),
            {name: np.array([_number(s.values.get(name)) for s in scores], dtype=np.float64) for name in names},
        )

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self.gold)

    def column(self, name: str) -> Floats:
        """Return a column; NaN throughout where no score has it."""
        return self.columns.get(name, np.full(len(self), math.nan))

    @property
    def correct(self) -> Floats:
        """Return 1 where the label is right, 0 where it is wrong or missing, NaN where there is no gold."""
        return np.where(self.gold < 0, math.nan, (self.gold == self.predicted).astype(np.float64))

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Return which rows have gold and a label."""
        return (self.gold >= 0) & (self.predicted < len(self.labels))


Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Metric:
    """A number about a run.

    `value(table, weights)` takes weights of shape (resamples, rows) and returns a value a resample, NaN where
    undefined. `defined(table)` says which rows it looks at. `source` is where the definition comes from.
    """

    name: str
    better: Better | None
    what: str
    source: str
    value: Callable[[Table, Floats], Floats]
    defined: Callable[[Table], NDArray[np.bool_]]
    share: bool = False
    """Whether it is a share of claims, of which no resample can tell how sure an observed 0 or 1 is."""

    def of(self, table: Table) -> float:
        """Return the metric of the table as it is."""
        return float(self.value(table, np.ones((1, len(table))))[0]) if len(table) else math.nan


def ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below, NaN where there is nothing below."""
    shape = np.broadcast_shapes(above.shape, below.shape)
    found: Floats = np.divide(above, below, out=np.full(shape, math.nan), where=below > 0)
    return found


def mean(column: Floats, weights: Floats) -> Floats:
    """Return the weighted mean over the rows where the column is defined."""
    kept = ~np.isnan(column)
    return ratio(weights[:, kept] @ column[kept], weights[:, kept].sum(axis=1))


def mean_of(name: str, better: Better | None, what: str, source: str = "", *, share: bool = False) -> Metric:
    """Return the metric that is the mean of a column; `share` says that it lies between 0 and 1."""
    return Metric(
        name,
        better,
        what,
        source,
        lambda table, weights: mean(table.column(name), weights),
        lambda table: ~np.isnan(table.column(name)),
        share,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value

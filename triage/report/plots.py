"""Points and lines of small plots, in the units of an SVG that a template draws. No vendor, no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SIZE, LEFT, TOP, RIGHT, BOTTOM = 320, 44, 10, 10, 40
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Mark:
    """A point of a plot, with what it stands for in words."""

    x: float
    y: float
    r: float
    told: str


@dataclass(frozen=True)
class Series:
    """What one run draws: a path, points, and the name of both; `number` chooses colour and dash."""

    number: int
    name: str
    path: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Plot:
    """A square plot with both axes from 0 to 1."""

    title: str
    across: str
    upward: str
    series: tuple[Series, ...]
    diagonal: bool = False

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to draw."""
        return not any(series.path or series.marks for series in self.series)


def at(x: float, y: float) -> tuple[float, float]:
    """Return where the point (x, y) of the unit square lies in the drawing."""
    wide, high = SIZE - LEFT - RIGHT, SIZE - TOP - BOTTOM
    return round(LEFT + x * wide, 1), round(TOP + (1 - y) * high, 1)


def line(points: Sequence[tuple[float, float]]) -> str:
    """Return the path through points of the unit square."""
    placed = [at(x, y) for x, y in points]
    return " ".join(f"{'L' if i else 'M'}{x} {y}" for i, (x, y) in enumerate(placed))


def reliability(number: int, name: str, bins: Sequence[tuple[float, float, int]]) -> Series:
    """Return the reliability curve of a run from (confidence, share right, count) a bin."""
    most = max((n for *_, n in bins), default=1)
    marks = []
    for confidence, right, n in bins:
        x, y = at(confidence, right)
        told = f"{name}: confidence {confidence:.2f}, right {right:.2f}, {n} claims"
        marks.append(Mark(x, y, round(2.5 + 5 * (n / most) ** 0.5, 1), told))
    return Series(number, name, line([(c, r) for c, r, _ in bins]), tuple(marks))


def risk_coverage(number: int, name: str, curve: Sequence[tuple[float, float]]) -> Series:
    """Return the risk-coverage curve of a run."""
    return Series(number, name, line(curve))

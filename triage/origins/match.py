"""How much of one document stands in another: runs of the same words, and sentences that say the same in order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel

from triage.origins.profile import FUNCTION_WORDS, GRAM, Profile, Sentence

Embed = Callable[[Sequence[str]], np.ndarray]
"""Turns texts into rows of a matrix; rows are compared by cosine."""

GAP = 4


@dataclass(frozen=True, slots=True)
class Run:
    """The words `a0:a1` of one document stand at `b0:b1` of another, but for small gaps; `same` of them are equal."""

    a0: int
    a1: int
    b0: int
    b1: int
    same: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences (by index) that say the same, with how alike they are in [0, 1]."""

    a: int
    b: int
    alike: float
    anchors: int


class Rarity:
    """How much a shared stem tells: in (0, 1], 1 for a stem that a single document holds."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for profile in profiles:
            counts.update(profile.stems)
            total += 1
        self._counts = counts
        self._total = total
        self._known: dict[str, float] = {}

    def __getitem__(self, stem: str) -> float:
        weight = self._known.get(stem)
        if weight is None:
            held = max(1, self._counts[stem])
            weight = math.log((self._total + 2) / (held + 1)) / math.log((self._total + 2) / 2)
            self._known[stem] = weight = max(weight, 0.05)
        return weight

    def held(self, stem: str) -> int:
        """Return how many documents hold a stem."""
        return self._counts[stem]

    def sum(self, stems: Iterable[str]) -> float:
        """Return the weight of several stems together."""
        return sum(self[stem] for stem in stems)


def runs(a: Sequence[str], b: Sequence[str], index: Mapping[tuple[str, ...], list[int]]) -> list[Run]:
    """Return the longest runs of equal words, joined over gaps of up to `GAP` words, in the order of `a`.

    `index` holds the grams of `b`.
    """
    found: list[Run] = []
    i, last = 0, len(a) - GRAM
    while i <= last:
        places = index.get(tuple(a[i : i + GRAM]))
        if places is None:
            i += 1
            continue
        length, j = max((_extent(a, b, i, j), -j) for j in places[:16])
        found.append(Run(i, i + length, -j, -j + length, length))
        i += length
    return _joined(found)


def _extent(a: Sequence[str], b: Sequence[str], i: int, j: int) -> int:
    length = GRAM
    stop = min(len(a) - i, len(b) - j)
    while length < stop and a[i + length] == b[j + length]:
        length += 1
    return length


def _joined(found: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in found:
        last = joined[-1] if joined else None
        if last and 0 <= run.a0 - last.a1 <= GAP and 0 <= run.b0 - last.b1 <= GAP:
            joined[-1] = Run(last.a0, run.a1, last.b0, run.b1, last.same + run.same)
        else:
            joined.append(run)
    return joined


def telling(profile: Profile, run: Run) -> int:
    """Return how many content words of a run are not part of a name or title."""
    words = profile.words.folded[run.a0 : run.a1]
    return sum(1 for w in words if w not in FUNCTION_WORDS and w not in profile.names and not w[0].isdigit())


def alike(a: Sentence, b: Sentence, rarity: Rarity) -> float:
    """Return how much of what two sentences tell is the same: weighted overlap of their stems, in [0, 1]."""
    common = a.content & b.content
    if not common:
        return 0.0
    shared = rarity.sum(common)
    return 2 * shared / (rarity.sum(a.content) + rarity.sum(b.content))


def align(a: Profile, b: Profile, rarity: Rarity, *, floor: float = 0.25, embed: Embed | None = None) -> list[Pair]:
    """Return the pairs of like sentences in the one order that both documents share.

    The path of greatest total likeness, at most one partner a sentence (Needleman and Wunsch 1970, no gap cost).
    """
    rows, columns = a.sentences, b.sentences
    if not rows or not columns:
        return []
    gain = np.zeros((len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            if row.content & column.content:
                gain[i, j] = likeness(a, b, row, column, rarity)
    kept = np.where(gain >= floor, gain, 0.0)
    return [Pair(i, j, float(gain[i, j]), len(rows[i].anchors & columns[j].anchors)) for i, j in _path(kept)]


def likeness(a: Profile, b: Profile, row: Sentence, column: Sentence, rarity: Rarity) -> float:
    """Return the likeness of two sentences: the mean of shared content and of words kept in order."""
    content = alike(row, column, rarity)
    if content < 0.12:
        return 0.0
    order = Indel.normalized_similarity(
        a.words.folded[row.first : row.last], b.words.folded[column.first : column.last]
    )
    return (content + order) / 2


def _path(gain: np.ndarray) -> list[tuple[int, int]]:
    rows, columns = gain.shape
    best = np.zeros((rows + 1, columns + 1))
    for i in range(rows):
        for j in range(columns):
            best[i + 1, j + 1] = max(best[i, j] + gain[i, j], best[i, j + 1], best[i + 1, j])
    path = []
    i, j = rows, columns
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            path.append((i - 1, j - 1))
            i, j = i - 1, j - 1
    return path[::-1]

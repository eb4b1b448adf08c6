"""How much of one document stands in another: equal runs of words, like sentences, and details told in one order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from triage.origins.profile import FUNCTION_WORDS, GRAM, Profile, Sentence

Embed = Callable[[Sequence[str]], NDArray[np.floating]]
"""Turns texts into rows of a matrix, to be compared by cosine."""
Matrix = NDArray[np.float64]

GAP = 4
"""Runs of equal words are joined over so many words that differ."""


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
    """Two sentences (by index) that tell the same: how `alike` in [0, 1], with the shared names and numbers."""

    a: int
    b: int
    alike: float
    anchors: int


class Rarity:
    """How much a shared stem tells: in (0, 1], 1 for a stem that a single document holds."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._counts: Counter[str] = Counter()
        self._total = 0
        for profile in profiles:
            self._counts.update(profile.stems)
            self._total += 1
        self._known: dict[str, float] = {}
        self._whole: dict[str, float] = {}

    def common(self, a: Profile, b: Profile) -> float:
        """Return the weight of the stems that two documents share, over that of the lesser's, in [0, 1]."""
        return self.sum(a.stems & b.stems) / max(min(self._of(a), self._of(b)), 1e-9)

    def _of(self, profile: Profile) -> float:
        doc_id = profile.document.doc_id
        if doc_id not in self._whole:
            self._whole[doc_id] = self.sum(profile.stems)
        return self._whole[doc_id]

    def __getitem__(self, stem: str) -> float:
        """Return the weight of a stem."""
        weight = self._known.get(stem)
        if weight is None:
            held = max(1, self._counts[stem])
            weight = max(0.05, math.log((self._total + 2) / (held + 1)) / math.log((self._total + 2) / 2))
            self._known[stem] = weight
        return weight

    def sum(self, stems: Iterable[str]) -> float:
        """Return the weight of several stems together."""
        return sum(self[stem] for stem in stems)


def runs(a: Sequence[str], b: Sequence[str], index: Mapping[tuple[str, ...], list[int]]) -> list[Run]:
    """Return the longest runs of equal words, joined over gaps of up to `GAP` words, in the order of `a`.

    `index` says where each run of `GRAM` words of `b` begins.
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
    """Return how many content words of a run are not part of a name, a title or a number."""
    words = profile.words.folded[run.a0 : run.a1]
    return sum(1 for w in words if w not in FUNCTION_WORDS and w not in profile.names and not w[0].isdigit())


@dataclass(frozen=True, slots=True)
class Retelling:
    """How far one document tells what another tells, in its order.

    `rewrite` is the likeness of sentences in order, over the shorter text; `details` the weight of the shared stems
    that stand in sentences in order, `names` that of shared names and numbers, `spread` the share of the sentences
    of the shorter text that take part. All in [0, 1].
    """

    pairs: tuple[Pair, ...]
    rewrite: float
    details: float
    names: float
    spread: float


SOME = 0.12
"""Sentences that share less of what they tell are not compared word by word."""
LIKE = 0.25
LINK = 0.25
NOTHING: Final = Retelling((), 0.0, 0.0, 0.0, 0.0)


def retelling(a: Profile, b: Profile, rarity: Rarity, embed: Embed | None = None) -> Retelling:
    """Return how far two documents tell the same in the same order.

    Sentences are aligned along the one path of greatest total likeness (Needleman and Wunsch 1970, no gap cost).
    """
    rows, columns = a.sentences, b.sentences
    if not rows or not columns:
        return NOTHING
    alike, shared, link = _compared(a, b, rarity)
    if embed is not None:
        alike = np.maximum(alike, _embedded(a, b, embed) * (shared > 0))
    path = ordered(np.where(alike >= LIKE, alike, 0.0))
    pairs = tuple(Pair(i, j, float(alike[i, j]), len(rows[i].anchors & columns[j].anchors)) for i, j in path)
    shorter = min(sum(s.length for s in rows), sum(s.length for s in columns))
    told = sum(pair.alike * min(rows[pair.a].length, columns[pair.b].length) for pair in pairs)
    steps = ordered(shared)
    weight = min(sum(rarity.sum(s.content) for s in rows), sum(rarity.sum(s.content) for s in columns))
    anchors = min(rarity.sum(a.anchors), rarity.sum(b.anchors))
    return Retelling(
        pairs,
        told / max(1, shorter),
        sum(float(shared[i, j]) for i, j in steps) / max(weight, 1e-9),
        rarity.sum(a.anchors & b.anchors) / max(1.0, anchors),
        sum(1 for i, j in steps if link[i, j] >= LINK) / min(len(rows), len(columns)),
    )


def _compared(a: Profile, b: Profile, rarity: Rarity) -> tuple[Matrix, Matrix, Matrix]:
    """Return for each pair of sentences the likeness, the weight of what they share, and its share of the lesser."""
    vocabulary = sorted(a.stems & b.stems)
    held_a, held_b = _held(a, vocabulary), _held(b, vocabulary)
    weight = (held_a * [rarity[stem] for stem in vocabulary]) @ held_b.T
    count = held_a @ held_b.T
    own_a = np.array([rarity.sum(s.content) for s in a.sentences])[:, None]
    own_b = np.array([rarity.sum(s.content) for s in b.sentences])[None, :]
    link = weight / np.maximum(np.minimum(own_a, own_b), 1e-9)
    shared = np.where(count > 1, weight * np.minimum(1.0, 2 * link), 0.0)
    content = 2 * weight / np.maximum(own_a + own_b, 1e-9)
    alike = np.zeros_like(content)
    for i, j in np.argwhere(content >= SOME):
        alike[i, j] = (content[i, j] + _in_order(a, b, a.sentences[i], b.sentences[j])) / 2
    return alike, shared, link


def _held(profile: Profile, vocabulary: Sequence[str]) -> Matrix:
    """Return which sentence (row) holds which stem (column), as 0 and 1."""
    place = {stem: n for n, stem in enumerate(vocabulary)}
    held = np.zeros((len(profile.sentences), len(vocabulary)))
    for row, sentence in enumerate(profile.sentences):
        held[row, [place[stem] for stem in sentence.content if stem in place]] = 1.0
    return held


def _in_order(a: Profile, b: Profile, row: Sentence, column: Sentence) -> float:
    """Return how many words two sentences keep in order: high where synonyms were put in position by position."""
    return Indel.normalized_similarity(a.words.folded[row.first : row.last], b.words.folded[column.first : column.last])


def _embedded(a: Profile, b: Profile, embed: Embed) -> Matrix:
    """Return the cosines of two documents' sentences, brought to the scale of likeness: below 0.5 they tell nothing."""
    rows, columns = (np.asarray(embed([p.text(s.first, s.last) for s in p.sentences]), dtype=float) for p in (a, b))
    rows, columns = (m / np.maximum(np.linalg.norm(m, axis=1, keepdims=True), 1e-9) for m in (rows, columns))
    cosine: Matrix = np.clip((rows @ columns.T - 0.5) * 1.6, 0.0, 1.0)
    return cosine


def ordered(gain: Matrix) -> list[tuple[int, int]]:
    """Return the steps of the path of greatest total gain in which no two steps cross."""
    rows, columns = gain.shape
    best = np.zeros((rows + 1, columns + 1)).tolist()
    values = gain.tolist()
    for i in range(rows):
        above, here, row = best[i], best[i + 1], values[i]
        for j in range(columns):
            here[j + 1] = max(above[j] + row[j], above[j + 1], here[j])
    path = []
    i, j = rows, columns
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            path.append((i - 1, j - 1))
            i, j = i - 1, j - 1
    return path[::-1]

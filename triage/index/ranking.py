"""Two rankings into one, and near-identical passages into one hit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from triage.schema import Hit, Passage

_NEAR = 0.9
_SHINGLE = 3
_WORD = re.compile(r"\w+(?:'\w+)*")
# A near-copy that has one of these where the other has not may say something else.
_NEGATIONS = frozenset("no not never none nobody nothing neither nor without cannot".split())
_NUMBER_OR_NOT = re.compile(r"\d|n't$").search

Ranking = Sequence[tuple[str, float]]


class Scored(NamedTuple):
    """A candidate: its id, its fused score in [0, 1] and its 1-based rank by ranking."""

    passage_id: str
    score: float
    ranks: dict[str, int]


def fuse(rankings: Mapping[str, Ranking]) -> list[Scored]:
    """Fuse rankings by the mean of their min-max normalised scores, best first, ties by passage_id.

    What a ranking did not return counts 0 there. (Convex combination: Bruch, Gai, Ingber 2023, "An Analysis of
    Fusion Functions for Hybrid Retrieval"; here it beats reciprocal rank fusion, see `benchmarks/RESULTS.md`.)
    """
    totals: dict[str, float] = {}
    ranks: dict[str, dict[str, int]] = {}
    for name, ranking in rankings.items():
        scores = [score for _, score in ranking]
        low, spread = min(scores, default=0.0), max(scores, default=0.0) - min(scores, default=0.0)
        for rank, (passage_id, score) in enumerate(ranking, 1):
            part = (score - low) / spread if spread > 0 else 1.0
            totals[passage_id] = totals.get(passage_id, 0.0) + part / len(rankings)
            ranks.setdefault(passage_id, {})[name] = rank
    order = sorted(totals, key=lambda passage_id: (-totals[passage_id], passage_id))
    return [Scored(passage_id, totals[passage_id], ranks[passage_id]) for passage_id in order]


def collapse(candidates: Iterable[Scored], passages: Mapping[str, Passage], count: int) -> list[Hit]:
    """Return the best `count` hits; a passage that says nothing beyond a better one stands under that one.

    Candidates that are not among `passages` are passed over. All candidates are looked at for duplicates, also
    those below the last hit.
    """
    kept: list[tuple[Scored, Passage, list[Passage]]] = []
    known = _Known()
    for candidate in candidates:
        passage = passages.get(candidate.passage_id)
        if passage is None:
            continue
        words = _Words.of(passage.text)
        twin = known.twin_of(words)
        if twin is not None:
            kept[twin][2].append(passage)
        elif len(kept) < count:
            known.add(words)
            kept.append((candidate, passage, []))
    return [
        Hit(passage=passage, score=min(1.0, scored.score), ranks=scored.ranks, duplicates=tuple(copies))
        for scored, passage, copies in kept
    ]


class _Words(NamedTuple):
    """A passage for comparison: hashes of its word 3-grams (of a shorter one, all), its numbers and negations."""

    shingles: frozenset[int]
    telling: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> _Words:
        words = _WORD.findall(text.casefold().replace("’", "'"))
        shingles = frozenset(map(hash, zip(words, words[1:], words[2:], strict=False))) or frozenset(
            [hash(tuple(words))]
        )
        telling = (word for word in words if word in _NEGATIONS or (not word.isalpha() and _NUMBER_OR_NOT(word)))
        return cls(shingles, tuple(sorted(telling)))


class _Known:
    """The passages that were kept, to be asked whether one of them says all that another says."""

    def __init__(self) -> None:
        self._words: list[_Words] = []
        self._holders: dict[int, list[int]] = {}

    def add(self, words: _Words) -> None:
        for shingle in words.shingles:
            self._holders.setdefault(shingle, []).append(len(self._words))
        self._words.append(words)

    def twin_of(self, words: _Words) -> int | None:
        """Return the first that has all 3-grams, or nearly all, and then the same numbers and negations."""
        shared = Counter(at for shingle in words.shingles for at in self._holders.get(shingle, ()))
        whole = len(words.shingles)
        for at in sorted(shared):
            same = shared[at] >= _NEAR * whole and words.telling == self._words[at].telling
            if same or shared[at] == whole:
                return at
        return None

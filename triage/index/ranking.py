"""Two rankings into one, and near-identical passages into one hit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from triage.schema import Hit, Passage

_NEAR = 0.9
_SHINGLE = 3
_WORD = re.compile(r"\w+(?:['’]\w+)*")
# A near-copy that has one of these where the other has not may say something else.
_NEGATION = re.compile(r"\d|n['’]t$|^(?:not?|never|none|nobody|nothing|neither|nor|without|cannot)$")

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
    kept: list[tuple[Scored, Passage, _Words, list[Passage]]] = []
    for candidate in candidates:
        passage = passages.get(candidate.passage_id)
        if passage is None:
            continue
        words = _Words.of(passage.text)
        twin = next((copies for _, _, other, copies in kept if words.adds_nothing_to(other)), None)
        if twin is not None:
            twin.append(passage)
        elif len(kept) < count:
            kept.append((candidate, passage, words, []))
    return [
        Hit(passage=passage, score=min(1.0, scored.score), ranks=scored.ranks, duplicates=tuple(copies))
        for scored, passage, _, copies in kept
    ]


class _Words(NamedTuple):
    """A passage's words for comparison: all of them, its word 3-grams, and its numbers and negations."""

    words: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]
    telling: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> _Words:
        words = tuple(_WORD.findall(text.casefold().replace("’", "'")))
        shingles = frozenset(words[at : at + _SHINGLE] for at in range(max(1, len(words) - _SHINGLE + 1)))
        return cls(words, shingles, tuple(sorted(filter(_NEGATION.search, words))))

    def adds_nothing_to(self, other: _Words) -> bool:
        shared = len(self.shingles & other.shingles)
        if shared == len(self.shingles) or self.words == other.words:
            return True
        return shared >= _NEAR * len(self.shingles) and self.telling == other.telling

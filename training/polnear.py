"""PolNeAR rows (`doc_id, text, attributions: [{source, cue, content: [[start, end]...]}]`) and how they are scored."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Offsets = tuple[int, int]
KINDS = ("source", "cue", "content")


@dataclass(frozen=True)
class Marked:
    """Who says it, the cue, and what is said; each in one or more pieces, or none."""

    source: tuple[Offsets, ...]
    cue: tuple[Offsets, ...]
    content: tuple[Offsets, ...]


@dataclass(frozen=True)
class Article:
    doc_id: str
    text: str
    marked: tuple[Marked, ...]


def read(path: Path) -> list[Article]:
    """Read a gzipped JSON Lines file of articles."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Article(
            row["doc_id"],
            row["text"],
            tuple(Marked(*(tuple((s, e) for s, e in a[kind]) for kind in KINDS)) for a in row["attributions"]),
        )
        for row in rows
    ]


def fold(doc_id: str, folds: int) -> int:
    """Return the fold of an article: the same for ever, whatever the order of the file."""
    return int(hashlib.sha256(doc_id.encode()).hexdigest(), 16) % folds


def overlaps(a: Offsets, b: Offsets) -> bool:
    """Whether two spans share at least half of the shorter."""
    return 2 * (min(a[1], b[1]) - max(a[0], b[0])) >= min(a[1] - a[0], b[1] - b[0]) > 0


def matched(gold: Iterable[Offsets], predicted: Iterable[Offsets]) -> int:
    """Count gold spans that a predicted span meets, each predicted span used once, the best overlaps first."""
    gold, predicted = sorted(set(gold)), sorted(set(predicted))
    pairs = [
        (-(min(g[1], p[1]) - max(g[0], p[0])) / (max(g[1], p[1]) - min(g[0], p[0])), g, p)
        for g in gold
        for p in predicted
        if overlaps(g, p)
    ]
    met: set[Offsets] = set()
    used: set[Offsets] = set()
    for _, g, p in sorted(pairs):
        if g not in met and p not in used:
            met.add(g)
            used.add(p)
    return len(met)


@dataclass
class Tally:
    """Counts over articles; F1 is by span, the join rate by gold attribution that has a source and a content."""

    gold: dict[str, int]
    predicted: dict[str, int]
    hits: dict[str, int]
    joined: int = 0
    joinable: int = 0

    @classmethod
    def empty(cls) -> Tally:
        return cls(dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0))

    def add(
        self, gold: Sequence[Marked], predicted: Sequence[Marked], loose: dict[str, list[Offsets]] | None = None
    ) -> None:
        """Add an article. `loose` are all predicted spans by kind, where some belong to no attribution."""
        for kind in KINDS:
            want = {span for one in gold for span in getattr(one, kind)}
            have = {span for one in predicted for span in getattr(one, kind)} | set((loose or {}).get(kind, ()))
            self.gold[kind] += len(want)
            self.predicted[kind] += len(have)
            self.hits[kind] += matched(want, have)
        for one in gold:
            if one.source and one.content:
                self.joinable += 1
                self.joined += any(_meets(one.source, p.source) and _meets(one.content, p.content) for p in predicted)

    def figures(self) -> dict[str, float]:
        """Return precision, recall and F1 by kind, and the join rate."""
        out: dict[str, float] = {}
        for kind in KINDS:
            precision = self.hits[kind] / max(1, self.predicted[kind])
            recall = self.hits[kind] / max(1, self.gold[kind])
            out[f"{kind}_precision"], out[f"{kind}_recall"] = precision, recall
            out[f"{kind}_f1"] = 2 * precision * recall / max(1e-9, precision + recall)
        out["join_rate"] = self.joined / max(1, self.joinable)
        return out


def _meets(gold: Sequence[Offsets], predicted: Sequence[Offsets]) -> bool:
    return any(overlaps(g, p) for g in gold for p in predicted)

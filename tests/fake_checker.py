"""A checker that knows the gold and is wrong as often as it is told to be, always on the same claims."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from triage.errors import IndexError_
from triage.evaluation.data import Dataset, Item, item_of
from triage.schema import (
    Citation,
    Claim,
    Document,
    DocumentRef,
    Evidence,
    GoldClaim,
    GoldEvidence,
    Hit,
    OriginCount,
    Passage,
    Probabilities,
    Reading,
    Run,
    Stance,
    Trail,
    Usage,
    Verdict,
)
from triage.settings import Settings, load_settings
from triage.verdict import label_of

NO_ONE = OriginCount()
SIDES = (
    (OriginCount(n_min=2, n_max=3), NO_ONE),
    (OriginCount(n_min=1, n_max=1), NO_ONE),
    (OriginCount(n_min=1, n_max=2), OriginCount(n_min=1, n_max=1)),
    (NO_ONE, OriginCount(n_min=1, n_max=1)),
    (NO_ONE, NO_ONE),
)
WORDS = "The bridge over the river was closed to lorries on Monday, said the harbour office."


def documents(stories: int = 6) -> dict[str, Document]:
    """Two publishers a story print the same sentence."""
    found = {}
    for story in range(stories):
        for publisher in ("Courier", "Herald"):
            doc_id = f"story-{story}/{publisher.lower()}"
            text = f"{publisher} of {story}. {WORDS} Nothing else happened."
            found[doc_id] = Document(doc_id=doc_id, text=text, publisher=publisher, published="2031-04-12")
    return found


def gold(stories: int = 6, claims: int = 10) -> Dataset:
    """Claims over all labels; what has voices has a gold passage in both documents of its story."""
    held = documents(stories)
    items: list[Item] = []
    for story in range(stories):
        for number in range(claims):
            support, refute = SIDES[number % len(SIDES)]
            evidence = [
                GoldEvidence(doc_id=doc_id, quote=WORDS, stance=stance, origin="office")
                for stance, count in ((Stance.SUPPORTS, support), (Stance.REFUTES, refute))
                for doc_id in held
                if doc_id.startswith(f"story-{story}/") and count.n_max
            ]
            claim = GoldClaim(
                claim_id=f"s{story}-{number:02}",
                story=f"story-{story}",
                split="dev" if story % 2 else "test",
                text=f"Claim {number} about story {story}.",
                label=label_of(support, refute),
                support=support,
                refute=refute,
                evidence=tuple(evidence),
            )
            items.append(item_of(claim, lambda doc_id: held[doc_id].text))
    return Dataset("fiction", tuple(items))


@dataclass
class FakeIndex:
    corpus_sha256: str = "c0ffee"
    embedder: str = "none"


@dataclass
class FakeReader:
    name: str = "local"


@dataclass
class FakeChecker:
    """Right on a share `skill` of the claims; which ones depends on `seed` and the claim alone."""

    dataset: Dataset
    skill: float = 0.8
    seed: str = ""
    pause: float = 0.0
    asked: list[str] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    settings: Settings = field(default_factory=lambda: load_settings(concurrency=2, cache_dir=Path("unused")))
    index: FakeIndex = field(default_factory=FakeIndex)
    reader: FakeReader = field(default_factory=FakeReader)

    def document(self, doc_id: str) -> Document:
        try:
            return documents(12)[doc_id]
        except KeyError:
            raise IndexError_(f"holds no document {doc_id!r}", path="fake") from None

    def trail(self, claim: str | Claim, *, as_of: str | None = None) -> Trail:
        assert isinstance(claim, Claim)
        self.asked.append(claim.claim_id)
        time.sleep(self.pause)
        if claim.claim_id in self.failing:
            raise self.failing[claim.claim_id]
        item = next(item for item in self.dataset.items if item.claim.claim_id == claim.claim_id)
        draw = int(hashlib.sha256(f"{self.seed}{claim.claim_id}".encode()).hexdigest()[:8], 16) / 16**8
        return self.answer(item, right=draw < self.skill, draw=draw)

    def answer(self, item: Item, *, right: bool, draw: float) -> Trail:
        assert item.support is not None and item.refute is not None
        sides = (item.support, item.refute)
        if not right:
            others = [other for other in SIDES if label_of(*other) != item.label]
            sides = others[int(draw * 1000) % len(others)]
        cited = [s for s in item.spans if right or s.doc_id.endswith("herald")]
        passages = [
            Passage(doc_id=s.doc_id, start=0, end=len(self.document(s.doc_id).text), text=self.document(s.doc_id).text)
            for s in item.spans
        ]
        verdict = Verdict(
            claim=item.claim,
            label=label_of(*sides),
            confidence=round(0.5 + draw / 2 if right else 0.9 - draw / 2, 3),
            support=sides[0],
            refute=sides[1],
            evidence=tuple(self.evidence(s.doc_id, s.start, s.end, s.stance) for s in cited),
            run=Run(reader=self.reader.name, usage=Usage(calls=1, input_tokens=100, output_tokens=10, cost=0.001)),
        )
        return Trail(
            claim=item.claim,
            hits=[Hit(passage=p, score=1 / (i + 1)) for i, p in enumerate(_distinct(passages))],
            readings=[reading(p, s.stance) for p, s in zip(passages, cited, strict=False)],
            verdict=verdict,
        )

    def evidence(self, doc_id: str, start: int, end: int, stance: Stance) -> Evidence:
        document = self.document(doc_id)
        return Evidence(
            citation=Citation(doc_id=doc_id, quote=document.text[start:end], start=start, end=end),
            document=DocumentRef(doc_id=doc_id, publisher=document.publisher),
            stance=stance,
            probability=0.9,
            origin_id="organisation:office",
        )


def reading(passage: Passage, stance: Stance) -> Reading:
    sure = {"supports": 0.05, "refutes": 0.05, "neutral": 0.05, stance.value: 0.9}
    return Reading(
        passage_id=passage.passage_id, stance=stance, quote=WORDS, probabilities=Probabilities.model_validate(sure)
    )


def _distinct(passages: Sequence[Passage]) -> list[Passage]:
    return list({passage.passage_id: passage for passage in passages}.values())

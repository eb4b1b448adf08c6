"""The ways by which words came from one document into another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from triage.origins.profile import FUNCTION_WORDS, profile, stem
from triage.origins.voices import Cited
from triage.schema import Citation, Document, Relay, Segment, Span

WHOLE = frozenset({"reprint", "trimmed", "rewrite", "translation"})
"""Relays in which the whole text follows another."""
REPEATED = 0.25
"""Words of another document are taken for the ones that are retold where they share so much."""
CITED = 0.3
"""By so much words that are cited for the same stance are preferred to others."""

Step = tuple[Relay, Cited]
"""A relay, and the place that it leads to."""


class Paths:
    """The relays of a set of documents, to be asked where some words came from."""

    def __init__(self, documents: Mapping[str, Document], relays: Sequence[Relay], cited: Sequence[Cited]) -> None:
        self._documents = documents
        self._cited = cited
        self._relays: dict[str, list[Relay]] = {}
        for relay in relays:
            if relay.relayed in documents:
                self._relays.setdefault(relay.relayer, []).append(relay)

    def copied(self, at: Cited) -> Step | None:
        """Return the relay that gave these words verbatim, and where they stand in the document that it relays."""
        options = []
        for relay in self._relays.get(at.doc_id, ()):
            for mine, theirs in relay.basis:
                inside = _inside(mine, at)
                if inside >= 0.6 * (at.end - at.start) and _verbatim(mine, theirs):
                    options.append((inside, relay, self._snapped(_mapped(at, mine, theirs))))
        return _best(options)

    def followed(self, at: Cited) -> Step | None:
        """Return the place that these words retell in a document which theirs follows as a whole."""
        options = []
        for relay in self._relays.get(at.doc_id, ()):
            if relay.kind in WHOLE:
                aligned = [theirs for mine, theirs in relay.basis if _inside(mine, at) >= 0.5 * (at.end - at.start)]
                if aligned:
                    options.append((1.0, relay, self._snapped(_at(at, aligned[0]))))
                elif near := self.likest(at, relay.relayed, cited=True):
                    options.append((near[0], relay, near[1]))
        return _best(options)

    def credited(self, at: Cited) -> Step | None:
        """Return the place that these words come from in a document that theirs quotes or credits there."""
        options = []
        for relay in self._relays.get(at.doc_id, ()):
            near = self.likest(at, relay.relayed)
            here = [theirs for mine, theirs in relay.basis if _inside(mine, at) >= 0.3 * (at.end - at.start)]
            if here:
                options.append(
                    (1 + near[0] if near else 1.0, relay, near[1] if near else self._snapped(_at(at, here[0])))
                )
            elif near and relay.kind in WHOLE:
                options.append((near[0], relay, near[1]))
        return _best(options)

    def likely(self, at: Cited) -> Step | None:
        """Return cited words of the same stance in a document that theirs relays anywhere: where they may come from."""
        near = [(relay, self.likest(at, relay.relayed, cited=True)) for relay in self._relays.get(at.doc_id, ())]
        return _best([(found[0], relay, found[1]) for relay, found in near if found and found[0] >= CITED + REPEATED])

    def likest(self, at: Cited, doc_id: str, *, cited: bool = False) -> tuple[float, Cited] | None:
        """Return the likest words of another document: cited ones of the same stance, else (or never) others."""
        mine = stems(self._documents[at.doc_id], at.start, at.end)
        document = self._documents[doc_id]
        options = [
            (CITED + share(mine, stems(document, other.start, other.end)), replace(other, attributed_to=None))
            for other in self._cited
            if other.doc_id == doc_id and other.stance == at.stance
        ]
        if not options and not cited:
            there = profile(document)
            for sentence in there.sentences:
                alike = share(mine, sentence.content)
                if alike >= REPEATED and len(mine & sentence.content) > 1:
                    options.append((alike, _at(at, there.cite(sentence.first, sentence.last))))
        return max(options, key=lambda option: option[0], default=None)

    def _snapped(self, at: Cited) -> Cited:
        """Return the cited words that a place falls on, where there are any: the same words then have one voice."""
        overlaps = [
            (min(other.end, at.end) - max(other.start, at.start), other)
            for other in self._cited
            if other.doc_id == at.doc_id and other.stance == at.stance
        ]
        best = max(overlaps, key=lambda item: item[0], default=None)
        if best is None or best[0] < 0.5 * min(at.end - at.start, best[1].end - best[1].start):
            return at
        return best[1]


def _best(options: Sequence[tuple[float, Relay, Cited]]) -> Step | None:
    best = max(options, key=lambda option: option[0], default=None)
    return (best[1], best[2]) if best else None


def _inside(mine: Citation, at: Cited) -> int:
    return min(mine.end, at.end) - max(mine.start, at.start)


def _at(at: Cited, there: Citation) -> Cited:
    return replace(at, doc_id=there.doc_id, start=there.start, end=there.end, attributed_to=None)


def _verbatim(mine: Citation, theirs: Citation) -> bool:
    a, b = mine.quote.split(), theirs.quote.split()
    same = sum(x == y for x, y in zip(a, b, strict=False))
    if same >= 0.6 * max(len(a), len(b)):
        return True
    return len(a) > 8 and len(set(a) & set(b)) >= 0.9 * max(len(set(a)), len(set(b)))


def _mapped(at: Cited, mine: Citation, theirs: Citation) -> Cited:
    """Return the place of the same words in the other document, in proportion where the two are not equal."""
    first, last = max(at.start, mine.start), min(at.end, mine.end)
    exact = theirs.quote.find(mine.quote[first - mine.start : last - mine.start])
    if exact >= 0:
        start, end = theirs.start + exact, theirs.start + exact + last - first
    else:
        scale = (theirs.end - theirs.start) / max(1, mine.end - mine.start)
        start, end = (theirs.start + round((offset - mine.start) * scale) for offset in (first, last))
    return replace(at, doc_id=theirs.doc_id, start=start, end=max(end, start + 1), attributed_to=None)


@lru_cache(maxsize=8192)
def stems(document: Document, start: int, end: int) -> frozenset[str]:
    """Return the content stems of a stretch of a document."""
    found = profile(document)
    first, last = found.within(start, end)
    return frozenset(stem(word) for word in found.words.folded[first:last] if word not in FUNCTION_WORDS)


def share(a: frozenset[str], b: frozenset[str]) -> float:
    """Return how much of the smaller of two sets is in the other, in [0, 1]."""
    return len(a & b) / max(1, min(len(a), len(b)))


def segment_at(document: Document, offset: int) -> Segment | None:
    """Return the segment of a document that an offset falls in."""
    return next((segment for segment in document.segments if segment.start <= offset < segment.end), None)


def dated(document: Document, offset: int) -> str | None:
    """Return the date of a part of a document: its post's, else the document's own."""
    segment = segment_at(document, offset)
    return (segment.published if segment else None) or document.published


def paragraph(document: Document, start: int, end: int) -> tuple[int, int]:
    """Return the start and end of the paragraphs that a span touches."""
    first, last = document.text.rfind("\n\n", 0, start), document.text.find("\n\n", end)
    return max(first, 0), last if last >= 0 else len(document.text)


def nearest(text: str, words: str, offset: int) -> Span | None:
    """Return the place of some words nearest to an offset, where they stand in a text verbatim."""
    places = [match.start() for match in re.finditer(re.escape(words), text)] if words else []
    if not places:
        return None
    start = min(places, key=lambda place: abs(place - offset))
    return Span(start=start, end=start + len(words))

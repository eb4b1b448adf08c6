"""How far a content reaches: the words before or after a cue, quotations in their full length."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.origins.parties import Range, tokens
from triage.origins.quotations import Quotation
from triage.schema import Cue

TELLING = frozenset("tell inform assure reassure warn caution remind notify advise".split())
_HEARERS = frozenset(
    """him her them us me you reporters journalists lawmakers viewers listeners readers parliament investigators police
    everyone delegates colleagues supporters councillors residents people""".split()
)
_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday yesterday today tonight earlier later again late
    early""".split()
)
_PERIODS = frozenset("week month year morning afternoon evening night weekend spring summer autumn winter".split())
ADJUNCT = frozenset("on in at during via through to by from after before".split())
_PLACES = ADJUNCT | {"outside", "inside", "near"}
_CLAUSE = frozenset("the a an he she it they we i there his her its their this these no all some".split())
_VERBAL = frozenset("is are was were has have had will would could should may might does did do can".split())

_OPENING = re.compile(
    r"\s*(?:[-*>#•–—]+\s*|(?:And|But|Yet|So)\s+)*"
    # A dateline: TOWN, May 9 (Agency) -
    r"(?:[A-ZÀ-Þ][A-ZÀ-Þ’'. -]{2,30}(?:,[^—–()\n]{1,30})?\s*(?:\([^)\n]{1,40}\))?\s+[—–-]+\s+)?"
)


def lead_length(words: str) -> int:
    """Return how many characters of list marks, conjunctions and dateline a sentence begins with."""
    match = _OPENING.match(words)
    return match.end() if match else 0


@dataclass(frozen=True)
class Found:
    """An attribution before its parts are resolved; ranges of the text. `via` is who quoted the source."""

    source: Range | None
    cue: Range | None
    contents: tuple[Range, ...]
    kind: Cue
    via: Range | None = None
    sentence: Range = (0, 0)


class Extents:
    """A sentence, its words, and the quotations that it has a part of."""

    def __init__(self, text: str, span: Range, quoted: Sequence[Quotation]) -> None:
        self.text, (self.start, self.end) = text, span
        self.words = tokens(text, *span)
        self.quoted = [quote for quote in quoted if quote.start < self.end and self.start < quote.end]

    def at(self, offset: int) -> int:
        """Return the index of the first word that ends after an offset."""
        return next((i for i, token in enumerate(self.words) if token.end > offset), len(self.words))

    def low(self, place: int) -> str:
        """Return a word in lower case, or nothing beyond the sentence."""
        return self.words[place].low if 0 <= place < len(self.words) else ""

    def ends_quotation(self, span: Range) -> bool:
        """Return whether a direct quotation ends where a span does."""
        return any(quote.end == span[1] and quote.direct(self.text) for quote in self.quoted)

    def before(self, stop: int) -> Range | None:
        """Return the content that ends before `stop`: a quotation in its full length, or the words up to there."""
        begin = self.start
        text = self.text[begin:stop].rstrip()
        if not text.endswith((",", "”", '"', "»", "’", "?", "!", "'")):
            return None
        for quote in self.quoted:
            if quote.end <= stop and not self.text[quote.end : stop].strip(" ,\n") and quote.direct(self.text):
                return quote.start, quote.end
            if quote.end <= stop and not self.text[quote.end : stop].strip(" ,\n"):
                begin = min(begin, quote.start)
        begin += lead_length(self.text[begin:stop])
        end = begin + len(self.text[begin:stop].rstrip(" ,\n"))
        return (begin, end) if len(self.text[begin:end].split()) >= 2 else None

    def after(self, lemma: str, place: int) -> Range | None:
        """Return the content that begins after word `place` and a cue, past hearers, days and "in a statement"."""
        if lemma in TELLING:
            place = self.past_hearer(place)
        place = self.past_adjuncts(place)
        while place < len(self.words) and self.low(place) in (",", ":", "that", "how", "—", "–"):
            place += 1
        if self.low(place) == "of" and self.low(place - 1) != "that":
            place += 1
        if place >= len(self.words):
            return None
        begin, end = self.words[place].start, self.tail()
        for quote in self.quoted:
            if quote.start == begin and quote.direct(self.text):
                return quote.start, quote.end
        said = end > begin and self.words[place].low not in (".", "!", "?", ";", "so", "(")
        return (begin, end) if said else None

    def tail(self) -> int:
        """Return where the sentence ends, without its full stop."""
        return self.start + len(self.text[self.start : self.end].rstrip(" \n.,;"))

    def past_hearer(self, place: int) -> int:
        """Return the word after those who are told."""
        if self.low(place) in _HEARERS:
            return place + 1
        start = place
        while place < len(self.words) and place - start < 8:
            token = self.words[place]
            if not token.word or token.low in ("that", "to", "about", "of", "how", "in", "on", "at"):
                break
            if place > start and (token.low in _CLAUSE or token.low in _VERBAL):
                break
            capital = self.text[token.start].isupper()
            if (
                place > start
                and capital != self.text[self.words[place - 1].start].isupper()
                and self.low(place - 1) not in ("the", "a", "an")
            ):
                break
            place += 1
        return place

    def past_adjuncts(self, place: int) -> int:
        """Return the word after "on Monday", "in a statement" and the like."""
        for ahead in range(place, min(place + 14, len(self.words))):
            low = self.low(ahead)
            if (
                low in _VERBAL
                or low in ".;?!"
                or (low in _CLAUSE and ahead > place and self.low(ahead - 1) not in _PLACES)
            ):
                break
            opens = any(q.start == self.words[ahead].start and q.direct(self.text) for q in self.quoted)
            if low in ("that", ":") or opens:
                return ahead
        if self.low(place) in ("last", "this", "that") and self.low(place + 1) in _PERIODS:
            place += 2
        while self.low(place) in _DAYS or (self.low(place) in ADJUNCT and self.low(place + 1) != "the"):
            if self.low(place) in _DAYS:
                place += 1
                continue
            place += 2
            while place < len(self.words) and self.low(place) not in _CLAUSE | {",", "that", ":", ".", "“", '"'}:
                place += 1
        if self.low(place) in ADJUNCT:
            rest = [token.low for token in self.words[place:]]
            if not any(low in _VERBAL for low in rest) and len(rest) < 14:
                return len(self.words)
        return place

    def opens_quotation(self, offset: int) -> bool:
        """Return whether a quotation opens at an offset."""
        return any(quote.start == offset for quote in self.quoted)

    def ends_with_colon(self) -> bool:
        """Return whether the sentence leaves to the next what is said."""
        return self.text[self.start : self.end].rstrip().endswith(":")

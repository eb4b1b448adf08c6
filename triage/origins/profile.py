"""A document as the reuse detector sees it: folded words with their offsets, sentences, quotations, anchors."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

from anyascii import anyascii

from triage.passages import sentences
from triage.schema import Citation, Document, Segment, Span

WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W\d_]+)*")
QUOTATION = re.compile(r"“([^”]{3,1200})”|„([^“”]{3,1200})[“”]|«([^»]{3,1200})»|\"([^\"]{3,1200})\"")
BLOCK = re.compile(r"^(?:>.*(?:\n|$))+", re.MULTILINE)
FURNITURE = re.compile(
    r"copyright|©|\(c\) ?\d{4}|all rights reserved|privacy polic|cookie|newsletter|subscrib|sign up|click here|"
    r"read more|related (?:articles|topics|stories)|share this|follow us|skip to |terms of (?:use|service)|advertis|"
    r"reporting by [^.]{3,80}editing by|no part of this|may not be (?:reproduced|published|broadcast)|"
    r"content from external source|last edited|support our (?:work|journalism)",
    re.IGNORECASE,
)
FUNCTION_WORDS = frozenset(
    """a about above after again against all also although am among an and any are as at away be became because been
    before being below between both but by can cannot could did do does doing don't down during each either else even
    ever every few for from further had has have having he her here hers herself him himself his how however i if in
    into is it its itself just least less let like made make many may me might more most much must my near neither no
    nor not now of off on once one only or other our ours out over own per quite rather same said say saying says she
    should since so some such than that the their theirs them themselves then there these they this those though
    through thus to told too toward towards under until up upon us very was we were what when where whether which while
    who whom whose why will with within without would yet you your yours""".split()
)
NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
STEM = 6
GRAM = 5


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Return a word without case, diacritics and possessive, in Latin letters; number words become digits.

    >>> fold("Viačorka’s"), fold("Twelve"), fold("1,200")
    ('viacorka', '12', '1200')
    """
    plain = word if word.isascii() else anyascii(word.replace("’", "'"))
    plain = plain.lower()
    if plain.endswith("'s"):
        plain = plain[:-2]
    if plain[:1].isdigit():
        return plain.replace(",", "")
    return NUMBER_WORDS.get(plain, plain)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order: folded, with offsets into the text."""

    folded: tuple[str, ...]
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.folded)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as a range of words, with what in it tells: content stems, and names and numbers (anchors)."""

    first: int
    last: int
    content: frozenset[str]
    anchors: frozenset[str]

    @property
    def length(self) -> int:
        """Return the number of words."""
        return self.last - self.first


def stem(word: str) -> str:
    """Return the first six letters: enough to join the forms of a word, and its cousins in related languages."""
    return word if word[:1].isdigit() else word[:STEM]


def live(document: Document) -> list[Span]:
    """Return the stretches of a document that carry news: no boilerplate segments, no site furniture."""
    text, spans, at = document.text, [], 0
    dead = [(s.start, s.end) for s in document.segments if s.kind == "boilerplate"]
    for line in re.finditer(r"[^\n]+", text):
        if line.end() - line.start() < 400 and FURNITURE.search(line.group()):
            dead.append(line.span())
    for start, end in sorted(dead):
        if start > at:
            spans.append(Span(start=at, end=start))
        at = max(at, end)
    if at < len(text):
        spans.append(Span(start=at, end=len(text)))
    return spans


def words(text: str, spans: list[Span]) -> Words:
    """Return the folded words that stand in the given spans of a text."""
    folded, starts, ends = [], array("I"), array("I")
    for span in spans:
        for match in WORD.finditer(text, span.start, span.end):
            folded.append(fold(match.group()))
            starts.append(match.start())
            ends.append(match.end())
    return Words(tuple(folded), starts, ends)


class Profile:
    """What is compared of a document. Parts are made when first asked for, since candidates need only the words."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words = words(document.text, live(document))

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the folded words that stand with a capital where no sentence begins."""
        text, found = self.document.text, set()
        for word, start in zip(self.words.folded, self.words.starts, strict=True):
            if text[start].isupper() and len(word) > 2 and word not in FUNCTION_WORDS:
                before = text[max(0, start - 2) : start]
                if before[-1:] == " " and before[:1] not in '.!?:\n"“”«»*>':
                    found.add(word)
        return frozenset(found)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences with three words or more."""
        found, at, count = [], 0, len(self.words)
        for span in sentences(self.document.text):
            while at < count and self.words.starts[at] < span.start:
                at += 1
            first = at
            while at < count and self.words.starts[at] < span.end:
                at += 1
            if at - first >= 3:
                found.append(self._sentence(first, at))
        return tuple(found)

    def _sentence(self, first: int, last: int) -> Sentence:
        content, anchors = set(), set()
        for word in self.words.folded[first:last]:
            if word[0].isdigit() or word in self.names:
                anchors.add(stem(word))
            if word not in FUNCTION_WORDS:
                content.add(stem(word))
        return Sentence(first, last, frozenset(content), frozenset(anchors))

    @cached_property
    def foreign(self) -> bool:
        """Say whether the text is hardly in English: few of its words are English function words."""
        folded = self.words.folded
        return len(folded) >= 20 and sum(word in FUNCTION_WORDS for word in folded) < 0.15 * len(folded)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the content stems of the whole document."""
        return frozenset(stem(word) for word in self.words.folded if word not in FUNCTION_WORDS)

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Return the names and numbers of the whole document."""
        return frozenset(stem(w) for w in self.words.folded if w[0].isdigit() or w in self.names)

    @cached_property
    def quotations(self) -> tuple[tuple[int, int], ...]:
        """Return the direct quotations and quoted blocks, as ranges of words."""
        text = self.document.text
        spans = [m.span() for m in QUOTATION.finditer(text)] + [m.span() for m in BLOCK.finditer(text)]
        return tuple(r for r in (self.within(*span) for span in sorted(spans)) if r[1] > r[0])

    @cached_property
    def paragraphs(self) -> tuple[int, ...]:
        """Return the word with which each paragraph begins."""
        text, starts = self.document.text, self.words.starts
        breaks = [i for i in range(1, len(starts)) if "\n" in text[self.words.ends[i - 1] : starts[i]]]
        return (0, *breaks)

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of words that lie within two offsets."""
        return bisect_left(self.words.starts, start), bisect_left(self.words.starts, end)

    def quoted(self, first: int, last: int) -> bool:
        """Say whether most of a range of words stands inside quotations."""
        inside = sum(max(0, min(last, b) - max(first, a)) for a, b in self.quotations)
        return inside > 0.6 * (last - first)

    def around(self, span: Span) -> tuple[int, int]:
        """Return the range of words of the sentences that a span touches."""
        first, last = self.within(span.start, span.end)
        touched = [s for s in self.sentences if s.first < max(last, first + 1) and s.last > first]
        return (touched[0].first, touched[-1].last) if touched else (first, last)

    def segment(self, word: int) -> Segment | None:
        """Return the segment that a word stands in."""
        start = self.words.starts[word]
        return next((s for s in self.document.segments if s.start <= start < s.end), None)

    @cached_property
    def grams(self) -> dict[tuple[str, ...], list[int]]:
        """Return where each run of five words begins."""
        found: dict[tuple[str, ...], list[int]] = {}
        folded = self.words.folded
        for i in range(len(folded) - GRAM + 1):
            found.setdefault(folded[i : i + GRAM], []).append(i)
        return found

    def text(self, first: int, last: int) -> str:
        """Return the text of a range of words."""
        return self.document.text[self.words.starts[first] : self.words.ends[last - 1]]

    def cite(self, first: int, last: int) -> Citation:
        """Return the citation of a range of words."""
        start, end = self.words.starts[first], self.words.ends[last - 1]
        return Citation(doc_id=self.document.doc_id, start=start, end=end, quote=self.document.text[start:end])


@lru_cache(maxsize=4096)
def profile(document: Document) -> Profile:
    """Return the profile of a document, kept while it is among the last 4096 asked for."""
    return Profile(document)

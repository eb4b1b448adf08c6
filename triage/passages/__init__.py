"""Documents to sentences and passages, with exact offsets.

Sentences come from nupunkt, which knows abbreviations and initials. The layout adds what it says: blank lines,
headings, list items and deliberate line breaks end a sentence whether or not there is a full stop. No character but
white space is ever lost, and nothing is changed: every span can be sliced out of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from triage.passages.layout import CLOSERS, ENDS, Range, blocks_of, paragraphs
from triage.passages.punkt import sentences_of
from triage.schema import Document, Passage, Segment, Span

__all__ = ["blocks", "sentences", "split"]

# A unit of length for passages: a word, a character of a script without spaces, or a piece of something very long.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]{{1,20}}")
_CLAUSE = re.compile(r"[;:,—–،؛、，；：][\"'”’»)]*\s*$")


def blocks(text: str) -> list[Span]:
    """Return the paragraphs, headings, list items and lines of a text that no sentence crosses, in order and apart."""
    return [
        Span(start=start, end=end) for lines in paragraphs(text, 0, len(text)) for start, end in blocks_of(text, lines)
    ]


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text, in order and apart.

    Every character that is not white space lies in exactly one of them. A blank line, a heading, a list item and a
    deliberate line break end a sentence; a line break of hard-wrapped prose does not. A sentence that is quoted
    stays with the words that say who asked or cried it.
    """
    return [Span(start=start, end=end) for group in _ranges(text, 0, len(text)) for start, end in group]


def _ranges(text: str, start: int, end: int) -> Iterator[list[Range]]:
    """Yield the sentences of each paragraph; a quoted one (`>`) counts as a paragraph of its own."""
    for lines in paragraphs(text, start, end):
        found = [sentence for block in blocks_of(text, lines) for sentence in sentences_of(text, *block)]
        for _, group in groupby(found, key=lambda sentence: text[sentence[0]] == ">"):
            yield list(group)


def _words(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _WORD.finditer(text, start, end))


def _regions(document: Document) -> Iterator[tuple[int, int, Segment | None]]:
    """Yield the document's segments and what lies between them, in order and apart."""
    at, length = 0, len(document.text)
    for segment in sorted(document.segments, key=lambda segment: segment.start):
        start, end = max(segment.start, at), min(segment.end, length)
        if start >= end:
            continue
        if at < start:
            yield at, start, None
        yield start, end, segment
        at = end
    if at < length:
        yield at, length, None


def _pieces(text: str, sentence: Range, max_words: int) -> Iterator[Range]:
    """Yield a sentence whole, or cut at clauses, else at spaces, into pieces of at most `max_words`."""
    start, end = sentence
    while True:
        ends = [match.end() for match in islice(_WORD.finditer(text, start, end), max_words + 1)]
        if len(ends) <= max_words:
            yield start, end
            return
        ends.pop()
        spaced = [at for at in ends if text[at].isspace()]
        clauses = [at for at in spaced[len(spaced) // 2 :] if _CLAUSE.search(text, max(start, at - 3), at)]
        cut = (clauses or spaced or [_whole_character(text, start, ends[-1])])[-1]
        yield start, cut
        start = cut
        while text[start].isspace():
            start += 1


def _whole_character(text: str, start: int, cut: int) -> int:
    """Return a cut that does not part a letter from its accents."""
    at = cut
    while at > start + 1 and (unicodedata.combining(text[at]) or "\u200d" in text[at - 1 : at + 1]):
        at -= 1
    return at if at > start + 1 else cut


def _packed(text: str, paragraphs: Iterable[Sequence[Range]], max_words: int) -> Iterator[Range]:
    """Yield runs of sentences of at most `max_words` words, parted between paragraphs where that is possible."""
    run: list[tuple[Range, int]] = []
    for paragraph in paragraphs:
        pieces = [piece for sentence in paragraph for piece in _pieces(text, sentence, max_words)]
        sizes = [_words(text, *piece) for piece in pieces]
        border = bool(run) and _quoted(text, run[-1][0]) != _quoted(text, pieces[0])
        if run and (border or _used(run) + sum(sizes) > max_words):
            heading = [run.pop()] if not border and _is_heading(text, run[-1][0]) else []
            if run:
                yield run[0][0][0], run[-1][0][1]
            run = heading
        # A long paragraph is cut into even parts rather than leaving a crumb at its end.
        total = _used(run) + sum(sizes)
        target = max_words if total <= max_words else -(-total // -(-total // max_words))
        for piece, size in zip(pieces, sizes, strict=True):
            if run and (_used(run) + size > max_words or _used(run) >= target):
                yield run[0][0][0], run[-1][0][1]
                run = []
            run.append((piece, size))
    if run:
        yield run[0][0][0], run[-1][0][1]


def _used(run: Sequence[tuple[Range, int]]) -> int:
    return sum(size for _, size in run)


def _quoted(text: str, piece: Range) -> bool:
    return text[piece[0]] == ">"


def _is_heading(text: str, piece: Range) -> bool:
    return text[piece[1] - 1] not in ENDS + CLOSERS and text.count(" ", *piece) < 12


def split(document: Document, *, max_words: int = 120) -> list[Passage]:
    """Return the passages of a document, in order and apart.

    A passage is a run of whole sentences of one segment, of at most `max_words` words (a character of a script
    without spaces counts as one); only a longer sentence is itself cut, at a clause or a space. Every character
    that is not white space lies in exactly one passage. Boilerplate passages are among them:
    `passage.segment.kind` says so.
    """
    text = document.text
    return [
        Passage(start=left, end=right, doc_id=document.doc_id, text=text[left:right], segment=segment)
        for start, end, segment in _regions(document)
        for left, right in _packed(text, _ranges(text, start, end), max_words)
    ]

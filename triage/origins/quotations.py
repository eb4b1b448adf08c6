"""Quotations in a text: inside one sentence, over several, and over paragraphs that reopen their quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
# Straight and curly marks are often mixed, and some agencies write two apostrophes.
_CLOSED_BY = {"“": ("”", '"'), "„": ("“", "”", '"'), "«": ("»",), '"': ('"', "”"), "''": ("''",)}
# A single mark opens where no letter goes before it and closes where none follows; the rest are apostrophes.
_SINGLE_OPEN = re.compile(r"(?<![\w’'])[‘'](?=[\w“\"(…])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,!?…;:)%])[’'](?!\w)")
_MARK = re.compile("[“”„«»\"'‘`]")
_ENDS = re.compile(r"[.!?…,—–-]$")


@dataclass(frozen=True)
class Quotation:
    """`text[start:end]` with its marks; `closed` is false where the paragraph ends first.

    `continues` says that the paragraph before left its quotation open, and this one takes it up.
    """

    start: int
    end: int
    closed: bool
    continues: bool = False

    def direct(self, text: str) -> bool:
        """Return whether these are someone's sentences rather than a word or phrase in a sentence of the writer's."""
        inner = text[self.start : self.end].strip("“”\"„«»‘’'` ")
        words = inner.split()
        whole = inner[:1].isupper() and bool(_ENDS.search(inner))
        return (whole and len(words) >= 2) or len(words) >= 8


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the stretches of text between blank lines."""
    return [match.span() for match in _PARAGRAPH.finditer(text) if match.group().strip()]


def quotations(text: str) -> list[Quotation]:
    """Return the quotations of a text, in order and apart; one within another is not told apart from it."""
    found: list[Quotation] = []
    left_open = False
    for start, end in paragraphs(text):
        here = list(_in_paragraph(text, start, end))
        if here and left_open and not text[start : here[0].start].strip(" >\t*"):
            here[0] = Quotation(here[0].start, here[0].end, here[0].closed, continues=True)
        left_open = bool(here) and not here[-1].closed
        found += here
    return found


def _in_paragraph(text: str, start: int, end: int) -> Iterator[Quotation]:
    at = start
    while mark := _MARK.search(text, at, end):
        at = mark.start()
        opening = _opening(text, at, start)
        if opening == "'" and (close := _last_of_run(text, at, end)) is None:
            opening = None
        if opening is None:
            at += 1
            continue
        width = len(opening)
        close = close if opening == "'" else _first(text, at + width, end, _CLOSED_BY[opening])
        if close is None:
            yield Quotation(at, end, closed=False)
            return
        yield Quotation(at, close + width, closed=True)
        at = close + width


def _opening(text: str, at: int, start: int) -> str | None:
    """Return the kind of mark that opens a quotation at a place, if one does."""
    letter = text[at]
    if text.startswith("''", at) or text.startswith("``", at):
        return "''" if _opens(text, at, start) else None
    if letter in _CLOSED_BY and letter != '"':
        return letter
    if letter in '”"':
        return '"' if _opens(text, at, start) else None
    return "'" if letter in "‘'" and _SINGLE_OPEN.match(text, at) else None


def _opens(text: str, at: int, start: int) -> bool:
    return at == start or not (text[at - 1].isalnum() or text[at - 1] in ".,!?…")


def _first(text: str, at: int, end: int, marks: Sequence[str]) -> int | None:
    for found in _MARK.finditer(text, at, end):
        place = found.start()
        mark = next((mark for mark in marks if text.startswith(mark, place)), None)
        if mark and not (mark == '"' and place + 1 < end and _opens(text, place, at)):
            return place
    return None


def _last_of_run(text: str, at: int, end: int) -> int | None:
    """Return where a single quotation closes: an apostrophe after "s" closes it only if no better mark follows."""
    found: int | None = None
    for match in _SINGLE_CLOSE.finditer(text, at + 1, end):
        found = match.start()
        if text[found - 1] != "s" or text[found - 1] in ".,!?…":
            return found
        if _SINGLE_OPEN.search(text, found + 1, end):
            return found
    return found

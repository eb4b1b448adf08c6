"""What a text's layout says: paragraphs, and the blocks in them that no sentence crosses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Range = tuple[int, int]

ENDS = ".!?…:;。！？"
"""Marks after which a line does not go on as a matter of course."""
CLOSERS = "\"'”’»›)]}」』）】〉》"
"""Marks that may close a sentence after its full stop."""

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_STARTS_A_BLOCK = re.compile(
    r"#{1,6}\s|[-*+•·▪]\s|[–—]\s(?=[^\W\d_a-z])|\(?\d{1,3}[.)]\s|\(?[A-Za-z]\)\s|[a-z]\.\s|\||```|~~~"
    r"|\*\*[^*]+\*\*(?:\s|$)|(?:[-*_]\s?){3,}$"
)
_STANDS_ALONE = re.compile(r"#{1,6}\s|\||```|~~~|\*\*[^*]+\*\*(?:\s·.*)?$|(?:[-*_]\s?){3,}$")
_QUOTED = re.compile(r"\s*>")
# Wider lines are not the work of a program that wraps: each of their breaks was meant.
_WIDEST_WRAP = 120
_NARROWEST_WRAP = 40


class Line(NamedTuple):
    """A line that is not blank, and whether a blank one stands before it."""

    start: int
    end: int
    after_blank: bool


def _lines(text: str, start: int, end: int) -> Iterator[Line]:
    """Yield the lines that are not blank, without the white space around them."""
    last, breaks = start, True
    for match in _LINE.finditer(text, start, end):
        breaks = breaks or text.count("\n", last, match.start()) > 1 or text.count("\r", last, match.start()) > 1
        last = match.end()
        kept = tight(text, match.start(), match.end())
        if kept:
            yield Line(*kept, breaks)
            breaks = False
        else:
            breaks = True


def tight(text: str, start: int, end: int) -> Range | None:
    """Return the range without the white space at its ends, or None where nothing is left."""
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return (start + lead, start + len(piece.rstrip())) if lead < len(piece) else None


def paragraphs(text: str, start: int, end: int) -> Iterator[list[Line]]:
    """Yield the lines of each paragraph: what blank lines enclose."""
    group: list[Line] = []
    for line in _lines(text, start, end):
        if line.after_blank and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def blocks_of(text: str, lines: Sequence[Line]) -> Iterator[Range]:
    """Yield the stretches of a paragraph that no sentence crosses.

    A line break was meant unless the line was full: the first word of the next line would not have fitted.
    """
    width = max(line.end - line.start for line in lines)
    start = lines[0].start
    for line, following in pairwise(lines):
        if _meant(text, line, following, width):
            yield start, line.end
            start = following.start
    yield start, lines[-1].end


def _meant(text: str, line: Line, following: Line, width: int) -> bool:
    here, there = text[line.start : line.end], text[following.start : following.end]
    quoted, still_quoted = _QUOTED.match(here), _QUOTED.match(there)
    if bool(quoted) != bool(still_quoted):
        return True
    if quoted and still_quoted:
        here, there = here[quoted.end() :].strip(), there[still_quoted.end() :].strip()
        if not here or not there:
            return True
    if _STARTS_A_BLOCK.match(there) or _STANDS_ALONE.match(here) or width > _WIDEST_WRAP:
        return True
    if there[0].islower() and here.rstrip(CLOSERS)[-1:] not in ENDS:
        return False
    return len(here) + 1 + len(there.split(None, 1)[0]) <= max(width, _NARROWEST_WRAP)

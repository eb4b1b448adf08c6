"""A text in typographically neutral form, with the way back to where each part stood in the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

Range = tuple[int, int]

QUOTES = "\"'`´ʹʺʻʼʽ‘’‚‛“”„‟‹›«»′″‵‶〝〞＂＇「」『』"
DASHES = "-‐‑‒–—―−﹘﹣－"
ELLIPSIS = r"(?:…|\.(?:\s?\.){2,})"
"""A pattern for an ellipsis, in one character or in three."""

_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
BLANK = re.compile(rf"[\s{_UNSEEN}]")
"""White space, or a character that cannot be seen."""

_QUOTE, _DASH, _GAP = re.escape(QUOTES), re.escape(DASHES), BLANK.pattern
# Compatibility forms that only change the look of a character; <super>, <sub> and <fraction> would change a number.
_LOOKS = ("<compat>", "<wide>", "<narrow>", "<noBreak>", "<font>", "<initial>", "<medial>", "<final>", "<isolated>")
_UNITS = re.compile(
    "|".join(
        (
            rf"{_GAP}*\n[ \t]*>[> \t]*{_GAP}*",
            rf"{_GAP}*[{_DASH}](?:{_GAP}*[{_DASH}])*{_GAP}*",
            rf"{_GAP}+",
            rf"[{_QUOTE}][{_QUOTE}{_UNSEEN}]*",
            ELLIPSIS,
            r"\*\*+|__+|(?<![\w*])\*(?=\w)|(?<=[^\W_])\*(?![\w*])",
        )
    )
)


@dataclass(frozen=True)
class Folded:
    """A text in neutral form.

    Unit `n` of it, `[left[n], right[n])`, stands for `[start[n], end[n])` of the original; what lies between units
    is the same in both.
    """

    text: str
    left: list[int]
    right: list[int]
    start: list[int]
    end: list[int]

    def original(self, left: int, right: int) -> Range | None:
        """Return the range of the original, or None where an end lies inside a unit (half of a ligature)."""
        first, last = bisect_right(self.left, left) - 1, bisect_right(self.left, right - 1) - 1
        if first >= 0 and left < self.right[first]:
            start = self.start[first] if left == self.left[first] else None
        else:
            start = left if first < 0 else self.end[first] + left - self.right[first]
        if last >= 0 and right - 1 < self.right[last]:
            end = self.end[last] if right == self.right[last] else None
        else:
            end = right if last < 0 else self.end[last] + right - self.right[last]
        return None if start is None or end is None else (start, end)


def fold(text: str) -> Folded:
    """Return the neutral form of a text.

    White space is one space, every quotation mark `'`, every dash `-`, an ellipsis `...`, letters are decomposed
    (NFD); characters that cannot be seen, Markdown emphasis and the `>` of quoted lines are gone.
    """
    folded = Folded("", [], [], [], [])
    pieces: list[str] = []
    at = length = 0
    for start, end in _units(text):
        neutral = _neutral(text[start:end])
        if neutral == text[start:end]:
            continue
        pieces += (text[at:start], neutral)
        folded.start.append(start)
        folded.end.append(end)
        folded.left.append(length + start - at)
        length += start - at + len(neutral)
        folded.right.append(length)
        at = end
    return Folded("".join([*pieces, text[at:]]), folded.left, folded.right, folded.start, folded.end)


def _units(text: str) -> Iterator[Range]:
    """Yield the stretches that may read otherwise in neutral form."""
    characters = set(text)
    odd = "".join(sorted(char for char in characters if char not in QUOTES + DASHES + " …" and _plain(char) != char))
    marks = "".join(sorted(char for char in characters if unicodedata.combining(char)))
    gate = _gate(odd, marks)
    at, length = 0, len(text)
    while opening := gate.search(text, at):
        start = opening.start()
        unit = _UNITS.match(text, start)
        at = unit.end() if unit else start + 1
        while not unit and at < length and unicodedata.combining(text[at]):
            at += 1
        yield start, at


@lru_cache(maxsize=1024)
def _gate(odd: str, marks: str) -> re.Pattern[str]:
    """Return a pattern for where a unit may begin: cheap, as it passes over everything else."""
    gates = [rf"[{_QUOTE}{_DASH}{_UNSEEN}…*_{re.escape(odd)}]|[^\S ]", rf" (?=[\s{_UNSEEN}{_DASH}])", r"\.(?=\s?\.)"]
    return re.compile("|".join(gates + ([rf".(?=[{re.escape(marks)}])"] if marks else [])))


def _neutral(unit: str) -> str:
    if len(unit) == 1:
        return _plain(unit) if unit not in "*_" or not _UNITS.match(unit) else ""
    seen = [char for char in unit if _plain(char) not in ("", " ")]
    if not seen or set(seen) == {">"}:
        return " " if any(map(str.isspace, unit)) else ""
    for kind, neutral in ((DASHES, "-"), (QUOTES, "'"), (".…", "..."), ("*", ""), ("_", "")):
        if all(char in kind for char in seen):
            return neutral
    return unicodedata.normalize("NFD", "".join(map(_plain, unit)))


@cache
def _plain(char: str) -> str:
    """Return one character's neutral form; nothing for one that cannot be seen."""
    if char in QUOTES:
        return "'"
    if char in DASHES:
        return "-"
    if char.isspace():
        return " "
    if BLANK.fullmatch(char):
        return ""
    tag, _, rest = unicodedata.decomposition(char).partition(" ")
    if tag in _LOOKS:
        looks = "".join(chr(int(code, 16)) for code in rest.split())
        if char.isdecimal() or not any(part.isdigit() for part in looks):
            return "".join(_plain(part) for part in looks)
    return unicodedata.normalize("NFD", char)

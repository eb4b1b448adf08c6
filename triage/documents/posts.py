"""Forum threads and live blogs: where one post ends and the next begins, as far as the text shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.documents.dates import WRITTEN_DAY, WRITTEN_TIME, read_date


@dataclass(frozen=True)
class Header:
    """The line, or beginning of a line, that opens a post; offsets into the text."""

    start: int
    end: int
    author: str | None
    published: str | None


_WHEN = rf"(?P<when>{WRITTEN_DAY})(?:[,\s]+(?:{WRITTEN_TIME}))?"
_NAME = r"(?P<who>[^\s,|:;.!?·•—–][^,|:;!?·•—–]{0,39}?)"
_MARK = r"\s*[·•|,—–-]\s*"
# A form that prose could take by accident counts only where it comes back.
_FORMS = [
    (least, re.compile(form, re.IGNORECASE))
    for least, form in (
        (1, rf"\*\*{_NAME}\*\*{_MARK}{_WHEN}"),
        (1, rf"#\d{{1,5}}(?:{_MARK})?\s*{_NAME}{_MARK}{_WHEN}"),
        (1, rf"(?:re-?)?posted by:?\s+{_NAME}[,\s]+(?:on\s+)?{_WHEN}"),
        (1, rf"on\s+{_WHEN},?\s+{_NAME}\s+wrote:"),
        (2, rf"{_NAME}\s+wrote on\s+{_WHEN}:?"),
        (2, rf"{_NAME}{_MARK}{_WHEN}"),
        (2, rf"{_WHEN}{_MARK}{_NAME}"),
    )
]
# A live blog: the time of day opens a paragraph, alone or with the text behind it.
_ZONE = r"(?:GMT|UTC|BST|CES?T|E[SD]T|MSK)"
_CLOCK = re.compile(
    rf"(?:\*\*)?(?:[01]?\d|2[0-3])(?:[:.][0-5]\d\s*(?:[ap]\.?m\.?(?:\s*{_ZONE})?|{_ZONE})|:[0-5]\d)(?:\*\*)?"
    r"(?:[ \t]*[:–—-][ \t]*|[ \t]+|(?=\n|$))(?=\n|$|[“\"'‘]?[^\W\d_])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\d{4}")
_NAME_ALONE = re.compile(rf"\*\*{_NAME}\*\*")
_LINE = re.compile(r"\S.*")
_LONGEST_HEADER = 120
_LIVE_BLOG_POSTS = 3


def headers(text: str, kind: str) -> list[Header]:
    """Return the post headers of a text in order; none where it shows no posts.

    `kind` is the document's: only a `forum` or `liveblog` may head its posts with a bold name alone, and only
    a `liveblog`, or a text with three such paragraphs, with a time alone.
    """
    lines = [(line.start(), line.start() + len(line.group().rstrip())) for line in _LINE.finditer(text)]
    short = [(start, end) for start, end in lines if end - start <= _LONGEST_HEADER]
    dated = [(start, end) for start, end in short if _YEAR.search(text, start, end)]
    for least, form in _FORMS:
        found = [match for span in dated if (match := form.fullmatch(text, *span))]
        if len(found) >= least:
            return [_header(match) for match in found]
    if kind in ("forum", "liveblog"):
        names = [match for span in short if (match := _NAME_ALONE.fullmatch(text, *span))]
        if names:
            return [Header(*match.span(), _name(match), None) for match in names]
    clocks = [match for start, _ in lines if text[start] in "0123456789*" and (match := _CLOCK.match(text, start))]
    enough = len(clocks) >= (1 if kind == "liveblog" else _LIVE_BLOG_POSTS)
    return [Header(*match.span(), None, None) for match in clocks] if enough else []


def _name(match: re.Match[str]) -> str:
    return match["who"].strip(" *_[]")


def _header(match: re.Match[str]) -> Header:
    return Header(*match.span(), _name(match), read_date(match["when"]))

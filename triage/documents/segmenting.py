"""The parts of a document: its posts, and what of it is boilerplate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.documents.boilerplate import boilerplate
from triage.documents.posts import Header, headers
from triage.schema import Segment

Range = tuple[int, int]


def segments(text: str, kind: str = "article", posts: Sequence[Header] = ()) -> tuple[Segment, ...]:
    """Return the posts and the boilerplate of a text, in order and apart; what is in neither is ordinary text.

    A post's header is boilerplate itself: what it says is in the `author` and `published` of the post. A post with
    boilerplate in its midst is cut in two. `posts` are the headers where they are known; else they are looked for.
    """
    found = posts or headers(text, kind)
    plain = _merged([*boilerplate(text), *((header.start, header.end) for header in found)])
    parts = [Segment(start=start, end=end, kind="boilerplate") for start, end in _tight(text, plain)]
    ends = [header.start for header in found[1:]] + [len(text)]
    for header, end in zip(found, ends, strict=False):
        for left, right in _tight(text, _without(header.end, end, plain)):
            post = Segment(start=left, end=right, kind="post", author=header.author, published=header.published)
            parts.append(post)
    return tuple(sorted(parts, key=lambda part: part.start))


def _merged(ranges: list[Range]) -> list[Range]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without(start: int, end: int, holes: list[Range]) -> Iterator[Range]:
    for left, right in holes:
        if right <= start or left >= end:
            continue
        if start < left:
            yield start, left
        start = right
    if start < end:
        yield start, end


def _tight(text: str, ranges: list[Range] | Iterator[Range]) -> Iterator[Range]:
    for start, end in ranges:
        piece = text[start:end]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())

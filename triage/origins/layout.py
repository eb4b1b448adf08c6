"""What layout attributes: headlines, transcripts, posts, and quotations that go on from the last speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triage.origins.extents import Found
from triage.origins.parties import Range
from triage.origins.quotations import Quotation, paragraphs
from triage.schema import Cue

_COLON = re.compile(r"^(?:#+\s*|\*\*|>\s*)?(?P<left>[^:\n“”\"]{2,60}?)(?:\*\*)?:\s+(?P<right>\S[^\n]*)$")
_LABELS = re.compile(
    r"(?:#+\s*)?(?:see also|updated?|live|exclusive|breaking|watch|video|photos?|opinion|analysis|explainer|editorial"
    r"|note|correction|source|date|time|title|attachment|tags?|related|read more|image|caption"
    r"|(?:media |press )?(?:enquiries|inquiries|contacts?)"
    r"|figure|step|q|a|factbox|timeline|key points|summary|edit|ps|warning|re|fwd?|claim|question|answer|fact check"
    r"|location|by)\b",
    re.IGNORECASE,
)
_NAME_LIKE = re.compile(
    r"(?:[Tt]he )?[A-ZÀ-ÞА-Я0-9@][\w.’'&-]*(?: (?:[A-ZÀ-ÞА-Я][\w.’'&-]*|of|the|for|and|de|van|von|al|chief|minister"
    r"|mayor|police|officials?|sources?|spokes\w+|report)){0,6}"
)
_POST = re.compile(
    r"^(?:\*\*(?P<bold>[^*\n]{1,60})\*\*(?:\s*[·•|—–-]\s*\d{4}-\d\d(?:-\d\d)?(?:[ T,]*\d{1,2}[:.]\d\d)?)?"
    r"|(?:[Pp]osted by|On \d[^\n]{4,30},)\s+(?P<wrote>[^\n:]{1,40}?)(?:\s+wrote:|\s+on \d[^\n]*)?)[ \t]*$",
    re.MULTILINE,
)
_DATED = re.compile(r"\d{4}-\d\d")
_QUOTED_BLOCK = re.compile(r"(?:^>[^\n]*(?:\n|$))+", re.MULTILINE)


def colon_lines(text: str, blocks: Sequence[Range]) -> Iterator[Found]:
    """Read headlines and transcripts: `Harbour chief: dam is safe`, `Dam is safe: ministry`, `ROE: We left.`"""
    for number, (start, end) in enumerate(blocks):
        match = _COLON.match(text[start:end])
        if not match or _LABELS.match(match["left"]):
            continue
        left = (start + match.start("left"), start + match.end("left"))
        right = (start + match.start("right"), start + match.end("right"))
        words = match["left"].split()
        if _NAME_LIKE.fullmatch(match["left"].strip()) and len(words) <= 7:
            yield Found(left, (left[1], left[1] + 1), (right,), Cue.ASSERTS, sentence=(start, end))
        elif number < 3 and len(words) >= 3 and len(match["right"].split()) <= 4 and text[end - 1] not in '.!?”"':
            yield Found(right, (left[1], left[1] + 1), (left,), Cue.ASSERTS, sentence=(start, end))


def covered(span: Range, parts: Sequence[Range], share: float = 0.5) -> bool:
    """Return whether one of the parts covers that share of a span."""
    return any(min(span[1], end) - max(span[0], start) >= share * (span[1] - span[0]) for start, end in parts)


def carried(text: str, quoted: Sequence[Quotation], found: Sequence[Found]) -> Iterator[Found]:
    """Give each direct quotation without a cue of its own to the one who speaks in its paragraph or spoke just before.

    A quotation that a paragraph reopens goes on; one that makes up a paragraph follows the last speaker, and so does
    whatever stands after a cue with a colon ("He added:").
    """
    places = paragraphs(text)
    contents = [content for one in found for content in one.contents]
    speaker: Found | None = None
    ordered = sorted(found, key=lambda one: one.sentence)
    for number, (start, end) in enumerate(places):
        here = [one for one in ordered if start <= one.sentence[0] < end and one.source]
        before = places[number - 1] if number else None
        opened = next((one for one in here if not one.contents), None)
        if opened and number + 1 < len(places):
            yield _take(opened, places[number + 1])
        for quote in (q for q in quoted if start <= q.start < end and q.direct(text)):
            span = (quote.start, quote.end)
            if covered(span, contents):
                continue
            later = next((q for q in quoted if q.start >= quote.end), None)
            if not quote.closed and later and later.continues:
                owner = next((one for one in ordered if covered((later.start, later.end), one.contents)), None)
                if owner:
                    yield _take(owner, span)
                    continue
            near = [one for one in here if one.contents and one.sentence[0] <= quote.start]
            if near and not quote.continues:
                yield _take(near[-1], span)
            elif quote.continues and speaker:
                yield _take(speaker, span)
            elif here:
                yield _take(here[0], span)
            elif speaker and before and not text[start : quote.start].strip(" >*\t"):
                yield _take(speaker, span)
            else:
                yield Found(None, None, (span,), Cue.ASSERTS, sentence=(start, end))
        if here:
            speaker = here[-1]
        elif not any(start <= q.start < end for q in quoted):
            speaker = None


def _take(one: Found, content: Range) -> Found:
    return Found(one.source, one.cue, (content,), one.kind, one.via, one.sentence)


def posts(text: str) -> Iterator[Found]:
    """Give each post to the account that its header names, and each `>` block to nobody, for its poster quotes it."""
    headers = list(_POST.finditer(text))
    if any(_DATED.search(header.group()) for header in headers) or len(headers) >= 2:
        ends = [header.start() for header in headers[1:]] + [len(text)]
        for header, end in zip(headers, ends, strict=True):
            group = "bold" if header["bold"] else "wrote"
            begin = header.end() + len(text[header.end() : end]) - len(text[header.end() : end].lstrip())
            stop = begin + len(text[begin:end].rstrip())
            if stop > begin:
                yield Found(header.span(group), None, ((begin, stop),), Cue.ASSERTS, sentence=header.span())
    for block in _QUOTED_BLOCK.finditer(text):
        stop = block.start() + len(block.group().rstrip())
        yield Found(None, None, ((block.start(), stop),), Cue.REPORTS, sentence=block.span())

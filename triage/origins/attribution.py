"""Who says what in a document: source, cue and content with offsets, what the cue does, and who quotes whom.

The bundled token classifier finds spans and joins them; rules find what it was not trained on (headlines, posts,
quotations that go on, one source inside another's words). The cue lexicon says what the cue does with the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from triage.cues import CueMatch, HedgeMatch, find_cues, hedges
from triage.origins.extents import Found
from triage.origins.layout import carried, colon_lines, covered, posts
from triage.origins.mentions import antecedent, has_name, is_named, last_name, name_of, pronoun
from triage.origins.parties import Range
from triage.origins.quotations import quotations
from triage.origins.rules import Sentence, judgements
from triage.origins.tagger import tagged
from triage.passages import blocks, sentences
from triage.schema import Cue, Span

_REFUSES = re.compile(r"\b(?:not|never|declin\w+|refus\w+|no)\b|n['’]t\b|\b(?:ask|question|wonder)\w*\b", re.IGNORECASE)


@dataclass(frozen=True)
class Attribution:
    """Somebody says something; spans are offsets into the document's text.

    `source` is None where nobody is named (a passive, a `>` block in a post), `cue` where none stands there (a post).
    `kind` is what the source does with the content, negation taken in; `hedged` that the content is left open ("may",
    "whether"). `outer` is the attribution inside whose content this one stands: who reports that the source says it.
    `named` is False for "officials" or "a person familiar with the matter"; a pronoun is as named as the source that
    `resolved` says it stands for.
    """

    source: Span | None
    cue: Span | None
    content: Span
    kind: Cue
    hedged: bool = False
    outer: Attribution | None = None
    resolved: Span | None = None
    named: bool = False


def attributions(text: str) -> list[Attribution]:
    """Return the attributions of a document in the order of their content; one for each piece of content.

    The last 2048 texts are remembered.
    """
    return list(_attributions(text))


def speaker_of(text: str, span: Span, found: Sequence[Attribution]) -> Attribution | None:
    """Return the innermost of `found` whose content covers more than half of a span of `text`, not counting space."""
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    end = span.start + len(piece.rstrip())
    covering = [
        one for one in found if 2 * (min(end, one.content.end) - max(start, one.content.start)) > max(1, end - start)
    ]
    return min(covering, key=lambda one: (one.content.end - one.content.start, -_depth(one)), default=None)


def statements(text: str) -> list[Attribution]:
    """Return the attributions in which somebody tells something: who vouches for it.

    The rules come first, for a wrong speaker is worse here than none. The classifier adds what they passed over: words
    in quotation marks or in the sentence of a cue that the lexicon knows, not attitudes and acts ("wants", "backed").
    """
    return list(_statements(text))


def by_rules(text: str) -> list[Attribution]:
    """Return the attributions that the rules find alone."""
    return _finished(text, _from_rules(text))


def by_classifier(text: str) -> list[Attribution]:
    """Return the attributions that the classifier finds alone."""
    return _finished(text, tagged(text))


@lru_cache(maxsize=2048)
def _attributions(text: str) -> tuple[Attribution, ...]:
    return tuple(_finished(text, _merged(text, tagged(text), _from_rules(text))))


@lru_cache(maxsize=2048)
def _statements(text: str) -> tuple[Attribution, ...]:
    cues, parts, found = find_cues(text), sentences(text), _from_rules(text)
    contents = [content for one in found if one.cue for content in one.contents]

    def passed_over(content: Range, cue: Range) -> bool:
        beside = any(part.start <= cue[0] < part.end and _meet(content, (part.start, part.end)) for part in parts)
        return (beside or text[content[0]] in '“"«„‘') and not covered(content, contents)

    for one in tagged(text):
        if one.cue and any(_meet(one.cue, (cue.start, cue.end)) for cue in cues):
            fresh = tuple(content for content in one.contents if passed_over(content, one.cue))
            found.append(replace(one, contents=fresh, kind=_kind(text, one.cue, cues)))
    return tuple(_finished(text, found))


def _meet(one: Range, other: Range) -> bool:
    return min(one[1], other[1]) > max(one[0], other[0])


def _from_rules(text: str) -> list[Found]:
    cues, quoted = find_cues(text), quotations(text)
    cues = sorted([*cues, *judgements(text, cues)], key=lambda cue: cue.start)
    found = [one for s in sentences(text) for one in Sentence(text, (s.start, s.end), cues, quoted).attributions()]
    found += colon_lines(text, [(block.start, block.end) for block in blocks(text)])
    found += carried(text, quoted, found)
    return [*posts(text), *(one for one in found if one.contents)]


def _merged(text: str, learned: Sequence[Found], ruled: Sequence[Found]) -> list[Found]:
    """Take what was learned, with the lexicon's word on each cue, and what only the rules found."""
    cues = find_cues(text)
    known = [replace(one, kind=_kind(text, one.cue, cues)) for one in learned]
    kept = [_with_source(one, ruled) for one in known]
    contents = [content for one in kept for content in one.contents]
    for one in ruled:
        fresh = tuple(part for part in one.contents if not covered(part, contents))
        inside = one.cue is not None and covered(one.cue, contents, 1.0)
        whole = one.cue is None or inside or one.via is not None
        if whole or (fresh and _sure(text, one)):
            kept.append(one if whole else replace(one, contents=fresh))
    return kept


def _with_source(one: Found, ruled: Sequence[Found]) -> Found:
    """Let the rules name a source where the classifier saw the cue and no source."""
    if one.source or one.cue is None:
        return one
    for other in ruled:
        if other.cue and other.source and _meet(one.cue, other.cue):
            return replace(one, source=other.source)
    return one


def _sure(text: str, one: Found) -> bool:
    """Return whether a rule is sure enough to stand beside the classifier: a headline, or a quotation."""
    cue = text[one.cue[0] : one.cue[1]] if one.cue else ""
    return cue == ":" or any(text[start] in '“"«„‘' for start, _ in one.contents)


def _kind(text: str, span: Range | None, cues: Iterable[CueMatch]) -> Cue:
    if span is None:
        return Cue.ASSERTS
    here = [cue for cue in cues if _meet(span, (cue.start, cue.end))]
    if here:
        return next((cue.cue for cue in here if cue.form != "noun"), here[0].cue)
    return Cue.DOUBTS if _REFUSES.search(text[span[0] : span[1]]) else Cue.ASSERTS


def _finished(text: str, found: Iterable[Found]) -> list[Attribution]:
    """Spread contents, resolve pronouns, see hedges, and nest."""
    neutral = [hedge for hedge in hedges(text) if hedge.neutral]
    flat = set()
    for one in found:
        source = _span(one.source)
        named = source is not None and (one.cue is None or is_named(text[source.start : source.end]))
        via = Attribution(_span(one.via), _span(one.cue), _whole(one), Cue.REPORTS, named=True) if one.via else None
        for start, end in one.contents:
            if text[start:end].strip():
                hedged, content = _hedged((start, end), neutral), Span(start=start, end=end)
                flat.add(Attribution(source, _span(one.cue), content, one.kind, hedged, via, named=named))
    ordered = sorted(flat, key=lambda a: (a.content.start, a.content.end, a.cue.start if a.cue else -1))
    return _nested(text, _resolved(text, ordered))


def _span(span: Range | None) -> Span | None:
    return Span(start=span[0], end=span[1]) if span else None


def _whole(one: Found) -> Span:
    return Span(start=min(s for s, _ in one.contents), end=max(e for _, e in one.contents))


def _hedged(content: Range, neutral: Sequence[HedgeMatch]) -> bool:
    """Return whether hedges cover at least two thirds of a content."""
    start, end = content
    over = [
        (max(start, h.scope_start), min(end, h.scope_end))
        for h in neutral
        if h.scope_start < end and h.scope_end > start
    ]
    total, at = 0, start
    for left, right in sorted(over):
        total += max(0, right - max(left, at))
        at = max(at, right)
    return 3 * total >= 2 * (end - start)


def _resolved(text: str, found: Sequence[Attribution]) -> list[Attribution]:
    """Let "I" in a post stand for its author, and any other pronoun for a source that was named before it."""
    voices = [one for one in found if one.cue is None and (one.source or _is_block(one))]
    named = [
        name_of(text, one.source.start, one.source.end)
        for one in found
        if one.source and one.cue and one.named and has_name(text, one.source.start, one.source.end)
    ]
    out: list[Attribution] = []
    known: dict[str, str] = {}
    for one in found:
        words = text[one.source.start : one.source.end].lower() if one.source else ""
        if one.source is None or not pronoun(words):
            out.append(one)
            continue
        if words in ("i", "we", "me", "us"):
            here = [voice for voice in voices if voice.content.start <= one.source.start < voice.content.end]
            stands_for = min(here, key=lambda v: v.content.end - v.content.start).source if here else None
        else:
            meant = antecedent(text, words, one.source.start, one.content, named, known)
            stands_for = _span(meant)
            if meant and words in ("he", "she"):
                known.setdefault(last_name(text, meant), words)
        out.append(replace(one, resolved=stands_for, named=stands_for is not None))
    return out


def _is_block(one: Attribution) -> bool:
    """Return whether this is the `>` block of a post, which is nobody's word."""
    return one.cue is None and one.source is None and one.kind is Cue.REPORTS


def _nested(text: str, found: Sequence[Attribution]) -> list[Attribution]:
    """Set `outer`: the narrowest attribution whose content holds this one's cue (its content, where it has none)."""
    done: dict[Attribution, Attribution] = {}

    def nest(one: Attribution) -> Attribution:
        if one not in done:
            outers = [other for other in found if other is not one and _holds(text, other, one)]
            outer = min(outers, key=lambda other: other.content.end - other.content.start, default=None)
            done[one] = replace(one, outer=one.outer or (nest(outer) if outer else None))
        return done[one]

    return [nest(one) for one in found]


def _holds(text: str, outer: Attribution, inner: Attribution) -> bool:
    inside, holder, content = inner.cue or inner.content, outer.content, inner.content
    if not (holder.start <= inside.start and inside.end <= holder.end) and holder.start != content.start:
        return False
    if _is_block(inner) or outer.cue == inner.cue is not None:
        return False
    if holder == content:
        return _cites(text, inner) and not _cites(text, outer)
    larger = holder.end - holder.start > content.end - content.start
    return larger and holder.start <= inside.start and inside.end <= holder.end


def _cites(text: str, one: Attribution) -> bool:
    return one.cue is not None and text[one.cue.start : one.cue.end].lower() == "citing"


def _depth(one: Attribution) -> int:
    return 0 if one.outer is None else 1 + _depth(one.outer)

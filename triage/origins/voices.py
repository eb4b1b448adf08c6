"""Cited words, the attributions that hold them, and the voice that they turn out to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from triage.origins.credits import outlet_key
from triage.origins.lexicon import ORGANISATION_NOUNS, ROLE_NOUNS, UNNAMED_NOUNS
from triage.origins.names import Party, words_of
from triage.schema import Cue, Document, Segment, Span, Stance


class Attributed(Protocol):
    """What is read of an attribution (`triage.origins.attribution.Attribution`)."""

    @property
    def source(self) -> Span | None:
        """Who says it."""

    @property
    def cue(self) -> Span | None:
        """The word of saying."""

    @property
    def content(self) -> Span:
        """What is said."""

    @property
    def kind(self) -> Cue:
        """What the speaker does with the content."""

    @property
    def outer(self) -> Attributed | None:
        """Who reports that it is said."""

    @property
    def resolved(self) -> Span | None:
        """The name that a pronoun stands for."""


Attribute = Callable[[str], Sequence[Attributed]]


@dataclass(frozen=True, slots=True)
class Cited:
    """Grounded words with the stance that they take, and whom the reader credits them to."""

    doc_id: str
    start: int
    end: int
    stance: Stance
    attributed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """The party that some words lead back to.

    `root` is the document in which they were first met, `start` their place there and `when` its date, `via` the way
    there, `known` whether one can know that the party is independent of others, `why` the relays that were followed.
    """

    party: Party
    root: str
    via: tuple[str, ...] = ()
    known: bool = True
    why: tuple[str, ...] = ()
    when: str | None = None
    start: int = 0


def is_sure(party: Party) -> bool:
    """Say whether a party can be told from others: a full name that is one, a document whose author is known."""
    return party.sure and party.full and (party.kind != "document" or bool(party.organisation))


def can_speak(party: Party) -> bool:
    """Say whether an unnamed party is somebody at all, and not a thing that a parser took for a source."""
    words = {word for form in (party.name, *party.forms) for word in words_of(form)}
    return not words or bool(words & (UNNAMED_NOUNS | ROLE_NOUNS | ORGANISATION_NOUNS | {"one"}))


def unnamed(party: Party, document: Document) -> Party:
    """Return an unnamed source under the publisher that spoke to it: all that tells one such source from another."""
    heard = document.publisher or document.doc_id
    key = (*outlet_key(heard).split(), document.doc_id)
    return Party("unnamed", f"{party.name} (to {heard})", key, forms=(party.name,), sure=False)


def poster(document: Document, segment: Segment | None) -> Party:
    """Return who wrote a post; a name on a board is nobody that one could tell from another."""
    author = (segment.author if segment else None) or document.author or "a member"
    name = f"{author} ({document.publisher or document.doc_id})"
    return Party("unnamed", name, tuple(outlet_key(name).split()), forms=(author,), sure=False)


def speakers(found: Iterable[Attributed], document: Document, start: int, end: int) -> list[Attributed]:
    """Return the attributions that hold a span of a document, innermost first.

    An attribution holds a span whose greater part its content covers, or its content, source and cue together. One
    that is spoken to the publisher itself ("told the Courier") vouches for all else and comes last.
    """
    found = [one for one in found if one.source is not None and one.cue is not None]
    held = [one for one in found if _holds(one, start, end)] or _quoted_alone(found, document.text, start, end)
    chain = sorted(held, key=lambda one: (one.content.end - one.content.start, one.content.start))
    outer = chain[-1].outer if chain else None
    while outer is not None:
        if outer.source is not None and outer.cue is not None and outer not in chain:
            chain.append(outer)
        outer = outer.outer
    return sorted(chain, key=lambda one: _to_publisher(one, document))


def _holds(one: Attributed, start: int, end: int) -> bool:
    spans = [span for span in (one.content, one.source, one.cue) if span is not None]
    near = [span for span in spans if span.end > start - 3 and span.start < end + 3]
    if not near or min(one.content.end, end) <= max(one.content.start, start):
        return False
    together = min(max(span.end for span in near), end) - max(min(span.start for span in near), start)
    content = min(one.content.end, end) - max(one.content.start, start)
    return 2 * max(together, content) > end - start


def _quoted_alone(found: Sequence[Attributed], text: str, start: int, end: int) -> list[Attributed]:
    """Return the attribution of the only quotation in a sentence that begins with it, however the sentence goes on."""
    within = [one for one in found if start <= one.content.start and one.content.end <= end]
    opens = text[start : start + 1] in '"“„«‘' and len(within) == 1 and within[0].content.start <= start + 1
    return within if opens else []


def _to_publisher(one: Attributed, document: Document) -> bool:
    if one.cue is None:
        return False
    after = document.text[one.cue.end : one.cue.end + 60]
    match = re.match(r"\s+(?:us\b|me\b|reporters\b|this \w+|(?:the )?([A-Z][\w’' -]+))", after)
    if not match:
        return False
    own = outlet_key(document.publisher or "").split()
    return match[1] is None or (bool(own) and outlet_key(match[1]).split()[-1:] == own[-1:])

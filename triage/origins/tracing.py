"""From cited words back to the party that first said them: through attributions, and through documents that relay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from triage.origins.cast import Cast, cast
from triage.origins.credits import outlet_key
from triage.origins.names import Party, words_of
from triage.origins.profile import FUNCTION_WORDS, Profile, profile, stem
from triage.schema import Citation, Cue, Document, Relay, Segment, Span, Stance, first_day

FIRST_HAND = re.compile(
    r"\b(?:this (?:reporter|correspondent|newspaper|paper|station)|(?:our|a) (?:own )?(?:reporter|correspondent|photographer)s?|"
    r"(?:I|we) (?:saw|watched|heard|counted|visited|found|stood|walked|met|spoke|asked|followed)|"
    r"(?:told|showed|handed|past|in front of|before|by) us|(?:seen|counted|visited|witnessed|heard|examined) by (?:this|our|the|a) )",
)


class Attributed(Protocol):
    """What is read of an attribution (`triage.origins.attribution.Attribution`)."""

    @property
    def source(self) -> Span | None: ...
    @property
    def cue(self) -> Span | None: ...
    @property
    def content(self) -> Span: ...
    @property
    def kind(self) -> Cue: ...
    @property
    def hedged(self) -> bool: ...
    @property
    def outer(self) -> Attributed | None: ...
    @property
    def resolved(self) -> Span | None: ...


Attribute = Callable[[str], Sequence[Attributed]]


@dataclass(frozen=True, slots=True)
class Voice:
    """The party that some words lead back to.

    `root` is the document in which they were first met, `via` the way there, `known` whether one can know that the
    party is independent of others, `why` the relays that were followed.
    """

    party: Party
    root: str
    via: tuple[str, ...] = ()
    known: bool = True
    why: tuple[str, ...] = ()
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """Grounded words with the stance that they take."""

    doc_id: str
    start: int
    end: int
    stance: Stance
    attributed_to: str | None = None


@dataclass(slots=True)
class Tracer:
    """Follows cited words through a set of documents; `aloud` is set where the claim is about somebody's words."""

    documents: Mapping[str, Document]
    relays: Sequence[Relay]
    cited: Sequence[Cited]
    attribute: Attribute
    aloud: bool = False
    _found: dict[str, Sequence[Attributed]] = field(default_factory=dict)
    _edges: dict[str, list[Relay]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for relay in self.relays:
            self._edges.setdefault(relay.relayer, []).append(relay)

    def voice(self, at: Cited, seen: tuple[str, ...] = ()) -> Voice:
        """Return the party that the words at a place lead back to."""
        if at.doc_id in seen:
            return self._circle(seen[seen.index(at.doc_id) :])
        seen = (*seen, at.doc_id)
        document = self.documents[at.doc_id]
        copied = self._copied(at)
        if copied:
            return self._through(copied[0], copied[1], seen)
        said = self._said(at, document)
        if said is not None:
            return self._by(said, at, document, seen)
        told = self._retold(at)
        if told:
            return self._through(told[0], told[1], seen)
        return self._own(at, document, seen)

    def _through(self, relay: Relay, there: Cited, seen: tuple[str, ...]) -> Voice:
        voice = self.voice(there, seen)
        return replace(voice, via=(relay.relayed, *voice.via), why=(relay.why, *voice.why))

    def _circle(self, members: Sequence[str]) -> Voice:
        """Return the voice of documents that cite each other in a circle: the first of them, known to nobody."""
        first = min(members, key=lambda d: (self._when(self.documents[d]) or "9999", d))
        names = " and ".join(sorted({self.documents[d].publisher or d for d in members}))
        voice = Voice(_publisher(self.documents[first]), first, known=False, when=self._when(self.documents[first]))
        return replace(voice, why=(f"{names} cite each other in a circle.",))

    @staticmethod
    def _when(document: Document) -> str | None:
        return document.published

    def _copied(self, at: Cited) -> tuple[Relay, Cited] | None:
        """Return the relay that gave these words verbatim, and where they stand in the document that it relays."""
        best: tuple[float, Relay, Cited] | None = None
        for relay in self._edges.get(at.doc_id, ()):
            for mine, theirs in relay.basis:
                inside = min(mine.end, at.end) - max(mine.start, at.start)
                if inside >= 0.6 * (at.end - at.start) and _verbatim(mine, theirs):
                    if best is None or inside > best[0]:
                        best = (inside, relay, _mapped(at, mine, theirs))
        return (best[1], best[2]) if best else None

    def _retold(self, at: Cited) -> tuple[Relay, Cited] | None:
        """Return the relay that these words most likely come by, and the words there that they retell."""
        options: list[tuple[float, Relay, Cited]] = []
        for relay in self._edges.get(at.doc_id, ()):
            for mine, theirs in relay.basis:
                inside = min(mine.end, at.end) - max(mine.start, at.start)
                if inside >= 0.5 * (at.end - at.start):
                    options.append(
                        (
                            1.0,
                            relay,
                            replace(at, doc_id=relay.relayed, start=theirs.start, end=theirs.end, attributed_to=None),
                        )
                    )
            if relay.kind in ("reprint", "trimmed", "rewrite", "translation", "credit", "link"):
                near = self._like(at, relay.relayed)
                if near:
                    options.append((near[0], relay, near[1]))
        if not options:
            return None
        _, relay, there = max(options, key=lambda o: o[0])
        return relay, there

    def _like(self, at: Cited, doc_id: str) -> tuple[float, Cited] | None:
        """Return the cited words of the same stance in another document that are likest, with the likeness."""
        mine = _stems(self.documents[at.doc_id], at.start, at.end)
        options = []
        for other in self.cited:
            if other.doc_id == doc_id and other.stance == at.stance:
                theirs = _stems(self.documents[doc_id], other.start, other.end)
                options.append((0.1 + len(mine & theirs) / max(1, len(mine | theirs)), other))
        return max(options, key=lambda o: o[0]) if options else None

    def attributions(self, document: Document) -> Sequence[Attributed]:
        """Return the attributions of a document, found once."""
        if document.doc_id not in self._found:
            self._found[document.doc_id] = self.attribute(document.text)
        return self._found[document.doc_id]

    def _said(self, at: Cited, document: Document) -> list[Party] | None:
        """Return who is said to have said these words, innermost first, or nothing where the publisher says it."""
        people = cast(document)
        if at.attributed_to and (place := document.text.find(at.attributed_to, max(0, at.start - 400))) >= 0:
            return [people.party(Span(start=place, end=place + len(at.attributed_to)))]
        innermost = _speaker(self.attributions(document), at.start, at.end)
        parties = []
        while innermost is not None:
            if innermost.source is not None and innermost.cue is not None:
                parties.append(people.speaker(innermost.source, innermost.resolved))
            innermost = innermost.outer
        return parties or None

    def _by(self, parties: list[Party], at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        """Return the voice of attributed words: the innermost named party, or the document of a credited outlet."""
        named = [party for party in parties if party.kind != "unnamed"]
        own = outlet_key(document.publisher or "")
        outlets = [p for p in named if self._outlet(p) and outlet_key(p.name) != own]
        persons = [p for p in named if p not in outlets and outlet_key(p.name) != own]
        outer = tuple(p.name for p in parties[1:])
        if persons and not self.aloud:
            return Voice(persons[0], document.doc_id, outer, when=self._dated(at, document))
        for outlet in outlets:
            there = self._document_of(outlet, at)
            if there and there.doc_id not in seen:
                voice = self.voice(there, seen)
                why = f"{document.publisher or document.doc_id} gives it on the word of {outlet.name}."
                return replace(voice, via=(there.doc_id, *voice.via), why=(why, *voice.why))
            return Voice(_as_publisher(outlet), document.doc_id, outer, when=self._dated(at, document))
        told = self._retold(at)
        if told:
            return self._through(told[0], told[1], seen)
        if persons:
            return self._heard(persons[0], at, document)
        if any(outlet_key(p.name) == own for p in named):
            return self._first_hand(at, document)
        unnamed = replace(parties[0], name=f"{parties[0].name} (to {document.publisher or document.doc_id})")
        return Voice(unnamed, document.doc_id, outer, known=False, when=self._dated(at, document))

    def _heard(self, person: Party, at: Cited, document: Document) -> Voice:
        """Return who vouches that words were said: the speaker's own document, else the publisher that heard them."""
        publisher = _publisher(document)
        return Voice(publisher, document.doc_id, known=publisher.known, when=self._dated(at, document))

    def _outlet(self, party: Party) -> bool:
        key = outlet_key(party.name)
        return any(
            d.publisher and d.kind not in ("statement", "letter") and _names(key, outlet_key(d.publisher))
            for d in self.documents.values()
        )

    def _document_of(self, outlet: Party, at: Cited) -> Cited | None:
        """Return the place in a credited outlet's documents that the words come from."""
        key = outlet_key(outlet.name)
        options = []
        for doc_id, other in self.documents.items():
            if other.publisher and doc_id != at.doc_id and _names(key, outlet_key(other.publisher)):
                near = self._like(at, doc_id)
                if near:
                    options.append(near)
        return max(options, key=lambda o: o[0])[1] if options else None

    def _own(self, at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        """Return the voice of words that nobody is credited with."""
        when = self._dated(at, document)
        segment = _segment(document, at.start)
        if document.kind == "forum" or (segment and segment.kind == "post" and segment.author):
            return Voice(_poster(document, segment), document.doc_id, known=False, when=when)
        borne = self._borne(at, document)
        if borne is not None and not FIRST_HAND.search(document.text, at.start, at.end):
            return self._by(borne, at, document, seen)
        return self._first_hand(at, document)

    def _first_hand(self, at: Cited, document: Document) -> Voice:
        """Return the voice of the publisher itself; a document without one is not known to be independent."""
        party = _publisher(document)
        return Voice(party, document.doc_id, known=party.kind != "document", when=self._dated(at, document))

    def _borne(self, at: Cited, document: Document) -> list[Party] | None:
        """Return who is credited elsewhere in the document with what these words sum up."""
        people = cast(document)
        for other in self.cited:
            if other.doc_id == at.doc_id and other.stance == at.stance and other.start != at.start:
                said = self._said(other, document)
                if said:
                    return said
        mine = _stems(document, at.start, at.end)
        best: tuple[float, Attributed] | None = None
        for found in self.attributions(document):
            if found.source is None:
                continue
            theirs = _stems(document, found.content.start, found.content.end)
            share = len(mine & theirs) / max(1, min(len(mine), 12))
            if len(mine & theirs) >= 3 and share >= 0.4 and (best is None or share > best[0]):
                best = (share, found)
        return [people.speaker(best[1].source, best[1].resolved)] if best and best[1].source else None

    @staticmethod
    def _dated(at: Cited, document: Document) -> str | None:
        segment = _segment(document, at.start)
        return (segment.published if segment and segment.published else None) or document.published


def _segment(document: Document, offset: int) -> Segment | None:
    return next((s for s in document.segments if s.start <= offset < s.end), None)


def _speaker(found: Iterable[Attributed], start: int, end: int) -> Attributed | None:
    """Return the innermost attribution that covers most of a span with its content, source and cue together."""
    covering = []
    for one in found:
        spans = [span for span in (one.content, one.source, one.cue) if span is not None]
        near = [span for span in spans if span.end > start - 3 and span.start < end + 3]
        inside = min(max((s.end for s in near), default=0), end) - max(min((s.start for s in near), default=end), start)
        content = min(one.content.end, end) - max(one.content.start, start)
        if content > 0 and (content > 0.5 * (end - start) or inside > 0.5 * (end - start)):
            covering.append((one.content.end - one.content.start, one))
    return min(covering, key=lambda c: c[0])[1] if covering else None


def _verbatim(mine: Citation, theirs: Citation) -> bool:
    ratio = len(mine.quote) / max(1, len(theirs.quote))
    return 0.8 <= ratio <= 1.25 and _alike(mine.quote, theirs.quote)


def _alike(a: str, b: str) -> bool:
    x, y = a.split(), b.split()
    return sum(p == q for p, q in zip(x, y, strict=False)) >= 0.6 * max(len(x), len(y)) or set(x) == set(y)


def _mapped(at: Cited, mine: Citation, theirs: Citation) -> Cited:
    """Return the place of the same words in the other document, in proportion where the two are not equal."""
    scale = (theirs.end - theirs.start) / max(1, mine.end - mine.start)
    start = theirs.start + round((max(at.start, mine.start) - mine.start) * scale)
    end = theirs.start + round((min(at.end, mine.end) - mine.start) * scale)
    return replace(at, doc_id=theirs.doc_id, start=start, end=max(end, start + 1), attributed_to=None)


def _stems(document: Document, start: int, end: int) -> frozenset[str]:
    found = profile(document)
    first, last = found.within(start, end)
    return frozenset(stem(w) for w in found.words.folded[first:last] if w not in FUNCTION_WORDS)


def _names(alias: str, key: str) -> bool:
    """Say whether an outlet's name in a text means a publisher: equal, or its last word or words."""
    return bool(alias) and (alias == key or (len(alias) > 3 and key.endswith(f" {alias}")) or alias.endswith(f" {key}"))


def _as_publisher(party: Party) -> Party:
    return replace(party, kind="publisher", organisation=())


def _publisher(document: Document) -> Party:
    """Return the publisher's own voice as a party; a document that nobody is known to have published is its own."""
    name = document.publisher
    if not name:
        title = document.title or document.doc_id
        return Party("document", title, ("document", document.doc_id), forms=(title,))
    key = tuple(outlet_key(name).split())
    if document.kind in ("statement", "letter", "dataset"):
        return Party("organisation", name, words_of(name), organisation=words_of(name), forms=(name,))
    return Party("publisher", name, key, forms=(name,))


def _poster(document: Document, segment: Segment | None) -> Party:
    author = (segment.author if segment else None) or document.author or "a member"
    name = f"{author} ({document.publisher or document.doc_id})"
    return Party("unnamed", name, tuple(outlet_key(name).split()), forms=(author,))

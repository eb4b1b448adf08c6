"""From cited words back to the party that first said them: through attributions, and through documents that relay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

from triage.origins.cast import publisher_of
from triage.origins.company import Company
from triage.origins.credits import PRIMARY, outlet_key
from triage.origins.lexicon import DOCUMENT_NOUNS, ORGANISATION_NOUNS, OUTLET_NOUNS, ROLE_NOUNS, UNNAMED_NOUNS
from triage.origins.names import Party, same_organisation, words_of
from triage.origins.profile import FUNCTION_WORDS, QUOTATION, profile, stem
from triage.schema import Citation, Cue, Document, Relay, Segment, Span, Stance, first_day, last_day

WHOLE = ("reprint", "trimmed", "rewrite", "translation")
"""Relays in which the whole text follows another."""
_FIRST_HAND = re.compile(
    r"\b(?:I|me|my|us)\b|\b[Ww]e (?:\w+ )?(?:saw|watched|heard|counted|visited|found|stood|"
    r"walked|met|stand|see|watch|were)\b|"
    r"\b[Oo]ur (?:own )?(?:reporter|correspondent|photographer|team)\b|"
    r"\bthis (?:reporter|correspondent|newspaper|paper|station)\b|"
    r"\b(?:[Aa]|[Oo]ur|[Tt]wo|[\w ]{3,40}) (?:reporter|correspondent|photographer|journalist)s? "
    r"(?:who|that|saw|reached|"
    r"stood|counted|watched|found|visited|at)\b|\bI['’]m\b"
)
_TOLD_US = re.compile(r"\b(?:told|tells|telling|asked|showed) (?:us|me|this \w+|our reporter)\b")
_HEARD = re.compile(
    r"\btold (?:us|me|reporters|this|our)\b|\btells (?:us|me)\b|\b(?:news|press) conference\b|"
    r"\bin an? (?:\w+ )?interview\b|"
    r"\bby telephone\b|\b[Aa]sked by\b|\btold the \w+|\btold [A-Z]|\bour (?:studio|reporter)\b|\bprogramme\b|\bcrowd\b|"
    r"\bin (?:front of|the presence of)\b|\bstatement sent to\b"
)
_OWN_PAPER = re.compile(rf"\b[Ii]n (?:his|her|their) (?:\w+ )?(?:{'|'.join(sorted(DOCUMENT_NOUNS))})\b")
_SUBJECT = re.compile(
    r"^[“\"']?(?:The|This|That|A|An|Its|His|Her|Under|On)\s(?:\w+\s){0,3}?"
    rf"(?P<noun>(?:{'|'.join(sorted(DOCUMENT_NOUNS))})(?: (?:{'|'.join(sorted(DOCUMENT_NOUNS))}))*)\b"
)
_TELLS = (
    r"(?:gave|gives|puts?|listed|lists|counted|described|showed|shows|"
    r"read out|recorded|estimated|named|called|promised|"
    r"saw|watched|heard|noticed|found|goes on to say|went on to say)"
)
_TELLER = re.compile(rf"^(?P<who>It|They|He|She|[^.“”\"]{{3,90}}?),? (?:also )?{_TELLS}\b")
_REPEATED = 0.25
"""Words of another document are taken for the ones that are retold where they share so much."""


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
class Voice:
    """The party that some words lead back to.

    `root` is the document in which they were first met and `when` its date, `via` the way there, `known` whether one
    can know that the party is independent of others, `why` the relays that were followed.
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
    """Follows cited words through a set of documents; where the claim is about somebody's words, `speaker`
    holds the folded words of who that is.
    """

    documents: Mapping[str, Document]
    relays: Sequence[Relay]
    cited: Sequence[Cited]
    attribute: Attribute
    speaker: frozenset[str] | None = None
    company: Company = field(init=False)
    _found: dict[str, Sequence[Attributed]] = field(default_factory=dict)
    _edges: dict[str, list[Relay]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look up the relays by relayer, and gather what the documents say of each other's people."""
        self.company = Company(self.documents.values())
        for relay in self.relays:
            if relay.relayed in self.documents:
                self._edges.setdefault(relay.relayer, []).append(relay)

    def voice(self, at: Cited, seen: tuple[str, ...] = ()) -> Voice:
        """Return the party that the words at a place lead back to."""
        if at.doc_id in seen:
            return self._circle(seen[seen.index(at.doc_id) :])
        seen = (*seen, at.doc_id)
        document = self.documents[at.doc_id]
        came = self._copied(at) or self._followed(at)
        if document.kind in PRIMARY and came is None:
            return self._stated(at, document)
        if came is None:
            said = self._said(at, document)
            if said is not None:
                return self._by(said, at, document, seen)
            came = self._credited(at)
            if came is None and not self._saw(at, document) and (near := self._again(at)):
                return replace(self._through(*near, seen), known=False)
        return self._through(*came, seen) if came else self._own(at, document, seen)

    def _stated(self, at: Cited, document: Document) -> Voice:
        """Return the voice of a statement, letter or data set: its author, or one of another house whom it names."""
        author = publisher_of(document)
        said = self._said(at, document) or []
        guest = next((p for p in said if p.kind == "person" and p.full and p.sure), None)
        apart = guest and guest.organisation and not same_organisation(guest.organisation, author.organisation)
        if guest and (apart or _OWN_PAPER.search(document.text, at.start, at.end)):
            return Voice(guest, document.doc_id, when=_dated(at, document))
        return Voice(author, document.doc_id, known=author.sure, when=_dated(at, document))

    def _through(self, relay: Relay, there: Cited, seen: tuple[str, ...]) -> Voice:
        voice = self.voice(self._snapped(there), seen)
        return replace(voice, via=(relay.relayed, *voice.via), why=(relay.why, *voice.why))

    def _snapped(self, at: Cited) -> Cited:
        """Return the cited words that a place falls on, where there are any: the same words then have one voice."""
        overlaps = [
            (min(other.end, at.end) - max(other.start, at.start), other)
            for other in self.cited
            if other.doc_id == at.doc_id and other.stance == at.stance
        ]
        best = max(overlaps, key=lambda item: item[0], default=None)
        if best is None or best[0] < 0.5 * min(at.end - at.start, best[1].end - best[1].start):
            return at
        return best[1]

    def _circle(self, members: Sequence[str]) -> Voice:
        """Return the voice of documents that cite each other in a circle: the first of them, known to nobody."""
        first = self.documents[min(members, key=lambda d: (self.documents[d].published or "9999", d))]
        names = " and ".join(sorted({self.documents[d].publisher or d for d in members}))
        why = (f"{names} cite each other in a circle.",)
        return Voice(publisher_of(first), first.doc_id, known=False, why=why, when=first.published)

    def _copied(self, at: Cited) -> tuple[Relay, Cited] | None:
        """Return the relay that gave these words verbatim, and where they stand in the document that it relays."""
        options = []
        for relay in self._edges.get(at.doc_id, ()):
            for mine, theirs in relay.basis:
                inside = _inside(mine, at)
                if inside >= 0.6 * (at.end - at.start) and _verbatim(mine, theirs):
                    options.append((inside, relay, _mapped(at, mine, theirs)))
        return max(options, key=lambda option: option[0])[1:] if options else None

    def _followed(self, at: Cited) -> tuple[Relay, Cited] | None:
        """Return the place that these words retell in a document which theirs follows as a whole."""
        options = []
        for relay in self._edges.get(at.doc_id, ()):
            if relay.kind in WHOLE:
                aligned = [theirs for mine, theirs in relay.basis if _inside(mine, at) >= 0.5 * (at.end - at.start)]
                if aligned:
                    options.append((1.0, relay, _at(at, aligned[0])))
                elif near := self._likest(at, relay.relayed, cited=True):
                    options.append((near[0], relay, near[1]))
        return max(options, key=lambda option: option[0])[1:] if options else None

    def _credited(self, at: Cited) -> tuple[Relay, Cited] | None:
        """Return the place that these words come from in a document that theirs quotes or credits there."""
        options = []
        for relay in self._edges.get(at.doc_id, ()):
            near = self._likest(at, relay.relayed)
            here = [theirs for mine, theirs in relay.basis if _inside(mine, at) >= 0.3 * (at.end - at.start)]
            if here:
                options.append((1 + near[0] if near else 1.0, relay, near[1] if near else _at(at, here[0])))
            elif near and relay.kind in WHOLE:
                options.append((near[0], relay, near[1]))
        return max(options, key=lambda option: option[0])[1:] if options else None

    def _again(self, at: Cited) -> tuple[Relay, Cited] | None:
        """Return cited words of the same stance in a document that theirs relays anywhere: where they may come from."""
        options = []
        for relay in self._edges.get(at.doc_id, ()):
            if near := self._likest(at, relay.relayed, cited=True):
                options.append((near[0], relay, near[1]))
        best = max(options, key=lambda option: option[0], default=None)
        return best[1:] if best and best[0] >= 0.3 + _REPEATED else None

    def _likest(self, at: Cited, doc_id: str, *, cited: bool = False) -> tuple[float, Cited] | None:
        """Return the likest words of another document: cited ones of the same stance, else (or never) others."""
        mine = _stems(self.documents[at.doc_id], at.start, at.end)
        options = []
        for other in self.cited:
            if other.doc_id == doc_id and other.stance == at.stance:
                alike = _share(mine, _stems(self.documents[doc_id], other.start, other.end))
                options.append((0.3 + alike, replace(other, attributed_to=None)))
        if not options and not cited:
            there = profile(self.documents[doc_id])
            for sentence in there.sentences:
                alike = _share(mine, sentence.content)
                if alike >= _REPEATED and len(mine & sentence.content) > 1:
                    options.append((alike, _at(at, there.cite(sentence.first, sentence.last))))
        return max(options, key=lambda option: option[0]) if options else None

    def attributions(self, document: Document) -> Sequence[Attributed]:
        """Return the attributions of a document, found once."""
        if document.doc_id not in self._found:
            self._found[document.doc_id] = self.attribute(document.text)
        return self._found[document.doc_id]

    def _said(self, at: Cited, document: Document) -> list[Party] | None:
        """Return who is said to have said these words, innermost first, or nothing where the publisher says it."""
        people = self.company.cast(document.doc_id)
        if at.attributed_to and (place := _near(document.text, at.attributed_to, at.start)) is not None:
            return [self.company.known(people.party(place), document.doc_id)]
        chain = _speakers(self.attributions(document), at.start, at.end)
        chain.sort(key=lambda one: _to_publisher(one, document))
        parties = [self._party(one, document) for one in chain]
        return [party for party in parties if party.known or _can_speak(party)] or None

    def _party(self, one: Attributed, document: Document) -> Party:
        """Return the party of an attribution's source; for a pronoun, of the speaker that it most likely stands for."""
        people = self.company.cast(document.doc_id)
        assert one.source is not None
        words = document.text[one.source.start : one.source.end].strip().lower()
        party = people.speaker(one.source, one.resolved)
        if words not in ("he", "she"):
            return self.company.known(party, document.doc_id)
        near = people.antecedent(one.source.start, one.content)
        if near is None:
            before = [
                other for other in self.attributions(document) if other.source and other.source.end < one.source.start
            ]
            spoke = [self._party(other, document) for other in before[-1:] if other.cue]
            near = next((p for p in spoke if p.kind == "person"), None)
            agreed = near is not None and near.key == party.key
            known = party if one.resolved is not None and party.kind == "person" else near or people.party(one.source)
            return replace(self.company.known(known, document.doc_id), sure=agreed)
        return self.company.known(near, document.doc_id)

    def _by(self, parties: list[Party], at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        """Return the voice of attributed words: who vouches for them, or what a credited outlet's document says.

        Of several, each quoting the next, it is the outermost that is no outlet: what an official says that a minister
        said is the official's word. Where the claim is that somebody said something, it is who heard it.
        """
        own = outlet_key(document.publisher or "")
        others = [p for p in parties if outlet_key(p.name) != own or document.kind in PRIMARY]
        outlets = [p for p in others if self._outlet(p)]
        persons = [p for p in reversed(others) if p not in outlets and not self._is_speaker(p)]
        outer = tuple(p.name for p in parties[1:])
        when = _dated(at, document)
        if persons and _sure(persons[0]):
            return Voice(persons[0], document.doc_id, outer, when=when)
        for outlet in outlets:
            return self._from_outlet(outlet, at, document, seen)
        heard = bool(_HEARD.search(document.text, *_paragraph(document, at))) or self._saw(at, document)
        came = self._credited(at)
        if came and not (persons and heard):
            return self._through(*came, seen)
        if not heard and (came := self._again(at)):
            return replace(self._through(*came, seen), known=False)
        if persons:
            party = persons[0] if persons[0].known else _unnamed(persons[0], document)
            return Voice(party, document.doc_id, outer, known=False, when=when)
        if any(self._is_speaker(p) for p in others):
            publisher = publisher_of(document)
            return Voice(publisher, document.doc_id, known=heard and publisher.sure, when=when)
        return self._first_hand(at, document)

    def _is_speaker(self, party: Party) -> bool:
        """Say whether a party is the one whose words the claim is about."""
        if self.speaker is None:
            return False
        words = {*party.key, *party.roles, *(word for form in party.forms for word in words_of(form))}
        return bool(
            {stem(word) for word in self.speaker} & {stem(word) for word in words if word not in FUNCTION_WORDS}
        )

    def _from_outlet(self, outlet: Party, at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        key = outlet_key(outlet.name)
        circle = [d for d in seen[:-1] if _names(key, outlet_key(self.documents[d].publisher or ""))]
        if circle:
            return self._circle(seen[seen.index(circle[0]) :])
        places = [
            near
            for doc_id, other in self.documents.items()
            if other.publisher and _names(key, outlet_key(other.publisher))
            if doc_id != at.doc_id and not _later(other, document) and (near := self._likest(at, doc_id))
        ]
        if not places:
            party = replace(outlet, kind="publisher", organisation=(), key=tuple(key.split()))
            return Voice(party, document.doc_id, known=False, when=_dated(at, document))
        there = max(places, key=lambda place: place[0])[1]
        voice = self.voice(there, seen)
        why = f"{document.publisher or document.doc_id} gives it on the word of {outlet.name}."
        return replace(voice, via=(there.doc_id, *voice.via), why=(why, *voice.why))

    def _outlet(self, party: Party) -> bool:
        """Say whether a party is an outlet: a publisher of the set that is no primary voice, or one by its name."""
        key = outlet_key(party.name)
        if any(
            d.publisher and d.kind not in PRIMARY and _names(key, outlet_key(d.publisher))
            for d in self.documents.values()
        ):
            return True
        return party.kind == "organisation" and key.rpartition(" ")[2] in OUTLET_NOUNS

    def _own(self, at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        """Return the voice of words that nobody is credited with."""
        paper = _SUBJECT.match(document.text[at.start : at.end])
        if paper and document.kind not in PRIMARY:
            party = self.company.cast(document.doc_id).named(paper.group(), at.start)
            party = self.company.known(party, document.doc_id)
            if party.kind == "document" and not self._is_speaker(party):
                return Voice(party, document.doc_id, known=_sure(party), when=_dated(at, document))
        segment = _segment(document, at.start)
        teller = self._teller(at, document)
        if teller is not None and document.kind not in PRIMARY:
            return self._by([teller], at, document, seen)
        if document.kind == "forum" or (segment and segment.kind == "post" and document.kind != "liveblog"):
            return Voice(_poster(document, segment), document.doc_id, known=False, when=_dated(at, document))
        if document.kind not in PRIMARY and not self._saw(at, document):
            borne = self._borne(at, document)
            if borne is not None:
                return self._by(borne, at, document, seen)
        return self._first_hand(at, document)

    def _teller(self, at: Cited, document: Document) -> Party | None:
        """Return the person or body that a sentence begins with and that tells what it holds: "X put the cost at"."""
        match = _TELLER.match(document.text[at.start : at.end])
        if not match:
            return None
        party = self.company.cast(document.doc_id).named(match["who"], at.start)
        party = self.company.known(party, document.doc_id)
        return party if _sure(party) and not self._outlet(party) else None

    def _saw(self, at: Cited, document: Document) -> bool:
        """Say whether the publisher speaks as one who was there: as I or we, or of its reporter, outside quotes."""
        start, end = _paragraph(document, at)
        return bool(_FIRST_HAND.search(_TOLD_US.sub(" ", QUOTATION.sub(" ", document.text[start:end]))))

    def _first_hand(self, at: Cited, document: Document) -> Voice:
        """Return the publisher's own voice, known to be independent only where it says what its own eyes saw."""
        party = publisher_of(document)
        heard = self.speaker is not None and bool(_HEARD.search(document.text, *_paragraph(document, at)))
        known = party.sure and (party.kind != "publisher" or heard or self._saw(at, document))
        return Voice(party, document.doc_id, known=known, when=_dated(at, document))

    def _borne(self, at: Cited, document: Document) -> list[Party] | None:
        """Return who is credited elsewhere in the document with what these words sum up."""
        mine = _stems(document, at.start, at.end)
        beside = [
            (_share(mine, _stems(document, other.start, other.end)), -other.start, said)
            for other in self.cited
            if other.doc_id == at.doc_id and other.stance == at.stance and other.start != at.start
            if (said := self._said(other, document))
        ]
        if beside:
            return max(beside, key=lambda item: item[:2])[2]
        best: tuple[float, Attributed] | None = None
        for found in self.attributions(document):
            theirs = _stems(document, found.content.start, found.content.end)
            share = len(mine & theirs) / max(1, min(len(mine), 12))
            if (
                found.source
                and found.cue
                and len(mine & theirs) >= 3
                and share >= 0.4
                and (not best or share > best[0])
            ):
                best = (share, found)
        if best is None or best[1].source is None:
            return None
        return [self._party(best[1], document)]


def _sure(party: Party) -> bool:
    """Say whether a party can be told from others: a name that is one, a document whose author is known."""
    return party.sure and party.full and (party.kind != "document" or bool(party.organisation))


def _can_speak(party: Party) -> bool:
    """Say whether an unnamed party is somebody at all, and not a thing that a parser took for a source."""
    words = {word for form in (party.name, *party.forms) for word in words_of(form)}
    return not words or bool(words & (UNNAMED_NOUNS | ROLE_NOUNS | ORGANISATION_NOUNS | {"one"}))


def _later(other: Document, document: Document) -> bool:
    return bool(other.published and document.published and first_day(other.published) > last_day(document.published))


def _inside(mine: Citation, at: Cited) -> int:
    return min(mine.end, at.end) - max(mine.start, at.start)


def _at(at: Cited, there: Citation) -> Cited:
    return replace(at, doc_id=there.doc_id, start=there.start, end=there.end, attributed_to=None)


def _segment(document: Document, offset: int) -> Segment | None:
    return next((s for s in document.segments if s.start <= offset < s.end), None)


def _dated(at: Cited, document: Document) -> str | None:
    segment = _segment(document, at.start)
    return (segment.published if segment else None) or document.published


def _paragraph(document: Document, at: Cited) -> tuple[int, int]:
    start, end = document.text.rfind("\n\n", 0, at.start), document.text.find("\n\n", at.end)
    return max(start, 0), end if end >= 0 else len(document.text)


def _sentence(document: Document, at: Cited) -> tuple[int, int]:
    return at.start, min(len(document.text), at.end)


def _near(text: str, words: str, start: int) -> Span | None:
    """Return the place of some words nearest to an offset, where they stand in the text verbatim."""
    places = [match.start() for match in re.finditer(re.escape(words), text)]
    if not words or not places:
        return None
    place = min(places, key=lambda p: abs(p - start))
    return Span(start=place, end=place + len(words))


def _speakers(found: Iterable[Attributed], start: int, end: int) -> list[Attributed]:
    """Return the attributions that cover most of a span with content, source and cue together, innermost first."""
    covering = []
    for one in found:
        if one.source is None or one.cue is None:
            continue
        near = [s for s in (one.content, one.source, one.cue) if s.end > start - 3 and s.start < end + 3]
        inside = min(max((s.end for s in near), default=0), end) - max(min((s.start for s in near), default=end), start)
        content = min(one.content.end, end) - max(one.content.start, start)
        if content > 0 and (content > 0.5 * (end - start) or inside > 0.5 * (end - start)):
            covering.append(one)
    chain = sorted(covering, key=lambda one: (one.content.end - one.content.start, one.content.start))
    for one in chain[-1:]:
        while (outer := one.outer) is not None:
            if outer.source is not None and outer.cue is not None and outer not in chain:
                chain.append(outer)
            one = outer
    return chain


def _to_publisher(one: Attributed, document: Document) -> bool:
    """Say whether a source speaks to the publisher itself ("told us"), and so vouches for the rest."""
    if one.cue is None:
        return False
    after = document.text[one.cue.end : one.cue.end + 60]
    match = re.match(r"\s+(?:us\b|me\b|reporters\b|this \w+|(?:the )?([A-Z][\w’' -]+))", after)
    if not match:
        return False
    own = outlet_key(document.publisher or "").split()
    return match[1] is None or (bool(own) and outlet_key(match[1]).split()[-1:] == own[-1:])


def _verbatim(mine: Citation, theirs: Citation) -> bool:
    a, b = mine.quote.split(), theirs.quote.split()
    same = sum(x == y for x, y in zip(a, b, strict=False))
    return same >= 0.6 * max(len(a), len(b)) or (
        len(a) > 8 and len(set(a) & set(b)) >= 0.9 * max(len(set(a)), len(set(b)))
    )


def _mapped(at: Cited, mine: Citation, theirs: Citation) -> Cited:
    """Return the place of the same words in the other document, in proportion where the two are not equal."""
    exact = theirs.quote.find(mine.quote[max(0, at.start - mine.start) : at.end - mine.start])
    if exact >= 0:
        start = theirs.start + exact
        end = start + min(at.end, mine.end) - max(at.start, mine.start)
        return replace(at, doc_id=theirs.doc_id, start=start, end=end, attributed_to=None)
    scale = (theirs.end - theirs.start) / max(1, mine.end - mine.start)
    start = theirs.start + round((max(at.start, mine.start) - mine.start) * scale)
    end = theirs.start + round((min(at.end, mine.end) - mine.start) * scale)
    return replace(at, doc_id=theirs.doc_id, start=start, end=max(end, start + 1), attributed_to=None)


@lru_cache(maxsize=8192)
def _stems(document: Document, start: int, end: int) -> frozenset[str]:
    found = profile(document)
    first, last = found.within(start, end)
    return frozenset(stem(w) for w in found.words.folded[first:last] if w not in FUNCTION_WORDS)


def _share(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / max(1, min(len(a), len(b)))


def _names(alias: str, key: str) -> bool:
    """Say whether an outlet's name in a text means a publisher: equal, or its last word or words, or its initials."""
    if not alias:
        return False
    initials = "".join(word[0] for word in key.split())
    return alias in (key, initials) or (len(alias) > 3 and key.endswith(f" {alias}")) or alias.endswith(f" {key}")


def _unnamed(party: Party, document: Document) -> Party:
    """Return an unnamed source under the publisher that spoke to it: all that tells one such source from another."""
    heard = document.publisher or document.doc_id
    return Party(
        "unnamed",
        f"{party.name} (to {heard})",
        (*outlet_key(heard).split(), document.doc_id),
        forms=(party.name,),
        sure=False,
    )


def _poster(document: Document, segment: Segment | None) -> Party:
    author = (segment.author if segment else None) or document.author or "a member"
    board = document.publisher or document.doc_id
    return Party(
        "unnamed", f"{author} ({board})", tuple(outlet_key(f"{author} {board}").split()), forms=(author,), sure=False
    )

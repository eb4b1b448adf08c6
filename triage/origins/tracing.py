"""From cited words back to the party that first said them: through attributions, and through documents that relay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from triage.origins.cast import publisher_of
from triage.origins.company import Company
from triage.origins.credits import PRIMARY, outlet_key
from triage.origins.firsthand import heard, hearsay, minutes, own_paper, paper, saw, teller
from triage.origins.lexicon import OUTLET_NOUNS, PRONOUNS, SPEAKING
from triage.origins.names import Party, same_organisation, words_of
from triage.origins.paths import WHOLE, Paths, dated, nearest, segment_at, share, stems
from triage.origins.profile import FUNCTION_WORDS, stem
from triage.origins.voices import (
    Attribute,
    Attributed,
    Cited,
    Voice,
    can_speak,
    is_sure,
    poster,
    speakers,
    unnamed,
)
from triage.schema import Document, Relay, first_day, last_day

SUMMED, SUMS_UP = 12, 0.4
"""A sentence sums up what is said elsewhere where so much of it, of so many words at most, stands there."""


class Tracer:
    """Follows cited words through a set of documents."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        relays: Sequence[Relay],
        cited: Sequence[Cited],
        attribute: Attribute,
        speaker: frozenset[str] | None = None,
    ) -> None:
        """`speaker` are the folded words of who is said to have said something, where the claim is about that."""
        self._documents = documents
        self._cited = cited
        self._attribute = attribute
        self._speaker = speaker
        self._company = Company(documents.values(), {relay.relayer for relay in relays if relay.kind in WHOLE})
        self._paths = Paths(documents, relays, cited)
        self._outlets = {outlet_key(d.publisher) for d in documents.values() if d.publisher and d.kind not in PRIMARY}
        self._found: dict[str, Sequence[Attributed]] = {}

    def voice(self, at: Cited, seen: tuple[str, ...] = ()) -> Voice:
        """Return the party that the words at a place lead back to."""
        if at.doc_id in seen:
            return self._circle(seen[seen.index(at.doc_id) :])
        seen = (*seen, at.doc_id)
        document = self._documents[at.doc_id]
        came = self._paths.copied(at) or self._paths.followed(at)
        if document.kind in PRIMARY and came is None:
            return self._stated(at, document)
        if came is None:
            said = self._said(at, document)
            if said is not None:
                return self._by(said, at, document, seen)
            came = self._paths.credited(at)
            if came is None and not saw(document, at.start, at.end) and (near := self._paths.likely(at)):
                return replace(self._through(*near, seen), known=False)
        return self._through(*came, seen) if came else self._own(at, document, seen)

    def _stated(self, at: Cited, document: Document) -> Voice:
        """Return the voice of a statement, letter or data set: its author, or one of another house whom it names."""
        author = publisher_of(document)
        said = self._said(at, document) or []
        guest = next((p for p in said if p.kind == "person" and p.full and p.sure), None)
        if guest is None or same_organisation(guest.organisation, author.organisation):
            return _first(author, at, document, known=author.sure)
        if guest.organisation or own_paper(document, at.start, at.end) or minutes(document):
            return _first(guest, at, document)
        return _first(author, at, document, known=author.sure and bool(guest.roles & SPEAKING))

    def _through(self, relay: Relay, there: Cited, seen: tuple[str, ...]) -> Voice:
        voice = self.voice(there, seen)
        return replace(voice, via=(relay.relayed, *voice.via), why=(relay.why, *voice.why))

    def _circle(self, members: Sequence[str]) -> Voice:
        """Return the voice of documents that cite each other in a circle: the first of them, known to nobody."""
        first = self._documents[min(members, key=lambda d: (self._documents[d].published or "9999", d))]
        names = " and ".join(sorted({self._documents[d].publisher or d for d in members}))
        why = (f"{names} cite each other in a circle.",)
        return Voice(publisher_of(first), first.doc_id, known=False, why=why, when=first.published)

    def _attributions(self, document: Document) -> Sequence[Attributed]:
        """Return the attributions of a document, found once."""
        if document.doc_id not in self._found:
            self._found[document.doc_id] = self._attribute(document.text)
        return self._found[document.doc_id]

    def _said(self, at: Cited, document: Document) -> list[Party] | None:
        """Return who is said to have said these words, innermost first, or nothing where the publisher says it.

        Whom the reader credits is believed where the words stand in the document; an outlet that the text credits
        besides stays in the list.
        """
        chain = speakers(self._attributions(document), document, at.start, at.end)
        parties = [self._party(one, document) for one in chain]
        credited = at.attributed_to or ""
        if credited.lower() not in PRONOUNS and (place := nearest(document.text, credited, at.start)):
            party = self._company.known(self._company.cast(document.doc_id).party(place), document.doc_id)
            parties = [party, *(p for p in parties if self._outlet(p))]
        return [party for party in parties if party.known or can_speak(party)] or None

    def _party(self, one: Attributed, document: Document) -> Party:
        """Return the party of an attribution's source; for a pronoun, of the person that it most likely stands for.

        Such a person is certain where the paragraph names it, or where two ways of finding it agree.
        """
        assert one.source is not None
        people = self._company.cast(document.doc_id)
        party = people.speaker(one.source, one.resolved)
        if document.text[one.source.start : one.source.end].strip().lower() not in ("he", "she"):
            return self._company.known(party, document.doc_id)
        near = people.antecedent(one.source.start, one.content)
        if near is not None:
            return self._company.known(near, document.doc_id)
        last, beside = self._last_speaker(one, document)
        if last is not None and beside:
            return last
        if one.resolved is None or party.kind != "person":
            party = last or people.party(one.source)
        return replace(self._company.known(party, document.doc_id), sure=last is not None and last.key == party.key)

    def _last_speaker(self, one: Attributed, document: Document) -> tuple[Party | None, bool]:
        """Return the person who spoke last before an attribution, and whether in the same paragraph."""
        assert one.source is not None
        for other in reversed(self._attributions(document)):
            if other.source is None or other.source.end >= one.source.start:
                continue
            if document.text[other.source.start : other.source.end].strip().lower() in ("he", "she"):
                continue
            party = self._party(other, document) if other.cue is not None else None
            beside = "\n" not in document.text[other.source.end : one.source.start]
            return (party, beside) if party is not None and party.kind == "person" else (None, False)
        return None, False

    def _by(self, parties: list[Party], at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        """Return the voice of attributed words: who vouches for them, or what a credited outlet's document says.

        Of several, each quoting the next, it is the outermost that is no outlet: what an official says that a minister
        said is the official's word. Where the claim is that somebody said something, it is who heard it.
        """
        own = outlet_key(document.publisher or "")
        others = [p for p in parties if outlet_key(p.name) != own or document.kind in PRIMARY]
        outlets = [p for p in others if self._outlet(p)]
        persons = [p for p in reversed(others) if p not in outlets and not self._is_speaker(p)]
        between = tuple(dict.fromkeys(p.name for p in reversed(outlets)))
        if persons and is_sure(persons[0]):
            return _first(persons[0], at, document, between, known=not hearsay(document, at.start, at.end))
        if outlets:
            return self._from_outlet(outlets[0], at, document, seen)
        at_hand = heard(document, at.start, at.end) or saw(document, at.start, at.end)
        came = self._paths.credited(at)
        if came and not (persons and at_hand):
            return self._through(*came, seen)
        if not at_hand and (came := self._paths.likely(at)):
            return replace(self._through(*came, seen), known=False)
        if persons:
            party = persons[0] if persons[0].known else unnamed(persons[0], document)
            return _first(party, at, document, between, known=False)
        if any(self._is_speaker(p) for p in others):
            publisher = publisher_of(document)
            return _first(publisher, at, document, known=at_hand and publisher.sure)
        return self._first_hand(at, document)

    def _is_speaker(self, party: Party) -> bool:
        """Say whether a party is the one whose words the claim is about."""
        if self._speaker is None:
            return False
        words = {*party.key, *party.roles, *(word for form in party.forms for word in words_of(form))}
        return bool(
            {stem(word) for word in self._speaker} & {stem(word) for word in words if word not in FUNCTION_WORDS}
        )

    def _from_outlet(self, outlet: Party, at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        key = outlet_key(outlet.name)
        circle = [d for d in seen[:-1] if _names(key, outlet_key(self._documents[d].publisher or ""))]
        if circle:
            return self._circle(seen[seen.index(circle[0]) :])
        places = [
            near
            for doc_id, other in self._documents.items()
            if other.publisher and _names(key, outlet_key(other.publisher))
            if doc_id != at.doc_id and not _later(other, document) and (near := self._paths.likest(at, doc_id))
        ]
        if not places:
            party = replace(outlet, kind="publisher", organisation=(), key=tuple(key.split()))
            return _first(party, at, document, known=False)
        there = max(places, key=lambda place: place[0])[1]
        voice = self.voice(there, seen)
        why = f"{document.publisher or document.doc_id} gives it on the word of {outlet.name}."
        return replace(voice, via=(there.doc_id, *voice.via), why=(why, *voice.why))

    def _outlet(self, party: Party) -> bool:
        """Say whether a party is an outlet: a publisher of the set that is no primary voice, or one by its name."""
        key = outlet_key(party.name)
        if any(_names(key, name) for name in self._outlets):
            return True
        called = bool(party.roles & (OUTLET_NOUNS | {"agency"}) - {*party.key})
        last = key.removesuffix(" agency").rpartition(" ")[2]
        return party.kind == "organisation" and (called or last in OUTLET_NOUNS)

    def _own(self, at: Cited, document: Document, seen: tuple[str, ...]) -> Voice:
        """Return the voice of words that nobody is credited with."""
        written = self._paper(at, document)
        if written is not None:
            return _first(written, at, document, known=is_sure(written))
        tells = self._teller(at, document)
        if tells is not None:
            return self._by(tells, at, document, seen)
        segment = segment_at(document, at.start)
        if document.kind == "forum" or (segment and segment.kind == "post" and document.kind != "liveblog"):
            return _first(poster(document, segment), at, document, known=False)
        borne = None if saw(document, at.start, at.end) else self._borne(at, document)
        return self._by(borne, at, document, seen) if borne else self._first_hand(at, document)

    def _paper(self, at: Cited, document: Document) -> Party | None:
        """Return the document that a sentence has for its subject: "The letter gives the rent as ..."."""
        subject = paper(document.text[at.start : at.end])
        if subject is None:
            return None
        party = self._company.cast(document.doc_id).named(subject, at.start)
        party = self._company.known(party, document.doc_id)
        return party if party.kind == "document" and not self._is_speaker(party) else None

    def _teller(self, at: Cited, document: Document) -> list[Party] | None:
        """Return the person or body that a sentence begins with and that tells what it holds: "X put the cost at"."""
        subject = teller(document.text[at.start : at.end])
        if subject is None:
            return None
        party = self._company.cast(document.doc_id).named(subject, at.start)
        party = self._company.known(party, document.doc_id)
        return [party] if is_sure(party) and not self._outlet(party) else None

    def _first_hand(self, at: Cited, document: Document) -> Voice:
        """Return the publisher's own voice, known to be independent only where it says what its own eyes saw."""
        party = publisher_of(document)
        listened = self._speaker is not None and heard(document, at.start, at.end)
        known = party.sure and (party.kind != "publisher" or listened or saw(document, at.start, at.end))
        return _first(party, at, document, known=known)

    def _borne(self, at: Cited, document: Document) -> list[Party] | None:
        """Return who is credited elsewhere in the document, or in the same post, with what these words sum up.

        First with what is likest of the words cited beside them for the same stance, else with what shares much of
        their wording.
        """
        mine, post = stems(document, at.start, at.end), segment_at(document, at.start)
        beside = [
            (share(mine, stems(document, other.start, other.end)), said)
            for other in self._cited
            if (other.doc_id, other.stance) == (at.doc_id, at.stance) and other.start != at.start
            if segment_at(document, other.start) == post
            if (said := self._said(other, document) or self._teller(other, document))
        ]
        nearest_said = max(beside, key=lambda item: item[0], default=None)
        if nearest_said and nearest_said[0]:
            return nearest_said[1]
        alike = [
            (len(mine & theirs) / max(1, min(len(mine), SUMMED)), one)
            for one in self._attributions(document)
            if one.source is not None and one.cue is not None and segment_at(document, one.content.start) == post
            if len(mine & (theirs := stems(document, one.content.start, one.content.end))) >= 3
        ]
        best = max(alike, key=lambda item: item[0], default=None)
        return [self._party(best[1], document)] if best and best[0] >= SUMS_UP else None


def _first(party: Party, at: Cited, document: Document, via: tuple[str, ...] = (), *, known: bool = True) -> Voice:
    """Return a party as the voice of words that are first met where they are cited."""
    return Voice(party, document.doc_id, via, known=known, when=dated(document, at.start), start=at.start)


def _later(other: Document, document: Document) -> bool:
    return bool(other.published and document.published and first_day(other.published) > last_day(document.published))


def _names(alias: str, key: str) -> bool:
    """Say whether an outlet's name in a text means a publisher: equal, or its last word or words, or its initials."""
    if not alias:
        return False
    initials = "".join(word[0] for word in key.split())
    return alias in (key, initials) or (len(alias) > 3 and key.endswith(f" {alias}")) or alias.endswith(f" {key}")

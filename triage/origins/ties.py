"""What may tie two parties: a name or office that could be one, a house, or a phrase that sets both together.

Two parties are known to be independent only where none of this speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from triage.origins.lexicon import (
    COMPANY_NOUNS,
    FITTING,
    HONORIFICS,
    ORGANISATION_NOUNS,
    PLACE_NOUNS,
    PUBLIC_BODIES,
    ROLE_NOUNS,
    SPEAKING,
    STATE_OFFICES,
)
from triage.origins.names import Party, same_name, same_organisation, same_word, words_of
from triage.origins.naming import SPEAKS
from triage.origins.profile import QUOTATION, fold
from triage.schema import Document

_AFTER = re.compile(r"(?:,| \(| (?:of|at|from|for|with|who|whose|and)\b)[^.,;:!?\n]{1,110}")
_BEFORE = re.compile(r"(?:[^\s.;:!?,][^\s;:!?,]*,? ){1,8}$")
_LINKS = re.compile(r"\b(?:and|against|are|been|by|for|had|has|have|in|is|that|to|under|was|were|with)\b")
_OTHER = re.compile(r"(?P<first>[A-Z][\w’'-]+) $")
_SAYS = re.compile(rf"\b{SPEAKS}\b")
_PAIRED = (
    r"(?:,? (?:and|with) (?:[A-Z][\w.’'-]* ){0,3}|[^.;:!?\n]{0,60}\b(?:assistant|brother|co-author|colleague|daughter|"
    r"father|husband|mother|partner|sister|son|widow|wife)\b[^.;:!?\n]{0,40}?\b)"
)
_HOUSES = (
    (ORGANISATION_NOUNS | COMPANY_NOUNS) - ROLE_NOUNS - PLACE_NOUNS - {"line", "lines", "red", "front", "city", "town"}
)


class Ties:
    """The texts of a set of documents, to be asked whether two parties may be tied."""

    def __init__(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        self._texts = [QUOTATION.sub(" ", document.text) for document in documents]
        self._writers = [(words_of(d.author), words_of(d.publisher)) for d in documents if d.author and d.publisher]
        self._found: dict[str, str] = {}

    def tied(self, a: Party, b: Party) -> bool:
        """Say whether two parties may be one, be of one house, or speak for each other."""
        if "document" in (a.kind, b.kind) and (a.kind == b.kind or "person" not in (a.kind, b.kind)):
            return True
        if a.kind == b.kind == "organisation" and (_is_acronym(a) or _is_acronym(b)):
            return True
        if a.organisation and b.organisation and same_organisation(a.organisation, b.organisation):
            return True
        if a.kind == b.kind == "person":
            return _may_be_one(a, b) or self._together(a, b) or self._one_house(a, b)
        person, body = (a, b) if a.kind == "person" else (b, a)
        if person.kind != "person":
            return _share_a_name(a, b) or self._beside(a, b) or self._beside(b, a)
        return (
            _may_speak_for(person, body)
            or _named_after(body, person)
            or self._writes_for(person, body)
            or self._beside(person, body)
        )

    def _writes_for(self, person: Party, house: Party) -> bool:
        return any(same_name(person.key, by) and set(house.key) <= set(name) for by, name in self._writers)

    def _phrases(self, party: Party) -> str:
        """Return what the texts set beside a surname or a body's name to say who that is, up to who says something."""
        name = party.name.split()[-1] if party.kind == "person" else re.sub(r"^[Tt]he ", "", party.name)
        if party.name not in self._found:
            phrases = []
            for text in self._texts:
                for match in re.finditer(rf"\b{re.escape(name)}\b", text):
                    before = _BEFORE.search(text, max(0, match.start() - 90), match.start())
                    other = _OTHER.search(before.group()) if before and party.kind == "person" else None
                    if other and fold(other["first"]) not in {*party.key, *HONORIFICS, *ROLE_NOUNS, "the"}:
                        continue
                    after = _AFTER.match(text, match.end())
                    phrases += [_SAYS.split(after.group())[0]] if after else []
                    phrases += [_LINKS.split(_SAYS.split(before.group())[-1])[-1]] if before else []
            self._found[party.name] = "\n".join(phrases)
        return self._found[party.name]

    def _beside(self, one: Party, body: Party) -> bool:
        """Say whether a phrase gives somebody that house by its name, or a person one by a noun that it bears."""
        phrases = self._phrases(one)
        houses = {re.sub(r"^[Tt]he ", "", form) for form in (body.name, *body.forms)}
        named = any(house[:1].isupper() and house in phrases for house in houses)
        return named or (one.kind == "person" and bool(_nouns(phrases) & {*body.key, *body.roles}))

    def _together(self, a: Party, b: Party) -> bool:
        """Say whether a text names two people in one breath: "A and B", "A, whose colleague B", "A’s wife B"."""
        one, two = (re.escape(party.name.split()[-1]) for party in (a, b))
        pairs = "|".join(rf"\b{x}\b{_PAIRED}{y}\b" for x, y in ((one, two), (two, one)))
        return any(re.search(pairs, text) for text in self._texts)

    def _one_house(self, a: Party, b: Party) -> bool:
        """Say whether phrases give two people, one of whom may speak for it, a house by the same noun."""
        shared = _nouns(self._phrases(a)) & _nouns(self._phrases(b))
        return bool(shared and (a.roles | b.roles) & SPEAKING)


def _nouns(phrases: str) -> set[str]:
    return {word for word in re.findall(r"\b[a-z]+\b", phrases) if word in _HOUSES}


def _may_speak_for(person: Party, body: Party) -> bool:
    """Say whether somebody of an office, and of no known house, may hold it in a body: its treasurer, its clerk.

    An office of the state is held in a public body only.
    """
    if body.kind not in ("organisation", "document"):
        return False
    if len(person.organisation) > 1 and person.organisation[-1] not in SPEAKING:
        return False
    nouns = {*body.key, *body.roles}
    if any(person.roles & roles and nouns & bodies for roles, bodies in FITTING):
        return True
    offices = person.roles & SPEAKING
    return bool(offices - STATE_OFFICES) or bool(offices and (nouns & PUBLIC_BODIES or body.name == body.name.lower()))


def _is_acronym(body: Party) -> bool:
    return len(body.key) == 1 and body.name.isupper()


def _share_a_name(a: Party, b: Party) -> bool:
    """Say whether one name holds the other, or two bodies that are not public bear a name in common."""
    one, two = set(a.key), set(b.key)
    if one <= two or two <= one:
        return True
    return bool((one & two) - ORGANISATION_NOUNS - {"of", "for", "and"}) and not (one | two) & PUBLIC_BODIES


def _named_after(body: Party, person: Party) -> bool:
    return bool(person.key) and any(same_word(person.key[-1], word) for word in body.key)


def _may_be_one(a: Party, b: Party) -> bool:
    """Say whether two people may be one: by surname or office, or where one name goes on ("Ida Voss-Holt")."""
    if a.full and b.full:
        short, long = sorted((a.key, b.key), key=len)
        return all(any(same_word(word, other) for other in long) for word in short)
    if a.key and b.key:
        return same_word(a.key[-1], b.key[-1])
    return bool(a.roles & b.roles) or not (a.roles and b.roles)

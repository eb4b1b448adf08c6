"""What may tie two parties: a name or office that could be one, a house, or a phrase that sets both together.

Two parties are known to be independent only where none of this speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from triage.origins.lexicon import FITTING, PUBLIC_BODIES, SPEAKING, STATE_OFFICES
from triage.origins.names import Party, same_organisation, same_word
from triage.origins.naming import SPEAKS
from triage.origins.profile import QUOTATION

_FIRST = re.compile(r",| \(| (?:of|at|from|for|with|who|whose|and)\b")
_SAYS = re.compile(rf"\b{SPEAKS}\b")


class Ties:
    """The texts of a set of documents, to be asked whether two parties may be tied."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [QUOTATION.sub(" ", text) for text in texts]

    def tied(self, a: Party, b: Party) -> bool:
        """Say whether two parties may be one, be of one house, or speak for each other."""
        if a.kind == b.kind == "document" and not (a.organisation and b.organisation):
            return True
        if a.organisation and b.organisation and same_organisation(a.organisation, b.organisation):
            return True
        if a.kind == b.kind == "person":
            return _may_be_one(a, b)
        person, body = (a, b) if a.kind == "person" else (b, a)
        if person.kind != "person":
            return bool(set(a.key) <= set(b.key) or set(b.key) <= set(a.key))
        return _may_speak_for(person, body) or _named_after(body, person) or self._together(person, body)

    def _together(self, person: Party, body: Party) -> bool:
        """Say whether a phrase gives a person that house: "Jane Roe, who runs the desk at X", "X's desk head Jane Roe".

        A phrase in which somebody says something is none.
        """
        surname = rf"\b{re.escape(person.name.split()[-1])}\b"
        houses = {form for form in (body.name, *body.forms) if form[:1].isupper()}
        names = "|".join(re.escape(re.sub(r"^The ", "", form)) for form in sorted(houses))
        if not names:
            return False
        after = re.compile(rf"{surname}(?P<between>[^.;:!?\n]{{1,110}}?)\b(?:{names})\b")
        before = re.compile(
            rf"\b(?:{names})\b(?P<between>(?:['’]s?)?(?:,? [a-z’'-]+){{0,6}},?(?: [A-Z][\w.’'-]*){{0,2}} ){surname}"
        )
        for text in self._texts:
            for match in after.finditer(text):
                if _FIRST.match(match["between"]) and not _SAYS.search(match["between"]):
                    return True
            if any(not _SAYS.search(match["between"]) for match in before.finditer(text)):
                return True
        return False


def _may_speak_for(person: Party, body: Party) -> bool:
    """Say whether somebody of an office, and of no known house, may hold it in a body: its treasurer, its clerk.

    An office of the state is held in a public body only.
    """
    if body.kind not in ("organisation", "document"):
        return False
    house = person.organisation
    if house and house[-1] not in SPEAKING:
        return False
    nouns = {*body.key, *body.roles}
    if any(person.roles & roles and nouns & bodies for roles, bodies in FITTING):
        return True
    offices = person.roles & SPEAKING
    return bool(offices - STATE_OFFICES) or bool(offices and (nouns & PUBLIC_BODIES or body.name == body.name.lower()))


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

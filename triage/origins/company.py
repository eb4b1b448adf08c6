"""What several documents say together of the people and organisations that they name."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from triage.origins.cast import Cast, cast
from triage.origins.lexicon import ORGANISATION_NOUNS
from triage.origins.names import Party, same_name, same_organisation
from triage.origins.roll import united
from triage.schema import Document


class Company:
    """The casts of several documents: what one says of a person or organisation is known of it in the others."""

    def __init__(self, documents: Iterable[Document], copies: Container[str] = ()) -> None:
        """`copies` are the ids of documents that follow another as a whole: who printed them signs nothing in them."""
        self._casts = {document.doc_id: cast(document) for document in documents}
        self._people: dict[str, list[Party]] = {}
        self._bodies: list[Party] = []
        for one in self._casts.values():
            own = None if one.document.doc_id in copies else one.author
            self._bodies += [m.party for m in one.organisations if m.party.full]
            if own and own.kind == "organisation":
                self._bodies.append(replace(own, roles=frozenset(own.key) & ORGANISATION_NOUNS))
            for party in {m.party.key: m.party for m in one.people}.values():
                vague = len(party.organisation) < 2
                if own and own.kind == "organisation" and vague and one.signs(party):
                    party = replace(party, organisation=own.key)
                self._people.setdefault(party.key[-1], []).append(party)

    def cast(self, doc_id: str) -> Cast:
        """Return the cast of one of the documents."""
        return self._casts[doc_id]

    def known(self, party: Party, doc_id: str) -> Party:
        """Return a party met in a document with what all documents say of it: a person's roles and organisation."""
        if party.kind == "document" and len(party.organisation) > 1:
            return self._written(party, doc_id)
        if party.kind == "organisation" and not party.full:
            return self._called(party, self._casts[doc_id].document.text)
        if party.kind != "person" or not party.full:
            return party
        others = [p for p in self._people.get(party.key[-1], ()) if same_name(p.key, party.key)]
        whole = replace(united([*others, party]), name=party.name) if others else party
        if len(whole.organisation) == 1:
            noun = whole.organisation[0]
            body = self._called(Party("organisation", noun, (noun,), full=False), self._casts[doc_id].document.text)
            whole = replace(whole, organisation=body.key)
        return whole

    def _called(self, party: Party, text: str) -> Party:
        """Return the one organisation that bears a noun ("the museum"), of those that the text names if any."""
        found: list[Party] = []
        bearing = [other for other in self._bodies if party.key[-1] in (*other.roles, *other.key)]
        for other in [o for o in bearing if any(form in text for form in o.forms)] or bearing:
            if not any(same_organisation(other.key, one.key) for one in found):
                found.append(other)
        return replace(found[0], forms=(*found[0].forms, *party.forms)) if len(found) == 1 else party

    def _written(self, paper: Party, doc_id: str) -> Party:
        """Return a document under the organisation that its author speaks for."""
        for author in self._people.get(paper.organisation[-1], ()):
            if same_name(author.key, paper.organisation):
                author = self.known(author, doc_id)
                return replace(paper, organisation=author.organisation) if author.speaks else paper
        return paper

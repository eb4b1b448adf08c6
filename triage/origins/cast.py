"""Whom the words of a document mean: its names, titles, descriptions and pronouns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from triage.origins.credits import PRIMARY, outlet_key
from triage.origins.lexicon import (
    AUTHORED,
    COMPANY_NOUNS,
    DOCUMENT_NOUNS,
    HONORIFICS,
    ORGANISATION_NOUNS,
    OUTLET_NOUNS,
    PRONOUNS,
    ROLE_NOUNS,
    SPEAKING,
    SPOKESPEOPLE,
    UNNAMED_NOUNS,
)
from triage.origins.names import Party, same_word, words_of
from triage.origins.naming import (
    CAPITALISED,
    LINK,
    LONG_NAME,
    NAME,
    bare,
    head_noun,
    is_clause,
    is_plain,
    is_role,
    plain,
    roles_in,
    trimmed,
    words_in,
)
from triage.origins.roll import OWNER, Roll
from triage.schema import Document, Span

_FOR = re.compile(
    r"^(?:(?:an?|the|one|another|its|his|her|their)\s+)?(?:[\w-]+\s+){0,2}?(?P<role>\w+)\s+(?:for|of|at|from|to|with|in)\s+(?P<whom>.+)$"
)
_BY = re.compile(
    rf"\b(?P<noun>{'|'.join(sorted(AUTHORED))})\b(?:[^.;\n]{{0,60}}?\b(?:signed|written|issued|sent) by| from| of| by) "
    rf"(?P<author>(?:the )?{LONG_NAME.pattern})"
)
_PAPER = re.compile(rf"\bThe (?P<noun>{'|'.join(sorted(DOCUMENT_NOUNS))})\b")
_OUTLET = re.compile(
    rf"(?:[Tt]he )?(?:{CAPITALISED} )*(?:{'|'.join(sorted(word.capitalize() for word in OUTLET_NOUNS))})"
)
_DETERMINERS = frozenset("the its their his her our a an local".split())
_NOBODY = Party("unnamed", "someone named by a pronoun only", (), sure=False)


class Cast(Roll):
    """The parties of a document, to be asked whom a span means."""

    def speaker(self, span: Span, resolved: Span | None = None) -> Party:
        """Return the party of a source, or that of the words which its pronoun stands for."""
        if resolved is not None and (party := self.party(resolved)).known:
            return party
        return self.party(span)

    def party(self, span: Span) -> Party:
        """Return the party that a span of the document names, describes or stands in for."""
        return self.named(self.document.text[span.start : span.end], span.start)

    def named(self, words: str, at: int) -> Party:
        """Return the party that some words mean where they stand at an offset of the document."""
        words = " ".join(words.split()).strip(" ,.;:“”\"'’—-")
        low = words_in(words)
        if not low or (len(low) == 1 and low[0] in PRONOUNS):
            return self._pronoun(low[0] if low else "", at)
        parts = re.split(r", | who | whose | which | that ", words)
        head, tail = parts[0], parts[-1]
        if len(parts) > 1 and not self.full_name(head) and (is_clause(words[: -len(tail)]) or is_plain(tail)):
            head = words = tail
        if _OUTLET.fullmatch(head):
            key = words_of(head)
            return Party("organisation", head, key, frozenset(), key, forms=(head,))
        return (
            self._spoken_for(head, at)
            or self.full_name(head)
            or (self.full_name(words) if is_role(head) else None)
            or self._surname(head, at)
            or self._body(head, at)
            or self._described(head, at)
        )

    def _spoken_for(self, head: str, at: int) -> Party | None:
        """Return whom a spokesperson speaks for: "a spokeswoman for X", "X's spokesman", "X officials said"."""
        match = _FOR.match(head)
        owned = OWNER.match(head)
        low = words_in(head)
        if match and match["role"].lower() in SPEAKING - {"general", "head"}:
            party = self.as_organisation(match["whom"], at) or self.full_name(match["whom"])
            if party and (party.kind == "organisation" or match["role"].lower() in SPOKESPEOPLE):
                return replace(party, forms=(*party.forms, head))
        if owned and set(words_in(owned["rest"])) & (SPOKESPEOPLE | {"office", "press", "ministry", "department"}):
            whole = self.as_organisation(head, at)
            party = whole or self.as_organisation(owned["whom"], at) or self.full_name(owned["whom"])
            if party and not self.full_name(owned["rest"]):
                return replace(party, forms=(*party.forms, head))
        if (
            low[-1] in SPOKESPEOPLE
            and len(low) > 1
            and (party := self.as_organisation(" ".join(head.split()[:-1]), at))
        ):
            return replace(party, forms=(*party.forms, head))
        return None

    def _surname(self, head: str, at: int) -> Party | None:
        """Return the one person of the document who bears a surname (or first name) that stands alone."""
        for match in NAME.finditer(head):
            _, name = trimmed(match)
            key = words_of(" ".join(bare(name.split())))
            if len(key) != 1 or key[0] in ROLE_NOUNS or key[0] in ORGANISATION_NOUNS:
                continue
            roles = roles_in(head)
            holders = {m.party.key: m.party for m in self.people if any(same_word(key[0], w) for w in m.party.key)}
            if len(holders) > 1 and roles:
                holders = {k: p for k, p in holders.items() if p.roles & roles} or holders
            if len(holders) == 1:
                return next(iter(holders.values()))
            before = [m.party for m in self.people if m.party.key in holders and m.start < at]
            if before:
                return replace(before[-1], sure=False)
            title = any(plain(t) in HONORIFICS for t in head.split())
            if title or roles or holders:
                return Party("person", head, tuple(key), roles, (), False, (head,), sure=bool(title or roles))
        return None

    def _body(self, head: str, at: int) -> Party | None:
        """Return the organisation or outlet that a head names, or a document."""
        low = words_in(head)
        noun = head_noun(low)
        if noun in UNNAMED_NOUNS and noun not in ORGANISATION_NOUNS:
            return None
        if noun in DOCUMENT_NOUNS and not (
            LONG_NAME.search(head) and low[0] == "the" and head.split()[-1][0].isupper()
        ):
            return self._written(head, noun, at)
        party = self.as_organisation(head, at)
        if party is not None:
            return replace(party, forms=tuple(dict.fromkeys((*party.forms, head))))
        names = [name for m in NAME.finditer(head) if (name := trimmed(m)[1])]
        if noun in ORGANISATION_NOUNS or noun in COMPANY_NOUNS:
            return self._own_body(head, low)
        if names and not set(low) & ROLE_NOUNS:
            key = words_of(max(names, key=len))
            return Party("organisation", names[0], key, frozenset(), key, len(key) > 1, (head,), sure=False)
        if names and set(low) & ROLE_NOUNS:
            key = tuple(w for w in words_of(names[-1]) if w not in ROLE_NOUNS)
            return Party("person", head, key, frozenset(low) & ROLE_NOUNS, (), len(key) > 1, (head,)) if key else None
        return None

    def _own_body(self, head: str, low: Sequence[str]) -> Party:
        """Return the organisation that only a noun names: a statement's own publisher, else one of no known name."""
        publisher = self.document.publisher
        if publisher and self.document.kind in PRIMARY:
            return Party(
                "organisation", publisher, words_of(publisher), organisation=words_of(publisher), forms=(head,)
            )
        key = tuple(word for word in low if word not in _DETERMINERS)
        known = key == ("police",) or (low[0] == "the" and len(key) > 1 and not LINK.search(head))
        return Party("organisation", head, key, frozenset(key), key, known, (head,), sure=known)

    def _written(self, head: str, noun: str, at: int) -> Party:
        """Return the document that is meant, with its author where the text gives one."""
        owner = OWNER.match(head)
        author: tuple[str, ...] = ()
        if owner and noun in words_in(owner["rest"]):
            author = self.named(owner["whom"], at).key
        elif head.lower().startswith(("his ", "her ", "their ", "its ")):
            author = self._pronoun({"his": "he", "her": "she"}.get(head.split()[0].lower(), "it"), at).key
        for text in (head, self.document.text):
            for match in _BY.finditer(text):
                if not author and match["noun"].rstrip("s") == noun.rstrip("s"):
                    author = words_of(match["author"])
        name = f"{noun} of {' '.join(author).title()}" if author else head
        return Party("document", name, (noun, *author), organisation=author, forms=(head,))

    def _described(self, head: str, at: int) -> Party:
        """Return who a description without a name means: "the adviser", "a resident", "an official"."""
        low = words_in(head)
        noun = head_noun(low)
        roles = roles_in(LINK.split(head)[0])
        definite = low[0] in ("the", "its", "his", "her", "their", "our") or "’s" in head or "'s" in head
        if definite and roles:
            holders = [m for m in self.people if m.party.roles and (noun in m.party.roles or roles <= m.party.roles)]
            before = [m for m in holders if m.start < at] or holders
            if before:
                return before[-1].party
            if noun not in UNNAMED_NOUNS and noun in roles and not noun.endswith("s"):
                return Party("person", head, (), roles, (), False, (head,), sure=False)
        return Party("unnamed", head, (), roles, forms=(head,), sure=False)

    def _pronoun(self, word: str, at: int) -> Party:
        if word in ("i", "we", "me", "us"):
            return self.author or _NOBODY
        if word in ("it", "they"):
            found = [m for m in self.organisations if m.start < at]
            text = self.document.text
            papers = [
                m
                for m in _PAPER.finditer(text, max(0, at - 600), at)
                if text[max(0, m.start() - 1) : m.start()] in ("", "\n")
            ]
            if papers and word == "it":
                return self._written(papers[-1].group(), papers[-1]["noun"].lower(), at)
            return found[-1].party if found else _NOBODY
        before = [m for m in self.bearers if m.start < at and m.party.sure]
        return before[-1].party if before else _NOBODY


@lru_cache(maxsize=4096)
def cast(document: Document) -> Cast:
    """Return the cast of a document, kept while it is among the last 4096 asked for."""
    return Cast(document)


def publisher_of(document: Document) -> Party:
    """Return the publisher's own voice as a party; a document that nobody is known to have published is its own."""
    author = cast(document).author
    if author is not None:
        return author
    name = document.publisher
    if not name:
        title = document.title or document.doc_id
        return Party("document", title, ("document", document.doc_id), forms=(title,), sure=False)
    return Party("publisher", name, tuple(outlet_key(name).split()), forms=(name,))

"""The people and organisations that a document names, with the offices and houses that it gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from triage.origins.credits import PRIMARY
from triage.origins.firsthand import minutes
from triage.origins.lexicon import (
    COMPANY_NOUNS,
    FIRM_ENDS,
    FIRMS,
    HONORIFICS,
    OFFICES,
    ORGANISATION_NOUNS,
    OUTLET_NOUNS,
    PLACE_NOUNS,
    PUBLIC_BODIES,
    ROLE_NOUNS,
    SPEAKING,
    SPOKESPEOPLE,
    STATE_OFFICES,
)
from triage.origins.names import Party, same_name, same_organisation, words_of
from triage.origins.naming import (
    LINK,
    LONG_NAME,
    NAME,
    SPEAKS,
    WORDS,
    apposed,
    bare,
    is_name,
    last_lines,
    leading_role,
    plain,
    roles_in,
    trimmed,
    words_in,
)
from triage.origins.profile import QUOTATION, fold
from triage.passages import sentences
from triage.schema import Document, Span

OWNER = re.compile(r"^(?:(?:an?|the)\s+)?(?P<whom>[^,]+?)['’]s?\s+(?P<rest>[^,]+)")
_OFFICE = re.compile(r",? \(?(?P<role>[^,.;:()\n]{2,60}), (?:the )?")
_DATELINE = re.compile(r"[> ]*[^\W\d_]+(?: \(|,? (?:[^\W\d_]+ )?\d| ?[—–])")


def _heads_line(text: str, name: re.Match[str]) -> bool:
    """Say whether a name in capitals is the town of a dateline, or who speaks next in a transcript."""
    line = text.rfind("\n", 0, name.start()) + 1
    if text[line : name.start()].strip("> *"):
        return False
    return bool(_DATELINE.match(text, line)) or text[name.end() :].lstrip("*").startswith(":")


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named at `start:end` of a document."""

    start: int
    end: int
    party: Party


class Roll:
    """The named parties of a document."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def organisations(self) -> tuple[Mention, ...]:
        """Return the organisations that stand with a name; `roles` are the nouns that they are called by."""
        text, found = self.document.text, []
        for match in LONG_NAME.finditer(text):
            start, name = trimmed(match)
            key = words_of(name)
            if any(plain(token) in HONORIFICS for token in name.split()):
                continue
            after = re.match(r" (?P<noun>[a-z]+)", text[match.end() : match.end() + 30])
            before = re.search(r"([a-z]+),? $", text[max(0, start - 30) : start])
            nouns = {w for w in key if w in ORGANISATION_NOUNS}
            nouns |= {m for m in (after and after["noun"],) if m in ORGANISATION_NOUNS}
            nouns |= {m for m in (before and before[1],) if m in COMPANY_NOUNS}
            nouns |= set(words_in(apposed(text, match.end()))[:6]) & COMPANY_NOUNS
            if len(key) > 1:
                nouns |= {key[-1]} & FIRM_ENDS
                nouns |= {key[0]} & FIRMS
            acronym = len(key) == 1 and name.isupper() and 2 < len(name) < 7 and not _heads_line(text, match)
            if key and (nouns or acronym):
                full = acronym or not set(key) <= ORGANISATION_NOUNS
                party = Party("organisation", name, key, frozenset(nouns), key, full, (name,))
                found.append(Mention(start, match.end(), party))
        return tuple(found)

    @cached_property
    def people(self) -> tuple[Mention, ...]:
        """Return the people that stand with two names or more; each knows the roles of all its mentions."""
        found = [mention for match in NAME.finditer(self.document.text) if (mention := self._person(match))]
        groups: list[list[Mention]] = []
        for mention in found:
            group = next((g for g in groups if same_name(g[0].party.key, mention.party.key)), None)
            if group is None:
                groups.append([mention])
            else:
                group.append(mention)
        joined = [
            replace(mention, party=self._sure(united([m.party for m in group])))
            for group in groups
            for mention in group
        ]
        return tuple(sorted(joined, key=lambda mention: mention.start))

    def _sure(self, party: Party) -> Party:
        """Return a party marked as certain where its surname speaks or bears a title somewhere in the document."""
        name = re.escape(party.name.split()[-1])
        titled = rf"\b(?i:{'|'.join(sorted(HONORIFICS))})\.? {name}\b"
        found = party.sure or re.search(rf"{titled}|\b{name} {SPEAKS}\b|\b{SPEAKS} {name}\b", self.document.text)
        return replace(party, sure=bool(found))

    def _person(self, match: re.Match[str]) -> Mention | None:
        text = self.document.text
        start, name = trimmed(match)
        tokens = name.split()
        own = bare(tokens)
        titles = tokens[: len(tokens) - len(own)]
        key = words_of(" ".join(own))
        if not 2 <= len(key) <= 4 or key[-1] in OUTLET_NOUNS | FIRM_ENDS:
            return None
        if any(w in ORGANISATION_NOUNS | PLACE_NOUNS | FIRMS for w in (*key, *map(plain, titles))):
            return None
        if re.search(rf"\b(?:{'|'.join(sorted(FIRMS))}) $", text[max(0, start - 14) : start]):
            return None
        roles = set(roles_in(" ".join(titles)))
        phrases = [LINK.split(leading_role(text, start))[-1], apposed(text, match.end())]
        for phrase in phrases:
            roles |= roles_in(LINK.split(phrase)[0])
        office = [plain(token) for token in titles]
        organisation = tuple(office) if len(office) > 1 and office[-1] in OFFICES else ()
        for phrase in phrases:
            organisation = organisation or self._organisation_in(phrase, start)
        held, house = self._beside(match)
        roles, organisation = roles | held, organisation or house
        sure = bool(titles or roles) or self._speaking(match)
        display = re.sub(r"['’]s?$", "", " ".join(own))
        return Mention(
            start,
            match.end(),
            Party("person", display, key, frozenset(roles), organisation, forms=(display,), sure=sure),
        )

    def _beside(self, match: re.Match[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the office and organisation that stand after a name: "Jane Roe, director, X Authority"."""
        office = _OFFICE.match(self.document.text, match.end())
        held = roles_in(office["role"]) if office else frozenset()
        house = next((m.party.key for m in self.organisations if office and m.start == office.end()), ())
        return (held, house) if house and held & SPEAKING else (frozenset(), ())

    def _speaking(self, match: re.Match[str]) -> bool:
        text = self.document.text
        after, before = text[match.end() : match.end() + 40], text[max(0, match.start() - 14) : match.start()]
        return bool(
            re.match(rf" (?:\w+ )?{SPEAKS}\b|, (?:\d\d,|who\b|whose\b)", after) or re.search(rf"\b{SPEAKS} $", before)
        )

    def _organisation_in(self, phrase: str, at: int) -> tuple[str, ...]:
        """Return the organisation that a role names: "spokesman for X", "X's secretary", "its spokeswoman"."""
        words = phrase.strip()
        if not words or not (set(words_in(words)) & ROLE_NOUNS or words.startswith(("of ", "at ", "for "))):
            return ()
        low = words_in(words)
        if low[0] in ("its", "their") and set(low[:4]) & SPEAKING:
            before = [m for m in self.organisations if m.end <= at]
            return before[-1].party.key if before else ()
        owned, named = OWNER.match(words), re.search(r"\b(?:of|for|at|from|with|to|in)\s+(.+)$", f" {words}")
        for whom in (owned and owned["whom"], named and named[1]):
            if whom:
                party = self.as_organisation(whom, at)
                if party:
                    return party.key
                office = [w for w in words_in(whom) if w not in ("the", "a", "an")]
                if len(office) == 1 and office[0] in ORGANISATION_NOUNS | COMPANY_NOUNS:
                    return (office[0],)
                if len(office) == 2 and office[-1] in SPEAKING:
                    return tuple(office)
        return ()

    def as_organisation(self, words: str, at: int) -> Party | None:
        """Return the organisation that some words name or describe, where the document holds one."""
        low = [w for w in words_in(words) if w not in ("the", "a", "an", "its", "local")]
        names = [name for m in LONG_NAME.finditer(words) if (name := trimmed(m)[1])]
        if names:
            key = words_of(names[0])
            for mention in self.organisations:
                if same_organisation(key, mention.party.key) or (
                    len(key) == 1 and key[0] == mention.party.key[0] and key[0] not in ORGANISATION_NOUNS
                ):
                    return mention.party
            if set(key) & ORGANISATION_NOUNS:
                return Party("organisation", names[0], key, frozenset(key) & ORGANISATION_NOUNS, key, forms=(names[0],))
            return None
        nouns = [w for w in low if w in ORGANISATION_NOUNS or w in COMPANY_NOUNS]
        return self.called(nouns[-1], at) if nouns else None

    def called(self, noun: str, at: int) -> Party | None:
        """Return the organisation that "the company" or "the ministry" means: the last one so called, then the next."""
        found = [m for m in self.organisations if noun in m.party.roles or noun in m.party.key]
        if not found and noun in COMPANY_NOUNS:
            found = [m for m in self.organisations if m.party.full and not m.party.roles & PUBLIC_BODIES]
        before = [m for m in found if m.start < at]
        return (before[-1] if before else found[0]).party if found else None

    def full_name(self, words: str) -> Party | None:
        """Return the person of the document whom some words name in full, not one after a preposition."""
        for match in NAME.finditer(words):
            start, name = trimmed(match)
            before = [word for word in words[:start].split() if word.lower() not in ("the", "a", "an")]
            if before and before[-1].lower() in ("to", "of", "for", "with", "by", "from", "at", "in", "near"):
                continue
            key = words_of(" ".join(bare(name.split())))
            for mention in self.people:
                if same_name(key, mention.party.key):
                    return mention.party
        return None

    @cached_property
    def bearers(self) -> tuple[Mention, ...]:
        """Return every place outside of quotations where a person of the document is named, in full or by surname."""
        text = QUOTATION.sub(lambda match: " " * len(match.group()), self.document.text)
        named: dict[str, set[tuple[str, ...]]] = {}
        people = {mention.party.key: mention.party for mention in self.people}
        for key in people:
            named.setdefault(key[-1], set()).add(key)
        found = [mention for mention in self.people if text[mention.start : mention.end].strip()]
        for match in WORDS.finditer(text):
            keys = named.get(fold(match.group()), set())
            if len(keys) == 1 and not any(m.start <= match.start() < m.end for m in self.people):
                found.append(Mention(match.start(), match.end(), people[next(iter(keys))]))
        return tuple(sorted(found, key=lambda mention: mention.start))

    def antecedent(self, at: int, content: Span) -> Party | None:
        """Return the person that "he" or "she" at an offset means, by what stands before it in the paragraph.

        That is whom the sentence itself names outside of what is said, unless what is said goes before, else whom the
        nearest sentence before it in the same paragraph names first.
        """
        text = self.document.text
        paragraph = text.rfind("\n", 0, at) + 1
        parts = [span for span in self._sentences if span.start < at and span.end > paragraph]
        if parts and parts[-1].start <= content.start < at:
            parts.pop()
        for part in reversed(parts):
            for mention in self.bearers:
                inside = content.start <= mention.start < content.end
                if part.start <= mention.start < min(part.end, at) and not inside:
                    return replace(mention.party, sure=True)
        return None

    @cached_property
    def _sentences(self) -> list[Span]:
        return sentences(self.document.text)

    def signs(self, party: Party) -> bool:
        """Say whether a person signs or speaks for a statement: in its last lines, or by an office that speaks."""
        end = len(self.document.text.rstrip()) - 160
        signed = any(m.start > end for m in self.people if m.party.key == party.key)
        heads = not minutes(self.document) and party.roles & SPEAKING - STATE_OFFICES
        return bool(party.roles & SPOKESPEOPLE or heads) or (signed and bool(party.roles))

    @cached_property
    def author(self) -> Party | None:
        """Return who speaks in a statement, letter or data set: its publisher, its author, or who signed it."""
        name = self.document.publisher
        if name and self.document.kind in PRIMARY:
            return Party("organisation", name, words_of(name), organisation=words_of(name), forms=(name,))
        signed = self.document.author or next((line for line in last_lines(self.document.text) if is_name(line)), None)
        if signed and self.document.kind in PRIMARY:
            key = words_of(signed)
            known = next((m.party for m in self.people if same_name(key, m.party.key)), None)
            return known or Party("person", signed, key, full=len(key) > 1, forms=(signed,))
        return None


def united(parties: Sequence[Party]) -> Party:
    """Return one party of several that are the same person: the longest name, every role and form."""
    longest = max(parties, key=lambda p: (len(p.key), p.sure))
    return replace(
        longest,
        roles=frozenset().union(*(p.roles for p in parties)),
        organisation=max((p.organisation for p in parties), key=len),
        forms=tuple(dict.fromkeys(form for p in parties for form in (p.name, *p.forms))),
        sure=any(p.sure for p in parties),
    )

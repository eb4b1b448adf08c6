"""The parties of one document: who its names, titles, descriptions and pronouns mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from triage.origins.credits import PRIMARY, outlet_key
from triage.origins.lexicon import (
    AUTHORED,
    CALENDAR,
    COMPANY_NOUNS,
    DOCUMENT_NOUNS,
    HONORIFICS,
    OFFICES,
    ORGANISATION_NOUNS,
    OUTLET_NOUNS,
    PARTICLES,
    PLACE_NOUNS,
    PRONOUNS,
    ROLE_NOUNS,
    SPEAKING,
    SPOKESPEOPLE,
    UNNAMED_NOUNS,
)
from triage.origins.names import Party, same_name, same_organisation, same_word, words_of
from triage.origins.profile import FUNCTION_WORDS, QUOTATION, fold
from triage.passages import sentences
from triage.schema import Document, Span

_CAP = r"[^\W\d_a-zß-öø-ÿ](?:\.(?=\s?[^\W\d_a-zß-öø-ÿ])|[\w’'-]*\w)?"
_JOIN = rf"(?:\s(?:{'|'.join(sorted(PARTICLES))})(?=\s))*"
NAME = re.compile(rf"(?<![\w’'-]){_CAP}(?:{_JOIN}[ \u00a0]{_CAP})*")
LONG_NAME = re.compile(rf"{NAME.pattern}(?:(?: &| of| for| and)(?: the)? {NAME.pattern})*")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SPEAKS = (
    r"(?:said|says|told|tells|added|adds|wrote|writes|warned|warns|denied|denies|insisted|insists|confirmed|confirms|"
    r"claimed|claims|explained|explains|replied|announced|mentioned|recalled|recalls|stated|states|thinks|argued|noted|"
    r"admitted|conceded|repeated|acknowledged|described|sagte|berichtete)"
)
_BEFORE = re.compile(r"((?:[\w’'-]+ ){0,5}[\w’'-]+),? $")
_AFTER = re.compile(
    r",? (?:(?P<age>\d\d),|(?P<role>(?:of|who|(?:the|a|an|its|his|her|their|one of|[\w’'-]+) )[^,.;:“”\"()\n]{2,110}))"
)
_FOR = re.compile(
    r"^(?:(?:an?|the|one|another|its|his|her|their)\s+)?(?:[\w-]+\s+){0,2}?(?P<role>\w+)\s+(?:for|of|at|from|to|with|in)\s+(?P<whom>.+)$"
)
_OWNER = re.compile(r"^(?:(?:an?|the)\s+)?(?P<whom>[^,]+?)['’]s?\s+(?P<rest>[^,]+)")
_BY = re.compile(
    rf"\b(?P<noun>{'|'.join(sorted(AUTHORED))})\b(?:[^.;\n]{{0,60}}?\b(?:signed|written|issued|sent) by| from| of| by) "
    rf"(?P<author>(?:the )?{LONG_NAME.pattern})"
)
_PAPER = re.compile(rf"\bThe (?P<noun>{'|'.join(sorted(DOCUMENT_NOUNS))})\b")
_LEADING = FUNCTION_WORDS | CALENDAR | {"the", "a", "an"}
_LINK = re.compile(r"\b(?:of|for|at|to|in|with|who|that|from|on|near)\b")
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|opened|went|came|took|gave|made)\b")
_OUTLET = re.compile(rf"(?:[Tt]he )?(?:{_CAP} )*(?:{'|'.join(sorted(word.capitalize() for word in OUTLET_NOUNS))})")
_PUBLIC = frozenset(
    """army assembly authority board cabinet commission committee council county court department directorate force forces
    gendarmerie government inspectorate institute ministry navy office parliament party police prosecutors regiment
    school secretariat senate treasury tribunal trust union university""".split()
)
_NOBODY = Party("unnamed", "someone named by a pronoun only", (), sure=False)


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named at `start:end` of a document."""

    start: int
    end: int
    party: Party


class Cast:
    """The parties of a document, to be asked whom a span means."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def organisations(self) -> tuple[Mention, ...]:
        """Return the organisations that stand with a name; `roles` are the nouns that they are called by."""
        text, found = self.document.text, []
        for match in LONG_NAME.finditer(text):
            start, name = _trimmed(match)
            key = words_of(name)
            if any(_low(token) in HONORIFICS for token in name.split()):
                continue
            after = re.match(r" (?P<noun>[a-z]+)", text[match.end() : match.end() + 30])
            before = re.search(r"([a-z]+),? $", text[max(0, start - 30) : start])
            nouns = {w for w in key if w in ORGANISATION_NOUNS}
            nouns |= {m for m in (after and after["noun"],) if m in ORGANISATION_NOUNS}
            nouns |= {m for m in (before and before[1],) if m in COMPANY_NOUNS}
            nouns |= set(_words(_apposed(text, match.end()))[:6]) & COMPANY_NOUNS
            acronym = len(key) == 1 and name.isupper() and 2 < len(name) < 7
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
        found = party.sure or re.search(rf"{titled}|\b{name} {_SPEAKS}\b|\b{_SPEAKS} {name}\b", self.document.text)
        return replace(party, sure=bool(found))

    def _person(self, match: re.Match[str]) -> Mention | None:
        text = self.document.text
        start, name = _trimmed(match)
        tokens = name.split()
        bare = _bare(tokens)
        titles = tokens[: len(tokens) - len(bare)]
        key = words_of(" ".join(bare))
        if not 2 <= len(key) <= 4 or key[-1] in OUTLET_NOUNS or any(w in ORGANISATION_NOUNS | PLACE_NOUNS for w in key):
            return None
        roles = set(roles_in(" ".join(titles)))
        phrases = [_leading_role(text, start), _apposed(text, match.end())]
        for phrase in phrases:
            roles |= roles_in(_LINK.split(phrase)[0])
        office = [_low(token) for token in titles]
        organisation = tuple(office) if len(office) > 1 and office[-1] in OFFICES else ()
        for phrase in phrases:
            organisation = organisation or self._organisation_in(phrase, start)
        sure = bool(titles or roles) or self._speaking(match)
        display = " ".join(bare)
        display = re.sub(r"['’]s?$", "", display)
        return Mention(
            start,
            match.end(),
            Party("person", display, key, frozenset(roles), organisation, forms=(display,), sure=sure),
        )

    def _speaking(self, match: re.Match[str]) -> bool:
        text = self.document.text
        after, before = text[match.end() : match.end() + 40], text[max(0, match.start() - 14) : match.start()]
        return bool(
            re.match(rf" (?:\w+ )?{_SPEAKS}\b|, (?:\d\d,|who\b|whose\b)", after) or re.search(rf"\b{_SPEAKS} $", before)
        )

    def _organisation_in(self, phrase: str, at: int) -> tuple[str, ...]:
        """Return the organisation that a role names: "spokesman for X", "X's secretary", "its spokeswoman", "of the X"."""
        words = phrase.strip()
        if not words or not (set(_words(words)) & ROLE_NOUNS or words.startswith(("of ", "at ", "for "))):
            return ()
        low = _words(words)
        if low[0] in ("its", "their") and set(low[:4]) & SPEAKING:
            before = [m for m in self.organisations if m.end <= at]
            return before[-1].party.key if before else ()
        owned, named = _OWNER.match(words), re.search(r"\b(?:of|for|at|from|with|to|in)\s+(.+)$", f" {words}")
        for whom in (owned and owned["whom"], named and named[1]):
            if whom:
                party = self._as_organisation(whom, at)
                if party:
                    return party.key
                office = [w for w in _words(whom) if w not in ("the", "a", "an")]
                if len(office) == 1 and office[0] in ORGANISATION_NOUNS | COMPANY_NOUNS:
                    return (office[0],)
                if len(office) == 2 and office[-1] in SPEAKING:
                    return tuple(office)
        return ()

    def _as_organisation(self, words: str, at: int) -> Party | None:
        """Return the organisation that some words name or describe, where the document holds one."""
        low = [w for w in _words(words) if w not in ("the", "a", "an", "its", "local")]
        names = [m.group() for m in LONG_NAME.finditer(words)]
        if names:
            key = words_of(names[0])
            for mention in self.organisations:
                if same_organisation(key, mention.party.key) or (
                    len(key) == 1 and key[0] in mention.party.key and key[0] not in ORGANISATION_NOUNS
                ):
                    return mention.party
            if set(key) & ORGANISATION_NOUNS:
                return Party("organisation", names[0], key, frozenset(key) & ORGANISATION_NOUNS, key, forms=(names[0],))
            return None
        nouns = [w for w in low if w in ORGANISATION_NOUNS or w in COMPANY_NOUNS]
        return self._called(nouns[-1], at) if nouns else None

    def _called(self, noun: str, at: int) -> Party | None:
        """Return the organisation that "the company" or "the ministry" means: the last one so called, then the next."""
        found = [m for m in self.organisations if noun in m.party.roles or noun in m.party.key]
        if not found and noun in COMPANY_NOUNS:
            found = [m for m in self.organisations if m.party.full and not m.party.roles & _PUBLIC]
        before = [m for m in found if m.start < at]
        return (before[-1] if before else found[0]).party if found else None

    def speaker(self, span: Span, resolved: Span | None = None) -> Party:
        """Return the party of a source, or that of the words which its pronoun stands for."""
        if resolved is not None and (party := self.party(resolved)).known:
            return party
        return self.party(span)

    @cached_property
    def bearers(self) -> tuple[Mention, ...]:
        """Return every place outside of quotations where a person of the document is named, in full or by surname."""
        text = QUOTATION.sub(lambda match: " " * len(match.group()), self.document.text)
        named: dict[str, set[tuple[str, ...]]] = {}
        people = {mention.party.key: mention.party for mention in self.people}
        for key in people:
            named.setdefault(key[-1], set()).add(key)
        found = [mention for mention in self.people if text[mention.start : mention.end].strip()]
        for match in _WORD.finditer(text):
            keys = named.get(fold(match.group()), set())
            if len(keys) == 1 and not any(m.start <= match.start() < m.end for m in self.people):
                found.append(Mention(match.start(), match.end(), people[next(iter(keys))]))
        return tuple(sorted(found, key=lambda mention: mention.start))

    def antecedent(self, at: int, content: Span) -> Party | None:
        """Return the person that "he" or "she" at an offset means, by what stands before it in the paragraph.

        That is whom the sentence itself names outside of what is said, else whom the nearest sentence before it in
        the same paragraph names first.
        """
        text = self.document.text
        paragraph = text.rfind("\n", 0, at) + 1
        parts = [span for span in self._sentences if span.start < at and span.end > paragraph]
        for part in reversed(parts):
            for mention in self.bearers:
                inside = content.start <= mention.start < content.end
                if part.start <= mention.start < min(part.end, at) and not inside:
                    return replace(mention.party, sure=True)
        return None

    @cached_property
    def _sentences(self) -> list[Span]:
        return sentences(self.document.text)

    def party(self, span: Span) -> Party:
        """Return the party that a span of the document names, describes or stands in for."""
        return self.named(self.document.text[span.start : span.end], span.start)

    def named(self, words: str, at: int) -> Party:
        """Return the party that some words mean where they stand at an offset of the document."""
        words = " ".join(words.split()).strip(" ,.;:“”\"'’—-")
        low = _words(words)
        if not low or (len(low) == 1 and low[0] in PRONOUNS):
            return self._pronoun(low[0] if low else "", at)
        parts = re.split(r", | who | whose | which | that ", words)
        head, tail = parts[0], parts[-1]
        if len(parts) > 1 and not self._full_name(head) and (_clause(words[: -len(tail)]) or _plain(tail)):
            head = words = tail
        if _OUTLET.fullmatch(head):
            key = words_of(head)
            return Party("organisation", head, key, frozenset(), key, forms=(head,))
        return (
            self._spoken_for(head, at)
            or self._full_name(head)
            or (self._full_name(words) if _is_role(head) else None)
            or self._surname(head, at)
            or self._body(head, at)
            or self._described(head, at)
        )

    def _spoken_for(self, head: str, at: int) -> Party | None:
        """Return whom a spokesperson speaks for: "a spokeswoman for X", "X's spokesman", "X officials said"."""
        match = _FOR.match(head)
        owned = _OWNER.match(head)
        low = _words(head)
        if match and match["role"].lower() in SPEAKING - {"general", "head"}:
            party = self._as_organisation(match["whom"], at) or self._full_name(match["whom"])
            if party and (party.kind == "organisation" or match["role"].lower() in SPOKESPEOPLE):
                return replace(party, forms=(*party.forms, head))
        if owned and set(_words(owned["rest"])) & (SPOKESPEOPLE | {"office", "press", "ministry", "department"}):
            whole = self._as_organisation(head, at)
            party = whole or self._as_organisation(owned["whom"], at) or self._full_name(owned["whom"])
            if party and not self._full_name(owned["rest"]):
                return replace(party, forms=(*party.forms, head))
        if (
            low[-1] in SPOKESPEOPLE
            and len(low) > 1
            and (party := self._as_organisation(" ".join(head.split()[:-1]), at))
        ):
            return replace(party, forms=(*party.forms, head))
        return None

    def _full_name(self, words: str) -> Party | None:
        for match in NAME.finditer(words):
            start, name = _trimmed(match)
            before = [word for word in words[:start].split() if word.lower() not in ("the", "a", "an")]
            if before and before[-1].lower() in ("to", "of", "for", "with", "by", "from", "at", "in", "near"):
                continue
            key = words_of(" ".join(_bare(name.split())))
            for mention in self.people:
                if same_name(key, mention.party.key):
                    return mention.party
        return None

    def _surname(self, head: str, at: int) -> Party | None:
        """Return the one person of the document who bears a surname (or first name) that stands alone."""
        for match in NAME.finditer(head):
            _, name = _trimmed(match)
            key = words_of(" ".join(_bare(name.split())))
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
            title = any(_low(t) in HONORIFICS for t in head.split())
            if title or roles or holders:
                return Party("person", head, tuple(key), roles, (), False, (head,), sure=bool(title or roles))
        return None

    def _body(self, head: str, at: int) -> Party | None:
        """Return the organisation or outlet that a head names, or a document."""
        low = _words(head)
        noun = _head_noun(low)
        if noun in UNNAMED_NOUNS and noun not in ORGANISATION_NOUNS:
            return None
        if noun in DOCUMENT_NOUNS and not (
            LONG_NAME.search(head) and low[0] == "the" and head.split()[-1][0].isupper()
        ):
            return self._written(head, noun, at)
        party = self._as_organisation(head, at)
        if party is not None:
            return replace(party, forms=tuple(dict.fromkeys((*party.forms, head))))
        names = [name for m in NAME.finditer(head) if (name := _trimmed(m)[1])]
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
        key = tuple(w for w in low if w not in ("the", "its", "their", "his", "her", "a", "an", "local"))
        return Party(
            "organisation", head, key, frozenset(key), key, False, (head,), sure=len(key) > 1 or low[0] == "the"
        )

    def _written(self, head: str, noun: str, at: int) -> Party:
        """Return the document that is meant, with its author where the text gives one."""
        owner = _OWNER.match(head)
        author: tuple[str, ...] = ()
        if owner and noun in _words(owner["rest"]):
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
        low = _words(head)
        noun = _head_noun(low)
        roles = roles_in(_LINK.split(head)[0])
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
        before = [m for m in self.people if m.start < at and m.party.sure]
        return before[-1].party if before else _NOBODY

    def signs(self, party: Party) -> bool:
        """Say whether a person signs or speaks for a statement: in its last lines, or as spokesperson."""
        end = len(self.document.text.rstrip()) - 160
        signed = any(m.start > end for m in self.people if m.party.key == party.key)
        return bool(party.roles & SPOKESPEOPLE) or (signed and bool(party.roles))

    @cached_property
    def author(self) -> Party | None:
        """Return who speaks in a statement, letter or data set: its publisher, its author, or who signed it."""
        name = self.document.publisher
        if name and self.document.kind in PRIMARY:
            return Party("organisation", name, words_of(name), organisation=words_of(name), forms=(name,))
        signed = self.document.author or next(
            (line for line in _last_lines(self.document.text) if _is_name(line)), None
        )
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


class Company:
    """The casts of several documents: what one says of a person or organisation is known of it in the others."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._casts = {document.doc_id: cast(document) for document in documents}
        self._people: dict[str, list[Party]] = {}
        self._bodies: list[Party] = []
        for one in self._casts.values():
            own = one.author
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
            whole = replace(whole, organisation=body.key if body.full else ())
        return whole

    def _called(self, party: Party, text: str) -> Party:
        """Return the one organisation that bears a noun ("the museum"), of those that the text names if it names any."""
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


def _bare(tokens: Sequence[str]) -> Sequence[str]:
    """Return the words of a name after its last title or role."""
    titles = [i for i, token in enumerate(tokens) if _low(token) in ROLE_NOUNS or _low(token) in HONORIFICS]
    return tokens[titles[-1] + 1 :] if titles else tokens


def _trimmed(match: re.Match[str]) -> tuple[int, str]:
    """Return where a name begins and its text, without the capitalised words that only lead to it."""
    name, start = match.group(), match.start()
    while (first := name.split(maxsplit=1)) and first[0].lower().strip("’'.,") in _LEADING:
        rest = first[1] if len(first) > 1 else ""
        start += len(name) - len(rest)
        name = rest
    return start, re.sub(r"['’]s?$", "", name)


def _leading_role(text: str, start: int) -> str:
    """Return the words before a name that tell its role: "returning officer", "the museum’s spokeswoman,"."""
    before = re.split(r"[.;:!?“”\"()\n]", text[max(0, start - 80) : start])[-1]
    match = _BEFORE.search(before)
    if not match:
        return ""
    words = match[1].split()
    return match[1] if _low(words[-1]) in ROLE_NOUNS else ""


def _apposed(text: str, end: int) -> str:
    """Return what follows a name to say who bears it: ", a civil engineer who ...", " of the gendarmerie"."""
    match = _AFTER.match(text, end)
    if not match or not match["role"]:
        return ""
    if text[end] != "," and not match["role"].startswith("of "):
        return ""
    return re.split(r"\b(?:who|which|whose|said|says|told|added)\b", match["role"])[0]


def _last_lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()][-2:][::-1]


def _is_name(line: str) -> bool:
    name = line.split(",")[0].strip()
    return 2 <= len(name.split()) <= 4 and bool(NAME.fullmatch(name))


def _clause(words: str) -> bool:
    """Say whether some words hold a verb, and so are no name or description."""
    low = words.split()
    return bool(low) and (bool(_VERB.search(words)) or (low[0][0].islower() and low[0].endswith(("ed", "en", "ing"))))


def _plain(words: str) -> bool:
    """Say whether some words are a description that can stand alone as a speaker: "the official", "a surveyor"."""
    low = _words(words)
    noun = _head_noun(low) if low else ""
    return (
        bool(low) and low[0] in ("the", "a", "an", "one") and noun in (UNNAMED_NOUNS | ROLE_NOUNS | ORGANISATION_NOUNS)
    )


def _is_role(head: str) -> bool:
    low = _words(head)
    return _head_noun(low) in ROLE_NOUNS or bool(set(low) & SPOKESPEOPLE)


def _low(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower()).strip(".")


def _words(text: str) -> list[str]:
    return [_low(word) for word in _WORD.findall(text)]


def _head_noun(low: Sequence[str]) -> str:
    """Return the head noun of a description: the word before its first preposition or participle."""
    for i, word in enumerate(low):
        if i and word in _LINKS:
            return low[i - 1]
    return low[-1]


def roles_in(text: str) -> frozenset[str]:
    """Return the role nouns in a text, those joined by a hyphen among them: "auditor-general"."""
    return frozenset(
        word for word in _words(text) if word.rpartition("-")[2] in ROLE_NOUNS or word.partition("-")[0] in ROLE_NOUNS
    )


_LINKS = frozenset(
    "of for at from in on with who briefed close familiar to by near speaking involved working seen obtained signed sent shared leaked released published taken that dated".split()
)


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

"""The parties of one document: who its names, titles, descriptions and pronouns mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from triage.origins.lexicon import (
    DOCUMENT_NOUNS,
    HEADS,
    ORGANISATION_NOUNS,
    PARTICLES,
    PRONOUNS,
    ROLE_NOUNS,
    SPOKESPEOPLE,
    UNNAMED_NOUNS,
)
from triage.origins.names import Party, same_name, same_organisation, same_word, words_of
from triage.origins.profile import FUNCTION_WORDS
from triage.schema import Document, OriginKind, Span

_TOKEN = r"[^\W\d_a-zß-öø-ÿ](?:\.(?=\s?[^\W\d_a-zß-öø-ÿ])|[\w’'-]*\w)?"
_JOIN = rf"(?:\s(?:{'|'.join(sorted(PARTICLES))})(?=\s))*"
NAME = re.compile(rf"(?<![\w’'-]){_TOKEN}(?:{_JOIN}[ \u00a0]{_TOKEN})*")
_LONG = rf"{NAME.pattern}(?:,? (?:of|for|and|on) (?:the )?{NAME.pattern})*"
_AFTER = re.compile(r",\s+(?P<role>[^,.;:“”\"()\n]{3,110})")
_ORGANISATION = re.compile(rf"\b(?:of|for|at|from|with)\s+(?:the\s+|its\s+)?(?P<org>{_LONG})")
_OWNED = re.compile(rf"^(?:the\s+)?(?P<org>{_LONG})['’]s?\s+(?P<rest>.+)$", re.IGNORECASE)
_BY = re.compile(
    rf"\b(?P<noun>{'|'.join(sorted(DOCUMENT_NOUNS))})\b[^.;\n]{{0,40}}?\b(?:signed by|written by|from|of|by)\s+(?:the\s+)?(?P<author>{_LONG})"
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    party: Party


class Cast:
    """The parties of a document, to be asked who a span means."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def people(self) -> tuple[_Mention, ...]:
        """Return the people that stand with two names or more, with roles and organisations put together."""
        found: list[_Mention] = []
        for match in NAME.finditer(self.document.text):
            party = self._person(match)
            if party:
                found.append(_Mention(match.start(), match.end(), party))
        return tuple(replace_party(found))

    @cached_property
    def organisations(self) -> tuple[_Mention, ...]:
        """Return the organisations that stand with a name."""
        found = []
        for match in re.finditer(_LONG, self.document.text):
            key = words_of(match.group())
            if any(word in ORGANISATION_NOUNS for word in key) or (
                len(key) == 1 and match.group().isupper() and len(key[0]) > 2
            ):
                name = match.group()
                found.append(
                    _Mention(
                        match.start(), match.end(), Party("organisation", name, key, organisation=key, forms=(name,))
                    )
                )
        return tuple(found)

    def _person(self, match: re.Match[str]) -> Party | None:
        text = self.document.text
        words = [w for w in match.group().split()]
        while words and words[0].lower().strip(".’'") in FUNCTION_WORDS | {"the", "a", "an"}:
            words = words[1:]
        roles = set()
        while words and _lower(words[0]) in ROLE_NOUNS:
            roles.add(_lower(words[0]))
            words = words[1:]
        name = re.sub(r"['’]s?$", "", " ".join(words))
        key = words_of(name)
        if len(key) < 2 or any(word in ORGANISATION_NOUNS for word in key):
            return None
        before = text[max(0, match.start() - 60) : match.start()]
        lead = re.search(r"((?:[a-zA-Z’'-]+ ){1,4})$", re.split(r"[,.;:“”\"]", before)[-1])
        organisation: tuple[str, ...] = ()
        if lead:
            near = [_lower(w) for w in lead.group(1).split()]
            if near and near[-1] in ROLE_NOUNS:
                roles |= {w for w in near if w in ROLE_NOUNS}
                organisation = self._organisation(re.split(r"[.;:“”\"]", before)[-1].strip(), near[-1])
        after = _AFTER.match(text, match.end())
        if after:
            nouns = {_lower(w) for w in _WORD.findall(after["role"])} & ROLE_NOUNS
            roles |= nouns
            if nouns:
                organisation = organisation or self._organisation(after["role"], "")
        heads = roles & (HEADS | SPOKESPEOPLE)
        return Party("person", name, key, frozenset(roles), organisation if heads else (), True, (name,))

    def _organisation(self, phrase: str, last: str) -> tuple[str, ...]:
        """Return the folded name of the organisation in a role ("spokesman for X", "X's secretary", "X chief")."""
        named = _ORGANISATION.search(phrase)
        if named:
            return words_of(named["org"])
        owned = _OWNED.match(phrase)
        if owned and owned["org"][0].isupper():
            return words_of(owned["org"])
        inner = [w for w in re.findall(_LONG, phrase) if any(x in ORGANISATION_NOUNS for x in words_of(w))]
        return tuple(w for w in words_of(inner[-1]) if w not in ROLE_NOUNS) if inner else ()

    def party(self, span: Span) -> Party:
        """Return the party that a span of the document names, describes or stands in for."""
        return self.named(self.document.text[span.start : span.end], span.start)

    def speaker(self, span: Span, resolved: Span | None) -> Party:
        """Return the party of a source, or that of the words which its pronoun stands for."""
        if resolved is not None:
            stands_for = self.party(resolved)
            if stands_for.known:
                return stands_for
        return self.party(span)

    def named(self, words: str, at: int) -> Party:
        """Return the party that some words mean at an offset of the document."""
        words = " ".join(words.split()).strip(" ,.;:“”\"'’")
        low = [_lower(w) for w in _WORD.findall(words)]
        if not low or (len(low) == 1 and low[0] in PRONOUNS):
            return self._before(at, first=bool(low) and low[0] in ("i", "we", "me", "us"))
        full = self._full_name(words)
        if full:
            return full
        names = [n for n in NAME.findall(words) if _lower(n) not in FUNCTION_WORDS]
        if names:
            return self._by_part(words, names, low)
        return self._described(words, low, at)

    def _full_name(self, words: str) -> Party | None:
        for match in NAME.finditer(words):
            key = words_of(match.group())
            for mention in self.people:
                if same_name(key, mention.party.key) or (
                    len(key) > len(mention.party.key) and same_name(key[-len(mention.party.key) :], mention.party.key)
                ):
                    return self._speaking(mention.party)
        return None

    def _speaking(self, party: Party) -> Party:
        return party

    def _by_part(self, words: str, names: list[str], low: list[str]) -> Party:
        roles = frozenset(w for w in low if w in ROLE_NOUNS)
        keys = [words_of(name) for name in names]
        for key in keys:
            bare = tuple(w for w in key if w not in ROLE_NOUNS)
            if len(bare) == 1:
                holders = {m.party.key: m.party for m in self.people if any(same_word(bare[0], w) for w in m.party.key)}
                if len(holders) == 1:
                    return next(iter(holders.values()))
        if any(w in SPOKESPEOPLE for w in low) or any(w in HEADS for w in low):
            organisation = self._organisation(words, "")
            if organisation:
                name = _title(organisation)
                return Party("organisation", name, organisation, roles, organisation, True, (words,))
        if low[-1] in UNNAMED_NOUNS and low[-1] not in ("police",):
            return Party("unnamed", words, (), forms=(words,))
        key = max(keys, key=len)
        if (
            any(w in ORGANISATION_NOUNS for k in keys for w in k)
            or low[-1] in ORGANISATION_NOUNS
            or names[-1].isupper()
        ):
            return self._organised(words, words_of(words))
        if any(w in DOCUMENT_NOUNS for w in low) and not roles:
            return self._written(words, low)
        known = [m.party for m in self.organisations if key and same_word(key[0], m.party.key[0])]
        if known and not roles:
            return known[0]
        if len(key) >= 2:
            bare = tuple(w for w in key if w not in ROLE_NOUNS) or key
            return Party("person", words, bare, roles, (), len(bare) >= 2, (words,))
        return Party("person", words, tuple(w for w in key if w not in ROLE_NOUNS), roles, (), False, (words,))

    def _organised(self, words: str, key: tuple[str, ...]) -> Party:
        for mention in self.organisations:
            if same_organisation(key, mention.party.key) and len(mention.party.key) >= len(key):
                return replace(mention.party, forms=(*mention.party.forms, words))
        return Party("organisation", words, key, organisation=key, forms=(words,))

    def _described(self, words: str, low: list[str], at: int) -> Party:
        """Return who a description without a name means: "the adviser", "the ministry", "the letter", "a resident"."""
        head = _head(low)
        indefinite = low[0] in (
            "a",
            "an",
            "one",
            "some",
            "several",
            "many",
            "another",
            "two",
            "three",
        ) or head.endswith("s")
        roles = frozenset(w for w in low if w in ROLE_NOUNS)
        if not indefinite and roles:
            holders = [m for m in self.people if roles & m.party.roles]
            before = [m for m in holders if m.start < at] or holders
            if before:
                return before[-1].party
        if head in ("police", "prosecutors", "parliament", "government") or (
            head in ORGANISATION_NOUNS and not indefinite
        ):
            named = [m for m in self.organisations if head in m.party.key]
            before = [m for m in named if m.start < at] or named
            if before:
                return before[-1].party
            own = words_of(self.document.publisher or "")
            if self.document.kind == "statement" and own:
                return Party("organisation", self.document.publisher or "", own, organisation=own, forms=(words,))
            key = tuple(w for w in low if w not in ("the", "its", "their", "his", "her"))
            return Party("organisation", words, key, organisation=key, full=len(key) > 1, forms=(words,))
        if head in DOCUMENT_NOUNS:
            return self._written(words, low)
        if roles and not indefinite and head not in UNNAMED_NOUNS:
            return Party("person", words, (), roles, (), False, (words,))
        return Party("unnamed", words, (), forms=(words,))

    def _written(self, words: str, low: list[str]) -> Party:
        """Return the document that is meant, under its author's name where the text gives one."""
        noun = next(w for w in low if w in DOCUMENT_NOUNS)
        for match in [*_BY.finditer(words), *_BY.finditer(self.document.text)]:
            if match["noun"].rstrip("s") == noun.rstrip("s"):
                author = words_of(match["author"])
                return Party("document", f"{noun} of {match['author']}", (noun,), organisation=author, forms=(words,))
        return Party("document", words, (noun,), forms=(words,))

    def _before(self, at: int, *, first: bool) -> Party:
        if first:
            own = self.document.publisher or self.document.author or ""
            kind: OriginKind = "organisation" if self.document.kind == "statement" else "publisher"
            return (
                Party(kind, own, words_of(own), organisation=words_of(own), forms=(own,))
                if own
                else Party("unnamed", "", ())
            )
        before = [m for m in self.people if m.start < at]
        return before[-1].party if before else Party("unnamed", "someone whom the document names by a pronoun only", ())


def replace_party(mentions: list[_Mention]) -> list[_Mention]:
    """Return the mentions with one party for each person: roles and organisations of all mentions together."""
    groups: list[list[int]] = []
    for i, mention in enumerate(mentions):
        group = next((g for g in groups if same_name(mentions[g[0]].party.key, mention.party.key)), None)
        if group is None:
            groups.append([i])
        else:
            group.append(i)
    merged = list(mentions)
    for group in groups:
        parties = [mentions[i].party for i in group]
        longest = max(parties, key=lambda p: len(p.key))
        party = replace(
            longest,
            roles=frozenset().union(*(p.roles for p in parties)),
            organisation=next((p.organisation for p in parties if p.organisation), ()),
            forms=tuple(dict.fromkeys(p.name for p in parties)),
        )
        for i in group:
            merged[i] = replace(mentions[i], party=party)
    return merged


def _lower(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower())


def _head(low: list[str]) -> str:
    """Return the head noun of a description: the word before its first preposition."""
    for i, word in enumerate(low):
        if word in ("of", "for", "at", "from", "in", "on", "with", "who", "briefed", "close", "familiar", "to") and i:
            return low[i - 1]
    return low[-1]


def _title(words: tuple[str, ...]) -> str:
    return " ".join(w if w in ("of", "for", "and") else w.capitalize() for w in words)


@lru_cache(maxsize=2048)
def cast(document: Document) -> Cast:
    """Return the cast of a document, kept while it is among the last 2048 asked for."""
    return Cast(document)

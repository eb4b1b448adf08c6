"""Whom a text credits: outlets ("(Harbour Wire)", "first reported by the Courier"), links, and primary documents.

A credit says that something was taken from a publisher, not from which of its documents: what the crediting
sentences tell decides that, and whether the credit is borne out at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from triage.origins.lexicon import CALENDAR, ORGANISATION_NOUNS, OUTLET_NOUNS
from triage.origins.profile import FUNCTION_WORDS, fold
from triage.schema import Document, Span, first_day, last_day

PRIMARY = frozenset({"statement", "letter", "dataset"})
"""Kinds of documents whose publisher is a party, not an outlet."""

REACH = timedelta(days=90)
"""News is credited while it is news."""
LONGEST = 5
"""Longer names have no short forms."""
_GENERIC = (
    ORGANISATION_NOUNS
    | FUNCTION_WORDS
    | frozenset("republic state national federal royal general public press".split())
)
_COMMON_LAST = frozenset("today news online daily radio press live week weekly online tv notes".split())
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_BEFORE = (
    r"according to|report(?:s|ed|ing)? (?:first )?(?:by|in|from)|(?:re)?published (?:first )?(?:by|in|on|from)|"
    r"cit(?:ing|es|ed by|ed)|quot(?:ing|es|ed (?:by|in))|told|tells|telling|informed|via|sources?:|credit:|from|off|"
    r"sp(?:oke|eaking) (?:to|with)|interview (?:to|with|in)|(?:seen|obtained|carried|revealed|broken|shared|picked up|"
    r"described) (?:first )?by|translated from|"
    r"original(?:ly)? (?:in|by)|(?:story|article|claims?|account) (?:by|in|from)|"
    r"appeared (?:in|on)|(?:wrote|writes|read|saw|heard|printed|stood|is|was|it) (?:in|on|by)|"
    r"material from|based on|as|"
    r"thanks? to|per|dem|der|laut|selon|par|al|según|por"
)
_AFTER = (
    r"report(?:s|ed|ing)?|sa(?:id|ys)|wr(?:ote|ites)|claim(?:s|ed)|reveal(?:s|ed)|quot(?:es|ed|ing)|cit(?:es|ed|ing)|"
    r"stor(?:y|ies)|article|publish(?:es|ed)|carri(?:es|ed)|understands|has|had|have|learn(?:ed|t)|saw|was told|"
    r"add(?:s|ed)|not(?:es|ed)|stat(?:es|ed)|broke|describ(?:es|ed)|puts? it|piece|broadcast|first|correspondent|"
    r"reporter|journalists?|account|version|interview|live blog|blog|post|got|gets|spoke|found|finds|show(?:s|ed)|"
    r"print(?:s|ed)|counted|goes|man|headline|tonight|this morning|today|yesterday"
)
_SKIP = (
    r"(?:the |its |a |an |our |daily |local |newspaper |paper |blog |"
    r"outlet |news agency |agency |website |broadcaster |"
    r"tabloid |colleagues at |somebody at |\w+ at )*"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"”]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,8}/[^\s<>()\[\]\"”,]+")
_SPEECH = re.compile(
    r"\b(?:sa(?:id|ys|ying)|told|announced?|stated?|according|statement|communiqu[eé]|notice|letter|note|figures?|counted|"
    r"declar(?:ed|es|ation)|den(?:ied|ies)|reject(?:s|ed)|insist(?:s|ed)|repeat(?:s|ed)|confirm(?:s|ed)|wrote|writes|"
    r"report(?:s|ed)?|publish(?:ed|es)|put|explain(?:s|ed)|accus(?:ed|es)|warn(?:s|ed)|acknowledg(?:ed|es)|issued|calls?|"
    r"order(?:s|ed)?|press release|spokes\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Credit:
    """A document credits `relayed` at a span of its text.

    `sure` is set where the words around the name say so ("reported by"), `link` where it is an address.
    """

    relayed: str
    span: Span
    sure: bool = True
    link: bool = False


@lru_cache(maxsize=4096)
def outlet_key(name: str) -> str:
    """Return a publisher's name as it is compared: folded, without article, web ending and what stands in brackets.

    >>> outlet_key("The Harbour Courier"), outlet_key("harbour-courier.example")
    ('harbour courier', 'harbour courier')
    """
    bare = re.sub(r"(?<=\w) \([^)]*\)$", "", name.strip())
    plain = re.sub(r"\.(?:com|org|net|example|info|co\.uk|[a-z]{2})$", "", bare, flags=re.IGNORECASE)
    folded = [fold(match.group()) for match in _WORD.finditer(plain)]
    return " ".join(
        folded[1:] if len(folded) > 1 and folded[0] in ("the", "der", "die", "das", "le", "la", "el") else folded
    )


def site(url: str) -> str:
    """Return an address without scheme, `www.`, query and closing slash, as links are compared."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    return (parts.netloc.lower().removeprefix("www.") + parts.path).rstrip("/.,;:")


@lru_cache(maxsize=4096)
def _patterns(alias: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a credit to a name and of its bare mention."""
    name = rf"(?:[Tt]he )?{_capitals(alias)}"
    sure = (
        rf"\b(?:{_BEFORE})\s+{_SKIP}{name}\b|\b{name}(?:['’]s?)?(?: \([^)]*\))?[ ,]+(?:\w+ ){{0,2}}?(?:{_AFTER})\b|"
        rf"[(\[]{name}[)\]]|^{name}\s*:|—\s*{name}\s*$"
    )
    return re.compile(sure, re.MULTILINE), re.compile(rf"\b{name}\b")


def _capitals(alias: str) -> str:
    """Return a pattern of a lower-case name that meets it with capitals, whatever joins its words."""
    if alias.isupper():
        return re.escape(alias)
    first, *rest = alias.split()
    words = [first[0].upper() + re.escape(first[1:])]
    words += [rf"(?:{word[0].upper()}|{re.escape(word[0])}){re.escape(word[1:])}" for word in rest]
    return r"[ \-’']+".join(words)


class Outlets:
    """The publishers, primary documents and addresses of a set, to be looked up in its texts."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self._by_key: dict[str, list[Document]] = {}
        self._by_site: dict[str, list[Document]] = {}
        self._primary: dict[str, list[Document]] = {}
        for document in self.documents:
            if document.url:
                self._by_site.setdefault(site(document.url), []).append(document)
            if document.kind in PRIMARY:
                for word in {w for w in _words(document.publisher or document.author or "") if w not in _GENERIC}:
                    self._primary.setdefault(word, []).append(document)
            elif document.publisher:
                self._by_key.setdefault(outlet_key(document.publisher), []).append(document)
        self._aliases: dict[str, dict[str, set[str]]] = {}
        for alias, keys in _aliases(self._by_key).items():
            self._aliases.setdefault(alias.split()[0].lower(), {})[alias] = keys

    def credits(self, document: Document) -> list[Credit]:
        """Return every credit of a document to another of the set that is not later than it."""
        words = set(_words(document.text))
        found = [*self._to_outlets(document, words), *self._links(document), *self._to_primary(document, words)]
        return sorted(found, key=lambda credit: (credit.span.start, credit.relayed))

    def _to_outlets(self, document: Document, words: set[str]) -> Iterable[Credit]:
        for key, span, sure in self._named(document, words):
            for other in self._by_key[key]:
                if _possible(document, span.start, other):
                    yield Credit(other.doc_id, span, sure)

    def _named(self, document: Document, words: set[str]) -> list[tuple[str, Span, bool]]:
        """Return the other publishers that a text names, each place once and under the longest name that fits."""
        own = outlet_key(document.publisher) if document.publisher else ""
        taken: list[tuple[int, int]] = []
        found: list[tuple[str, Span, bool]] = []
        met = [item for word in words for item in self._aliases.get(word, {}).items()]
        for alias, keys in sorted(met, key=lambda item: (-len(item[0]), item[0])):
            sure, bare = _patterns(alias)
            certain = [match.span() for match in sure.finditer(document.text)]
            for match in bare.finditer(document.text):
                if _part_of_a_name(document.text, *match.span()) or any(a <= match.start() < b for a, b in taken):
                    continue
                taken.append(match.span())
                if own in keys:
                    continue
                plain = next(((a, b) for a, b in certain if a <= match.start() < b), None)
                start, end = plain or match.span()
                found += [(key, Span(start=start, end=end), plain is not None) for key in sorted(keys)]
        return found

    def _links(self, document: Document) -> Iterable[Credit]:
        for match in _URL.finditer(document.text):
            for other in self._by_site.get(site(match.group()), []):
                if other.doc_id != document.doc_id:
                    yield Credit(other.doc_id, Span(start=match.start(), end=match.end()), link=True)

    def _to_primary(self, document: Document, words: set[str]) -> Iterable[Credit]:
        own = outlet_key(document.publisher) if document.publisher else None
        met = {other.doc_id: other for word in words for other in self._primary.get(word, ())}
        for _, other in sorted(met.items()):
            if not _possible(document, 0, other) or (other.publisher and outlet_key(other.publisher) == own):
                continue
            for match in _naming(other).finditer(document.text):
                around = document.text[max(0, match.start() - 160) : match.end() + 160]
                if _SPEECH.search(around):
                    yield Credit(other.doc_id, Span(start=match.start(), end=match.end()), sure=False)


def _words(text: str) -> list[str]:
    return [fold(match.group()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=2048)
def _naming(document: Document) -> re.Pattern[str]:
    """Return a pattern of the words by which a primary document or its author is met in other texts."""
    name = document.publisher or document.author or ""
    words = [w for w in re.findall(r"[^\W_]+", name) if fold(w) not in FUNCTION_WORDS]
    forms = {re.escape(name)} if name else set()
    forms |= {
        rf"(?:the|its|his|her|[’']s) (?:\w+ )?{re.escape(w.lower())}" for w in words if fold(w) in ORGANISATION_NOUNS
    }
    forms |= {rf"the {re.escape(w)}" for w in words if fold(w) in ORGANISATION_NOUNS}
    if len(words) > 1:
        forms.add(r"(?:['’]s)? ".join(rf"(?:{re.escape(w)}|{re.escape(w.lower())})" for w in words[:2]))
    if document.kind == "letter":
        forms.add(
            r"(?:['’]s|[Tt]he|[Hh]is|[Hh]er|[Ii]n a|seiner?m?|ihrem|sa|su) (?:\w+ ){0,2}(?:letter|Brief|lettre|carta)"
        )
    return re.compile("|".join(rf"(?:{form})" for form in sorted(forms)) or r"(?!)")


def _part_of_a_name(text: str, start: int, end: int) -> bool:
    """Say whether a capitalised word stands right before or after, so that the name is part of a longer one."""
    before = re.search(r"([^\W\d_][\w’'-]*) $", text[max(0, start - 30) : start])
    after = re.match(r" ([^\W\d_a-z][\w’'-]*[a-z])", text[end : end + 30])
    longer = before and before[1][0].isupper() and not before[1].isupper()
    return bool(longer or (after and after[1].lower() not in CALENDAR))


def _possible(document: Document, start: int, other: Document) -> bool:
    """Say whether a part of a document may have been taken from another: no later, and no more than `REACH` before."""
    if other.doc_id == document.doc_id:
        return False
    segment = next((s for s in document.segments if s.start <= start < s.end), None)
    when = (segment.published if segment else None) or document.published
    if not (when and other.published):
        return True
    return first_day(other.published) <= last_day(when) <= last_day(other.published) + REACH


def _aliases(by_key: Mapping[str, list[Document]]) -> dict[str, set[str]]:
    """Return the forms under which each publisher is met: its name and its last words in lower case, its initials.

    One last word stands for a name only where it is what a paper or station is called ("the Courier").
    """
    forms: dict[str, set[str]] = {}
    for key in by_key:
        words = key.split()
        met = {key}
        if 1 < len(words) <= LONGEST:
            met |= {" ".join(words[i:]) for i in range(1, len(words) - 1)}
            met |= {words[-1]} if words[-1] in OUTLET_NOUNS or len(words) == 2 else set()
            met |= {"".join(word[0] for word in words).upper()} if len(words) > 2 else set()
        for form in met:
            if len(form) > 2 and form not in FUNCTION_WORDS and (form == key or form not in _COMMON_LAST):
                forms.setdefault(form, set()).add(key)
    return forms

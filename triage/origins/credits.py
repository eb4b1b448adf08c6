"""Outlets that a text credits: "(Harbour Wire)", "first reported by the Courier", "told the Courier", links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from triage.origins.profile import fold
from triage.schema import Document, Span

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*")
_BEFORE = (
    r"according to|reported (?:first )?(?:by|in)|published (?:first )?(?:by|in|on)|citing|cites|cited(?: by)?|quoting|told|"
    r"tells|telling|via|source:|sources:|credit:|from|spoke (?:to|with)|speaking (?:to|with)|interview (?:to|with)|"
    r"seen by|obtained by|quoted (?:by|in)|carried by|revealed by|broken by|informed|republished from|translated from|"
    r"originally (?:in|by)|report(?:s|ing)? (?:by|in|from)|story (?:by|in|from)|article (?:by|in|from)|claims? (?:by|in)|"
    r"appeared in|appeared on|wrote in|writes in|read in|shared by|material from|based on|as per|per|with|picked up by"
)
_AFTER = (
    r"report(?:s|ed|ing)?|said|says|wrote|writes|claim(?:s|ed)|reveal(?:s|ed)|quot(?:es|ed|ing)|cit(?:es|ed|ing)|"
    r"stor(?:y|ies)|article|published|publishes|carried|carries|understands|has (?:learned|seen|obtained|reported)|"
    r"learned|learnt|saw|was told|adds|added|noted|notes|stated|states|broke|described|put it|piece|broadcast|"
    r"first (?:reported|published|broke)|had (?:reported|said|quoted|written)|correspondent|reporter|journalists?|"
    r"account|version|interview|live blog|post"
)
_SKIP = (
    r"(?:the |its |a |an |daily |local |newspaper |paper |outlet |news agency |agency |website |broadcaster |tabloid )*"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"”]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credit:
    """A document credits a publisher, or links to an address, at a span of its text."""

    publisher: str
    span: Span
    link: bool = False


@lru_cache(maxsize=4096)
def outlet_key(name: str) -> str:
    """Return a publisher's name as it is compared: folded, without article and web ending.

    >>> outlet_key("The Harbour Courier"), outlet_key("harbour-courier.example")
    ('harbour courier', 'harbour courier')
    """
    plain = re.sub(r"\.(?:com|org|net|example|info|co\.uk|[a-z]{2})$", "", name.strip(), flags=re.IGNORECASE)
    folded = [fold(match.group()) for match in _WORD.finditer(plain)]
    return " ".join(folded[1:] if len(folded) > 1 and folded[0] == "the" else folded)


def site(url: str) -> str:
    """Return an address without scheme, `www.`, query and closing slash, as links are compared."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    return (parts.netloc.lower().removeprefix("www.") + parts.path).rstrip("/.,;:")


@lru_cache(maxsize=2048)
def _pattern(alias: str) -> re.Pattern[str]:
    name = re.escape(alias).replace(r"\ ", r"[ \-’']+")
    return re.compile(
        rf"(?:\b(?:{_BEFORE})\s+{_SKIP}(?i:{name})\b|(?i:\b{name})(?:['’]s?)?[ ,]+(?:\w+ ){{0,2}}?(?:{_AFTER})\b|"
        rf"[(\[](?i:the )?(?i:{name})[)\]]|^(?i:{name})\s*:|—\s*(?i:{name})\s*$)",
        re.MULTILINE,
    )


class Outlets:
    """The publishers and addresses of a set of documents, to be looked up in their texts."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.by_key: dict[str, list[Document]] = {}
        self.by_site: dict[str, list[Document]] = {}
        for document in documents:
            if document.publisher:
                self.by_key.setdefault(outlet_key(document.publisher), []).append(document)
            if document.url:
                self.by_site.setdefault(site(document.url), []).append(document)
        self.aliases = _aliases(self.by_key)

    def credits(self, document: Document) -> list[Credit]:
        """Return the other publishers of the set that a document credits, each mention."""
        own = outlet_key(document.publisher) if document.publisher else None
        low = document.text.lower()
        found: list[Credit] = []
        for alias, key in self.aliases.items():
            if key != own and alias in low:
                found += [
                    Credit(key, Span(start=m.start(), end=m.end())) for m in _pattern(alias).finditer(document.text)
                ]
        for match in _URL.finditer(document.text):
            for other in self.by_site.get(site(match.group()), []):
                if other.doc_id != document.doc_id:
                    found.append(Credit(other.doc_id, Span(start=match.start(), end=match.end()), link=True))
        return sorted(found, key=lambda credit: credit.span.start)


def _aliases(by_key: Mapping[str, Sequence[Document]]) -> dict[str, str]:
    """Return the lower-case forms under which each publisher is met: its name, and its last word if that is its alone."""
    forms: dict[str, str] = {}
    last: dict[str, list[str]] = {}
    for key, documents in by_key.items():
        forms[key] = key
        for name in {d.publisher for d in documents if d.publisher}:
            plain = name.lower().strip()
            forms[plain.removeprefix("the ")] = key
        last.setdefault(key.rpartition(" ")[2], []).append(key)
    for word, keys in last.items():
        if len(keys) == 1 and " " in keys[0] and len(word) > 4:
            forms.setdefault(word, keys[0])
    return {form: key for form, key in forms.items() if len(form) > 2}

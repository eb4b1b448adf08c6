"""Whether a source is named, and whom a pronoun stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from triage.origins.lexicon import (
    HEADS,
    HONORIFICS,
    ORGANISATION_NOUNS,
    PRONOUNS,
    ROLE_NOUNS,
    SPOKESPEOPLE,
    UNNAMED_NOUNS,
)
from triage.origins.parties import DETERMINERS, LEADS, Range
from triage.origins.quotations import quotations
from triage.passages import sentences
from triage.schema import Span

_FULL_NAME = re.compile(r"[A-ZÀ-ÞА-Я][\w’'-]+(?: [A-ZÀ-ÞА-Я][\w.’'-]*){1,4}")
_PERSONAL = frozenset("he she him her who".split())
_OUTLETS = frozenset(
    """post times wire courier ledger herald mail gazette tribune news radio tv television channel telegraph observer
    journal star sun mirror guardian press chronicle bulletin review weekly daily evening outlet""".split()
)
_IMPERSONAL = (ORGANISATION_NOUNS | _OUTLETS) - {"general", "guard", "observer", "officer"}
# How far back the name of whoever "he" is may stand, where no source was named.
_MEMORY = 600


def pronoun(words: str) -> bool:
    """Return whether a source is only a pronoun."""
    return words.lower().strip() in PRONOUNS


def is_named(words: str) -> bool:
    """Return whether a source names someone: "Jane Roe", "the Harbour Ministry"; not "officials", "a ministry source".

    A lower-case description ("the adviser") names someone only if the text does elsewhere, so it counts as unnamed here
    unless it is definite.
    """
    head = re.split(r",| who | with | familiar | close ", words.strip(), maxsplit=1)[0]
    found = re.findall(r"[^\W\d_][\w’'.-]*", head)
    if not found or pronoun(words):
        return False
    noun = (
        re.split(r" (?:of|for|in|at|from|on|to|within|inside) ", head, maxsplit=1)[0].split()[-1].lower().strip("’'.,")
    )
    capitals = [word for word in found[1:] if word[0].isupper()] + [
        word for word in found[:1] if word[0].isupper() and word.lower() not in DETERMINERS | UNNAMED_NOUNS | LEADS
    ]
    if noun in SPOKESPEOPLE or (noun in HEADS and found[0].lower() not in ("a", "an", "one", "another")):
        return True
    if noun.split("-")[-1] in UNNAMED_NOUNS:
        return False
    if capitals or found[0].lower().strip(".") in HONORIFICS:
        return True
    return found[0].lower() in ("the", "its", "his", "her", "their", "this") and not noun.endswith("s")


def antecedent(
    text: str, words: str, at: int, content: Span, named: Sequence[Range], known: Mapping[str, str]
) -> Range | None:
    """Return whom a third-person pronoun at an offset stands for: the last of `named`, or of who is spoken of, before.

    Who is named in the `content` that the pronoun says is somebody else.
    "He" and "she" stand for a person by the look of the name, and not for one whose last name is `known` to go with the
    other; "it" and "they" stand for anyone whose name is no person's.
    """
    before = [name for name in named if name[1] <= at]
    if words not in _PERSONAL:
        return max((name for name in before if not is_person(text, name)), default=None)
    spoken_of = [name for name in _spoken_of(text, at) if not content.start <= name[0] < content.end]
    persons = sorted((name for name in before + spoken_of if is_person(text, name)), reverse=True)
    return next((name for name in persons if not _clashes(text, name, words, known)), None)


def _clashes(text: str, name: Range, words: str, known: Mapping[str, str]) -> bool:
    last = last_name(text, name)
    title = re.search(rf"\b(Mr|Mrs|Ms|Miss)\.? (?:[A-ZÀ-ÞА-Я][\w’'-]+ )?{re.escape(last)}\b", text)
    gender = known.get(last) or ("" if title is None else "he" if title[1] == "Mr" else "she")
    return gender in ("he", "she") and words in ("he", "she") and gender != words


def last_name(text: str, name: Range) -> str:
    """Return the last word of a name."""
    found = re.findall(r"[^\W\d_][\w-]*", re.sub(r"['’]s$", "", text[name[0] : name[1]]))
    return found[-1] if found else ""


def _spoken_of(text: str, at: int) -> list[Range]:
    """Return the full names before an offset: all in its own sentence, and those that open the two before.

    What stands in quotation marks is left out: there the one who speaks names others.
    """
    base = max(0, at - _MEMORY)
    quoted = [(base + quote.start, base + quote.end) for quote in quotations(text[base:at])]
    starts = [base + sentence.start for sentence in sentences(text[base : at + 1])]
    heads = [start for start in starts if not any(left <= start < right for left, right in quoted)][-3:]
    matches = [match for head in heads if (match := _FULL_NAME.match(text, head, at))]
    matches += _FULL_NAME.finditer(text, starts[-1], at) if starts else []
    found = []
    for match in matches:
        words = match.group().split(" ")
        lead = next((i for i, word in enumerate(words) if word.lower() not in LEADS), len(words))
        if len(words) - lead > 1 and not any(start <= match.start() < end for start, end in quoted):
            found.append((match.start() + sum(len(word) + 1 for word in words[:lead]), match.end()))
    return [name for name in found if is_person(text, name)]


def is_person(text: str, name: Range) -> bool:
    """Return whether a name is one person's: two words, none of an organisation or outlet, or the last of such a name.

    "Roe" alone is a person's only where the text has "Jane Roe" as well, or "Ms Roe"; so is "the mayor", by her office.
    """
    words = text[name[0] : name[1]].replace("’", "'")
    lows = re.findall(r"[^\W\d_]+", words.lower())
    if not lows or "'s " in words or "and" in lows or set(lows) & _IMPERSONAL:
        return False
    if lows[0] in ("the", "a", "an") or text[: name[0]].endswith(("the ", "The ")):
        return bool(set(re.findall(r"\b[a-z]+\b", words)) & ROLE_NOUNS)
    if any(re.search(r"[a-z][A-Z]|^[A-Z]{2,}s?$", word) for word in words.split()):
        return False
    if len(lows) > 1:
        return True
    known = rf"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sir|Lady)\.? |[A-ZÀ-ÞА-Я][^\W\d_]+ ){re.escape(words)}\b"
    return any(not match.group().lower().startswith(("the ", "in ", "on ")) for match in re.finditer(known, text))


def name_of(text: str, start: int, end: int) -> Range:
    """Return the name in a source: a person's full name, wherever it stands in it, else all before the first comma."""
    for match in _FULL_NAME.finditer(text, start, end):
        governed = re.search(r"\b(?:of|for|at|from|in|by|to|the)\s+$", text[start : match.start()], re.IGNORECASE)
        words = match.group().split(" ")
        if not governed and words[0] not in ("The", "A", "An") and is_person(text, match.span()):
            return match.span()
    return start, start + len(re.split(r",| who ", text[start:end], maxsplit=1)[0])


def has_name(text: str, start: int, end: int) -> bool:
    """Return whether a name stands in a span, not only a description."""
    return any(word[0].isupper() for word in text[start:end].split() if word not in ("The", "A", "An"))

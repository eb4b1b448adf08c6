"""Who is meant: the forms of a name made one party, within a document and across documents.

Within a document a surname, a title or a description ("the adviser") leads to the full name that stands there.
Across documents a party is its full name, its office, or its organisation; a surname alone never joins two parties.
An organisation, its press office, its spokespeople and those who head it are one party.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler, Levenshtein

from triage.origins.lexicon import HONORIFICS, LEGAL, SPEAKING
from triage.origins.profile import fold
from triage.schema import OriginKind

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Party:
    """One who can say something.

    `key` are the folded words of the name (of the office or the description where no name is known), `roles` the
    folded role nouns, `organisation` the folded words of the organisation that the party speaks for or heads,
    `full` whether the name has two words or more, `forms` the words it was met under, `sure` whether it is certain that
    such a party exists: that a run of capitals is a person's name, or a description somebody known.
    """

    kind: OriginKind
    name: str
    key: tuple[str, ...]
    roles: frozenset[str] = frozenset()
    organisation: tuple[str, ...] = ()
    full: bool = True
    forms: tuple[str, ...] = ()
    sure: bool = True

    @property
    def speaks(self) -> bool:
        """Say whether the party is an organisation, or speaks for the one that it belongs to."""
        return bool(self.organisation) and (self.kind in ("organisation", "document") or bool(self.roles & SPEAKING))

    @property
    def known(self) -> bool:
        """Say whether one can tell this party from another."""
        return self.kind != "unnamed"


@lru_cache(maxsize=1 << 15)
def words_of(name: str) -> tuple[str, ...]:
    """Return the folded words of a name, without honorifics, articles, possessives and legal forms.

    >>> words_of("Dr. Franak Viačorka’s"), words_of("the Orvel Basin Authority Ltd")
    (('franak', 'viacorka'), ('orvel', 'basin', 'authority'))
    """
    found = [fold(part) for word in _WORD.findall(name) for part in word.split("-")]
    kept = tuple(w for w in found if w and w not in HONORIFICS and w not in LEGAL and w not in ("the", "a", "an"))
    return kept or tuple(found)


@lru_cache(maxsize=1 << 15)
def same_word(a: str, b: str) -> bool:
    """Say whether two folded words are spellings of one name: equal, or a transliteration apart.

    >>> same_word("lukashenko", "lukashenka"), same_word("tsikhanouskaya", "tikhanovskaya"), same_word("varga", "varda")
    (True, True, False)
    """
    if a == b:
        return True
    x, y = _sounds(a), _sounds(b)
    if x == y and len(x) >= 3:
        return True
    if min(len(x), len(y)) < 6 or x[0] != y[0]:
        return False
    return Levenshtein.distance(x, y) <= (2 if min(len(x), len(y)) >= 11 else 1) and JaroWinkler.similarity(x, y) > 0.9


_SOUNDS = (
    ("shch", "sc"), ("sch", "s"), ("tch", "c"), ("tsikh", "tih"), ("tikh", "tih"), ("ousk", "ovsk"),
    ("kh", "h"), ("zh", "z"), ("sh", "s"),
    ("ch", "c"), ("ts", "c"), ("tz", "c"), ("ph", "f"), ("ck", "k"), ("yu", "u"), ("ju", "u"), ("iu", "u"), ("ya", "a"),
    ("ja", "a"), ("ia", "a"), ("yo", "o"), ("ye", "e"), ("je", "e"), ("ie", "e"), ("ou", "u"), ("w", "v"),
    ("y", "i"), ("j", "i"),
)  # fmt: skip


@lru_cache(maxsize=1 << 15)
def _sounds(word: str) -> str:
    """Return a rough sound of a Latin spelling: one letter where transliterations differ, no doubled letters."""
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    if len(word) > 5 and word.endswith(("o", "a", "ii", "i")):
        word = word.rstrip("ioa")
    return re.sub(r"(.)\1+", r"\1", word)


def same_name(a: Sequence[str], b: Sequence[str]) -> bool:
    """Say whether two full names are one: every word of the shorter is in the longer, first and last among them.

    Names of one length agree word by word, in any order.
    """
    if len(a) < 2 or len(b) < 2:
        return False
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    ends = same_word(short[-1], long[-1]) and _first(short[0], long[0])
    if len(short) == len(long):
        in_order = ends and all(_first(x, y) for x, y in zip(a, b, strict=True))
        return in_order or all(same_word(x, y) for x, y in zip(sorted(a), sorted(b), strict=True))
    return ends and all(any(_first(word, other) for other in long) for word in short)


def _first(a: str, b: str) -> bool:
    return same_word(a, b) or (min(len(a), len(b)) == 1 and a[0] == b[0])


def same_organisation(a: Sequence[str], b: Sequence[str]) -> bool:
    """Say whether two names of organisations are one: equal, one an acronym, or one the other's telling part."""
    if not a or not b:
        return False
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) == len(long):
        return all(same_word(x, y) for x, y in zip(sorted(a), sorted(b), strict=True))
    if len(short) == 1:
        initials = "".join(word[0] for word in long)
        return short[0] in (initials, "".join(w[0] for w in long if w not in ("of", "for", "and")))
    inner = [w for w in short if w not in ("of", "for", "and")]
    return len(inner) >= 2 and all(any(same_word(w, other) for other in long) for w in inner)


def same(a: Party, b: Party) -> str:
    """Return in words why two parties of different documents are one, or nothing where that is not known.

    A surname alone never joins two parties: it does only where the office agrees as well, and the caller has made
    sure that no second party of the surname is about.
    """
    if "unnamed" in (a.kind, b.kind):
        return ""
    if a.kind == b.kind == "person" and (reason := _same_person(a, b)):
        return reason
    if a.kind == b.kind == "document":
        return _same_document(a, b)
    if a.kind != "person" and b.kind != "person" and same_organisation(_body(a), _body(b)):
        return f"“{a.name}” and “{b.name}” are names of one body"
    if "document" in (a.kind, b.kind):
        paper, other = (a, b) if a.kind == "document" else (b, a)
        if paper.organisation and same_name(paper.organisation, other.key):
            return f"“{paper.name}” is the word of {other.name}"
    return _one_voice(a, b)


def _body(party: Party) -> tuple[str, ...]:
    return party.organisation if party.kind == "document" else party.key


def _one_voice(a: Party, b: Party) -> str:
    """Return why two parties speak for one organisation: it and who heads it, or two of its spokespeople."""
    if not (a.speaks and b.speaks and same_organisation(a.organisation, b.organisation)):
        return ""
    if a.kind == b.kind:
        return f"“{a.name}” and “{b.name}” speak for one body"
    person, body = (a, b) if a.kind == "person" else (b, a)
    return f"“{person.name}” speaks for {body.name}"


def _same_document(a: Party, b: Party) -> str:
    if a.key[:1] != b.key[:1] or (a.key[:1] == ("document",) and a.key != b.key):
        return ""
    if a.organisation and b.organisation and not same_organisation(a.organisation, b.organisation):
        return ""
    return f"“{a.name}” and “{b.name}” are one {a.key[0]}" if a.key else ""


def _same_person(a: Party, b: Party) -> str:
    if a.full and b.full:
        return f"“{a.name}” and “{b.name}” are forms of one full name" if same_name(a.key, b.key) else ""
    short, long = (a, b) if not a.full else (b, a)
    shared = a.roles & b.roles
    if short.key and long.key and same_word(short.key[-1], long.key[-1]) and shared:
        return f"“{short.name}” and “{long.name}” share surname and office ({', '.join(sorted(shared))})"
    if not short.key and shared and (short.roles <= long.roles or long.roles <= short.roles):
        return f"“{short.name}” is the office of {long.name}"
    return ""

"""What code reads better than a model: numbers, dates, names and negation, aligned between a claim and a sentence.

`align` says in words what agrees and what does not ("the claim says 18 shelters, the sentence 80"), and in numbers,
which go with the model's logits into the calibrated combiner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

FEATURES = ("numbers_agree", "numbers_differ", "dates_differ", "names_missing", "negation_differs", "overlap")

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
).split()
_SMALL = {word: (i if i <= 20 else 10 * (i - 18)) for i, word in enumerate(_WORDS)}
_SCALE = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "dozen": 12,
    "bn": 10**9,
    "m": 10**6,
}
_MONTHS = {
    name: i % 12 + 1
    for i, name in enumerate(
        "january february march april may june july august september october november december "
        "jan feb mar apr may jun jul aug sep oct nov dec".split()
    )
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"""\b(?: (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\ of)?\ (?P<m1>{_MONTH})\b
       | (?P<m2>{_MONTH})\.?\ (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)
       | (?P<m3>{_MONTH})\b )""",
    re.IGNORECASE | re.VERBOSE,
)
_SMALL_WORD = "|".join(sorted(_SMALL, key=len, reverse=True))
_SCALES = "hundred|thousand|million|billion"
_PERCENT = r"\ ?%|\ per\ ?cent"
_NUMBER = re.compile(
    rf"""(?<![\w.])(?P<digits>\d[\d,]*(?:\.\d+)?)(?:\ ?(?P<scale1>{_SCALES}|bn|m)\b)?(?P<percent>{_PERCENT})?
       | \b(?P<word>(?:{_SMALL_WORD})(?:[ -](?:{_SMALL_WORD}))?)(?:\ (?P<scale2>{_SCALES}|dozen))?\b
         (?P<percent2>{_PERCENT})?
       | \b(?:an?\ )?(?P<scale3>dozen|hundred|thousand|million)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AT_LEAST = ("at least", "over", "above", "upward of", "upwards of", "no fewer than", "no less than", "exceeding")
_AT_MOST = ("up to", "as many as", "under", "below", "at most", "within")
_ABOUT = ("some", "about", "around", "roughly", "nearly", "almost", "close to", "approximately")
_LESS = r"(?:short|small|low|young|cheap|few|near|earli|narrow|light|slow)er than|less than|fewer than"
_MORE = r"\w+er than|more than"
_BOUND = re.compile(
    rf"\b((?P<most>{_LESS}|{'|'.join(_AT_MOST)})|(?P<least>{_MORE}|{'|'.join(_AT_LEAST)})|{'|'.join(_ABOUT)})"
    r"\s+(?:the |a )?$",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|without|cannot|unable to|yet to)\b"
    r"|\b(?:fail|refus)\w* to\b|n['’]t\b",
    re.IGNORECASE,
)
_PART = r"[A-ZÀ-ÞА-Я][\w’'-]*"
_NAME = re.compile(rf"\b{_PART}(?:\s+(?:(?:de|van|von|al|of|the)\s+)?{_PART})*")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_STOP = frozenset(
    "a an the and or but if of in on at to for from by with as into over under about after before than then that this "
    "these those it its he she they them his her their who whom which what when where is are was were be been being am "
    "do does did has have had will would can could may might must shall should there here also said says say very more "
    "most some any all each other such so up down out off again once only own same too just not no nor".split()
)


@dataclass(frozen=True)
class Number:
    """A quantity: its value, the noun it counts (stemmed, or empty), and how it is bounded."""

    value: float
    noun: str
    bound: str
    text: str


@dataclass(frozen=True)
class Alignment:
    """How a sentence stands to a claim: one value a feature, in the order of `FEATURES`, and why, in words."""

    features: tuple[float, ...]
    note: str


def stem(word: str) -> str:
    """Return a word folded to ASCII, in lower case, without its most common endings."""
    word = anyascii(word).lower().replace("'s", "")
    if word.endswith("s") and 3 < len(word) < 6 and word[-2] not in "sui":
        return word[:-1]
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ers", "ies", "ied", "ed", "es", "er", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    return frozenset(stem(w) for w in _WORD.findall(text) if w.lower() not in _STOP)


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
        return value * _SCALE.get((match["scale1"] or "").lower(), 1)
    if match["word"]:
        value = float(sum(_SMALL[part] for part in re.split(r"[ -]", match["word"].lower())))
        return value * _SCALE.get((match["scale2"] or "").lower(), 1)
    return float(_SCALE[match["scale3"].lower()])


@lru_cache(maxsize=8192)
def numbers(text: str) -> tuple[Number, ...]:
    """Return the quantities of a text, dates left out; `noun` is the stem of what is counted, `%` for a share."""
    dated = [m.span() for m in _DATE.finditer(text)]
    found = []
    for match in _NUMBER.finditer(text):
        if any(start <= match.start() < end for start, end in dated):
            continue
        value = _value(match)
        before = _BOUND.search(text[max(0, match.start() - 24) : match.start()])
        bound = "=" if before is None else "<=" if before["most"] else ">=" if before["least"] else "~"
        if match["percent"] or match["percent2"]:
            noun = "%"
        elif match["digits"] and 1000 <= value <= 2100 and len(match["digits"]) == 4:
            noun = "year"
        else:
            following = [w for w in _WORD.findall(text[match.end() : match.end() + 40]) if w.lower() not in _STOP]
            noun = stem(following[0]) if following else ""
        found.append(Number(value, noun, bound, match.group().strip()))
    return tuple(found)


@lru_cache(maxsize=8192)
def dates(text: str) -> tuple[tuple[int, int | None], ...]:
    """Return the dates of a text as (month, day or None)."""
    found = []
    for match in _DATE.finditer(text):
        month = match["m1"] or match["m2"] or match["m3"]
        if match["m3"] in ("may", "march"):
            continue
        day = match["d1"] or match["d2"]
        found.append((_MONTHS[month.lower()], int(day) if day else None))
    return tuple(found)


@lru_cache(maxsize=8192)
def names(text: str) -> tuple[str, ...]:
    """Return the capitalised names of a text; a lone first word counts only when it is no ordinary word."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        if match.start() == 0 and words[0].lower() in _STOP:
            words = words[1:]
        if words and not (match.start() == 0 and len(words) == 1 and words[0].lower() in _STOP):
            found.append(" ".join(words))
    return tuple(n for n in found if n.lower() not in _MONTHS and len(n) > 1)


def _compatible(claim: Number, other: Number) -> bool:
    if claim.bound == ">=":
        return other.value >= claim.value
    if claim.bound == "<=":
        return other.value <= claim.value
    if other.bound == ">=":
        return claim.value >= other.value
    if other.bound == "<=":
        return claim.value <= other.value
    spread = 0.1 if "~" in (claim.bound, other.bound) else 0.005
    return abs(claim.value - other.value) <= spread * max(claim.value, other.value)


def _same_thing(claim: Number, other: Number) -> bool:
    if "%" in (claim.noun, other.noun) or "year" in (claim.noun, other.noun):
        return claim.noun == other.noun
    return not claim.noun or not other.noun or claim.noun == other.noun


def _align_numbers(claim: str, sentence: str) -> tuple[int, int, list[str]]:
    agree, differ, notes = 0, 0, []
    for number in numbers(claim):
        others = [n for n in numbers(sentence) if _same_thing(number, n)]
        if any(_compatible(number, other) for other in others):
            agree += 1
        elif exact := [n for n in others if n.noun == number.noun]:
            differ += 1
            notes.append(f"the claim says {number.text}, the passage {exact[0].text}")
    return agree, differ, notes


def _dates_differ(claim: str, sentence: str) -> list[str]:
    mine, theirs = dates(claim), dates(sentence)
    if not mine or not theirs:
        return []
    for month, day in mine:
        if any(m == month and (day is None or d is None or d == day) for m, d in theirs):
            return []
    return ["the dates of claim and passage differ"]


def _missing(claim: str, text: str) -> float:
    wanted = [part for name in names(claim) for part in name.split()]
    if not wanted:
        return 0.0
    have = {stem(word) for word in _WORD.findall(text)}
    return sum(stem(part) not in have for part in wanted) / len(wanted)


def negated(text: str) -> bool:
    """Return whether a text holds an odd number of negations."""
    return len(_NEGATION.findall(text)) % 2 == 1


def overlap(claim: str, text: str) -> float:
    """Return the share of the claim's content words that stand in a text, 0 to 1."""
    wanted = content(claim)
    return len(wanted & content(text)) / len(wanted) if wanted else 0.0


def align(claim: str, sentence: str, context: Sequence[str] | Iterable[str] = ()) -> Alignment:
    """Align a claim with a sentence; names may also stand in the `context` around it."""
    agree, differ, notes = _align_numbers(claim, sentence)
    late = _dates_differ(claim, sentence)
    around = " ".join((sentence, *context))
    features = (
        float(min(agree, 2)),
        float(min(differ, 2)),
        float(bool(late)),
        _missing(claim, around),
        float(negated(claim) != negated(sentence)),
        overlap(claim, sentence),
    )
    return Alignment(features, "; ".join([*notes, *late]))

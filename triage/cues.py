"""The words with which a text says who vouches for what: asserts, reports, denies, doubts, retracts; and hedges.

A cue's `Cue` is what its owner does with the content, negation taken in: "did not deny" and "would not confirm"
vouch for nothing (doubts); "cannot be doubted" and "refused to retract" vouch again (asserts). For a stance on a claim
a reader keeps the content of asserts and reports, turns that of denies and retracts, and empties that of doubts.

A hedge makes content say less than a fact. The kinds in `NEUTRAL` empty it. Two kinds only weaken it: `likelihood`
(probably, appears to) still says which way it leans; `hearsay` (allegedly, reportedly) takes back the publisher's own
voice but not that of the party who alleges, so the content keeps its stance, while its origin is that party, or an
unnamed one, and never the publisher's first-hand word.

The table itself is `cues.toml`; it is general English, and nothing in it comes from a known document.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, get_args

from triage.schema import Cue

Form = Literal["verb", "noun", "phrase"]
HedgeKind = Literal[
    "modal", "plan", "rumour", "inquiry", "condition", "question", "attitude", "withheld", "likelihood", "hearsay"
]
NEUTRAL: frozenset[HedgeKind] = frozenset(get_args(HedgeKind)) - {"likelihood", "hearsay"}

_NEGATED = MappingProxyType(
    {
        Cue.ASSERTS: Cue.DOUBTS,
        Cue.REPORTS: Cue.DOUBTS,
        Cue.DENIES: Cue.DOUBTS,
        Cue.DOUBTS: Cue.ASSERTS,
        Cue.RETRACTS: Cue.ASSERTS,
    }
)
_NO_NOUN = re.compile(r"\b(?:no|without(?: an?| any)?|not (?:an?|any)|never (?:an?|any))(?: (?!doubt)\w+)?\s*$")
_NOTHING = re.compile(r"\s+(?:nothing|neither)\b")
_SENTENCE_END = re.compile(r"[.!?][\"”’»)]*\s+(?=[\"“‘«(]?[A-ZÀ-ÞА-Я0-9])|\n")
_SAME_LENGTH = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "`": "'", " ": " ", "\t": " ", "\r": " "})


@dataclass(frozen=True)
class CueMatch:
    """A cue: `text` stands at `start:end` (code points). `cue` has the negation taken in; `negated` says there was one.

    `lemma` is the dictionary form (for a phrase, the words as they stand).
    """

    start: int
    end: int
    cue: Cue
    text: str
    negated: bool = False
    lemma: str = ""
    form: Form = "verb"


@dataclass(frozen=True)
class HedgeMatch:
    """A hedge at `start:end` (code points); it holds for the words from `scope_start` to `scope_end`."""

    start: int
    end: int
    kind: HedgeKind
    scope_start: int
    scope_end: int

    @property
    def neutral(self) -> bool:
        """Whether content under this hedge settles nothing about the fact."""
        return self.kind in NEUTRAL

    def covers(self, start: int, end: int) -> bool:
        """Return whether at least half of `start:end` lies in the scope."""
        return end > start and 2 * (min(end, self.scope_end) - max(start, self.scope_start)) >= end - start


@dataclass(frozen=True)
class _Word:
    lemma: str
    cue: Cue
    form: Form
    needs: str


@dataclass(frozen=True)
class _Lexicon:
    nouns: Mapping[str, _Word]
    words: Mapping[str, _Word]
    surface: re.Pattern[str]
    phrases: tuple[tuple[Cue, re.Pattern[str]], ...]
    hedges: tuple[tuple[HedgeKind, bool, re.Pattern[str]], ...]
    not_before: Mapping[str, re.Pattern[str]]
    context: Mapping[str, re.Pattern[str]]


def find_cues(text: str) -> list[CueMatch]:
    """Return the cues of a sentence or a longer text, in order and without overlap."""
    lexicon = _lexicon()
    plain = text.translate(_SAME_LENGTH).lower()
    found: list[CueMatch] = []
    taken = bytearray(len(text))
    for cue, pattern in lexicon.phrases:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(CueMatch(start, end, cue, text[start:end], lemma=match.group(), form="phrase"))
    for match in lexicon.surface.finditer(plain):
        start, end = match.span()
        if any(taken[start:end]):
            continue
        before, after = _around(plain, start, end)
        word = _word(lexicon, match, before)
        if not _in_this_sense(lexicon, word, before, match.group(), after):
            continue
        negation = _NO_NOUN if word.form == "noun" else lexicon.context["negation"]
        negated = bool(negation.search(before) or _NOTHING.match(after))
        cue = _NEGATED[word.cue] if negated else word.cue
        found.append(CueMatch(start, end, cue, text[start:end], negated, word.lemma, word.form))
    return sorted(found, key=lambda match: match.start)


def hedges(text: str) -> list[HedgeMatch]:
    """Return the hedges of a sentence or a longer text, in order; a narrower kind wins where two begin together."""
    plain = text.translate(_SAME_LENGTH)
    lowered = plain.lower()
    found: list[HedgeMatch] = []
    for kind, leads, pattern in _lexicon().hedges:
        for match in pattern.finditer(lowered):
            start, end = match.span()
            if plain[start:end] == "May" or any(start < other.end and other.start < end for other in found):
                continue
            found.append(HedgeMatch(start, end, kind, *_scope(lowered, start, end, leads)))
    found += _questions(plain)
    return sorted(found, key=lambda match: (match.start, match.end))


def lexicon() -> Mapping[str, Cue]:
    """Return every inflected word of the table with what it does when nothing negates it."""
    lexicon = _lexicon()
    return MappingProxyType({form: word.cue for form, word in {**lexicon.nouns, **lexicon.words}.items()})


def _scope(text: str, start: int, end: int, leads: bool) -> tuple[int, int]:
    context = _lexicon().context
    border = context["lead_border" if leads else "clause_border"].search(text, end)
    stop = border.start() if border else len(text)
    if leads:
        return start, stop
    begin = max((match.end() for match in context["clause_border"].finditer(text, 0, start)), default=0)
    return begin, stop


def _questions(text: str) -> Iterator[HedgeMatch]:
    begin = 0
    for border in [*_SENTENCE_END.finditer(text), None]:
        end = border.end() if border else len(text)
        sentence = text[begin:end].rstrip().rstrip('"”’»)')
        if sentence.endswith("?"):
            mark = begin + len(sentence) - 1
            yield HedgeMatch(mark, mark + 1, "question", begin, mark + 1)
        begin = end


def _around(plain: str, start: int, end: int) -> tuple[str, str]:
    """Return the same sentence's words before (at most 90 characters) and after (at most 120)."""
    before = plain[max(0, start - 90) : start]
    for border in re.finditer(r"[.!?;][\"'”’»)]*\s+|\n", before):
        before = before[border.end() - len(before) :] if border.end() < len(before) else ""
        break
    after = plain[end : end + 120]
    stop = re.search(r"[.!?][\"'”’»)]*\s|\n", after)
    return before, after[: stop.start() + 1] if stop else after


def _word(lexicon: _Lexicon, match: re.Match[str], before: str) -> _Word:
    surface = " ".join(match.group().split())
    noun = lexicon.nouns.get(surface)
    if noun and (surface not in lexicon.words or lexicon.context["noun_before"].search(before)):
        return noun
    parts = surface.split(" ")
    return lexicon.words.get(surface) or lexicon.words[f"{parts[0]} {parts[-1]}"]


def _in_this_sense(lexicon: _Lexicon, word: _Word, before: str, within: str, after: str) -> bool:
    other = lexicon.not_before.get(word.lemma)
    if other and other.match(after):
        return False
    context = lexicon.context
    finite = within.split()[0].endswith(("ed", "ing")) or within.split()[0] not in (word.lemma, f"{word.lemma}s")
    if word.form == "verb" and not finite and context["noun_before"].search(before):
        return False
    if word.needs == "that":
        trails = context["clause_before"].search(before) and context["clause_end"].match(after)
        return bool(context["that"].match(after) or trails or before.rstrip().endswith((",", "”", '"', "»")))
    if word.needs == "clause":
        trails = context["clause_before"].search(before) and context["clause_end"].match(after)
        return bool(context["clause_after"].match(after) or trails)
    if word.needs == "whether":
        return bool(context["whether"].match(after))
    if word.needs == "words":
        between = " " + " ".join(within.split()[1:])
        said = context["said_after"]
        return bool(said.match(after) or said.match(between) or context["said_before"].search(before))
    return True


@cache
def _lexicon() -> _Lexicon:
    table = tomllib.loads(resources.files("triage").joinpath("cues.toml").read_text("utf-8"))
    parts = table["parts"]
    nouns = dict(_forms(table["nouns"], "noun", {}))
    words = dict(_forms(table["verbs"], "verb", table["irregular"]))
    return _Lexicon(
        MappingProxyType(nouns),
        MappingProxyType(words),
        _pattern("|".join(_surface(key) for key in sorted({**nouns, **words}, key=len, reverse=True))),
        tuple(
            (Cue(name), _pattern("|".join(_expand(item, parts) for item in listed)))
            for name, listed in table["phrases"].items()
        ),
        tuple(
            (kind, entry["leads"], _pattern("|".join(_expand(item, parts) for item in entry["expressions"])))
            for kind, entry in table["hedges"].items()
        ),
        MappingProxyType({lemma: re.compile(_spaced(f" {wrong}")) for lemma, wrong in table["not_before"].items()}),
        MappingProxyType({k: re.compile(_spaced(_expand(v.strip("\n"), parts))) for k, v in table["context"].items()}),
    )


def _forms(
    table: Mapping[str, str], form: Literal["noun", "verb"], irregular: Mapping[str, str]
) -> Iterator[tuple[str, _Word]]:
    """Yield each inflected form with its word."""
    for name, listed in table.items():
        for entry in listed.split():
            lemma, _, needs = entry.partition("/")
            head, _, particle = lemma.partition("~")
            for surface in _plural(head) if form == "noun" else _inflect(head, irregular):
                key = f"{surface} {particle}" if particle else surface
                yield key, _Word(lemma.replace("~", " "), Cue(name), form, needs)


def _surface(key: str) -> str:
    """Return the expression for a form; up to three words may stand between a verb and its particle."""
    verb, _, particle = key.partition(" ")
    return rf"{verb}(?: [\w']+){{0,3}}? {particle}" if particle else re.escape(verb)


def _expand(pattern: str, parts: Mapping[str, str]) -> str:
    for _ in range(2):
        pattern = re.sub(r"\{([a-z_]+)\}", lambda match: parts[match.group(1)].strip(), pattern)
    return pattern


def _spaced(pattern: str) -> str:
    return re.sub(r"(?<!\[) (?![^\[\]]*\])", r"\\s+", pattern)


def _pattern(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_spaced(alternatives)})(?![\w-])")


def _inflect(verb: str, irregular: Mapping[str, str]) -> list[str]:
    """Return a verb's forms: base, third person, past, participle."""
    given = irregular.get(verb, "").split()
    stem = verb[:-1] if verb.endswith("e") else verb
    soft = verb.endswith("y") and verb[-2] not in "aeiou"
    third = verb[:-1] + "ies" if soft else verb + ("es" if verb.endswith(("s", "sh", "ch", "x")) else "s")
    past = verb[:-1] + "ied" if soft else stem + "ed"
    doubled = any(form.endswith("ing") for form in given)
    forms = [verb, third, *given]
    if not any(not form.endswith("ing") for form in given):
        forms.append(past)
    if not doubled:
        forms.append(stem + "ing")
    return list(dict.fromkeys(forms))


def _plural(noun: str) -> list[str]:
    if noun == "erratum":
        return [noun, "errata"]
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return [noun, noun[:-1] + "ies"]
    return [noun, noun + ("es" if noun.endswith(("s", "ch", "x")) else "s")]

"""Names and titles as they stand in a text: where they begin and end, and which words around them tell a role."""

from __future__ import annotations

import re
from collections.abc import Sequence

from triage.origins.lexicon import (
    CALENDAR,
    HONORIFICS,
    LEADING,
    ORGANISATION_NOUNS,
    PARTICLES,
    ROLE_NOUNS,
    SPOKESPEOPLE,
    UNNAMED_NOUNS,
)
from triage.origins.profile import FUNCTION_WORDS

CAPITALISED = r"[^\W\d_a-zß-öø-ÿ](?:\.(?=\s?[^\W\d_a-zß-öø-ÿ])|[\w’'-]*\w)?"
_JOIN = rf"(?:\s(?:{'|'.join(sorted(PARTICLES))})(?=\s))*"
NAME = re.compile(rf"(?<![\w’'-]){CAPITALISED}(?:{_JOIN}[ \u00a0]{CAPITALISED})*")
LONG_NAME = re.compile(rf"{NAME.pattern}(?:(?: &| of| for| and)(?: the)? {NAME.pattern})*")
WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SPEAKS = (
    r"(?:said|says|told|tells|added|adds|wrote|writes|warned|warns|denied|denies|insisted|insists|confirmed|confirms|"
    r"claimed|claims|explained|explains|replied|announced|mentioned|recalled|recalls|stated|states|thinks|argued|noted|"
    r"admitted|conceded|repeated|acknowledged|described|sagte|berichtete)"
)
_BEFORE = re.compile(r"((?:[\w’'-]+ ){0,5}[\w’'-]+),? $")
_AFTER = re.compile(
    r",? (?:(?P<age>\d\d),|(?P<role>(?:of|who|(?:the|a|an|its|his|her|their|one of|[\w’'-]+) )[^,.;:“”\"()\n]{2,110}))"
)
_LEADING = FUNCTION_WORDS | CALENDAR | LEADING | {"the", "a", "an"}
LINK = re.compile(r"\b(?:of|for|at|to|in|with|who|that|from|on|near)\b")
_LINKS = frozenset(
    "of for at from in on with who briefed close familiar to by near speaking involved working seen "
    "obtained signed sent shared leaked released published taken that dated".split()
)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|opened|went|came|took|gave|made)\b")


def bare(tokens: Sequence[str]) -> Sequence[str]:
    """Return the words of a name after its last title or role."""
    titles = [i for i, token in enumerate(tokens) if plain(token) in ROLE_NOUNS or plain(token) in HONORIFICS]
    return tokens[titles[-1] + 1 :] if titles else tokens


def trimmed(match: re.Match[str]) -> tuple[int, str]:
    """Return where a name begins and its text, without the capitalised words that only lead to it."""
    name, start = match.group(), match.start()
    while (first := name.split(maxsplit=1)) and first[0].lower().strip("’'.,") in _LEADING:
        rest = first[1] if len(first) > 1 else ""
        start += len(name) - len(rest)
        name = rest
    return start, re.sub(r"['’]s?$", "", name)


def leading_role(text: str, start: int) -> str:
    """Return the words before a name that tell its role: "returning officer", "the museum’s spokeswoman,"."""
    before = re.split(r"[.;:!?“”\"()\n]", text[max(0, start - 80) : start])[-1]
    match = _BEFORE.search(before)
    if not match:
        return ""
    words = match[1].split()
    return match[1] if plain(words[-1]) in ROLE_NOUNS else ""


def apposed(text: str, end: int) -> str:
    """Return what follows a name to say who bears it: ", a civil engineer who ...", " of the gendarmerie"."""
    match = _AFTER.match(text, end)
    if not match or not match["role"]:
        return ""
    if text[end] != "," and not match["role"].startswith("of "):
        return ""
    return re.split(r"\b(?:who|which|whose|said|says|told|added)\b", match["role"])[0]


def last_lines(text: str) -> list[str]:
    """Return the last two lines of a text that are not empty, the last first."""
    return [line.strip() for line in text.strip().splitlines() if line.strip()][-2:][::-1]


def is_name(line: str) -> bool:
    """Say whether a line is a person's name, with a comma and an office after it at most."""
    name = line.split(",")[0].strip()
    return 2 <= len(name.split()) <= 4 and bool(NAME.fullmatch(name))


def is_clause(words: str) -> bool:
    """Say whether some words hold a verb, and so are no name or description."""
    first = words.split(maxsplit=1)[0] if words.strip() else ""
    return bool(_VERB.search(words)) or (first[:1].islower() and first.endswith(("ed", "en", "ing")))


def is_plain(words: str) -> bool:
    """Say whether some words are a description that can stand alone as a speaker: "the official", "a surveyor"."""
    low = words_in(words)
    noun = head_noun(low) if low else ""
    return (
        bool(low) and low[0] in ("the", "a", "an", "one") and noun in (UNNAMED_NOUNS | ROLE_NOUNS | ORGANISATION_NOUNS)
    )


def is_role(head: str) -> bool:
    """Say whether a description names an office: "the returning officer", "its spokesman"."""
    low = words_in(head)
    return head_noun(low) in ROLE_NOUNS or bool(set(low) & SPOKESPEOPLE)


def plain(word: str) -> str:
    """Return a word in lower case, without possessive and full stop."""
    return re.sub(r"['’]s?$", "", word.lower()).strip(".")


def words_in(text: str) -> list[str]:
    """Return the words of a text as `plain` gives them."""
    return [plain(word) for word in WORDS.findall(text)]


def head_noun(low: Sequence[str]) -> str:
    """Return the head noun of a description: the word before its first preposition or participle."""
    for i, word in enumerate(low):
        if i and word in _LINKS:
            return low[i - 1]
    return low[-1]


def roles_in(text: str) -> frozenset[str]:
    """Return the role nouns in a text, those joined by a hyphen among them: "auditor-general"."""
    return frozenset(
        word for word in words_in(text) if word.rpartition("-")[2] in ROLE_NOUNS or word.partition("-")[0] in ROLE_NOUNS
    )

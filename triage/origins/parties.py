"""The party beside a cue: the noun phrase before or after it, found by closed-class words and capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from triage.origins.lexicon import ROLE_NOUNS

Range = tuple[int, int]

_TOKEN = re.compile(
    r"https?://[^\s)]+|\d[\d.,]*\d|[^\W_]+(?:[.’'&-][^\W_]+)*\.?(?<=[A-Z]\.)|[^\W_]+(?:[’'&/-][^\W_]+)*|[^\w\s]"
)
AUXILIARIES = frozenset(
    """am has have had having afterwards was were is are be been being would will could can may might should must
    did does do also later then earlier previously already repeatedly again now recently since never not only
    once even still often just simply further flatly firmly strongly categorically publicly privately reportedly
    allegedly initially subsequently both all always n't don't didn't doesn't hasn't haven't hadn't wouldn't
    couldn't won't cannot can't to so far""".split()
)
_HESITATIONS = frozenset(
    """refused refuses refusing declined declines declining failed fails wanted wants went goes going continued
    continues began begins tried tries sought seeks appeared appears seemed seems hastened rushed able unable was
    wished wishes decided chose""".split()
)
_STOPS = frozenset(
    """that whether if when while because although though as since but or whereas unless until how why what where than
    so yet after before amid despite said says""".split()
)
_VERBAL = frozenset("is are was were has have had will would could should may might did does do can must been".split())
PREPOSITIONS = frozenset(
    """in on at after before during from by with without for of to under over about against through amid despite since
    until near inside outside across between among following according""".split()
)
LEADS = (
    frozenset(
        """again meanwhile however later earlier today yesterday tomorrow tonight monday tuesday wednesday thursday
    saturday sunday still now then instead also moreover separately afterwards recently and but yet so or nor indeed
    first second finally january february march april may june july august september october november december only
    even just when once speaking""".split()
    )
    | PREPOSITIONS
)
_TIMES = frozenset("hour hours day days night week weeks month months year years minutes moments time".split())
_PAST = frozenset(
    "spoke went came took gave made left told wrote held met sent found saw put stood ran brought broke began".split()
)
DETERMINERS = frozenset(
    """the a an this that these those his her its their our my your one two three four five several some many most
    another other both no any each every all few another he she they we i it who you""".split()
)
_NOT_WHO = frozenset(
    """anyone nobody nothing it there which this that what who whom here these those something nothing everything
    anything monday tuesday wednesday thursday friday saturday sunday""".split()
)
_PERSONAL = frozenset("he she they we i it you who".split())
_AFTER_STOPS = (
    _STOPS | _VERBAL | {"on", "in", "at", "during", "by", "and", "adding", "saying", "via", "through", "to", "who"}
)
_LONGEST = 26


@dataclass(frozen=True)
class Token:
    """A word or mark: `text[start:end]`, with its lower-case form."""

    start: int
    end: int
    low: str

    @property
    def word(self) -> bool:
        """Whether it is a word rather than a mark."""
        return self.low[0].isalnum()


def tokens(text: str, start: int, end: int) -> list[Token]:
    """Return the words and marks of a stretch of text."""
    found = _TOKEN.finditer(text, start, end)
    return [Token(m.start(), m.end(), m.group().lower().replace("’", "'")) for m in found]


def subject_before(text: str, listed: Sequence[Token], at: int) -> tuple[Range, int] | None:
    """Return the subject that ends before token `at` (a cue), and the token at which the verb group begins.

    Steps over auxiliaries and adverbs ("has also", "declined to"), takes in "who" clauses and what stands between
    commas ("Jane Roe, the mayor, said"), and drops what leads in ("On Tuesday", "Meanwhile").
    """
    verb = at
    if at and listed[at - 1].low in ("and", "but"):
        return None
    while verb and (_auxiliary(listed[verb - 1]) or (listed[verb - 1].low in _HESITATIONS and verb < at)):
        if listed[verb - 1].low == "to" and not (verb > 1 and listed[verb - 2].low in _HESITATIONS):
            return None
        verb -= 1
    first = verb
    if first and listed[first - 1].low in ",—–)":
        opened = _apposition(text, listed, first - 1)
        if opened is None:
            return None
        first = opened
    first = _described(text, listed, _phrase_start(text, listed, first))
    first = _without_lead(text, listed, first, verb)
    while first < verb and not listed[first].word:
        first += 1
    if first >= verb or not _who(text, listed[first:verb]):
        return None
    end = verb - 1
    while not (listed[end].word or listed[end].low == ")"):
        end -= 1
    return (listed[first].start, listed[end].end), verb


def _auxiliary(token: Token) -> bool:
    return token.low in AUXILIARIES or (token.low.endswith("ly") and len(token.low) > 4 and token.low.islower())


def _apposition(text: str, listed: Sequence[Token], comma: int) -> int | None:
    """Return the token before which a phrase between commas, dashes or brackets opens, if one ends at `comma`."""
    opening = {")": "(", "—": "—", "–": "–"}.get(listed[comma].low, ",")
    for place in range(comma - 1, max(-1, comma - _LONGEST), -1):
        low = listed[place].low
        if low in '“”"«»;:':
            return None
        if low == opening:
            following = listed[place + 1] if place + 1 < comma else None
            plain = following is not None and (
                following.low in DETERMINERS | {"who", "whose", "formerly", "now"}
                or text[following.start].islower()
                or following.low.isdigit()
            )
            plain = plain and following is not None and following.low not in _VERBAL
            before = listed[place - 1] if place else None
            if (
                before is not None
                and before.word
                and (plain or opening != "," or text[before.start].isupper() or before.low in ROLE_NOUNS)
            ):
                return place
    return None


def _phrase_start(text: str, listed: Sequence[Token], end: int) -> int:
    """Return the first token of the noun phrase that ends before token `end`."""
    place = end
    while place and end - place < _LONGEST:
        token = listed[place - 1]
        if token.low in '“”"«»;:—–(),?!…|>*#' or (token.low == "." and not _initial(listed, place - 1)):
            break
        relative = token.low in ("who", "which", "whose") and place - 1 > 0 and listed[place - 2].word
        if token.low in _STOPS or (token.low in _VERBAL and not _in_relative(listed, place - 1)):
            break
        if token.low in ("and", "&") and not _joins(text, listed, place - 1):
            break
        place -= 1
        if token.low in _PERSONAL and not relative and token.low != "who":
            break
    return place


def _described(text: str, listed: Sequence[Token], first: int) -> int:
    """Step from a description back to the name that it follows: "Jane Roe, who advises the mayor, said"."""
    while (
        first > 1 and listed[first - 1].low == "," and listed[first].low in ("who", "whose", "which", "a", "an", "the")
    ):
        name = _phrase_start(text, listed, first - 1)
        capitals = sum(text[token.start].isupper() for token in listed[name : first - 1])
        if not 2 * capitals > first - 1 - name or (name and listed[name - 1].low == ","):
            break
        first = name
    return first


def _initial(listed: Sequence[Token], place: int) -> bool:
    return place > 0 and len(listed[place - 1].low) <= 2 and listed[place - 1].end == listed[place].start


def _in_relative(listed: Sequence[Token], place: int) -> bool:
    for token in reversed(listed[max(0, place - 12) : place]):
        if token.low in ("who", "which", "whose"):
            return True
        if token.low in ',.;:“”"':
            return False
    return False


def _joins(text: str, listed: Sequence[Token], place: int) -> bool:
    """Return whether an "and" joins two names or two plurals rather than two clauses."""
    if not 0 < place < len(listed) - 1:
        return False
    left, right = listed[place - 1], listed[place + 1]
    if right.low in DETERMINERS or right.low in LEADS:
        return (
            right.low in ("the", "his", "her", "its", "several", "two", "other")
            and text[left.start].isupper()
            and place < 6
        )
    both = text[left.start].isupper() and text[right.start].isupper()
    return both or (left.low.endswith("s") and text[right.start].islower())


def _without_lead(text: str, listed: Sequence[Token], first: int, verb: int) -> int:
    """Drop what leads into a clause: adverbs, and a preposition with all before the next article or name."""
    place = first
    while place < verb and listed[place].low in LEADS:
        preposition = listed[place].low in PREPOSITIONS
        place += 1
        if preposition:
            while place < verb and (listed[place].low in LEADS or not listed[place].word):
                place += 1
            fresh = (later for later in range(place + 1, verb) if _begins(text, listed, later))
            place = next(fresh, place) if listed[first].low != "of" else place
    return place


def _begins(text: str, listed: Sequence[Token], place: int) -> bool:
    """Return whether a noun phrase begins at a token: at an article, or at a name that nothing before it governs."""
    token, before = listed[place], listed[place - 1]
    if token.low in DETERMINERS:
        return True
    if token.low in LEADS or not text[token.start].isupper() or before.low in PREPOSITIONS:
        return False
    return before.low in LEADS or not text[before.start].isupper()


def _who(text: str, phrase: Sequence[Token]) -> bool:
    """Return whether a phrase can say something: a pronoun, a name, or a noun with an article or plural."""
    words = [token for token in phrase if token.word]
    if not words or (len(words) == 1 and words[0].low in _NOT_WHO - {"it", "who"}):
        return False
    if words[0].low in _STOPS | _VERBAL | {"to", "not"} or words[0].low.isdigit():
        return words[0].low.isdigit() and len(words) > 1
    relative = next((i for i, token in enumerate(words) if token.low in ("who", "which", "whose", "that")), len(words))
    return not any(token.low in _VERBAL for token in words[:relative])


def party_after(text: str, listed: Sequence[Token], at: int, *, described: bool = True) -> tuple[Range, int] | None:
    """Return the noun phrase that begins at token `at`, and the token after it.

    `described` takes in what stands after a comma ("Jane Roe, the mayor").
    """
    place = at
    while place < len(listed) and place - at < _LONGEST:
        token = listed[place]
        if token.low in '“”"«»;:—–(?!…|' or (token.low == "." and not _initial(listed, place)):
            break
        if token.low == "," and not (described and _goes_on(text, listed, place)):
            break
        if place > at and token.low in _AFTER_STOPS and not _goes_along(text, listed, place):
            break
        place += 1
        if token.low in _PERSONAL and place == at + 1:
            break
    end = place
    while end > at and not (listed[end - 1].word or listed[end - 1].low == ")"):
        end -= 1
    if end <= at or not _who(text, listed[at:end]) or listed[at].low in _AFTER_STOPS | LEADS - {"of"}:
        return None
    return (listed[at].start, listed[end - 1].end), place


def _goes_on(text: str, listed: Sequence[Token], comma: int) -> bool:
    """Return whether a comma opens a description of the name before it ("said Jane Roe, the mayor")."""
    if comma + 1 >= len(listed) or not comma or not text[listed[comma - 1].start].isupper():
        return False
    following = listed[comma + 1]
    if following.low in ("the", "a", "an", "head", "former") or following.low in ROLE_NOUNS:
        return True
    return following.low.isdigit()


def _goes_along(text: str, listed: Sequence[Token], place: int) -> bool:
    return _joins(text, listed, place) if listed[place].low == "and" else _bound(text, listed, place)


def _bound(text: str, listed: Sequence[Token], place: int) -> bool:
    """Return whether a preposition belongs to the noun before it: "officials in Minsk", "the man who saw it"."""
    low, following = listed[place].low, listed[place + 1] if place + 1 < len(listed) else None
    if low == "who" or (low == "to" and listed[place - 1].low in ROLE_NOUNS):
        return True
    if low == "by" and listed[place - 1].low.endswith(("ed", "en", "nt")):
        return True
    if following is None or low not in ("in", "at"):
        return False
    return (
        text[following.start].isupper() and following.low not in LEADS and not text[listed[place - 1].start].isupper()
    )


def lead_subject(text: str, listed: Sequence[Token]) -> Range | None:
    """Return the subject that a sentence begins with: its first noun phrase, up to what looks like a past tense."""
    first = next((place for place, token in enumerate(listed) if token.word and token.low not in LEADS), len(listed))
    opening = [token.low for token in listed[first : first + 6]]
    if "," in opening and any(low in _TIMES for low in opening[: opening.index(",")]):
        first += opening.index(",") + 1
    party = party_after(text, listed, first) if first < len(listed) else None
    if party is None:
        return None
    (start, end), _ = party
    name = list(takewhile(lambda token: text[token.start].isupper(), listed[first:]))
    if len(name) > 1 and listed[first].low not in DETERMINERS:
        return start, name[-1].end
    for before, token in pairwise(token for token in listed[first:] if token.end <= end):
        past = token.low.endswith("ed") or token.low in _PAST
        if past and text[token.start].islower() and before.low not in DETERMINERS:
            return start, before.end
    return start, end

"""Passages as a model may see them: data from strangers, fenced, without hidden text, and apart where they give orders.

Whatever is read in one model call can be swayed by whatever else stands in that call. So passages of a document that
speaks to machines are read in a call of their own, where an order can colour that document alone. As that is told by
its looks, and looks can be avoided, a call that holds several documents also holds a control passage about something
else: a model that finds a stance in it is following orders, and every document is then read alone.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from anyascii import anyascii

from triage.schema import Claim, Passage, sha256

CONTROLS = (
    "The reading room opens at nine in the morning and closes at five, with an hour's break at noon.",
    "Stir the flour into the melted butter, add the milk a little at a time, and let it thicken.",
    "Line 4 stops at the market every twelve minutes; the last tram leaves the depot at half past eleven.",
    "Oak, beech and hornbeam stand along the lower path, larch and spruce above it.",
    "The choir rehearses on Thursdays in the school hall; new altos are welcome.",
    "A sharp blade, a wet stone and a steady angle of twenty degrees are all that is needed.",
)
"""Passages that can bear on no claim."""

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAGS = range(0xE0000, 0xE0080)
_UNSEEN_LIMIT = 8


@cache
def _orders() -> dict[str, re.Pattern[str]]:
    """Return what speaks to a machine, by what it does, from `orders.toml`."""
    table = tomllib.loads((resources.files("triage.readers") / "orders.toml").read_text("utf-8"))
    flags = re.IGNORECASE | re.MULTILINE | re.VERBOSE
    return {kind: re.compile(pattern, flags) for kind, pattern in table.items()}


def visible(text: str) -> str:
    """Return a text without what a reader of the page does not see: HTML comments, and characters of no width."""
    text = _COMMENT.sub(" ", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn"))


def gives_orders(text: str) -> str | None:
    """Return why a text seems to speak to a machine, or None. A false alarm costs one more call, and no evidence."""
    if any(ord(c) in _TAGS for c in text):
        return "it holds invisible tag characters"
    if _COMMENT.search(text):
        return "it holds a comment that the page does not show"
    shown = visible(text)
    if len(text) - len(shown) >= _UNSEEN_LIMIT:
        return "it holds characters that cannot be seen"
    plain = unicodedata.normalize("NFKC", shown)
    for form in (plain, anyascii(plain)):
        for kind, pattern in _orders().items():
            if found := pattern.search(form):
                return f"{kind} (“{' '.join(found.group().split())[:60]}”)"
    return None


@dataclass(frozen=True)
class Group:
    """Passages that may be read in one call; `alone` says why they are read apart from others."""

    passages: tuple[Passage, ...]
    alone: str = ""

    @property
    def shared(self) -> bool:
        """Say whether several documents would be read together."""
        return len({p.doc_id for p in self.passages}) > 1

    def halves(self) -> list[Group]:
        """Return it in two groups."""
        middle = (len(self.passages) + 1) // 2
        return [Group(self.passages[:middle], self.alone), Group(self.passages[middle:], self.alone)]


def groups(passages: Iterable[Passage], *, budget: int, isolate: bool = False) -> list[Group]:
    """Return the passages in groups of at most `budget` characters; documents that give orders, or all, are apart."""
    written: dict[str, list[Passage]] = {}
    for passage in passages:
        written.setdefault(passage.doc_id, []).append(passage)
    together: list[Passage] = []
    apart: list[Group] = []
    for members in written.values():
        reason = next(filter(None, (gives_orders(p.text) for p in members)), None)
        if reason or isolate:
            apart += _fitting(members, budget, reason or "")
        else:
            together += members
    return _fitting(together, budget, "") + apart


def by_document(group: Group, reason: str) -> list[Group]:
    """Return a group as one group a document."""
    ids = dict.fromkeys(p.doc_id for p in group.passages)
    return [Group(tuple(p for p in group.passages if p.doc_id == doc_id), reason) for doc_id in ids]


def _fitting(passages: Sequence[Passage], budget: int, reason: str) -> list[Group]:
    found: list[list[Passage]] = []
    room = 0
    for passage in passages:
        if not found or len(passage.text) > room:
            found.append([])
            room = budget
        found[-1].append(passage)
        room -= len(passage.text)
    return [Group(tuple(members), reason) for members in found]


def number(name: str) -> str:
    """Return the number of a passage as it is shown (`P1`), however a model writes it; empty where it is none."""
    digits = re.search(r"\d{1,6}", name)
    return f"P{int(digits.group())}" if digits else ""


@dataclass(frozen=True)
class Sheet:
    """What one call shows: numbered passages between fences that their writers cannot know.

    `numbers` maps each number (`P1`) to its passage; `control` is the number of the control passage, if there is one.
    """

    text: str
    boundary: str
    numbers: dict[str, Passage]
    control: str | None

    @property
    def listed(self) -> str:
        """Return the numbers in order: `P1, P2, P3`."""
        names = [*self.numbers, *([self.control] if self.control else [])]
        return ", ".join(sorted(names, key=lambda n: int(n[1:])))

    def named(self, name: str) -> Passage | None:
        """Return the passage that a model means by `P1`, `[P1]` or `1`; None where there is none."""
        return self.numbers.get(number(name))


def sheet(claim: Claim, group: Group, *, control: bool = True) -> Sheet:
    """Lay out a group for a model, with a control passage where several documents share it.

    The mark of the fences is a hash of everything that is shown: the same for the same request, so that a recorded or
    cached answer fits it, and not to be known by the writer of one passage.
    """
    texts = [visible(p.text).strip() for p in group.passages]
    digest = sha256("\0".join([claim.text, *texts]))
    mark = _mark(digest, claim.text, *texts)
    places: list[Passage | None] = list(group.passages)
    if control and group.shared:
        seat = int(digest[:8], 16) % (len(places) + 1)
        places.insert(seat, None)
        texts.insert(seat, CONTROLS[int(digest[8:16], 16) % len(CONTROLS)])
    lines = [f"=== {mark} P{n} ===\n{text}\n=== {mark} end of P{n} ===" for n, text in enumerate(texts, start=1)]
    numbers = {f"P{n}": place for n, place in enumerate(places, start=1)}
    return Sheet(
        text="\n\n".join(lines),
        boundary=mark,
        numbers={name: place for name, place in numbers.items() if place is not None},
        control=next((name for name, place in numbers.items() if place is None), None),
    )


def fenced(text: str) -> tuple[str, str]:
    """Return a single text between fences, as it is visible, and the mark of the fences."""
    seen = visible(text).strip()
    mark = _mark(sha256(seen), seen)
    return f"=== {mark} ===\n{seen}\n=== end of {mark} ===", mark


def _mark(digest: str, *texts: str) -> str:
    """Return the first piece of a digest that stands in none of the texts."""
    marks = (digest[i : i + 12] for i in range(52))
    return next(mark for mark in marks if not any(mark in text for text in texts))

"""The reading of one claim in as few calls as it takes, however the replies turn out.

A reply that is cut off, refused, filtered or no JSON is asked for again in halves, so that the passage that caused it
is found and the others are read; how often is bounded. A reply that gives a stance to the control passage follows
orders: its documents are then read one by one.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from triage.errors import ModelError, UnreadableReply
from triage.readers import Readings
from triage.readers.asking import Asker, Asking
from triage.readers.replies import Reply, Request, added
from triage.readers.untrusted import Group, Sheet, by_document, groups, number, sheet
from triage.schema import Claim, Json, Passage, Probabilities, Reading, ReadingStatus, Stance, Usage

VOICES = 3
"""Readings that one passage may bring: two voices and one more."""

Made = Callable[[Passage, Json, str], Reading]
"""Makes a reading of a passage from what the model said, and from the reason why it was read alone, if it was."""

_NEUTRAL = Probabilities(supports=0.0, refutes=0.0, neutral=1.0)


def reading(
    asker: Asker,
    claim: Claim,
    passages: Sequence[Passage],
    request: Callable[[Sheet], Request],
    made: Made,
) -> Asking[Readings]:
    """Read passages: yield what `request` makes of each sheet, and return what `made` makes of the replies.

    An answer has `readings`, a list of objects with a `passage` (its number) and a `stance`.

    Raises:
        ModelError: the model could not be reached for any passage.
        UnreadableReply: it answered, but for no passage usably; `.raw` is what it said.
    """
    todo = deque(groups(passages, budget=asker.budget, isolate=asker.isolate))
    work = Work(claim, passages, made, todo, tries=2 * len(passages).bit_length())
    while work.todo:
        group = work.todo.popleft()
        shown = sheet(claim, group)
        asked = request(shown)
        try:
            reply = yield asked
        except ModelError as error:
            work.failed(group, error)
            continue
        if work.take(group, shown, reply):
            asker.keep(asked, reply)
    return work.result()


@dataclass
class Work:
    """The reading of one claim: what is still to be read, how often it may be divided, and what has been found."""

    claim: Claim
    passages: Sequence[Passage]
    made: Made
    todo: deque[Group]
    tries: int
    found: dict[str, list[Reading]] = field(default_factory=dict)
    strange: list[Reading] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    model: str | None = None
    failure: ModelError | None = None

    def take(self, group: Group, shown: Sheet, reply: Reply) -> bool:
        """Take up a reply; say whether all of it could be used."""
        self.usage = added(self.usage, reply.usage)
        self.model = reply.model or self.model
        items = _items(reply)
        strays, by_number = _sorted(items, shown)
        if reply.status != "ok" and shown.control not in (None, *by_number):
            by_number = {}
        if _obeyed(by_number.pop(shown.control, []) if shown.control else []):
            self.todo.extendleft(reversed(by_document(group, "a passage that bears on nothing was given a stance")))
            return False
        status: ReadingStatus = "missing" if reply.status == "ok" else _status(reply)
        unread = [p for name, p in shown.numbers.items() if not by_number.get(name)]
        if unread and reply.status != "ok" and len(group.passages) > 1 and self.tries > 0:
            self.tries -= 1
            rest = Group(tuple(unread), group.alone)
            self.todo.extendleft(reversed([rest] if len(unread) < len(group.passages) else rest.halves()))
            unread = []
        for name, passage in shown.numbers.items():
            if given := by_number.get(name):
                self.found[passage.passage_id] = self._readings(passage, given, group.alone)
            elif passage in unread:
                raw = reply.text if status != "missing" else None
                self.found[passage.passage_id] = [unread_one(passage.passage_id, status, raw)]
        self.strange += [unread_one(str(item.get("passage")), "invalid", json.dumps(item)) for item in strays]
        read = [r for p in group.passages for r in self.found.get(p.passage_id, [])]
        return reply.status == "ok" and not strays and all(r.status == "ok" for r in read)

    def failed(self, group: Group, error: ModelError) -> None:
        """Take up that a group could not be read."""
        self.failure = self.failure or error
        for passage in group.passages:
            self.found[passage.passage_id] = [unread_one(passage.passage_id, "error", str(error))]

    def result(self) -> Readings:
        """Return the readings in the order of the passages."""
        readings = [r for p in self.passages for r in self.found[p.passage_id]]
        if readings and all(r.status != "ok" for r in readings):
            raise self._nothing(readings)
        return Readings([*readings, *self.strange], usage=self.usage, model=self.model)

    def _readings(self, passage: Passage, items: Sequence[Json], alone: str) -> list[Reading]:
        """Return the readings of one passage: those with a stance, if there are any."""
        readings = [self.made(passage, item, alone) for item in items]
        telling = [r for r in readings if r.status == "ok" and r.stance is not Stance.NEUTRAL]
        usable = telling or [r for r in readings if r.status == "ok"][:1] or readings[:1]
        return list(dict.fromkeys(usable))[:VOICES]

    def _nothing(self, readings: Sequence[Reading]) -> ModelError:
        if self.failure is not None:
            error = self.failure
            error.claim = self.claim.claim_id
        else:
            raw = "\n".join(dict.fromkeys(r.raw for r in readings if r.raw))
            how = ", ".join(dict.fromkeys(r.status for r in readings))
            message = f"the model answered for none of {len(readings)} passages usably ({how}); see .raw"
            error = UnreadableReply(message, raw=raw, claim=self.claim.claim_id)
        error.usage = self.usage
        return error


def unread_one(passage_id: str, status: ReadingStatus, raw: str | None = None) -> Reading:
    """Return the reading of a passage for which there is no usable answer."""
    return Reading(passage_id=passage_id, stance=Stance.NEUTRAL, probabilities=_NEUTRAL, status=status, raw=raw)


def _status(reply: Reply) -> ReadingStatus:
    return "error" if reply.status == "overflow" else reply.status if reply.status != "ok" else "missing"


def _items(reply: Reply) -> list[Json]:
    """Return the readings of a reply; of one that was cut off, those that are complete."""
    if reply.answer is not None:
        given = reply.answer["readings"]
        return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    if reply.status != "truncated":
        return []
    items: list[Json] = []
    decoder = json.JSONDecoder()
    at = reply.text.find("[")
    while (at := reply.text.find("{", at)) >= 0 and reply.text.find("[") >= 0:
        try:
            item, at = decoder.raw_decode(reply.text, at)
        except ValueError:
            break
        items.append(item)
    return items


def _sorted(items: Sequence[Json], shown: Sheet) -> tuple[list[Json], dict[str, list[Json]]]:
    """Return what was said of passages that were not shown, and of each that was, by number."""
    strays: list[Json] = []
    by_number: dict[str, list[Json]] = {}
    for item in items:
        name = number(str(item.get("passage", "")))
        if name in shown.numbers or name == shown.control:
            by_number.setdefault(name, []).append(item)
        else:
            strays.append(item)
    return strays, by_number


def _obeyed(items: Sequence[Json]) -> bool:
    """Say whether the control passage was given a stance."""
    return any(item.get("stance") in (Stance.SUPPORTS, Stance.REFUTES) for item in items)

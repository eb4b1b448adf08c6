"""What a run keeps of each answer: enough to score it again, with another metric or another rule, without a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal, cast

from triage.errors import ModelError, UnreadableReply
from triage.schema import Frozen, Reading, Stance, Verdict

Status = Literal["ok", "abstained", "invalid", "refused", "truncated", "error"]

FAILED = frozenset({"invalid", "refused", "truncated", "error"})
"""What a resumed run asks again."""

_FROM_READING: Mapping[str, Status] = {
    "missing": "abstained",
    "invalid": "invalid",
    "refused": "refused",
    "filtered": "refused",
    "truncated": "truncated",
    "error": "error",
}


class Found(Frozen):
    """A passage that the search found, with those that it stands for."""

    passage_id: str
    score: float
    duplicates: tuple[str, ...] = ()


class Row(Frozen):
    """The answer to one claim in one epoch.

    `ok` has a verdict. `abstained`: the reader left every passage out. `invalid`, `refused`, `truncated`: its replies
    could not be used. `error`: a model, the network or the code failed, and `error` says how. Whatever the status,
    the row counts in n.
    """

    claim_id: str
    epoch: int = 0
    status: Status
    error: str = ""
    raw: str | None = None
    seconds: float = 0.0
    found: tuple[Found, ...] = ()
    readings: tuple[Reading, ...] = ()
    verdict: Verdict | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Return what identifies the row in its run."""
        return self.claim_id, self.epoch


def row_of(claim_id: str, epoch: int, trail: Mapping[str, Any], seconds: float) -> Row:
    """Return the row for a trail."""
    readings = tuple(cast("list[Reading]", trail.get("readings") or []))
    verdict: Verdict | None = trail.get("verdict")
    status = status_of(readings) if verdict is not None else "abstained"
    found = tuple(
        Found(
            passage_id=hit.passage.passage_id,
            score=round(hit.score, 6),
            duplicates=tuple(passage.passage_id for passage in hit.duplicates),
        )
        for hit in trail.get("hits") or []
    )
    return Row(
        claim_id=claim_id,
        epoch=epoch,
        status=status,
        seconds=round(seconds, 4),
        found=found,
        readings=readings,
        verdict=None if verdict is None else _slim(verdict),
    )


def failed_row(claim_id: str, epoch: int, error: Exception, seconds: float) -> Row:
    """Return the row for a claim that could not be answered."""
    said = str(error) if isinstance(error, ModelError) else f"{type(error).__name__}: {error}"
    return Row(
        claim_id=claim_id,
        epoch=epoch,
        status="invalid" if isinstance(error, UnreadableReply) else "error",
        error=said,
        raw=error.raw if isinstance(error, UnreadableReply) else None,
        seconds=round(seconds, 4),
    )


def status_of(readings: tuple[Reading, ...]) -> Status:
    """Return `ok` if any reading can be used or there was nothing to read, else what most of them came to."""
    if not readings or any(reading.status == "ok" for reading in readings):
        return "ok"
    return _FROM_READING[Counter(reading.status for reading in readings).most_common(1)[0][0]]


def quotes_offered(row: Row) -> int:
    """Return how many quotes were offered as evidence, by the readings or, where there are none, by the verdict."""
    if not row.readings and row.verdict is not None:
        return len(row.verdict.evidence) + len(row.verdict.rejected)
    return sum(reading.status == "ok" and reading.stance is not Stance.NEUTRAL for reading in row.readings)


def _slim(verdict: Verdict) -> Verdict:
    """Leave out the matching spans of relays, which are most of a verdict's size and which no metric reads."""
    relays = tuple(relay.model_copy(update={"basis": ()}) for relay in verdict.relays)
    return verdict.model_copy(update={"relays": relays})

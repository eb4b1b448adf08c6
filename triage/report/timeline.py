"""The verdict over time: what could be known on each day on which evidence appeared."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from triage.schema import Claim, Document, Evidence, Verdict, last_day

ROUNDS = 3
"""Times that dates met only in earlier verdicts are looked at in turn."""


class Checker(Protocol):
    """What checks claims against documents (`triage.Triage`)."""

    def check(self, claim: str | Claim, *, as_of: str | None = None) -> Verdict:
        """Return the verdict on a claim."""
        ...

    def document(self, doc_id: str) -> Document:
        """Return a document."""
        ...


def timeline(triage: Checker, claim: str | Claim, *, now: Verdict | None = None) -> list[tuple[date, Verdict]]:
    """Return the verdict as of each day on which evidence for or against a claim was published, oldest first.

    The claim is checked again for each day, with the knowledge of that day; `now` spares the first check where it is
    at hand. What was found only on an earlier day adds its own day. Evidence without a date is in no entry.

    Raises:
        ModelError: the reader's model or the network failed.
    """
    found: dict[date, Verdict] = {}
    now = triage.check(claim) if now is None else now
    until = last_day(now.as_of) if now.as_of else date.max
    new = _days(triage, now)
    for _ in range(ROUNDS):
        for day in sorted(d for d in new if d <= until):
            found[day] = triage.check(claim, as_of=day.isoformat())
        new = {day for verdict in found.values() for day in _days(triage, verdict)} - set(found)
        if not new:
            break
    return sorted(found.items())


def published(evidence: Evidence, document: Document) -> str | None:
    """Return when cited words were published: the date of their post where it has one, else that of the document."""
    at = evidence.citation.start
    post = next((s for s in document.segments if s.start <= at < s.end and s.published), None)
    return post.published if post else document.published


def _days(triage: Checker, verdict: Verdict) -> set[date]:
    dates = (published(item, triage.document(item.document.doc_id)) for item in verdict.evidence)
    return {last_day(when) for when in dates if when}


def changes(entries: list[tuple[date, Verdict]]) -> list[tuple[date, Verdict, tuple[Evidence, ...]]]:
    """Return each entry with the evidence that was not in the one before: what changed the verdict."""
    known: set[tuple[str, int, str]] = set()
    told = []
    for day, verdict in entries:
        keys = {(e.citation.doc_id, e.citation.start, e.stance.value): e for e in verdict.evidence}
        told.append((day, verdict, tuple(e for key, e in keys.items() if key not in known)))
        known |= set(keys)
    return told

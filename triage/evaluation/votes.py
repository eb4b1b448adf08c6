"""What people do today, from the same readings: count documents, or count publishers.

Both see exactly the citations that the origins were counted from and give labels by the same table, so the paired
difference to them is what tracing origins is worth, and it costs no model call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from triage.evaluation.data import Dataset
from triage.evaluation.results import Report
from triage.evaluation.rows import Row
from triage.evaluation.scoring import score_rows
from triage.schema import Evidence, OriginCount, Stance, Verdict
from triage.verdict import label_of

Vote = Literal["document", "publisher"]
VOTES: tuple[Vote, ...] = ("document", "publisher")

_VOTER: Mapping[Vote, Callable[[Evidence], str]] = {
    "document": lambda evidence: evidence.document.doc_id,
    # A document that names no publisher is counted as one of its own.
    "publisher": lambda evidence: evidence.document.publisher or evidence.document.doc_id,
}


def voted(verdict: Verdict, vote: Vote) -> Verdict:
    """Return the verdict with documents or publishers counted where origins were."""
    support, refute = (_count(verdict.evidence, stance, vote) for stance in (Stance.SUPPORTS, Stance.REFUTES))
    changed = {"support": support, "refute": refute, "label": label_of(support, refute)}
    return verdict.model_copy(update=changed)


def by_vote(report: Report, dataset: Dataset, vote: Vote) -> Report:
    """Return the report that a vote over the answers of a run would have had. It has no confidence of its own."""
    rows: dict[tuple[str, int], Row] = {
        key: row.model_copy(update={"verdict": voted(row.verdict, vote)}) if row.verdict else row
        for key, row in report.rows.items()
    }
    scores = [s.model_copy(update={"confidence": None}) for s in score_rows(dataset, rows, report.info.epochs)]
    info = report.info.model_copy(update={"decider": vote})
    return Report(info, tuple(scores), rows)


def _count(evidence: Iterable[Evidence], stance: Stance, vote: Vote) -> OriginCount:
    voters = {_VOTER[vote](one) for one in evidence if one.stance is stance}
    return OriginCount(n_min=len(voters), n_max=len(voters))

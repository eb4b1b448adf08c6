"""Did the reader read the gold passages rightly? This parts mistakes of reading from those of search and counting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage.evaluation.data import GoldSpan
from triage.evaluation.metrics.citations import meets
from triage.evaluation.metrics.retrieval import place
from triage.evaluation.metrics.table import mean_of
from triage.schema import Evidence, Reading

METRICS = [
    mean_of(
        "stance_accuracy", "higher", "share of the gold passages put before the reader that it read rightly", share=True
    ),
]


def accuracy(readings: Iterable[Reading], cited: Sequence[Evidence], spans: Iterable[GoldSpan]) -> float | None:
    """Return the share of the gold passages put before the reader that are cited with their stance, and no other.

    None where none of them was put before it.
    """
    read = [place(reading.passage_id) for reading in readings if reading.status == "ok"]
    rights = []
    for span in spans:
        if any(doc_id == span.doc_id and meets(passage.start, passage.end, span) for doc_id, passage in read):
            stances = {
                evidence.stance
                for evidence in cited
                if evidence.citation.doc_id == span.doc_id
                and meets(evidence.citation.start, evidence.citation.end, span)
            }
            rights.append(stances == {span.stance})
    return sum(rights) / len(rights) if rights else None

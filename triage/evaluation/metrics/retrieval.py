"""Did the search find what bears on the claim? Over documents, in the order in which their passages were found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from triage.evaluation.data import GoldSpan
from triage.evaluation.metrics.citations import meets
from triage.evaluation.metrics.table import mean_of
from triage.evaluation.rows import Found
from triage.schema import Span

DEPTHS = (5, 10, 20)

METRICS = [
    *(mean_of(f"recall@{k}", "higher", f"share of the gold documents among the first {k}", share=True) for k in DEPTHS),
    mean_of("ndcg@10", "higher", "gain of the first 10 documents, by place", "Järvelin and Kekäläinen 2002"),
    mean_of("mrr", "higher", "1 / place of the first gold document", "Voorhees 1999"),
    mean_of("found", "higher", "share of the gold origins of which a passage was found at all", share=True),
]


def place(passage_id: str) -> tuple[str, Span]:
    """Return the document and the stretch of it that a passage id names."""
    doc_id, _, offsets = passage_id.rpartition(":")
    start, _, end = offsets.partition("-")
    return doc_id, Span(start=int(start), end=int(end))


def documents(found: Iterable[Found]) -> list[str]:
    """Return the documents in the order found; those of a passage's near-copies stand behind it."""
    ids = (passage_id for hit in found for passage_id in (hit.passage_id, *hit.duplicates))
    return list(dict.fromkeys(place(passage_id)[0] for passage_id in ids))


def recall(ranked: Sequence[str], relevant: frozenset[str], k: int) -> float | None:
    """Return the share of relevant documents among the first k; None where none is relevant."""
    return len(relevant.intersection(ranked[:k])) / len(relevant) if relevant else None


def ndcg(ranked: Sequence[str], relevant: frozenset[str], k: int) -> float | None:
    """Return the discounted gain of the first k over the best possible; None where nothing is relevant."""
    if not relevant:
        return None
    gain = sum(1 / math.log2(i + 2) for i, doc_id in enumerate(ranked[:k]) if doc_id in relevant)
    best = sum(1 / math.log2(i + 2) for i in range(min(k, len(relevant))))
    return gain / best


def reciprocal_rank(ranked: Sequence[str], relevant: frozenset[str]) -> float | None:
    """Return 1 / place of the first relevant document, 0 where none was found; None where none is relevant."""
    if not relevant:
        return None
    return next((1 / place for place, doc_id in enumerate(ranked, 1) if doc_id in relevant), 0.0)


def groups_found(found: Iterable[Found], spans: Sequence[GoldSpan]) -> float | None:
    """Return the share of any-of groups of which a passage was found; None where there are none."""
    groups = {span.group for span in spans}
    seen = [place(passage_id) for hit in found for passage_id in (hit.passage_id, *hit.duplicates)]
    hit_groups = {
        span.group
        for span in spans
        if any(doc_id == span.doc_id and meets(there.start, there.end, span) for doc_id, there in seen)
    }
    return len(hit_groups) / len(groups) if groups else None


def values(found: Sequence[Found], relevant: frozenset[str], spans: Sequence[GoldSpan]) -> dict[str, float | None]:
    """Return the retrieval values of one claim."""
    ranked = documents(found)
    return {
        **{f"recall@{k}": recall(ranked, relevant, k) for k in DEPTHS},
        "ndcg@10": ndcg(ranked, relevant, 10),
        "mrr": reciprocal_rank(ranked, relevant),
        "found": groups_found(found, spans),
    }

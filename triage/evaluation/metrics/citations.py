"""Are the citations those that a labeller would give? ALCE's precision and recall over gold passages.

Gao et al. 2023 (ALCE) ask of each statement whether its citations carry it (recall) and of each citation whether it
carries anything (precision), by a model's judgement. Here the gold passages judge: an origin on a side is recalled
once any one of its passages is cited (any-of groups: relays of an origin are as good as each other), and a citation is
precise if it meets a gold passage of the same document and stance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage.evaluation.data import GoldSpan
from triage.evaluation.metrics.table import mean_of
from triage.schema import Evidence, Span, Stance

ALCE = "Gao et al. 2023, arXiv:2305.14627, with gold passages as the judge"

METRICS = [
    mean_of(
        "citation_precision", "higher", "share of a verdict's citations that meet a gold passage", ALCE, share=True
    ),
    mean_of("citation_recall", "higher", "share of the gold origins of which a passage is cited", ALCE, share=True),
    mean_of("verbatim", "higher", "share of offered quotes that stand in their document letter for letter", share=True),
    mean_of("ungrounded", "lower", "share of offered quotes that do not stand in their document", share=True),
]


def meets(start: int, end: int, span: Span | GoldSpan) -> bool:
    """Say whether two stretches of a text share at least half of the shorter one."""
    shared = min(end, span.end) - max(start, span.start)
    return shared > 0 and 2 * shared >= min(end - start, span.end - span.start)


def precise(evidence: Evidence, spans: Iterable[GoldSpan]) -> bool:
    """Say whether a citation meets a gold passage of its document and stance."""
    citation = evidence.citation
    return any(
        span.doc_id == citation.doc_id and span.stance is evidence.stance and meets(citation.start, citation.end, span)
        for span in spans
    )


def precision(cited: Sequence[Evidence], spans: Sequence[GoldSpan]) -> float | None:
    """Return the share of citations that are precise; None where nothing is cited."""
    return sum(precise(evidence, spans) for evidence in cited) / len(cited) if cited else None


def recall(cited: Sequence[Evidence], spans: Sequence[GoldSpan]) -> float | None:
    """Return the share of any-of groups of which a passage is cited; None where there are none."""
    groups = {span.group for span in spans}
    hit = {span.group for span in spans for evidence in cited if precise(evidence, [span])}
    return len(hit) / len(groups) if groups else None


def grounding(offered: int, cited: Sequence[Evidence]) -> dict[str, float | None]:
    """Return the shares of `offered` quotes that are verbatim, and that are not in their document."""
    if not offered:
        return {"verbatim": None, "ungrounded": None}
    exact = sum(evidence.citation.match == "exact" for evidence in cited)
    return {"verbatim": exact / offered, "ungrounded": max(0, offered - len(cited)) / offered}


def labelled_documents(cited: Iterable[Evidence]) -> dict[str, Stance]:
    """Return the stance of each cited document: that of its most probable citation."""
    best: dict[str, Evidence] = {}
    for evidence in cited:
        there = best.get(evidence.citation.doc_id)
        if there is None or evidence.probability > there.probability:
            best[evidence.citation.doc_id] = evidence
    return {doc_id: evidence.stance for doc_id, evidence in best.items()}

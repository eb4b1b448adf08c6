"""From an answer and its gold to a score: pure, and without a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from triage.evaluation.data import Dataset, Item, Scheme
from triage.evaluation.metrics import citations, origins, retrieval, stances
from triage.evaluation.metrics.costs import flip_rate
from triage.evaluation.rows import FAILED, Row, quotes_offered
from triage.evaluation.scores import Score

COUNTED = ("calls", "input_tokens", "cached_tokens", "output_tokens")


def score_rows(dataset: Dataset, rows: Mapping[tuple[str, int], Row], epochs: int) -> list[Score]:
    """Return the scores of a run, by epoch and in the order of the claims; an answer that is missing is an error."""
    scores = []
    for epoch in range(epochs):
        for item in dataset.items:
            key = (item.claim.claim_id, epoch)
            row = rows.get(key) or Row(claim_id=key[0], epoch=epoch, status="error", error="never answered")
            scores.append(score(item, row, dataset.scheme))
    return with_flips(scores) if epochs > 1 else scores


def score(item: Item, row: Row, scheme: Scheme) -> Score:
    """Return the score of one answer."""
    answered = row.status == "ok" and row.verdict is not None
    verdict = row.verdict if answered else None
    return Score(
        claim_id=item.claim.claim_id,
        epoch=row.epoch,
        story=item.story,
        split=item.split,
        text=item.claim.text,
        status=row.status,
        gold=item.label,
        label=None if verdict is None else scheme.names[verdict.label],
        confidence=None if verdict is None else verdict.confidence,
        gold_support=item.support,
        gold_refute=item.refute,
        support=None if verdict is None else verdict.support,
        refute=None if verdict is None else verdict.refute,
        values=_values(item, row),
    )


def with_flips(scores: Iterable[Score]) -> list[Score]:
    """Return the scores with the flip rate of each claim on its first epoch."""
    by_claim: dict[str, list[Score]] = {}
    scores = list(scores)
    for one in scores:
        by_claim.setdefault(one.claim_id, []).append(one)
    rates = {claim_id: flip_rate([one.label for one in ones]) for claim_id, ones in by_claim.items()}
    return [
        one.model_copy(update={"values": {**one.values, "flip_rate": rates[one.claim_id]}}) if one.epoch == 0 else one
        for one in scores
    ]


def _values(item: Item, row: Row) -> dict[str, float | None]:
    values: dict[str, float | None] = {
        "answered": float(row.status == "ok"),
        "errors": float(row.status in FAILED),
        "seconds": row.seconds,
        **retrieval.values(row.found, item.relevant, item.spans),
    }
    verdict = row.verdict if row.status == "ok" else None
    if verdict is None:
        return {**values, "citation_recall": citations.recall((), item.spans)}
    if item.support is not None and item.refute is not None:
        values |= origins.values((verdict.support, verdict.refute), (item.support, item.refute))
    if item.label is not None:
        values["citation_precision"] = citations.precision(verdict.evidence, item.spans)
        values["citation_recall"] = citations.recall(verdict.evidence, item.spans)
        values["stance_accuracy"] = stances.accuracy(row.readings, verdict.evidence, item.spans)
    values |= citations.grounding(quotes_offered(row), verdict.evidence)
    if verdict.run is not None:
        usage = verdict.run.usage
        values |= {name: float(getattr(usage, name)) for name in COUNTED}
        values["cost"] = usage.cost
    return values

"""Echo-robustness: more copies of what was said must not become more voices.

Every document gets copies under publishers and dates of their own, none with a word of its own and none that credits
anybody: verbatim, trimmed, paraphrased or machine-spun. The claims are asked again; a label or a count of independent
origins that moves was moved by repetition alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from triage.evaluation.data import Dataset, Item
from triage.evaluation.results import Report
from triage.evaluation.scores import Score
from triage.origins.echo import KINDS, Echo, EchoKind, echoes
from triage.schema import Span

__all__ = ["KINDS", "EchoKind", "among_echoes", "robust", "with_echo"]


def among_echoes(dataset: Dataset, kind: EchoKind, copies: int) -> Dataset:
    """Return the same claims with `copies` copies of every document, and the gold passages of the copies."""
    told = {document.doc_id: echoes(document, kind, copies) for document in dataset.documents}
    return replace(
        dataset,
        name=f"{dataset.name}~{kind}-{copies}",
        items=tuple(_item(item, told) for item in dataset.items),
        documents=(*dataset.documents, *(echo.document for made in told.values() for echo in made)),
    )


def robust(plain: Score, echo: Score) -> float | None:
    """Return 1 if an answer stood against echoes: the same label, and the same n_min and n_max on both sides.

    None where either run has no answer.
    """
    if plain.label is None or echo.label is None:
        return None
    return float((plain.label, plain.support, plain.refute) == (echo.label, echo.support, echo.refute))


def with_echo(plain: Report, echo: Report, kind: EchoKind) -> Report:
    """Return the report with `echo_robustness[kind]` from a run of the same claims among echoes."""
    by_key = {(score.claim_id, score.epoch): score for score in echo.scores}
    stood = (robust(score, by_key[score.claim_id, score.epoch]) for score in plain.scores)
    name = f"echo_robustness[{kind}]"
    scores = tuple(
        score.model_copy(update={"values": {**score.values, name: value}})
        for score, value in zip(plain.scores, stood, strict=True)
    )
    return replace(plain, scores=scores)


def _item(item: Item, told: Mapping[str, Sequence[Echo]]) -> Item:
    copied = [
        replace(span, doc_id=echo.document.doc_id, start=place.start, end=place.end)
        for span in item.spans
        for echo in told.get(span.doc_id, ())
        if (place := echo.place(Span(start=span.start, end=span.end)))
    ]
    return replace(item, spans=(*item.spans, *copied), relevant=item.relevant | {span.doc_id for span in copied})

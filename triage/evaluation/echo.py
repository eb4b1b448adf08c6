"""Echo-robustness: more copies of what was said must not become more voices.

Every document gets `copies` reprints under publishers of their own: the first whole, the others cut after half of
their paragraphs, none with a word of its own and none that credits anybody. The claims are asked again; a label or a
count of independent origins that moves was moved by repetition alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from triage.evaluation.data import Dataset
from triage.evaluation.results import Report
from triage.evaluation.scores import Score
from triage.schema import Document


def echoed(documents: Iterable[Document], *, copies: int = 2) -> list[Document]:
    """Return the documents with their reprints behind them; a reprint has the date of what it copies."""
    found: list[Document] = []
    for document in documents:
        found.append(document)
        found += [_reprint(document, number) for number in range(1, copies + 1)]
    return found


def among_echoes(dataset: Dataset, copies: int) -> Dataset:
    """Return the same claims with every document reprinted `copies` times."""
    return Dataset(
        f"{dataset.name}~echo{copies}",
        dataset.items,
        dataset.scheme,
        tuple(echoed(dataset.documents, copies=copies)),
        dataset.licence,
    )


def robust(plain: Score, echo: Score) -> float | None:
    """Return 1 if an answer stood against echoes: the same label, and no n_min above what it was.

    None where either run has no answer.
    """
    if plain.label is None or echo.label is None:
        return None
    sides = ((plain.support, echo.support), (plain.refute, echo.refute))
    risen = any(one and other and other.n_min > one.n_min for one, other in sides)
    return float(plain.label == echo.label and not risen)


def with_echo(plain: Report, echo: Report) -> Report:
    """Return the report with `echo_robustness` from a run of the same claims among echoes."""
    by_key = {(score.claim_id, score.epoch): score for score in echo.scores}
    scores = tuple(
        score.model_copy(
            update={"values": {**score.values, "echo_robustness": robust(score, by_key[score.claim_id, score.epoch])}}
        )
        if (score.claim_id, score.epoch) in by_key
        else score
        for score in plain.scores
    )
    return Report(plain.info, scores, plain.rows, plain.path)


def _reprint(document: Document, number: int) -> Document:
    text = document.text
    if number > 1:
        paragraphs = text.split("\n\n")
        text = "\n\n".join(paragraphs[: max(1, (len(paragraphs) + 1) // 2)])
    return Document(
        doc_id=f"{document.doc_id}~echo-{number}",
        text=text,
        title=document.title,
        publisher=f"Reprint Service {number} of {document.doc_id}",
        published=document.published,
        language=document.language,
        kind=document.kind,
    )

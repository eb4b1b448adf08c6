"""Climate-FEVER: claims about the climate from the web, some of them disputed by the evidence."""

from __future__ import annotations

from pathlib import Path

from triage.evaluation.data import CLIMATE_FEVER, Dataset, GoldSpan, Item
from triage.evaluation.loaders.records import Record, each, sentences_text
from triage.schema import Claim, Document, Stance

STANCES = {"SUPPORTS": Stance.SUPPORTS, "REFUTES": Stance.REFUTES}


def climate_fever(path: Path | str) -> Dataset:
    """Return Climate-FEVER from `climate-fever-dataset-r1.jsonl`.

    From https://www.sustainablefinance.uzh.ch/en/research/climate-fever.html (Diggelmann et al. 2020, "CLIMATE-FEVER:
    A Dataset for Verification of Real-World Climate Claims"). The release states no licence; its sentences are
    Wikipedia's, CC BY-SA.

    The documents are the Wikipedia articles as far as the release has them: the evidence sentences of all claims, by
    article. Each claim is a story of its own.

    Raises:
        CorpusError: the file is missing or a line is not in the format.
    """
    found = list(each(Path(path), _read, "Climate-FEVER"))
    sentences: dict[str, dict[str, None]] = {}
    for record in found:
        for evidence in record["evidences"]:
            sentences.setdefault(evidence["article"], {})[evidence["evidence"]] = None
    documents, places = [], {}
    for article, texts in sentences.items():
        text, spans = sentences_text(list(texts))
        places.update({(article, sentence): place for sentence, place in zip(texts, spans, strict=True)})
        documents.append(Document(doc_id=article, title=article, text=text, publisher="Wikipedia"))
    items = tuple(_item(record, places) for record in found)
    return Dataset("climate-fever", items, CLIMATE_FEVER, tuple(documents), "none stated; sentences CC BY-SA")


def _read(record: Record) -> Record:
    for name in ("claim_id", "claim", "claim_label"):
        record[name]
    for evidence in record["evidences"]:
        for name in ("article", "evidence", "evidence_label"):
            evidence[name]
    if record["claim_label"] not in CLIMATE_FEVER.labels:
        raise ValueError(f"unknown label {record['claim_label']!r}")
    return record


def _item(record: Record, places: dict[tuple[str, str], tuple[int, int]]) -> Item:
    spans = tuple(
        GoldSpan(e["article"], *places[e["article"], e["evidence"]], stance, f"{stance.value}:{e['article']}")
        for e in record["evidences"]
        if (stance := STANCES.get(e["evidence_label"]))
    )
    claim_id = str(record["claim_id"])
    return Item(
        claim=Claim(text=record["claim"], claim_id=claim_id),
        story=claim_id,
        label=record["claim_label"],
        spans=spans,
        relevant=frozenset(evidence["article"] for evidence in record["evidences"]),
    )

"""SciFact: scientific claims, to be checked against abstracts."""

from __future__ import annotations

from pathlib import Path

from triage.evaluation.data import SCIFACT, Dataset, GoldSpan, Item
from triage.evaluation.loaders.records import Record, each, first_of, sentences_text
from triage.schema import Claim, Document, Stance

STANCES = {"SUPPORT": Stance.SUPPORTS, "CONTRADICT": Stance.REFUTES, "REFUTE": Stance.REFUTES}
LABELS = {Stance.SUPPORTS: "SUPPORT", Stance.REFUTES: "CONTRADICT"}


def scifact(folder: Path | str, split: str = "dev") -> Dataset:
    """Return SciFact: `corpus.jsonl` and `claims_<split>.jsonl`.

    From https://scifact.s3-us-west-2.amazonaws.com/release/latest/data.tar.gz (Wadden et al. 2020, "Fact or Fiction:
    Verifying Scientific Claims"; https://github.com/allenai/scifact). Claims and labels are CC BY 4.0, abstracts
    ODC-By 1.0.

    The release labels abstracts. A claim has the label of its abstracts, NOT ENOUGH INFO without any, and none if they
    stand on both sides or the split is released without evidence. Some copies write REFUTE for CONTRADICT. Each
    abstract is an any-of group of its rationale sentences, and each claim a story of its own.

    Raises:
        CorpusError: a file is missing, or a line is not in the format.
    """
    folder = Path(folder)
    corpus = first_of(folder, ["corpus.jsonl"], "SciFact")
    claims = first_of(folder, [f"claims_{split}.jsonl"], "SciFact")
    places: dict[str, list[tuple[int, int]]] = {}
    documents = tuple(each(corpus, lambda record: _document(record, places), "SciFact's corpus"))
    items = tuple(each(claims, lambda record: _item(record, split, places), "SciFact's claims"))
    return Dataset(f"scifact-{split}", items, SCIFACT, documents, "CC BY 4.0 (claims), ODC-By 1.0 (abstracts)")


def _document(record: Record, places: dict[str, list[tuple[int, int]]]) -> Document:
    doc_id = str(record["doc_id"])
    text, places[doc_id] = sentences_text(record["abstract"])
    return Document(doc_id=doc_id, title=record["title"], text=text, kind="abstract")


def _item(record: Record, split: str, places: dict[str, list[tuple[int, int]]]) -> Item:
    claim_id, evidence = str(record["id"]), record.get("evidence")
    spans = []
    stances: set[Stance] = set()
    for doc_id, rationales in (evidence or {}).items():
        for rationale in rationales:
            stance = STANCES[rationale["label"]]
            stances.add(stance)
            for number in rationale["sentences"]:
                start, end = places[doc_id][int(number)]
                spans.append(GoldSpan(doc_id, start, end, stance, f"{stance.value}:{doc_id}"))
    label = None
    if evidence is not None and len(stances) < 2:
        label = LABELS[stances.pop()] if stances else "NOT ENOUGH INFO"
    return Item(
        claim=Claim(text=record["claim"], claim_id=claim_id),
        story=claim_id,
        split=split,
        label=label,
        spans=tuple(spans),
        relevant=frozenset(evidence or ()) or frozenset(map(str, record.get("cited_doc_ids", ()))),
    )

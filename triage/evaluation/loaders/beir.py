"""BEIR: retrieval sets in one format, several of them of claims (scifact, fever, climate-fever)."""

from __future__ import annotations

import csv
from pathlib import Path

from triage.errors import CorpusError
from triage.evaluation.data import Dataset, Item
from triage.evaluation.loaders.records import Record, each, first_of
from triage.schema import Claim, Document


def beir(folder: Path | str, split: str = "test") -> Dataset:
    """Return a BEIR set: `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`.

    From https://public.ukp.informatik.tu-darmstadt.de/thakur/BEIR/datasets/ (Thakur et al. 2021, "BEIR"). BEIR's code
    is Apache-2.0; each set has the licence of those who made it.

    There are no labels, so only retrieval is scored. A document is relevant if its grade is above 0. Queries that the
    split does not judge are left out.

    Raises:
        CorpusError: a file is missing, or a line is not in the format.
    """
    folder = Path(folder)
    corpus, queries = (first_of(folder, [name], "a BEIR set") for name in ("corpus.jsonl", "queries.jsonl"))
    relevant = _judgements(first_of(folder / "qrels", [f"{split}.tsv"], "a BEIR set"))
    documents = tuple(each(corpus, _document, "BEIR's corpus"))
    texts = dict(each(queries, lambda record: (str(record["_id"]), record["text"]), "BEIR's queries"))
    absent = sorted(relevant.keys() - texts.keys())
    if absent:
        raise CorpusError(f"judges the query {absent[0]!r}, which queries.jsonl does not have", path=folder)
    items = tuple(
        Item(claim=Claim(text=texts[query], claim_id=query), story=query, split=split, relevant=frozenset(found))
        for query, found in relevant.items()
    )
    return Dataset(f"beir-{folder.name}-{split}", items, documents=documents, licence="that of the set")


def _document(record: Record) -> Document:
    return Document(doc_id=str(record["_id"]), title=record.get("title") or None, text=record["text"])


def _judgements(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if number == 1 and line and not line[-1].strip().lstrip("-").isdigit():
                continue
            try:
                query, doc_id, grade = line
                judged = found.setdefault(query, set())
                if int(grade) > 0:
                    judged.add(doc_id)
            except ValueError:
                raise CorpusError(
                    "is not in the format of BEIR's qrels: query-id, corpus-id, score", path=path, line=number
                ) from None
    return found

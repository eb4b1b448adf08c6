"""SciFact as documents, claims and relevance (Wadden et al. 2020; the abstracts are ODC-By, the claims CC BY 4.0)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from triage.passages import split
from triage.schema import Document, Passage

CORPUS, CLAIMS = "scifact.corpus.jsonl.gz", "scifact.claims_dev.jsonl.gz"


def documents(data: Path, limit: int | None = None) -> list[Document]:
    """Return the 5,183 abstracts, or the first `limit`."""
    return [
        Document(doc_id=str(row["doc_id"]), title=row["title"], text=" ".join(row["abstract"]))
        for row in list(_rows(data, CORPUS))[:limit]
    ]


def claims(data: Path) -> dict[str, str]:
    """Return the 300 claims of the development set by id."""
    return {str(row["id"]): row["claim"] for row in _rows(data, CLAIMS)}


def relevance(data: Path) -> dict[str, dict[str, int]]:
    """Return the cited abstracts by claim, as BEIR (Thakur et al. 2021) takes them."""
    return {str(row["id"]): {str(cited): 1 for cited in row["cited_doc_ids"]} for row in _rows(data, CLAIMS)}


def passages(given: list[Document]) -> list[Passage]:
    """Return the passages that the index makes of documents."""
    return [passage for document in given for passage in split(document)]


def _rows(data: Path, name: str) -> Iterator[Any]:
    with gzip.open(data / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)

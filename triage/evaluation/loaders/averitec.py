"""AVeriTeC: real claims that fact-checkers have checked, with questions and answers as evidence."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from triage.errors import CorpusError
from triage.evaluation.data import AVERITEC, Dataset, Item
from triage.evaluation.loaders.records import Record
from triage.schema import Claim, Document


def averitec(path: Path | str) -> Dataset:
    """Return AVeriTeC from `dev.json` (or `train.json`; the test set is released without labels).

    From https://huggingface.co/chenxwh/AVeriTeC, folder `data` (Schlichtkrull et al. 2023, "AVeriTeC: A Dataset for
    Real-world Claim Verification with Evidence from the Web"). CC BY-NC 4.0: not for commercial use.

    The documents are the annotated answers with their questions, one a question, by the page that they were found on:
    gold evidence, so this measures reading and the rule, not a search of the web. Which of them supports or refutes is
    not annotated, so citations are not scored. Each claim is a story of its own.

    Raises:
        CorpusError: the file is missing or not in the format.
    """
    path = Path(path)
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"cannot be read: {error}", path=path) from None
    if not isinstance(found, list):
        raise CorpusError("is not in the format of AVeriTeC: a list of claims", path=path)
    documents: list[Document] = []
    items = []
    for number, record in enumerate(found):
        try:
            evidence = _documents(f"{path.stem}-{number}", record)
            items.append(_item(f"{path.stem}-{number}", record, evidence))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CorpusError(f"claim {number} is not in the format of AVeriTeC: {error!r}", path=path) from None
        documents += evidence
    return Dataset(f"averitec-{path.stem}", tuple(items), AVERITEC, tuple(documents), "CC BY-NC 4.0")


def _documents(claim_id: str, record: Record) -> list[Document]:
    found = []
    for number, question in enumerate(record["questions"]):
        for place, answer in enumerate(question["answers"]):
            text = _sentence(answer)
            if text:
                url = answer.get("source_url") or None
                found.append(
                    Document(
                        doc_id=f"{claim_id}/{number}-{place}",
                        text=f"{question['question'].strip()} {text}",
                        url=url,
                        publisher=(urlsplit(url).hostname or None) if url else None,
                    )
                )
    return found


def _sentence(answer: Record) -> str:
    said = (answer.get("answer") or "").strip()
    reason = (answer.get("boolean_explanation") or "").strip()
    return f"{said}. {reason}" if reason else said


def _item(claim_id: str, record: Record, evidence: list[Document]) -> Item:
    label = record.get("label")
    if label is not None and label not in AVERITEC.labels:
        raise ValueError(f"unknown label {label!r}")
    return Item(
        claim=Claim(
            text=record["claim"],
            claim_id=claim_id,
            speaker=record.get("speaker") or None,
            claim_date=_day(record.get("claim_date")),
        ),
        story=claim_id,
        label=label,
        relevant=frozenset(document.doc_id for document in evidence),
        why=record.get("justification") or "",
    )


def _day(written: Any) -> str | None:
    """Return a day that the release writes as 31-10-2020, or None where it writes none that can be."""
    try:
        return datetime.strptime(str(written), "%d-%m-%Y").date().isoformat()
    except ValueError:
        return None

"""FEVER: claims about Wikipedia, with sentence-level evidence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from triage.documents.text import clean
from triage.errors import CorpusError
from triage.evaluation.data import FEVER, Dataset, GoldSpan, Item
from triage.evaluation.loaders.records import Record, each
from triage.schema import Claim, Document, Stance

STANCES = {"SUPPORTS": Stance.SUPPORTS, "REFUTES": Stance.REFUTES}
BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-COLON-": ":"}

Places = dict[str, dict[int, tuple[int, int]]]


def fever(
    claims: Path | str, pages: Path | str, *, limit: int | None = None, distractors: int | None = 10_000
) -> Dataset:
    """Return FEVER: a claims file such as `shared_task_dev.jsonl`, and the folder `wiki-pages` with its `wiki-*.jsonl`.

    From https://fever.ai/dataset/fever.html (Thorne et al. 2018, "FEVER: a large-scale dataset for Fact Extraction and
    VERification"). Claims and Wikipedia text CC BY-SA 3.0.

    The release writes brackets and colons as -LRB-, -RRB-, -COLON- and so on; they are turned back. Evidence is in
    sets of sentences that prove the claim together; here each set is an any-of group of its sentences, which asks
    less of a claim that needs several. Each page is a story of its own, by the first page of the evidence.

    Args:
        claims: the claims file.
        pages: the folder of pages.
        limit: at most so many claims, spread evenly.
        distractors: pages beside those that the evidence names; None takes all 5.4 million.

    Raises:
        CorpusError: a file is missing, a line is not in the format, or a page that the evidence names is not there.
    """
    claims, pages = Path(claims), Path(pages)
    records = list(each(claims, lambda record: record | {"claim": record["claim"], "id": record["id"]}, "FEVER"))
    if limit is not None and limit < len(records):
        records = [records[i * len(records) // limit] for i in range(limit)]
    wanted = {_title(title) for record in records for title, _ in _sentences(record)}
    places: Places = {}
    documents = tuple(_pages(pages, wanted, distractors, places))
    absent = sorted(wanted - places.keys())
    if absent:
        raise CorpusError(f"lacks {len(absent)} pages that the evidence names, such as {absent[0]!r}", path=pages)
    items = tuple(_item(record, places) for record in records)
    return Dataset(claims.stem, items, FEVER, documents, "CC BY-SA 3.0")


def plain(text: str) -> str:
    """Return a text of the release with its brackets and colons as they were."""
    for code, mark in BRACKETS.items():
        text = text.replace(code, mark)
    return text


def _title(title: str) -> str:
    return unicodedata.normalize("NFC", title)


def _sentences(record: Record) -> Iterator[tuple[str, int]]:
    for group in record.get("evidence") or ():
        for sentence in group:
            if sentence[2] is not None:
                yield sentence[2], sentence[3]


def _pages(folder: Path, wanted: set[str], distractors: int | None, places: Places) -> Iterator[Document]:
    files = sorted([*folder.glob("wiki-*.jsonl"), *folder.glob("wiki-*.jsonl.gz")])
    if not files:
        raise CorpusError("holds no wiki-*.jsonl: give the folder wiki-pages of FEVER's release", path=folder)
    others = 0
    for file in files:
        for record in each(file, lambda record: record | {"id": record["id"], "lines": record["lines"]}, "FEVER"):
            title = _title(record["id"])
            gold = title in wanted
            if not record["lines"] or not (gold or distractors is None or others < distractors):
                continue
            others += not gold
            yield _page(title, record["lines"], places)


def _page(title: str, lines: str, places: Places) -> Document:
    """Return a page from its numbered lines: number, sentence and the links of the sentence, parted by tabs."""
    where: dict[int, tuple[int, int]] = {}
    text = ""
    for line in lines.split("\n"):
        number, _, rest = line.partition("\t")
        sentence = clean(plain(rest.split("\t")[0])).strip()
        if number.isdigit() and sentence:
            start = len(text) + bool(text)
            text = f"{text} {sentence}" if text else sentence
            where[int(number)] = (start, len(text))
    places[title] = where
    return Document(doc_id=title, title=plain(title).replace("_", " "), text=text, publisher="Wikipedia")


def _item(record: Record, places: Places) -> Item:
    label = record.get("label")
    stance = STANCES.get(label or "")
    spans = [
        GoldSpan(_title(sentence[2]), *places[_title(sentence[2])][sentence[3]], stance, f"{stance.value}:{number}")
        for number, group in enumerate(record.get("evidence") or ())
        for sentence in group
        if stance and sentence[2] is not None and sentence[3] in places[_title(sentence[2])]
    ]
    claim_id = str(record["id"])
    return Item(
        claim=Claim(text=plain(record["claim"]), claim_id=claim_id),
        story=spans[0].doc_id if spans else claim_id,
        label=label,
        spans=tuple(spans),
        relevant=frozenset(span.doc_id for span in spans),
    )

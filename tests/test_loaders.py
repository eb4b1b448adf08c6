"""The official formats of known sets, in small files of our own, and what goes wrong with them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triage.errors import CorpusError
from triage.evaluation.data import Dataset, GoldSpan
from triage.evaluation.loaders import averitec, beir, climate_fever, fever, scifact
from triage.schema import Label, Stance


def write(path: Path, records: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in records)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, "utf-8")
    return path


def cited(data: Dataset, span: GoldSpan) -> str:
    document = next(document for document in data.documents if document.doc_id == span.doc_id)
    return document.text[span.start : span.end]


CORPUS = {"doc_id": 7, "title": "On tea", "abstract": ["Tea was given.", "It warmed.", "Nobody fell."], "structured": 0}
CLAIMS = [
    {"id": 1, "claim": "Tea warms.", "evidence": {"7": [{"sentences": [1], "label": "SUPPORT"}]}, "cited_doc_ids": [7]},
    {"id": 2, "claim": "Tea cools.", "evidence": {"7": [{"sentences": [1, 2], "label": "CONTRADICT"}]}},
    {"id": 3, "claim": "Tea is green.", "evidence": {}, "cited_doc_ids": [7]},
]


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_scifact(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"corpus.jsonl{suffix}", [CORPUS])
    write(tmp_path / f"claims_dev.jsonl{suffix}", CLAIMS)
    data = scifact(tmp_path)
    assert [item.label for item in data.items] == ["SUPPORT", "CONTRADICT", "NOT ENOUGH INFO"]
    assert [cited(data, span) for span in data.items[1].spans] == ["It warmed.", "Nobody fell."]
    assert {span.group for span in data.items[1].spans} == {"refutes:7"}
    assert data.items[2].relevant == {"7"}
    assert data.scheme.names[Label.DISPUTED] == "NOT ENOUGH INFO"


def test_scifact_without_evidence_has_no_label(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", [CORPUS])
    write(tmp_path / "claims_test.jsonl", [{"id": 4, "claim": "Tea is old."}])
    assert scifact(tmp_path, "test").items[0].label is None


PAGES = [
    {
        "id": "Tea_-LRB-drink-RRB-",
        "text": "x",
        "lines": "0\tTea -LRB- or cha -RRB- is drunk .\tdrink\tDrink\n1\t\n2\tIt is warm .",
    },
    {"id": "Cup", "text": "x", "lines": "0\tA cup holds tea .\ttea\tTea"},
    {"id": "Empty", "text": "", "lines": ""},
    {"id": "Hat", "text": "x", "lines": "0\tA hat is worn ."},
]
FEVER = [
    {
        "id": 9,
        "verifiable": "VERIFIABLE",
        "label": "SUPPORTS",
        "claim": "Tea -LRB-cha-RRB- is warm.",
        "evidence": [[[1, 2, "Tea_-LRB-drink-RRB-", 2]], [[3, 4, "Tea_-LRB-drink-RRB-", 0], [5, 6, "Cup", 0]]],
    },
    {"id": 10, "label": "NOT ENOUGH INFO", "claim": "Tea sings.", "evidence": [[[7, None, None, None]]]},
]


def test_fever(tmp_path: Path) -> None:
    claims = write(tmp_path / "dev.jsonl", FEVER)
    write(tmp_path / "wiki-pages" / "wiki-001.jsonl", PAGES)
    data = fever(claims, tmp_path / "wiki-pages")
    assert [document.title for document in data.documents] == ["Tea (drink)", "Cup", "Hat"]
    assert [cited(data, span) for span in data.items[0].spans] == [
        "It is warm .",
        "Tea ( or cha ) is drunk .",
        "A cup holds tea .",
    ]
    assert len({span.group for span in data.items[0].spans}) == 2
    assert (data.items[0].claim.text, data.items[1].label) == ("Tea (cha) is warm.", "NOT ENOUGH INFO")
    assert len(fever(claims, tmp_path / "wiki-pages", distractors=0).documents) == 2
    assert len(fever(claims, tmp_path / "wiki-pages", limit=1).items) == 1


def test_fever_says_which_pages_are_missing(tmp_path: Path) -> None:
    claims = write(tmp_path / "dev.jsonl", FEVER)
    write(tmp_path / "wiki-pages" / "wiki-001.jsonl", PAGES[1:])
    with pytest.raises(CorpusError, match="lacks 1 pages that the evidence names"):
        fever(claims, tmp_path / "wiki-pages")


CLIMATE = {
    "claim_id": "0",
    "claim": "The sea is rising.",
    "claim_label": "DISPUTED",
    "evidences": [
        {
            "evidence_id": "Sea:1",
            "evidence_label": "SUPPORTS",
            "article": "Sea",
            "evidence": "It rose.",
            "entropy": 0.0,
            "votes": ["SUPPORTS", None],
        },
        {"evidence_id": "Sea:9", "evidence_label": "NOT_ENOUGH_INFO", "article": "Sea", "evidence": "It is blue."},
        {"evidence_id": "Ice:2", "evidence_label": "REFUTES", "article": "Ice", "evidence": "It fell."},
    ],
}


def test_climate_fever(tmp_path: Path) -> None:
    other = {**CLIMATE, "claim_id": "5", "claim_label": "SUPPORTS", "evidences": CLIMATE["evidences"][:1]}
    data = climate_fever(write(tmp_path / "climate-fever-dataset-r1.jsonl", [CLIMATE, other]))
    assert [(d.doc_id, d.text) for d in data.documents] == [("Sea", "It rose. It is blue."), ("Ice", "It fell.")]
    assert [(s.stance, cited(data, s)) for s in data.items[0].spans] == [
        (Stance.SUPPORTS, "It rose."),
        (Stance.REFUTES, "It fell."),
    ]
    assert data.items[0].label == data.scheme.names[Label.DISPUTED] == "DISPUTED"


AVERITEC = {
    "claim": "The mayor resigned.",
    "label": "Conflicting Evidence/Cherrypicking",
    "speaker": "A Blog",
    "claim_date": "31-10-2020",
    "justification": "Two answers.",
    "questions": [
        {
            "question": "Did the mayor resign?",
            "answers": [
                {
                    "answer": "Yes",
                    "answer_type": "Boolean",
                    "boolean_explanation": "He wrote a letter.",
                    "source_url": "https://news.example/a",
                },
                {"answer": "", "answer_type": "Unanswerable", "source_url": ""},
            ],
        }
    ],
}


def test_averitec(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps([AVERITEC, {**AVERITEC, "claim_date": "soon", "label": "Supported"}]), "utf-8")
    data = averitec(path)
    assert data.documents[0].text == "Did the mayor resign? Yes. He wrote a letter."
    assert data.documents[0].publisher == "news.example"
    assert [item.claim.claim_date for item in data.items] == ["2020-10-31", None]
    assert [item.label for item in data.items] == ["Conflicting Evidence/Cherrypicking", "Supported"]
    assert data.items[0].relevant == {"dev-0/0-0"}


def test_beir(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", [{"_id": "d1", "title": "", "text": "Tea.", "metadata": {}}])
    write(tmp_path / "queries.jsonl", [{"_id": "q1", "text": "tea"}, {"_id": "q2", "text": "not judged"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n", "utf-8")
    data = beir(tmp_path)
    assert [(item.claim.text, set(item.relevant), item.label) for item in data.items] == [("tea", {"d1"}, None)]


def no_corpus(folder: Path) -> Dataset:
    return scifact(folder)


def no_json(folder: Path) -> Dataset:
    write(folder / "corpus.jsonl", [CORPUS])
    (folder / "claims_dev.jsonl").write_text("{oops", "utf-8")
    return scifact(folder)


def no_field(folder: Path) -> Dataset:
    write(folder / "corpus.jsonl", [{"doc_id": 1, "title": "x"}])
    write(folder / "claims_dev.jsonl", CLAIMS)
    return scifact(folder)


def no_object(folder: Path) -> Dataset:
    return climate_fever(write(folder / "c.jsonl", [[1, 2]]))


def no_gzip(folder: Path) -> Dataset:
    (folder / "c.jsonl.gz").write_text("plain", "utf-8")
    return climate_fever(folder / "c.jsonl.gz")


def no_list(folder: Path) -> Dataset:
    return averitec(write(folder / "dev.json", [{"claims": []}]))


def no_label(folder: Path) -> Dataset:
    path = folder / "dev.json"
    path.write_text(json.dumps([{**AVERITEC, "label": "True"}]), "utf-8")
    return averitec(path)


def no_grade(folder: Path) -> Dataset:
    write(folder / "corpus.jsonl", [])
    write(folder / "queries.jsonl", [])
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\n", "utf-8")
    return beir(folder)


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (no_corpus, "holds no corpus.jsonl: give the folder of SciFact"),
        (no_json, r"claims_dev.jsonl:1: is no JSON"),
        (no_field, r"corpus.jsonl:1: is not in the format of SciFact's corpus: no field 'abstract'"),
        (no_object, "c.jsonl:1: is no JSON object"),
        (no_gzip, "cannot be read"),
        (no_list, "a list of claims"),
        (no_label, "claim 0 is not in the format of AVeriTeC"),
        (no_grade, r"test.tsv:2: is not in the format of BEIR's qrels"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_cannot_be_read_is_said(tmp_path: Path, load: Callable[[Path], Dataset], message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        load(tmp_path)

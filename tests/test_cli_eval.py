"""`triage eval` and `triage compare`, with a fake that answers in place of readers and indexes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fake_checker import FakeChecker, FakeReader
from triage import cli_eval
from triage.cli import main
from triage.evaluation.data import Dataset
from triage.evaluation.echo import KINDS
from triage.evaluation.grid import Variant
from triage.evaluation.opening import Opened
from triage.schema import Document

SKILLS = {"local": 0.7, "chat:good": 0.97, "chat:bad": 0.2}

Verb = Callable[..., int]


class Knows(FakeChecker):
    """Answers on the gold sets; their documents are those of the set."""

    def document(self, doc_id: str) -> Document:
        return next(document for document in self.dataset.documents if document.doc_id == doc_id)


def opened(self: Opened, variant: Variant, dataset: Dataset) -> Knows:
    return Knows(dataset, skill=SKILLS[variant.reader], seed=variant.reader, reader=FakeReader(variant.reader))


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    monkeypatch.setattr(Opened, "__call__", opened)
    monkeypatch.setattr(cli_eval.out, "width", 200)

    def run(*args: object) -> int:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, args), "--runs", str(tmp_path / "runs")])
        return int(ended.value.code or 0)

    return run


def test_a_grid_is_ranked_and_compared(verb: Verb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    html = tmp_path / "page.html"
    readers = ("--reader", "chat:bad", "--reader", "chat:good")
    assert verb("eval", "newsroom:dev", *readers, "--html", html, "--limit", "30") == 0
    shown = capsys.readouterr().out
    assert "A: chat:bad · B: chat:good · newsroom:dev" in shown
    assert "B is better in accuracy" in shown
    assert shown.count("vote)") == 4
    assert html.read_text("utf-8").startswith("<!doctype html>")


def test_the_gate_ends_with_one(verb: Verb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = tmp_path / "baseline"
    assert verb("eval", "belarus-2022", "--reader", "chat:good", "--save-baseline", base) == 0
    assert (base / "belarus-2022" / "scores.jsonl").is_file()
    assert not (base / "belarus-2022" / "rows.jsonl").exists()
    assert verb("eval", "belarus-2022", "--reader", "chat:good", "--baseline", base) == 0
    capsys.readouterr()
    assert verb("eval", "belarus-2022", "--reader", "chat:bad", "--baseline", base) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "gate: accuracy fell short of the baseline" in said
    assert "Every claim that was lost: the same command with --html FILE." in said
    assert "move the baseline: --save-baseline FOLDER (`make baseline`)" in said
    assert verb("eval", "belarus-2022", "--limit", "20", "--reader", "chat:good", "--baseline", base) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "were run on different data: claims: " in said
    assert "move the baseline: --save-baseline FOLDER" in said
    assert verb("eval", "belarus-2022:dev", "--reader", "chat:good", "--baseline", base) == 2
    assert verb("eval", "belarus-2022", "--fail-under", "accuracy=0.99", "--limit", "20") == 1
    assert verb("eval", "belarus-2022", "--fail-under", "accuracy=0.1", "--limit", "20") == 0


def test_figures_as_json_and_markdown(verb: Verb, capsys: pytest.CaptureFixture[str]) -> None:
    assert verb("eval", "belarus-2022", "--json", "--no-votes") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["data"] for one in found] == ["belarus-2022:dev", "belarus-2022:test"]
    assert found[0]["metrics"]["accuracy"]["unit"] == "claim"
    assert verb("eval", "belarus-2022", "--markdown") == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].startswith("| data | run | accuracy |")
    assert len(table) == 2 + 6


def test_perfect_reading_is_the_ceiling_and_votes_stand_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRIAGE_CACHE_DIR", str(tmp_path / "cache"))
    command = [
        "eval",
        "belarus-2022",
        "--reader",
        "gold",
        "--limit",
        "8",
        "--markdown",
        "--runs",
        str(tmp_path / "runs"),
    ]
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert not ended.value.code
    header, _, *lines = capsys.readouterr().out.splitlines()
    names = [cell.strip() for cell in header.split("|")]
    rows = [dict(zip(names, map(str.strip, line.split("|")), strict=True)) for line in lines]
    assert [(row["data"], row["run"]) for row in rows] == [
        (f"belarus-2022:{split}", run)
        for split in ("dev", "test")
        for run in ("gold", "gold (document vote)", "gold (publisher vote)")
    ]
    for row in rows:
        assert float(row["citation_precision"].split()[0]) == 1, "a perfect reader cites gold passages alone"
        assert float(row["citation_recall"].split()[0]) >= 0.8


def test_among_echoes_each_kind_of_copy_has_a_figure(verb: Verb, capsys: pytest.CaptureFixture[str]) -> None:
    assert verb("eval", "belarus-2022:dev", "--reader", "chat:good", "--limit", "9", "--echo", "2", "--json") == 0
    metrics = json.loads(capsys.readouterr().out)[0]["metrics"]
    assert [metrics[f"echo_robustness[{kind}]"]["value"] for kind in KINDS] == [1, 1, 1, 1]


def test_two_runs_are_compared_by_name(verb: Verb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for reader in ("chat:good", "chat:bad"):
        assert verb("eval", "belarus-2022", "--reader", reader) == 0
    names = sorted(path.name for path in (tmp_path / "runs").iterdir())
    capsys.readouterr()
    assert verb("compare", *names, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["a"] == "chat:bad"
    assert next(d for d in found["differences"] if d["metric"] == "accuracy")["value"] > 0
    assert verb("compare", names[0], "nowhere") == 2
    assert "give the folder of a run" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("eval", "moon"), "there is no gold set 'moon'"),
        (("eval", "--fail-under", "accuracy"), "write it as macro_f1=0.7"),
        (
            ("eval", "--baseline", "x", "--reader", "chat:good", "--reader", "chat:bad"),
            "for one reader with one prompt",
        ),
    ],
)
def test_wrong_usage_is_said(verb: Verb, args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert verb(*args) == 2
    assert said in " ".join(capsys.readouterr().err.split())

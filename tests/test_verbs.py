from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import triage
from tests.gold_triage import CLAIM, FAILS, gold_triage
from triage.cli import main

Verb = Callable[..., int]


@pytest.fixture
def verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    monkeypatch.setattr(triage, "load", lambda *_, **__: gold_triage(tmp_path))

    def run(*args: object) -> int:
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        return int(ended.value.code or 0)

    return run


def test_check_writes_a_page(verb: Verb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "verdict.html"
    assert verb("check", CLAIM, "--html", page) == 0
    assert "CORROBORATED" in capsys.readouterr().out
    text = page.read_text("utf-8")
    assert text.startswith("<!doctype html>") and "Over time" in text
    assert verb("check", CLAIM, "--html", tmp_path / "nowhere" / "v.html") == 2
    assert "cannot write" in capsys.readouterr().err


def test_check_many_then_export(verb: Verb, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "claims.csv", tmp_path / "verdicts.jsonl"
    source.write_text(f"claim\n{CLAIM}\n\nAnother one.\n", "utf-8")
    assert verb("check", "--input", source, "--output", target) == 0
    assert "2 rows: 2 ok; 0 were there; $0.0012" in " ".join(capsys.readouterr().err.split())
    assert verb("export", target) == 0
    assert len(json.loads(capsys.readouterr().out)["@graph"]) == 2
    made = tmp_path / "out.csv"
    assert verb("export", target, "--format", "csv", "--output", made) == 0
    assert made.read_bytes().count(b"\r\n") == 3
    source.write_text(f"claim\n{CLAIM}\n{FAILS}\n", "utf-8")
    assert verb("check", "--input", source, "--output", target) == 3
    assert "1 rows failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "args",
    [
        ("check",),
        ("check", CLAIM, "--input", "x.csv", "--output", "y.jsonl"),
        ("check", "--input", "x.csv"),
        ("check", CLAIM, "--output", "y.jsonl"),
        ("export", "no-such.jsonl"),
        ("export", __file__, "--format", "pdf"),
    ],
)
def test_wrong_usage_is_said(verb: Verb, args: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert verb(*args) == 2
    assert "triage: " in capsys.readouterr().err


def test_repl_reads_a_pipe(verb: Verb, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CLAIM}\n:why\n:quit\n"))
    assert verb("repl") == 0
    said = capsys.readouterr().out
    assert "CORROBORATED" in said and "What would change it" in said

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gold_triage import BREAKS, CLAIM, FAILS, gold_triage
from triage import export
from triage.batch import Tally, check_file, read_rows
from triage.chain import Triage
from triage.errors import ConfigError, CorpusError
from triage.schema import Label

OTHER = "Nobody in the documents says anything about this."


@pytest.fixture
def triage(tmp_path: Path) -> Triage:
    return gold_triage(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "claims.csv"
    rows = [
        "Claim,as_of,speaker,more",
        f'"{CLAIM}",,,x',
        f'"{CLAIM}",2031-04-12,A. Mayor,',
        f'"{FAILS}",,,',
        f'"{BREAKS}",,,',
        ",,,",
        f'"{OTHER}",2031-02-31,,',
        f'"{CLAIM}",,,x',
        f'"{OTHER}",,,',
    ]
    file.write_text("\n".join(rows) + "\n", "utf-8-sig")
    return file


def lines(target: Path) -> list[dict[str, Any]]:
    return sorted((json.loads(line) for line in target.read_text("utf-8").splitlines()), key=lambda row: row["row"])


def test_each_row_has_a_line_and_a_bad_one_costs_itself(triage: Triage, source: Path, tmp_path: Path) -> None:
    target, seen = tmp_path / "out.jsonl", list[tuple[int, float | None]]()
    tally = check_file(triage, source, target, progress=lambda t: seen.append((t.done, t.cost)))
    rows = lines(target)
    assert [row["status"] for row in rows] == ["ok", "ok", "error", "error", "invalid", "invalid", "ok", "ok"]
    assert [row["row"] for row in rows] == list(range(1, 9))
    assert rows[0]["verdict"]["label"] == "corroborated" and rows[1]["verdict"]["label"] == "single_source"
    assert rows[1]["verdict"]["claim"]["speaker"] == "A. Mayor"
    assert "connection refused" in rows[2]["error"] and "as_of" in rows[5]["error"]
    assert tally.done == tally.total == 8 and tally.statuses == {"ok": 4, "error": 2, "invalid": 2}
    assert seen[0] == (0, 0.0) and seen[-1][0] == 8
    assert tally.cost == pytest.approx(2 * 0.0012)
    verdicts, problems = export.read(target.read_text("utf-8").splitlines())
    assert len(verdicts) == 4 and len(problems) == 4


def test_it_goes_on_where_it_was_and_tries_again_what_failed(triage: Triage, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    check_file(triage, source, target)
    whole = lines(target)
    text = target.read_text("utf-8").splitlines(keepends=True)
    target.write_text("".join(text[:3]) + text[3][: len(text[3]) // 2], "utf-8")
    kept = [json.loads(line) for line in text[:3]]
    tally = check_file(triage, source, target)
    assert tally.resumed == sum(row["status"] != "error" for row in kept)
    again = lines(target)
    assert [row["key"] for row in again] == [row["key"] for row in whole]
    assert [row["status"] for row in again] == [row["status"] for row in whole]
    assert check_file(triage, source, target).resumed == 6


def test_rows_may_move_between_runs(triage: Triage, tmp_path: Path) -> None:
    source, target = tmp_path / "claims.txt", tmp_path / "out.jsonl"
    source.write_text(f"{CLAIM}\n{OTHER}\n", "utf-8")
    check_file(triage, source, target)
    source.write_text(f"A new one.\n{OTHER}\n\n{CLAIM}\n", "utf-8")
    tally = check_file(triage, source, target)
    assert (tally.total, tally.resumed) == (3, 2)


def test_an_output_of_another_reader_is_not_continued(triage: Triage, source: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    check_file(triage, source, target)
    before = target.read_bytes()
    with pytest.raises(ConfigError, match="was made with the reader gold, not chat:fake: give another file"):
        check_file(triage.with_reader("chat:fake"), source, target)
    assert target.read_bytes() == before


def test_other_forms_of_input(tmp_path: Path) -> None:
    for name, text, wanted in (
        ("a.tsv", "claim_id\ttext\nc-1\tOne.\n", [("One.", "c-1")]),
        ("a.jsonl", '{"claim": "One.", "claim_id": "c-1"}\n"Two."\n', [("One.", "c-1"), ("Two.", None)]),
        ("a.txt", "One.\n\n  Two.  \n", [("One.", None), ("Two.", None)]),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        claims = [row.claim for row in read_rows(tmp_path / name)]
        assert [c.text for c in claims if c] == [text for text, _ in wanted]
        for claim, (_, claim_id) in zip(claims, wanted, strict=True):
            assert claim is not None and (claim_id is None or claim.claim_id == claim_id)


def test_bad_rows_of_other_forms_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{torn\n[1]\n{"claim": 7}\n{"claim": "Fine."}\n' + "[" * 100_000 + "\n", "utf-8")
    rows = list(read_rows(file))
    assert [bool(row.problem) for row in rows] == [True, True, False, False, True]
    csv_ = tmp_path / "b.csv"
    csv_.write_bytes(b"claim\n" + b"x" * 200_000 + b"\nFine.\n\xff\xfe bad\n")
    found = list(read_rows(csv_))
    assert "cannot be read" in found[0].problem
    assert found[-1].problem and any(row.claim and row.claim.text == "Fine." for row in found)


def test_what_cannot_be_opened_says_why(triage: Triage, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="No such file"):
        check_file(triage, tmp_path / "none.csv", tmp_path / "out.jsonl")
    (tmp_path / "a.csv").write_text("statement,who\nx,y\n", "utf-8")
    with pytest.raises(CorpusError, match="no column `claim`; its columns are: statement, who"):
        check_file(triage, tmp_path / "a.csv", tmp_path / "out.jsonl")
    (tmp_path / "a.txt").write_text(f"{CLAIM}\n", "utf-8")
    with pytest.raises(ConfigError, match="cannot write"):
        check_file(triage, tmp_path / "a.txt", tmp_path / "nowhere" / "out.jsonl")


def test_a_run_that_is_stopped_keeps_what_was_done(triage: Triage, tmp_path: Path) -> None:
    source, target = tmp_path / "claims.txt", tmp_path / "out.jsonl"
    source.write_text("".join(f"Claim {n}.\n" for n in range(20)), "utf-8")

    def stop(tally: Tally) -> None:
        if tally.done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_file(triage, source, target, progress=stop)
    assert len(lines(target)) == 7
    assert check_file(triage, source, target).resumed == 7
    verdicts, _ = export.read(target.read_text("utf-8").splitlines())
    assert len(verdicts) == 20 and {v.label for v in verdicts} == {Label.NOT_ENOUGH_EVIDENCE}


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("rows")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_bytes_stop_the_reading_of_rows(folder: Path, parts: list[bytes]) -> None:
    for suffix, head in ((".csv", b"claim\n"), (".jsonl", b""), (".txt", b"")):
        file = folder / f"rows{suffix}"
        file.write_bytes(head + b"\n".join(parts))
        rows = list(read_rows(file))
        assert all((row.claim is None) == bool(row.problem) for row in rows)
        assert len({row.key for row in rows}) == len(rows)

"""Runs: every claim ends in a row, a killed run goes on where it was, and scoring again asks nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import triage
from tests.fake_checker import SIDES, FakeChecker, FakeReader, gold
from triage.documents import load
from triage.errors import ConfigError, CorpusError, ModelError, UnreadableReply
from triage.evaluation import Report, answers, evaluate, provenance, rescore
from triage.evaluation.data import Dataset, read_gold
from triage.evaluation.gold import gold_sets, held_gold, names
from triage.evaluation.rows import Row, row_of, status_of
from triage.evaluation.runs import RunFolder
from triage.evaluation.votes import by_vote
from triage.schema import Hit, Label, Passage, Probabilities, Reading, Stance, Trail
from triage.settings import data_path

ROOT = Path(__file__).resolve().parent.parent


def untimed(report: Report) -> list[dict[str, object]]:
    """Return the scores without the seconds, which no two runs share."""
    shown = [score.model_dump() for score in report.scores]
    for score in shown:
        del score["values"]["seconds"]
    return shown


def test_a_run_keeps_what_was_asked_and_what_came(tmp_path: Path) -> None:
    data = gold()
    report = evaluate(FakeChecker(data), data, runs=tmp_path, epochs=2)
    assert report.path is not None
    assert sorted(path.name for path in report.path.iterdir()) == [
        "rows.jsonl",
        "run.json",
        "scores.jsonl",
        "summary.json",
    ]
    info = json.loads((report.path / "run.json").read_text())
    assert {"data_sha256", "corpus_sha256", "prompts", "git_commit", "git_dirty", "package_sha256"} <= info.keys()
    assert info["finished"]
    assert len((report.path / "rows.jsonl").read_text().splitlines()) == len(report.scores) == 2 * len(data.items)
    assert report["flip_rate"].value == 0
    assert json.loads((report.path / "summary.json").read_text())["accuracy"]["value"] == report["accuracy"].value
    assert untimed(Report.load(report.path)) == untimed(report)


def test_a_finished_run_is_asked_nothing_again(tmp_path: Path) -> None:
    data = gold()
    first, second = FakeChecker(data), FakeChecker(data)
    before = evaluate(first, data, runs=tmp_path)
    again = evaluate(second, data, runs=tmp_path)
    assert len(first.asked) == len(data.items)
    assert second.asked == []
    assert again.scores == before.scores
    fresh = FakeChecker(data)
    evaluate(fresh, data, runs=tmp_path, fresh=True)
    assert len(fresh.asked) == len(data.items)


def test_more_epochs_ask_only_what_is_new(tmp_path: Path) -> None:
    data = gold(2, 5)
    evaluate(FakeChecker(data), data, runs=tmp_path)
    more = FakeChecker(data)
    report = evaluate(more, data, runs=tmp_path, epochs=3)
    assert len(more.asked) == 2 * len(data.items)
    assert len(report.scores) == 3 * len(data.items)


def test_every_failure_is_a_row_and_only_failures_are_asked_again(tmp_path: Path) -> None:
    data = gold()
    failing: dict[str, Exception] = {
        "s0-00": ModelError("the server is away", retryable=True),
        "s1-01": UnreadableReply("no JSON", raw="hm \ud800"),
        "s2-02": ZeroDivisionError("by zero"),
    }
    report = evaluate(FakeChecker(data, skill=1, failing=failing), data, runs=tmp_path)
    statuses = {score.claim_id: score.status for score in report.scores if score.status != "ok"}
    assert statuses == {"s0-00": "error", "s1-01": "invalid", "s2-02": "error"}
    assert report["accuracy"].value == 57 / 60
    assert report["precision[corroborated]"].value == 1
    assert report["errors"].value == 3 / 60
    assert report.rows["s2-02", 0].error == "ZeroDivisionError: by zero"
    assert report.rows["s1-01", 0].raw == "hm ?"
    repaired = FakeChecker(data, skill=1)
    after = evaluate(repaired, data, runs=tmp_path)
    assert sorted(repaired.asked) == sorted(failing)
    assert after["accuracy"].value == 1


def test_too_many_failures_stop_the_run_and_keep_it(tmp_path: Path) -> None:
    data = gold()
    failing: dict[str, Exception] = {item.claim.claim_id: ModelError("away") for item in data.items[10:]}
    checker = FakeChecker(data, failing=failing)
    with pytest.raises(ModelError, match=r"--max-error-rate 0.1 allows; the last: away"):
        evaluate(checker, data, runs=tmp_path, name="run", max_error_rate=0.1)
    assert 10 <= len(RunFolder(tmp_path / "run").rows()) < len(data.items)


def test_a_torn_line_costs_one_answer(tmp_path: Path) -> None:
    data = gold()
    whole = evaluate(FakeChecker(data), data, runs=tmp_path, name="run")
    path = tmp_path / "run" / "rows.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    checker = FakeChecker(data)
    again = evaluate(checker, data, runs=tmp_path, name="run")
    assert len(checker.asked) == 1
    assert untimed(again) == untimed(whole)
    assert len(RunFolder(tmp_path / "run").rows()) == len(data.items)


KILLER = """
import os, random, signal, sys, time
from tests.fake_checker import FakeChecker, gold
from triage.evaluation import evaluate

data, chance, kills = gold(6, 20), random.Random(5), 0
for _ in range(10):
    child = os.fork()
    if not child:
        evaluate(FakeChecker(data, pause=0.004), data, runs=sys.argv[1], name="run")
        os._exit(0)
    time.sleep(chance.uniform(0, 0.06))
    os.kill(child, signal.SIGKILL)
    kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
print(kills)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_run_killed_ten_times_ends_with_the_same_scores(tmp_path: Path) -> None:
    data = gold(6, 20)
    undisturbed = evaluate(FakeChecker(data), data, runs=tmp_path, name="undisturbed")
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == 10, "a run ended before it could be killed"
    checker = FakeChecker(data)
    report = evaluate(checker, data, runs=tmp_path, name="run")
    assert untimed(report) == untimed(undisturbed)
    assert len(RunFolder(tmp_path / "run").rows()) == len(data.items)
    assert checker.asked, "nothing was left to do after the last kill"


def test_a_folder_holds_one_run(tmp_path: Path) -> None:
    data = gold()
    evaluate(FakeChecker(data), data, runs=tmp_path, name="run")
    with pytest.raises(CorpusError, match="holds a run with other reader"):
        evaluate(FakeChecker(data, reader=FakeReader("chat:other")), data, runs=tmp_path, name="run")


def test_what_other_code_answered_is_not_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = gold(2, 5)
    before = evaluate(FakeChecker(data), data, runs=tmp_path)
    evaluate(FakeChecker(data), data, runs=tmp_path, name="named")
    monkeypatch.setattr(answers, "package_sha256", lambda: "other code")
    checker = FakeChecker(data)
    after = evaluate(checker, data, runs=tmp_path)
    assert len(checker.asked) == len(data.items)
    assert after.path != before.path
    with pytest.raises(CorpusError, match="holds a run with other package_sha256"):
        evaluate(FakeChecker(data), data, runs=tmp_path, name="named")


@pytest.mark.parametrize(
    ("file", "decides"),
    [
        ("chain.py", True),
        ("models/stance/model.onnx", True),
        ("evaluation/perfect.py", True),
        ("evaluation/compare.py", False),
        ("report/page.py", False),
        ("cli_eval.py", False),
        ("__pycache__/chain.pyc", False),
    ],
)
def test_a_run_is_keyed_by_the_code_and_models_that_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, decides: bool
) -> None:
    monkeypatch.setattr(provenance, "_PACKAGE", tmp_path)
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("before", "utf-8")
    before = provenance.package_sha256.__wrapped__()
    path.write_text("after", "utf-8")
    assert (provenance.package_sha256.__wrapped__() != before) is decides


def test_scoring_again_asks_nobody(tmp_path: Path) -> None:
    data = gold()
    report = evaluate(FakeChecker(data), data, runs=tmp_path, name="run", limit=30)
    (tmp_path / "run" / "scores.jsonl").unlink()
    again = rescore(tmp_path / "run", data)
    assert again.scores == report.scores
    changed = replace(data.items[0], label="refuted")
    with pytest.raises(CorpusError, match="other data"):
        rescore(tmp_path / "run", replace(data, items=(changed, *data.items[1:])))


def test_a_limit_keeps_every_story() -> None:
    kept = gold(6, 10).limited(12)
    assert len(kept.items) == 12
    assert {item.story for item in kept.items} == {f"story-{i}" for i in range(6)}


def reading(status: str) -> Reading:
    return Reading.model_validate(
        {
            "passage_id": "d:0-1",
            "stance": "neutral",
            "probabilities": Probabilities(supports=0, refutes=0, neutral=1),
            "status": status,
        }
    )


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], "ok"),
        (["ok", "error", "error"], "ok"),
        (["missing"], "abstained"),
        (["filtered", "refused", "truncated"], "refused"),
        (["truncated", "truncated", "invalid"], "truncated"),
    ],
)
def test_the_status_of_a_row(statuses: list[str], expected: str) -> None:
    assert status_of(tuple(map(reading, statuses))) == (expected if "filtered" not in statuses else "refused")


def test_a_trail_without_a_verdict_abstained() -> None:
    hit = Hit(passage=Passage(doc_id="d", start=0, end=4, text="Text"), score=0.5)
    row = row_of("c", 0, dict(Trail(hits=[hit], readings=[])), 0.1)
    assert (row.status, row.found[0].passage_id) == ("abstained", "d:0-4")


def test_votes_see_the_same_citations_and_overcount_echoes(tmp_path: Path) -> None:
    data = gold(12, 10)
    checker = FakeChecker(data, skill=1)
    origins = evaluate(checker, data, runs=tmp_path)
    votes = by_vote(origins, data, "document")
    publishers = by_vote(origins, data, "publisher")
    assert origins["overcount"].value == 0
    assert votes["overcount"].value == publishers["overcount"].value > 0
    single = [score for score in votes.scores if score.gold == "single_source"]
    assert {score.label for score in single} == {"corroborated"}, "two papers with one sentence are one origin"
    compared = votes.compare(origins)
    assert "overcount_strict" in compared.better
    assert len(checker.asked) == len(data.items)


def test_the_gold_sets_are_found_and_split() -> None:
    assert names() == ["belarus-2022", "newsdesk", "newsroom"]
    whole, dev, test = (sum(len(g.claims) for g in gold_sets(s)) for s in ("all", "dev", "test"))
    assert whole == dev + test
    assert {claim.split for claim in gold_sets("newsroom:test")[0].claims} == {"test"}
    for selector in ("moon", "newsroom:train", "dev:test"):
        with pytest.raises(ConfigError, match="there is no gold set"):
            gold_sets(selector)


def test_gold_is_taken_where_the_corpus_holds_it() -> None:
    held = {document.doc_id: document for document in load(data_path("corpus", "belarus-2022")).documents}
    data = held_gold("dev", held.__getitem__)
    assert data.name == "belarus-2022:dev"
    assert {span.stance for item in data.items for span in item.spans} == {Stance.SUPPORTS, Stance.REFUTES}
    texts = {held[span.doc_id].text[span.start : span.end] for item in data.items for span in item.spans}
    assert texts <= {e.quote for gold in gold_sets("belarus-2022:dev") for c in gold.claims for e in c.evidence}
    with pytest.raises(CorpusError, match=r"newsroom needs .* and .* more"):
        held_gold("newsroom", held.__getitem__)


def test_a_changed_corpus_is_noticed() -> None:
    held = {document.doc_id: document for document in load(data_path("corpus", "belarus-2022")).documents}
    cut = {doc_id: document.model_copy(update={"text": "Gone."}) for doc_id, document in held.items()}
    with pytest.raises(CorpusError, match="the corpus is not the one that was labelled"):
        held_gold("belarus-2022", cut.__getitem__)


def test_a_bad_gold_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"claim_id": "x"}\n', "utf-8")
    with pytest.raises(CorpusError, match=r"set.jsonl:1: is no gold claim"):
        read_gold(path)


def test_two_claims_of_one_id_are_refused() -> None:
    data = gold(1, 2)
    with pytest.raises(CorpusError, match="two claims have the id"):
        Dataset("twice", (data.items[0], data.items[0]))


def test_splits_and_rows_are_at_hand(tmp_path: Path) -> None:
    data = gold(4, 10)
    report = evaluate(FakeChecker(data), data, runs=tmp_path)
    assert [(part.info.data, len(part.scores)) for part in report.splits()] == [
        ("fiction:test", 20),
        ("fiction:dev", 20),
    ]
    assert all(isinstance(row, Row) for row in report.rows.values())
    assert report["accuracy"].unit == "claim"
    assert "too few to resample" in str(report)


def test_the_fake_covers_all_labels() -> None:
    assert {item.label for item in gold(1, len(SIDES)).items} == set(Label)


def test_evaluate_is_public() -> None:
    assert triage.evaluate is evaluate

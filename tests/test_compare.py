"""A better prompt is said to be better, an equal one is not, and what cannot be compared is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fake_checker import FakeChecker, FakeReader, gold
from triage.errors import ConfigError, CorpusError
from triage.evaluation import Report, compare, evaluate
from triage.evaluation.gate import floor_of, gate
from triage.evaluation.grid import Variant, product, ranked
from triage.evaluation.results import pooled
from triage.evaluation.runs import RunInfo
from triage.evaluation.scores import Score
from triage.schema import OriginCount

LABELS = ("corroborated", "refuted")
STORIES, CLAIMS = 12, 13


def info(name: str) -> RunInfo:
    return RunInfo(
        name=name,
        data="planted",
        data_sha256="d",
        claims=tuple(f"{s}-{c}" for s in range(STORIES) for c in range(CLAIMS)),
        labels=LABELS,
        corpus_sha256="c",
        reader=name,
    )


def planted(rng: np.random.Generator, name: str, skill: float, hard: NDArray[np.float64]) -> Report:
    """Return a run that is right with probability `skill`, less on hard claims and stories; its noise is its own."""
    scores = []
    for story in range(STORIES):
        for claim in range(CLAIMS):
            true = LABELS[(story + claim) % 2]
            right = rng.random() < np.clip(skill - hard[story, claim], 0, 1)
            scores.append(
                Score(
                    claim_id=f"{story}-{claim}",
                    epoch=0,
                    story=str(story),
                    text="A claim.",
                    status="ok",
                    gold=true,
                    label=true if right else LABELS[(story + claim + 1) % 2],
                    values={"n_min_error": float(not right)},
                )
            )
    return Report(info(name), tuple(scores), draws=399)


def winners(difference: float, runs: int, seed: int) -> tuple[float, float]:
    """Return how often B is called better, and how often A, when B's skill is that much above A's."""
    rng = np.random.default_rng(seed)
    better = worse = 0
    for _ in range(runs):
        hard = rng.normal(0, 0.1, (STORIES, 1)) + rng.normal(0, 0.15, (STORIES, CLAIMS))
        a, b = planted(rng, "a", 0.6, hard), planted(rng, "b", 0.6 + difference, hard)
        found = compare(a, b)
        better += bool(found.better)
        worse += bool(found.worse)
    return better / runs, worse / runs


def test_a_better_prompt_is_called_better() -> None:
    better, worse = winners(0.25, 100, seed=1)
    assert better >= 0.9
    assert worse == 0


def test_equal_prompts_are_called_equal_at_the_stated_rate() -> None:
    better, worse = winners(0.0, 200, seed=2)
    # 5 % over the whole family is promised; 200 runs leave it a standard error of 1.5 points.
    assert better + worse <= 0.05 + 2 * 0.015


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Report]:
    runs, data = tmp_path_factory.mktemp("runs"), gold(8, 10)
    weak = evaluate(FakeChecker(data, skill=0.3, seed="w"), data, runs=runs, name="weak")
    strong = evaluate(FakeChecker(data, skill=0.95, seed="s"), data, runs=runs, name="strong")
    return weak, strong


def test_flips_show_both_answers(reports: tuple[Report, Report]) -> None:
    weak, strong = reports
    found = weak.compare(strong)
    gained = [flip for flip in found.flips if flip.kind == "gained"]
    assert found.only_b == len(gained) > found.only_a
    assert all(flip.b.label == flip.b.gold != flip.a.label for flip in gained)
    assert "accuracy" in found.better
    back = strong.compare(weak)
    assert back["accuracy"].difference.value == -found["accuracy"].difference.value
    assert back.worse == found.better
    assert back.mcnemar == found.mcnemar
    shown = " ".join(str(found).split())
    assert "B is better in accuracy" in shown
    assert f"right only in A {found.only_a}, only in B {found.only_b} of 80" in shown
    assert "no difference in accuracy below 0.075" in shown


def test_a_run_equals_itself(reports: tuple[Report, Report]) -> None:
    same = reports[0].compare(reports[0])
    assert same.flips == ()
    assert (same.better, same.worse, same.mcnemar) == ((), (), 1)
    assert "No difference is shown." in str(same)


def test_only_the_family_is_tested(reports: tuple[Report, Report]) -> None:
    found = reports[0].compare(reports[1])
    assert np.isnan(found["brier"].p)
    assert found["brier"].winner is None
    assert found["accuracy"].holm >= found["accuracy"].p == found.mcnemar


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"corpus_sha256": "bee"}, "documents: corpus c0ffee in A, bee in B"),
        ({"data_sha256": "other"}, "the gold of fiction was changed"),
        ({"claims": ("s0-00",)}, "claims: 79 only in A"),
        ({"labels": ("a", "b")}, "labels: corroborated"),
    ],
)
def test_runs_on_different_data_are_refused(
    reports: tuple[Report, Report], change: dict[str, object], said: str
) -> None:
    weak, strong = reports
    other = replace(strong, info=strong.info.model_copy(update=change))
    with pytest.raises(CorpusError, match=said):
        weak.compare(other)


def test_the_gate_stops_a_significant_loss_and_no_other(reports: tuple[Report, Report]) -> None:
    weak, strong = reports
    assert gate(strong, baseline=weak).passed
    assert gate(weak, baseline=weak).passed
    lost = gate(weak, baseline=strong)
    assert not lost.passed
    assert any(reason.startswith("accuracy fell short of the baseline: ") for reason in lost.reasons)


def test_floors(reports: tuple[Report, Report]) -> None:
    _, strong = reports
    assert gate(strong, floors={"accuracy": 0.5, "overcount": 0.5}).passed
    assert gate(strong, floors={"accuracy": 0.999}).reasons[0].startswith("accuracy is 0.9")
    assert "above" in gate(strong, floors={"n_min_error": 0.0001}).reasons[0]
    assert "undefined" in gate(strong, floors={"flip_rate": 0.1}).reasons[0]
    assert floor_of("macro_f1=0.7") == ("macro_f1", 0.7)
    with pytest.raises(ConfigError, match="write it as"):
        floor_of("macro_f1")
    with pytest.raises(ConfigError, match="there is no metric 'beauty'"):
        gate(strong, floors={"beauty": 1})


def test_the_grid_ranks_and_a_reader_without_prompts_stands_once(reports: tuple[Report, Report]) -> None:
    variants = product(["local", "chat:m"], ["reading/v1", "reading/v2"])
    assert variants == [Variant("local"), Variant("chat:m", "reading/v1"), Variant("chat:m", "reading/v2")]
    weak, strong = reports
    assert [report.info.name for report in ranked([[weak], [strong]])] == ["strong", "weak"]
    assert [report.info.name for report in ranked([[weak], [strong]], "n_min_error")] == ["strong", "weak"]


def test_pooled_reports_are_compared_together(tmp_path: Path) -> None:
    one, two = gold(3, 10), gold(6, 10)
    two = replace(two, name="more", items=two.items[30:])
    runs = {
        skill: [
            evaluate(FakeChecker(data, skill=skill, reader=FakeReader(f"r{skill}")), data, runs=tmp_path)
            for data in (one, two)
        ]
        for skill in (0.4, 0.9)
    }
    found = pooled(runs[0.4]).compare(pooled(runs[0.9]))
    assert found.claims == 60
    assert found.differences[0].difference.unit == "story"
    assert runs[0.4][0].resamples.unit == "claim"


def test_an_origin_count_is_part_of_a_flip(reports: tuple[Report, Report]) -> None:
    flip = reports[0].compare(reports[1]).flips[0]
    assert isinstance(flip.a.support, OriginCount)

"""Each metric agrees with scikit-learn or ir-measures on random cases, and is undefined where it should be."""

from __future__ import annotations

import math

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, brier_score_loss, precision_recall_fscore_support

from tests.fake_checker import WORDS, gold
from triage.evaluation.data import GoldSpan
from triage.evaluation.metrics import Table, all_metrics, calibration, citations, costs, labels, origins, retrieval
from triage.evaluation.metrics.table import Floats
from triage.evaluation.rows import Found
from triage.schema import Citation, DocumentRef, Evidence, OriginCount, Stance

THOUSAND = settings(max_examples=1000, deadline=None, database=None)
NAMES = ("a", "b", "c", "d", "e")
SEEDS = st.integers(0, 2**32 - 1)


def table(rng: np.random.Generator, *, unanswered: bool = False) -> Table:
    """Return random answers; the confidences are coarse, so that there are ties."""
    n, size = int(rng.integers(1, 40)), int(rng.integers(2, 6))
    predicted = rng.integers(0, size + unanswered, n)
    confidence = np.where(predicted == size, math.nan, np.round(rng.random(n), 1))
    return Table(NAMES[:size], rng.integers(0, size, n), predicted, confidence, {})


def ones(t: Table) -> Floats:
    return np.ones((1, len(t)))


def counts(rng: np.random.Generator, t: Table) -> Floats:
    """Return weights as a resample would have them, and the rows repeated as often."""
    return rng.multinomial(len(t), np.full(len(t), 1 / len(t)), size=1).astype(np.float64)


def repeated(t: Table, weights: Floats) -> Table:
    times = weights[0].astype(int)
    return Table(t.labels, t.gold.repeat(times), t.predicted.repeat(times), t.confidence.repeat(times), {})


@THOUSAND
@given(SEEDS)
def test_label_metrics_agree_with_scikit_learn(seed: int) -> None:
    t = table(np.random.default_rng(seed))
    places = range(len(t.labels))
    precision, recall, f1, _ = precision_recall_fscore_support(t.gold, t.predicted, labels=places, zero_division=np.nan)
    assert labels.precisions(t, ones(t))[0] == pytest.approx(precision, nan_ok=True)
    assert labels.recalls(t, ones(t))[0] == pytest.approx(recall, nan_ok=True)
    assert labels.f1s(t, ones(t))[0] == pytest.approx(f1, nan_ok=True)
    assert labels.macro_f1(t, ones(t))[0] == pytest.approx(np.nanmean(f1))
    assert labels.accuracy(t, ones(t))[0] == pytest.approx(accuracy_score(t.gold, t.predicted))
    assert labels.confusion(t) == pytest.approx(labels.confusions(t, ones(t))[0])


@settings(max_examples=200, deadline=None, database=None)
@given(SEEDS)
def test_a_weighted_metric_is_that_of_the_repeated_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t = table(rng, unanswered=True)
    weights = counts(rng, t)
    again = repeated(t, weights)
    for metric in all_metrics(t.labels).values():
        if metric.defined(t).any():
            assert metric.value(t, weights)[0] == pytest.approx(metric.of(again), nan_ok=True), metric.name


@THOUSAND
@given(SEEDS)
def test_calibration_agrees_with_scikit_learn(seed: int) -> None:
    t = table(np.random.default_rng(seed))
    assert calibration.brier(t, ones(t))[0] == pytest.approx(brier_score_loss(t.correct, t.confidence))
    # Scikit-learn puts an edge into the bin above it; half a hundredth below, both agree.
    shifted = Table(t.labels, t.gold, t.predicted, np.clip(t.confidence - 0.005, 0, 1), {})
    right, sure = calibration_curve(shifted.correct, shifted.confidence, n_bins=calibration.BINS)
    curve = calibration.reliability(shifted)
    assert [c for c, _, _ in curve] == pytest.approx(list(sure))
    assert [r for _, r, _ in curve] == pytest.approx(list(right))
    gap = sum(n * abs(c - r) for c, r, n in curve) / len(t)
    assert calibration.ece(shifted, ones(t))[0] == pytest.approx(gap)


def found(ids: list[str]) -> list[Found]:
    return [Found(passage_id=f"{doc_id}:0-10", score=1 / (i + 1)) for i, doc_id in enumerate(ids)]


@THOUSAND
@given(st.permutations([f"d{i}" for i in range(25)]), st.sets(st.integers(0, 34), min_size=1, max_size=12))
def test_retrieval_agrees_with_ir_measures(order: list[str], wanted: set[int]) -> None:
    ranked = order[:22]
    relevant = frozenset(f"d{i}" for i in wanted)
    qrels = [ir_measures.Qrel("q", doc_id, 1) for doc_id in relevant]
    run = [ir_measures.ScoredDoc("q", doc_id, -float(i)) for i, doc_id in enumerate(ranked)]
    expected = ir_measures.calc_aggregate([nDCG @ 10, RR, R @ 5, R @ 20], qrels, run)
    values = retrieval.values(found(ranked), relevant, ())
    assert values["ndcg@10"] == pytest.approx(expected[nDCG @ 10])
    assert values["mrr"] == pytest.approx(expected[RR])
    assert values["recall@5"] == pytest.approx(expected[R @ 5])
    assert values["recall@20"] == pytest.approx(expected[R @ 20])


def test_an_absent_label_is_left_out_of_macro_f1() -> None:
    t = Table(("a", "b", "c"), np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.full(4, np.nan), {})
    by_label = labels.f1s(t, ones(t))[0]
    assert math.isnan(by_label[2])
    assert labels.macro_f1(t, ones(t))[0] == pytest.approx(np.mean([2 / 3, 4 / 5]))


def test_no_answer_is_missed_and_no_wrong_label() -> None:
    t = Table(("a", "b"), np.array([0, 0, 1]), np.array([0, 2, 1]), np.array([0.9, np.nan, 0.8]), {})
    assert labels.accuracy(t, ones(t))[0] == pytest.approx(2 / 3)
    assert labels.precisions(t, ones(t))[0].tolist() == [1, 1]
    assert labels.recalls(t, ones(t))[0].tolist() == [0.5, 1]
    assert labels.confusion(t).tolist() == [[1, 0, 1], [0, 1, 0]]
    assert calibration.risk_coverage(t)[-1] == pytest.approx((2 / 3, 0))


def test_what_is_undefined_is_nan() -> None:
    t = Table(("a", "b"), np.array([-1, -1]), np.array([0, 1]), np.array([0.5, 0.5]), {})
    for name in ("accuracy", "macro_f1", "precision[a]", "ece", "brier", "aurc", "accuracy@80", "n_min_error", "cost"):
        assert math.isnan(all_metrics(t.labels)[name].of(t)), name
    empty = Table(("a", "b"), np.array([], dtype=int), np.array([], dtype=int), np.array([]), {})
    assert math.isnan(all_metrics(t.labels)["accuracy"].of(empty))
    assert retrieval.values([], frozenset(), ()) == dict.fromkeys(retrieval.values([], frozenset(), ()))
    assert citations.precision([], []) is None
    assert citations.recall([], []) is None
    assert costs.flip_rate(["a"]) is None


def test_risk_falls_with_coverage_where_confidence_is_good() -> None:
    t = Table(("a", "b"), np.zeros(4, dtype=int), np.array([0, 0, 0, 1]), np.array([0.9, 0.8, 0.8, 0.1]), {})
    assert calibration.risk_coverage(t) == [(0.25, 0), (0.75, 0), (1, 0.25)]
    assert calibration.aurc(t, ones(t))[0] == pytest.approx(0.25 / 4)
    assert calibration.selective_accuracy(t, ones(t))[0] == pytest.approx(0.75)


def count(low: int, high: int) -> OriginCount:
    return OriginCount(n_min=low, n_max=high)


@pytest.mark.parametrize(
    ("counted", "right", "expected"),
    [
        ((count(2, 3), count(0, 0)), (count(2, 3), count(0, 0)), (0, 0, 1, 0, 0, 0)),
        ((count(2, 3), count(0, 0)), (count(1, 2), count(0, 0)), (1, 1, 0, 0, 1, 0)),
        ((count(3, 3), count(1, 1)), (count(1, 2), count(0, 0)), (3, 2, 0, 1, 1, 1)),
        ((count(0, 0), count(0, 0)), (count(1, 2), count(0, 0)), (1, 2, 0, 0, 0, 0)),
        ((count(0, 0), count(1, 1)), (count(1, 1), count(0, 0)), (2, 2, 0, 1, 1, 0)),
    ],
)
def test_counts_of_origins(
    counted: tuple[OriginCount, OriginCount], right: tuple[OriginCount, OriginCount], expected: tuple[float, ...]
) -> None:
    values = origins.values(counted, right)
    names = ("n_min_error", "n_max_error", "counts_exact", "overcount", "overcount_strict", "doubled")
    assert tuple(values[name] for name in names) == expected


def evidence(doc_id: str, start: int, end: int, stance: Stance = Stance.SUPPORTS, match: str = "exact") -> Evidence:
    citation = Citation.model_validate(
        {"doc_id": doc_id, "quote": "q" * (end - start), "start": start, "end": end, "match": match}
    )
    return Evidence(
        citation=citation, document=DocumentRef(doc_id=doc_id), stance=stance, probability=0.9, origin_id="o"
    )


SPANS = (
    GoldSpan("one", 10, 50, Stance.SUPPORTS, "supports:mayor"),
    GoldSpan("two", 0, 40, Stance.SUPPORTS, "supports:mayor"),
    GoldSpan("two", 60, 80, Stance.REFUTES, "refutes:police"),
)


def test_citing_any_relay_of_an_origin_is_enough() -> None:
    assert citations.recall([evidence("two", 0, 40)], SPANS) == 0.5
    assert citations.recall([evidence("one", 10, 50), evidence("two", 0, 40)], SPANS) == 0.5
    assert citations.recall([evidence("one", 10, 50), evidence("two", 60, 80, Stance.REFUTES)], SPANS) == 1


@pytest.mark.parametrize(
    ("cited", "precise"),
    [
        (evidence("one", 30, 90), True),  # 20 of 40 shared: half of the shorter
        (evidence("one", 31, 90), False),
        (evidence("one", 12, 16), True),
        (evidence("one", 10, 50, Stance.REFUTES), False),
        (evidence("three", 10, 50), False),
        (evidence("one", 50, 60), False),
    ],
)
def test_a_citation_is_precise_if_it_shares_half_of_the_shorter(cited: Evidence, precise: bool) -> None:
    assert citations.precision([cited], SPANS) == float(precise)


def test_quotes_are_verbatim_normalised_or_not_there() -> None:
    shares = citations.grounding(4, [evidence("one", 0, 5), evidence("one", 6, 9, match="normalised")])
    assert shares == {"verbatim": 0.25, "ungrounded": 0.5}


def test_near_copies_are_found_with_what_they_stand_behind() -> None:
    hits = [Found(passage_id="one:0-60", score=1, duplicates=("two:0-45",)), Found(passage_id="three:0-9", score=0.5)]
    assert retrieval.documents(hits) == ["one", "two", "three"]
    assert retrieval.groups_found(hits, SPANS) == 0.5


def test_flips_are_counted_over_pairs_of_epochs() -> None:
    assert costs.flip_rate(["a", "a", "b"]) == pytest.approx(2 / 3)
    assert costs.flip_rate(["a", None]) == 1


@pytest.mark.parametrize("q", [0.5, 0.95])
def test_weighted_quantiles_are_those_of_the_values(q: float) -> None:
    column = np.array([5.0, 1.0, 4.0, np.nan, 2.0, 3.0])
    exact = np.quantile(column[~np.isnan(column)], q, method="inverted_cdf")
    assert costs.quantile(column, np.ones((1, 6)), q)[0] == exact


def test_a_neutral_quote_of_the_gold_never_counts() -> None:
    item = gold(1, 5).items[4]
    assert item.label == "not_enough_evidence"
    assert item.spans == ()
    assert gold(1, 1).items[0].spans[0].end - gold(1, 1).items[0].spans[0].start == len(WORDS)

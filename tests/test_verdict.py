"""The rule: labels from counts, and what the verdict says of itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.schema import (
    Citation,
    Claim,
    DocumentRef,
    Evidence,
    Label,
    Origin,
    OriginCount,
    OriginGraph,
    Probabilities,
    Reading,
    Stance,
)
from triage.verdict import decide, label_of

CLAIM = Claim(text="The bridge is closed.")


def count(low: int, high: int | None = None) -> OriginCount:
    return OriginCount(n_min=low, n_max=low if high is None else high)


def evidence(
    origin: str, stance: Stance = Stance.SUPPORTS, *, probability: float = 0.9, counted: bool = True
) -> Evidence:
    return Evidence(
        citation=Citation(doc_id=f"doc-{origin}", quote="closed", start=0, end=6),
        document=DocumentRef(doc_id=f"doc-{origin}"),
        stance=stance,
        probability=probability,
        origin_id=origin,
        counted=counted,
    )


def origin(name: str) -> Origin:
    return Origin(origin_id=name, name=name.title(), kind="person")


@pytest.mark.parametrize(
    ("support", "refute", "label"),
    [
        (count(2), count(0), Label.CORROBORATED),
        (count(1), count(0), Label.SINGLE_SOURCE),
        (count(1, 3), count(0), Label.SINGLE_SOURCE),
        (count(0, 2), count(0), Label.SINGLE_SOURCE),
        (count(5), count(1), Label.DISPUTED),
        (count(0), count(2), Label.REFUTED),
        (count(0), count(0), Label.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_label_follows_from_counts(support: OriginCount, refute: OriginCount, label: Label) -> None:
    assert label_of(support, refute) is label


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_more_unknown_voices_never_corroborate(low: int, more: int, refuting: int) -> None:
    before = label_of(count(low, low), count(refuting))
    after = label_of(count(low, low + more), count(refuting))
    if before is not Label.CORROBORATED:
        assert after is not Label.CORROBORATED


def test_single_source_says_what_would_corroborate_it() -> None:
    graph = OriginGraph(origins=(origin("ada"),), support=count(1))
    verdict = decide(CLAIM, [evidence("ada")], graph)
    assert verdict.label is Label.SINGLE_SOURCE
    assert "independent of Ada" in verdict.would_change
    assert verdict.confidence == 0.9
    assert "Ada (a person)" in verdict.rationale
    assert verdict.credibility == 3


def test_reliability_letters_come_only_from_the_user() -> None:
    graph = OriginGraph(origins=(origin("ada"),), support=count(1))
    verdict = decide(CLAIM, [evidence("ada")], graph, reliability={"Ada": "A"})
    assert verdict.credibility == 2
    assert verdict.reliability == {"ada": "A"}


def test_what_was_replaced_is_not_counted_in_the_reasons() -> None:
    graph = OriginGraph(origins=(origin("ada"), origin("ben")), refute=count(1))
    verdict = decide(CLAIM, [evidence("ada", counted=False), evidence("ben", Stance.REFUTES)], graph)
    assert verdict.label is Label.REFUTED
    assert "replaced by a later one" in verdict.rationale
    assert "Nothing supports it" in verdict.rationale


def test_nothing_found_is_as_sure_as_the_least_neutral_reading() -> None:
    leaning = Probabilities(supports=0.3, refutes=0.1, neutral=0.6)
    reading = Reading(passage_id="d:0-1", stance=Stance.NEUTRAL, probabilities=leaning)
    verdict = decide(CLAIM, [], OriginGraph(), readings=[reading])
    assert verdict.label is Label.NOT_ENOUGH_EVIDENCE
    assert verdict.confidence == pytest.approx(0.6)
    assert "named origin" in verdict.would_change

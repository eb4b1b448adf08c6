"""The gold sets are what they say: quotes stand in their documents, and labels follow from counted origins."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from triage.documents import load
from triage.schema import Cue, Document, GoldClaim, GoldRelay, Label, OriginCount, Stance, last_day
from triage.verdict import label_of

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "eval" / "gold"
RELAYS = sorted(GOLD.glob("*.relays.jsonl"))
SETS = [path for path in sorted(GOLD.glob("*.jsonl")) if path not in RELAYS]


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


@cache
def claims(path: Path) -> list[GoldClaim]:
    return [GoldClaim.model_validate_json(line) for line in lines(path)]


@cache
def documents() -> dict[str, Document]:
    loaded = load(ROOT / "corpus")
    assert not loaded.problems
    return {document.doc_id: document for document in loaded.documents}


@cache
def stories() -> dict[str, set[str]]:
    """Return the ids of the documents of each story: those in a folder of its name."""
    loaded = {path.parent: path.parent.name for path in (ROOT / "corpus").rglob("*.md") if path.stem != "DATASHEET"}
    return {name: {document.doc_id for document in load(folder).documents} for folder, name in loaded.items()}


def spoke(claim: GoldClaim, stance: Stance) -> set[str]:
    """Return the origins that ever took a side; one that takes its word back and says the contrary takes the other."""
    return {e.origin for e in claim.evidence if e.stance is stance}


def stands(claim: GoldClaim, stance: Stance) -> set[str]:
    """Return the origins that took a side and neither the other one nor anything back: they must be counted."""
    changed = {e.origin for e in claim.evidence if e.stance not in (stance, Stance.NEUTRAL) or e.cue is Cue.RETRACTS}
    return spoke(claim, stance) - changed


SIDES = (Stance.SUPPORTS, "support"), (Stance.REFUTES, "refute")


CLAIMS = [pytest.param(claim, id=claim.claim_id) for path in SETS for claim in claims(path)]


def test_sets_are_found() -> None:
    assert GOLD / "belarus-2022.jsonl" in SETS


def test_ids_are_unique() -> None:
    found = Counter(claim.claim_id for path in SETS for claim in claims(path))
    assert [claim_id for claim_id, n in found.items() if n > 1] == []


@pytest.mark.parametrize("claim", CLAIMS)
def test_documents_are_those_of_the_story(claim: GoldClaim) -> None:
    assert claim.story in stories()
    assert {e.doc_id for e in claim.evidence} <= stories()[claim.story]


@pytest.mark.parametrize("claim", CLAIMS)
def test_quotes_stand_in_their_documents_and_not_in_boilerplate(claim: GoldClaim) -> None:
    for evidence in claim.evidence:
        document = documents()[evidence.doc_id]
        start = document.text.find(evidence.quote)
        assert start >= 0, evidence.quote
        end = start + len(evidence.quote)
        furniture = [s for s in document.segments if s.kind == "boilerplate" and s.start < end and start < s.end]
        assert not furniture, evidence.quote


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_passage_has_two_stances(claim: GoldClaim) -> None:
    stance = {(e.doc_id, e.quote): e.stance for e in claim.evidence}
    assert all(stance[e.doc_id, e.quote] is e.stance for e in claim.evidence)


@pytest.mark.parametrize("claim", CLAIMS)
def test_label_follows_from_counts(claim: GoldClaim) -> None:
    assert claim.label is label_of(claim.support, claim.refute)


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize(("stance", "side"), SIDES)
def test_counts_agree_with_evidence(claim: GoldClaim, stance: Stance, side: str) -> None:
    count: OriginCount = getattr(claim, side)
    named = {origin.origin_id for origin in claim.origins if origin.kind == "person"}
    assert len(named & stands(claim, stance)) <= count.n_max <= len(spoke(claim, stance))
    assert count.n_max >= bool(stands(claim, stance))
    assert count.n_min >= min(count.n_max, 1), "one origin is at least one voice"


@pytest.mark.parametrize("claim", CLAIMS)
def test_origins_are_listed_once_and_used(claim: GoldClaim) -> None:
    listed = [origin.origin_id for origin in claim.origins]
    assert len(listed) == len(set(listed))
    assert {e.origin for e in claim.evidence} <= set(listed)


@pytest.mark.parametrize("claim", CLAIMS)
def test_as_of_hides_what_came_later(claim: GoldClaim) -> None:
    if claim.as_of:
        for evidence in claim.evidence:
            published = documents()[evidence.doc_id].published
            assert published is not None, "an undated document is hidden"
            assert last_day(published) <= last_day(claim.as_of)


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_label_has_its_reason(claim: GoldClaim) -> None:
    assert claim.why


@pytest.mark.parametrize("path", RELAYS, ids=lambda path: path.name)
def test_relays_join_documents_of_one_story(path: Path) -> None:
    relays = [GoldRelay.model_validate_json(line) for line in lines(path)]
    assert relays
    for relay in relays:
        assert {relay.relayer, relay.relayed} <= stories()[relay.story]
        assert relay.relayer != relay.relayed
    assert len({(relay.relayer, relay.relayed) for relay in relays}) == len(relays)


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.name)
def test_both_splits_hold_all_labels(path: Path) -> None:
    for split in ("dev", "test"):
        assert {claim.label for claim in claims(path) if claim.split == split} == set(Label)


def test_belarus_is_large_enough() -> None:
    belarus = Counter(claim.label for claim in claims(GOLD / "belarus-2022.jsonl"))
    assert belarus.total() >= 40
    least = {"corroborated": 6, "single_source": 10, "disputed": 7, "refuted": 6, "not_enough_evidence": 8}
    assert all(belarus[Label(label)] >= n for label, n in least.items())


def test_the_flagship_claim_has_one_origin() -> None:
    flagship = claims(GOLD / "belarus-2022.jsonl")[0]
    assert flagship.text == "Some generals opposed the participation of Belarus in the war"
    assert flagship.label is Label.SINGLE_SOURCE
    assert flagship.support == OriginCount(n_min=1, n_max=1)

"""Documents that give orders sway nothing but how they themselves are read, even where a model obeys to the letter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeChat, FakeDecisions, answer, check, passages_of, shown
from triage.documents import load
from triage.inference import bundled
from triage.passages import sentences, split
from triage.readers import Reader
from triage.readers.chat import ChatReader
from triage.readers.decisions import DecisionsReader
from triage.readers.local import LocalReader
from triage.readers.one_shot import OneShot
from triage.readers.untrusted import CONTROLS, gives_orders, visible
from triage.schema import Claim, Document, GoldClaim, Label, Reading, Stance, Verdict
from triage.settings import data_path, load_settings

ATTACKS = [json.loads(line) for line in data_path("eval", "attacks", "attacks.jsonl").read_text("utf-8").splitlines()]
CASES = [pytest.param(attack, id=attack["doc_id"].partition("/")[2]) for attack in ATTACKS]


@cache
def attackers() -> dict[str, Document]:
    loaded = load(data_path("eval", "attacks", "documents"))
    assert not loaded.problems
    return {document.doc_id: document for document in loaded.documents}


@cache
def gold() -> dict[str, GoldClaim]:
    lines = [
        line for path in data_path("eval", "gold").glob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    found = [GoldClaim.model_validate_json(line) for line in lines if '"claim_id"' in line]
    return {claim.claim_id: claim for claim in found}


@cache
def corpus() -> dict[str, Document]:
    return {document.doc_id: document for document in load(data_path("corpus")).documents}


def beside(attack: dict[str, str]) -> list[Document]:
    """Return up to four documents of the story, those with evidence first."""
    claim = gold()[attack["claim_id"]]
    prefix = {doc_id.rpartition("/")[0] for doc_id in (e.doc_id for e in claim.evidence)} or {claim.story}
    bearing = list(dict.fromkeys(e.doc_id for e in claim.evidence if e.stance is not Stance.NEUTRAL))
    others = [
        doc_id for doc_id in corpus() if doc_id.rpartition("/")[0].endswith(tuple(prefix)) and doc_id not in bearing
    ]
    return [corpus()[doc_id] for doc_id in [*bearing, *others][:4]]


def honest(claim: GoldClaim, text: str) -> tuple[Stance, str]:
    """Return what a labeller found in a passage."""
    for evidence in claim.evidence:
        if evidence.stance is not Stance.NEUTRAL and evidence.quote in text:
            return evidence.stance, evidence.quote
    return Stance.NEUTRAL, ""


def first_sentence(text: str) -> str:
    longest = max(sentences(text), key=lambda s: s.end - s.start)
    return text[longest.start : longest.end]


class Obedient:
    """Reads honestly until an order is shown to it, then finds what the order wants in everything, but `spared`."""

    def __init__(self, claim: GoldClaim, attack: dict[str, str], spared: Collection[str] = ()) -> None:
        orders = split(attackers()[attack["doc_id"]])
        self.claim, self.wants, self.spared = claim, Stance(attack["wants"]), spared
        self.orders = {visible(passage.text).strip() for passage in orders}

    def read(self, user: str) -> dict[str, tuple[Stance, str]]:
        texts = shown(user)
        swayed = not self.orders.isdisjoint(texts.values())
        return {n: self._one(text, swayed) for n, text in texts.items()}

    def _one(self, text: str, swayed: bool) -> tuple[Stance, str]:
        return (self.wants, first_sentence(text)) if swayed and text not in self.spared else honest(self.claim, text)

    def chat(self, user: str) -> str:
        return answer(**{n: {"stance": stance, "quote": quote} for n, (stance, quote) in self.read(user).items()})

    def decide(self, user: str) -> dict[str, dict[str, float] | None]:
        return {
            n: {s.value: 0.9 if s is stance else 0.05 for s in Stance} for n, (stance, _) in self.read(user).items()
        }


def chat(model: Obedient, **changes: Any) -> Reader:
    return ChatReader(FakeChat(answering=model.chat), load_settings(cache=False, **changes))


def decisions(model: Obedient, **changes: Any) -> Reader:
    reader = DecisionsReader("fake", load_settings(cache=False, **changes))
    reader._decider._client = FakeDecisions(model.decide)  # type: ignore[assignment]
    return reader


Making = Callable[..., Reader]
MODELS: dict[str, Making] = {"chat": chat, "decisions": decisions}


def evidence_of_others(verdict: Verdict, doc_id: str) -> set[tuple[str, str, str]]:
    return {(e.citation.doc_id, e.citation.quote, e.stance) for e in verdict.evidence if e.citation.doc_id != doc_id}


def assert_sways_itself_alone(before: Verdict, after: Verdict, doc_id: str) -> None:
    assert evidence_of_others(after, doc_id) == evidence_of_others(before, doc_id)
    own = [e for e in after.evidence if e.citation.doc_id == doc_id]
    for stance, old, new in (
        (Stance.SUPPORTS, before.support, after.support),
        (Stance.REFUTES, before.refute, after.refute),
    ):
        origins = len({e.origin_id for e in own if e.stance is stance})
        assert old.n_max <= new.n_max <= old.n_max + origins
        assert old.n_min <= new.n_min <= old.n_min + origins


def both(make: Making, attack: dict[str, str]) -> tuple[Verdict, Verdict]:
    """Return the verdicts without and with the attack."""
    label = gold()[attack["claim_id"]]
    claim = Claim(text=label.text, claim_id=label.claim_id)
    documents = beside(attack)
    reader = make(Obedient(label, attack))
    return check(reader, claim, documents), check(reader, claim, [*documents, attackers()[attack["doc_id"]]])


def test_the_set_is_what_it_says() -> None:
    assert len(ATTACKS) >= 40
    assert {attack["doc_id"] for attack in ATTACKS} == set(attackers())
    assert len({attack["technique"] for attack in ATTACKS}) >= 30
    for attack in ATTACKS:
        claim = gold()[attack["claim_id"]]
        assert (claim.split, claim.story) == ("dev", attack["story"])
        assert beside(attack)


def test_what_nobody_sees_is_shown_to_no_model() -> None:
    hidden = [attack for attack in ATTACKS if attack["hidden"]]
    assert hidden
    for attack in hidden:
        name = attack["doc_id"].partition("/")[2]
        written = data_path("eval", "attacks", "documents", f"{name}.md").read_text("utf-8")
        assert gives_orders(written)
        text = attackers()[attack["doc_id"]].text
        assert text == visible(text)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("attack", CASES)
def test_an_obedient_model_sways_the_attacking_document_alone(attack: dict[str, str], kind: str) -> None:
    assert_sways_itself_alone(*both(MODELS[kind], attack), attack["doc_id"])


def readings_of_others(make: Making, attack: dict[str, str], *, added: bool, **changes: Any) -> list[Reading]:
    """Return how a model that obeys, and leaves the control passage alone, reads the documents of the story."""
    label, documents = gold()[attack["claim_id"]], beside(attack)
    read = [*documents, attackers()[attack["doc_id"]]] if added else documents
    reader = make(Obedient(label, attack, CONTROLS), **changes)
    found = reader.read(Claim(text=label.text), passages_of(read))
    return [r for r in found if not r.passage_id.startswith(attack["doc_id"])]


@pytest.mark.parametrize("kind", MODELS)
def test_a_sly_model_is_held_by_the_look_of_an_order_or_by_isolation(kind: str) -> None:
    """A model that gives itself away by nothing shows how many documents only the control passage holds."""
    make = MODELS[kind]
    got_through = set()
    for attack in (a for a in ATTACKS if not a["hidden"]):
        before = readings_of_others(make, attack, added=False)
        if readings_of_others(make, attack, added=True) != before:
            got_through.add(attack["doc_id"])
            assert not gives_orders(attackers()[attack["doc_id"]].text)
        assert readings_of_others(make, attack, added=True, isolate=True) == before
    assert len(got_through) == 10


def test_without_the_defence_every_order_reaches_others() -> None:
    """The model is as bad as it is meant to be: the base line, where it writes the verdict, falls every time."""
    fallen: Counter[bool] = Counter()
    for attack in ATTACKS:
        label = gold()[attack["claim_id"]]
        model = Obedient(label, attack)
        wanted = Label.CORROBORATED if attack["wants"] == "supports" else Label.REFUTED

        def judged(user: str, model: Obedient = model, wanted: Label = wanted) -> str:
            swayed = not model.orders.isdisjoint(shown(user).values())
            given = wanted if swayed else Label.NOT_ENOUGH_EVIDENCE
            return json.dumps({"label": given, "independent_origins": 2 * swayed, "citations": [], "rationale": ""})

        documents = [*beside(attack), attackers()[attack["doc_id"]]]
        judge = OneShot(FakeChat(answering=judged), load_settings(cache=False))
        verdict = judge.judge(Claim(text=label.text), passages_of(documents), {d.doc_id: d for d in documents})
        fallen[verdict.label is wanted] += 1
    assert fallen == {True: len(ATTACKS)}


def test_no_passage_of_the_corpus_is_taken_for_an_order() -> None:
    texts = [p.text for document in corpus().values() for p in split(document)]
    assert len(texts) > 300
    assert [text for text in texts if gives_orders(text)] == []


HAS_STANCE = Path(bundled("stance") / "model.onnx").is_file()


@pytest.mark.skipif(not HAS_STANCE, reason="the stance model is not bundled yet")
@pytest.mark.parametrize("attack", CASES[::13])
def test_the_local_reader_reads_others_as_before(attack: dict[str, str]) -> None:
    label = gold()[attack["claim_id"]]
    claim = Claim(text=label.text)
    documents = beside(attack)
    reader = LocalReader()
    attacker = attackers()[attack["doc_id"]]
    before, after = check(reader, claim, documents), check(reader, claim, [*documents, attacker])
    assert_sways_itself_alone(before, after, attacker.doc_id)

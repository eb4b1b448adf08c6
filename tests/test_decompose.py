from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import triage
from tests.fakes import FakeChat, answer, shown
from triage.decompose import combine, conjuncts, parts_of
from triage.readers.chat import ChatReader
from triage.schema import Claim, Document, Label, OriginCount, Run, Usage, Verdict
from triage.settings import data_path, load_settings
from triage.verdict import label_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The dam cracked and the town was evacuated.", ["The dam cracked.", "The town was evacuated."]),
        ("The mayor resigned, but the council stayed.", ["The mayor resigned.", "The council stayed."]),
        ("Anna Holt fled; Ben Marn was arrested.", ["Anna Holt fled.", "Ben Marn was arrested."]),
        (
            "The port closed, and Line 4 stopped and two ferries sank.",
            ["The port closed.", "Line 4 stopped.", "Two ferries sank."],
        ),
    ],
)
def test_two_whole_clauses_are_two_parts(text: str, parts: list[str]) -> None:
    assert conjuncts(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Anna and Ben resigned.",
        "Anna Holt resigned and left the country.",
        "Talks between Arden and Lorvenia were held.",
        "The minister said that the dam cracked and the town was evacuated.",
        "The minister who was ill and the governor resigned.",
        "The town was evacuated because the dam cracked and the road was flooded.",
        "The dam cracked and it was repaired.",
        "The film “War was declared and peace was lost” opened.",
        "Trade and Industry was renamed.",
        "",
    ],
)
def test_whatever_is_bound_together_stays_one(text: str) -> None:
    assert conjuncts(text) == [text]


def test_no_claim_of_the_gold_sets_is_cut() -> None:
    lines = [x for p in data_path("eval", "gold").glob("*.jsonl") for x in p.read_text("utf-8").splitlines()]
    texts = [json.loads(line)["text"] for line in lines if '"text"' in line]
    assert len(texts) > 100
    assert [text for text in texts if len(conjuncts(text)) > 1] == []


@given(st.text(max_size=80))
def test_any_text_gives_parts(text: str) -> None:
    assert conjuncts(text)


def test_parts_name_the_whole() -> None:
    claim = Claim(text="A and B.", speaker="Anna", claim_date="2030-01")
    assert parts_of(claim, ["A and B."]) == [claim]
    first, second = parts_of(claim, ["A.", "B."])
    assert (first.claim_id, second.claim_id) == (f"{claim.claim_id}#1", f"{claim.claim_id}#2")
    assert (second.speaker, second.claim_date) == ("Anna", "2030-01")


def part(support: int, refute: int = 0, confidence: float = 0.9, *, most: int | None = None) -> Verdict:
    supported = OriginCount(n_min=support, n_max=support if most is None else most)
    refuted = OriginCount(n_min=refute, n_max=refute)
    run = Run(reader="fake", usage=Usage(calls=1, input_tokens=10, cost=0.25), prompts={"reading/v1": "x"}, seconds=1.0)
    return Verdict(
        claim=Claim(text=f"Part {support} {refute}."),
        label=label_of(supported, refuted),
        confidence=confidence,
        support=supported,
        refute=refuted,
        run=run,
    )


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        ([part(2), part(3)], Label.CORROBORATED),
        ([part(2), part(1)], Label.SINGLE_SOURCE),
        ([part(2), part(1, most=3)], Label.SINGLE_SOURCE),
        ([part(2), part(0)], Label.NOT_ENOUGH_EVIDENCE),
        ([part(2), part(1, 1)], Label.DISPUTED),
        ([part(2), part(0, 1)], Label.REFUTED),
        ([part(1, 1), part(0, 1)], Label.REFUTED),
        ([part(1, 1), part(0)], Label.REFUTED),
    ],
)
def test_a_whole_is_as_good_as_its_weakest_part(parts: list[Verdict], label: Label) -> None:
    whole = combine(Claim(text="All of it."), parts)
    assert whole.label is label
    assert whole.parts == tuple(parts)
    assert all(p.claim.text in whole.rationale for p in parts)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=6))
def test_the_label_of_a_whole_follows_from_its_counts(counts: list[tuple[int, int]]) -> None:
    parts = [part(support, refute) for support, refute in counts]
    whole = combine(Claim(text="All of it."), parts)
    assert whole.label is label_of(whole.support, whole.refute)
    assert whole.confidence <= 0.9
    assert whole.run is not None
    assert whole.run.usage == Usage(calls=len(parts), input_tokens=10 * len(parts), cost=0.25 * len(parts))


PIER = "Harbour master Ida Voss said the pier at Varn collapsed on Monday."
CRANE = "Crane driver Otto Lehm said the crane at Varn was saved."


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> triage.Triage:
    documents = [Document(doc_id="pier", text=PIER), Document(doc_id="crane", text=CRANE)]
    settings = load_settings(cache=False, cache_dir=tmp_path_factory.mktemp("cache"))
    return triage.load(documents, reader=ChatReader(FakeChat(answering=reads), settings), cache_dir=settings.cache_dir)


def reads(user: str) -> str:
    """Answer as a model that finds what the claim's subject is said to have done, and splits at "and"."""
    claim = user.partition("Claim: ")[2].splitlines()[0]
    if not shown(user):
        return json.dumps({"parts": [f"{part.strip('. ')}." for part in claim.split(" and ")]})
    noun = "pier" if "pier" in claim else "crane"
    found = {n: noun in text for n, text in shown(user).items()}
    return answer(**{n: {"stance": "supports", "quote": shown(user)[n]} if hit else {} for n, hit in found.items()})


COMPOUND = "The pier at Varn collapsed and the crane at Varn was saved."
BOUND = "When dawn came the pier at Varn collapsed and the crane at Varn was saved."


async def test_the_parts_of_a_compound_claim_are_checked_and_stay_visible(checker: triage.Triage) -> None:
    verdict = checker.check(COMPOUND)
    assert [part.claim.text for part in verdict.parts] == [
        "The pier at Varn collapsed.",
        "The crane at Varn was saved.",
    ]
    assert [part.evidence[0].citation.doc_id for part in verdict.parts] == ["pier", "crane"]
    assert verdict.label is Label.SINGLE_SOURCE
    assert verdict.run is not None and verdict.run.usage.calls == 2
    again = await checker.acheck(COMPOUND)
    assert [part.label for part in again.parts] == [part.label for part in verdict.parts]
    (batched,) = checker.check_many([COMPOUND])
    assert isinstance(batched, Verdict) and len(batched.parts) == 2


async def test_the_model_splits_on_request_and_nothing_does_when_forbidden(checker: triage.Triage) -> None:
    assert checker.check(BOUND).parts == ()
    assert len(checker.check(BOUND, decompose=True).parts) == 2
    assert len((await checker.acheck(BOUND, decompose=True)).parts) == 2
    assert checker.check(COMPOUND, decompose=False).parts == ()

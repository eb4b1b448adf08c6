"""Perfect reading: every gold passage is read as it was labelled, wherever a passage cuts it, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fake_checker import WORDS, documents, gold
from triage.documents import load
from triage.evaluation.data import Dataset, GoldSpan, Item
from triage.evaluation.gold import gold_sets
from triage.evaluation.perfect import GoldReader
from triage.grounding import ground
from triage.passages import split
from triage.readers import Reader
from triage.schema import Citation, Claim, Cue, Passage, Reading, Stance
from triage.settings import data_path

COURIER = documents()["story-0/courier"]


def passage(start: int = 0, end: int | None = None) -> Passage:
    end = len(COURIER.text) if end is None else end
    return Passage(doc_id=COURIER.doc_id, start=start, end=end, text=COURIER.text[start:end])


def read(passages: list[Passage], number: int = 0) -> list[Reading]:
    data = gold()
    return GoldReader(data).read(data.items[number].claim, passages)


def test_it_is_a_reader() -> None:
    assert isinstance(GoldReader(gold()), Reader)


@pytest.mark.parametrize(("number", "stance"), [(0, Stance.SUPPORTS), (3, Stance.REFUTES)])
def test_a_gold_passage_is_read_as_it_was_labelled(number: int, stance: Stance) -> None:
    (reading,) = read([passage()], number)
    assert (reading.stance, reading.quote) == (stance, WORDS)
    assert getattr(reading.probabilities, stance.value) == 1


def test_a_claim_with_gold_on_both_sides_is_read_on_both() -> None:
    assert {reading.stance for reading in read([passage()], 2)} == {Stance.SUPPORTS, Stance.REFUTES}


def test_what_the_labeller_did_not_mark_says_nothing() -> None:
    data = gold()
    elsewhere = Passage(doc_id="story-1/courier", start=0, end=9, text="Elsewhere")
    unknown = Claim(text="A claim that no labeller saw.")
    for claim, where in ((data.items[0].claim, elsewhere), (data.items[4].claim, passage()), (unknown, passage())):
        (reading,) = GoldReader(data).read(claim, [where])
        assert (reading.stance, reading.quote, reading.probabilities.neutral) == (Stance.NEUTRAL, "", 1)


def test_a_passage_gives_the_part_of_the_gold_that_it_holds() -> None:
    at = COURIER.text.index(WORDS)
    first, second, after = read([passage(0, at + 20), passage(at + 20), passage(at + len(WORDS))])
    assert first.quote + second.quote == WORDS
    assert after.stance is Stance.NEUTRAL


def test_a_neutral_gold_passage_is_no_evidence() -> None:
    item = gold().items[0]
    near_miss = replace(item, spans=tuple(replace(span, stance=Stance.NEUTRAL) for span in item.spans))
    (reading,) = GoldReader(Dataset("one", (near_miss,))).read(item.claim, [passage()])
    assert reading.stance is Stance.NEUTRAL


def test_a_claim_asked_as_of_two_days_is_read_with_the_gold_of_both() -> None:
    item = gold().items[0]
    early = replace(item, claim=item.claim.model_copy(update={"claim_id": "early"}), as_of="2031-04-01", spans=())
    (reading,) = GoldReader(Dataset("two", (item, early))).read(early.claim, [passage()])
    assert reading.stance is Stance.SUPPORTS


def test_a_denial_is_read_as_one() -> None:
    text = "The harbour office denied that the bridge was closed."
    claim = Claim(text="The bridge was closed.", claim_id="c")
    span = GoldSpan("d", 0, len(text), Stance.REFUTES, "refutes:office")
    data = Dataset("denial", (Item(claim, "story", spans=(span,)),))
    (reading,) = GoldReader(data).read(claim, [Passage(doc_id="d", start=0, end=len(text), text=text)])
    assert (reading.stance, reading.cue) == (Stance.REFUTES, Cue.DENIES)


def test_every_gold_quote_of_the_set_is_read_and_grounded() -> None:
    held = {document.doc_id: document for document in load(data_path("corpus", "belarus-2022")).documents}
    passages = [one for document in held.values() for one in split(document)]
    data = gold_sets("belarus-2022")[0].dataset(held.__getitem__)
    reader = GoldReader(data)
    for item in data.items:
        cited = [
            ground(r.quote, held[r.passage_id.rpartition(":")[0]]) for r in reader.read(item.claim, passages) if r.quote
        ]
        assert all(isinstance(one, Citation) for one in cited)
        for span in item.spans:
            assert any(
                isinstance(one, Citation)
                and one.doc_id == span.doc_id
                and one.start < span.end
                and span.start < one.end
                for one in cited
            )

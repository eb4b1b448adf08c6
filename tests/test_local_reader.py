"""The bundled reader: with a model that finds words in place of the real one, and with the real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from triage.passages import split
from triage.readers import local
from triage.readers.local import LocalReader, windows
from triage.schema import Claim, Cue, Document, Passage, Reading, Stance

CLAIM = Claim(text="The harbour master resigned on Tuesday.")


class WordModel:
    """Supports where the text says "resigned", refutes where it says "stayed"; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def run(self, pairs: Sequence[tuple[str, str]]) -> list[np.ndarray]:
        self.asked += pairs
        return [np.array([9.0 * ("resigned" in t), 9.0 * ("stayed" in t), 4.0], dtype=np.float32) for _, t in pairs]


@pytest.fixture
def reader() -> LocalReader:
    made = LocalReader()
    made._model = WordModel()  # type: ignore[assignment]

    def softmax(logits: np.ndarray, _: object) -> np.ndarray:
        scores = np.exp(logits - logits.max(axis=1, keepdims=True)) if len(logits) else logits
        shares: np.ndarray = scores / scores.sum(axis=1, keepdims=True)
        return shares

    softmax.threshold = 0.6  # type: ignore[attr-defined]
    made._combiner = softmax  # type: ignore[assignment]
    return made


def passage(text: str) -> Passage:
    return Passage(doc_id="d", start=0, end=len(text), text=text)


def read(reader: LocalReader, text: str) -> list[Reading]:
    return reader.read(CLAIM, [passage(text)])


def test_the_quote_is_the_sentence_that_bears_on_the_claim(reader: LocalReader) -> None:
    (found,) = read(reader, "Rain fell all night. The harbour master resigned. The ferries ran late.")
    assert (found.stance, found.quote) == (Stance.SUPPORTS, "The harbour master resigned.")


def test_two_voices_in_one_passage_are_two_readings(reader: LocalReader) -> None:
    found = read(reader, "The harbour master resigned, Ida Voss said. The harbour master stayed, Jon Berg said.")
    assert [r.stance for r in found] == [Stance.SUPPORTS, Stance.REFUTES]


def test_a_passage_that_says_nothing_has_one_neutral_reading(reader: LocalReader) -> None:
    (found,) = read(reader, "Rain fell all night. The ferries ran late.")
    assert found.stance is Stance.NEUTRAL


@pytest.mark.parametrize(
    ("text", "stance", "cue"),
    [
        ("The ministry denied that the harbour master had resigned on Tuesday.", Stance.REFUTES, Cue.DENIES),
        ("There are rumours that the harbour master resigned on Tuesday.", Stance.NEUTRAL, Cue.DOUBTS),
        ("Has the harbour master resigned?", Stance.NEUTRAL, Cue.DOUBTS),
        ("The harbour master resigned on Tuesday, the mayor said.", Stance.SUPPORTS, Cue.ASSERTS),
    ],
)
def test_a_cue_turns_or_empties_what_it_holds(reader: LocalReader, text: str, stance: Stance, cue: Cue) -> None:
    (found,) = read(reader, text)
    assert (found.stance, found.cue) == (stance, cue)


def test_an_answer_is_read_and_quoted_with_its_question(reader: LocalReader) -> None:
    (found,) = read(reader, "Who resigned on Tuesday? The harbour master.")
    assert (found.stance, found.quote) == (Stance.SUPPORTS, "Who resigned on Tuesday? The harbour master.")


def test_what_the_sentence_before_says_is_not_said_again(reader: LocalReader) -> None:
    found = read(reader, "The harbour master resigned on Tuesday. He went home at noon.")
    assert [r.quote for r in found] == ["The harbour master resigned on Tuesday."]


def test_a_pronoun_is_read_with_the_sentence_before(reader: LocalReader) -> None:
    read(reader, "The harbour master spoke at noon. He then resigned.")
    asked = [text for _, text in reader._model.asked]  # type: ignore[attr-defined]
    assert "The harbour master spoke at noon. He then resigned." in asked


def test_only_so_many_sentences_are_read_and_those_that_share_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "BUDGET", 2)
    texts = ["Rain fell. The harbour master resigned.", "The master of the harbour resigned on Tuesday. Gulls cried."]
    some = windows(CLAIM.text, [passage(text) for text in texts])
    assert [w.quote for w in some] == ["The harbour master resigned.", "The master of the harbour resigned on Tuesday."]


def test_a_pair_is_read_once(reader: LocalReader) -> None:
    read(reader, "The harbour master resigned.")
    read(reader, "The harbour master resigned.")
    assert len(reader._model.asked) == 1  # type: ignore[attr-defined]


def test_nothing_to_read_is_no_reading(reader: LocalReader) -> None:
    assert reader.read(CLAIM, []) == []


@pytest.mark.parametrize("order", [list, lambda passages: list(reversed(passages))])
def test_the_bundled_model_reads_alike_whatever_stands_beside(order: Callable[[list[Passage]], list[Passage]]) -> None:
    document = Document(doc_id="d", text="The harbour master has resigned.\n\nThe harbour master is still in office.")
    passages = split(document, max_words=6)
    together = {r.quote: r for r in LocalReader().read(CLAIM, order(passages))}
    alone = {r.quote: r for p in passages for r in LocalReader(threads=1).read(CLAIM, [p])}
    assert together == alone

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.cues import find_cues, hedges, lexicon
from triage.schema import Cue


def cues(sentence: str) -> list[tuple[str, Cue]]:
    return [(match.text, match.cue) for match in find_cues(sentence) if match.form != "noun"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The ministry denied that the general had resigned.", [("denied", Cue.DENIES)]),
        ("The general denied it.", [("denied", Cue.DENIES)]),
        ("No one has denied that the dam cracked.", [("denied", Cue.DOUBTS)]),
        ("The office did not deny the report.", [("deny", Cue.DOUBTS)]),
        ("The army refuses to confirm the losses.", [("confirm", Cue.DOUBTS)]),
        ("The army refused to retract the claim.", [("retract", Cue.ASSERTS)]),
        ("It cannot be denied that the dam cracked.", [("cannot be denied", Cue.ASSERTS)]),
        ("There is no doubt that the dam cracked.", [("no doubt", Cue.ASSERTS)]),
        ("There is no truth in the story that the dam cracked.", [("There is no truth in", Cue.DENIES)]),
        ("The story is false.", [("is false", Cue.DENIES)]),
        ("The story is not false.", []),
        ("The meeting never happened.", [("never happened", Cue.DENIES)]),
        ("The agency could not independently verify the letter.", [("could not independently verify", Cue.DOUBTS)]),
        ("The letter’s date couldn’t be confirmed.", [("couldn’t be confirmed", Cue.DOUBTS)]),
        ("Engineers questioned whether it had held.", [("questioned", Cue.DOUBTS)]),
        ("The mayor was asked whether it had held.", [("asked", Cue.DOUBTS)]),
        ("She said nothing about the dam.", [("said", Cue.DOUBTS)]),
        ("He not only said so but wrote it.", [("said", Cue.ASSERTS), ("wrote", Cue.ASSERTS)]),
        ("The paper was wrong to say the dam had burst.", [("was wrong to say", Cue.RETRACTS)]),
        ("The paper walked its claims back.", [("walked its claims back", Cue.RETRACTS)]),
        ("She took back her remarks.", [("took back", Cue.RETRACTS)]),
        ("The Courier quoted the engineer.", [("quoted", Cue.REPORTS)]),
    ],
)
def test_a_cue_is_read_with_its_negation(sentence: str, expected: list[tuple[str, Cue]]) -> None:
    assert cues(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The driver was denied bail and denied access to a lawyer.",
        "The president dismissed the general.",
        "They withdrew the troops.",
        "The town added two schools.",
        "The state owns the dam.",
        "Police questioned the driver for an hour.",
        "The airline apologised for the delay.",
    ],
)
def test_another_sense_of_the_word_is_no_cue(sentence: str) -> None:
    assert cues(sentence) == []


def test_nouns_are_cues_of_their_own() -> None:
    assert [(m.text, m.cue, m.form) for m in find_cues("The denial of the allegation came late.")] == [
        ("denial", Cue.DENIES, "noun"),
        ("allegation", Cue.ASSERTS, "noun"),
    ]


def test_inflections_are_in_the_lexicon() -> None:
    table = lexicon()
    assert {"denies", "denied", "denying", "deny"} <= {word for word, cue in table.items() if cue is Cue.DENIES}
    assert table["told"] is table["writes"] is table["admitting"] is Cue.ASSERTS


@pytest.mark.parametrize(
    ("sentence", "kind", "neutral"),
    [
        ("The mayor may resign.", "modal", True),
        ("The mayor is expected to resign.", "plan", True),
        ("Rumours that the mayor had resigned spread.", "rumour", True),
        ("He was checking the information about the dam.", "inquiry", True),
        ("They are checking whether the dam has cracked.", "inquiry", True),
        ("If the dam breaks, the town floods.", "condition", True),
        ("Has the dam cracked?", "question", True),
        ("She fears that the dam has cracked.", "attitude", True),
        ("He would not say whether the dam had cracked.", "withheld", True),
        ("The dam has probably cracked.", "likelihood", False),
        ("The mayor allegedly resigned.", "hearsay", False),
    ],
)
def test_a_hedge_has_a_kind(sentence: str, kind: str, neutral: bool) -> None:
    first = hedges(sentence)[0]
    assert (first.kind, first.neutral) == (kind, neutral)


def test_may_the_month_is_no_hedge() -> None:
    assert hedges("The dam cracked in May 2031.") == []


def test_a_hedge_reaches_over_its_own_clause_only() -> None:
    sentence = "The mayor, who may run again, said the dam had cracked."
    (hedge,) = hedges(sentence)
    said = sentence.index("the dam")
    assert not hedge.covers(said, len(sentence))
    assert hedge.covers(sentence.index("may run"), sentence.index(", said"))


@given(st.text(alphabet=st.sampled_from("deniytrus’' \n\"“.?,may if not says claim"), max_size=200))
def test_spans_are_the_words(text: str) -> None:
    found = find_cues(text)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= h.scope_start <= h.scope_end <= len(text) and h.start < h.end for h in hedges(text))

"""What a sentence does with a statement: keeps it, turns it, or empties it."""

from __future__ import annotations

import pytest

from triage.readers.framing import frame_of, is_about_words
from triage.schema import Cue

CLAIM = "The general resigned."


@pytest.mark.parametrize(
    ("sentence", "effect", "cue"),
    [
        ("The general resigned on Friday.", "keeps", Cue.ASSERTS),
        ("The ministry confirmed that the general resigned.", "keeps", Cue.ASSERTS),
        ("The paper reported that the general resigned.", "keeps", Cue.REPORTS),
        ("The ministry denied that the general resigned.", "turns", Cue.DENIES),
        ("Reports that the general resigned were dismissed by the ministry.", "turns", Cue.DENIES),
        ("A spokesman said he was checking whether the general resigned.", "empties", Cue.DOUBTS),
        ("There are rumours that the general resigned.", "empties", Cue.DOUBTS),
        ("The general may have resigned.", "empties", Cue.DOUBTS),
        ("The ministry did not deny that the general resigned.", "empties", Cue.DOUBTS),
        ("Has the general resigned?", "empties", Cue.DOUBTS),
    ],
)
def test_effect_of_a_frame(sentence: str, effect: str, cue: Cue) -> None:
    frame = frame_of(sentence, "", CLAIM)
    assert (frame.effect, frame.cue) == (effect, cue)


def test_content_of_a_denial_is_what_is_denied() -> None:
    frame = frame_of("The ministry denied reports that the general resigned over the war.", "", CLAIM)
    assert frame.content == "the general resigned over the war."
    assert "denied" in frame.note


def test_a_denial_of_this_is_a_denial_of_what_stands_before() -> None:
    before = "A newspaper wrote that the general resigned."
    frame = frame_of("The ministry refuted this report on Sunday.", before, CLAIM)
    assert (frame.effect, frame.content) == ("turns", before)


def test_a_hedge_about_something_else_leaves_the_statement_alone() -> None:
    assert frame_of("The general resigned, and snow may fall tomorrow.", "", CLAIM).effect == "keeps"


def test_claims_about_words_are_known() -> None:
    assert is_about_words("The minister said that the general resigned.")
    assert not is_about_words("The general resigned.")

"""What a sentence does with a statement: keeps it, turns it, or empties it.

"X resigned" and "the ministry denied that X resigned" share their words and differ in what they do to the claim that X
resigned. A frame is the part of a sentence that says so; `frame_of` finds it with the cue lexicon and cuts out the
content, so that the model reads the content alone and code applies the cue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from triage.cues import CueMatch, find_cues, hedges
from triage.readers.alignment import overlap
from triage.schema import Cue

Effect = Literal["keeps", "turns", "empties"]

EFFECTS: dict[Cue, Effect] = {
    Cue.ASSERTS: "keeps",
    Cue.REPORTS: "keeps",
    Cue.DENIES: "turns",
    Cue.RETRACTS: "turns",
    Cue.DOUBTS: "empties",
}
_LEAD = re.compile(
    r"^[\s,:]*(?:(?:as (?:false|untrue|baseless|nonsense|fiction)\s+)?"
    r"(?:the |any |all |such |these |those |its |his |her |their |earlier |media |press |online )*"
    r"(?:reports?|claims?|allegations?|accusations?|rumou?rs?|suggestions?|assertions?|statements?|stor(?:y|ies)|notion|idea)\s*)?"
    r"(?:that |whether |if |of |about )?",
    re.IGNORECASE,
)
_ANAPHOR = re.compile(
    r"\b(?:this|that|it|them|these|those|such|the (?:report|claim|allegation|accusation|rumour|rumor|story|information|"
    r"account|statement|letter|figure|assertion|charge)s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Frame:
    """`content` is what the frame holds; `note` says it in words. Where a frame keeps, the content is the sentence."""

    effect: Effect
    cue: Cue
    content: str
    note: str = ""


def frame_of(sentence: str, before: str, claim: str) -> Frame:
    """Return how a sentence frames what the claim is about.

    `before` is the sentence that goes before it: a denial of "this report" is a denial of what stands there.
    """
    if is_question(sentence):
        return Frame("empties", Cue.DOUBTS, sentence, "the passage asks it")
    whole = overlap(claim, sentence)
    for cue in find_cues(sentence):
        if EFFECTS[cue.cue] == "keeps" or cue.form == "noun":
            continue
        content = _content(sentence, cue, claim)
        if overlap(claim, content) >= max(0.2, 0.6 * whole):
            return Frame(EFFECTS[cue.cue], cue.cue, content, _note(cue))
        if before and _ANAPHOR.search(sentence[cue.end : cue.end + 60]) and overlap(claim, before) > whole:
            return Frame(EFFECTS[cue.cue], cue.cue, before, _note(cue))
    for hedge in hedges(sentence):
        if hedge.neutral and overlap(claim, sentence[hedge.scope_start : hedge.scope_end]) >= max(0.2, 0.75 * whole):
            word = sentence[hedge.start : hedge.end]
            return Frame("empties", Cue.DOUBTS, sentence, f"the passage leaves it open (“{word}”)")
    first = next((c.cue for c in find_cues(sentence) if EFFECTS[c.cue] == "keeps"), Cue.ASSERTS)
    return Frame("keeps", first, sentence)


def is_question(sentence: str) -> bool:
    """Return whether a sentence asks, and so asserts nothing."""
    return sentence.rstrip(" \n”’\"')").endswith("?")


def is_about_words(claim: str) -> bool:
    """Return whether a claim is about what somebody said, so that frames are to be read, not applied."""
    return any(cue.form != "noun" for cue in find_cues(claim))


def _content(sentence: str, cue: CueMatch, claim: str) -> str:
    after = _LEAD.sub("", sentence[cue.end :], count=1).strip()
    ahead = sentence[: cue.start].strip(" ,“”\"'")
    return after if overlap(claim, after) >= overlap(claim, ahead) else ahead


def _note(cue: CueMatch) -> str:
    verb = {"turns": "contradicts", "empties": "does not vouch for"}[EFFECTS[cue.cue]]
    return f"the passage {verb} it (“{cue.text}”)"

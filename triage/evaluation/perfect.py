"""A reader that reads as the labeller did: what it gets wrong is retrieval, origins or the rule, not reading."""

from __future__ import annotations

from collections.abc import Sequence

from triage.evaluation.data import Dataset, GoldSpan
from triage.readers.framing import frame_of
from triage.schema import Claim, Passage, Probabilities, Reading, Stance


class GoldReader:
    """Knows the gold passages of a data set, by the text of its claims; reads nothing else."""

    name = "gold"

    def __init__(self, dataset: Dataset) -> None:
        self._spans: dict[str, dict[GoldSpan, None]] = {}
        for item in dataset.items:  # a claim may be asked as of several days: later documents are not found then
            self._spans.setdefault(item.claim.text, {}).update(dict.fromkeys(item.spans))

    def read(self, claim: Claim, passages: Sequence[Passage]) -> list[Reading]:
        """Return a reading for each gold span of a passage, or a neutral one."""
        spans = self._spans.get(claim.text, {})
        found: list[Reading] = []
        for passage in passages:
            mine = [s for s in spans if s.doc_id == passage.doc_id and s.stance is not Stance.NEUTRAL]
            inside = [s for s in mine if s.start < passage.end and passage.start < s.end]
            found += [_reading(claim, passage, span) for span in inside] or [_silent(passage)]
        return found


def _reading(claim: Claim, passage: Passage, span: GoldSpan) -> Reading:
    quote = passage.text[max(0, span.start - passage.start) : span.end - passage.start]
    certain = {stance.value: float(stance is span.stance) for stance in Stance}
    return Reading(
        passage_id=passage.passage_id,
        stance=span.stance,
        probabilities=Probabilities(**certain),
        quote=quote,
        cue=frame_of(quote, "", claim.text).cue,
    )


def _silent(passage: Passage) -> Reading:
    nothing = Probabilities(supports=0.0, refutes=0.0, neutral=1.0)
    return Reading(passage_id=passage.passage_id, stance=Stance.NEUTRAL, probabilities=nothing)

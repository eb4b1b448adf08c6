"""What one answer is worth."""

from __future__ import annotations

from pydantic import Field

from triage.evaluation.rows import Status
from triage.schema import Frozen, OriginCount


class Score(Frozen):
    """The score of the answer to one claim in one epoch.

    `gold` and `label` are in the words of the data set; `label` is None where there is no answer. `values` hold what
    the metrics are made of, None where undefined.
    """

    claim_id: str
    epoch: int
    story: str
    split: str = ""
    text: str
    status: Status
    gold: str | None = None
    label: str | None = None
    confidence: float | None = None
    gold_support: OriginCount | None = None
    gold_refute: OriginCount | None = None
    support: OriginCount | None = None
    refute: OriginCount | None = None
    values: dict[str, float | None] = Field(default_factory=dict)

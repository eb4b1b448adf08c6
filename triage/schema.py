"""Every public type, in the order in which a claim meets them.

All are frozen, all forbid unknown fields. Offsets are in Unicode code points into `Document.text`, end-exclusive.
"""

from __future__ import annotations

import calendar
import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self, TypedDict

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$")]
"""A day (`2022-03-07`) or a month (`2022-03`), as ISO 8601 writes them."""


def first_day(when: str) -> date:
    """Return the earliest day that a `PartialDate` can mean."""
    return date.fromisoformat(when if len(when) == 10 else f"{when}-01")


def last_day(when: str) -> date:
    """Return the latest day that a `PartialDate` can mean."""
    if len(when) == 10:
        return date.fromisoformat(when)
    year, month = map(int, when.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1])


def sha256(text: str) -> str:
    """Return the SHA-256 of the UTF-8 form of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Frozen(BaseModel):
    """A value: immutable, and a field nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(StrEnum):
    """What a verdict says; `eval/LABELS.md` is the guide."""

    CORROBORATED = "corroborated"
    SINGLE_SOURCE = "single_source"
    DISPUTED = "disputed"
    REFUTED = "refuted"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


class Stance(StrEnum):
    """What a passage does to a claim."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    NEUTRAL = "neutral"


class Cue(StrEnum):
    """What the one who is quoted does with the content."""

    ASSERTS = "asserts"
    REPORTS = "reports"
    DENIES = "denies"
    DOUBTS = "doubts"
    RETRACTS = "retracts"


class Claim(Frozen):
    """What is to be checked. `claim_id` defaults to a hash of the text."""

    text: str = Field(min_length=1)
    claim_id: str = ""
    speaker: str | None = None
    claim_date: PartialDate | None = None

    @model_validator(mode="after")
    def _identify(self) -> Self:
        if not self.claim_id:
            object.__setattr__(self, "claim_id", sha256(self.text)[:12])
        return self


class Span(Frozen):
    """A stretch of a document's text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Segment(Span):
    """A part of a document with one voice: a forum post, a section; or boilerplate, which is never evidence."""

    kind: Literal["post", "section", "boilerplate"]
    author: str | None = None
    published: PartialDate | None = None


class Document(Frozen):
    """A text with what is known of where it came from.

    `text` is kept whole. `segments` are in order and do not overlap; text in no segment is ordinary text.
    """

    doc_id: str = Field(min_length=1)
    text: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: PartialDate | None = None
    language: str | None = None
    kind: str = "article"
    segments: tuple[Segment, ...] = ()
    sha256: str = ""

    @model_validator(mode="after")
    def _hash(self) -> Self:
        if not self.sha256:
            object.__setattr__(self, "sha256", sha256(self.model_dump_json(exclude={"sha256"})))
        return self


class Passage(Span):
    """A stretch of a document that is indexed and read: `document.text[start:end] == text`."""

    doc_id: str
    text: str
    segment: Segment | None = None

    @property
    def passage_id(self) -> str:
        """Return `doc_id:start-end`."""
        return f"{self.doc_id}:{self.start}-{self.end}"


class Hit(Frozen):
    """A passage that a search found.

    `score` is the fused score in [0, 1]; `ranks` are 1-based ranks by ranking (`dense`, `words`), absent where
    a ranking did not return it; `duplicates` are the near-identical passages that this one stands for.
    """

    passage: Passage
    score: float
    ranks: dict[str, int] = {}
    duplicates: tuple[Passage, ...] = ()


class Probabilities(Frozen):
    """How likely each stance is; sums to 1."""

    supports: float
    refutes: float
    neutral: float


ReadingStatus = Literal["ok", "missing", "invalid", "refused", "truncated", "filtered", "error"]


class Reading(Frozen):
    """What a reader makes of one passage. Untrusted until it is grounded.

    `quote` is the words that carry the stance; `attributed_to` is whom the passage credits them to, in the
    passage's words; `note` explains the stance (what was aligned, which cue turned it). Where `status` is not `ok`
    the stance is neutral and `raw` keeps what the model said.
    """

    passage_id: str
    stance: Stance
    probabilities: Probabilities
    quote: str = ""
    attributed_to: str | None = None
    cue: Cue = Cue.ASSERTS
    status: ReadingStatus = "ok"
    note: str = ""
    raw: str | None = None


class Citation(Span):
    """Words that stand in a document: `document.text[start:end] == quote`, with the W3C TextQuoteSelector context.

    `match` says whether the reader's words stood there as they are, or but for typography.
    """

    doc_id: str
    quote: str
    prefix: str = ""
    suffix: str = ""
    match: Literal["exact", "normalised"] = "exact"


class Rejected(Frozen):
    """A reading that was put aside, and why."""

    doc_id: str
    quote: str
    reason: str


class DocumentRef(Frozen):
    """What a verdict shows of a document."""

    doc_id: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: PartialDate | None = None


OriginKind = Literal["person", "organisation", "document", "publisher", "unnamed"]


class Origin(Frozen):
    """The party from whom a piece of information first came.

    `names` are the forms it was met under; `relays` are the documents that repeat it; `merged` says, one sentence
    a merge, why those forms and documents are one origin.
    """

    origin_id: str
    name: str
    kind: OriginKind
    names: tuple[str, ...] = ()
    first_seen: PartialDate | None = None
    relays: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


RelayKind = Literal["reprint", "trimmed", "rewrite", "translation", "quotation", "credit", "link"]


class Relay(Frozen):
    """One document repeats another: `relayer` took it from `relayed`.

    `basis` holds pairs of matching spans, the relayer's first; `directed` is false where no date or credit says who
    was first; `strength` is in [0, 1]; `why` says it in words.
    """

    relayer: str
    relayed: str
    kind: RelayKind
    strength: float
    basis: tuple[tuple[Citation, Citation], ...] = ()
    directed: bool = True
    why: str = ""


class Evidence(Frozen):
    """A grounded reading with its origin. `via` is the path from the citing document back to the origin."""

    citation: Citation
    document: DocumentRef
    stance: Stance
    probability: float
    origin_id: str
    cue: Cue = Cue.ASSERTS
    attributed_to: str | None = None
    via: tuple[str, ...] = ()
    note: str = ""
    counted: bool = True
    """False where a later word of the same origin replaces this one."""


class OriginCount(Frozen):
    """Independent origins on one side: at least `n_min` (known), at most `n_max` (not known to be the same)."""

    n_min: int = Field(default=0, ge=0)
    n_max: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.n_min > self.n_max:
            raise ValueError(f"n_min {self.n_min} is above n_max {self.n_max}")
        return self

    def __str__(self) -> str:
        """Return `2`, or `1 to 3` where it is not known how many are independent."""
        return str(self.n_min) if self.n_min == self.n_max else f"{self.n_min} to {self.n_max}"


class OriginGraph(Frozen):
    """Who said it first and who relays whom, with the count on each side."""

    origins: tuple[Origin, ...] = ()
    relays: tuple[Relay, ...] = ()
    support: OriginCount = OriginCount()
    refute: OriginCount = OriginCount()


class Usage(Frozen):
    """What a run used. Tokens count what was sent and received; `cached` of the input were not paid in full."""

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    """US dollars by the dated price table; None where the model has no price there."""


class Run(Frozen):
    """How a verdict came about, so that it can be repeated."""

    reader: str
    model_asked: str | None = None
    model_answered: str | None = None
    embedder: str = ""
    prompts: dict[str, str] = {}
    corpus_sha256: str = ""
    versions: dict[str, str] = {}
    usage: Usage = Usage()
    seconds: float = 0.0


class Verdict(Frozen):
    """The answer: a label, the count of origins it rests on, and every citation behind it."""

    claim: Claim
    label: Label
    confidence: float = Field(ge=0, le=1)
    support: OriginCount
    refute: OriginCount
    evidence: tuple[Evidence, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    origins: tuple[Origin, ...] = ()
    relays: tuple[Relay, ...] = ()
    rationale: str = ""
    would_change: str = ""
    credibility: int = Field(default=6, ge=1, le=6)
    """NATO information credibility (AJP-2.1): 1 confirmed, 3 possibly true, 4 doubtful, 5 improbable, 6 unknown."""
    reliability: dict[str, str] = {}
    """Source-reliability letters (A to F) by origin, only where the user supplied them."""
    parts: tuple[Verdict, ...] = ()
    as_of: PartialDate | None = None
    run: Run | None = None


class Trail(TypedDict, total=False):
    """Everything a claim passed through on its way to a verdict; the output of the chain."""

    claim: Claim
    as_of: str | None
    hits: list[Hit]
    readings: list[Reading]
    citations: list[tuple[Reading, Citation]]
    rejected: list[Rejected]
    evidence: list[Evidence]
    graph: OriginGraph
    verdict: Verdict


class GoldEvidence(Frozen):
    """A passage that a labeller found, with the origin it leads back to."""

    doc_id: str
    quote: str
    stance: Stance
    origin: str
    cue: Cue = Cue.ASSERTS


class GoldOrigin(Frozen):
    """An origin as a labeller named it."""

    origin_id: str
    name: str
    kind: OriginKind


class GoldClaim(Frozen):
    """A hand-labelled claim. Citing any one relay of an origin is enough to have cited that origin."""

    claim_id: str
    story: str
    split: Literal["dev", "test"]
    text: str
    label: Label
    support: OriginCount
    refute: OriginCount
    evidence: tuple[GoldEvidence, ...] = ()
    origins: tuple[GoldOrigin, ...] = ()
    as_of: PartialDate | None = None
    speaker: str | None = None
    claim_date: PartialDate | None = None
    why: str = ""
    tags: tuple[str, ...] = ()


class GoldRelay(Frozen):
    """A relay edge as a labeller (or the author of a fiction) knows it."""

    story: str
    relayer: str
    relayed: str
    kind: RelayKind
    note: str = ""


Json = dict[str, Any]

"""The usual way, as a base line: one prompt with all passages, and the model itself gives label and citations.

Its quotes are grounded like any others, so that invented ones show; everything else is as the model claims it. Origins
are not traced: each cited document stands for itself, and the count is the number that the model gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from triage import grounding, prompts
from triage.errors import UnreadableReply
from triage.readers.asking import Asking
from triage.readers.chatting import Chat
from triage.readers.replies import Request
from triage.readers.untrusted import Group, Sheet, sheet
from triage.schema import (
    Citation,
    Claim,
    Document,
    DocumentRef,
    Evidence,
    Json,
    Label,
    Origin,
    OriginCount,
    Passage,
    Rejected,
    Run,
    Stance,
    Verdict,
)
from triage.settings import Settings

DEFAULT_PROMPT = "one-shot/v1"

SCHEMA: Json = {
    "title": "Answer",
    "description": "Whether the claim is corroborated.",
    "type": "object",
    "properties": {
        "label": {"type": "string", "enum": [label.value for label in Label]},
        "independent_origins": {"type": "integer"},
        "citations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "passage": {"type": "string"},
                    "quote": {"type": "string"},
                    "stance": {"type": "string", "enum": ["supports", "refutes"]},
                },
                "required": ["passage", "quote", "stance"],
                "additionalProperties": False,
            },
        },
        "rationale": {"type": "string"},
    },
    "required": ["label", "independent_origins", "citations", "rationale"],
    "additionalProperties": False,
}


class _Cited(BaseModel):
    model_config = ConfigDict(extra="ignore")

    passage: str
    quote: str
    stance: Stance


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    label: Label
    independent_origins: int = Field(ge=0)
    citations: list[_Cited]
    rationale: str = ""


class OneShot:
    """Asks a chat model for the whole verdict in one call."""

    def __init__(self, model: str | BaseChatModel, settings: Settings, **extra: Any) -> None:
        """Take a model and settings; `settings.prompt` counts where it is one of `one-shot`.

        Raises:
            ConfigError: the model cannot be set up.
            PromptError: the prompt cannot be used.
        """
        self._chat = Chat(model, settings, **extra)
        chosen = settings.prompt if settings.prompt.startswith("one-shot/") else DEFAULT_PROMPT
        self.prompt = prompts.get(chosen)
        self.model = self._chat.name
        self.name = f"one-shot:{self.model}"

    def judge(
        self,
        claim: Claim,
        passages: Sequence[Passage],
        documents: Mapping[str, Document],
        *,
        as_of: str | None = None,
    ) -> Verdict:
        """Return the verdict that the model gives. `documents` holds at least those of the passages, by id.

        Raises:
            ModelError: the model could not be reached.
            UnreadableReply: its answer cannot be used; `.raw` is what it said.
        """
        return self._chat.run(self._judging(claim, passages, documents, as_of))

    async def ajudge(
        self,
        claim: Claim,
        passages: Sequence[Passage],
        documents: Mapping[str, Document],
        *,
        as_of: str | None = None,
    ) -> Verdict:
        """Return what `judge` does."""
        return await self._chat.arun(self._judging(claim, passages, documents, as_of))

    def _judging(
        self, claim: Claim, passages: Sequence[Passage], documents: Mapping[str, Document], as_of: str | None
    ) -> Asking[Verdict]:
        shown = sheet(claim, Group(tuple(passages)), control=False)
        messages = self.prompt.render(claim=claim.text, passages=shown.text, boundary=shown.boundary)
        request = Request(self.prompt.prompt_id, tuple(messages), SCHEMA)
        reply = yield request
        try:
            answer = _Answer.model_validate(reply.answer) if reply.status == "ok" else None
        except ValidationError:
            answer = None
        if answer is None:
            message = f"{self.model} gave no usable verdict ({reply.status}); see .raw"
            error = UnreadableReply(message, raw=reply.text, claim=claim.claim_id)
            error.usage = reply.usage
            raise error
        self._chat.keep(request, reply)
        cited, rejected = _grounded(answer, shown, documents)
        run = Run(
            reader=self.name,
            model_asked=self.model,
            model_answered=reply.model,
            prompts={self.prompt.prompt_id: self.prompt.sha256},
            usage=reply.usage,
        )
        return _verdict(claim, answer, cited, rejected, documents, as_of, run)


def _grounded(
    answer: _Answer, shown: Sheet, documents: Mapping[str, Document]
) -> tuple[list[tuple[Stance, Citation]], list[Rejected]]:
    cited: list[tuple[Stance, Citation]] = []
    rejected: list[Rejected] = []
    for item in answer.citations:
        passage = shown.named(item.passage)
        if passage is None:
            rejected.append(Rejected(doc_id="", quote=item.quote, reason="no such passage was read"))
            continue
        found = grounding.ground(item.quote, documents[passage.doc_id], within=passage)
        if isinstance(found, Citation):
            cited.append((item.stance, found))
        else:
            rejected.append(found)
    return cited, rejected


def _verdict(
    claim: Claim,
    answer: _Answer,
    cited: Sequence[tuple[Stance, Citation]],
    rejected: Sequence[Rejected],
    documents: Mapping[str, Document],
    as_of: str | None,
    run: Run,
) -> Verdict:
    used = [documents[doc_id] for doc_id in dict.fromkeys(c.doc_id for _, c in cited)]
    on_side = {stance: len({c.doc_id for s, c in cited if s is stance}) for stance in Stance}
    given = answer.independent_origins
    backed = answer.label in (Label.CORROBORATED, Label.SINGLE_SOURCE, Label.DISPUTED)
    opposed = answer.label in (Label.REFUTED, Label.DISPUTED)
    support = _count(given if answer.label is not Label.DISPUTED else on_side[Stance.SUPPORTS]) if backed else 0
    refute = _count(given if answer.label is not Label.DISPUTED else on_side[Stance.REFUTES]) if opposed else 0
    evidence = [
        Evidence(
            citation=citation,
            document=DocumentRef(**{n: getattr(documents[citation.doc_id], n) for n in DocumentRef.model_fields}),
            stance=stance,
            probability=1.0,
            origin_id=citation.doc_id,
        )
        for stance, citation in cited
    ]
    return Verdict(
        claim=claim,
        label=answer.label,
        confidence=1.0,
        support=OriginCount(n_min=support, n_max=support),
        refute=OriginCount(n_min=refute, n_max=refute),
        evidence=tuple(evidence),
        rejected=tuple(rejected),
        origins=tuple(Origin(origin_id=d.doc_id, name=d.publisher or d.doc_id, kind="document") for d in used),
        rationale=answer.rationale,
        as_of=as_of,
        run=run,
    )


def _count(given: int) -> int:
    """Return the count on a side that the label says is not empty."""
    return max(1, given)

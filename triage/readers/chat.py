"""The chat reader: one call reads all passages of a claim; a bad answer costs one passage, never the claim.

What a prompt asks for, in which order, stands in its front matter; the schema follows it. A passage that brings no
usable reading is neutral with a status that says why, and keeps what the model said.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal, get_args

from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel, ConfigDict, ValidationError

from triage import prompts
from triage.errors import PromptError
from triage.origins.attribution import Attribution
from triage.readers import Readings
from triage.readers.asking import Asking
from triage.readers.attributing import attributing
from triage.readers.chatting import Chat
from triage.readers.explaining import explaining
from triage.readers.replies import Request
from triage.readers.splitting import splitting
from triage.readers.untrusted import Sheet
from triage.readers.work import reading, unread_one
from triage.schema import Claim, Cue, Json, Passage, Probabilities, Reading, Stance, Verdict
from triage.settings import Settings

Certainty = Literal["certain", "likely", "unsure"]

SURE: dict[Certainty | None, float] = {"certain": 0.95, "likely": 0.8, "unsure": 0.45, None: 0.9}
"""The probability of a stated stance: chat models give none, so these stand in until an evaluation calibrates them."""

FIELDS: dict[str, Json] = {
    "passage": {"type": "string", "description": "the number of the passage"},
    "stance": {"type": "string", "enum": [s.value for s in Stance]},
    "quote": {"type": "string", "description": "one sentence copied from the passage, or empty"},
    "said_by": {"type": ["string", "null"], "description": "whom the passage credits"},
    "cue": {"type": "string", "enum": [c.value for c in Cue]},
    "certainty": {"type": "string", "enum": list(get_args(Certainty))},
}


class _Item(BaseModel):
    """One reading as the model gives it."""

    model_config = ConfigDict(extra="ignore")

    passage: str
    stance: Stance
    quote: str = ""
    said_by: str | None = None
    cue: Cue = Cue.ASSERTS
    certainty: Certainty | None = None


class ChatReader:
    """Reads with a chat model: any that `init_chat_model` knows, any OpenAI-compatible server, or one ready-made."""

    def __init__(self, model: str | BaseChatModel, settings: Settings, **extra: Any) -> None:
        """Take a model and settings; `extra` (such as `max_tokens`) goes to `init_chat_model`.

        Raises:
            ConfigError: the model cannot be set up.
            PromptError: `settings.prompt` cannot be used.
        """
        self._chat = Chat(model, settings, **extra)
        self.prompt = prompts.get(settings.prompt)
        self.model = self._chat.name
        self.name = f"chat:{self.model}"
        self._schema = schema(self.prompt)

    def read(self, claim: Claim, passages: Sequence[Passage]) -> Readings:
        """Return a reading for every passage, or a few where voices differ.

        Raises:
            ModelError: the model could not be reached for any passage.
            UnreadableReply: it answered, but for no passage usably; `.raw` is what it said.
        """
        return self._chat.run(self._reading(claim, passages))

    async def aread(self, claim: Claim, passages: Sequence[Passage]) -> Readings:
        """Return what `read` does."""
        return await self._chat.arun(self._reading(claim, passages))

    def split(self, claim: Claim) -> list[str]:
        """Return the statements that a claim makes; the claim alone where it makes one.

        Raises:
            ModelError: the model could not be reached.
        """
        return self._chat.run(splitting(claim))

    async def asplit(self, claim: Claim) -> list[str]:
        """Return what `split` does."""
        return await self._chat.arun(splitting(claim))

    def attributions(self, text: str) -> list[Attribution]:
        """Return who says what in a text, as `origins.trace` takes it for `attribute`.

        Raises:
            ModelError: the model could not be reached.
        """
        return self._chat.run(attributing(text))

    def explain(self, verdict: Verdict) -> str:
        """Return a verdict in plain words; its own rationale where the model's adds a name or a figure.

        Raises:
            ModelError: the model could not be reached.
        """
        return self._chat.run(explaining(verdict))

    def _reading(self, claim: Claim, passages: Sequence[Passage]) -> Asking[Readings]:
        def request(shown: Sheet) -> Request:
            messages = self.prompt.render(
                claim=claim.text, passages=shown.text, boundary=shown.boundary, numbers=shown.listed
            )
            return Request(self.prompt.prompt_id, tuple(messages), self._schema)

        readings = yield from reading(self._chat, claim, passages, request, _made)
        readings.prompts = {self.prompt.prompt_id: self.prompt.sha256}
        return readings


def schema(prompt: prompts.Prompt) -> Json:
    """Return the JSON schema of the answer to a reading prompt: its fields, in its order.

    Raises:
        PromptError: it asks for a field that no reading has, or lacks one that every reading needs.
    """
    unknown = set(prompt.fields) - FIELDS.keys()
    lacking = {"passage", "stance", "quote"} - set(prompt.fields)
    if unknown or lacking:
        what = f"asks for unknown fields {sorted(unknown)}" if unknown else f"lacks the fields {sorted(lacking)}"
        raise PromptError(f"it {what}", prompt_id=prompt.prompt_id)
    item = {
        "type": "object",
        "properties": {name: FIELDS[name] for name in prompt.fields},
        "required": list(prompt.fields),
        "additionalProperties": False,
    }
    return {
        "title": "Readings",
        "description": "What each passage does to the claim.",
        "type": "object",
        "properties": {"readings": {"type": "array", "items": item}},
        "required": ["readings"],
        "additionalProperties": False,
    }


def _made(passage: Passage, item: Json, alone: str) -> Reading:
    raw = json.dumps(item, ensure_ascii=False)
    try:
        given = _Item.model_validate(item)
    except ValidationError:
        return unread_one(passage.passage_id, "invalid", raw)
    stance = given.stance
    if stance is not Stance.NEUTRAL and not given.quote.strip():
        return unread_one(passage.passage_id, "invalid", raw)
    notes = [f"read alone, because {alone}"] if alone else []
    if given.cue is Cue.DOUBTS and stance is not Stance.NEUTRAL:
        stance = Stance.NEUTRAL
        notes.append("the one who is quoted leaves it open")
    rest = round((1 - SURE[given.certainty]) / 2, 3)
    probabilities = {s.value: SURE[given.certainty] if s is stance else rest for s in Stance}
    return Reading(
        passage_id=passage.passage_id,
        stance=stance,
        probabilities=Probabilities(**probabilities),
        quote=given.quote,
        attributed_to=given.said_by or None,
        cue=given.cue,
        note="; ".join(notes),
    )

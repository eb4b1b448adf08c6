"""The decisions reader: OpenAI's Decisions API gives each passage a stance with calibrated probabilities.

One request a claim, one `Choice` a passage, paid for by input tokens alone. The API writes no text, so the quote is the
sentence that shares most with the claim. The API is beta in its SDK: everything that knows it is in this file.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from triage import prompts
from triage.errors import ConfigError
from triage.passages import sentences
from triage.readers import Readings
from triage.readers.alignment import overlap
from triage.readers.asking import Asker, Asking, failure, key_for, limiter
from triage.readers.replies import Reply, Request
from triage.readers.untrusted import Sheet
from triage.readers.work import reading, unread_one
from triage.schema import Claim, Json, Passage, Probabilities, Reading, Stance, Usage
from triage.settings import Settings

if TYPE_CHECKING:
    from langchain_openai.decisions import DecisionRequest, DecisionResponse, OpenAIDecisions

DEFAULT_PROMPT = "decisions/v1"
BUDGET = 64_000
"""Characters of passages in one request: some 16,000 tokens, well within what the API takes."""


class DecisionsReader:
    """Reads with a decision model (`gpt-6-luna`), or any server that answers `/decisions` in the same shape."""

    def __init__(self, model: str, settings: Settings) -> None:
        """Take a model by name, and a prompt by `settings.prompt` where that is one of `decisions`.

        Raises:
            ConfigError: the installed langchain-openai has no Decisions API, or there is no key.
            PromptError: the prompt cannot be used.
        """
        self._decider = _Decider(model.removeprefix("openai:"), settings)
        self.model = self._decider.name
        self.name = f"decisions:{self.model}"
        chosen = settings.prompt if settings.prompt.startswith("decisions/") else DEFAULT_PROMPT
        self.prompt = prompts.get(chosen)

    def read(self, claim: Claim, passages: Sequence[Passage]) -> Readings:
        """Return one reading a passage.

        Raises:
            ModelError: the model could not be reached for any passage.
            UnreadableReply: it answered, but for no passage; `.raw` is what it said.
        """
        return self._decider.run(self._reading(claim, passages))

    async def aread(self, claim: Claim, passages: Sequence[Passage]) -> Readings:
        """Return what `read` does."""
        return await self._decider.arun(self._reading(claim, passages))

    def _reading(self, claim: Claim, passages: Sequence[Passage]) -> Asking[Readings]:
        def request(shown: Sheet) -> Request:
            messages = self.prompt.render(claim=claim.text, passages=shown.text, boundary=shown.boundary)
            numbers = shown.listed.split(", ")
            questions = {"numbers": numbers, "instructions": self.prompt.system, "choices": self.prompt.choices}
            return Request(self.prompt.prompt_id, tuple(messages[1:]), questions)

        def made(passage: Passage, item: Json, alone: str) -> Reading:
            return _made(claim, passage, item, alone)

        readings = yield from reading(self._decider, claim, passages, request, made)
        readings.prompts = {self.prompt.prompt_id: self.prompt.sha256}
        return readings


class _Decider(Asker):
    """Asks the Decisions API; the schema of a request holds its questions."""

    def __init__(self, model: str, settings: Settings) -> None:
        self._client = _client(model, settings)
        self._limiter = limiter(settings)
        super().__init__(model, str(self._client.base_url or ""), "openai", settings)

    @property
    def budget(self) -> int:
        return BUDGET

    def _send(self, request: Request) -> Reply:
        if self._limiter:
            self._limiter.acquire()
        try:
            return _replied(self._client.invoke(_asked(request)), request)
        except Exception as error:
            return failure(error, self.name, request.prompt_id)

    async def _asend(self, request: Request) -> Reply:
        if self._limiter:
            await self._limiter.aacquire()
        try:
            return _replied(await self._client.ainvoke(_asked(request)), request)
        except Exception as error:
            return failure(error, self.name, request.prompt_id)


def _client(model: str, settings: Settings) -> OpenAIDecisions:
    try:
        from langchain_openai.decisions import OpenAIDecisions
    except ImportError:
        message = "decisions need langchain-openai 1.7 or later: python -m pip install -U 'langchain-openai>=1.7'"
        raise ConfigError(message, setting="reader") from None
    given: dict[str, Any] = {"base_url": settings.base_url} if settings.base_url else {}
    if key := key_for(settings.base_url):
        given["api_key"] = key
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return OpenAIDecisions(model=model, timeout=settings.timeout, max_retries=settings.max_retries, **given)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise ConfigError(f"the model {model!r} cannot be set up: {reason}", setting="reader") from None


def _asked(request: Request) -> DecisionRequest:
    from langchain_openai.decisions import Choice

    numbers, instructions, choices = (request.schema[name] for name in ("numbers", "instructions", "choices"))
    return {
        "input": request.messages[0][1],
        "questions": {n: Choice(instructions=f"Passage {n}. {instructions}", choices=choices) for n in numbers},
    }


def _replied(response: DecisionResponse, request: Request) -> Reply:
    usage = Usage(
        calls=1, input_tokens=response.usage.input_tokens or 0, output_tokens=response.usage.output_tokens or 0
    )
    readings: list[Json] = []
    for number in request.schema["numbers"]:
        if answer := response.choices.get(number):
            found = {str(name): probability for name, probability in answer.probabilities.items()}
            readings.append({"passage": number, "stance": str(answer.choice), "probabilities": found})
        elif number in response.refusals:
            readings.append({"passage": number, "stance": "refused", "probabilities": {}})
    answer_ = {"readings": readings}
    return Reply("ok", json.dumps(answer_), usage, response.model, answer_)


def _made(claim: Claim, passage: Passage, item: Json, alone: str) -> Reading:
    if item["stance"] == "refused":
        return unread_one(passage.passage_id, "refused", json.dumps(item))
    found = item["probabilities"]
    if item["stance"] not in found or set(found) != {s.value for s in Stance}:
        return unread_one(passage.passage_id, "invalid", json.dumps(item))
    total = sum(found.values()) or 1.0
    stance = Stance(item["stance"])
    return Reading(
        passage_id=passage.passage_id,
        stance=stance,
        probabilities=Probabilities(**{name: value / total for name, value in found.items()}),
        quote=_quote(claim, passage) if stance is not Stance.NEUTRAL else "",
        note=f"read alone, because {alone}" if alone else "",
    )


def _quote(claim: Claim, passage: Passage) -> str:
    texts = [passage.text[s.start : s.end] for s in sentences(passage.text)]
    return max(texts, key=lambda text: overlap(claim.text, text), default="")

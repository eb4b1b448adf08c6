"""Fakes at this project's own seams, as real subclasses, and a way from documents to a verdict without an index."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_openai.decisions import ChoiceAnswer, DecisionResponse, RefusalAnswer
from langchain_openai.decisions import Usage as DecisionUsage
from pydantic import PrivateAttr

from triage import grounding, origins, verdict
from triage.passages import split
from triage.readers import Reader
from triage.schema import Citation, Claim, Document, Passage, Reading, Stance, Verdict

Answer = str | Exception | AIMessage
Answering = Callable[[str], Answer]

SHOWN = re.compile(r"=== (?P<mark>\w+) (?P<n>P\d+) ===\n(?P<text>.*?)\n=== (?P=mark) end of (?P=n) ===", re.DOTALL)


def shown(user: str) -> dict[str, str]:
    """Return the passages of a request by number."""
    return {found["n"]: found["text"] for found in SHOWN.finditer(user)}


def answer(**readings: dict[str, Any]) -> str:
    """Return the JSON of an answer: for each number what differs from a neutral reading."""
    neutral = {"stance": "neutral", "quote": "", "said_by": None, "cue": "asserts"}
    return json.dumps({"readings": [{"passage": number, **neutral, **given} for number, given in readings.items()]})


class FakeChat(BaseChatModel):
    """Answers with what was enqueued, else with what `answering` makes of the user message; keeps a history."""

    answering: Answering = lambda user: answer(**{number: {} for number in shown(user)})
    input_tokens: int = 100
    _queue: list[Answer] = PrivateAttr(default_factory=list)
    _history: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "fake"

    @property
    def history(self) -> list[list[BaseMessage]]:
        """Return the messages of each call so far."""
        return self._history

    @property
    def users(self) -> list[str]:
        """Return the user message of each call so far."""
        return [str(messages[-1].content) for messages in self._history]

    def enqueue(self, *answers: Answer) -> FakeChat:
        """Say what to answer next, in order."""
        self._queue += answers
        return self

    def with_structured_output(self, schema: Any, *, include_raw: bool = False, **_: Any) -> Runnable[Any, Any]:
        return self | RunnableLambda(lambda message: {"raw": message})

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        self._history.append(messages)
        given = self._queue.pop(0) if self._queue else self.answering(str(messages[-1].content))
        if isinstance(given, Exception):
            raise given
        if isinstance(given, str):
            given = AIMessage(
                content=given,
                usage_metadata={
                    "input_tokens": self.input_tokens,
                    "output_tokens": 10,
                    "total_tokens": self.input_tokens + 10,
                },
                response_metadata={"finish_reason": "stop", "model_name": "fake-1"},
            )
        return ChatResult(generations=[ChatGeneration(message=given)])


def ended(text: str, reason: str, **extra: Any) -> AIMessage:
    """Return a message that ended for a reason: `length`, `content_filter`."""
    return AIMessage(content=text, response_metadata={"finish_reason": reason}, additional_kwargs=extra)


def passages_of(documents: Iterable[Document]) -> list[Passage]:
    """Return all passages that an index would hold."""
    return [p for d in documents for p in _split(d) if not (p.segment and p.segment.kind == "boilerplate")]


@cache
def _split(document: Document) -> list[Passage]:
    return split(document)


def check(reader: Reader, claim: Claim, documents: Sequence[Document]) -> Verdict:
    """Return the verdict on a claim when every passage is read: the way of a claim without the search."""
    passages = passages_of(documents)
    return decided(claim, reader.read(claim, passages), passages, documents)


def decided(
    claim: Claim, readings: Sequence[Reading], passages: Sequence[Passage], documents: Sequence[Document]
) -> Verdict:
    by_id = {p.passage_id: p for p in passages}
    texts = {d.doc_id: d for d in documents}
    cited: list[tuple[Reading, Citation]] = []
    for reading in readings:
        passage = by_id.get(reading.passage_id)
        if passage and reading.status == "ok" and reading.stance is not Stance.NEUTRAL:
            found = grounding.ground(reading.quote, texts[passage.doc_id], within=passage)
            if isinstance(found, Citation):
                cited.append((reading, found))
    evidence, graph = origins.trace(claim, cited, texts, attribute=lambda text: ())
    return verdict.decide(claim, evidence, graph, readings=readings)


class FakeDecisions:
    """Answers decision requests with what `answering` makes of the input: probabilities by the number of a passage."""

    base_url = "http://llm.invalid/v1"

    def __init__(self, answering: Callable[[str], dict[str, dict[str, float] | None]]) -> None:
        self.answering = answering
        self.requests: list[Any] = []

    def invoke(self, request: Any) -> DecisionResponse:
        self.requests.append(request)
        answers: dict[str, Any] = {}
        for number, found in self.answering(request["input"]).items():
            if found is None:
                answers[number] = RefusalAnswer(type="refusal")
            else:
                best = max(found, key=found.__getitem__)
                chances = {cast("str | bool", name): chance for name, chance in found.items()}
                answers[number] = ChoiceAnswer(
                    type="choice", choice=best, probabilities=chances, confidence=found[best]
                )
        return DecisionResponse(model="fake-decider", answers=answers, usage=DecisionUsage(input_tokens=50))

    async def ainvoke(self, request: Any) -> DecisionResponse:
        return self.invoke(request)

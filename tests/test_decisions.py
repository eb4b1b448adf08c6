from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.fakes import FakeDecisions, shown
from triage import prompts
from triage.errors import ConfigError, ModelError, UnreadableReply
from triage.readers import AsyncReader, load_reader
from triage.readers.decisions import DecisionsReader
from triage.schema import Claim, Passage, Stance
from triage.settings import load_settings

CLAIM = Claim(text="The dam at Varn cracked on Monday.")
CRACKED = "It rained. Engineer Ilka Thoss said the dam at Varn had cracked on Monday. The road is closed."
OTHER = "The choir at Varn sings on Thursdays."

SUPPORTS = {"supports": 0.7, "refutes": 0.1, "neutral": 0.2}
NEUTRAL = {"supports": 0.1, "refutes": 0.1, "neutral": 0.8}


def passage(text: str, doc_id: str = "a") -> Passage:
    return Passage(doc_id=doc_id, start=0, end=len(text), text=text)


def reader(answering: Any) -> tuple[DecisionsReader, FakeDecisions]:
    made = DecisionsReader("gpt-6-luna", load_settings(cache=False))
    fake = FakeDecisions(answering)
    made._decider._client = fake  # type: ignore[assignment]
    return made, fake


def honest(user: str) -> dict[str, dict[str, float] | None]:
    return {number: SUPPORTS if "cracked" in text else NEUTRAL for number, text in shown(user).items()}


async def test_one_request_a_claim_one_choice_a_passage_and_calibrated_probabilities() -> None:
    made, fake = reader(honest)
    passages = [passage(f"{CRACKED} {n}", f"d{n}") for n in range(11)] + [passage(OTHER, "choir")]
    readings = made.read(CLAIM, passages)
    assert isinstance(made, AsyncReader)
    assert readings == await made.aread(CLAIM, passages)
    assert len(fake.requests) == 2
    questions = fake.requests[0]["questions"]
    assert len(questions) == 13
    assert {tuple(q.choices) for q in questions.values()} == {("supports", "refutes", "neutral")}
    assert all(CLAIM.text not in q.instructions and "cracked" not in q.instructions for q in questions.values())
    assert [r.passage_id for r in readings] == [p.passage_id for p in passages]
    assert readings[0].probabilities.supports == pytest.approx(0.7)
    assert readings[0].quote == "Engineer Ilka Thoss said the dam at Varn had cracked on Monday."
    assert (readings[-1].stance, readings[-1].quote) == (Stance.NEUTRAL, "")
    assert (readings.usage.input_tokens, readings.usage.output_tokens) == (50, 0)
    assert readings.model == "fake-decider"
    assert readings.prompts == {"decisions/v1": prompts.get("decisions/v1").sha256}


def test_a_refusal_a_gap_and_a_strange_choice_cost_their_passage() -> None:
    same = [Passage(doc_id="a", start=200 * n, end=200 * n + len(CRACKED), text=CRACKED) for n in range(4)]

    def answering(user: str) -> dict[str, dict[str, float] | None]:
        return {"P1": SUPPORTS, "P2": None, "P4": {"perhaps": 1.0}}

    readings = reader(answering)[0].read(CLAIM, same)
    assert [r.status for r in readings] == ["ok", "refused", "missing", "invalid"]


def test_a_refusal_of_everything_is_no_verdict() -> None:
    with pytest.raises(UnreadableReply, match="refused"):
        reader(lambda user: dict.fromkeys(shown(user)))[0].read(CLAIM, [passage(CRACKED)])


def test_a_failure_names_the_model_and_the_prompt() -> None:
    def failing(user: str) -> Any:
        raise ConnectionError("no route")

    with pytest.raises(ModelError, match=r"gpt-6-luna .*decisions/v1: ConnectionError") as caught:
        reader(failing)[0].read(CLAIM, [passage(CRACKED)])
    assert caught.value.retryable


def test_an_sdk_without_decisions_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai.decisions", None)
    with pytest.raises(ConfigError, match=r"langchain-openai 1\.7 or later"):
        load_reader(load_settings(reader="decisions:gpt-6-luna"))


def test_without_a_key_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        load_reader(load_settings(reader="decisions:gpt-6-luna"))
    load_reader(load_settings(reader="decisions:any", base_url="http://llm.invalid/v1"))

"""What goes over the wire, as a real server answered it: see cassettes/README.md for who did.

Editing one character of a prompt makes these fail: the lock names the prompt, and so does the error of a request that
no cassette holds.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.conftest import RECORDED_FROM, RESERVED
from tests.faults import serving
from triage import origins, prompts
from triage.chain import Triage
from triage.errors import ModelError, PromptError, UnreadableReply
from triage.grounding import ground
from triage.index import Index
from triage.readers.chat import ChatReader
from triage.readers.decisions import DecisionsReader
from triage.readers.one_shot import OneShot
from triage.schema import Citation, Claim, Document, Hit, Passage, Reading, Stance
from triage.settings import Settings, data_path, load_settings

CASSETTES = Path(__file__).parent / "cassettes" / "test_cassettes"
MODEL = "qwen2.5-coder-1.5b-instruct"

CLAIM = Claim(text="The harbour bridge at Varn was closed on Monday.")
TEXTS = {
    "wire": "Road authority chief Ilka Thoss said the harbour bridge at Varn had been closed on Monday.",
    "mayor": "Mayor Dorn denied that the harbour bridge at Varn was closed on Monday.",
}
DOCUMENTS = {
    name: Document(doc_id=name, text=text, publisher=f"The Varn {name.title()}") for name, text in TEXTS.items()
}


def passages(*names: str) -> list[Passage]:
    return [Passage(doc_id=n, start=0, end=len(TEXTS[n]), text=TEXTS[n]) for n in names or TEXTS]


def settings(url: str, **changes: Any) -> Settings:
    return load_settings(base_url=url, cache=False, timeout=600, **{"max_retries": 0, **changes})


def assert_grounded(reading: Reading) -> None:
    if reading.status == "ok" and reading.stance is not Stance.NEUTRAL:
        document = DOCUMENTS[reading.passage_id.partition(":")[0]]
        assert isinstance(ground(reading.quote, document), Citation)


@pytest.fixture
def front(record_mode: str) -> Iterator[Any]:
    """Give the address of a server that goes wrong first and then hands on; a replay needs none."""

    def address(*plan: str | None) -> str:
        if record_mode == "none":
            return RESERVED
        steps = iter(plan)
        opened = serving(lambda body: next(steps), forward=RECORDED_FROM)
        servers.append(opened)
        return opened.__enter__().url

    servers: list[Any] = []
    yield address
    for opened in servers:
        opened.__exit__(None, None, None)


@pytest.mark.vcr
@pytest.mark.parametrize("prompt", ["reading/v1", "reading/v2", "reading/v3"])
def test_chat_reads(prompt: str, model_url: str) -> None:
    readings = ChatReader(MODEL, settings(model_url, prompt=prompt)).read(CLAIM, passages("wire"))
    assert [r.status for r in readings] == ["ok"]
    assert_grounded(readings[0])
    assert readings.usage.calls == 1
    assert readings.usage.input_tokens > 300 and readings.usage.output_tokens > 10
    assert readings.usage.cost is None
    assert readings.model == "qwen2.5-coder-1.5b-instruct-q4_k_m"
    assert readings.prompts == {prompt: prompts.get(prompt).sha256}


@pytest.mark.vcr
async def test_chat_reads_async(model_url: str) -> None:
    readings = await ChatReader(MODEL, settings(model_url)).aread(CLAIM, passages("mayor"))
    assert [r.status for r in readings] == ["ok"]
    assert readings.usage.calls == 1


@pytest.mark.vcr
def test_chat_truncated(model_url: str) -> None:
    with pytest.raises(UnreadableReply, match="truncated") as caught:
        ChatReader(MODEL, settings(model_url), max_tokens=12).read(CLAIM, passages("wire"))
    assert caught.value.raw.startswith("{")
    assert caught.value.usage.output_tokens == 12


@pytest.mark.vcr
def test_chat_refused(front: Any) -> None:
    url = front("refusal")
    with pytest.raises(UnreadableReply, match="refused") as caught:
        ChatReader(MODEL, settings(url)).read(CLAIM, passages("wire"))
    assert "can't help" in caught.value.raw
    assert caught.value.usage.calls == 1


@pytest.mark.vcr
def test_chat_waits_out_a_rate_limit(front: Any) -> None:
    url = front("429", None)
    readings = ChatReader(MODEL, settings(url, max_retries=1)).read(CLAIM, passages("wire"))
    assert [r.status for r in readings] == ["ok"]


@pytest.mark.vcr
def test_decisions_read(model_url: str) -> None:
    readings = DecisionsReader(MODEL, settings(model_url)).read(CLAIM, passages())
    assert [r.passage_id.partition(":")[0] for r in readings] == ["wire", "mayor"]
    for reading in readings:
        p = reading.probabilities
        assert p.supports + p.refutes + p.neutral == pytest.approx(1)
        assert_grounded(reading)
    assert readings.usage.output_tokens == 0


@pytest.mark.vcr
def test_one_shot_judges(model_url: str) -> None:
    verdict = OneShot(MODEL, settings(model_url)).judge(CLAIM, passages(), DOCUMENTS)
    assert verdict.run is not None and verdict.run.usage.calls == 1
    assert verdict.run.prompts == {"one-shot/v1": prompts.get("one-shot/v1").sha256}
    assert verdict.evidence or verdict.rejected
    for item in verdict.evidence:
        c = item.citation
        assert DOCUMENTS[c.doc_id].text[c.start : c.end] == c.quote


class TwoDocuments:
    embedder = "none"
    corpus_sha256 = "0" * 64

    def search(self, *_: Any, **__: Any) -> list[Hit]:
        return [Hit(passage=p, score=1.0) for p in passages()]

    def document(self, doc_id: str) -> Document:
        return DOCUMENTS[doc_id]


@pytest.mark.vcr
def test_check_end_to_end(model_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "_attributions", lambda text: ())
    checker = Triage(cast(Index, TwoDocuments()), settings=settings(model_url, reader=f"chat:{MODEL}"))
    verdict = checker.check(CLAIM)
    assert verdict.run is not None and verdict.run.usage.calls >= 1
    assert verdict.run.reader == f"chat:{MODEL}"
    assert verdict.run.model_answered == "qwen2.5-coder-1.5b-instruct-q4_k_m"
    for item in verdict.evidence:
        assert TEXTS[item.citation.doc_id][item.citation.start : item.citation.end] == item.citation.quote


def recorded() -> list[Path]:
    return sorted(CASSETTES.glob("*.yaml"))


def test_no_cassette_is_an_orphan(request: pytest.FixtureRequest) -> None:
    here = Path(__file__).read_text("utf-8")
    tests = set(re.findall(r"@pytest\.mark\.vcr\n(?:@.*\n)*(?:async )?def (\w+)", here))
    assert {path.stem.partition("[")[0] for path in recorded()} == tests
    assert {path.parent for path in CASSETTES.parent.rglob("*.yaml")} == {CASSETTES}


@pytest.mark.parametrize("path", recorded(), ids=lambda path: path.stem)
def test_a_cassette_names_nobody_and_holds_no_secret(path: Path) -> None:
    for exchange in yaml.safe_load(path.read_text("utf-8"))["interactions"]:
        assert exchange["request"]["uri"].startswith(f"{RESERVED}/")
        assert set(exchange["request"]["headers"]) <= {"content-type", "Content-Type"}
        assert "authorization" not in path.read_text("utf-8").lower()


def edited(folder: Path, name: str) -> Path:
    """Return a copy of the prompts in which one character of one of them is another."""
    copy = Path(shutil.copytree(data_path("prompts"), folder / "prompts"))
    path = copy / f"{name}.md"
    text = path.read_text("utf-8")
    at = text.index("\n\n", text.index("## system")) + 3
    path.write_text(f"{text[:at]}{text[at].swapcase()}{text[at + 1 :]}", "utf-8")
    return copy


PROMPTED = {
    "reading/v1": "test_chat_reads[reading-v1]",
    "reading/v2": "test_chat_reads[reading-v2]",
    "reading/v3": "test_chat_reads[reading-v3]",
    "decisions/v1": "test_decisions_read",
    "one-shot/v1": "test_one_shot_judges",
}


@pytest.mark.parametrize("name", PROMPTED)
def test_an_edited_prompt_fails_by_its_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=name):
        prompts.get(name, folder=edited(tmp_path, name))


@pytest.mark.parametrize("name", PROMPTED)
def test_an_edited_prompt_that_is_locked_again_misses_its_cassette(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vcr_config: dict[str, Any]
) -> None:
    import vcr as vcrpy

    from tests.conftest import Readable

    folder = edited(tmp_path, name)
    (folder / prompts.LOCK).unlink()
    monkeypatch.setattr(prompts, "data_path", lambda *_: folder)
    player = vcrpy.VCR(record_mode="none", **vcr_config)
    player.register_serializer("yaml", Readable)
    with player.use_cassette(str(CASSETTES / f"{PROMPTED[name]}.yaml")), pytest.raises(ModelError, match=name):
        if name == "decisions/v1":
            DecisionsReader(MODEL, settings(RESERVED)).read(CLAIM, passages())
        elif name == "one-shot/v1":
            OneShot(MODEL, settings(RESERVED)).judge(CLAIM, passages(), DOCUMENTS)
        else:
            ChatReader(MODEL, settings(RESERVED, prompt=name)).read(CLAIM, passages("wire"))

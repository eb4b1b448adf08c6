"""Whatever a server does, every claim ends in a verdict or in an error of its own, and none is lost or counted twice.

A run that is killed and resumed is tried with the runs of the evaluation, which keep what is done.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from tests.fakes import answer, shown
from tests.faults import FAULTS, serving
from triage import origins
from triage.chain import Triage
from triage.errors import ModelError, UnreadableReply
from triage.index import Index
from triage.readers.chat import ChatReader
from triage.schema import Claim, Document, Hit, Label, Passage, Verdict
from triage.settings import Settings, load_settings

N = 500


class OneStory:
    """An index of three documents that finds all of them for every claim."""

    embedder = "none"
    corpus_sha256 = "0" * 64

    def __init__(self) -> None:
        names = ("Ilka Thoss", "Jan Merrow", "Ute Varga")
        texts = [f"{name} said the dam at Varn had cracked on Monday." for name in names]
        self.documents = {f"d{n}": Document(doc_id=f"d{n}", text=text) for n, text in enumerate(texts)}

    def search(self, *_: Any, **__: Any) -> list[Hit]:
        whole = [Passage(doc_id=d.doc_id, start=0, end=len(d.text), text=d.text) for d in self.documents.values()]
        return [Hit(passage=passage, score=1.0) for passage in whole]

    def document(self, doc_id: str) -> Document:
        return self.documents[doc_id]


def honest(body: dict[str, Any]) -> str:
    texts = shown(body["messages"][-1]["content"])
    said = {"stance": "supports"}
    return answer(**{n: {**said, "quote": text} if "dam" in text else {} for n, text in texts.items()})


def claims() -> list[Claim]:
    return [Claim(text=f"The dam at Varn cracked, report {n}.", claim_id=f"c{n}") for n in range(N)]


def quick(url: str, folder: Path, **changes: Any) -> Settings:
    given = {"cache_dir": folder, "timeout": 0.4, "max_retries": 2, "concurrency": 24, **changes}
    return load_settings(base_url=url, reader="chat:faulty", **given)


@pytest.fixture(autouse=True)
def _no_attribution_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "_attributions", lambda text: ())


def assert_all_there(asked: Sequence[Claim], answers: Sequence[Verdict | Exception]) -> Counter[str]:
    assert len(answers) == len(asked)
    kinds: Counter[str] = Counter()
    for claim, given in zip(asked, answers, strict=True):
        if isinstance(given, Verdict):
            assert given.claim == claim
            assert given.label in (Label.SINGLE_SOURCE, Label.CORROBORATED, Label.NOT_ENOUGH_EVIDENCE)
            kinds["verdict"] += 1
        else:
            assert isinstance(given, ModelError), repr(given)
            kinds["unreadable" if isinstance(given, UnreadableReply) else "unreached"] += 1
    return kinds


def test_five_hundred_claims_over_a_server_that_fails_at_random(tmp_path: Path) -> None:
    chance = random.Random(7)

    def fault(body: dict[str, Any]) -> str | None:
        return chance.choice(FAULTS) if chance.random() < 0.3 else None

    with serving(fault, honest) as server:
        checker = Triage(cast(Index, OneStory()), settings=quick(server.url, tmp_path))
        answers = checker.check_many(claims())
    kinds = assert_all_there(claims(), answers)
    assert set(server.served) == {"ok", *FAULTS}
    assert kinds["verdict"] > 0.9 * N


@pytest.mark.parametrize("fault", FAULTS)
def test_a_server_that_always_fails_gives_an_error_and_keeps_nothing(fault: str, tmp_path: Path) -> None:
    with serving(lambda body: fault, honest) as server:
        settings = quick(server.url, tmp_path, timeout=0.2, max_retries=0)
        (failed,) = Triage(cast(Index, OneStory()), settings=settings).check_many(claims()[:1])
        assert isinstance(failed, ModelError)
        assert failed.retryable is (fault in ("drop", "delay", "429", "500", "503", "short"))
        assert isinstance(failed, UnreadableReply) is (fault in ("refusal", "garbage", "truncated", "filtered"))
        server.fault = lambda body: None
        (found,) = Triage(cast(Index, OneStory()), settings=settings).check_many(claims()[:1])
        assert isinstance(found, Verdict) and found.run is not None
        assert found.run.usage.calls == 1


async def test_async_meets_the_same_faults(tmp_path: Path) -> None:
    plan = iter([*FAULTS, *[None] * 1000])
    asked = claims()[:30]
    with serving(lambda body: next(plan), honest) as server:
        settings = quick(server.url, tmp_path, timeout=0.3)
        checker = Triage(cast(Index, OneStory()), settings=settings)
        answers = await asyncio.gather(*(checker.acheck(c) for c in asked), return_exceptions=True)
    assert_all_there(asked, cast(list[Verdict | Exception], answers))


def test_a_rate_limit_spreads_the_calls(tmp_path: Path) -> None:
    with serving(lambda body: None, honest) as server:
        settings = quick(server.url, tmp_path, requests_per_second=20.0)
        reader = ChatReader("faulty", settings)
        passages = [hit.passage for hit in OneStory().search()]
        began = time.perf_counter()
        for claim in claims()[:5]:
            reader.read(claim, passages)
        assert time.perf_counter() - began > 0.15

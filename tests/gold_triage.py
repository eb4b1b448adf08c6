"""What stands for `Triage` where an index and a model would only slow a test: its chain answers from the gold sets.

The chain is a LangChain Runnable with the steps of the real one; the verdict is made by the real rule.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from tests.verdicts import claims, documents, verdict
from triage.errors import ConfigError, IndexError_, ModelError
from triage.passages import split
from triage.schema import (
    Claim,
    Document,
    Hit,
    OriginCount,
    OriginGraph,
    Probabilities,
    Reading,
    Stance,
    Trail,
    Verdict,
    first_day,
    last_day,
)
from triage.settings import Settings
from triage.verdict import decide

if TYPE_CHECKING:
    from triage.chain import Triage

CLAIM = "The fissure in the Teska Vale Dam is longer than ten metres."
HANGS = "The model never answers this."
FAILS = "The model server is dead."
BREAKS = "The client breaks in a way of its own."


class GoldIndex:
    path = Path("gold")
    embedder = "none"
    corpus_sha256 = "0" * 64

    def __len__(self) -> int:
        return len(documents())


class GoldTriage:
    """Knows the gold claims; any other claim has no evidence, and three of them fail."""

    def __init__(self, cache_dir: Path, *, reader: str = "gold", prompt: str = "reading/v1") -> None:
        self.settings = Settings(cache_dir=cache_dir, prompt=prompt)
        self.reader = SimpleNamespace(name=reader)
        self.index = GoldIndex()
        self.problems: list[Exception] = []
        self.closed = False
        chain: Runnable[Any, Any] = (
            RunnableLambda(self._ask, name="ask")
            | RunnablePassthrough.assign(hits=RunnableLambda(self._search, name="search"))
            | RunnablePassthrough.assign(readings=RunnableLambda(self._read, name="read"))
            | RunnablePassthrough.assign(verdict=RunnableLambda(self._decide, name="decide"))
        )
        self.chain = chain

    def _ask(self, ask: Any) -> dict[str, Any]:
        asked = dict(ask) if isinstance(ask, Mapping) else {"claim": ask}
        if isinstance(asked["claim"], str):
            asked["claim"] = Claim(text=asked["claim"])
        return {"as_of": None, **asked}

    def _gold(self, claim: Claim) -> Verdict | None:
        known = next((c.claim_id for c in claims() if c.text == claim.text), None)
        return verdict(known) if known else None

    def _search(self, trail: dict[str, Any]) -> list[Hit]:
        found = self._gold(trail["claim"])
        cited = {e.citation.doc_id: e for e in found.evidence} if found else {}
        hits = []
        for doc_id, item in cited.items():
            for passage in split(documents()[doc_id]):
                if passage.start <= item.citation.start < passage.end:
                    hits.append(Hit(passage=passage, score=0.9))
        return hits

    def _read(self, trail: dict[str, Any]) -> list[Reading]:
        text = trail["claim"].text
        if text == FAILS:
            raise ModelError("cannot reach http://127.0.0.1:9: connection refused", retryable=True)
        if text == BREAKS:
            raise RuntimeError("an error that no one foresaw")
        if text == HANGS:
            time.sleep(3)
        found = self._gold(trail["claim"])
        sure = Probabilities(supports=0.9, refutes=0.05, neutral=0.05)
        return [
            Reading(passage_id=h.passage.passage_id, stance=Stance.SUPPORTS, probabilities=sure, quote=e.citation.quote)
            for h in trail["hits"]
            for e in (found.evidence if found else ())
            if e.citation.quote in h.passage.text
        ]

    def _decide(self, trail: dict[str, Any]) -> Verdict:
        found, day = self._gold(trail["claim"]), trail["as_of"]
        if found is None:
            return decide(trail["claim"], [], OriginGraph(), as_of=day)
        if day is None:
            return found
        known = [e for e in found.evidence if e.document.published and last_day(e.document.published) <= last_day(day)]
        sides = {s: len({e.origin_id for e in known if e.stance is s}) for s in (Stance.SUPPORTS, Stance.REFUTES)}
        counts = {s: OriginCount(n_min=n, n_max=n) for s, n in sides.items()}
        graph = OriginGraph(
            origins=found.origins, support=counts[Stance.SUPPORTS], refute=counts[Stance.REFUTES], relays=found.relays
        )
        return decide(trail["claim"], [e.model_copy(update={"counted": True}) for e in known], graph, as_of=day)

    def trail(self, claim: str | Claim, *, as_of: str | None = None, include_undated: bool = False) -> Trail:
        return cast(Trail, self.chain.invoke({"claim": claim, "as_of": as_of}))

    def check(self, claim: str | Claim, *, as_of: str | None = None, **_: object) -> Verdict:
        return self.trail(claim, as_of=as_of)["verdict"]

    def search(self, query: str, k: int = 10, *, as_of: str | None = None) -> list[Hit]:
        words = {word.lower() for word in query.split()}
        found = [
            Hit(passage=p, score=len(words & set(p.text.lower().split())) / max(1, len(words)))
            for d in documents().values()
            if as_of is None or (d.published and first_day(d.published) <= last_day(as_of))
            for p in split(d)
        ]
        return sorted(found, key=lambda hit: -hit.score)[:k]

    def document(self, doc_id: str) -> Document:
        try:
            return documents()[doc_id]
        except KeyError:
            raise IndexError_(f"holds no document {doc_id!r}", path="gold") from None

    def with_reader(self, reader: str) -> GoldTriage:
        if reader not in ("gold", "chat:fake"):
            raise ConfigError(f"there is no reader {reader!r}: use 'local', 'chat:MODEL'", setting="reader")
        return GoldTriage(self.settings.cache_dir, reader=reader, prompt=self.settings.prompt)

    def with_prompt(self, prompt: str) -> GoldTriage:
        return GoldTriage(self.settings.cache_dir, reader=self.reader.name, prompt=prompt)

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> GoldTriage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def gold_triage(cache_dir: Path, **options: str) -> Triage:
    return cast("Triage", GoldTriage(cache_dir, **options))


if __name__ == "__main__":
    from rich.console import Console

    from triage.repl import start

    left = start(triage=gold_triage(Path(sys.argv[1])), console=Console(width=100))
    print(f"left: {left}", flush=True)

"""The way of a claim, in one direction: search, read, ground, trace, decide.

The chain is a LangChain `Runnable`. It takes a claim (a string, a `Claim`, or `{"claim": ..., "as_of": ...}`) and
returns the whole `Trail`, so `invoke`, `ainvoke`, `batch`, `abatch`, callbacks and tracing work as its users expect::

    verdicts = triage.load("corpus/belarus-2022").chain | (lambda trail: trail["verdict"])
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self, cast

from langchain_core.runnables import Runnable, RunnableBranch, RunnableConfig, RunnableLambda, RunnablePassthrough

from triage import grounding, origins, verdict
from triage.decompose import Parts
from triage.documents import Loaded, load
from triage.errors import ModelError, TriageError
from triage.index import Index
from triage.readers import AsyncReader, Judge, Reader, Readings, load_reader
from triage.schema import Citation, Claim, Document, Hit, Passage, Reading, Rejected, Run, Stance, Trail, Verdict
from triage.settings import Settings, load_settings

Ask = str | Claim | Mapping[str, Any]


class Steps:
    """The steps of the chain; each reads the trail and returns what it adds."""

    def __init__(
        self, index: Index, reader: Reader | Judge, settings: Settings, reliability: Mapping[str, str]
    ) -> None:
        self.index, self.reader, self.settings, self.reliability = index, reader, settings, reliability

    def chain(self) -> Runnable[Ask, Trail]:
        """Return the steps as one Runnable."""
        one = self.one()
        parts = Parts(one, self.reader)
        steps: Runnable[Any, Any] = (
            RunnableLambda(self.ask, name="ask")
            | RunnablePassthrough.assign(parts=RunnableLambda(parts.find, afunc=parts.afind, name="parts"))
            | RunnableBranch(
                (lambda trail: len(trail["parts"]) > 1, RunnableLambda(parts.check, afunc=parts.acheck)), one
            )
        )
        return steps.with_config(run_name="triage")

    def one(self) -> Runnable[Any, Any]:
        """Return the steps that a claim, or a part of one, goes through."""
        found = RunnablePassthrough.assign(hits=RunnableLambda(self.search, name="search"))
        if isinstance(self.reader, Judge):
            return found | RunnablePassthrough.assign(
                readings=lambda _: [], verdict=RunnableLambda(self.judge, afunc=self.ajudge, name="judge")
            )
        waits = self.aread if isinstance(self.reader, AsyncReader) else None
        return (
            found
            | RunnablePassthrough.assign(readings=RunnableLambda(self.read, afunc=waits, name="read"))
            | RunnableLambda(self.ground, name="ground")
            | RunnableLambda(self.trace, name="trace")
            | RunnablePassthrough.assign(verdict=RunnableLambda(self.decide, name="decide"))
        )

    def ask(self, ask: Ask) -> dict[str, Any]:
        """Start a trail."""
        asked: dict[str, Any] = dict(ask) if isinstance(ask, Mapping) else {"claim": ask}
        claim = asked["claim"]
        if isinstance(claim, str):
            if not claim.strip():
                raise TriageError("the claim is empty: give a sentence that can be true or false")
            asked["claim"] = Claim(text=claim.strip())
        return {"as_of": None, "include_undated": False, "decompose": None, "began": time.perf_counter(), **asked}

    def search(self, trail: dict[str, Any]) -> list[Hit]:
        """Find the passages that bear on the claim."""
        return self.index.search(
            trail["claim"].text,
            self.settings.k,
            as_of=trail["as_of"],
            include_undated=trail["include_undated"],
        )

    def read(self, trail: dict[str, Any]) -> list[Reading]:
        """Have every passage read."""
        return cast(Reader, self.reader).read(trail["claim"], [hit.passage for hit in trail["hits"]])

    async def aread(self, trail: dict[str, Any]) -> list[Reading]:
        """Have every passage read."""
        return await cast(AsyncReader, self.reader).aread(trail["claim"], [hit.passage for hit in trail["hits"]])

    def judge(self, trail: dict[str, Any]) -> Verdict:
        """Have the model itself give the verdict."""
        passages, documents = self._shown(trail)
        given = cast(Judge, self.reader).judge(trail["claim"], passages, documents, as_of=trail["as_of"])
        return given.model_copy(update={"run": self.run({**trail, "verdict": given})})

    async def ajudge(self, trail: dict[str, Any]) -> Verdict:
        """Have the model itself give the verdict."""
        passages, documents = self._shown(trail)
        given = await cast(Judge, self.reader).ajudge(trail["claim"], passages, documents, as_of=trail["as_of"])
        return given.model_copy(update={"run": self.run({**trail, "verdict": given})})

    def _shown(self, trail: Mapping[str, Any]) -> tuple[list[Passage], dict[str, Document]]:
        passages = [hit.passage for hit in trail["hits"]]
        return passages, {doc_id: self.index.document(doc_id) for doc_id in {p.doc_id for p in passages}}

    def ground(self, trail: dict[str, Any]) -> dict[str, Any]:
        """Keep the readings whose quote stands in its document; put the others aside."""
        passages = {hit.passage.passage_id: hit.passage for hit in trail["hits"]}
        documents = {doc_id: self.index.document(doc_id) for doc_id in _doc_ids(trail["hits"])}
        citations: list[tuple[Reading, Citation]] = []
        rejected: list[Rejected] = []
        for reading in trail["readings"]:
            passage = passages.get(reading.passage_id)
            if passage is None:
                rejected.append(Rejected(doc_id="", quote=reading.quote, reason="no such passage was read"))
            elif reading.status != "ok":
                reason = f"the reader gave no usable answer ({reading.status})"
                rejected.append(Rejected(doc_id=passage.doc_id, quote=reading.quote, reason=reason))
            elif reading.stance is not Stance.NEUTRAL:
                found = grounding.ground(reading.quote, documents[passage.doc_id], within=passage)
                if isinstance(found, Citation):
                    citations.append((reading, found))
                else:
                    rejected.append(found)
        return {**trail, "documents": documents, "citations": citations, "rejected": rejected}

    def trace(self, trail: dict[str, Any]) -> dict[str, Any]:
        """Find who said each piece of evidence first."""
        echoes = {hit.passage.passage_id: hit.duplicates for hit in trail["hits"] if hit.duplicates}
        evidence, graph = origins.trace(trail["claim"], trail["citations"], trail["documents"], echoes=echoes)
        return {**trail, "evidence": evidence, "graph": graph}

    def decide(self, trail: dict[str, Any]) -> Verdict:
        """Apply the rule."""
        return verdict.decide(
            trail["claim"],
            trail["evidence"],
            trail["graph"],
            readings=trail["readings"],
            rejected=trail["rejected"],
            as_of=trail["as_of"],
            reliability=self.reliability,
            run=self.run(trail),
        )

    def run(self, trail: Mapping[str, Any]) -> Run:
        """Say how the verdict came about."""
        readings = trail["readings"]
        spent = readings if isinstance(readings, Readings) else Readings()
        given = trail["verdict"].run if "verdict" in trail else None
        return Run(
            reader=self.reader.name,
            model_asked=getattr(self.reader, "model", None),
            model_answered=given.model_answered if given else spent.model,
            embedder=self.index.embedder,
            prompts=given.prompts if given else spent.prompts,
            corpus_sha256=self.index.corpus_sha256,
            versions=_versions(),
            usage=given.usage if given else spent.usage,
            seconds=round(time.perf_counter() - trail["began"], 4),
        )


class Triage:
    """Checks claims against one index with one reader."""

    def __init__(
        self,
        index: Index,
        *,
        settings: Settings | None = None,
        reader: Reader | Judge | None = None,
        reliability: Mapping[str, str] | None = None,
        problems: Sequence[TriageError] = (),
    ) -> None:
        self.index = index
        self.settings = settings or load_settings()
        self.reader = reader or load_reader(self.settings)
        self.reliability = dict(reliability or {})
        self.problems = list(problems)
        """What could not be indexed, and why."""
        self.chain = Steps(index, self.reader, self.settings, self.reliability).chain()

    def check(
        self,
        claim: str | Claim,
        *,
        as_of: str | None = None,
        include_undated: bool = False,
        decompose: bool | None = None,
    ) -> Verdict:
        """Return the verdict on a claim.

        Args:
            claim: a sentence that can be true or false.
            as_of: a day or month; what was published later is hidden, and what has no date as well.
            include_undated: show documents without a date even under `as_of`.
            decompose: split a compound claim and check its parts: None by rule, where it is obvious; True by the
                reader's model, if it has one that can; False never.

        Raises:
            ModelError: the reader's model or the network failed.
        """
        return self.trail(claim, as_of=as_of, include_undated=include_undated, decompose=decompose)["verdict"]

    async def acheck(
        self,
        claim: str | Claim,
        *,
        as_of: str | None = None,
        include_undated: bool = False,
        decompose: bool | None = None,
    ) -> Verdict:
        """Return the verdict on a claim; see `check`."""
        asked = {"claim": claim, "as_of": as_of, "include_undated": include_undated, "decompose": decompose}
        trail = await self.chain.ainvoke(asked)
        return trail["verdict"]

    def trail(
        self,
        claim: str | Claim,
        *,
        as_of: str | None = None,
        include_undated: bool = False,
        decompose: bool | None = None,
    ) -> Trail:
        """Return everything on the way to the verdict: hits, readings, citations, evidence, graph."""
        asked = {"claim": claim, "as_of": as_of, "include_undated": include_undated, "decompose": decompose}
        return self.chain.invoke(asked)

    def check_many(
        self, claims: Iterable[str | Claim | Mapping[str, Any]], *, progress: bool = False
    ) -> list[Verdict | TriageError]:
        """Return a verdict a claim, in order; a claim that fails gives its error and costs no other.

        At most `settings.concurrency` are under way at once.
        """
        asked = list(claims)
        config: RunnableConfig = {"max_concurrency": self.settings.concurrency}
        answers: list[Verdict | TriageError | None] = [None] * len(asked)
        done = self.chain.batch_as_completed(asked, config, return_exceptions=True)
        for place, answer in _shown(done, len(asked)) if progress else done:
            if isinstance(answer, TriageError):
                answers[place] = answer
            elif isinstance(answer, Exception):
                answers[place] = ModelError(f"{type(answer).__name__}: {answer}", claim=str(asked[place]))
            else:
                answers[place] = answer["verdict"]
        return [a for a in answers if a is not None]

    def search(self, query: str, k: int = 10, *, as_of: str | None = None) -> list[Hit]:
        """Return the `k` passages that bear most on a query."""
        return self.index.search(query, k, as_of=as_of)

    def document(self, doc_id: str) -> Document:
        """Return an indexed document."""
        return self.index.document(doc_id)

    def with_prompt(self, prompt: str) -> Triage:
        """Return the same with another reading prompt (`reading/v2`)."""
        return self._with(prompt=prompt)

    def with_reader(self, reader: str | Reader | Judge) -> Triage:
        """Return the same with another reader, by name or as an object."""
        if isinstance(reader, str):
            return self._with(reader=reader)
        return Triage(self.index, settings=self.settings, reader=reader, reliability=self.reliability)

    def _with(self, **changes: Any) -> Triage:
        settings = load_settings(**{**self.settings.model_dump(), **changes})
        return Triage(self.index, settings=settings, reliability=self.reliability, problems=self.problems)

    def close(self) -> None:
        """Close the index."""
        self.index.close()

    def __enter__(self) -> Self:
        """Return itself; the index is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()


def open_index(
    corpus: str | Path | Iterable[Document], settings: Settings, *, progress: bool = False
) -> tuple[Index, list[TriageError]]:
    """Open the index of a corpus and bring it up to date.

    It lies under `settings.cache_dir`, by the corpus's path and the embedder's name.
    """
    loaded = _load(corpus)
    index = Index.open(index_path(corpus, settings), settings.embedder)
    if progress:
        from rich.progress import Progress

        with Progress(transient=True) as bar:
            task = bar.add_task("indexing", total=None)
            index.update(loaded.documents, progress=lambda done, total: bar.update(task, completed=done, total=total))
    else:
        index.update(loaded.documents)
    return index, list(loaded.problems)


def index_path(corpus: str | Path | Iterable[Document], settings: Settings) -> Path:
    """Return where the index of a corpus lies."""
    from triage.schema import sha256

    name = str(Path(corpus).resolve()) if isinstance(corpus, str | Path) else "documents"
    return settings.cache_dir / "index" / sha256(f"{name}\n{settings.embedder}")[:16]


def _load(corpus: str | Path | Iterable[Document]) -> Loaded:
    return load(corpus)


def _doc_ids(hits: Iterable[Hit]) -> list[str]:
    passages: list[Passage] = [p for hit in hits for p in (hit.passage, *hit.duplicates)]
    return list(dict.fromkeys(p.doc_id for p in passages))


def _versions() -> dict[str, str]:
    found = {}
    for name in ("triage-claims", "chromadb", "langchain-core", "onnxruntime"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _shown(done: Iterable[tuple[int, Any]], total: int) -> Iterable[tuple[int, Any]]:
    from rich.progress import track

    return track(done, description="checking", total=total)

"""Ask every claim of a data set, and keep each answer as it comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from triage import prompts
from triage.errors import ModelError
from triage.evaluation.data import Dataset, Item
from triage.evaluation.provenance import git_state, package_sha256, versions
from triage.evaluation.rows import FAILED, Row, failed_row, row_of
from triage.evaluation.runs import RunFolder, RunInfo
from triage.readers.replies import prices
from triage.schema import Claim, Document, Trail
from triage.settings import Settings


class Searchable(Protocol):
    """What an evaluation asks of an index."""

    @property
    def corpus_sha256(self) -> str:
        """Return a hash of the documents."""
        ...

    @property
    def embedder(self) -> str:
        """Return the embedder's name."""
        ...


class Checker(Protocol):
    """What can be evaluated: `triage.Triage`, or anything that answers as it does."""

    @property
    def settings(self) -> Settings:
        """Return the settings."""
        ...

    @property
    def index(self) -> Searchable:
        """Return the index."""
        ...

    @property
    def reader(self) -> Any:
        """Return the reader; its `name` is recorded, and its `parameters` where it has them."""
        ...

    def trail(self, claim: str | Claim, *, as_of: str | None = None) -> Trail:
        """Return everything on the way to the verdict."""
        ...

    def document(self, doc_id: str) -> Document:
        """Return a document."""
        ...


def describe(t: Checker, dataset: Dataset, *, epochs: int = 1) -> RunInfo:
    """Return what a run of `t` over a data set is, before it has begun; its name is left empty."""
    _, _, model = t.reader.name.partition(":")
    sent: prompts.Prompt | None = getattr(t.reader, "prompt", None)
    commit, dirty = git_state()
    base_url = t.settings.base_url
    return RunInfo(
        name="",
        data=dataset.name,
        data_sha256=dataset.sha256,
        claims=tuple(item.claim.claim_id for item in dataset.items),
        labels=dataset.scheme.labels,
        corpus_sha256=t.index.corpus_sha256,
        epochs=epochs,
        reader=t.reader.name,
        model_asked=model or None,
        prompts={sent.prompt_id: f"## system\n\n{sent.system}\n\n## user\n\n{sent.user}\n"} if sent else {},
        prompt_sha256={sent.prompt_id: sent.sha256} if sent else {},
        parameters={
            "k": t.settings.k,
            **({"server": urlsplit(base_url).hostname} if base_url else {}),
            **dict(getattr(t.reader, "parameters", {})),
        },
        embedder=t.index.embedder,
        versions=versions(),
        package_sha256=package_sha256(),
        git_commit=commit,
        git_dirty=dirty,
        price_table=str(prices()["as_of"]) if model else None,
        started=_now(),
    )


def answer(
    t: Checker,
    dataset: Dataset,
    folder: RunFolder,
    info: RunInfo,
    *,
    max_error_rate: float | None = None,
    on_row: Callable[[Row], None] = lambda row: None,
) -> RunInfo:
    """Ask what the folder has no usable answer to, and return the run as it ended.

    Raises:
        ModelError: more than `max_error_rate` of the answers failed; what was answered is kept.
    """
    items = {item.claim.claim_id: item for item in dataset.items}
    todo = folder.missing(info)
    allowed = None if max_error_rate is None else max_error_rate * len(info.claims) * info.epochs
    failed = 0

    pool = ThreadPoolExecutor(max_workers=t.settings.concurrency)
    try:
        futures: list[Future[Row]] = [pool.submit(_ask, t, items[claim_id], epoch) for claim_id, epoch in todo]
        for future in as_completed(futures):
            row = future.result()
            folder.append(row)
            on_row(row)
            failed += row.status in FAILED
            if allowed is not None and failed > allowed:
                raise ModelError(
                    f"{failed} answers failed, more than --max-error-rate {max_error_rate} allows; the last: "
                    f"{row.error or row.status}. What was answered is kept in {folder.path}: run it again to go on",
                    claim=row.claim_id,
                    retryable=True,
                )
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return info.model_copy(update={"finished": _now(), **_answered(folder)})


def _ask(t: Checker, item: Item, epoch: int) -> Row:
    claim_id, began = item.claim.claim_id, time.perf_counter()
    try:
        trail = t.trail(item.claim, as_of=item.as_of)
    except Exception as error:  # a crash is a row
        return failed_row(claim_id, epoch, error, time.perf_counter() - began)
    return row_of(claim_id, epoch, dict(trail), time.perf_counter() - began)


def _answered(folder: RunFolder) -> dict[str, Any]:
    runs = [row.verdict.run for row in folder.rows().values() if row.verdict and row.verdict.run]
    return {
        "models_answered": tuple(sorted({run.model_answered for run in runs if run.model_answered})),
        "model_asked": next((run.model_asked for run in runs if run.model_asked), None),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

"""Bringing an index up to date with a set of documents, so that it is usable whenever the process ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from triage.errors import CorpusError, IndexError_
from triage.index.catalogue import Catalogue, Writer
from triage.index.vectors import Vectors
from triage.index.words import Words, WordsWriter
from triage.passages import split
from triage.schema import Document, Passage, last_day

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (documents finished, documents to index)."""
Embed: TypeAlias = Callable[[list[str]], NDArray[np.float32]]

_GROUP = 256  # Passages that are written, and so can be lost to a kill, together.


class Changes(NamedTuple):
    """How many documents an update added, replaced, removed and passed over."""

    added: int
    changed: int
    removed: int
    unchanged: int


class Stores(NamedTuple):
    """Where an index keeps its parts."""

    catalogue: Catalogue
    vectors: Vectors
    words: Words


class _Plan(NamedTuple):
    stale: list[str]
    fresh: list[Document]
    changes: Changes


class _Group(NamedTuple):
    documents: list[Document]
    passages: list[Passage]
    titles: list[str]
    days: list[int | None]

    @property
    def texts(self) -> list[str]:
        return [passage.text for passage in self.passages]

    @property
    def titled(self) -> list[str]:
        return [f"{title}\n{text}" if title else text for title, text in zip(self.titles, self.texts, strict=True)]


def bring_up_to_date(stores: Stores, embed: Embed, documents: Iterable[Document], progress: Progress | None) -> Changes:
    """Make the index hold these documents and no others; see `Index.update`."""
    wanted = _by_id(documents)
    plan = _plan(stores.catalogue, wanted)
    if not plan.stale and not plan.fresh:
        return plan.changes
    with stores.catalogue.writing() as record, stores.words.writing() as words:
        plan = _plan(stores.catalogue, wanted)  # another process may have written before we held the lock
        if plan.stale:
            stores.vectors.remove(record.suspend(plan.stale))
            words.remove(plan.stale)
            words.commit()
            record.forget(plan.stale)
        _index(stores, record, words, embed, plan.fresh, progress)
    return plan.changes


def day_of(document: Document, passage: Passage) -> int | None:
    """Return the first day on which a passage was surely published, as yyyymmdd, or None where no date is known."""
    own = passage.segment.published if passage.segment else None
    when = own or document.published
    return int(last_day(when).strftime("%Y%m%d")) if when else None


def _by_id(documents: Iterable[Document]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for document in documents:
        other = found.setdefault(document.doc_id, document)
        if other.sha256 != document.sha256:
            raise CorpusError(f"two different documents have the id {document.doc_id!r}: give each its own")
    return found


def _plan(catalogue: Catalogue, wanted: dict[str, Document]) -> _Plan:
    states = catalogue.states()
    same = {
        doc_id
        for doc_id, (sha, state) in states.items()
        if state == "done" and doc_id in wanted and wanted[doc_id].sha256 == sha
    }
    stale = [doc_id for doc_id in states if doc_id not in same]
    fresh = [document for doc_id, document in wanted.items() if doc_id not in same]
    changed = sum(doc_id in wanted and states[doc_id][1] == "done" for doc_id in stale)
    removed = sum(doc_id not in wanted for doc_id in stale)
    return _Plan(stale, fresh, Changes(len(fresh) - changed, changed, removed, len(same)))


def _index(
    stores: Stores,
    record: Writer,
    words: WordsWriter,
    embed: Embed,
    documents: Sequence[Document],
    progress: Progress | None,
) -> None:
    """Embed one group while the one before it is written."""
    report = progress or (lambda done, total: None)
    report(0, len(documents))
    finished = 0
    with ThreadPoolExecutor(1, thread_name_prefix="index-writer") as writing:
        under_way: Future[int] | None = None
        for group in _groups(documents):
            vectors = _embedded(stores, record, embed, group)
            if under_way:
                report(finished := finished + under_way.result(), len(documents))
            under_way = writing.submit(_write, stores, record, words, group, vectors)
        if under_way:
            report(finished + under_way.result(), len(documents))


def _write(stores: Stores, record: Writer, words: WordsWriter, group: _Group, vectors: NDArray[np.float32]) -> int:
    passage_ids = [passage.passage_id for passage in group.passages]
    doc_ids = [document.doc_id for document in group.documents]
    record.announce(group.documents, group.passages)
    if passage_ids:
        stores.vectors.add(passage_ids, vectors, group.days)
        of = (passage.doc_id for passage in group.passages)
        # A title often alone names the matter. It helps words, and does nothing for vectors: benchmarks/RESULTS.md.
        words.add(zip(passage_ids, of, group.titled, group.days, strict=True))
        words.commit()
    record.finish(doc_ids)
    return len(doc_ids)


def _embedded(stores: Stores, record: Writer, embed: Embed, group: _Group) -> NDArray[np.float32]:
    vectors = embed(group.texts) if group.passages else np.empty((0, 0), np.float32)
    if len(vectors) != len(group.passages):
        raise IndexError_(
            f"the embedder gave {len(vectors)} vectors for {len(group.passages)} passages", path=stores.catalogue.path
        )
    if len(vectors):
        stores.catalogue.check_dimension(vectors.shape[1])
    return vectors


def _groups(documents: Iterable[Document]) -> Iterator[_Group]:
    group = _Group([], [], [], [])
    for document in documents:
        passages = [p for p in split(document) if not (p.segment and p.segment.kind == "boilerplate")]
        group.documents.append(document)
        group.passages.extend(passages)
        group.titles.extend([document.title or ""] * len(passages))
        group.days.extend(day_of(document, passage) for passage in passages)
        if len(group.passages) >= _GROUP:
            yield group
            group = _Group([], [], [], [])
    if group.documents:
        yield group

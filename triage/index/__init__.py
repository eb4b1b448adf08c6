"""Passages in Chroma, words in BM25, one fused ranking; kept on disk and brought up to date document by document."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from chromadb.errors import ChromaError
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from triage.embeddings import LocalEmbeddings, embed_array, identify, load_embeddings
from triage.errors import ConfigError, IndexError_, ModelError, TriageError
from triage.index.catalogue import FORMAT, Catalogue
from triage.index.ranking import collapse, fuse
from triage.index.retriever import IndexRetriever
from triage.index.update import Changes, Progress, Stores, bring_up_to_date
from triage.index.vectors import Vectors
from triage.index.words import Words
from triage.schema import Document, Hit, Passage, last_day

__all__ = ["Changes", "Index", "IndexRetriever", "Progress"]

_CATALOGUE = "catalogue.sqlite"
_REBUILD = "delete the folder and run `triage index` again"


class Index:
    """A searchable set of documents in a folder: `catalogue.sqlite`, `vectors/` (Chroma) and `words/` (tantivy).

    One process may write at a time; others may read meanwhile. Searching writes nothing. `len()` counts documents.
    Open one with `Index.open`, and close it, or use it in a `with` statement.
    """

    def __init__(self, path: Path, stores: Stores, embeddings: Embeddings, embedder: str) -> None:
        self.path = path
        self.embedder = embedder
        """The name of the embedder that the index remembers."""
        self._stores = stores
        self._embeddings = embeddings

    @classmethod
    def open(cls, path: str | Path, embedder: str | Embeddings = "local", *, threads: int = 0) -> Self:
        """Open the index in a folder; where there is none, an empty one is made.

        Args:
            path: the folder.
            embedder: a name for `load_embeddings`, or LangChain embeddings.
            threads: processors for the bundled embedder; 0 takes all.

        Raises:
            IndexError_: the folder holds something else, or an index that is damaged, made by another embedder, or
                of another format.
            ConfigError: the embedder cannot be had.
        """
        path = Path(path)
        name = embedder if isinstance(embedder, str) else identify(embedder)
        embeddings = load_embeddings(embedder, threads=threads) if isinstance(embedder, str) else embedder
        with _reading(path), ExitStack() as undo:
            catalogue = _open_catalogue(path)
            undo.callback(catalogue.close)
            fingerprint = embeddings.fingerprint if isinstance(embeddings, LocalEmbeddings) else ""
            if not catalogue.meta() and (path / "vectors").exists():
                raise IndexError_(f"is damaged, {_CATALOGUE} is empty: {_REBUILD}", path=path)
            catalogue.remember({"format": str(FORMAT), "embedder": name, "fingerprint": fingerprint})
            _check_meta(path, catalogue.meta(), name, fingerprint)
            vectors = Vectors(path / "vectors")
            undo.callback(vectors.close)
            stores = Stores(catalogue, vectors, Words(path / "words"))
            _check_whole(path, stores)
            undo.pop_all()
        return cls(path, stores, embeddings, name)

    def update(self, documents: Iterable[Document], progress: Progress | None = None) -> Changes:
        """Make the index hold these documents and no others.

        Documents are known by `doc_id` and `sha256`: unchanged ones are neither split nor embedded again, changed
        ones are replaced, and those that are not given are removed. A run that is killed leaves a usable index; what
        it had under way is not found until the next update does it again.

        Args:
            documents: all that the index is to hold.
            progress: called with (documents finished, documents to index) as the work goes on.

        Raises:
            IndexError_: somebody else is writing, or the disk is full or cannot be written.
            CorpusError: two different documents have one id.
            ModelError: the embedder failed.
        """
        with _writing(self.path):
            return bring_up_to_date(self._stores, self._embed, documents, progress)

    def search(self, query: str, k: int = 24, *, as_of: str | None = None, include_undated: bool = False) -> list[Hit]:
        """Return up to `k` passages for a query, the best first; ties fall by passage_id.

        Half of the score is likeness of meaning, half is shared words. Passages that say nothing beyond a better
        one stand in its `duplicates`.

        Args:
            query: any text; nothing in it is an operator.
            k: hits to return.
            as_of: a day or a month; what was not surely published by its end is not found, and neither is what has
                no date. A post's own date counts before its document's.
            include_undated: with `as_of`, find also what has no date.

        Raises:
            ConfigError: `k` or `as_of` cannot be used.
            ModelError: the embedder failed.
            IndexError_: the index is damaged.
        """
        if k < 1:
            raise ConfigError(f"k must be at least 1 (got {k})", setting="k")
        until = _day(as_of)
        if not query.strip():
            return []
        count = max(100, 4 * k)
        with self._embedding():
            vector = self._embeddings.embed_query(query)
        with _reading(self.path):
            rankings = {
                "dense": self._stores.vectors.nearest(vector, count, until, include_undated),
                "words": self._stores.words.best(query, count, until, include_undated),
            }
            candidates = fuse(rankings)
            passages = self._stores.catalogue.passages([candidate.passage_id for candidate in candidates])
        return collapse(candidates, passages, k)

    def as_retriever(self, k: int = 24, *, as_of: str | None = None, include_undated: bool = False) -> IndexRetriever:
        """Return a LangChain retriever with the options of `search`."""
        find = partial(self.search, k=k, as_of=as_of, include_undated=include_undated)
        return IndexRetriever(find=find, look_up=self.document)

    def document(self, doc_id: str) -> Document:
        """Return a document.

        Raises:
            IndexError_: there is none of that id.
        """
        with _reading(self.path):
            found = self._stores.catalogue.document(doc_id)
        if found is None:
            raise IndexError_(f"holds no document {doc_id!r}", path=self.path)
        return found

    def documents(self) -> Iterator[Document]:
        """Yield the documents, by doc_id."""
        with _reading(self.path):
            yield from self._stores.catalogue.documents()

    def passages(self, doc_id: str) -> list[Passage]:
        """Return the indexed passages of a document, in order; boilerplate is not among them."""
        with _reading(self.path):
            return self._stores.catalogue.passages_of(doc_id)

    @property
    def corpus_sha256(self) -> str:
        """Return a SHA-256 over the ids and hashes of all documents: equal for equal sets of documents."""
        with _reading(self.path):
            return self._stores.catalogue.digest()

    def close(self) -> None:
        """Close the files."""
        self._stores.catalogue.close()
        self._stores.vectors.close()

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        with self._embedding():
            return embed_array(self._embeddings, texts)

    @contextmanager
    def _embedding(self) -> Iterator[None]:
        try:
            yield
        except TriageError:
            raise
        except Exception as error:  # each provider has its own
            raise ModelError(f"the embedder {self.embedder} failed: {error}", retryable=True) from error

    def __len__(self) -> int:
        """Return how many documents the index holds."""
        with _reading(self.path):
            return self._stores.catalogue.count()

    def __enter__(self) -> Self:
        """Return the index itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()


def _open_catalogue(path: Path) -> Catalogue:
    if path.exists() and not path.is_dir():
        raise IndexError_("is a file: give a folder", path=path)
    if path.is_dir() and not (path / _CATALOGUE).is_file() and any(path.iterdir()):
        raise IndexError_("holds other files and no index: give an empty folder, or one that is not there", path=path)
    path.mkdir(parents=True, exist_ok=True)
    return Catalogue(path / _CATALOGUE)


def _check_meta(path: Path, meta: dict[str, str], embedder: str, fingerprint: str) -> None:
    """Hold the index to what it says of itself."""
    found = int(meta["format"])
    if found > FORMAT:
        raise IndexError_(
            f"was made by a newer triage (format {found}, this one knows {FORMAT}): run `pip install --upgrade "
            f"triage-claims`, or {_REBUILD}",
            path=path,
        )
    if found < FORMAT:
        raise IndexError_(f"was made by an older triage (format {found}): {_REBUILD}", path=path)
    if meta["embedder"] != embedder:
        raise IndexError_(
            f"was made with the embedder {meta['embedder']!r}, not {embedder!r}, and their vectors do not compare: "
            f"use that embedder (TRIAGE_EMBEDDER={meta['embedder']}), or {_REBUILD}",
            path=path,
        )
    if meta["fingerprint"] != fingerprint:
        raise IndexError_(f"was made with other weights of the embedder {embedder!r}: {_REBUILD}", path=path)
    for part in ("vectors", "words"):
        if "dimension" in meta and not (path / part).is_dir():
            raise IndexError_(f"is damaged, {part}/ is missing: {_REBUILD}", path=path)


def _check_whole(path: Path, stores: Stores) -> None:
    """See that both rankings hold what the catalogue says is done."""
    if _is_short(stores):
        try:
            with stores.catalogue.writing():  # nobody else is at work, so they will not hold it later either
                short = _is_short(stores)
        except IndexError_:
            return
        if short:
            raise IndexError_(f"is damaged, passages are missing: {_REBUILD}", path=path)


def _is_short(stores: Stores) -> bool:
    return min(len(stores.vectors), len(stores.words)) < stores.catalogue.passage_count()


def _day(as_of: str | None) -> int | None:
    if as_of is None:
        return None
    try:
        return int(last_day(as_of).strftime("%Y%m%d"))
    except ValueError:
        raise ConfigError(
            f"as_of must be a day (2022-03-07) or a month (2022-03), not {as_of!r}", setting="as_of"
        ) from None


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say that a store is damaged; a broken record shows as a ValueError or KeyError."""
    with _translated(path, f"cannot be read: {_REBUILD}", (ValueError, KeyError)):
        yield


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    advice = (
        "could not be written: see that the disk has room and the folder may be written, then run `triage index` "
        "again (what was finished is kept)"
    )
    with _translated(path, advice):
        yield


@contextmanager
def _translated(path: Path, advice: str, also: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn what the stores raise into an IndexError_ with advice."""
    try:
        yield
    except TriageError:
        raise
    except BaseException as error:
        panic = type(error).__name__ == "PanicException"  # how Rust code fails on a damaged file
        if not (panic or isinstance(error, (sqlite3.Error, OSError, ChromaError, *also))):
            raise
        raise IndexError_(f"{advice} [{error}]", path=path) from error

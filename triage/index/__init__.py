"""Passages in Chroma, words in BM25, one fused ranking; kept on disk and brought up to date document by document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from triage.embeddings import LocalEmbeddings, embed_array, identify, load_embeddings
from triage.errors import ConfigError, IndexError_, ModelError, TriageError
from triage.index.faults import reading, writing
from triage.index.opening import open_stores
from triage.index.ranking import collapse, fuse
from triage.index.retriever import IndexRetriever
from triage.index.update import Changes, Progress, Stores, bring_up_to_date
from triage.schema import Document, Hit, Passage, last_day

__all__ = ["Changes", "Index", "IndexRetriever", "Progress"]


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
        with reading(path), ExitStack() as undo:
            fingerprint = embeddings.fingerprint if isinstance(embeddings, LocalEmbeddings) else ""
            stores = open_stores(path, name, fingerprint, undo)
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
        documents = list(documents)
        with writing(self.path):
            return bring_up_to_date(self._stores, self._embed, documents, progress)

    def search(self, query: str, k: int = 32, *, as_of: str | None = None, include_undated: bool = False) -> list[Hit]:
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
        pool = count = max(100, 4 * k)
        with self._embedding():
            vector = self._embeddings.embed_query(query)
        with reading(self.path):
            while True:
                rankings = {
                    "dense": self._stores.vectors.nearest(vector, count, until, include_undated),
                    "words": self._stores.words.best(query, count, until, include_undated),
                }
                candidates = fuse(rankings)
                passages = self._stores.catalogue.passages([candidate.passage_id for candidate in candidates])
                hits = collapse(candidates, passages, pool)
                # Copies fill the pool: look further until as much that differs has been seen as without them.
                if len(hits) == pool or max(map(len, rankings.values())) < count:
                    return hits[:k]
                count *= 2

    def as_retriever(self, k: int = 32, *, as_of: str | None = None, include_undated: bool = False) -> IndexRetriever:
        """Return a LangChain retriever with the options of `search`."""
        find = partial(self.search, k=k, as_of=as_of, include_undated=include_undated)
        return IndexRetriever(find=find, look_up=self.document)

    def document(self, doc_id: str) -> Document:
        """Return a document.

        Raises:
            IndexError_: there is none of that id.
        """
        with reading(self.path):
            found = self._stores.catalogue.document(doc_id)
        if found is None:
            raise IndexError_(f"holds no document {doc_id!r}", path=self.path)
        return found

    def documents(self) -> Iterator[Document]:
        """Yield the documents, by doc_id."""
        with reading(self.path):
            yield from self._stores.catalogue.documents()

    def passages(self, doc_id: str) -> list[Passage]:
        """Return the indexed passages of a document, in order; boilerplate is not among them."""
        with reading(self.path):
            return self._stores.catalogue.passages_of(doc_id)

    @property
    def corpus_sha256(self) -> str:
        """Return a SHA-256 over the ids and hashes of all documents: equal for equal sets of documents."""
        with reading(self.path):
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
        with reading(self.path):
            return self._stores.catalogue.count()

    def __enter__(self) -> Self:
        """Return the index itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the index."""
        self.close()


def _day(as_of: str | None) -> int | None:
    if as_of is None:
        return None
    try:
        return int(last_day(as_of).strftime("%Y%m%d"))
    except ValueError:
        raise ConfigError(
            f"as_of must be a day (2022-03-07) or a month (2022-03), not {as_of!r}", setting="as_of"
        ) from None

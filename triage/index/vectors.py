"""The dense ranking: passages as vectors in an embedded Chroma."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import chromadb
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from numpy.typing import NDArray

if TYPE_CHECKING:
    from chromadb.api.client import Client

_COLLECTION = "passages"
# ef_search, the neighbours that HNSW keeps in view. With 800 it found 99.99 % of the true best 100 among 6,000 passages
# and nearly always the same ones, however the index came about; with 200 it was 99.4 %, and not the same ones.
_SEARCHED = 800
_WIDER = 3


class Vectors:
    """Vectors by passage_id, each with the day from which it may be seen (or none, where no date is known).

    Chroma never embeds anything here: its own embedding function downloads a model.
    """

    def __init__(self, folder: Path) -> None:
        settings = Settings(anonymized_telemetry=False, allow_reset=False)
        try:
            self._client = chromadb.PersistentClient(str(folder), settings=settings)
        except BaseException:
            # Chroma keeps one system a folder, also one that failed to start, and would hand that out next time.
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise
        self._collection = self._client.get_or_create_collection(
            _COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": _SEARCHED}},
        )
        self._most = self._client.get_max_batch_size()

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return self._collection.count()

    def add(self, passage_ids: Sequence[str], vectors: NDArray[np.float32], days: Sequence[int | None]) -> None:
        """Add vectors; those of passage_ids that are there already are replaced."""
        metadatas: list[Any] = [{"undated": True} if day is None else {"day": day} for day in days]
        for at in range(0, len(passage_ids), self._most):
            until = at + self._most
            self._collection.upsert(
                ids=list(passage_ids[at:until]), embeddings=vectors[at:until], metadatas=metadatas[at:until]
            )

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove vectors; unknown ids are passed over."""
        for at in range(0, len(passage_ids), self._most):
            self._collection.delete(ids=list(passage_ids[at : at + self._most]))

    def nearest(
        self, vector: Sequence[float], count: int, until: int | None, include_undated: bool
    ) -> list[tuple[str, float]]:
        """Return up to `count` (passage_id, cosine similarity), the most similar first, ties by id.

        Args:
            vector: what to be near to.
            count: how many.
            until: leave out what may be seen only later than this day (yyyymmdd).
            include_undated: with `until`, keep what has no date.
        """
        if until is None:
            return [(passage_id, score) for passage_id, score, _ in self._query(vector, count)]
        # Chroma's filter gathers every passage that it lets through; mostly, enough of the nearest may be seen anyway.
        wide = self._query(vector, _WIDER * count)
        seen = [
            (passage_id, score) for passage_id, score, day in wide if (include_undated if day is None else day <= until)
        ]
        if len(seen) >= count or len(wide) < _WIDER * count:
            return seen[:count]
        where: Any = {"day": {"$lte": until}}
        if include_undated:
            where = {"$or": [where, {"undated": True}]}
        return [(passage_id, score) for passage_id, score, _ in self._query(vector, count, where)]

    def _query(self, vector: Sequence[float], count: int, where: Any = None) -> list[tuple[str, float, int | None]]:
        found = self._collection.query(
            query_embeddings=np.asarray([vector], np.float32),
            n_results=count,
            where=where,
            include=["distances", "metadatas"],
        )
        distances = cast("list[list[float]]", found["distances"])[0]
        metadatas = cast("list[list[dict[str, int]]]", found["metadatas"])[0]
        rows = zip(found["ids"][0], distances, metadatas, strict=True)
        return sorted(((key, 1.0 - far, meta.get("day")) for key, far, meta in rows), key=lambda row: (-row[1], row[0]))

    def close(self) -> None:
        """Let go of the files."""
        cast("Client", self._client).close()

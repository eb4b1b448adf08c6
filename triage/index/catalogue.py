"""The record of an index in SQLite: which documents it holds, their passages, and whether both rankings have them.

It is the truth of an index. A document is `pending` from before anything of it is written to a ranking until all of
it is there, and the passages of a pending document are all that a ranking can hold of it. So whatever moment a
process ends at, what a search may show and what has to be cleaned are both known.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from triage.errors import IndexError_
from triage.schema import Document, Passage, Segment

FORMAT = 1
"""The version of what lies in an index folder. Raise it when an older index can no longer be searched rightly."""

State = Literal["pending", "done"]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS documents (
    doc_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, state TEXT NOT NULL, json TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS documents_by_state ON documents (state, doc_id, sha256);
CREATE TABLE IF NOT EXISTS passages (
    passage_id TEXT PRIMARY KEY, doc_id TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL, segment TEXT);
CREATE INDEX IF NOT EXISTS passages_by_document ON passages (doc_id, start);
"""
_OF_DOCUMENT = 'SELECT doc_id, start, "end", text, segment FROM passages WHERE doc_id = ? ORDER BY start'
# CROSS JOIN keeps SQLite from going through all documents that are done.
_BY_ID = """
SELECT passages.doc_id, start, "end", text, segment FROM json_each(?) AS wanted
CROSS JOIN passages ON passage_id = wanted.value CROSS JOIN documents USING (doc_id) WHERE state = 'done'
"""
_COUNT_PASSAGES = """
SELECT (SELECT count(*) FROM passages)
    - (SELECT count(*) FROM passages JOIN documents USING (doc_id) WHERE state = 'pending')
"""
_SUSPEND = "UPDATE documents SET state = 'pending' WHERE doc_id IN (SELECT value FROM json_each(?))"
_SUSPENDED = "SELECT passage_id FROM passages WHERE doc_id IN (SELECT value FROM json_each(?))"
_FORGET = (
    "DELETE FROM passages WHERE doc_id IN (SELECT value FROM json_each(?))",
    "DELETE FROM documents WHERE doc_id IN (SELECT value FROM json_each(?))",
)


class Catalogue:
    """The SQLite file of an index. Reads see the last finished write; only `writing` changes anything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock_path = path.with_name("write.lock")
        self._reads = self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA cache_size=-65536")  # 64 MiB; with the default 2 a large index is read from disk
        return connection

    def meta(self) -> dict[str, str]:
        """Return what the index says of itself: `format`, `embedder`, `fingerprint`, and later `dimension`.

        It is empty for an index that nothing was ever written to.
        """
        if not self._all("SELECT 1 FROM sqlite_master WHERE name = 'meta'"):
            return {}
        return dict(self._all("SELECT name, value FROM meta"))

    def remember(self, meta: dict[str, str]) -> None:
        """Make the tables, and write down what the index is, where that has not been done before."""
        if self.meta():
            return
        self._reads.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}")
        self._reads.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", sorted(meta.items()))
        self._reads.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the index for writing.

        The lock is an exclusive SQLite transaction on a file of its own, which ends with the process that holds it.

        Raises:
            IndexError_: somebody else is writing.
        """
        lock = sqlite3.connect(self._lock_path, timeout=0, isolation_level=None)
        try:
            _hold(lock, self.path.parent)
            connection = self._connect()
            try:
                yield Writer(connection)
            finally:
                connection.close()
        finally:
            lock.close()

    def check_dimension(self, dimension: int) -> None:
        """Remember the length of the first vector, and hold all later ones to it.

        Raises:
            IndexError_: the index has vectors of another length.
        """
        if "dimension" not in self.meta():
            self._reads.execute("INSERT INTO meta VALUES ('dimension', ?)", (str(dimension),))
        known = self.meta()["dimension"]
        if known != str(dimension):
            raise IndexError_(
                f"has vectors of length {known}, and the embedder now gives {dimension}: delete the folder and run "
                "`triage index` again",
                path=self.path.parent,
            )

    def states(self) -> dict[str, tuple[str, State]]:
        """Return (sha256, state) by doc_id."""
        return {doc_id: (sha, state) for doc_id, sha, state in self._all("SELECT doc_id, sha256, state FROM documents")}

    def count(self) -> int:
        """Return how many documents are done."""
        return int(self._all("SELECT count(*) FROM documents WHERE state = 'done'")[0][0])

    def passage_count(self) -> int:
        """Return how many passages the documents that are done have."""
        return int(self._all(_COUNT_PASSAGES)[0][0])

    def document(self, doc_id: str) -> Document | None:
        """Return a document, whether done or pending."""
        found = self._all("SELECT json FROM documents WHERE doc_id = ?", (doc_id,))
        return Document.model_validate_json(found[0][0]) if found else None

    def documents(self) -> Iterator[Document]:
        """Yield the documents that are done, by doc_id."""
        for (text,) in self._reads.execute("SELECT json FROM documents WHERE state = 'done' ORDER BY doc_id"):
            yield Document.model_validate_json(text)

    def passages_of(self, doc_id: str) -> list[Passage]:
        """Return the indexed passages of a document, in order."""
        return [_passage(*row) for row in self._all(_OF_DOCUMENT, (doc_id,))]

    def passages(self, passage_ids: Sequence[str]) -> dict[str, Passage]:
        """Return passages by id; those that are unknown, or whose document is pending, are absent."""
        rows = self._all(_BY_ID, (json.dumps(passage_ids),))
        return {passage.passage_id: passage for passage in (_passage(*row) for row in rows)}

    def digest(self) -> str:
        """Return a SHA-256 over the ids and hashes of the documents that are done."""
        rows = self._all("SELECT doc_id, sha256 FROM documents WHERE state = 'done' ORDER BY doc_id")
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._reads.close()

    def _all(self, statement: str, values: Sequence[str] = ()) -> list[Any]:
        return self._reads.execute(statement, values).fetchall()


class Writer:
    """What `Catalogue.writing` gives: each method is one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def suspend(self, doc_ids: Iterable[str]) -> list[str]:
        """Mark documents pending and return the ids of all their passages."""
        given = (json.dumps(list(doc_ids)),)
        self._connection.execute(_SUSPEND, given)
        return [passage_id for (passage_id,) in self._connection.execute(_SUSPENDED, given)]

    def forget(self, doc_ids: Iterable[str]) -> None:
        """Drop documents and their passages."""
        given = (json.dumps(list(doc_ids)),)
        with self._transaction():
            for statement in _FORGET:
                self._connection.execute(statement, given)

    def announce(self, documents: Iterable[Document], passages: Iterable[Passage]) -> None:
        """Write documents and their passages down as pending."""
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO documents VALUES (?, ?, 'pending', ?)",
                ((d.doc_id, d.sha256, d.model_dump_json()) for d in documents),
            )
            self._connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (p.passage_id, p.doc_id, p.start, p.end, p.text, p.segment and p.segment.model_dump_json())
                    for p in passages
                ),
            )

    def finish(self, doc_ids: Iterable[str]) -> None:
        """Mark documents done."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE documents SET state = 'done' WHERE doc_id = ?", ((doc_id,) for doc_id in doc_ids)
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _hold(lock: sqlite3.Connection, path: Path) -> None:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise IndexError_(
            "another process is updating it: wait until it has finished, then run `triage index` again", path=path
        ) from None


def _passage(doc_id: str, start: int, end: int, text: str, segment: str | None) -> Passage:
    voice = Segment.model_validate_json(segment) if segment else None
    return Passage(doc_id=doc_id, start=start, end=end, text=text, segment=voice)

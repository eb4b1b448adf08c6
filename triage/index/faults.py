"""What the stores raise, as errors that say what to do."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chromadb.errors import ChromaError

from triage.errors import IndexError_, TriageError

REBUILD = "delete the folder and run `triage index` again"
_NOT_WRITTEN = (
    "could not be written: see that the disk has room and that you may write there, then run `triage index` again "
    "(what was finished is kept)"
)
# Opening writes as well, so that it too can meet a full or closed disk; the stores share no exception for that.
_DISK = re.compile(r"disk is full|no space left|read-?only|permission denied|unable to open", re.IGNORECASE)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say that a store is damaged; a broken record shows as a ValueError or KeyError."""
    with _translated(path, f"cannot be read: {REBUILD}", (ValueError, KeyError)):
        yield


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say that a store could not be written."""
    with _translated(path, _NOT_WRITTEN):
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
        said = _NOT_WRITTEN if _DISK.search(str(error)) else advice
        raise IndexError_(f"{said} [{error}]", path=path) from error

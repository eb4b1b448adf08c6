"""Reading records: JSON Lines, plain or gzipped, with errors that say where and what to do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from triage.documents.text import clean
from triage.errors import CorpusError

Made = TypeVar("Made")
Record = dict[str, Any]


def records(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield the number and the object of each line that is not blank.

    Raises:
        CorpusError: the file cannot be read, or a line is no JSON object.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, _object(line, path, number)
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise CorpusError(f"cannot be read: {error}", path=path) from None


def each(path: Path, make: Callable[[Record], Made], what: str) -> Iterator[Made]:
    """Yield what `make` gives for each record.

    Raises:
        CorpusError: a record lacks what `make` needs; the message says which line.
    """
    for number, record in records(path):
        try:
            yield make(record)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            told = f"no field {error}" if isinstance(error, KeyError) else str(error)
            raise CorpusError(f"is not in the format of {what}: {told}", path=path, line=number) from None


def first_of(folder: Path, names: Sequence[str], what: str) -> Path:
    """Return the first of several files that is there, plain or gzipped.

    Raises:
        CorpusError: none is.
    """
    for name in names:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                return path
    raise CorpusError(f"holds no {' or '.join(names)}: give the folder of {what} as it was released", path=folder)


def sentences_text(sentences: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return sentences as one text, parted by spaces, and where each stands in it.

    They are cleaned as the index cleans documents, so that the places hold there.
    """
    sentences = [clean(sentence) for sentence in sentences]
    places, at = [], 0
    for sentence in sentences:
        places.append((at, at + len(sentence)))
        at += len(sentence) + 1
    return " ".join(sentences), places


def _object(line: str, path: Path, number: int) -> Record:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"is no JSON: {error}", path=path, line=number) from None
    if not isinstance(value, dict):
        raise CorpusError("is no JSON object", path=path, line=number)
    return value

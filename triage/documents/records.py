"""Files that hold many documents, one a record: JSON Lines, JSON, CSV, Parquet."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from triage.documents.build import Item, build, known_fields
from triage.documents.text import MAX_BYTES, decode
from triage.errors import CorpusError


def read_jsonl(path: Path, name: str) -> Iterator[Item]:
    """Yield the documents of a JSON Lines file, read line by line; it may be gzipped."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_BYTES + 1):
            number += 1
            if len(line) > MAX_BYTES:
                raise CorpusError(f"line {number} is longer than {MAX_BYTES:,} bytes; split the record")
            if line.strip():
                yield from _json_line(line, path, name, number)


def _json_line(line: bytes, path: Path, name: str, number: int) -> Iterator[Item]:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        yield CorpusError("is not UTF-8, as JSON Lines must be", path=path, line=number)
    except (ValueError, RecursionError) as error:
        yield CorpusError(f"is not JSON ({error})", path=path, line=number)
    else:
        yield from _record(record, path, name, number)


def read_json(data: bytes, name: str, path: Path) -> Iterator[Item]:
    """Yield the documents of a JSON file that holds one record or a list of them."""
    text, _ = decode(data)
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"is not JSON ({error})") from None
    for number, record in enumerate(held if isinstance(held, list) else [held], start=1):
        yield from _record(record, path, name, number)


def read_csv(data: bytes, name: str, path: Path) -> Iterator[Item]:
    """Yield the documents of a CSV file whose first line names the columns; comma, semicolon or tab."""
    text, note = decode(data)
    if note:
        yield CorpusError(note, path=path)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    # The module's own limit of 131,072 characters a field is shorter than many a report.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in rows:
            yield from _record({key: value for key, value in row.items() if key}, path, name, rows.line_num)
    except csv.Error as error:
        yield CorpusError(f"is not CSV from here on ({error})", path=path, line=rows.line_num)


def read_parquet(path: Path, name: str) -> Iterator[Item]:
    """Yield the documents of a Parquet file, in batches."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise CorpusError("Parquet needs pyarrow: pip install 'triage-claims[parquet]'") from None
    number = 0
    try:
        for batch in parquet.ParquetFile(path).iter_batches(batch_size=1024):
            for record in batch.to_pylist():
                number += 1
                yield from _record(record, path, name, number)
    except (OSError, ValueError) as error:
        raise CorpusError(f"its Parquet cannot be read ({error})") from None


def _record(record: object, path: Path, name: str, number: int) -> Iterator[Item]:
    if not isinstance(record, Mapping):
        yield CorpusError("is not a record: an object with at least a text is needed", path=path, line=number)
        return
    fields = known_fields(record)
    text = fields.pop("text", None)
    if isinstance(text, list):
        text = " ".join(str(part) for part in text)
    if not isinstance(text, str):
        yield CorpusError("has no text (a field named text, body, content or abstract)", path=path, line=number)
        return
    yield from build(text, fields, doc_id=f"{name}#{number}", path=path, line=number)

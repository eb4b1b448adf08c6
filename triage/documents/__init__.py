"""Files and records in, `Document`s out.

One bad file or record never loses the others: it is listed, with its path and line, and the rest is loaded.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from triage.documents.build import Found, Item
from triage.documents.formats import read_html, read_markdown, read_pdf, read_text
from triage.documents.records import read_csv, read_json, read_jsonl, read_parquet
from triage.documents.segmenting import segments
from triage.documents.text import MAX_BYTES, clean
from triage.errors import CorpusError
from triage.schema import Document, Segment

__all__ = ["MAX_BYTES", "Loaded", "load", "segments"]

_WHOLE: dict[str, Callable[[bytes, str, Path], Iterator[Item]]] = {
    **dict.fromkeys((".txt", ".text"), read_text),
    **dict.fromkeys((".md", ".markdown"), read_markdown),
    **dict.fromkeys((".html", ".htm", ".xhtml"), read_html),
    **dict.fromkeys((".csv", ".tsv"), read_csv),
    ".pdf": read_pdf,
    ".json": read_json,
}
_STREAMED: dict[str, Callable[[Path, str], Iterator[Item]]] = {
    **dict.fromkeys((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"), read_jsonl),
    ".parquet": read_parquet,
}
_ABOUT_THE_FOLDER = ("readme", "datasheet", "license", "licence")


@dataclass(frozen=True)
class Loaded:
    """What was read, and what could not be: each problem says where and what to do."""

    documents: list[Document] = field(default_factory=list)
    problems: list[CorpusError] = field(default_factory=list)


def load(source: Path | str | Iterable[Document]) -> Loaded:
    """Read a file, a folder or documents at hand.

    Text and Markdown (with YAML front matter), HTML, PDF (needs the extra `pdf`), and records as JSON Lines, JSON, CSV
    or Parquet (needs the extra `parquet`). A folder is read with all below it, in the order of its paths; hidden
    files, and those named README, DATASHEET or LICENSE, are passed over. A document's id is its `id`, else its path in
    the folder without the ending, or that with `#` and the number of the record.

    Text is kept whole but for line ends (`\\n`) and characters that cannot be seen. Of two documents with one id the
    first is kept.

    Raises:
        CorpusError: there is no such file or folder.
    """
    items = _from_path(Path(source)) if isinstance(source, str | Path) else (Found(_as_read(each)) for each in source)
    loaded = Loaded()
    ids: set[str] = set()
    for item in items:
        if isinstance(item, CorpusError):
            loaded.problems.append(item)
        elif item.document.doc_id in ids:
            message = f"another document has the id {item.document.doc_id!r} already: this one is passed over"
            loaded.problems.append(CorpusError(message, path=item.path, line=item.line))
        else:
            ids.add(item.document.doc_id)
            loaded.documents.append(item.document)
    return loaded


def _as_read(document: Document) -> Document:
    """Return a document cleaned and segmented as if it came from a file; segments that it has are kept."""
    text = clean(document.text)
    if text == document.text and document.segments:
        return document
    kept = tuple(
        part.model_copy(
            update={"start": len(clean(document.text[: part.start])), "end": len(clean(document.text[: part.end]))}
        )
        for part in document.segments
    )
    parts: tuple[Segment, ...] = kept or segments(text, document.kind)
    if text == document.text and not parts:
        return document
    return Document.model_validate({**document.model_dump(), "text": text, "segments": parts, "sha256": ""})


def _from_path(path: Path) -> Iterator[Item]:
    if path.is_dir():
        files = list(_files(path))
        if not files:
            yield CorpusError("holds no documents", path=path)
        for file in files:
            if isinstance(file, CorpusError):
                yield file
                continue
            name = file.relative_to(path)
            yield from _from_file(file, _without_suffix(name).as_posix(), listed=True)
    elif path.exists():
        yield from _from_file(path, _without_suffix(Path(path.name)).as_posix(), listed=False)
    else:
        raise CorpusError("no such file or folder; give the path of documents", path=path)


def _files(folder: Path) -> Iterator[Path | CorpusError]:
    """Yield the files below a folder in the order of their paths, then the folders that cannot be read.

    A link back up is not followed.
    """
    closed: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    found: list[Path] = []
    for here, folders, names in os.walk(folder, onerror=closed.append, followlinks=True):
        state = Path(here).stat()
        if (state.st_dev, state.st_ino) in seen:
            folders.clear()
            continue
        seen.add((state.st_dev, state.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(here, name) for name in names if not _passed_over(name)]
    yield from sorted(found)
    yield from (CorpusError(f"cannot be read ({error.strerror or error})", path=error.filename) for error in closed)


def _passed_over(name: str) -> bool:
    return name.startswith(".") or name.lower().split(".")[0] in _ABOUT_THE_FOLDER


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    return "".join(path.suffixes[-2:]).lower() if suffix == ".gz" else suffix


def _without_suffix(path: Path) -> Path:
    return path.with_name(path.name[: len(path.name) - len(_suffix(path))] or path.name)


def _from_file(path: Path, name: str, *, listed: bool) -> Iterator[Item]:
    suffix = _suffix(path)
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            yield CorpusError("is no file", path=path)
        elif suffix in _STREAMED:
            yield from _STREAMED[suffix](path, name)
        elif listed and suffix not in _WHOLE:
            yield CorpusError(
                f"files ending in {suffix or 'nothing'} are not read; save it as .txt, .md or .html", path=path
            )
        elif state.st_size > MAX_BYTES:
            yield CorpusError(f"is larger than {MAX_BYTES:,} bytes; split it, or write records as .jsonl", path=path)
        elif state.st_size == 0:
            yield CorpusError("is empty", path=path)
        else:
            yield from _WHOLE.get(suffix, read_text)(path.read_bytes(), name, path)
    except CorpusError as error:
        yield error if error.path else CorpusError(str(error), path=path)
    except OSError as error:
        yield CorpusError(f"cannot be read ({error.strerror or error})", path=path)

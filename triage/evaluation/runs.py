"""A run's folder: what was asked of what (`run.json`), each answer as it came (`rows.jsonl`), and what it scored.

`rows.jsonl` is only ever appended to, one synced line an answer, so that a run that is killed loses at most the line
that was being written; the last line for a claim and epoch is the one that counts.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticSerializationError

from triage.errors import CorpusError
from triage.evaluation.rows import FAILED, Row
from triage.schema import Frozen

Model = TypeVar("Model", bound=BaseModel)


class RunInfo(Frozen):
    """What a run was: everything needed to repeat it, and to say what differs from another."""

    name: str
    data: str
    data_sha256: str
    claims: tuple[str, ...]
    labels: tuple[str, ...]
    corpus_sha256: str
    epochs: int = 1
    reader: str
    decider: str = "origins"
    """What turned readings into counts: `origins`, or a vote over the same readings."""
    model_asked: str | None = None
    models_answered: tuple[str, ...] = ()
    prompts: dict[str, str] = Field(default_factory=dict)
    """Full text by prompt id."""
    prompt_sha256: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)
    embedder: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    package_sha256: str = ""
    """Of the code and models that answers depend on: two runs of equal hash were answered by the same."""
    git_commit: str | None = None
    git_dirty: bool | None = None
    price_table: str | None = None
    """The day of the price table that costs were reckoned by."""
    started: str = ""
    finished: str | None = None

    @property
    def label(self) -> str:
        """Return a short name for tables: reader, prompts where there are any, and the vote if it is one."""
        parts = [self.reader, *self.prompts]
        return " ".join(parts if self.decider == "origins" else [*parts, f"({self.decider} vote)"])


IDENTITY = (
    "data_sha256",
    "claims",
    "corpus_sha256",
    "reader",
    "prompt_sha256",
    "parameters",
    "embedder",
    "package_sha256",
)
"""The fields that decide what the answers are; a folder holds answers to one combination of them."""


def identity(info: RunInfo) -> str:
    """Return a short hash of what decides the answers."""
    kept = json.dumps({name: getattr(info, name) for name in IDENTITY}, sort_keys=True, default=str)
    return hashlib.sha256(kept.encode()).hexdigest()[:10]


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def rows_path(self) -> Path:
        """Return where the answers lie."""
        return self.path / "rows.jsonl"

    def start(self, info: RunInfo) -> RunInfo:
        """Begin the run, or take it up where it was left.

        Raises:
            CorpusError: the folder holds another run; the message says what differs.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / "run.json").exists():
            self.save(info)
            return info
        there = self.info()
        differing = [name for name in IDENTITY if getattr(there, name) != getattr(info, name)]
        if differing:
            raise CorpusError(
                f"holds a run with other {', '.join(differing)}; give the new run another name, or delete the folder",
                path=self.path,
            )
        return there.model_copy(update={"epochs": max(info.epochs, there.epochs)})

    def info(self) -> RunInfo:
        """Return what the run was."""
        return _read(self.path / "run.json", RunInfo)

    def save(self, info: RunInfo) -> None:
        """Write `run.json`."""
        write_whole(self.path / "run.json", info.model_dump_json(indent=1) + "\n")

    def append(self, row: Row) -> None:
        """Add an answer, and do not return before it is on the disk."""
        line = _line(row) + "\n"
        with self.rows_path.open("ab+") as file:
            # A line that was cut short by a kill is closed, so that it spoils no other.
            if file.tell() and _last_byte(self.rows_path) != b"\n":
                line = "\n" + line
            file.write(line.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())

    def rows(self) -> dict[tuple[str, int], Row]:
        """Return the last answer for each claim and epoch; a line that was cut short is passed over."""
        found: dict[tuple[str, int], Row] = {}
        if self.rows_path.exists():
            with self.rows_path.open("rb") as file:
                for line in file:
                    try:
                        row = Row.model_validate_json(line)
                    except ValidationError:
                        continue
                    found[row.key] = row
        return found

    def missing(self, info: RunInfo) -> list[tuple[str, int]]:
        """Return the claims and epochs without a usable answer, in order."""
        there = self.rows()
        wanted = [(claim_id, epoch) for epoch in range(info.epochs) for claim_id in info.claims]
        return [key for key in wanted if key not in there or there[key].status in FAILED]

    def clear(self) -> None:
        """Forget the run."""
        for name in ("run.json", "rows.jsonl", "scores.jsonl", "summary.json"):
            (self.path / name).unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader, or a kill, meets the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, "utf-8")
    part.replace(path)


def write_lines(path: Path, models: Iterable[BaseModel]) -> None:
    """Write JSON Lines."""
    write_whole(path, "".join(model.model_dump_json() + "\n" for model in models))


def read_lines(path: Path, kind: type[Model]) -> Iterator[Model]:
    """Read JSON Lines.

    Raises:
        CorpusError: the file is not there, or a line cannot be used.
    """
    try:
        lines = path.read_text("utf-8").rstrip("\n").split("\n")
    except OSError as error:
        raise CorpusError(f"cannot be read ({error.strerror}); give the folder of a finished run", path=path) from None
    for number, line in enumerate(lines, 1):
        try:
            yield kind.model_validate_json(line)
        except ValidationError as error:
            raise CorpusError(f"is no {kind.__name__} line: {error}", path=path, line=number) from None


def _read(path: Path, kind: type[Model]) -> Model:
    try:
        return kind.model_validate_json(path.read_text("utf-8"))
    except OSError as error:
        raise CorpusError(f"cannot be read ({error.strerror}); give the folder of a run", path=path) from None
    except ValidationError as error:
        raise CorpusError(f"was written by another version: {error}", path=path) from None


def _line(row: Row) -> str:
    try:
        return row.model_dump_json()
    except PydanticSerializationError:  # half a surrogate pair in what a model said; no JSON can hold it
        kept = json.dumps(row.model_dump(mode="python"), ensure_ascii=False, default=str)
        return kept.encode("utf-8", "replace").decode("utf-8")


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)

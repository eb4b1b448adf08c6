"""Many claims from a file to a file: it can be stopped and goes on where it was, and one bad row costs one row.

The output is JSON Lines, a line a row: `row` (1-based), `key`, `claim`, and `status`, which is `ok` (with `verdict`),
`invalid` (the row cannot be used) or `error` (the model or the network failed); both of those say why in `error`.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from pydantic import TypeAdapter, ValidationError

from triage.chain import Triage
from triage.errors import ConfigError, CorpusError
from triage.schema import Claim, Json, PartialDate, Verdict, last_day, sha256

Status = Literal["ok", "invalid", "error"]

COLUMNS = ("claim", "claim_id", "speaker", "claim_date", "as_of")
"""What a row may hold; `claim` (or `text`) must be there, the others need not, and more do no harm."""

AT_ONCE = 8
"""Rows handed to the chain at once, for each claim that may be under way."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the input: a claim, or why it is none. `key` names it by what it says, and by which time it says it."""

    number: int
    key: str
    text: str
    claim: Claim | None = None
    as_of: str | None = None
    problem: str = ""


@dataclass(slots=True)
class Tally:
    """How far it is: `cost` is in US dollars over all rows of the output, None where a price is not known."""

    total: int
    done: int = 0
    resumed: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    cost: float | None = 0.0

    def add(self, status: str, cost: float | None) -> None:
        """Count a row."""
        self.done += 1
        self.statuses[status] += 1
        self.cost = None if self.cost is None or cost is None else self.cost + cost


def check_file(
    triage: Triage,
    source: Path,
    target: Path,
    *,
    as_of: str | None = None,
    progress: Callable[[Tally], None] | None = None,
) -> Tally:
    """Check every claim of a file and write a line for each.

    Rows that the output holds already are not checked again, but for those that failed with `error`. Rows are written
    as they are finished, so that a run that is killed loses what was under way and no more.

    Args:
        triage: what checks them; at most `settings.concurrency` at once.
        source: CSV or TSV with a header, JSON Lines, or text with a claim a line.
        target: JSON Lines, made or continued.
        as_of: for rows that give no day of their own.
        progress: called at the start and after each row.

    Raises:
        CorpusError: the input cannot be read, or has no claims in it.
        ConfigError: the output cannot be written, or was made by another reader or from other documents.
    """
    rows = [replace(row, as_of=row.as_of or as_of) for row in read_rows(source)]
    tally = Tally(total=len(rows))
    report = progress or (lambda _: None)
    try:
        held = _resume(target, triage)
        with target.open("a", encoding="utf-8") as out:
            for row in rows:
                if row.key in held:
                    tally.add(*held[row.key])
                    tally.resumed += 1
            report(tally)
            for line in _lines(triage, (row for row in rows if row.key not in held)):
                out.write(json.dumps(line, ensure_ascii=True) + "\n")
                out.flush()
                tally.add(line["status"], _cost(line))
                report(tally)
    except OSError as error:
        raise ConfigError(f"cannot write {target}: {error.strerror}", setting="output") from error
    return tally


def read_rows(source: Path) -> Iterator[Row]:
    """Yield the rows of a file; one that cannot be used says why.

    Raises:
        CorpusError: there is no such file, or it has no column of claims.
    """
    seen: Counter[str] = Counter()
    for number, (values, problem) in enumerate(_values(source), 1):
        text = str(values.get("claim") or values.get("text") or "").strip()
        digest = sha256(json.dumps([values.get(name) or "" for name in ("text", *COLUMNS)], default=str))[:16]
        seen[digest] += 1
        key = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        yield _row(number, key, text, values, problem)


def _row(number: int, key: str, text: str, values: Json, problem: str) -> Row:
    if problem or not text:
        return Row(number, key, text, problem=problem or "the row has no claim")
    given = {name: str(values[name]).strip() for name in COLUMNS[1:] if values.get(name)}
    try:
        as_of = given.pop("as_of", None)
        if as_of is not None:
            last_day(TypeAdapter(PartialDate).validate_python(as_of))
        return Row(number, key, text, claim=Claim(text=text, **given), as_of=as_of)
    except ValidationError as error:
        first = error.errors()[0]
        where = first["loc"][0] if first["loc"] else "as_of"
        return Row(number, key, text, problem=f"{where}: {first['msg']} (got {first['input']!r})")
    except ValueError as error:
        return Row(number, key, text, problem=f"as_of: {error} (got {as_of!r})")


def _values(source: Path) -> Iterator[tuple[Json, str]]:
    """Yield what each row holds by name, and what is wrong with it."""
    try:
        with source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            if source.suffix.lower() in (".csv", ".tsv"):
                yield from _table(lines, source)
            elif source.suffix.lower() in (".jsonl", ".ndjson"):
                yield from (_record(line) for line in lines if line.strip())
            else:
                yield from (({"claim": line}, "") for line in lines if line.strip())
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror}", path=source) from error


def _table(lines: Iterable[str], source: Path) -> Iterator[tuple[Json, str]]:
    reader = csv.DictReader(lines, delimiter="\t" if source.suffix.lower() == ".tsv" else ",")
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    if not {"claim", "text"} & set(names):
        raise CorpusError(f"has no column `claim`; its columns are: {', '.join(names) or 'none'}", path=source)
    reader.fieldnames = names
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield {}, f"the row cannot be read: {error}"
        else:
            yield row, ""


def _record(line: str) -> tuple[Json, str]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"claim": line.strip()[:200]}, f"the line is no JSON: {error}"
    if isinstance(value, str):
        return {"claim": value}, ""
    return (value, "") if isinstance(value, dict) else ({}, "the line is neither an object nor a string")


def _resume(target: Path, triage: Triage) -> dict[str, tuple[str, float | None]]:
    """Return the status and cost by key of the rows that are done; drop what failed, and a last line that was torn."""
    if not target.exists():
        return {}
    kept: list[str] = []
    held: dict[str, tuple[str, float | None]] = {}
    with target.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                row = json.loads(line)
                key, status = row["key"], row["status"]
            except (ValueError, KeyError, TypeError):
                continue
            if status != "error" and key not in held:
                _same_run(row, triage, target)
                held[key] = (status, _cost(row))
                kept.append(line if line.endswith("\n") else line + "\n")
    part = target.with_name(target.name + ".part")
    part.write_text("".join(kept), "utf-8")
    part.replace(target)
    return held


def _same_run(row: Json, triage: Triage, target: Path) -> None:
    made = (row.get("verdict") or {}).get("run") or {}
    now = {"reader": triage.reader.name, "corpus_sha256": triage.index.corpus_sha256}
    for name, value in now.items():
        if made.get(name, value) != value:
            what = "the reader" if name == "reader" else "documents"
            message = f"{target} was made with {what} {made[name][:16]}, not {value[:16]}: give another file"
            raise ConfigError(message, setting="output")


def _lines(triage: Triage, rows: Iterator[Row]) -> Iterator[Json]:
    """Yield a line for each row, as they are finished."""
    config: RunnableConfig = {"max_concurrency": triage.settings.concurrency}
    while some := list(islice(rows, triage.settings.concurrency * AT_ONCE)):
        asked: list[Any] = [{"claim": row.claim, "as_of": row.as_of} for row in some if row.claim is not None]
        usable = [row for row in some if row.claim is not None]
        yield from (_line(row, row.problem) for row in some if row.claim is None)
        for place, answer in triage.chain.batch_as_completed(asked, config, return_exceptions=True):
            yield _line(usable[place], answer if isinstance(answer, Exception) else answer["verdict"])


def _line(row: Row, answer: Verdict | Exception | str) -> Json:
    known: Json = {"row": row.number, "key": row.key, "claim": row.text}
    if isinstance(answer, Verdict):
        return {**known, "status": "ok", "verdict": answer.model_dump(mode="json")}
    if isinstance(answer, str):
        return {**known, "status": "invalid", "error": answer}
    return {**known, "status": "error", "error": f"{type(answer).__name__}: {answer}"}


def _cost(row: Json) -> float | None:
    run = (row.get("verdict") or {}).get("run")
    cost: float | None = run["usage"]["cost"] if run else 0.0
    return cost

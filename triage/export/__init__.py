"""Verdicts in the formats that others read. Everything is plain data; `write` makes the text of a file.

| format | what it is |
|---|---|
| `claimreview` | schema.org `ClaimReview` as JSON-LD; the rating scale is `RATINGS` |
| `annotations` | W3C Web Annotation: a citation an annotation, with TextQuoteSelector and TextPositionSelector |
| `misp` | a MISP event with tags of the `admiralty-scale` taxonomy |
| `csv` | a row a verdict; cells that a spreadsheet would run are disarmed |
| `csv-evidence` | a row a citation |
| `jsonl` | a line a verdict, with every field |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from triage.errors import ConfigError, CorpusError
from triage.export.linked import RATINGS, to_annotations, to_claimreview
from triage.export.misp import to_misp
from triage.export.tables import EVIDENCE_COLUMNS, VERDICT_COLUMNS, table, to_evidence_rows, to_row
from triage.schema import Json, Verdict

__all__ = [
    "EVIDENCE_COLUMNS",
    "FORMATS",
    "RATINGS",
    "VERDICT_COLUMNS",
    "read",
    "to_annotations",
    "to_claimreview",
    "to_evidence_rows",
    "to_misp",
    "to_row",
    "write",
]


def write(verdicts: Sequence[Verdict], format_: str) -> str:
    """Return verdicts as the text of a file in one of `FORMATS`.

    Raises:
        ConfigError: there is no such format.
    """
    if format_ not in FORMATS:
        raise ConfigError(f"there is no format {format_!r}: use {', '.join(FORMATS)}", setting="format")
    return FORMATS[format_](verdicts)


def read(lines: Iterable[str], *, path: str = "verdicts") -> tuple[list[Verdict], list[CorpusError]]:
    """Read verdicts back from JSON Lines: lines of `jsonl`, or of `triage check --output`.

    Returns the verdicts, and what is wrong with the lines that hold none; a claim that failed is such a line.
    """
    verdicts, problems = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            verdicts.append(_verdict(json.loads(line)))
        except (ValueError, KeyError, RecursionError) as error:
            problems.append(CorpusError(f"not a verdict: {str(error).splitlines()[0]}", path=path, line=number))
    return verdicts, problems


def _verdict(row: Any) -> Verdict:
    if isinstance(row, dict) and "status" in row:
        if row["status"] != "ok":
            raise ValueError(f"the claim has none: {row.get('error') or row['status']}")
        row = row["verdict"]
    return Verdict.model_validate(row)


def _json(
    make: Callable[[Verdict], Json], several: Callable[[list[Json]], object]
) -> Callable[[Sequence[Verdict]], str]:
    """Return what writes one verdict as `make` makes it, and several as `several` joins them."""

    def written(verdicts: Sequence[Verdict]) -> str:
        made = [make(verdict) for verdict in verdicts]
        return json.dumps(made[0] if len(made) == 1 else several(made), ensure_ascii=False, indent=2) + "\n"

    return written


def _graph(made: list[Json]) -> Json:
    nodes = [{name: value for name, value in one.items() if name != "@context"} for one in made]
    return {"@context": "https://schema.org", "@graph": nodes}


FORMATS: dict[str, Callable[[Sequence[Verdict]], str]] = {
    "claimreview": _json(to_claimreview, _graph),
    "annotations": _json(to_annotations, lambda made: made),
    "misp": _json(to_misp, lambda made: {"response": made}),
    "csv": lambda verdicts: table(VERDICT_COLUMNS, map(to_row, verdicts)),
    "csv-evidence": lambda verdicts: table(EVIDENCE_COLUMNS, (r for v in verdicts for r in to_evidence_rows(v))),
    "jsonl": lambda verdicts: "".join(verdict.model_dump_json() + "\n" for verdict in verdicts),
}

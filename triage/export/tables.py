"""Verdicts as tables for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from triage.export.names import origin_name
from triage.schema import Stance, Verdict
from triage.summary import ordered

Row = dict[str, str | int | float]

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet takes for a formula

VERDICT_COLUMNS = (
    "claim_id", "claim", "label", "support_min", "support_max", "refute_min", "refute_max", "confidence", "credibility",
    "as_of", "supported_by", "refuted_by", "documents", "rejected", "rationale", "would_change", "reader",
)  # fmt: skip
EVIDENCE_COLUMNS = (
    "claim_id", "claim", "label", "stance", "counted", "probability", "origin", "origin_kind", "attributed_to", "cue",
    "publisher", "published", "title", "url", "doc_id", "start", "end", "quote", "via",
)  # fmt: skip


def to_row(verdict: Verdict) -> Row:
    """Return a verdict as a row of `VERDICT_COLUMNS`."""
    sides = {
        stance: list(
            dict.fromkeys(origin_name(verdict, e) for e in verdict.evidence if e.stance is stance and e.counted)
        )
        for stance in (Stance.SUPPORTS, Stance.REFUTES)
    }
    values = (
        verdict.claim.claim_id, verdict.claim.text, verdict.label.value, verdict.support.n_min, verdict.support.n_max,
        verdict.refute.n_min, verdict.refute.n_max, verdict.confidence, verdict.credibility, verdict.as_of or "",
        "; ".join(sides[Stance.SUPPORTS]), "; ".join(sides[Stance.REFUTES]),
        "; ".join(dict.fromkeys(e.document.doc_id for e in ordered(verdict))), len(verdict.rejected),
        verdict.rationale, verdict.would_change, verdict.run.reader if verdict.run else "",
    )  # fmt: skip
    return dict(zip(VERDICT_COLUMNS, values, strict=True))


def to_evidence_rows(verdict: Verdict) -> list[Row]:
    """Return the citations of a verdict as rows of `EVIDENCE_COLUMNS`."""
    kinds = {origin.origin_id: origin.kind for origin in verdict.origins}
    rows: list[Row] = []
    for e in ordered(verdict):
        known, cited = e.document, e.citation
        values = (
            verdict.claim.claim_id, verdict.claim.text, verdict.label.value, e.stance.value,
            "yes" if e.counted else "no", e.probability, origin_name(verdict, e), kinds.get(e.origin_id, ""),
            e.attributed_to or "", e.cue.value,
            known.publisher or "", known.published or "", known.title or "", known.url or "", known.doc_id,
            cited.start, cited.end, cited.quote, " < ".join(e.via),
        )  # fmt: skip
        rows.append(dict(zip(EVIDENCE_COLUMNS, values, strict=True)))
    return rows


def table(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as CSV (RFC 4180) with a header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _disarmed(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _disarmed(value: str | int | float) -> str | int | float:
    """Put an apostrophe before what a spreadsheet would run (OWASP, CSV injection); numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_RUNS) else value

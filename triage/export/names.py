"""Names that several formats use: of an origin, of a document, and ids that do not change."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

from triage.schema import DocumentRef, Evidence, Verdict

NAMESPACE = uuid5(NAMESPACE_URL, "https://triage.invalid/export")


def origin_name(verdict: Verdict, item: Evidence) -> str:
    """Return the name of the origin of a citation."""
    return next((o.name for o in verdict.origins if o.origin_id == item.origin_id), item.origin_id)


def place(ref: DocumentRef) -> str:
    """Return who published a document, and when."""
    return f"{ref.publisher or ref.doc_id}, {ref.published or 'no date'}"


def stable_id(verdict: Verdict, what: str) -> UUID:
    """Return an id that is the same whenever the same verdict is written."""
    return uuid5(NAMESPACE, "\n".join((verdict.claim.claim_id, verdict.claim.text, verdict.as_of or "", what)))

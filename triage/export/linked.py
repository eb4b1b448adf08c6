"""Verdicts as linked data: schema.org ClaimReview and W3C Web Annotation."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from triage.export.names import origin_name, stable_id
from triage.schema import DocumentRef, Evidence, Json, Label, Stance, Verdict, first_day
from triage.summary import LABELS, MEANING, ordered, sentence, web

RATINGS = {Label.REFUTED: 1, Label.DISPUTED: 2, Label.SINGLE_SOURCE: 3, Label.CORROBORATED: 4}
"""schema.org `ratingValue`, from 1 (worst) to 4 (best). `not_enough_evidence` has a name and no value."""


def to_claimreview(verdict: Verdict, *, author: str = "triage", url: str | None = None) -> Json:
    """Return a verdict as schema.org ClaimReview JSON-LD.

    The claim's `firstAppearance` is the document in which a supporting origin is met first, `appearance` are the other
    documents that carry it; documents that refute it are under `citation`.

    Args:
        verdict: what to write.
        author: the organisation that publishes the review.
        url: where the review is published.
    """
    for_, against = (_works(verdict, stance) for stance in (Stance.SUPPORTS, Stance.REFUTES))
    claim: Json = {"@type": "Claim", "identifier": verdict.claim.claim_id, "text": verdict.claim.text}
    if verdict.claim.speaker:
        claim["author"] = {"@type": "Person", "name": verdict.claim.speaker}
    if verdict.claim.claim_date:
        claim["datePublished"] = verdict.claim.claim_date
    if for_:
        claim["firstAppearance"] = for_[0]
        claim["appearance"] = for_[1:]
    rating: Json = {
        "@type": "Rating",
        "alternateName": LABELS[verdict.label],
        "ratingExplanation": f"{MEANING[verdict.label]} {sentence(verdict)} {verdict.rationale}".strip(),
        "bestRating": max(RATINGS.values()),
        "worstRating": min(RATINGS.values()),
    }
    if verdict.label in RATINGS:
        rating["ratingValue"] = RATINGS[verdict.label]
    review: Json = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": str(stable_id(verdict, "review")),
        "claimReviewed": verdict.claim.text,
        "itemReviewed": claim,
        "reviewRating": rating,
        "author": {"@type": "Organization", "name": author},
    }
    if against:
        review["citation"] = against
    if verdict.as_of:
        review["datePublished"] = verdict.as_of
    if usable := web(url):
        review["url"] = usable
    return review


def to_annotations(verdict: Verdict) -> Json:
    """Return the citations of a verdict as a W3C Web Annotation collection.

    Positions are in Unicode code points of the text as indexed, end-exclusive, as the recommendation counts them.
    """
    items = [_annotation(verdict, item, place) for place, item in enumerate(ordered(verdict))]
    page: Json = {"id": stable_id(verdict, "page").urn, "type": "AnnotationPage", "startIndex": 0, "items": items}
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": stable_id(verdict, "annotations").urn,
        "type": "AnnotationCollection",
        "label": f"{LABELS[verdict.label]}: {verdict.claim.text}",
        "total": len(items),
        **({"first": page} if items else {}),
    }


def _works(verdict: Verdict, stance: Stance) -> list[Json]:
    """Return the documents on a side as schema.org works, first appearance first."""
    found = [e for e in verdict.evidence if e.stance is stance]
    roots = {e.via[-1] if e.via else e.document.doc_id for e in found}
    refs = list({e.document.doc_id: e.document for e in found}.values())
    day = {ref.doc_id: first_day(ref.published) if ref.published else date.max for ref in refs}
    return [_work(ref) for ref in sorted(refs, key=lambda ref: (day[ref.doc_id], ref.doc_id not in roots))]


def _work(ref: DocumentRef) -> Json:
    work: Json = {"@type": "CreativeWork", "identifier": ref.doc_id}
    if link := web(ref.url):
        work["url"] = link
    if ref.title:
        work["name"] = ref.title
    if ref.publisher:
        work["publisher"] = {"@type": "Organization", "name": ref.publisher}
    if ref.author:
        work["author"] = {"@type": "Person", "name": ref.author}
    if ref.published:
        work["datePublished"] = ref.published
    return work


def _annotation(verdict: Verdict, item: Evidence, place: int) -> Json:
    cited = item.citation
    described = f"{item.stance.value.capitalize()} the claim: {verdict.claim.text}"
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": stable_id(verdict, f"annotation {place}").urn,
        "type": "Annotation",
        "motivation": "assessing",
        "body": [
            {"type": "TextualBody", "purpose": "assessing", "format": "text/plain", "value": described},
            {"type": "TextualBody", "purpose": "tagging", "value": item.stance.value},
            {"type": "TextualBody", "purpose": "tagging", "value": f"origin: {origin_name(verdict, item)}"},
        ],
        "target": {
            "type": "SpecificResource",
            "source": web(item.document.url) or f"urn:triage:document:{quote(item.document.doc_id, safe='')}",
            "selector": [
                {"type": "TextQuoteSelector", "exact": cited.quote, "prefix": cited.prefix, "suffix": cited.suffix},
                {"type": "TextPositionSelector", "start": cited.start, "end": cited.end},
            ],
        },
    }

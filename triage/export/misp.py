"""Verdicts as MISP events (MISP core format), with tags of the taxonomy `admiralty-scale`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from triage.export.names import origin_name, place, stable_id
from triage.schema import Json, Verdict, last_day
from triage.summary import LABELS, ordered, sentence, web


def to_misp(verdict: Verdict) -> Json:
    """Return a verdict as a MISP event, unpublished and for the own organisation only.

    The event has the information credibility of the verdict, each citation the source reliability of its origin: the
    letter that the user gave, else `f`, cannot be judged.
    """
    dates = [e.document.published for e in verdict.evidence if e.document.published]
    day = last_day(verdict.as_of) if verdict.as_of else max(map(last_day, dates), default=date.today())
    credibility = f'admiralty-scale:information-credibility="{verdict.credibility}"'
    attributes = [_attribute(verdict, "claim", "text", verdict.claim.text, sentence(verdict), [credibility])]
    for number, item in enumerate(ordered(verdict)):
        letter = verdict.reliability.get(item.origin_id, "F").lower()
        tags = [f'admiralty-scale:source-reliability="{letter}"']
        comment = f"{item.stance.value} the claim; origin: {origin_name(verdict, item)}; {place(item.document)}"
        attributes.append(_attribute(verdict, f"quote {number}", "text", item.citation.quote, comment, tags))
        if link := web(item.document.url):
            attributes.append(_attribute(verdict, f"link {number}", "link", link, comment, tags))
    return {
        "Event": {
            "uuid": str(stable_id(verdict, "event")),
            "info": f"{LABELS[verdict.label]}: {verdict.claim.text}",
            "date": day.isoformat(),
            "threat_level_id": "4",
            "analysis": "2",
            "distribution": "0",
            "published": False,
            "Tag": [{"name": credibility}],
            "Attribute": attributes,
        }
    }


def _attribute(verdict: Verdict, what: str, type_: str, value: str, comment: str, tags: Sequence[str]) -> Json:
    return {
        "uuid": str(stable_id(verdict, what)),
        "type": type_,
        "category": "External analysis",
        "value": value,
        "comment": comment,
        "to_ids": False,
        "distribution": "5",
        "Tag": [{"name": tag} for tag in tags],
    }

"""A chat model puts a finished verdict into plain words; code sees to it that it adds no name and no figure."""

from __future__ import annotations

import re

from triage import prompts
from triage.readers.asking import Asking
from triage.readers.replies import Request
from triage.readers.untrusted import fenced
from triage.schema import Json, Verdict

PROMPT = "explain/v1"
SCHEMA: Json = {
    "title": "Explanation",
    "description": "The verdict in plain words.",
    "type": "object",
    "properties": {"explanation": {"type": "string"}},
    "required": ["explanation"],
    "additionalProperties": False,
}
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<![.!?] )(?<!^)(?<!\w)[A-ZÀ-ÞА-Я][\w’'-]+")


def explaining(verdict: Verdict) -> Asking[str]:
    """Return an explanation that rests on the verdict alone, else the verdict's own rationale."""
    prompt = prompts.get(PROMPT)
    facts = facts_of(verdict)
    shown, boundary = fenced(facts)
    reply = yield Request(prompt.prompt_id, tuple(prompt.render(facts=shown, boundary=boundary)), SCHEMA)
    given = reply.answer["explanation"] if reply.answer is not None else ""
    return (
        given.strip() if isinstance(given, str) and given.strip() and adds_nothing(given, facts) else verdict.rationale
    )


def facts_of(verdict: Verdict) -> str:
    """Return what an explanation may draw on, a line a fact."""
    lines = [
        f"Claim: {verdict.claim.text}",
        f"Verdict: {verdict.label.value.replace('_', ' ')}",
        f"Independent origins that support it: {verdict.support}",
        f"Independent origins that refute it: {verdict.refute}",
        f"Reasons: {verdict.rationale}",
        f"What would change it: {verdict.would_change}",
    ]
    names = {origin.origin_id: origin.name for origin in verdict.origins}
    for item in verdict.evidence:
        where = item.document.publisher or item.document.title or item.document.doc_id
        origin = names.get(item.origin_id, item.origin_id)
        lines.append(f"{where} {item.stance.value} it, from {origin}: {item.citation.quote}")
    return "\n".join(lines)


def adds_nothing(explanation: str, facts: str) -> bool:
    """Say whether every figure, and every name within a sentence, stands in the facts."""
    said = {*_FIGURE.findall(explanation), *_NAME.findall(explanation)}
    return all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", facts, re.IGNORECASE) for word in said)

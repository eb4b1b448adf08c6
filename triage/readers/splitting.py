"""A chat model splits a compound claim; code sees to it that no part says what the claim does not."""

from __future__ import annotations

from triage import prompts
from triage.readers.alignment import content
from triage.readers.asking import Asking
from triage.readers.replies import Request
from triage.schema import Claim, Json

PROMPT = "decompose/v1"
MOST_PARTS = 6

SCHEMA: Json = {
    "title": "Parts",
    "description": "The statements that the claim makes.",
    "type": "object",
    "properties": {"parts": {"type": "array", "items": {"type": "string"}}},
    "required": ["parts"],
    "additionalProperties": False,
}


def splitting(claim: Claim) -> Asking[list[str]]:
    """Return the parts of a claim: two to six that use its words alone, or the claim by itself."""
    prompt = prompts.get(PROMPT)
    reply = yield Request(prompt.prompt_id, tuple(prompt.render(claim=claim.text)), SCHEMA)
    given = reply.answer["parts"] if reply.answer is not None else []
    parts = (
        [part.strip() for part in given if isinstance(part, str) and part.strip()] if isinstance(given, list) else []
    )
    words = content(claim.text)
    whole = set().union(*(content(part) for part in parts)) == words
    return parts if 2 <= len(parts) <= MOST_PARTS and whole else [claim.text]

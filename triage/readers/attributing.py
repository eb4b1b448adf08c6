"""A chat model marks who says what; code places its words in the text, and drops what does not stand there.

It can stand in for the bundled tagger: `origins.trace(..., attribute=ChatReader(...).attributions)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, ValidationError

from triage import prompts
from triage.origins.attribution import Attribution
from triage.readers.asking import Asking
from triage.readers.replies import Request
from triage.readers.untrusted import fenced
from triage.schema import Cue, Json, Span

PROMPT = "attribution/v1"
REACH = 400
"""Characters around the content within which source and cue are looked for."""

_TEXT: Json = {"type": "string"}
_ITEM: dict[str, Json] = {
    "source": {"type": ["string", "null"]},
    "cue": _TEXT,
    "content": _TEXT,
    "kind": {"type": "string", "enum": [cue.value for cue in Cue]},
}
SCHEMA: Json = {
    "title": "Attributions",
    "description": "Who says what in the text.",
    "type": "object",
    "properties": {
        "attributions": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": _ITEM,
                "required": list(_ITEM),
                "additionalProperties": False,
            },
        }
    },
    "required": ["attributions"],
    "additionalProperties": False,
}


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore")

    source: str | None = None
    cue: str = ""
    content: str
    kind: Cue


def attributing(text: str) -> Asking[list[Attribution]]:
    """Return the attributions of a text in the order of their content; none where the model gives no usable answer."""
    prompt = prompts.get(PROMPT)
    shown, boundary = fenced(text)
    reply = yield Request(prompt.prompt_id, tuple(prompt.render(text=shown, boundary=boundary)), SCHEMA)
    given = reply.answer["attributions"] if reply.answer is not None else []
    placed = [_placed(text, item) for item in given] if isinstance(given, list) else []
    found = sorted(filter(None, placed), key=lambda a: (a.content.start, -a.content.end))
    return _nested(found)


def _placed(text: str, item: object) -> Attribution | None:
    try:
        given = _Item.model_validate(item)
    except ValidationError:
        return None
    start = text.find(given.content) if given.content.strip() else -1
    if start < 0:
        return None
    content = Span(start=start, end=start + len(given.content))
    source = _near(text, given.source or "", content)
    return Attribution(
        source=source,
        cue=_near(text, given.cue, content),
        content=content,
        kind=given.kind,
        hedged=given.kind is Cue.DOUBTS,
        named=source is not None and any(c.isupper() for c in text[source.start : source.end]),
    )


def _near(text: str, words: str, content: Span) -> Span | None:
    """Return where words stand closest to the content, before it or after it."""
    if not words.strip():
        return None
    before = text.rfind(words, max(0, content.start - REACH), content.start)
    after = text.find(words, content.end, content.end + REACH)
    places = [place for place in (before, after) if place >= 0]
    if not places:
        return None
    start = min(places, key=lambda at: content.start - at if at < content.start else at - content.end)
    return Span(start=start, end=start + len(words))


def _nested(found: Sequence[Attribution]) -> list[Attribution]:
    """Return attributions with the one in whose content each stands."""
    nested: list[Attribution] = []
    for one in found:
        around = [o for o in nested if o.content.start <= one.content.start and one.content.end <= o.content.end]
        outer = min(around, key=lambda o: o.content.end - o.content.start, default=None)
        nested.append(replace(one, outer=outer))
    return nested

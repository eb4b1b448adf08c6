"""Readers say what each passage does to a claim, in which words, and whom the passage credits them to.

A reader is anything with a `name` and a `read`; what it returns is untrusted until it is grounded. Another is ten
lines::

    class CrossEncoder:
        name = "cross-encoder"

        def read(self, claim, passages):
            scores = model.predict([(passage.text, claim.text) for passage in passages], apply_softmax=True)
            return [
                Reading(
                    passage_id=passage.passage_id,
                    stance=(Stance.REFUTES, Stance.SUPPORTS, Stance.NEUTRAL)[int(row.argmax())],
                    probabilities=Probabilities(refutes=row[0], supports=row[1], neutral=row[2]),
                    quote=passage.text,
                )
                for passage, row in zip(passages, scores)
            ]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from triage.errors import ConfigError
from triage.schema import Claim, Passage, Reading
from triage.settings import Settings

__all__ = ["Reader", "load_reader"]


@runtime_checkable
class Reader(Protocol):
    """Reads passages for a claim. A passage may bring several readings: one a sentence that bears on the claim."""

    name: str

    def read(self, claim: Claim, passages: Sequence[Passage]) -> list[Reading]:
        """Return at least one reading a passage."""
        ...


def load_reader(settings: Settings) -> Reader:
    """Return the reader that `settings.reader` names: `local`, `chat:MODEL` or `decisions:MODEL`.

    Raises:
        ConfigError: no reader has that name.
    """
    kind, _, model = settings.reader.partition(":")
    if kind == "local" and not model:
        from triage.readers.local import LocalReader

        return LocalReader(threads=settings.threads)
    if kind == "chat" and model:
        from triage.readers.chat import ChatReader

        return ChatReader(model, settings)
    if kind == "decisions" and model:
        from triage.readers.decisions import DecisionsReader

        return DecisionsReader(model, settings)
    raise ConfigError(
        f"there is no reader {settings.reader!r}: use 'local', 'chat:MODEL' or 'decisions:MODEL'", setting="reader"
    )

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

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from triage.errors import ConfigError
from triage.schema import Claim, Document, Passage, Reading, Usage, Verdict
from triage.settings import Settings

__all__ = ["AsyncReader", "Judge", "Reader", "Readings", "load_reader"]


class Readings(list[Reading]):
    """Readings that also say what it took to get them: a reader that asks a model returns them so.

    `usage` is what was used, `model` the model that answered, `prompts` the SHA-256 of each prompt by id.
    """

    def __init__(
        self,
        readings: Iterable[Reading] = (),
        *,
        usage: Usage | None = None,
        model: str | None = None,
        prompts: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(readings)
        self.usage = usage or Usage()
        self.model = model
        self.prompts = dict(prompts or {})


@runtime_checkable
class Reader(Protocol):
    """Reads passages for a claim. A passage may bring several readings: one a sentence that bears on the claim."""

    name: str

    def read(self, claim: Claim, passages: Sequence[Passage]) -> list[Reading]:
        """Return at least one reading a passage."""
        ...


@runtime_checkable
class AsyncReader(Reader, Protocol):
    """A reader that waits for others, and lets them work meanwhile."""

    async def aread(self, claim: Claim, passages: Sequence[Passage]) -> list[Reading]:
        """Return what `read` does."""
        ...


@runtime_checkable
class Judge(Protocol):
    """Gives the whole verdict itself, as a base line: nothing after it is decided by code."""

    name: str

    def judge(
        self, claim: Claim, passages: Sequence[Passage], documents: Mapping[str, Document], *, as_of: str | None = None
    ) -> Verdict:
        """Return a verdict."""
        ...

    async def ajudge(
        self, claim: Claim, passages: Sequence[Passage], documents: Mapping[str, Document], *, as_of: str | None = None
    ) -> Verdict:
        """Return a verdict."""
        ...


def load_reader(settings: Settings) -> Reader | Judge:
    """Return the reader that `settings.reader` names: `local`, `chat:MODEL`, `decisions:MODEL` or `one-shot:MODEL`.

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
    if kind == "one-shot" and model:
        from triage.readers.one_shot import OneShot

        return OneShot(model, settings)
    known = "'local', 'chat:MODEL', 'decisions:MODEL' or 'one-shot:MODEL'"
    raise ConfigError(f"there is no reader {settings.reader!r}: use {known}", setting="reader")

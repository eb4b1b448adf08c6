"""Compound claims: the parts are found by rule, each is checked by itself, and their verdicts are joined by rule.

The rule splits where two whole clauses are joined, each with a subject and a finite verb of its own, and nothing else
binds them; it would rather miss a compound claim than cut a single one in two. A chat model splits more
(`ChatReader.split`), on request.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.runnables import Runnable

from triage.cues import find_cues
from triage.readers import Judge, Reader
from triage.readers.replies import added
from triage.schema import Claim, Label, OriginCount, Run, Usage, Verdict
from triage.verdict import CREDIBILITY, label_of

MOST_PARTS = 6

_JOINT = re.compile(r"\s*(?:[,;]\s+(?:and|but|while)\s+|;\s+|\s(?:and|but)\s+)", re.IGNORECASE)
_BINDS = re.compile(
    r"\b(?:who|whom|whose|which|that|if|unless|because|since|although|though|when|while|whether|before|after|until|as|than|"
    r"both|either|neither|between|nor|or)\b|[\"“”«»]",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|does|do|did|must|should|may|might|\w{2,}ed|"
    r"arose|ate|became|began|bought|broke|brought|built|came|caught|chose|cut|fell|fled|flew|found|fought|gave|got|grew|held|hit|kept|"
    r"knew|lay|led|left|lost|made|met|paid|put|ran|rose|sank|sat|saw|sent|set|shot|shut|sold|spent|split|spoke|stood|stole|struck|"
    r"swept|took|told|went|withdrew|won|wore|wrote)\b"
)
_SUBJECT = re.compile(
    r"(?:[A-ZÀ-ÞА-Я\d]|(?:the|a|an|all|no|some|most|many|several|two|three|four|five|six|its|their|his|her)\s)"
)
_PRONOUN = re.compile(r"(?:he|she|it|they|this|these|those|there)\b", re.IGNORECASE)


def conjuncts(text: str) -> list[str]:
    """Return the clauses of a claim that obviously makes several statements, else the claim alone.

    "The dam cracked and the town was evacuated" gives two; "Anna and Ben resigned", "Anna resigned and left", and
    anything with a subordinate clause, a quotation or a verb of saying gives one.
    """
    bare = text.strip().rstrip(".")
    if _BINDS.search(bare) or any(cue.form != "noun" for cue in find_cues(bare)):
        return [text]
    parts = _JOINT.split(bare)
    if not 1 < len(parts) <= MOST_PARTS or not all(map(_is_clause, parts)):
        return [text]
    return [f"{part[0].upper()}{part[1:]}." for part in parts]


def _is_clause(part: str) -> bool:
    """Say whether a part begins with a subject that stands for itself and goes on to a finite verb."""
    verb = _FINITE.search(part)
    return bool(_SUBJECT.match(part) and not _PRONOUN.match(part) and verb and verb.start() > 0)


def parts_of(claim: Claim, texts: Sequence[str]) -> list[Claim]:
    """Return the parts as claims of their own, with ids that name the whole (`id#1`); a single one is the claim."""
    if len(texts) < 2:
        return [claim]
    return [
        claim.model_copy(update={"text": text, "claim_id": f"{claim.claim_id}#{n}"})
        for n, text in enumerate(texts, start=1)
    ]


def combine(claim: Claim, parts: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a claim from those on its parts, all of which must hold.

    The whole is supported by as many origins as its least supported part and refuted by as many as its most refuted
    one; the label follows by the same table as any. So it is refuted where a part is, and never better supported than
    its weakest part. The confidence is the product of the parts' where all had to be read rightly (corroborated),
    else that of the least sure part that decides.
    """
    support = OriginCount(n_min=min(p.support.n_min for p in parts), n_max=min(p.support.n_max for p in parts))
    refute = OriginCount(n_min=max(p.refute.n_min for p in parts), n_max=max(p.refute.n_max for p in parts))
    label = label_of(support, refute)
    deciding = [part for part in parts if _decides(part, label)]
    sure = [part.confidence for part in deciding]
    confidence = math.prod(sure) if label is Label.CORROBORATED else min(sure)
    said = [f"Part {n} (“{part.claim.text}”) is {_words(part.label)}." for n, part in enumerate(parts, start=1)]
    return Verdict(
        claim=claim,
        label=label,
        confidence=round(confidence, 3),
        support=support,
        refute=refute,
        evidence=tuple(dict.fromkeys(e for part in parts for e in part.evidence)),
        rejected=tuple(dict.fromkeys(r for part in parts for r in part.rejected)),
        origins=tuple(dict.fromkeys(o for part in parts for o in part.origins)),
        relays=tuple(dict.fromkeys(r for part in parts for r in part.relays)),
        rationale=" ".join(said),
        would_change=" ".join(dict.fromkeys(part.would_change for part in deciding if part.would_change)),
        credibility=CREDIBILITY[label],
        reliability={name: letter for part in parts for name, letter in part.reliability.items()},
        parts=tuple(parts),
        as_of=parts[0].as_of,
        run=_run([part.run for part in parts if part.run is not None]),
    )


def _decides(part: Verdict, label: Label) -> bool:
    """Say whether a part has what gives the whole its label."""
    if label in (Label.REFUTED, Label.DISPUTED):
        return part.refute.n_max > 0
    if label is Label.NOT_ENOUGH_EVIDENCE:
        return part.support.n_max == 0
    return label is Label.CORROBORATED or part.support.n_min < 2


def _words(label: Label) -> str:
    return {Label.SINGLE_SOURCE: "supported by a single origin", Label.NOT_ENOUGH_EVIDENCE: "without evidence"}.get(
        label, label.value
    )


def _run(runs: Sequence[Run]) -> Run | None:
    if not runs:
        return None
    usage = Usage()
    for run in runs:
        usage = added(usage, run.usage)
    prompts = {name: digest for run in runs for name, digest in run.prompts.items()}
    return runs[0].model_copy(
        update={"usage": usage, "prompts": prompts, "seconds": round(sum(run.seconds for run in runs), 4)}
    )


class Parts:
    """Checks the parts of a compound claim, and joins what comes out."""

    def __init__(self, one: Runnable[Any, Any], reader: Reader | Judge) -> None:
        self.one = one
        self.splitter: Any = reader if hasattr(reader, "split") else None

    def find(self, trail: dict[str, Any]) -> list[Claim]:
        """Return the parts of the claim; by the model where that is asked for and there is one, else by rule."""
        claim = trail["claim"]
        if trail["decompose"] and self.splitter:
            return parts_of(claim, self.splitter.split(claim))
        return self._by_rule(trail)

    async def afind(self, trail: dict[str, Any]) -> list[Claim]:
        """Return what `find` does."""
        claim = trail["claim"]
        if trail["decompose"] and self.splitter:
            return parts_of(claim, await self.splitter.asplit(claim))
        return self._by_rule(trail)

    def check(self, trail: dict[str, Any]) -> dict[str, Any]:
        """Check each part."""
        return self._joined(trail, [self.one.invoke(part) for part in self._each(trail)])

    async def acheck(self, trail: dict[str, Any]) -> dict[str, Any]:
        """Check each part."""
        return self._joined(trail, [await self.one.ainvoke(part) for part in self._each(trail)])

    def _by_rule(self, trail: Mapping[str, Any]) -> list[Claim]:
        claim: Claim = trail["claim"]
        return [claim] if trail["decompose"] is False else parts_of(claim, conjuncts(claim.text))

    def _each(self, trail: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [{**trail, "claim": part, "began": time.perf_counter()} for part in trail["parts"]]

    def _joined(self, trail: Mapping[str, Any], trails: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        lists = ("hits", "readings", "citations", "rejected", "evidence")
        joined = {name: [item for part in trails for item in part.get(name, ())] for name in lists}
        return {**trail, **joined, "verdict": combine(trail["claim"], [part["verdict"] for part in trails])}

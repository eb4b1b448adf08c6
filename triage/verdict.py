"""The rule: from origins to a label, with the confidence, the reasons, and what would change it.

No model is asked here. The label follows from how many independent origins stand on each side; `eval/LABELS.md` has
the table in words and `label_of` has it in code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from triage.schema import (
    Claim,
    Cue,
    Evidence,
    Label,
    Origin,
    OriginCount,
    OriginGraph,
    Reading,
    Rejected,
    Run,
    Stance,
    Verdict,
)

CREDIBILITY = {
    Label.CORROBORATED: 1,
    Label.SINGLE_SOURCE: 3,
    Label.DISPUTED: 4,
    Label.REFUTED: 5,
    Label.NOT_ENOUGH_EVIDENCE: 6,
}
"""NATO information credibility by label (AJP-2.1, annex on evaluation)."""

KIND_WORDS = {
    "person": "a person",
    "organisation": "an organisation",
    "document": "a document",
    "publisher": "a publisher's own reporting",
    "unnamed": "an unnamed source",
}


def label_of(support: OriginCount, refute: OriginCount) -> Label:
    """Return the label that the counts of independent origins give."""
    if support.n_max and refute.n_max:
        return Label.DISPUTED
    if refute.n_max:
        return Label.REFUTED
    if not support.n_max:
        return Label.NOT_ENOUGH_EVIDENCE
    return Label.CORROBORATED if support.n_min >= 2 else Label.SINGLE_SOURCE


def decide(
    claim: Claim,
    evidence: Sequence[Evidence],
    graph: OriginGraph,
    *,
    readings: Iterable[Reading] = (),
    rejected: Sequence[Rejected] = (),
    as_of: str | None = None,
    reliability: Mapping[str, str] | None = None,
    run: Run | None = None,
) -> Verdict:
    """Apply the rule to the evidence of one claim.

    Args:
        claim: what was asked.
        evidence: grounded readings with their origins.
        graph: origins, relays and the count of independent origins on each side.
        readings: everything that was read, for the confidence that nothing was overlooked.
        rejected: what was put aside, and why; shown, not counted.
        as_of: the day whose knowledge the verdict reflects.
        reliability: source-reliability letters (A to F) that the user gives by origin name or id.
        run: how the verdict came about.
    """
    label = label_of(graph.support, graph.refute)
    sides = {stance: _sides(evidence, graph.origins, stance) for stance in (Stance.SUPPORTS, Stance.REFUTES)}
    letters = {
        origin.origin_id: letter
        for origin in graph.origins
        for name, letter in (reliability or {}).items()
        if name in (origin.origin_id, origin.name, *origin.names)
    }
    credibility = CREDIBILITY[label]
    if label is Label.SINGLE_SOURCE and {letters.get(o.origin_id) for o in sides[Stance.SUPPORTS]} & {"A", "B"}:
        credibility = 2
    return Verdict(
        claim=claim,
        label=label,
        confidence=round(_confidence(label, evidence, readings), 3),
        support=graph.support,
        refute=graph.refute,
        evidence=tuple(evidence),
        rejected=tuple(rejected),
        origins=graph.origins,
        relays=graph.relays,
        rationale=_rationale(evidence, graph, sides),
        would_change=_would_change(label, graph, sides),
        credibility=credibility,
        reliability=letters,
        as_of=as_of,
        run=run,
    )


def _sides(evidence: Sequence[Evidence], origins: Sequence[Origin], stance: Stance) -> list[Origin]:
    held = {e.origin_id for e in evidence if e.stance is stance and e.counted}
    return [origin for origin in origins if origin.origin_id in held]


def _strengths(evidence: Sequence[Evidence], stance: Stance) -> list[float]:
    """The best probability of each origin on a side, highest first."""
    best: dict[str, float] = {}
    for item in evidence:
        if item.stance is stance and item.counted:
            best[item.origin_id] = max(best.get(item.origin_id, 0.0), item.probability)
    return sorted(best.values(), reverse=True)


def _confidence(label: Label, evidence: Sequence[Evidence], readings: Iterable[Reading]) -> float:
    """The probability, by the reader's own, that what the label rests on was read rightly."""
    support, refute = _strengths(evidence, Stance.SUPPORTS), _strengths(evidence, Stance.REFUTES)
    if label is Label.CORROBORATED:
        return support[0] * support[min(1, len(support) - 1)]
    if label is Label.DISPUTED:
        return support[0] * refute[0]
    if label is Label.SINGLE_SOURCE:
        return support[0]
    if label is Label.REFUTED:
        return refute[0]
    open_ = [1 - r.probabilities.neutral for r in readings if r.status == "ok"]
    return 1 - max(open_, default=0.0)


def _names(origins: Sequence[Origin], limit: int = 3) -> str:
    shown = [f"{o.name} ({KIND_WORDS[o.kind]})" for o in origins[:limit]]
    more = len(origins) - limit
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _side(what: str, count: OriginCount, origins: Sequence[Origin], documents: int) -> str:
    if not count.n_max:
        return f"Nothing {what} it."
    number = str(count) if count.n_min else f"At most {count.n_max}"
    noun, verb = ("origin", what) if count.n_max == 1 else ("independent origins", what.removesuffix("s"))
    shown = f"{documents} document{'s' if documents != 1 else ''}"
    return f"{number} {noun} {verb} it in {shown}: {_names(origins)}."


def _rationale(evidence: Sequence[Evidence], graph: OriginGraph, sides: Mapping[Stance, Sequence[Origin]]) -> str:
    parts = []
    for stance, count in ((Stance.SUPPORTS, graph.support), (Stance.REFUTES, graph.refute)):
        documents = {e.citation.doc_id for e in evidence if e.stance is stance and e.counted}
        parts.append(_side(stance.value, count, sides[stance], len(documents)))
        if count.n_max and not count.n_min:
            parts.append("None of it was read with certainty.")
        elif count.n_max > count.n_min:
            are = "is" if count.n_min == 1 else "are"
            parts.append(f"Only {count.n_min} of them {are} known to be independent of the others.")
    if any(e.cue is Cue.RETRACTS for e in evidence):
        parts.append("An origin took its word back; its last word counts.")
    replaced = len({e.origin_id for e in evidence if not e.counted})
    if replaced:
        parts.append(f"{replaced} earlier statement{'s were' if replaced > 1 else ' was'} replaced by a later one.")
    notes = dict.fromkeys(e.note for e in evidence if e.note and e.counted)
    parts += [f"{note[0].upper()}{note[1:]}." for note in list(notes)[:3]]
    return " ".join(parts)


def _would_change(label: Label, graph: OriginGraph, sides: Mapping[Stance, Sequence[Origin]]) -> str:
    support, refute = sides[Stance.SUPPORTS], sides[Stance.REFUTES]
    if label is Label.NOT_ENOUGH_EVIDENCE:
        return "One passage in which a named origin asserts or denies the claim."
    if label is Label.CORROBORATED:
        return "One origin that refutes the claim would make it disputed."
    if label is Label.REFUTED:
        return f"One origin independent of {refute[0].name} that supports the claim would make it disputed."
    if label is Label.DISPUTED:
        weaker = min((support, refute), key=len)
        other = "refuted" if weaker is support else "no longer disputed"
        return f"A retraction by {' and '.join(o.name for o in weaker[:2])} would leave the claim {other}."
    if not graph.support.n_min:
        words = " and ".join(o.name for o in support[:2])
        return f"Should the words of {words} prove to be misread, there would not be enough evidence."
    if graph.support.n_max > 1 and len(support) > 1:
        return (
            f"Proof that {support[0].name} and {support[1].name} do not draw on the same origin "
            "would make the claim corroborated."
        )
    return f"One origin independent of {support[0].name} that supports the claim would make it corroborated."

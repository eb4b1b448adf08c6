"""Who said it first, and who is only repeating it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from triage.origins import graph as _graph
from triage.origins.attribution import statements
from triage.origins.graph import Told
from triage.origins.match import Embed
from triage.origins.names import words_of
from triage.origins.profile import FUNCTION_WORDS
from triage.origins.reuse import relays as find_relays
from triage.origins.tracing import Tracer
from triage.origins.voices import Attribute, Attributed, Cited, Voice
from triage.schema import (
    Citation,
    Claim,
    Cue,
    Document,
    DocumentRef,
    Evidence,
    OriginGraph,
    Passage,
    Reading,
    Relay,
    Stance,
)

__all__ = ["find_relays", "trace"]

CERTAIN = 0.65
"""An origin is known only by words that were read with this probability; others could be a misreading."""


@lru_cache(maxsize=4096)
def _attributions(text: str) -> Sequence[Attributed]:
    return tuple(statements(text))


def trace(
    claim: Claim,
    cited: Sequence[tuple[Reading, Citation]],
    documents: Mapping[str, Document],
    *,
    relays: Sequence[Relay] | None = None,
    echoes: Mapping[str, Sequence[Passage]] | None = None,
    attribute: Attribute | None = None,
    embed: Embed | None = None,
) -> tuple[list[Evidence], OriginGraph]:
    """Return the evidence with its origins, and the graph of who relays whom with the count on each side.

    `documents` are those cited, and any others that the cited ones may have copied from; relays are sought among all
    of them unless `relays` are given. `echoes` maps a passage id to the near-identical passages that stand behind
    it: their documents become relays of the same origin, never origins. `attribute` finds who says what in a text;
    without it, `statements`. `embed` is passed to the comparison of sentences.
    """
    attribute = attribute or _attributions
    usable = [(r, c) for r, c in cited if r.stance is not Stance.NEUTRAL and c.doc_id in documents]
    if relays is None:
        relays = find_relays(list(documents.values()), embed=embed)
    places = [Cited(c.doc_id, c.start, c.end, r.stance, r.attributed_to) for r, c in usable]
    tracer = Tracer(documents, relays, places, attribute, speaker=_about_words(claim, attribute))
    told = [
        Told(place, tracer.voice(place), r.cue, _probability(r) >= CERTAIN)
        for place, (r, _) in zip(places, usable, strict=True)
    ]
    origins = _graph.merge(told)
    behind = _behind(usable, echoes or {})
    described = [_graph.described(origin, told, documents, behind) for origin in origins]
    replaced = {i for origin in origins for i in _graph.latest(origin, told)}
    evidence: list[Evidence | None] = [None] * len(told)
    for origin, shown in zip(origins, described, strict=True):
        for i in origin.members:
            evidence[i] = _evidence(usable[i], told[i].voice, shown.origin_id, documents, counted=i not in replaced)
    sides = {}
    for stance in (Stance.SUPPORTS, Stance.REFUTES):
        standing = [o for o in origins if any(told[i].cited.stance is stance and i not in replaced for i in o.members)]
        sides[stance] = _graph.count(standing, told, relays, documents)
    used = {e.document.doc_id for e in evidence if e} | {d for o in described for d in o.relays}
    shown_relays = tuple(r for r in relays if r.relayer in used or r.relayed in used)
    return [e for e in evidence if e], OriginGraph(
        origins=tuple(described), relays=shown_relays, support=sides[Stance.SUPPORTS], refute=sides[Stance.REFUTES]
    )


def _about_words(claim: Claim, attribute: Attribute) -> frozenset[str] | None:
    """Return the folded words of who is said to have said something, where that is what the claim is about."""
    for found in attribute(claim.text):
        content = found.content.end - found.content.start
        if found.source is not None and found.cue is not None and content > 0.35 * len(claim.text):
            words = words_of(claim.text[found.source.start : found.source.end])
            return frozenset(word for word in words if word not in FUNCTION_WORDS)
    return None


def _behind(
    usable: Sequence[tuple[Reading, Citation]], echoes: Mapping[str, Sequence[Passage]]
) -> dict[str, tuple[str, ...]]:
    """Return the documents that stand behind each cited one as near-identical copies of the passage cited."""
    behind: dict[str, tuple[str, ...]] = {}
    for reading, citation in usable:
        copies = tuple(p.doc_id for p in echoes.get(reading.passage_id, ()) if p.doc_id != citation.doc_id)
        behind[citation.doc_id] = tuple(dict.fromkeys((*behind.get(citation.doc_id, ()), *copies)))
    return behind


def _probability(reading: Reading) -> float:
    return float(getattr(reading.probabilities, reading.stance.value))


def _evidence(
    cited: tuple[Reading, Citation], voice: Voice, origin_id: str, documents: Mapping[str, Document], *, counted: bool
) -> Evidence:
    reading, citation = cited
    document = documents[citation.doc_id]
    return Evidence(
        citation=citation,
        document=DocumentRef(**{name: getattr(document, name) for name in DocumentRef.model_fields}),
        stance=reading.stance,
        probability=_probability(reading),
        origin_id=origin_id,
        cue=reading.cue if reading.cue is not Cue.REPORTS else Cue.REPORTS,
        attributed_to=reading.attributed_to or (voice.party.name if voice.party.kind != "publisher" else None),
        via=voice.via,
        note=reading.note,
        counted=counted,
    )

"""Does one document copy another, and which parts of it?

Likeness alone is no relay: two true witnesses sound alike. What makes one is words in the same order (reprints,
trimmed reprints, shared quotations), sentences that tell the same details in the same order (rewrites, machine-spun
texts, translations), or the relayer's own word (credits, links). Dates say who was first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from triage.origins.candidates import candidates
from triage.origins.credits import Credit, Outlets
from triage.origins.match import Embed, Rarity
from triage.origins.overlap import REWRITE, Overlap, overlap, told_by
from triage.origins.profile import Profile, profile
from triage.schema import Citation, Document, Relay, RelayKind, first_day, last_day

GAIN = 10.0
"""A further document explains a copy only where it accounts for so many words that no other does."""
CREDIT_GAIN = 2.0
"""So few suffice where the relayer credits it."""
TIE = 0.5
"""Documents that explain a copy equally well, but for so many words, are told apart by who was first."""
CREDITED = 1.2
"""A document that is credited is preferred to one that explains a fifth more."""
COPY = 0.4
"""Texts that share so much of what they tell count once when the rarity of a word is told."""
_RANK = {"letter": 0, "dataset": 1, "statement": 2, "wire": 3, "article": 4}


@dataclass(slots=True)
class _Edge:
    """A possible relay, turned so that `a` of the overlap relays; `words` is how well each word is explained."""

    shared: Overlap
    directed: bool
    words: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shared = self.shared
        for borne in shared.a_credits_b:
            self._mark(*shared.a.around(borne.credit.span), 0.5)
        for pair in shared.pairs:
            sentence = shared.a.sentences[pair.a]
            self._mark(sentence.first, sentence.last, pair.alike)
        for run in shared.runs:
            self._mark(run.a0, run.a1, run.same / (run.a1 - run.a0))

    def _mark(self, first: int, last: int, quality: float) -> None:
        for word in range(first, last):
            self.words[word] = max(quality, self.words.get(word, 0.0))


def relays(
    documents: Sequence[Document], *, embed: Embed | None = None, among: Iterable[tuple[str, str]] | None = None
) -> list[Relay]:
    """Return who repeats whom, each relayer with the nearest documents that explain what it copied.

    `embed` adds sentence embeddings to the comparison of sentences; `among` restricts the comparison to given pairs
    of document ids. Documents that share nothing but site furniture or an agency's footer are no relay.
    """
    by_id = {document.doc_id: document for document in documents}
    profiles = {doc_id: profile(document) for doc_id, document in by_id.items()}
    near = set(among) if among is not None else candidates(list(profiles.values()))
    rarity = _rarity(profiles, near)
    credits, borne = _credits(profiles, rarity)
    pairs = near if among is not None else near | borne
    edges: dict[str, list[_Edge]] = {}
    for one, two in sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}):
        shared = overlap(
            profiles[one],
            profiles[two],
            rarity,
            credits_ab=credits.get((one, two), ()),
            credits_ba=credits.get((two, one), ()),
            embed=embed,
        )
        if shared.is_relay():
            for edge in _turned(shared):
                edges.setdefault(edge.shared.a.document.doc_id, []).append(edge)
    return [relay for relayer in sorted(edges) for relay in _explained(edges[relayer])]


def _rarity(profiles: Mapping[str, Profile], pairs: Iterable[tuple[str, str]]) -> Rarity:
    """Return how much each stem tells, every text counted once: what fifty copies share is no more common for it."""
    rarity = Rarity(profiles.values())
    copies: set[str] = set()
    for one, two in sorted((min(pair), max(pair)) for pair in pairs):
        a, b = profiles[one], profiles[two]
        if one != two and rarity.common(a, b) >= COPY:
            copies.add(max(a, b, key=_likely_first).document.doc_id)
    return Rarity(profile for doc_id, profile in profiles.items() if doc_id not in copies) if copies else rarity


def _credits(
    profiles: Mapping[str, Profile], rarity: Rarity
) -> tuple[dict[tuple[str, str], list[Credit]], set[tuple[str, str]]]:
    """Return the credits by the document that gives them and one that they may be for, and the pairs that are likely.

    A name may mean several documents; the one that tells most of the crediting sentences is meant.
    """
    outlets = Outlets(profile.document for profile in profiles.values())
    found: dict[tuple[str, str], list[Credit]] = {}
    likely: set[tuple[str, str]] = set()
    for doc_id, relayer in profiles.items():
        places: dict[int, list[tuple[float, Credit]]] = {}
        for credit in outlets.credits(relayer.document):
            told = 1.0 if credit.link else told_by(credit, relayer, profiles[credit.relayed], rarity).told
            places.setdefault(credit.span.start, []).append((told, credit))
        for options in places.values():
            best = max(told for told, _ in options)
            for told, credit in options:
                if told == best:
                    found.setdefault((doc_id, credit.relayed), []).append(credit)
                    likely |= {(doc_id, credit.relayed)} if told > 0 else set()
    return found, likely


def _turned(shared: Overlap) -> list[_Edge]:
    """Return the edges that two documents make: relayer first, both ways where each credits the other."""
    back = shared.swapped()
    mine, theirs = (any(borne.credit.sure for borne in credits) for credits in (shared.a_credits_b, shared.b_credits_a))
    if mine and theirs:
        return [_Edge(shared, directed=True), _Edge(back, directed=True)]
    order = _order(shared)
    if order:
        return [_Edge(shared if order > 0 else back, directed=True)]
    if mine != theirs or bool(shared.a_credits_b) != bool(shared.b_credits_a):
        return [_Edge(shared if mine or (shared.a_credits_b and not theirs) else back, directed=True)]
    return [_Edge(shared if _likely_first(shared.a) > _likely_first(shared.b) else back, directed=False)]


def _order(shared: Overlap) -> int:
    """Return 1 where `a` is certainly the later, -1 where `b` is, 0 where the dates do not say."""
    a = _when(shared.a, [r.a0 for r in shared.runs] or [shared.a.sentences[p.a].first for p in shared.pairs])
    b = _when(shared.b, [r.b0 for r in shared.runs] or [shared.b.sentences[p.b].first for p in shared.pairs])
    if a is None or b is None:
        return 0
    return int(first_day(a) > last_day(b)) - int(first_day(b) > last_day(a))


def _when(profile: Profile, words: Sequence[int]) -> str | None:
    """Return the date of the part of a document that is shared: its post's, else the document's own."""
    segment = profile.segment(words[0]) if words else None
    return (segment.published if segment else None) or profile.document.published


def _likely_first(profile: Profile) -> tuple[str, int, int, str]:
    """Return a key by which documents of no certain order stand in a plausible one."""
    document = profile.document
    when = first_day(document.published).isoformat() if document.published else "9999"
    return when, _RANK.get(document.kind, 5), -len(profile.words), document.doc_id


def _explained(edges: list[_Edge]) -> list[Relay]:
    """Return the relays that explain what one document copied: the best first, then whatever adds to it.

    A text is retold from one document; a second one is believed only for words it shares or is credited with.
    """
    known: dict[int, float] = {}
    found: list[Relay] = []
    retold = False
    left = list(edges)
    while left:
        gains = [(_gain(edge, known), edge) for edge in left]
        best = max(gain * _preferred(edge) for gain, edge in gains)
        near = [(gain, edge) for gain, edge in gains if gain * _preferred(edge) >= best - TIE]
        gain, edge = min(near, key=lambda item: (not item[1].shared.a_credits_b, _likely_first(item[1].shared.b)))
        if gain < (CREDIT_GAIN if edge.shared.a_credits_b else GAIN):
            break
        left.remove(edge)
        if retold and not (edge.shared.runs or edge.shared.a_credits_b):
            continue
        retold = retold or edge.shared.retells()
        found.append(_relay(edge))
        for word, quality in edge.words.items():
            known[word] = max(quality, known.get(word, 0.0))
    return found


def _gain(edge: _Edge, known: dict[int, float]) -> float:
    return sum(max(0.0, quality - known.get(word, 0.0)) for word, quality in edge.words.items())


def _preferred(edge: _Edge) -> float:
    return CREDITED if edge.shared.a_credits_b else 1.0


def _relay(edge: _Edge) -> Relay:
    shared = edge.shared
    kind = _kind(shared)
    return Relay(
        relayer=shared.a.document.doc_id,
        relayed=shared.b.document.doc_id,
        kind=kind,
        strength=round(shared.strength, 3),
        basis=tuple(_basis(shared)),
        directed=edge.directed,
        why=_why(shared, kind),
    )


def _kind(shared: Overlap) -> RelayKind:
    if shared.translated:
        return "translation"
    if shared.share_a >= 0.5 or shared.share_b >= 0.6:
        return "reprint" if shared.share_b >= 0.75 else "trimmed"
    if shared.runs and shared.quoted >= 0.7 and shared.told.rewrite < 2 * REWRITE:
        return "quotation"
    if shared.told.rewrite >= REWRITE or not (shared.a_credits_b or shared.runs):
        return "rewrite"
    if shared.a_credits_b:
        return "link" if all(borne.credit.link for borne in shared.a_credits_b) else "credit"
    return "quotation"


def _basis(shared: Overlap) -> Iterable[tuple[Citation, Citation]]:
    """Yield the matching spans in the relayer's order: equal runs, and like sentences outside of them, credits."""
    taken: set[int] = set()
    for run in shared.runs:
        taken.update(range(run.a0, run.a1))
        yield shared.a.cite(run.a0, run.a1), shared.b.cite(run.b0, run.b1)
    for pair in shared.pairs:
        a, b = shared.a.sentences[pair.a], shared.b.sentences[pair.b]
        if sum(word in taken for word in range(a.first, a.last)) < a.length / 2:
            taken.update(range(a.first, a.last))
            yield shared.a.cite(a.first, a.last), shared.b.cite(b.first, b.last)
    for borne in shared.a_credits_b:
        if borne.b1 and sum(word in taken for word in range(borne.a0, borne.a1)) < (borne.a1 - borne.a0) / 2:
            yield shared.a.cite(borne.a0, borne.a1), shared.b.cite(borne.b0, borne.b1)


def _why(shared: Overlap, kind: RelayKind) -> str:
    relayer, relayed = _name(shared.a.document), _name(shared.b.document)
    reasons = []
    if shared.runs:
        words = sum(run.same for run in shared.runs)
        within = " of direct quotation" if shared.quoted >= 0.7 else ""
        reasons.append(f"shares {words} words{within} in order with {relayed}, the longest run being {shared.longest}")
    if kind in ("rewrite", "translation"):
        anchors = sum(pair.anchors for pair in shared.pairs)
        number = f"{len(shared.pairs)} sentences of {relayed}" if len(shared.pairs) > 1 else f"the details of {relayed}"
        told = f"tells {number} in the same order"
        reasons.append(f"{told} with {anchors} of the same names and numbers" if anchors else told)
    if shared.a_credits_b:
        span = shared.a_credits_b[0].credit.span
        reasons.append(f"credits {relayed} (“{shared.a.document.text[span.start : span.end]}”)")
    return f"{relayer} {', and '.join(reasons) or f'tells what {relayed} tells'}."


def _name(document: Document) -> str:
    return f"{document.publisher} ({document.doc_id})" if document.publisher else document.doc_id

"""Does one document copy another, and which parts of it?

Likeness alone is no relay: two true witnesses sound alike. What makes one is words in the same order (reprints,
trimmed reprints, shared quotations), sentences that tell the same details in the same order (rewrites, machine-spun
texts, translations), or the relayer's own word (credits, links). Dates say who was first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triage.origins import match
from triage.origins.candidates import candidates
from triage.origins.credits import Credit, Outlets
from triage.origins.match import Embed, Pair, Rarity, Run
from triage.origins.profile import FUNCTION_WORDS, Profile, profile, stem
from triage.schema import Citation, Document, Relay, RelayKind, first_day, last_day

MIN_RUN = 7
MIN_TELLING = 3
LONG_RUN = 20
ALIKE = 0.4
REWRITE = 0.24
CREDITED = 0.1
NEWS = 12
GAIN = 10.0
CREDIT_GAIN = 3.0
CROWD = 50
_RANK = {"statement": 0, "dataset": 0, "letter": 0, "wire": 1, "article": 2}


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two documents share. Shares are of each one's words, in [0, 1]; `rewrite` is the likeness in order."""

    a: Profile
    b: Profile
    runs: tuple[Run, ...]
    pairs: tuple[Pair, ...]
    share_a: float
    share_b: float
    quoted: float
    rewrite: float
    a_credits_b: tuple[Credit, ...] = ()
    b_credits_a: tuple[Credit, ...] = ()

    @property
    def verbatim(self) -> float:
        """Return the share of the shorter document that stands word for word in the other."""
        return max(self.share_a, self.share_b)

    @property
    def strength(self) -> float:
        """Return how sure it is that one text was made from the other, in [0, 1]."""
        copied = max(self.verbatim, self.rewrite)
        longest = max((run.same for run in self.runs), default=0)
        quotation = min(0.9, 0.5 + longest / 60) if longest >= MIN_RUN else 0.0
        credit = 0.5 + self.rewrite / 2 if self.a_credits_b or self.b_credits_a else 0.0
        return min(1.0, max(copied, quotation * (longest >= NEWS), credit))


def overlap(a: Profile, b: Profile, rarity: Rarity, embed: Embed | None = None) -> Overlap:
    """Return what two documents share, whoever was first."""
    runs = [
        run
        for run in match.runs(a.words.folded, b.words.folded, b.grams)
        if run.same >= MIN_RUN and match.telling(a, run) >= MIN_TELLING
    ]
    if _furniture(a, b, runs):
        runs = []
    same = sum(run.same for run in runs)
    pairs = match.align(a, b, rarity, embed=embed)
    shorter = min(sum(s.length for s in a.sentences), sum(s.length for s in b.sentences))
    told = sum(pair.alike * min(a.sentences[pair.a].length, b.sentences[pair.b].length) for pair in pairs)
    quoted = sum(run.same for run in runs if a.quoted(run.a0, run.a1) or b.quoted(run.b0, run.b1))
    return Overlap(
        a,
        b,
        tuple(runs),
        tuple(pair for pair in pairs if pair.alike >= ALIKE),
        same / max(1, len(a.words)),
        same / max(1, len(b.words)),
        quoted / same if same else 0.0,
        told / max(1, shorter),
    )


def _furniture(a: Profile, b: Profile, runs: Sequence[Run]) -> bool:
    """Say whether all that two texts share stands at their very ends: an agency's footer, a publisher's notice."""
    if not runs or sum(run.same for run in runs) > 0.3 * min(len(a.words), len(b.words)):
        return False
    foot = all(run.a0 > 0.8 * len(a.words) and run.b0 > 0.8 * len(b.words) for run in runs)
    head = all(run.a1 < 0.1 * len(a.words) and run.b1 < 0.1 * len(b.words) for run in runs)
    return (foot or head) and not any(a.quoted(run.a0, run.a1) for run in runs)


def is_relay(shared: Overlap, rarity: Rarity) -> bool:
    """Say whether what two documents share means that one was made from the other."""
    longest = max((run.same for run in shared.runs), default=0)
    if longest >= LONG_RUN or (longest >= NEWS and shared.quoted > 0) or shared.verbatim >= 0.2:
        return True
    if shared.rewrite >= REWRITE and len(shared.pairs) >= min(3, len(shared.a.sentences), len(shared.b.sentences)):
        return True
    return _borne_out(shared, rarity) or _borne_out(swapped(shared), rarity)


def _borne_out(shared: Overlap, rarity: Rarity) -> bool:
    """Say whether `a` credits `b`'s publisher, and for something that `b` tells."""
    if not shared.a_credits_b:
        return False
    if shared.runs or shared.pairs or shared.rewrite >= CREDITED or any(c.link for c in shared.a_credits_b):
        return True
    for credit in shared.a_credits_b:
        first, last = shared.a.around(credit.span)
        told = {stem(w) for w in shared.a.words.folded[first:last] if w not in FUNCTION_WORDS}
        told -= {stem(w) for w in credit.publisher.split()}
        if len(told & shared.b.stems) >= 3 and rarity.sum(told & shared.b.stems) >= 0.4 * rarity.sum(told):
            return True
    return False


@dataclass(slots=True)
class _Edge:
    """A possible relay, turned so that `a` of the overlap is the relayer; `words` is how well each word is explained."""

    shared: Overlap
    directed: bool
    words: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shared = self.shared
        for credit in shared.a_credits_b:
            self._mark(*shared.a.around(credit.span), 0.5)
        for pair in shared.pairs:
            sentence = shared.a.sentences[pair.a]
            self._mark(sentence.first, sentence.last, pair.alike)
        for run in shared.runs:
            self._mark(run.a0, run.a1, 1.0)

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
    rarity = Rarity(profiles.values())
    credited = _credits(by_id)
    pairs = set(among) if among is not None else candidates(list(profiles.values())) | set(credited)
    edges: dict[str, list[_Edge]] = {}
    for one, two in sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}):
        shared = overlap(profiles[one], profiles[two], rarity, embed)
        shared = replace(
            shared, a_credits_b=tuple(credited.get((one, two), ())), b_credits_a=tuple(credited.get((two, one), ()))
        )
        if is_relay(shared, rarity):
            for edge in _turned(shared):
                edges.setdefault(edge.shared.a.document.doc_id, []).append(edge)
    return [relay for relayer in sorted(edges) for relay in _explained(edges[relayer])]


def _credits(by_id: Mapping[str, Document]) -> dict[tuple[str, str], list[Credit]]:
    """Return the credits by pair of relayer and each document of the publisher that it credits."""
    outlets = Outlets(by_id.values())
    found: dict[tuple[str, str], list[Credit]] = {}
    for doc_id, document in by_id.items():
        for credit in outlets.credits(document):
            named = [by_id[credit.publisher]] if credit.link else outlets.by_key[credit.publisher]
            for other in named[:CROWD]:
                if other.doc_id != doc_id:
                    found.setdefault((doc_id, other.doc_id), []).append(credit)
    return found


def _turned(shared: Overlap) -> list[_Edge]:
    """Return the edges that two documents make: relayer first, both ways where each credits the other."""
    back = swapped(shared)
    order = _order(shared)
    if order and not (shared.a_credits_b and shared.b_credits_a):
        return [_Edge(shared if order > 0 else back, directed=True)]
    if shared.a_credits_b and shared.b_credits_a:
        return [_Edge(shared, directed=True), _Edge(back, directed=True)]
    if shared.a_credits_b or shared.b_credits_a:
        return [_Edge(shared if shared.a_credits_b else back, directed=True)]
    return [_Edge(shared if _likely_first(shared.a) > _likely_first(shared.b) else back, directed=False)]


def swapped(shared: Overlap) -> Overlap:
    """Return the same overlap with the two documents changed about."""
    return Overlap(
        shared.b,
        shared.a,
        tuple(sorted((Run(r.b0, r.b1, r.a0, r.a1, r.same) for r in shared.runs), key=lambda r: r.a0)),
        tuple(Pair(p.b, p.a, p.alike, p.anchors) for p in shared.pairs),
        shared.share_b,
        shared.share_a,
        shared.quoted,
        shared.rewrite,
        shared.b_credits_a,
        shared.a_credits_b,
    )


def _order(shared: Overlap) -> int:
    """Return 1 where `a` is certainly the later, -1 where `b` is, 0 where the dates do not say."""
    a = _when(shared.a, [run.a0 for run in shared.runs] or [shared.a.sentences[p.a].first for p in shared.pairs])
    b = _when(shared.b, [run.b0 for run in shared.runs] or [shared.b.sentences[p.b].first for p in shared.pairs])
    if a is None or b is None:
        return 0
    return int(first_day(a) > last_day(b)) - int(first_day(b) > last_day(a))


def _when(profile: Profile, words: Sequence[int]) -> str | None:
    """Return the date of the part of a document that is shared: its post's, else the document's own."""
    for word in words[:1]:
        segment = profile.segment(word)
        if segment and segment.published:
            return segment.published
    return profile.document.published


def _likely_first(profile: Profile) -> tuple[str, int, int, str]:
    """Return a key by which documents of no certain order stand in a plausible one."""
    document = profile.document
    when = first_day(document.published).isoformat() if document.published else "9999"
    return when, _RANK.get(document.kind, 3), -len(profile.words), document.doc_id


def _explained(edges: list[_Edge]) -> list[Relay]:
    """Return the relays that explain what one document copied: the best first, then whatever adds to it."""
    known: dict[int, float] = {}
    found: list[Relay] = []
    left = list(edges)
    while left:
        gains = [(sum(max(0.0, q - known.get(w, 0.0)) for w, q in edge.words.items()), edge) for edge in left]
        best = max(gain * (1.2 if edge.shared.a_credits_b else 1.0) for gain, edge in gains)
        near = [(gain, e) for gain, e in gains if gain * (1.2 if e.shared.a_credits_b else 1.0) >= 0.93 * best]
        gain, edge = min(near, key=lambda item: (not item[1].shared.a_credits_b, _likely_first(item[1].shared.b)))
        if gain < (CREDIT_GAIN if edge.shared.a_credits_b else GAIN):
            break
        found.append(_relay(edge))
        for word, quality in edge.words.items():
            known[word] = max(quality, known.get(word, 0.0))
        left.remove(edge)
    return found


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
    a, b = shared.a.document, shared.b.document
    if a.language and b.language and a.language[:2] != b.language[:2]:
        return "translation"
    if shared.share_a >= 0.5 or shared.share_b >= 0.6:
        return "reprint" if shared.share_b >= 0.75 else "trimmed"
    if shared.runs and shared.quoted >= 0.7 and shared.rewrite < 0.45:
        return "quotation"
    if shared.rewrite >= REWRITE:
        return "rewrite"
    if shared.a_credits_b:
        return "link" if all(credit.link for credit in shared.a_credits_b) else "credit"
    return "quotation" if shared.runs else "rewrite"


def _basis(shared: Overlap) -> Iterable[tuple[Citation, Citation]]:
    """Yield the matching spans in the relayer's order: equal runs, and like sentences outside of them."""
    taken: set[int] = set()
    for run in shared.runs:
        taken.update(range(run.a0, run.a1))
        yield shared.a.cite(run.a0, run.a1), shared.b.cite(run.b0, run.b1)
    for pair in shared.pairs:
        a, b = shared.a.sentences[pair.a], shared.b.sentences[pair.b]
        if sum(word in taken for word in range(a.first, a.last)) < a.length / 2:
            yield shared.a.cite(a.first, a.last), shared.b.cite(b.first, b.last)


def _why(shared: Overlap, kind: RelayKind) -> str:
    relayer, relayed = _name(shared.a.document), _name(shared.b.document)
    reasons = []
    if shared.runs:
        longest = max(shared.runs, key=lambda run: run.same)
        words = sum(run.same for run in shared.runs)
        within = " of direct quotation" if shared.quoted >= 0.7 else ""
        reasons.append(f"shares {words} words{within} in order with {relayed}, the longest run being {longest.same}")
    if len(shared.pairs) > 1 and kind in ("rewrite", "translation"):
        anchors = sum(pair.anchors for pair in shared.pairs)
        told = f"tells {len(shared.pairs)} sentences of {relayed} in the same order"
        reasons.append(f"{told} with {anchors} of the same names and numbers" if anchors else told)
    if shared.a_credits_b:
        span = shared.a_credits_b[0].span
        reasons.append(f"credits {relayed} (“{shared.a.document.text[span.start : span.end]}”)")
    return f"{relayer} {', and '.join(reasons) or f'tells what {relayed} tells'}."


def _name(document: Document) -> str:
    return f"{document.publisher} ({document.doc_id})" if document.publisher else document.doc_id

"""Origins and their relays as a graph, and how many voices stand on each side.

The count is an interval. `n_min` is the size of the largest set of origins that are *known* to be pairwise
independent: named people, organisations, documents and publishers at first hand, none of them the same party, none
speaking for another, with no relay between. An unnamed origin, or a document that nobody vouches for, is not known to
be independent of anyone: alone it makes `n_min` 1, beside others it adds to `n_max` only. `n_max` counts the origins
that are not known to be the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from triage.origins.names import Party, same, same_name, same_word
from triage.origins.paths import WHOLE
from triage.origins.ties import Ties
from triage.origins.voices import Cited, Voice
from triage.schema import Citation, Cue, Document, Origin, OriginCount, Relay, Stance, first_day, last_day, sha256

BESIDE = 200
"""Within so many characters of copied words, a publisher's own voice is not known to be its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """Cited words with the voice behind them; `certain` where the reader is sure of what they do to the claim."""

    cited: Cited
    voice: Voice
    cue: Cue
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Merged:
    """One origin: the indices of what it told, its party, and why its parts are one."""

    members: tuple[int, ...]
    party: Party
    known: bool
    why: tuple[str, ...]


def merge(told: Sequence[Told]) -> list[Merged]:
    """Return the origins behind what was told, in order of first mention."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(told)))
    parties = [one.voice.party for one in told]
    for i, one in enumerate(told):
        for j in range(i):
            reason = "" if _alike(told[j], one) else _one(told[j].voice.party, one.voice.party, parties)
            if reason is not None:
                graph.add_edge(j, i, why=reason)
    merged = []
    for component in sorted(nx.connected_components(graph), key=min):
        members = tuple(sorted(component))
        reasons = [graph.edges[edge]["why"] for edge in nx.minimum_spanning_edges(graph.subgraph(members), data=False)]
        relayed = [why for i in members for why in told[i].voice.why]
        merged.append(
            Merged(
                members,
                _best([told[i].voice.party for i in members]),
                any(told[i].voice.known for i in members),
                tuple(dict.fromkeys(why for why in (*reasons, *relayed) if why)),
            )
        )
    return merged


def _alike(a: Told, b: Told) -> bool:
    """Say whether two words lead back to the same words of the same document."""
    x, y = a.voice.party, b.voice.party
    return a.voice.root == b.voice.root and (x.kind, x.key, x.name) == (y.kind, y.key, y.name)


def _one(a: Party, b: Party, parties: Sequence[Party]) -> str | None:
    """Return why two parties are one (empty where they are plainly equal), or None."""
    if "unnamed" in (a.kind, b.kind):
        return "" if a.kind == b.kind and a.key == b.key and (a.key or a.name == b.name) else None
    whole = a.full and b.full
    if a.kind == b.kind and a.key == b.key and a.name == b.name and (whole or a.kind != "person"):
        return ""
    reason = same(a, b)
    if not reason or whole or not a.kind == b.kind == "person":
        return reason or None
    return reason if _unambiguous(a if not a.full else b, parties) else None


def _unambiguous(short: Party, parties: Sequence[Party]) -> bool:
    """Say whether at most one full name among the parties could be meant by a surname or an office."""
    keys: list[tuple[str, ...]] = []
    for party in parties:
        meant = party.kind == "person" and party.full and _could_be(short, party)
        if meant and not any(same_name(party.key, key) for key in keys):
            keys.append(party.key)
    return len(keys) <= 1


def _could_be(short: Party, full: Party) -> bool:
    if short.key:
        return any(same_word(short.key[-1], word) for word in full.key)
    return bool(short.roles & full.roles)


def _best(parties: Sequence[Party]) -> Party:
    """Return the party of the fullest name; an organisation before those who speak for it."""
    order = {"organisation": 0, "person": 1, "document": 2, "publisher": 3, "unnamed": 4}
    return min(parties, key=lambda p: (order[p.kind], not p.full, -len(p.key), parties.index(p)))


def count(
    origins: Sequence[Merged], told: Sequence[Told], relays: Sequence[Relay], documents: Mapping[str, Document]
) -> OriginCount:
    """Return how many independent voices some origins are: at least those known to be, at most all of them.

    What was read without certainty adds to the most only, like a voice that is not known to be its own.
    """
    certain = [origin for origin in origins if any(told[i].certain for i in origin.members)]
    known = [origin for origin in certain if origin.known]
    ties = Ties(documents.values())
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(known)))
    for i, one in enumerate(known):
        graph.add_edges_from((j, i) for j in range(i) if _independent(one, known[j], told, relays, documents, ties))
    largest = max((len(clique) for clique in nx.find_cliques(graph)), default=0)
    return OriginCount(n_min=max(min(1, len(certain)), largest), n_max=len(origins))


def _independent(
    a: Merged,
    b: Merged,
    told: Sequence[Told],
    relays: Sequence[Relay],
    documents: Mapping[str, Document],
    ties: Ties,
) -> bool:
    """Say whether two origins are known to be independent of each other."""
    if ties.tied(a.party, b.party):
        return False
    if "publisher" in (a.party.kind, b.party.kind):
        pairs = ((told[i], told[j]) for i in a.members for j in b.members)
        return not any(x.voice.root == y.voice.root or _linked(x, y, relays, documents) for x, y in pairs)
    return True


def _linked(one: Told, two: Told, relays: Sequence[Relay], documents: Mapping[str, Document]) -> bool:
    """Say whether a document behind one word relays that behind another, as a whole or beside the words themselves."""
    for relay in relays:
        for relayer, relayed in ((one, two), (two, one)):
            if (relay.relayer, relay.relayed) == (relayer.voice.root, relayed.voice.root):
                place = relayer.cited
                if relay.kind in WHOLE or relay.relayer != place.doc_id or not relay.basis:
                    return True
                document = documents[place.doc_id]
                if any(_beside(document, mine, place) for mine, _ in relay.basis):
                    return True
    return False


def _beside(document: Document, copied: Citation, place: Cited) -> bool:
    """Say whether words stand in the same post as copied ones, or in a text without posts within `BESIDE` of them."""
    post = next((s for s in document.segments if s.kind == "post" and s.start <= place.start < s.end), None)
    if post is not None:
        return copied.start < post.end and post.start < copied.end
    return copied.start - BESIDE < place.end and place.start < copied.end + BESIDE


def latest(origin: Merged, told: Sequence[Told]) -> set[int]:
    """Return the members of an origin that a later word of its own replaces.

    Where an origin stands on both sides its last word counts: by date of the document in which it was first met, a
    retraction before a repetition; within one document by order. Where that does not tell, both words stand.
    """
    sides = {
        stance: [i for i in origin.members if told[i].cited.stance == stance]
        for stance in (Stance.SUPPORTS, Stance.REFUTES)
    }
    if not all(sides.values()):
        return set()
    support, refute = ([told[i] for i in members] for members in sides.values())
    if _replaced(support, refute):
        return set(sides[Stance.SUPPORTS])
    return set(sides[Stance.REFUTES]) if _replaced(refute, support) else set()


def _replaced(words: Sequence[Told], others: Sequence[Told]) -> bool:
    taken_back, taken_up = (any(one.cue is Cue.RETRACTS for one in side) for side in (others, words))
    if taken_back != taken_up:
        return taken_back
    return any(all(_before(one.voice, other.voice) for one in words) for other in others)


def _before(one: Voice, other: Voice) -> bool:
    """Say whether a voice is known to have spoken before another."""
    if one.when and other.when:
        if last_day(one.when) < first_day(other.when):
            return True
        if last_day(other.when) < first_day(one.when):
            return False
    return one.root == other.root and one.start < other.start


def described(
    merged: Merged, told: Sequence[Told], documents: Mapping[str, Document], echoes: Mapping[str, Sequence[str]]
) -> Origin:
    """Return an origin as a verdict shows it."""
    party = merged.party
    forms = dict.fromkeys(
        form for i in merged.members for form in (told[i].voice.party.name, *told[i].voice.party.forms) if form
    )
    repeating = dict.fromkeys(told[i].cited.doc_id for i in merged.members)
    for doc_id in list(repeating):
        repeating.update(dict.fromkeys(echoes.get(doc_id, ())))
    roots = {told[i].voice.root for i in merged.members}
    own = {
        r
        for r in roots
        if r in documents
        and party.kind in ("publisher", "organisation", "document")
        and (documents[r].publisher or "") in (party.name, *party.forms)
    }
    seen = [documents[d].published for d in {*repeating, *roots} if d in documents]
    dated = sorted((d for d in seen if d), key=first_day)
    return Origin(
        origin_id=f"{party.kind}:{'-'.join(party.key) or sha256(party.name)[:8]}",
        name=party.name,
        kind=party.kind,
        names=tuple(forms),
        first_seen=dated[0] if dated else None,
        relays=tuple(sorted(d for d in repeating if d not in own)),
        merged=merged.why,
    )

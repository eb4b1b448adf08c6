"""Who said it first and who repeats it: under each origin the documents that had it from there, and theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from triage import summary
from triage.schema import DocumentRef, Relay, Verdict
from triage.summary import Group

WAYS = {
    "reprint": "reprints it",
    "trimmed": "reprints it, shortened",
    "rewrite": "rewrites it",
    "translation": "translates it",
    "quotation": "quotes it",
    "credit": "credits it",
    "link": "links to it",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A document in the tree of an origin, and how it came by what it says.

    `known` is false where nothing says which of the two documents was first, or who the origin is; `why` is the basis
    of the link in words.
    """

    doc_id: str
    name: str
    published: str | None
    how: str
    why: str = ""
    known: bool = True
    children: list[Node] = field(default_factory=list)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Yield this node and those below it, each with its depth."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class Tree:
    """An origin on one side of a claim, and the documents that stand under it."""

    group: Group
    roots: list[Node]

    def walk(self) -> Iterator[tuple[int, Node]]:
        """Yield the documents, depth first; those that had it from the origin have depth 0."""
        for root in self.roots:
            yield from root.walk()


def trees(verdict: Verdict, documents: Mapping[str, DocumentRef] | None = None) -> list[Tree]:
    """Return a tree for each origin and side, in the order of `summary.groups`.

    `documents` adds what is known of documents that are on the way but are not cited. A document stands once under an
    origin, at the end of its shortest way.
    """
    refs = {**(documents or {}), **{e.document.doc_id: e.document for e in verdict.evidence}}
    made, placed = [], set[str]()
    for group in summary.groups(verdict):
        paths = _joined({_path(e.document.doc_id, e.via) for e in group.items})
        if group.origin.origin_id not in placed:
            paths += _copies(group, verdict.relays, paths)
            placed.add(group.origin.origin_id)
        made.append(Tree(group, _grow(group, paths, verdict.relays, refs)))
    return made


def _path(doc_id: str, via: tuple[str, ...]) -> tuple[str, ...]:
    """Return the way from the first document to the citing one; in a circle each stands once."""
    return tuple(dict.fromkeys((*reversed([v for v in via if v != doc_id]), doc_id)))


def _joined(paths: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the ways, shortest first; one that starts at a document with a way of its own goes on from there."""
    own: dict[str, tuple[str, ...]] = {}
    for path in sorted(paths, key=len, reverse=True):
        own[path[-1]] = path
    joined = set()
    for path in paths:
        while len(before := own.get(path[0], ())) > 1 and not set(before[:-1]) & set(path):
            path = before[:-1] + path
        joined.add(path)
    return sorted(joined, key=lambda p: (len(p), p))


def _copies(group: Group, relays: tuple[Relay, ...], paths: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return ways to the documents that repeat the origin without being cited."""
    ways = {path[-1]: path for path in paths}
    for path in paths:
        for place, doc_id in enumerate(path):
            ways.setdefault(doc_id, path[: place + 1])
    made = []
    for doc_id in group.origin.relays:
        if doc_id not in ways:
            from_ = next((r.relayed for r in relays if r.relayer == doc_id and r.relayed in ways), None)
            made.append((*ways[from_], doc_id) if from_ else (doc_id,))
    return made


def _grow(
    group: Group, paths: list[tuple[str, ...]], relays: tuple[Relay, ...], refs: Mapping[str, DocumentRef]
) -> list[Node]:
    edges = {(r.relayer, r.relayed): r for r in relays}
    nodes: dict[str, Node] = {}
    roots: list[Node] = []
    for path in paths:
        parent: Node | None = None
        for doc_id in path:
            if doc_id not in nodes:
                nodes[doc_id] = _node(doc_id, parent, group, edges, refs.get(doc_id))
                (roots if parent is None else parent.children).append(nodes[doc_id])
            parent = nodes[doc_id]
    for siblings in (roots, *(node.children for node in nodes.values())):
        siblings.sort(key=lambda node: (node.published or "9999", node.name))
    return roots


def _node(
    doc_id: str,
    parent: Node | None,
    group: Group,
    edges: Mapping[tuple[str, str], Relay],
    ref: DocumentRef | None,
) -> Node:
    name = (ref.publisher if ref else None) or doc_id
    published = ref.published if ref else None
    if parent is None:
        own = group.origin.kind == "publisher" or name in (group.origin.name, *group.origin.names)
        how = "is its own report" if own else "has it from the origin"
        return Node(doc_id, name, published, how, known=group.origin.kind != "unnamed")
    relay = edges.get((doc_id, parent.doc_id))
    turned = edges.get((parent.doc_id, doc_id))
    if relay is None:
        relay = turned
    how = WAYS[relay.kind] if relay else "credits it"
    known = relay is None or (relay.directed and relay is not turned)
    return Node(doc_id, name, published, how, relay.why if relay else "", known)

"""Verdicts made from the gold sets by the real rule, and the documents that they cite."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from triage.documents import load
from triage.schema import (
    Citation,
    Claim,
    Cue,
    Document,
    DocumentRef,
    Evidence,
    GoldClaim,
    GoldRelay,
    Origin,
    OriginGraph,
    Rejected,
    Relay,
    Run,
    Stance,
    Usage,
    Verdict,
)
from triage.verdict import decide

ROOT = Path(__file__).resolve().parent.parent
GOLD = ("belarus-2022", "newsroom")
RUN = Run(
    reader="gold",
    embedder="none",
    corpus_sha256="0" * 64,
    versions={"triage-claims": "0.1.0"},
    usage=Usage(calls=2, input_tokens=900, output_tokens=80, cost=0.0012),
    seconds=1.25,
)


@cache
def documents() -> dict[str, Document]:
    return {d.doc_id: d for name in GOLD for d in load(ROOT / "corpus" / name).documents}


@cache
def claims() -> tuple[GoldClaim, ...]:
    lines = [line for name in GOLD for line in (ROOT / "eval/gold" / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return tuple(GoldClaim.model_validate_json(line) for line in lines)


@cache
def relays() -> tuple[Relay, ...]:
    made = []
    for name in GOLD:
        for row in (ROOT / "eval/gold" / f"{name}.relays.jsonl").read_text("utf-8").splitlines():
            gold = GoldRelay.model_validate(json.loads(row))
            made.append(Relay(relayer=gold.relayer, relayed=gold.relayed, kind=gold.kind, strength=0.9, why=gold.note))
    return tuple(made)


def way(doc_id: str, among: frozenset[str]) -> tuple[str, ...]:
    """Return the path from a document back to the one that it and those between had it from."""
    path = [doc_id]
    while step := next((r.relayed for r in relays() if r.relayer == path[-1] and r.relayed in among - {*path}), None):
        path.append(step)
    return tuple(path[1:])


@cache
def verdict(claim_id: str) -> Verdict:
    """Return the verdict that a reader without fault would bring about on a gold claim."""
    gold = next(c for c in claims() if c.claim_id == claim_id)
    found = [e for e in gold.evidence if e.stance is not Stance.NEUTRAL]
    last = {e.origin: e.stance for e in found} | {e.origin: e.stance for e in found if e.cue is Cue.RETRACTS}
    evidence, origins = [], []
    for item in found:
        document = documents()[item.doc_id]
        start = document.text.index(item.quote)
        end = start + len(item.quote)
        named = next(o for o in gold.origins if o.origin_id == item.origin)
        evidence.append(
            Evidence(
                citation=Citation(
                    doc_id=item.doc_id,
                    quote=item.quote,
                    start=start,
                    end=end,
                    prefix=document.text[max(0, start - 32) : start],
                    suffix=document.text[end : end + 32],
                ),
                document=DocumentRef(**{name: getattr(document, name) for name in DocumentRef.model_fields}),
                stance=item.stance,
                probability=0.91,
                origin_id=item.origin,
                cue=item.cue,
                attributed_to=named.name if named.kind != "publisher" else None,
                via=way(item.doc_id, frozenset(e.doc_id for e in found if e.origin == item.origin)),
                counted=item.stance is last[item.origin],
            )
        )
    for named in gold.origins:
        repeating = {e.doc_id for e in found if e.origin == named.origin_id}
        dated = sorted(d for d in (documents()[r].published for r in repeating) if d)
        origins.append(
            Origin(
                origin_id=named.origin_id,
                name=named.name,
                kind=named.kind,
                first_seen=dated[0] if dated else None,
                relays=tuple(sorted(repeating)),
            )
        )
    used = {e.doc_id for e in found}
    graph = OriginGraph(
        origins=tuple(o for o in origins if o.relays),
        relays=tuple(r for r in relays() if r.relayer in used or r.relayed in used),
        support=gold.support,
        refute=gold.refute,
    )
    claim = Claim(text=gold.text, claim_id=gold.claim_id, speaker=gold.speaker, claim_date=gold.claim_date)
    rejected = [Rejected(doc_id="x/y", quote="words that stand nowhere", reason="the quote is not in its document")]
    return decide(claim, evidence, graph, rejected=rejected, as_of=gold.as_of, run=RUN)


def all_verdicts() -> list[Verdict]:
    return [verdict(claim.claim_id) for claim in claims()]

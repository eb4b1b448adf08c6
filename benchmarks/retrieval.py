"""nDCG@10 on SciFact through the index: both rankings alone, and fused as a search fuses them.

python -m benchmarks retrieval --data DIR
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import ir_measures
from ir_measures import nDCG

from benchmarks import Result, parser, scifact, show
from triage.index import Index
from triage.schema import Hit

K = 100
RANKINGS = {"both, fused": None, "BM25 alone": "words", "dense alone": "dense"}


def main(argv: Sequence[str] | None = None) -> None:
    given = parser(__doc__).parse_args(argv)
    claims, relevant = scifact.claims(given.data), scifact.relevance(given.data)
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "index") as index:
        index.update(scifact.documents(given.data))
        hits = {claim_id: index.search(text, K) for claim_id, text in claims.items()}
    results = []
    for name, ranking in RANKINGS.items():
        ranked = {claim_id: by_best_passage(some, ranking) for claim_id, some in hits.items()}
        value = float(ir_measures.calc_aggregate([nDCG @ 10], relevant, ranked)[nDCG @ 10])
        results.append(Result(f"nDCG@10, {name}", value, at_least=None if ranking else 0.715))
    show("SciFact: 5,183 abstracts, 300 claims, abstracts by their best passage", results)


def by_best_passage(hits: Sequence[Hit], ranking: str | None) -> dict[str, float]:
    """Return a falling score by document, in the order in which a ranking, or the fused one, first names them."""
    if ranking:
        hits = sorted((hit for hit in hits if ranking in hit.ranks), key=lambda hit: hit.ranks[ranking])
    order = dict.fromkeys(passage.doc_id for hit in hits for passage in (hit.passage, *hit.duplicates))
    return {doc_id: 1.0 / rank for rank, doc_id in enumerate(order, 1)}


if __name__ == "__main__":
    main()

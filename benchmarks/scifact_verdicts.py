"""SciFact end to end: retrieve from 5,183 abstracts, then a verdict; abstract-level label F1 on the 300 dev claims.

    python -m benchmarks.scifact_verdicts --data DIR [--reader local] [--limit N]

DIR holds the release of SciFact (`corpus.jsonl`, `claims_dev.jsonl`), or the same files as `scifact.*.jsonl.gz`. The
measure is the release's "abstract label-only" (Wadden et al. 2020): a cited abstract is right if it is gold evidence
with that label; micro F1 over all claims. Published figures stand beside it, of models trained on SciFact; the bundled
reader has seen none of it. Intervals resample claims.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import triage
from benchmarks import machine, parser
from triage.evaluation import Report, evaluate
from triage.evaluation.data import Dataset
from triage.evaluation.loaders import scifact
from triage.evaluation.metrics.citations import labelled_documents
from triage.evaluation.metrics.table import Floats, ratio
from triage.evaluation.statistics import Estimate
from triage.evaluation.tables import interval
from triage.schema import Stance

RELEASED = {"corpus.jsonl.gz": "scifact.corpus.jsonl.gz", "claims_dev.jsonl.gz": "scifact.claims_dev.jsonl.gz"}

PUBLISHED = (
    ("VerT5erini (T5-3B), dev", 0.654, "castorini/pygaggle, experiments/vert5erini/README.md"),
    ("MultiVerS (Longformer), hidden test set", 0.725, "Wadden et al. 2022, Findings of NAACL, 2022.findings-naacl.6"),
)
"""Abstract label-only F1 of systems that were trained on SciFact, and where each was published."""


def released(data: Path) -> Dataset:
    """Return the dev set from a release, or from files that carry its name in front."""
    if (data / RELEASED["corpus.jsonl.gz"]).exists():
        with tempfile.TemporaryDirectory() as folder:
            for name, there in RELEASED.items():
                (Path(folder) / name).symlink_to((data / there).resolve())
            return scifact(folder)
    return scifact(data)


def abstracts(dataset: Dataset, report: Report) -> Floats:
    """Return right, cited and gold abstracts, one row a claim."""
    gold = {item.claim.claim_id: {span.doc_id: span.stance for span in item.spans} for item in dataset.items}
    counts = []
    for claim_id in report.info.claims:
        verdict = report.rows[claim_id, 0].verdict
        cited: dict[str, Stance] = labelled_documents(verdict.evidence) if verdict else {}
        right = sum(gold[claim_id].get(doc_id) is stance for doc_id, stance in cited.items())
        counts.append((right, len(cited), len(gold[claim_id])))
    return np.array(counts, dtype=np.float64)


def scores(counts: Floats, report: Report) -> dict[str, Estimate]:
    """Return micro precision, recall and F1 of labelled abstracts."""
    right, cited, gold = counts.T
    measures = {"precision": (right, cited), "recall": (right, gold), "F1": (2 * right, cited + gold)}
    return {
        name: report.resamples.estimate(lambda weights, a=above, b=below: ratio(weights @ a, weights @ b))  # type: ignore[misc]
        for name, (above, below) in measures.items()
    }


def main(argv: Sequence[str] | None = None) -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--reader", default="local")
    arguments.add_argument("--limit", type=int)
    given = arguments.parse_args(argv)
    dataset = released(given.data).limited(given.limit)
    with triage.load(dataset.documents, reader=given.reader, progress=True) as t:
        report = evaluate(t, dataset, progress=True)
    print(f"### SciFact dev, {len(dataset.items)} claims, reader {given.reader}\n\n{machine()}\n")
    print("| measure | value [95 %] |\n|---|---|")
    for name, estimate in scores(abstracts(dataset, report), report).items():
        print(f"| abstract label-only {name} | {interval(estimate)} |")
    for system, value, where in PUBLISHED:
        print(f"| the same F1, published: {system} | {value:.3f} ({where}) |")
    for name in ("accuracy", "macro_f1", "recall@10", "ndcg@10", "seconds_p50"):
        print(f"| {name} | {interval(report[name])} |")


if __name__ == "__main__":
    main()

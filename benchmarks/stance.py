"""How well the bundled reader reads, on public sets that no model of this project was trained on.

    python -m benchmarks.stance --data DIR [--limit N] [--sets fever_symmetric scifact ...]

Beside the reader: the majority class and a naive Bayes that sees only the claim (five folds by claim). Macro-F1 and
balanced accuracy, 95 % intervals from 1,000 bootstrap samples of claims.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from training.pairs import detokenise
from triage.inference import bundled
from triage.passages import sentences, split
from triage.readers.alignment import overlap
from triage.readers.local import LocalReader
from triage.schema import Claim, Document, Probabilities, Reading, Stance

Row = dict[str, Any]
PASSAGES = 8  # of a long document, those that share most with the claim


def rows(path: Path, limit: int) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return found[:: max(1, len(found) // limit)][:limit] if limit else found


def read(reader: LocalReader, claim: str, texts: Iterable[str]) -> list[list[Reading]]:
    """Read each text in passages, the best of them where it is long; one list of readings a text."""
    read_ = []
    for text in texts:
        passages = split(Document(doc_id="d", text=detokenise(text) if "\n" not in text else text))
        passages.sort(key=lambda p: -overlap(claim, p.text))
        read_.append(reader.read(Claim(text=detokenise(claim)), passages[:PASSAGES]) if passages else [])
    return read_


NOTHING = Probabilities(supports=0, refutes=0, neutral=1)
SILENT = Reading(passage_id="", stance=Stance.NEUTRAL, probabilities=NOTHING)


def most_telling(readings: Sequence[Reading]) -> Reading:
    return min(readings, key=lambda r: r.probabilities.neutral, default=SILENT)


SHARES = json.loads((bundled("stance") / "combiner.json").read_text("utf-8"))["shares"]
"""How often a sentence that the product reads supports, refutes or leaves open: its probabilities count with that."""


def three_way(reading: Reading, among: int = 1) -> str:
    """Return the likeliest stance of the most telling of `among` sentences.

    In sets of chosen evidence a text is beforehand as likely to support as to refute or to leave open, and any of its
    sentences may be the one that does.
    """
    p = reading.probabilities
    weights = np.array([p.supports, p.refutes, p.neutral]) / SHARES * [1, 1, among]
    return ("SUPPORTS", "REFUTES", "NEI")[int(weights.argmax())]


def two_way(reading: Reading) -> str:
    return "SUPPORTS" if reading.probabilities.supports >= reading.probabilities.refutes else "REFUTES"


def by_claim(reader: LocalReader, row: Row) -> str:
    """Return a label from all documents of a claim: the most telling one, or a conflict of two."""
    texts = [e["text"] for e in row["evidence"]]
    tellings = [most_telling(r) for r in read(reader, row["claim"], texts)]
    said = [three_way(one, size(text)) for one, text in zip(tellings, texts, strict=True)]
    if {"SUPPORTS", "REFUTES"} <= set(said) and row.get("conflicts"):
        return "CONFLICT"
    return min(zip(tellings, said, strict=True), key=lambda o: o[0].probabilities.neutral, default=(SILENT, "NEI"))[1]


def size(text: str) -> int:
    return max(1, len(sentences(text)))


def by_vote(reader: LocalReader, row: Row) -> str:
    tellings = [most_telling(r).probabilities for r in read(reader, row["claim"], [e["text"] for e in row["evidence"]])]
    return "SUPPORTS" if sum(p.supports - p.refutes for p in tellings) > 0 else "REFUTES"


def pair(reader: LocalReader, row: Row) -> str:
    return three_way(most_telling(read(reader, row["claim"], [row["evidence"]])[0]), size(row["evidence"]))


def forced(reader: LocalReader, row: Row) -> str:
    return two_way(most_telling(read(reader, row["claim"], [row["evidence"]])[0]))


SETS: dict[str, tuple[str, Callable[[LocalReader, Row], str]]] = {
    "fever_symmetric": ("fever_symmetric.test.pairs", forced),
    "climate_fever": ("climate_fever.all.pairs", pair),
    "scifact": ("scifact.dev.claims", by_claim),
    "averitec": ("averitec.dev.claims", by_claim),
    "wice": ("wice.dev.pairs", lambda reader, row: pair(reader, row).replace("REFUTES", "NOT").replace("NEI", "NOT")),
    "ramdocs": ("ramdocs.test.qa_claims", by_vote),
}


def interval(score: Callable[[Any, Any], float], gold: Any, said: Any, groups: Any) -> str:
    """Return the score with a 95 % interval; whole claims are drawn, not rows."""
    rng, names = np.random.default_rng(0), np.unique(groups)
    places = {name: np.flatnonzero(groups == name) for name in names}
    drawn = []
    for _ in range(1000):
        take = np.concatenate([places[n] for n in rng.choice(names, len(names))])
        drawn.append(score(gold[take], said[take]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return f"{score(gold, said):.3f} [{low:.3f}, {high:.3f}]"


def claim_only(claims: list[str], gold: Any, groups: Any) -> Any:
    model = make_pipeline(CountVectorizer(ngram_range=(1, 2), binary=True), MultinomialNB())
    return cross_val_predict(model, claims, gold, groups=groups, cv=GroupKFold(5))


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=0, help="rows a set, evenly spread; 0 takes all")
    parser.add_argument("--sets", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument("--model", type=Path, help="another folder with a stance model")
    args = parser.parse_args(argv)
    reader = LocalReader(folder=args.model)
    for name in args.sets:
        file, answer = SETS[name]
        data = rows(args.data / f"{file}.jsonl.gz", args.limit)
        for row in data:
            row["conflicts"] = name == "averitec"
            if name == "wice":
                row["label"] = "SUPPORTS" if row["label"] == "SUPPORTS" else "NOT"
        began = time.perf_counter()
        said = np.array([answer(reader, row) for row in data])
        seconds = time.perf_counter() - began
        gold = np.array([row["label"] for row in data])
        groups = np.array([row["claim"] for row in data])
        labels = sorted(set(gold))

        def macro_f1(g: Any, s: Any, labels: list[str] = labels) -> float:
            return float(f1_score(g, s, labels=labels, average="macro", zero_division=np.nan))

        def balanced(g: Any, s: Any) -> float:
            return float(np.mean([(s[g == label] == label).mean() for label in np.unique(g)]))

        print(
            f"{name}: {len(gold)} rows, {dict(zip(*np.unique(gold, return_counts=True), strict=True))}, {seconds:.0f} s"
        )
        rivals = {
            "bundled reader": said,
            "claim only": claim_only([r["claim"] for r in data], gold, groups),
            "majority": np.full(len(gold), max(labels, key=list(gold).count)),
        }
        for rival, answers in rivals.items():
            scores = (interval(score, gold, answers, groups) for score in (macro_f1, balanced))
            print(f"  {rival:15} accuracy {(answers == gold).mean():.3f}  macro-F1 {next(scores)}", end="  ")
            print(f"balanced {next(scores)}", flush=True)


if __name__ == "__main__":
    main()

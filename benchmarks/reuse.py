"""Reuse: how well copies are told from independent accounts, and how the cost of finding them grows.

Clough and Stevenson's short answers (2011) are each scored against the article that some of the writers rewrote.
`--growth 1000 10000 100000` times the search for candidates and relays among so many made-up documents.
"""

from __future__ import annotations

import gzip
import json
import random
import resource
import time
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import Result, parser, show
from triage.origins.candidates import candidates
from triage.origins.echo import KINDS, echoes
from triage.origins.match import Rarity
from triage.origins.overlap import overlap
from triage.origins.profile import Profile
from triage.origins.reuse import relays
from triage.schema import Document

CLOUGH = "bench/clough_stevenson.reuse.jsonl.gz"
COPIES = 0.1


def clough(path: Path, *, resamples: int = 2000) -> dict[str, tuple[float, float, float]]:
    """Return the area under the ROC curve, with a 95 % bootstrap interval by text, for each degree of rewriting."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    profiles = {row["file"]: Profile(Document(doc_id=row["file"], text=row["text"])) for row in rows}
    rarity = Rarity(profiles.values())
    originals = {row["task"]: profiles[row["file"]] for row in rows if row["category"] == "orig"}
    scores: dict[str, list[float]] = {}
    for row in rows:
        if row["category"] != "orig":
            shared = overlap(profiles[row["file"]], originals[row["task"]], rarity)
            scores.setdefault(row["category"], []).append(shared.strength)
    groups = {"cut": ["cut"], "light": ["light"], "cut + light": ["cut", "light"], "heavy": ["heavy"]}
    return {
        name: _auc([s for kind in kinds for s in scores[kind]], scores["non"], resamples)
        for name, kinds in groups.items()
    }


def _auc(positive: Sequence[float], negative: Sequence[float], resamples: int) -> tuple[float, float, float]:
    truth = np.array([1] * len(positive) + [0] * len(negative))
    score = np.array([*positive, *negative])
    dice = np.random.default_rng(0)
    drawn = []
    for _ in range(resamples):
        pick = dice.integers(0, len(truth), len(truth))
        if 0 < truth[pick].sum() < len(pick):
            drawn.append(roc_auc_score(truth[pick], score[pick]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(roc_auc_score(truth, score)), float(low), float(high)


def corpus(size: int, *, seed: int = 0) -> tuple[list[Document], int]:
    """Return made-up documents with words distributed as in language (Zipf), and how many of them are copies."""
    dice = random.Random(seed)
    words = _vocabulary(dice, 60_000)
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    names = [word.capitalize() for word in _vocabulary(dice, 20_000)]
    documents: list[Document] = []
    made = 0
    while len(documents) < size:
        topic = dice.sample(names, 6) + dice.sample(words[200:], 30)
        document = Document(
            doc_id=f"d{len(documents):07d}",
            text=_text(dice, words, weights, topic),
            publisher=f"Paper {dice.randrange(500)}",
            published=f"20{dice.randrange(10, 25)}-{dice.randrange(1, 13):02d}-{dice.randrange(1, 28):02d}",
        )
        documents.append(document)
        if dice.random() < COPIES and len(documents) < size:
            documents.append(echoes(document, dice.choice(KINDS), 1, seed=seed)[0].document)
            made += 1
    return documents, made


def _vocabulary(dice: random.Random, size: int) -> list[str]:
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < size:
        found["".join(dice.choices(syllables, k=dice.randint(2, 5)))] = None
    return list(found)


def _text(dice: random.Random, words: Sequence[str], weights: Sequence[float], topic: Sequence[str]) -> str:
    paragraphs = []
    for _ in range(dice.randint(4, 9)):
        sentences = []
        for _ in range(dice.randint(1, 4)):
            drawn = dice.choices(words, cum_weights=weights, k=dice.randint(8, 22)) + dice.sample(list(topic), 4)
            dice.shuffle(drawn)
            sentences.append(" ".join(["The", *drawn]) + f" {dice.randrange(2, 5000)}.")
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs)


def growth(size: int) -> dict[str, float]:
    """Return the seconds that profiles, candidates and relays take among so many documents, and what was found."""
    documents, made = corpus(size)
    begun = time.perf_counter()
    profiles = [Profile(document) for document in documents]
    read = time.perf_counter()
    pairs = candidates(profiles)
    searched = time.perf_counter()
    found = {(relay.relayer, relay.relayed) for relay in relays(documents, among=pairs)}
    done = time.perf_counter()
    true = sum(relayer.startswith(f"{relayed}--") for relayer, relayed in found)
    return {
        "documents": size,
        "profiles_s": read - begun,
        "candidates_s": searched - read,
        "relays_s": done - searched,
        "pairs": len(pairs),
        "copies": made,
        "found": true,
        "false": len(found) - true,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main(argv: Sequence[str] | None = None) -> None:
    options = parser(__doc__)
    options.add_argument("--growth", type=int, nargs="*", default=[], metavar="N", help="numbers of documents to time")
    args = options.parse_args(argv)
    wanted = {"cut + light": 0.95, "heavy": 0.85}
    show(
        "Reuse, Clough and Stevenson",
        [
            Result(f"{name} (95 % {low:.3f} to {high:.3f})", area, "AUC", at_least=wanted.get(name))
            for name, (area, low, high) in clough(args.data / CLOUGH).items()
        ],
    )
    for size in args.growth:
        show(f"Reuse among {size:,} made-up documents", [Result(name, value) for name, value in growth(size).items()])


if __name__ == "__main__":
    main()

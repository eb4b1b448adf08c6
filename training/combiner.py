"""Fit `triage/models/stance/combiner.json`: the model's logits and the alignment of code, to calibrated probabilities.

    python -m training.combiner [--model DIR] [--evidence P]

Fitted where the reader works: on the sentences that it reads for the dev claims of the gold sets, of which most say
nothing to the claim; so a probability means what a user takes it for. The test claims are not looked at. Calibration
is reported with each story left out in turn. Runs with the package alone plus scikit-learn.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

import triage
from triage.evaluation.data import read_gold
from triage.inference import bundled
from triage.readers.alignment import FEATURES
from triage.readers.local import NEUTRAL, STANCES, LocalReader, Window, windows
from triage.schema import GoldClaim
from triage.settings import data_path

EVERY = {"belarus-2022": 2, "newsroom": 2, "newsdesk": 1}
"""Of the larger sets every second claim, so that no hand outweighs the others."""


def read(reader: LocalReader) -> Iterator[tuple[str, list[float], int]]:
    """Yield the story, the inputs and the stance of each sentence that a dev claim has read."""
    for name, every in EVERY.items():
        claims = [c for c in read_gold(data_path("eval", "gold", f"{name}.jsonl")) if c.split == "dev"]
        with triage.load(data_path("corpus", name), reader=reader) as t:
            for claim in claims[::every]:
                passages = [hit.passage for hit in t.search(claim.text, t.settings.k, as_of=claim.as_of)]
                some = [w for w in windows(claim.text, passages) if w.frame.effect == "keeps"]
                for window, logits in zip(some, reader.logits(claim.text, [w.text for w in some]), strict=True):
                    yield claim.story, [*logits.tolist(), *window.alignment.features], stance_of(window, claim)


def stance_of(window: Window, claim: GoldClaim) -> int:
    """Return what a labeller says of a sentence; what none marked is neutral."""
    for one in claim.evidence:
        if one.doc_id == window.passage.doc_id and (one.quote in window.quote or window.quote in one.quote):
            return STANCES.index(one.stance)
    return NEUTRAL


def calibration_error(probabilities: np.ndarray, gold: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of "it bears on the claim" (Guo et al. 2017), over what is not plainly neutral."""
    telling = probabilities[:, :NEUTRAL].max(1)
    right = probabilities[:, :NEUTRAL].argmax(1) == gold
    telling, right = telling[telling > 0.05], right[telling > 0.05]
    places = np.minimum((telling * bins).astype(int), bins - 1)
    return float(
        sum(abs(telling[places == b].mean() - right[places == b].mean()) * (places == b).mean() for b in set(places))
    )


def fitted(inputs: np.ndarray, gold: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=5000).fit(inputs, gold)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=bundled("stance"))
    parser.add_argument("--evidence", type=float, default=0.4, help="the probability from which a sentence is evidence")
    args = parser.parse_args()
    stories, rows, stances = zip(*read(LocalReader(folder=args.model)), strict=True)
    story, inputs, gold = np.array(stories), np.array(rows), np.array(stances)
    left_out = np.zeros((len(gold), len(STANCES)))
    for name in sorted(set(stories)):
        left_out[story == name] = fitted(inputs[story != name], gold[story != name]).predict_proba(
            inputs[story == name]
        )
    for at, stance in enumerate(STANCES[:NEUTRAL]):
        found = average_precision_score(gold == at, left_out[:, at])
        print(f"{stance.value}: {(gold == at).sum()} of {len(gold)} sentences, average precision {found:.3f}")
    print(f"expected calibration error {calibration_error(left_out, gold):.3f}, each story left out in turn")
    whole = fitted(inputs, gold)
    made = {
        "features": list(FEATURES),
        "weights": np.round(whole.coef_, 5).tolist(),
        "bias": np.round(whole.intercept_, 5).tolist(),
        "threshold": args.evidence,
        "fitted_on": len(gold),
        "shares": [round(float((gold == at).mean()), 5) for at in range(len(STANCES))],
    }
    (args.model / "combiner.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

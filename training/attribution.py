"""Train the bundled token classifier that finds who says what: source, cue, content, and which belong together.

    python -m training.attribution train   --base DIR --data FILE --out DIR
    python -m training.attribution measure --model DIR --data FILE            figures on the held-out articles
    python -m training.attribution export  --model DIR --out triage/models/attribution

A killed run goes on from its last checkpoint. Needs torch, transformers and numpy; `export` also onnx and onnxruntime.
The recipe that made the bundled model stands in ATTRIBUTION.md.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.average import Average
from training.polnear import Article, Tally, fold, read
from training.tagger import (
    DEVICE,
    Tagger,
    Window,
    batches,
    build,
    collate,
    decode,
    decoding,
    features,
    link_loss,
    load_tokenizer,
    tag_loss,
    tokenise,
    training_windows,
)

HELD_OUT = 10  # One article in ten of the training set is for choices; polnear.dev is for the reported figure alone.


def held_out(article: Article) -> bool:
    return fold(article.doc_id, HELD_OUT) == 0


def parameter_groups(model: Tagger, rate: float, decay: float, head_rate: float) -> list[dict[str, Any]]:
    """Layer-wise rates: the lower the layer, the slower; the new head has its own."""
    count = model.encoder.config.num_hidden_layers
    found: dict[int, list[nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        depth = int(name.split(".layer.")[1].split(".")[0]) + 1 if ".layer." in name else 0
        found[count + 1 if name.startswith("head") else depth].append(parameter)
    return [
        {"params": p, "lr": head_rate if d > count else rate * decay ** (count - d), "weight_decay": 0.01}
        for d, p in found.items()
    ]


class Run:
    """One training run, its checkpoints in `args.out`."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        tokenizer, self.special = load_tokenizer(args.base)
        seen = [a for a in read(args.data) if args.everything or not held_out(a)]
        self.train = tokenise(seen[: args.limit or None], tokenizer)
        torch.manual_seed(args.seed)
        self.model = build(args.base).to(DEVICE)
        self.average = Average(self.model, args.average)
        groups = parameter_groups(self.model, args.rate, args.decay, args.head_rate)
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6)
        self.plan = [group for epoch in range(args.epochs) for group in self._epoch(epoch)]
        total = len(self.plan)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: min((step + 1) / (0.1 * total + 1), max(0.0, (total - step) / (0.9 * total)))
        )
        self.last = args.out / "last.pt"

    def _epoch(self, epoch: int) -> list[list[Window]]:
        rng = random.Random(self.args.seed * 1000 + epoch)
        return batches(training_windows(self.train, self.args.window - 2, rng), self.args.batch, rng)

    def loss(self, group: Sequence[Window]) -> Tensor:
        articles = [self.train[w.article] for w in group]
        table, mask = collate([a.ids[w.start : w.end] for a, w in zip(articles, group, strict=True)], self.special)
        with torch.autocast(DEVICE, dtype=torch.bfloat16):
            output = self.model(table, mask).float()
        tags = tag_loss(output[..., : decoding.TAGS], group, articles)
        return tags + self.args.link * link_loss(output, mask, group, self.train)

    def restore(self) -> int:
        """Go back to the last checkpoint; return the steps that are done."""
        if not self.last.exists():
            return 0
        state = torch.load(self.last, map_location=DEVICE, weights_only=False)
        for name in ("model", "optimizer", "schedule"):
            getattr(self, name).load_state_dict(state[name])
        self.average.weights, self.average.step = state["average"], state["done"]
        return int(state["done"])

    def keep(self, done: int) -> None:
        state = {name: getattr(self, name).state_dict() for name in ("model", "optimizer", "schedule")}
        torch.save(state | {"average": self.average.weights, "done": done}, self.last.with_suffix(".tmp"))
        self.last.with_suffix(".tmp").replace(self.last)

    def run(self) -> None:
        self.args.out.mkdir(parents=True, exist_ok=True)
        first = self.restore()
        self.model.train()
        began = saved = time.time()
        for step, group in enumerate(self.plan[first:], first):
            torch.manual_seed(self.args.seed * 1_000_003 + step)
            loss = self.loss(group)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.schedule.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.average.update(self.model)
            if step % 100 == 0:
                speed = (step - first + 1) * self.args.batch / (time.time() - began)
                print(f"step {step}/{len(self.plan)} loss {loss.item():.3f} {speed:.0f} windows/s", flush=True)
            if time.time() - saved > self.args.save_every:
                self.keep(step + 1)
                saved = time.time()
        self.model.load_state_dict(self.average.weights)
        self.save()
        self.last.unlink(missing_ok=True)

    def save(self) -> None:
        out = self.args.out
        self.model.encoder.config.save_pretrained(out)
        weights = {k: v.half() if v.is_floating_point() else v for k, v in self.model.state_dict().items()}
        torch.save(weights, out / "tagger.pt")
        shutil.copyfile(self.args.base / "tokenizer.json", out / "tokenizer.json")
        (out / "recipe.json").write_text(json.dumps({k: str(v) for k, v in vars(self.args).items()}, indent=1) + "\n")


def measure(args: argparse.Namespace) -> None:
    """Print the figures of a model on the held-out articles, for each bias and score of "no source"."""
    tokenizer, special = load_tokenizer(args.model)
    chosen = [a for a in read(args.data) if held_out(a)][: args.limit or None]
    model = build(args.model).float().to(DEVICE).eval()
    began = time.time()
    ready = [(one, *features(model, one, special, args.window, args.overlap)) for one in tokenise(chosen, tokenizer)]
    print(f"{sum(len(one.ids) for one, _, _ in ready) / (time.time() - began):.0f} tokens/s")
    for bias in args.bias:
        for none in args.none:
            tally = Tally.empty()
            for one, rows, windows in ready:
                tally.add(one.article.marked, *decode(one, rows, windows, bias, none))
            shown = {k: round(v, 4) for k, v in tally.figures().items()}
            print(f"bias {bias} none {none} {json.dumps(shown)}", flush=True)


def export(args: argparse.Namespace) -> None:
    """Write the int8 ONNX graph, the tokenizer, and what the package must know to run it."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = build(args.model).float().eval().cpu()
    tokenizer, (_, _, pad) = load_tokenizer(args.model)
    args.out.mkdir(parents=True, exist_ok=True)
    example = torch.ones(2, 9, dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    with tempfile.TemporaryDirectory() as scratch:
        plain = (args.fp32 or Path(scratch)) / "model.onnx"
        plain.parent.mkdir(parents=True, exist_ok=True)
        names = {"input_names": ["input_ids", "attention_mask"], "output_names": ["features"]}
        torch.onnx.export(
            model, (example, example), str(plain), **names, opset_version=17, dynamo=False,
            dynamic_axes=dict.fromkeys(["input_ids", "attention_mask", "features"], axes),
        )  # fmt: skip
        quantize_dynamic(plain, args.out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    config = {"name": "attribution", "max_tokens": args.window, "pad_id": pad, "overlap": args.overlap}
    config |= {"bias": args.bias[0], "no_source": args.none[0]}
    for folder in filter(None, (args.out, args.fp32)):
        tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["train", "measure", "export"])
    parser.add_argument(
        "--base", type=Path, help="folder of an encoder: config.json, model.safetensors, tokenizer.json"
    )
    parser.add_argument("--model", type=Path, help="folder that `train` wrote")
    parser.add_argument("--data", type=Path, help="polnear.train.attributions.jsonl.gz")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--fp32", type=Path, help="export: also keep the unquantised model in this folder")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=16, help="windows a step")
    parser.add_argument("--window", type=int, default=256, help="tokens, the two special ones among them")
    parser.add_argument(
        "--overlap", type=int, default=64, help="tokens that a window shares with the next when reading"
    )
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.9, help="of the rate, from a layer to the one below")
    parser.add_argument("--link", type=float, default=0.3, help="weight of the link loss")
    parser.add_argument("--average", type=float, default=0.995)
    parser.add_argument("--everything", action="store_true", help="train on the held-out articles as well")
    parser.add_argument("--bias", type=float, nargs="+", default=[0.0], help="taken off the score of 'outside'")
    parser.add_argument("--none", type=float, nargs="+", default=[0.0], help="added to the score of 'no source'")
    parser.add_argument("--save-every", type=float, default=300, help="seconds between checkpoints")
    parser.add_argument("--limit", type=int, default=0, help="articles, to try the script")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    if args.task == "train":
        Run(args).run()
    else:
        {"measure": measure, "export": export}[args.task](args)


if __name__ == "__main__":
    main()

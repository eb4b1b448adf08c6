"""Train the bundled token classifier that finds who says what: source, cue, content, and which belong together.

    python -m training.attribution train   --base DIR --data FILE --out DIR [--fold 2/5] [--soft FILE]
    python -m training.attribution soften  --models DIR... --data FILE --out FILE    soft tags, each by models that never saw it
    python -m training.attribution measure --models DIR --data FILE                  figures on the held-out articles
    python -m training.attribution export  --models DIR --out triage/models/attribution

A killed run goes on from its last checkpoint. `train` and `measure` need torch, transformers and numpy; `export` also
onnx and onnxruntime. The recipe that made the bundled model stands in ATTRIBUTION.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from training.polnear import KINDS, Article, Marked, Tally, fold, read


class Average:
    """An exponential moving average of the weights: a cheap ensemble over the last steps."""

    def __init__(self, model: nn.Module, keep: float) -> None:
        self.keep, self.step = keep, 0
        self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self.step += 1
        keep = min(self.keep, self.step / (self.step + 10))
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.weights[name].lerp_(value, 1 - keep)


def parameter_groups(model: Tagger, rate: float, decay: float, head_rate: float) -> list[dict[str, Any]]:
    """Layer-wise rates: the lower the layer, the slower; the new head has its own."""
    count = model.encoder.config.num_hidden_layers
    found: dict[int, list[nn.Parameter]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        depth = count + 1 if name.startswith("head") else 0
        if ".layer." in name:
            depth = int(name.split(".layer.")[1].split(".")[0]) + 1
        found[depth].append(parameter)
    return [
        {"params": p, "lr": head_rate if d > count else rate * decay ** (count - d), "weight_decay": 0.01}
        for d, p in found.items()
    ]


class Run:
    """One training run and its checkpoints in `args.out`."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        tokenizer, *special = load_tokenizer(args.base)
        self.special = (special[0], special[1], special[2])
        articles = read(args.data)
        number, folds = (int(part) for part in args.fold.split("/"))
        split = fold_of(folds)
        seen = [a for a in articles if args.everything or (split(a) != number and fold(a.doc_id, HELD_OUT) != 0)]
        self.train = tokenise(seen[: args.limit or None], tokenizer)
        self.soft = dict(np.load(args.soft)) if args.soft else {}
        self.model = build(args.base, args.layers).to(DEVICE)

    def loss(self, group: Sequence[Window]) -> Tensor:
        articles = [self.train[w.article] for w in group]
        table, mask = collate([a.ids[w.start : w.end] for a, w in zip(articles, group, strict=True)], self.special)
        tags = torch.full(table.shape, -100, device=DEVICE)
        for row, (tokens, window) in enumerate(zip(articles, group, strict=True)):
            tags[row, 1 : 1 + window.end - window.start] = torch.tensor(tokens.tags[window.start : window.end])
        with torch.autocast(DEVICE, dtype=torch.bfloat16):
            output = self.model(table, mask)
        logits = output[..., : decoding.TAGS].float()
        hard = nn.functional.cross_entropy(
            logits.flatten(0, 1), tags.flatten().to(DEVICE), label_smoothing=self.args.smoothing
        )
        if self.soft:
            kept, target = [], []
            for row, (tokens, window) in enumerate(zip(articles, group, strict=True)):
                soft = self.soft.get(tokens.article.doc_id)
                if soft is not None:
                    kept.append(logits[row, 1 : 1 + window.end - window.start])
                    target.append(torch.from_numpy(soft[window.start : window.end]).float())
            if kept:
                close = nn.functional.kl_div(
                    torch.cat(kept).log_softmax(-1), torch.cat(target).to(DEVICE), reduction="batchmean"
                )
                hard = (1 - self.args.trust) * hard + self.args.trust * close
        return hard + self.args.link * link_loss(output, mask, group, self.train)

    def run(self) -> None:
        args = self.args
        args.out.mkdir(parents=True, exist_ok=True)
        last = args.out / "last.pt"
        groups = parameter_groups(self.model, args.rate, args.decay, args.head_rate)
        optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), eps=1e-6)
        plan = [self._plan(epoch) for epoch in range(args.epochs)]
        total = sum(map(len, plan))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda s: min((s + 1) / (0.1 * total + 1), max(0.0, (total - s) / (0.9 * total)))
        )
        average, done = Average(self.model, args.average), 0
        if last.exists():
            state = torch.load(last, map_location=DEVICE, weights_only=False)
            self.model.load_state_dict(state["model"])
            optimizer.load_state_dict(state["optimizer"])
            schedule.load_state_dict(state["schedule"])
            average.weights, average.step, done = state["average"], state["done"], state["done"]
        self.model.train()
        began, saved = time.time(), time.time()
        for step, group in enumerate(group for epoch in plan for group in epoch):
            if step < done:
                continue
            torch.manual_seed(args.seed * 1_000_003 + step)
            loss = self.loss(group)
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            average.update(self.model)
            if step % 100 == 0:
                rate = (step - done + 1) * args.batch / (time.time() - began)
                print(f"step {step}/{total} loss {loss.item():.3f} {rate:.0f} windows/s", flush=True)
            if time.time() - saved > args.save_every:
                state = {"model": self.model.state_dict(), "optimizer": optimizer.state_dict(), "done": step + 1}
                state |= {"schedule": schedule.state_dict(), "average": average.weights}
                torch.save(state, last.with_suffix(".tmp"))
                last.with_suffix(".tmp").replace(last)
                saved = time.time()
        self.model.load_state_dict(average.weights)
        self.save()
        last.unlink(missing_ok=True)

    def _plan(self, epoch: int) -> list[list[Window]]:
        rng = random.Random(self.args.seed * 1000 + epoch)
        return batches(training_windows(self.train, self.args.window - 2, rng), self.args.batch, rng)

    def save(self) -> None:
        out, config = self.args.out, self.model.encoder.config
        config.save_pretrained(out)
        weights = {k: v.half() if v.is_floating_point() else v for k, v in self.model.state_dict().items()}
        torch.save(weights, out / "tagger.pt")
        (out / "tokenizer.json").write_bytes((self.args.base / "tokenizer.json").read_bytes())
        (out / "recipe.json").write_text(json.dumps({k: str(v) for k, v in vars(self.args).items()}, indent=1) + "\n")


def fold_of(folds: int) -> Any:
    return lambda article: fold("teacher " + article.doc_id, folds) if folds else -1


def measure(args: argparse.Namespace) -> None:
    """Print the figures of one model, or of several with their numbers averaged, on the held-out articles."""
    tokenizer, *special = load_tokenizer(args.models[0])
    articles = [a for a in read(args.data) if args.everything or fold(a.doc_id, HELD_OUT) == 0]
    tokens = tokenise(articles[: args.limit or None], tokenizer)
    models = [build(folder).float().to(DEVICE).eval() for folder in args.models]
    began = time.time()
    ready = [(t, *_mean([features(m, t, tuple(special), args.window, args.overlap) for m in models])) for t in tokens]
    print(f"{sum(len(t.ids) for t in tokens) / (time.time() - began):.0f} tokens/s")
    for bias in args.bias if args.bias else [-0.5, 0.0, 0.5, 1.0]:
        for none in args.none if args.none else [0.0]:
            tally = Tally.empty()
            for one, rows, windows in ready:
                marked, loose = decode(one, rows, windows, bias, none)
                tally.add(one.article.marked, marked, loose)
            shown = {k: round(v, 4) for k, v in tally.figures().items()}
            print(f"bias {bias} none {none} {json.dumps(shown)}", flush=True)


def _mean(runs: list[tuple[list[np.ndarray], list[tuple[int, int]]]]) -> tuple[list[np.ndarray], list[tuple[int, int]]]:
    """Average the tag logits of several models; dot products of averaged vectors mean nothing, so links are the first's."""
    windows = runs[0][1]
    if len(runs) == 1:
        return runs[0]
    rows = [row.copy() for row in runs[0][0]]
    for place, row in enumerate(rows):
        row[:, : decoding.TAGS] = np.mean([run[0][place][:, : decoding.TAGS] for run in runs], axis=0)
    return rows, windows


def soften(args: argparse.Namespace) -> None:
    """Write each article's tag probabilities, from those models that were trained without it."""
    tokenizer, *special = load_tokenizer(args.models[0])
    tokens = tokenise(read(args.data), tokenizer)
    total: dict[str, list[np.ndarray]] = defaultdict(list)
    for folder in args.models:
        recipe = json.loads((folder / "recipe.json").read_text())
        number, folds = (int(part) for part in recipe["fold"].split("/"))
        model = build(folder).float().to(DEVICE).eval()
        for one in tokens:
            if fold_of(folds)(one.article) == number or fold(one.article.doc_id, HELD_OUT) == 0:
                merged = decoding.merge(*features(model, one, tuple(special), args.window, args.overlap), len(one.ids))
                total[one.article.doc_id].append(np.exp(merged - merged.max(1, keepdims=True)))
    soft = {
        doc: np.mean([p / p.sum(1, keepdims=True) for p in listed], axis=0).astype(np.float16)
        for doc, listed in total.items()
    }
    np.savez_compressed(args.out, **soft)
    print(f"soft tags for {len(soft)} of {len(tokens)} articles")

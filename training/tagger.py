"""The token classifier that finds who says what, as torch sees it: articles in tokens, windows, the model, its loss."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from training.polnear import KINDS, Article, Marked

ROOT = Path(__file__).resolve().parent.parent
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def _decoding() -> ModuleType:
    """Load the decoder by its path, so that a machine without the package's dependencies can train."""
    spec = importlib.util.spec_from_file_location("decoding", ROOT / "triage" / "origins" / "decoding.py")
    assert spec and spec.loader
    module = sys.modules["decoding"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


decoding = _decoding()
Special = tuple[int, int, int]


@dataclass(frozen=True)
class Tokens:
    """An article in tokens: `tags` per token, `links` as (cue, source or -1, contents) by first tokens."""

    article: Article
    ids: list[int]
    offsets: list[tuple[int, int]]
    tags: list[int]
    links: list[tuple[int, int, list[int]]]


def tokenise(articles: Sequence[Article], tokenizer: Tokenizer) -> list[Tokens]:
    texts = [decoding.mark_paragraphs(article.text) for article in articles]
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [_label(article, e.ids, e.offsets) for article, e in zip(articles, encoded, strict=True)]


def _label(article: Article, ids: list[int], offsets: list[tuple[int, int]]) -> Tokens:
    tags = [0] * len(ids)
    starts = np.array([s for s, _ in offsets])
    ends = np.array([e for _, e in offsets])
    links = []
    for one in article.marked:
        first: dict[str, list[int]] = {}
        for kind, name in enumerate(KINDS):
            first[name] = []
            for begin, end in getattr(one, name):
                inside = np.flatnonzero((starts < end) & (ends > begin))
                if len(inside):
                    tags[inside[0]] = 1 + 2 * kind
                    for place in inside[1:]:
                        tags[place] = 2 + 2 * kind
                    first[name].append(int(inside[0]))
        if first["cue"]:
            links.append((first["cue"][0], first["source"][0] if first["source"] else -1, first["content"]))
    return Tokens(article, ids, offsets, tags, links)


class Tagger(nn.Module):
    """An encoder with a head: (batch, tokens) to (batch, tokens, WIDTH), as `decoding` reads it."""

    def __init__(self, encoder: nn.Module, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.config.hidden_size, decoding.WIDTH)
        self.bert = encoder.config.model_type == "bert"

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        mask: Tensor = attention_mask
        if self.bert and torch.onnx.is_in_onnx_export():
            # A ready four-dimensional mask keeps the library's mask-building code out of the exported graph.
            mask = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * torch.finfo(torch.float32).min
        hidden = self.encoder(input_ids=input_ids, attention_mask=mask).last_hidden_state
        return self.head(self.dropout(hidden))


def load_tokenizer(folder: Path) -> tuple[Tokenizer, Special]:
    """Return the tokenizer without padding and truncation, and the ids that open, close and fill a window."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    opening, closing = tokenizer.encode("").ids
    pad = next(tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>") if tokenizer.token_to_id(name) is not None)
    return tokenizer, (opening, closing, pad)


def build(folder: Path) -> Tagger:
    """Take a plain encoder with a fresh head, or a folder that `train` wrote."""
    config = AutoConfig.from_pretrained(folder)
    # The library's other attention builds masks that the exported graph must not hold, and is no faster here.
    attention = {"attn_implementation": "eager"} if config.model_type == "bert" else {}
    trained = folder / "tagger.pt"
    if not trained.exists():
        return Tagger(AutoModel.from_pretrained(folder, dtype=torch.float32, **attention))
    model = Tagger(AutoModel.from_config(config, **attention))
    model.load_state_dict(torch.load(trained, map_location="cpu"))
    return model


@dataclass(frozen=True)
class Window:
    article: int
    start: int
    end: int


def training_windows(articles: Sequence[Tokens], size: int, rng: random.Random) -> list[Window]:
    """Cut each article from a random place on, so that no two epochs see the same windows."""
    found = []
    for number, tokens in enumerate(articles):
        count, start = len(tokens.ids), -rng.randrange(size)
        while start < count:
            begin, end = max(0, start), min(start + size, count)
            if end - begin > 8:
                found.append(Window(number, begin, end))
            start += size
    return found


def batches(windows: list[Window], size: int, rng: random.Random) -> list[list[Window]]:
    order = sorted(windows, key=lambda w: (w.end - w.start) * rng.uniform(0.9, 1.1))
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(groups)
    return groups


def collate(rows: Sequence[Sequence[int]], special: Special) -> tuple[Tensor, Tensor]:
    opening, closing, pad = special
    longest = max(len(row) for row in rows) + 2
    table = torch.full((len(rows), longest), pad)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    for place, row in enumerate(rows):
        table[place, : len(row) + 2] = torch.tensor([opening, *row, closing])
        mask[place, : len(row) + 2] = 1
    return table.to(DEVICE, non_blocking=True), mask.to(DEVICE, non_blocking=True)


def tag_loss(logits: Tensor, group: Sequence[Window], articles: Sequence[Tokens]) -> Tensor:
    """Cross-entropy with the marked tags, a little smoothed: where a span ends is often a matter of taste."""
    tags = torch.full(logits.shape[:2], -100)
    for row, (tokens, window) in enumerate(zip(articles, group, strict=True)):
        tags[row, 1 : 1 + window.end - window.start] = torch.tensor(tokens.tags[window.start : window.end])
    return nn.functional.cross_entropy(logits.flatten(0, 1), tags.flatten().to(DEVICE), label_smoothing=0.02)


def link_loss(output: Tensor, mask: Tensor, group: Sequence[Window], articles: Sequence[Tokens]) -> Tensor:
    """Cross-entropy of each cue's source (or none) and of each content's cue, among all tokens of the window."""
    asks_source, is_source, is_cue, asks_cue = output[..., decoding.TAGS :].float().split(decoding.LINK, dim=-1)
    wanted: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row, window in enumerate(group):
        for cue, source, contents in articles[window.article].links:
            if not window.start <= cue < window.end:
                continue
            at = 1 + cue - window.start
            if source < 0 or window.start <= source < window.end:
                wanted["source"].append((row, at, 0 if source < 0 else 1 + source - window.start))
            for content in contents:
                if window.start <= content < window.end:
                    wanted["cue"].append((row, 1 + content - window.start, at))
    total = output.new_zeros(())
    for name, question, answer in (("source", asks_source, is_source), ("cue", asks_cue, is_cue)):
        if wanted[name]:
            rows, places, targets = (torch.tensor(column, device=DEVICE) for column in zip(*wanted[name], strict=True))
            scores = torch.einsum("nd,ntd->nt", question[rows, places], answer[rows])
            scores = scores.masked_fill(mask[rows] == 0, -1e4)
            total = total + nn.functional.cross_entropy(scores, targets)
    return total


@torch.no_grad()
def features(
    model: Tagger, tokens: Tokens, special: Special, size: int, overlap: int
) -> tuple[list[np.ndarray], list[tuple[int, int]]]:
    """Return the model's numbers for each window of an article, and the windows."""
    windows = decoding.cut(len(tokens.ids), size - 2, overlap)
    rows: list[np.ndarray] = []
    for first in range(0, len(windows), 32):
        some = windows[first : first + 32]
        table, mask = collate([tokens.ids[s:e] for s, e in some], special)
        with torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda"):
            output = model(table, mask).float().cpu().numpy()
        rows += [o[: 1 + e - s] for o, (s, e) in zip(output, some, strict=True)]
    return rows, windows


def decode(
    tokens: Tokens, rows: Sequence[np.ndarray], windows: Sequence[tuple[int, int]], bias: float, none: float
) -> Any:
    """Return the predicted attributions, and all spans by kind."""
    merged = decoding.merge(rows, windows, len(tokens.ids))
    found = decoding.spans(merged, bias)

    def letters(span: Any) -> tuple[int, int]:
        return tokens.offsets[span.start][0], tokens.offsets[span.end - 1][1]

    marked = [
        Marked(
            (letters(one.source),) if one.source else (), (letters(one.cue),), tuple(letters(c) for c in one.contents)
        )
        for one in decoding.join(found, rows, windows, none)
    ]
    return marked, {name: [letters(s) for s in found if s.kind == kind] for kind, name in enumerate(KINDS)}

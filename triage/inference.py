"""The bundled models, run with onnxruntime: texts or text pairs in, one numpy row each out.

A model is a folder with `model.onnx`, `tokenizer.json` (Hugging Face tokenizers) and `config.json`::

    {"max_tokens": 256, "pad_id": 0}

onnxruntime and tokenizers are imported when a model is first used, not before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from triage.errors import ConfigError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

Texts: TypeAlias = Sequence[str] | Sequence[tuple[str, str]]
Row: TypeAlias = NDArray[np.float32]
# The fused kernel takes four times as long as the addition and the layer norm that it replaces: 15 % of an int8 MiniLM.
_SLOWER = ["SkipLayerNormFusion"]
FILES = ("model.onnx", "tokenizer.json", "config.json")


def bundled(name: str) -> Path:
    """Return the folder of a model that the package carries: `embedder`, `stance`, `attribution`."""
    return Path(str(resources.files("triage"))) / "models" / name


def cores() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a model sees of one text or pair.

    `offsets` are (start, end) in code points of the text that a token comes from, and (0, 0) for special tokens;
    `parts` is 0 or 1 for the first or second text of a pair and None for special tokens; `truncated` says that
    tokens beyond `max_tokens` were cut off.
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    parts: tuple[int | None, ...]
    truncated: bool

    def __len__(self) -> int:
        """Return the number of tokens."""
        return len(self.ids)


class OnnxModel:
    """A model from a folder, with its tokenizer.

    Every text is run on its own, on one of `threads` workers with one processor each. So a row depends on its text
    alone: int8 activations are scaled over a whole batch, and a batch would let its other texts, and their padding,
    move the result. It is also faster on a processor than batches that all threads share (`benchmarks/RESULTS.md`).

    Args:
        folder: holds `model.onnx`, `tokenizer.json` and `config.json`.
        threads: workers; 0 takes every processor that this process may use.

    Raises:
        ConfigError: a file is missing or cannot be read.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise ConfigError(
                f"the model folder {folder} lacks {', '.join(missing)}: install the package again, or make the model "
                f"with its script in training/",
                setting=folder.name,
            )
        self.folder = folder
        self.threads = threads or cores()
        self.config: dict[str, Any] = _read_config(folder)
        self.max_tokens: int = self.config["max_tokens"]
        self._tokenizing = Lock()
        self._loading = Lock()

    def encode(self, texts: Texts, *, max_tokens: int | None = None) -> list[Encoded]:
        """Tokenize; one `Encoded` a text, in order.

        Args:
            texts: texts, or pairs of texts.
            max_tokens: tokens to keep, special ones included; the longer text of a pair is cut first. None takes
                the model's own limit.
        """
        return [
            Encoded(
                ids=tuple(encoding.ids),
                offsets=tuple(encoding.offsets),
                parts=tuple(encoding.sequence_ids),
                truncated=bool(encoding.overflowing),
            )
            for encoding in self._encode(texts, max_tokens)
        ]

    def run(self, texts: Texts, *, max_tokens: int | None = None, batch_size: int = 1) -> list[Row]:
        """Run the model; one row a text, in order.

        Args:
            texts: texts, or pairs of texts.
            max_tokens: as for `encode`; what lies beyond is not seen.
            batch_size: texts of like length that run together, padded. Above 1 a row may change in its last digits
                with its neighbours.

        Returns:
            The first output of the graph: (dimension,) for an embedder, (labels,) for a classifier, and
            (tokens, labels) for a token classifier, where the tokens are those of `encode`.
        """
        encodings = self._encode(texts, max_tokens)
        order = sorted(range(len(encodings)), key=lambda at: (-len(encodings[at]), at))
        batches = [order[at : at + batch_size] for at in range(0, len(order), batch_size)]
        work = [[encodings[at] for at in batch] for batch in batches]
        outputs = self._pool.map(self._run_batch, work) if len(work) > 1 else map(self._run_batch, work)
        found = dict(zip(chain.from_iterable(batches), chain.from_iterable(outputs), strict=True))
        return [found[at] for at in range(len(encodings))]

    def _encode(self, texts: Texts, max_tokens: int | None) -> list[Encoding]:
        if not texts:
            return []
        with self._tokenizing:  # truncation is a state of the tokenizer
            self._tokenizer.enable_truncation(max_tokens or self.max_tokens)
            return list(self._tokenizer.encode_batch(list(texts)))

    def _run_batch(self, batch: Sequence[Encoding]) -> list[Row]:
        width = max(len(encoding) for encoding in batch)
        values = {
            "input_ids": [encoding.ids for encoding in batch],
            "attention_mask": [encoding.attention_mask for encoding in batch],
            "token_type_ids": [encoding.type_ids for encoding in batch],
        }
        feed = {}
        for name in self._inputs:
            array = np.full((len(batch), width), self.config.get("pad_id", 0) if name == "input_ids" else 0, np.int64)
            for at, row in enumerate(values[name]):
                array[at, : len(row)] = row
            feed[name] = array
        output = self._session.run(None, feed)[0]
        if output.ndim == 3:
            return [row[: len(encoding)] for row, encoding in zip(output, batch, strict=True)]
        return list(output)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix=f"onnx-{self.folder.name}")

    @cached_property
    def _inputs(self) -> tuple[str, ...]:
        return tuple(given.name for given in self._session.get_inputs())

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception
            raise _damaged(self.folder / "tokenizer.json", error) from error
        tokenizer.no_padding()
        return tokenizer

    @property
    def _session(self) -> InferenceSession:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(
                str(self.folder / "model.onnx"),
                options,
                providers=["CPUExecutionProvider"],
                disabled_optimizers=_SLOWER,
            )
        except Exception as error:  # its exception classes share no base but Exception
            raise _damaged(self.folder / "model.onnx", error) from error


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        if not int(config["max_tokens"]) > 2:
            raise ValueError("max_tokens must be above 2")
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder / "config.json", error) from error
    return cast("dict[str, Any]", config)


def _damaged(path: Path, error: Exception) -> ConfigError:
    return ConfigError(f"{path} cannot be used ({error}): install the package again", setting=path.parent.name)

"""The bundled models' runner: order, exactness, truncation, and clear errors."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from triage.errors import ConfigError
from triage.inference import FILES, OnnxModel, bundled, cores

EMBEDDER = OnnxModel(bundled("embedder"))
TEXTS = [
    "The bridge was closed on Monday.",
    "On Monday nobody could cross the bridge.",
    "Onions have grown dearer.",
    "",
    "A long one. " * 40,
]


class Session:
    """Stands for an onnxruntime session: says which inputs it wants and answers from a function of them."""

    def __init__(self, inputs: list[str], answer: Any) -> None:
        self.inputs, self.answer, self.fed = inputs, answer, []  # type: ignore[var-annotated]

    def get_inputs(self) -> list[Any]:
        return [type("Input", (), {"name": name})() for name in self.inputs]

    def run(self, _: None, feed: dict[str, np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
        self.fed.append(feed)
        return [self.answer(feed)]


def toy(folder: Path, monkeypatch: pytest.MonkeyPatch, session: Session) -> OnnxModel:
    """Return a model over words, whose session is ours."""
    words = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "he", "denied", "it", "all", "she", "agreed"]
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"max_tokens": 8, "pad_id": 0}))
    (folder / "model.onnx").touch()
    monkeypatch.setattr("onnxruntime.InferenceSession", lambda *_, **__: session)
    return OnnxModel(folder, threads=1)


def test_rows_are_unit_vectors_in_the_order_of_the_texts() -> None:
    rows = EMBEDDER.run(TEXTS)
    assert [row.shape for row in rows] == [(384,)] * len(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    for text, row in zip(TEXTS, rows, strict=True):
        np.testing.assert_array_equal(row, EMBEDDER.run([text])[0])
    assert rows[0] @ rows[1] > 0.5 > 0.2 > rows[0] @ rows[2]


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_row_depends_on_its_text_alone(texts: list[str], random: Any) -> None:
    shuffled = random.sample(range(len(texts)), len(texts))
    rows = EMBEDDER.run(texts)
    again = EMBEDDER.run([texts[at] for at in shuffled])
    np.testing.assert_array_equal(np.stack(again), np.stack([rows[at] for at in shuffled]))


def test_batches_give_nearly_the_same() -> None:
    alone, together = np.stack(EMBEDDER.run(TEXTS)), np.stack(EMBEDDER.run(TEXTS, batch_size=3))
    assert (alone * together).sum(axis=1).min() > 0.97


def test_what_lies_beyond_the_limit_is_cut_and_said() -> None:
    long = "word " * 300
    whole, cut = EMBEDDER.encode([long], max_tokens=512)[0], EMBEDDER.encode([long])[0]
    assert (len(whole), whole.truncated) == (302, False)
    assert (len(cut), cut.truncated) == (256, True)
    np.testing.assert_array_equal(EMBEDDER.run([long])[0], EMBEDDER.run(["word " * 254])[0])


def test_no_texts_no_rows() -> None:
    assert EMBEDDER.run([]) == []
    assert EMBEDDER.encode([]) == []


def test_threads_are_as_asked() -> None:
    assert EMBEDDER.threads == cores() >= 1
    assert OnnxModel(bundled("embedder"), threads=3).threads == 3


@pytest.mark.parametrize("inputs", [["input_ids", "attention_mask"], ["input_ids", "attention_mask", "token_type_ids"]])
def test_a_pair_model_is_fed_what_its_graph_declares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inputs: list[str]
) -> None:
    session = Session(inputs, lambda feed: np.tile(feed["input_ids"].sum(axis=1, keepdims=True), 3))
    rows = toy(tmp_path, monkeypatch, session).run([("he denied", "it"), ("she", "agreed")])
    assert [set(feed) for feed in session.fed] == [set(inputs)] * 2
    assert [row.tolist() for row in rows] == [[4 + 5 + 6 + 5] * 3, [8 + 9 + 5] * 3]
    if "token_type_ids" in inputs:
        assert session.fed[0]["token_type_ids"].tolist() == [[0, 0, 0, 0, 1, 1]]


def test_the_longer_text_of_a_pair_is_cut_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy(tmp_path, monkeypatch, Session(["input_ids"], lambda feed: feed["input_ids"]))
    encoded = model.encode([("he denied", "all " * 9)])[0]
    assert encoded.truncated
    assert encoded.parts == (None, 0, 0, None, 1, 1, 1, None)


def test_a_token_model_gives_a_row_a_token_with_offsets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(["input_ids", "attention_mask"], lambda feed: np.stack([feed["input_ids"]] * 2, axis=-1))
    model = toy(tmp_path, monkeypatch, session)
    texts = ["he denied it", "“she” agreed"]
    rows = model.run(texts, batch_size=2)
    assert [row.shape for row in rows] == [(5, 2), (6, 2)]
    assert rows[0][:, 0].tolist() == [1, 4, 5, 6, 2]
    offsets = model.encode(texts)[1].offsets
    assert [texts[1][start:end] for start, end in offsets] == ["", "“", "she", "”", "agreed", ""]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(bundled("embedder"), tmp_path / "embedder")
    (folder / name).unlink()
    with pytest.raises(ConfigError, match=f"{name}: install the package again") as caught:
        OnnxModel(folder)
    assert caught.value.setting == "embedder"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"{}", b"\x00\xff" * 50])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    folder = shutil.copytree(bundled("embedder"), tmp_path / "embedder")
    (folder / name).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"{name} cannot be used .*: install the package again"):
        OnnxModel(folder).run(["text"])


def test_the_runtime_is_loaded_only_for_use() -> None:
    code = "import sys, triage.inference; print([m for m in ('onnxruntime', 'tokenizers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

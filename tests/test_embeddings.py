"""Embeddings by name: the bundled model, a provider's, and what is said where neither can be had."""

from __future__ import annotations

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from triage.embeddings import LocalEmbeddings, embed_array, identify, load_embeddings
from triage.errors import ConfigError


def test_the_bundled_model_speaks_langchain() -> None:
    local = load_embeddings("local", threads=1)
    assert isinstance(local, LocalEmbeddings)
    query = local.embed_query("Who resigned?")
    assert (len(query), local.dimension, local.threads) == (384, 384, 1)
    near, far = local.embed_documents(["She gave up her post.", "Onions have grown dearer."])
    assert np.dot(query, near) > np.dot(query, far)
    assert local.embed_documents([]) == []
    assert local.fingerprint


def test_any_embeddings_become_an_array_and_have_a_name() -> None:
    fake = DeterministicFakeEmbedding(size=5)
    assert embed_array(fake, ["a", "b"]).shape == (2, 5)
    assert embed_array(LocalEmbeddings(), []).shape == (0, 384)
    assert identify(fake) == "langchain_core.embeddings.fake.DeterministicFakeEmbedding"
    assert identify(LocalEmbeddings()) == "local"


def test_openai_by_name_sends_texts_and_not_token_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    found = load_embeddings("openai:text-embedding-3-small")
    assert vars(found)["check_embedding_ctx_length"] is False
    assert identify(found).endswith("OpenAIEmbeddings:text-embedding-3-small")


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigError, match="set OPENAI_API_KEY, or use the embedder `local`") as caught:
        load_embeddings("openai:text-embedding-3-small")
    assert caught.value.setting == "OPENAI_API_KEY"


def test_a_missing_package_is_named() -> None:
    with pytest.raises(ConfigError, match=r"needs a package that is not installed: .*langchain-cohere"):
        load_embeddings("cohere:embed-english-v3.0")


@pytest.mark.parametrize("name", ["", "lokal", "openai:", ":x", "nobody:model"])
def test_an_unknown_name_is_refused_with_advice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "test")
    with pytest.raises(ConfigError) as caught:
        load_embeddings(name)
    assert caught.value.setting == "embedder"

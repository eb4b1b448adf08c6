"""Texts to vectors: the bundled all-MiniLM-L6-v2, or any LangChain embeddings by name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from triage.errors import ConfigError
from triage.inference import OnnxModel, bundled

LOCAL = "local"
KEYS = {"openai": "OPENAI_API_KEY"}


class LocalEmbeddings(Embeddings):
    """all-MiniLM-L6-v2 in int8: 384 dimensions, unit length, English, the first 256 tokens of a text.

    `training/EMBEDDER.md` says how it was made. The vector of a text does not depend on what else is embedded.

    Args:
        threads: processors to use; 0 takes all that there are.

    Raises:
        ConfigError: the package lacks the model's files.
    """

    def __init__(self, *, threads: int = 0) -> None:
        self._model = OnnxModel(bundled("embedder"), threads=threads)

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._model.config["dimension"])

    @property
    def fingerprint(self) -> str:
        """Return what changes when the weights do."""
        return str(self._model.config["fingerprint"])

    @property
    def threads(self) -> int:
        """Return how many texts are embedded at once."""
        return self._model.threads

    def embed_array(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors as one array, (texts, 384)."""
        rows = self._model.run(texts)
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector a text, as lists, which is what LangChain passes around."""
        vectors: list[list[float]] = self.embed_array(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a query; the model needs no prefix."""
        return self.embed_documents([text])[0]


def embed_array(embeddings: Embeddings, texts: list[str]) -> NDArray[np.float32]:
    """Return the vectors of texts as one array, (texts, dimension), from whatever embeddings."""
    if isinstance(embeddings, LocalEmbeddings):
        return embeddings.embed_array(texts)
    return np.asarray(embeddings.embed_documents(texts), np.float32)


def identify(embeddings: Embeddings) -> str:
    """Return a name that tells embeddings apart: `local`, or the class and the model it was given."""
    if isinstance(embeddings, LocalEmbeddings):
        return LOCAL
    kind = type(embeddings)
    model = getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None)
    return f"{kind.__module__}.{kind.__qualname__}" + (f":{model}" if isinstance(model, str) else "")


def load_embeddings(name: str, *, threads: int = 0) -> Embeddings:
    """Return embeddings by name.

    Args:
        name: `local` (bundled, no key, no network) or what `langchain.embeddings.init_embeddings` takes, such as
            `openai:text-embedding-3-small`.
        threads: processors for the bundled model; 0 takes all that there are.

    Raises:
        ConfigError: the name is unknown, its package is not installed, or its key is not set.
    """
    if name == LOCAL:
        return LocalEmbeddings(threads=threads)
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise ConfigError(
            f"unknown embedder {name!r}: give `local` or `provider:model`, such as openai:text-embedding-3-small",
            setting="embedder",
        )
    if provider in KEYS and not os.environ.get(KEYS[provider]):
        raise ConfigError(
            f"the embedder {name} needs a key: set {KEYS[provider]}, or use the embedder `local`, which needs none",
            setting=KEYS[provider],
        )
    return _init(name, provider)


def _init(name: str, provider: str) -> Embeddings:
    from langchain.embeddings import init_embeddings

    # The check downloads a vocabulary and then sends token numbers, which other servers with this API refuse.
    extra: dict[str, Any] = {"check_embedding_ctx_length": False} if provider == "openai" else {}
    try:
        found = init_embeddings(name, **extra)
    except ImportError as error:
        raise ConfigError(
            f"the embedder {name} needs a package that is not installed: {error}", setting="embedder"
        ) from error
    except Exception as error:  # each provider has its own errors for a missing key or a bad option
        raise ConfigError(f"the embedder {name} cannot be used: {error}", setting="embedder") from error
    if not isinstance(found, Embeddings):
        raise ConfigError(f"{name} does not name an embedder", setting="embedder")
    return found

"""The embedder against its fp32 weights, indexing against embedding alone, and search as the index grows.

    python -m benchmarks speed --data DIR [--only embedder indexing search] [--fp32 DIR] [--limit N]

What is compared is run in turns, so that whatever else the machine does falls on both; on a busy machine the ratios of
processor time (of all threads) are the ones to look at. `--fp32` is the model that `training/embedder.py --fp32 DIR`
keeps; without it the embedder is left out.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.documents import Document as LangChainDocument
from langchain_core.embeddings import Embeddings

from benchmarks import Result, parser, scifact, show
from triage.embeddings import LocalEmbeddings
from triage.index import Index
from triage.inference import OnnxModel, bundled
from triage.schema import Document

ROUNDS = 5
SLICES = 8
FEW, MANY = 5_000, 100_000
QUERIES = 200


def main(argv: Sequence[str] | None = None) -> None:
    options = parser(__doc__)
    options.add_argument("--only", nargs="+", choices=("embedder", "indexing", "search"))
    options.add_argument("--fp32", type=Path, help="folder of the unquantised embedder")
    options.add_argument("--limit", type=int, help="take the first N abstracts only")
    given = options.parse_args(argv)
    chosen = given.only or [*(["embedder"] if given.fp32 else []), "indexing", "search"]
    if "embedder" in chosen:
        if not given.fp32:
            options.error("the embedder needs --fp32: make it with `python training/embedder.py WEIGHTS --fp32 DIR`")
        texts = [document.text for document in scifact.documents(given.data, 100)]
        show("Embedder: 100 abstracts", embedder(texts, given.fp32))
    if "indexing" in chosen:
        documents = scifact.documents(given.data, given.limit)
        show(f"Indexing: {len(documents):,} abstracts, in {SLICES} parts", indexing(documents))
    if "search" in chosen:
        about = f"Search: {QUERIES} queries on {FEW:,} and {MANY:,} made-up passages, random vectors (no embedder)"
        show(about, search())


def embedder(texts: list[str], fp32: Path) -> list[Result]:
    """Compare the bundled model with its own weights before quantisation."""
    models = {"int8": OnnxModel(bundled("embedder")), "fp32": OnnxModel(fp32)}
    tokens = sum(map(len, models["int8"].encode(texts)))
    rows = {name: np.stack(model.run(texts)) for name, model in models.items()}
    spent: dict[str, list[Spent]] = {name: [] for name in models}
    for _ in range(ROUNDS):
        for name, model in models.items():
            spent[name].append(timed(model.run, texts))
    turns = list(zip(spent["fp32"], spent["int8"], strict=True))
    cosine = (rows["int8"] * rows["fp32"]).sum(axis=1)
    return [
        *(
            Result(f"{name}, best of {ROUNDS}", tokens / min(t.wall for t in spent[name]), "tokens/s")
            for name in models
        ),
        Result("fp32 / int8, median", statistics.median(fp32.wall / int8.wall for fp32, int8 in turns), at_least=1.9),
        Result("fp32 / int8, processor time, median", statistics.median(fp32.cpu / int8.cpu for fp32, int8 in turns)),
        Result("cosine to fp32, mean", float(cosine.mean()), at_least=0.99),
        Result("cosine to fp32, lowest", float(cosine.min())),
    ]


def indexing(documents: list[Document]) -> list[Result]:
    """Compare indexing with embedding alone, with LangChain's Chroma, and with indexing what has not changed."""
    local = LocalEmbeddings()
    local.embed_query("The first call loads the model.")
    spent = {"embedding": Spent(), "index": Spent(), "chroma": Spent()}
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "index", local) as index:
        client = chromadb.PersistentClient(f"{folder}/chroma", Settings(anonymized_telemetry=False))
        for start, until in slices(len(documents)):
            texts = [passage.text for document in documents[start:until] for passage in scifact.passages([document])]
            converted = [LangChainDocument(text) for text in texts]
            spent["embedding"] += timed(local.embed_array, texts)
            spent["index"] += timed(index.update, documents[:until])
            spent["chroma"] += timed(Chroma.from_documents, converted, local, client=client)
        again = min(timed(index.update, documents).wall for _ in range(ROUNDS))
    embedding, whole, chroma = spent["embedding"], spent["index"], spent["chroma"]
    return [
        Result("embedding the passages", embedding.wall, "s"),
        Result("indexing", whole.wall, "s"),
        Result("LangChain's Chroma.from_documents, the same passages", chroma.wall, "s"),
        Result("indexing / embedding", whole.wall / embedding.wall, at_most=1.10),
        Result("indexing / embedding, processor time", whole.cpu / embedding.cpu),
        Result("indexing / LangChain's Chroma", whole.wall / chroma.wall, at_most=1.0),
        Result("indexing / LangChain's Chroma, processor time", whole.cpu / chroma.cpu),
        Result("indexing / indexing again, unchanged", whole.wall / again, at_least=50),
    ]


def search() -> list[Result]:
    """Compare a search over many passages with one over few."""
    words = [f"w{number:05}" for number in range(50_000)]
    weights = list(accumulate(1.0 / rank for rank in range(1, len(words) + 1)))
    chance = random.Random(1)
    texts = [" ".join(chance.choices(words, cum_weights=weights, k=60)) for _ in range(MANY)]
    queries = [" ".join(chance.choices(words, cum_weights=weights, k=12)) for _ in range(QUERIES)]
    documents = [Document(doc_id=f"{at}", text=text, published="2022-03-01") for at, text in enumerate(texts)]
    medians: dict[str, dict[int, float]] = {"search": {}, "search as of a day": {}}
    with tempfile.TemporaryDirectory() as folder:
        for size in (FEW, MANY):
            with Index.open(Path(folder) / str(size), RandomEmbeddings()) as index:
                index.update(documents[:size])
                index.search("The first search reads the vectors in.")
                for name, as_of in (("search", None), ("search as of a day", "2022-04")):
                    times = [timed(index.search, query, as_of=as_of).wall for query in queries]
                    medians[name][size] = statistics.median(times)
    results = []
    for name, by_size in medians.items():
        results += [Result(f"{name}, {size:,} passages, median", by_size[size] * 1e3, "ms") for size in (FEW, MANY)]
        ratio = by_size[MANY] / by_size[FEW]
        results.append(Result(f"{name}, ratio", ratio, at_most=3.0 if name == "search" else None))
    return results


class RandomEmbeddings(Embeddings):
    """A vector of 384 random numbers that a text's words do not move: no embedder to time, and the hardest to index."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = np.random.default_rng(zlib.crc32(text.encode())).normal(size=384).tolist()
        return vector


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and of all processors."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)


def timed(work: Callable[..., object], *given: object, **named: object) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    work(*given, **named)
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def slices(count: int) -> Iterator[tuple[int, int]]:
    borders = [count * part // SLICES for part in range(SLICES + 1)]
    return pairwise(borders)


if __name__ == "__main__":
    main()

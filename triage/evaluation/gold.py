"""The gold sets that come with the project: `belarus-2022`, `newsroom`, `newsdesk`, or one with `:dev` or `:test`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from triage.documents import load
from triage.errors import ConfigError, CorpusError, TriageError
from triage.evaluation.data import Dataset, item_of, joined, read_gold
from triage.schema import Document, GoldClaim
from triage.settings import data_path

SPLITS = ("dev", "test")


@dataclass(frozen=True)
class GoldSet:
    """A gold set, or a split of it, before its documents are at hand."""

    name: str
    corpus: Path
    claims: tuple[GoldClaim, ...]

    @property
    def doc_ids(self) -> set[str]:
        """Return the documents that its quotes stand in."""
        return {evidence.doc_id for claim in self.claims for evidence in claim.evidence}

    def dataset(self, document: Callable[[str], Document]) -> Dataset:
        """Return it with its quotes found in the documents that `document` gives by id."""
        return Dataset(self.name, tuple(item_of(claim, lambda doc_id: document(doc_id).text) for claim in self.claims))

    def with_own_corpus(self) -> Dataset:
        """Return it with the documents that it was labelled on."""
        loaded = load(self.corpus)
        by_id = {document.doc_id: document for document in loaded.documents}
        found = self.dataset(by_id.__getitem__)
        return Dataset(found.name, found.items, documents=tuple(loaded.documents))


def names() -> list[str]:
    """Return the names of the gold sets."""
    folder = data_path("eval", "gold")
    return sorted(path.stem for path in folder.glob("*.jsonl") if not path.stem.endswith(".relays"))


def gold_sets(selector: str) -> list[GoldSet]:
    """Return what a selector names: a set, `SET:dev`, `SET:test`, or `dev`, `test`, `all` over every set.

    Raises:
        ConfigError: there is no such set or split.
    """
    name, _, split = selector.partition(":")
    if name in (*SPLITS, "all") and not split:
        wanted, split = names(), "" if name == "all" else name
    else:
        wanted = [name]
    if not set(wanted) <= set(names()) or split not in ("", *SPLITS):
        known = ", ".join(names())
        raise ConfigError(
            f"there is no gold set {selector!r}: use one of {known}, with :dev or :test, or dev, test, all",
            setting="data",
        )
    return [_gold_set(each, split) for each in wanted]


def held_gold(selector: str, document: Callable[[str], Document]) -> Dataset:
    """Return the claims of a selector whose documents are at hand: those of every set that is held whole.

    Raises:
        ConfigError: there is no such set or split.
        CorpusError: the documents of none of the sets are there, or of the one that is named.
    """
    held: list[Dataset] = []
    missing: dict[str, list[str]] = {}
    for gold in gold_sets(selector):
        absent = sorted(doc_id for doc_id in gold.doc_ids if not _has(document, doc_id))
        if absent:
            missing[gold.name] = absent
        else:
            held.append(gold.dataset(document))
    if not held:
        which = "; ".join(f"{name} needs {absent[0]} and {len(absent) - 1} more" for name, absent in missing.items())
        raise CorpusError(f"this corpus holds the documents of no gold set for {selector!r}: {which}")
    return joined(held)


def _gold_set(name: str, split: str) -> GoldSet:
    claims = read_gold(data_path("eval", "gold", f"{name}.jsonl"))
    kept = tuple(claim for claim in claims if not split or claim.split == split)
    return GoldSet(f"{name}:{split}" if split else name, data_path("corpus", name), kept)


def _has(document: Callable[[str], Document], doc_id: str) -> bool:
    try:
        document(doc_id)
    except (TriageError, KeyError):
        return False
    return True

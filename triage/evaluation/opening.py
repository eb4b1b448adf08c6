"""What answers for each variant of a grid: one index a data set, one reader a variant."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from triage.evaluation.data import Dataset
from triage.evaluation.grid import Variant
from triage.evaluation.perfect import GoldReader
from triage.readers import Judge, Reader, load_reader
from triage.schema import sha256
from triage.settings import Settings, load_settings

if TYPE_CHECKING:
    from triage.chain import Triage


class Opened:
    """Opens each data set's index once and each variant's reader once; `with` closes the indexes.

    Args:
        settings: what all variants share.
        corpora: where the documents of a data set lie, by its name; a set that is not there brings its own.
    """

    def __init__(self, settings: Settings, corpora: Mapping[str, Path]) -> None:
        self._settings, self._corpora = settings, corpora
        self._open: dict[str, Triage] = {}
        self._readers: dict[Variant, Reader | Judge] = {}

    def __call__(self, variant: Variant, dataset: Dataset) -> Triage:
        """Return what answers for a variant on the documents of a data set; `gold` reads as its labeller did."""
        from triage.chain import Triage

        settings = self._with(reader=variant.reader, prompt=variant.prompt or self._settings.prompt)
        if variant.reader == GoldReader.name:
            reader: Reader | Judge = GoldReader(dataset)
        else:
            reader = self._readers.get(variant) or load_reader(settings)
            self._readers[variant] = reader
        if dataset.name not in self._open:
            self._open[dataset.name] = self._indexed(dataset, reader)
        return Triage(self._open[dataset.name].index, settings=settings, reader=reader)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the indexes."""
        for opened in self._open.values():
            opened.close()

    def _indexed(self, dataset: Dataset, reader: Reader | Judge) -> Triage:
        from triage.chain import Triage, open_index

        corpus = self._corpora.get(dataset.name)
        if corpus is not None:
            index, problems = open_index(corpus, self._settings)
        else:
            own = self._settings.cache_dir / "evaluation" / sha256(dataset.name)[:16]
            index, problems = open_index(dataset.documents, self._with(cache_dir=own))
        return Triage(index, settings=self._settings, reader=reader, problems=problems)

    def _with(self, **changes: object) -> Settings:
        return load_settings(**{**self._settings.model_dump(), **changes})

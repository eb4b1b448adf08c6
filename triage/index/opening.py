"""Opening an index: its three stores, held to what the index says of itself and to one another."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from triage.errors import IndexError_
from triage.index.catalogue import FORMAT, Catalogue
from triage.index.faults import REBUILD
from triage.index.update import Stores
from triage.index.vectors import Vectors
from triage.index.words import Words

_CATALOGUE = "catalogue.sqlite"


def open_stores(path: Path, embedder: str, fingerprint: str, undo: ExitStack) -> Stores:
    """Open the stores in a folder, or make empty ones; `undo` gets what closes them.

    Raises:
        IndexError_: the folder holds something else, or an index that is not whole or not made in this way.
    """
    catalogue = _open_catalogue(path)
    undo.callback(catalogue.close)
    if not catalogue.meta() and (path / "vectors").exists():
        raise IndexError_(f"is damaged, {_CATALOGUE} is empty: {REBUILD}", path=path)
    catalogue.remember({"format": str(FORMAT), "embedder": embedder, "fingerprint": fingerprint})
    _check_meta(path, catalogue.meta(), embedder, fingerprint)
    vectors = Vectors(path / "vectors")
    undo.callback(vectors.close)
    stores = Stores(catalogue, vectors, Words(path / "words"))
    _check_whole(path, stores)
    return stores


def _open_catalogue(path: Path) -> Catalogue:
    if path.exists() and not path.is_dir():
        raise IndexError_("is a file: give a folder", path=path)
    if path.is_dir() and not (path / _CATALOGUE).is_file() and any(path.iterdir()):
        raise IndexError_("holds other files and no index: give an empty folder, or one that is not there", path=path)
    path.mkdir(parents=True, exist_ok=True)
    return Catalogue(path / _CATALOGUE)


def _check_meta(path: Path, meta: dict[str, str], embedder: str, fingerprint: str) -> None:
    """Hold the index to what it says of itself."""
    found = int(meta["format"])
    if found > FORMAT:
        raise IndexError_(
            f"was made by a newer triage (format {found}, this one knows {FORMAT}): run `pip install --upgrade "
            f"triage-claims`, or {REBUILD}",
            path=path,
        )
    if found < FORMAT:
        raise IndexError_(f"was made by an older triage (format {found}): {REBUILD}", path=path)
    if meta["embedder"] != embedder:
        raise IndexError_(
            f"was made with the embedder {meta['embedder']!r}, not {embedder!r}, and their vectors do not compare: "
            f"use that embedder (TRIAGE_EMBEDDER={meta['embedder']}), or {REBUILD}",
            path=path,
        )
    if meta["fingerprint"] != fingerprint:
        raise IndexError_(f"was made with other weights of the embedder {embedder!r}: {REBUILD}", path=path)
    for part in ("vectors", "words"):
        if "dimension" in meta and not (path / part).is_dir():
            raise IndexError_(f"is damaged, {part}/ is missing: {REBUILD}", path=path)


def _check_whole(path: Path, stores: Stores) -> None:
    """See that both rankings hold what the catalogue says is done."""
    if _is_short(stores):
        try:
            with stores.catalogue.writing():  # nobody else is at work, so they will not hold it later either
                short = _is_short(stores)
        except IndexError_:
            return
        if short:
            raise IndexError_(f"is damaged, passages are missing: {REBUILD}", path=path)


def _is_short(stores: Stores) -> bool:
    return min(len(stores.vectors), len(stores.words)) < stores.catalogue.passage_count()

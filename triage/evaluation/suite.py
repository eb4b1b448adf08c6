"""Evaluate: ask, score, and keep both in a folder that can be taken up again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.errors import CorpusError
from triage.evaluation.answers import Checker, answer, describe
from triage.evaluation.data import Dataset
from triage.evaluation.gold import gold_sets, held_gold
from triage.evaluation.results import Report
from triage.evaluation.rows import Row
from triage.evaluation.runs import RunFolder, RunInfo, identity
from triage.evaluation.scoring import score_rows

RUNS = Path("eval") / "runs"


def evaluate(
    t: Checker,
    data: str | Dataset = "dev",
    *,
    name: str | None = None,
    runs: Path | str = RUNS,
    epochs: int = 1,
    limit: int | None = None,
    fresh: bool = False,
    max_error_rate: float | None = None,
    progress: bool = False,
    on_row: Callable[[Row], None] | None = None,
) -> Report:
    """Check the claims of a data set and return what came of it.

    A run that was cut short goes on where it was: the same call asks only what has no usable answer yet. The folder's
    name is made from what decides the answers (data, documents, reader, prompt, parameters, code), so another prompt
    or a changed line of code is another run.

    Args:
        t: what is evaluated.
        data: a gold set (`newsroom`), a split of it (`newsroom:dev`), `dev`, `test` or `all` over every set whose
            documents `t` holds, or a `Dataset` such as the loaders return, whose documents `t` must hold.
        name: the folder's name under `runs`.
        runs: where run folders lie.
        epochs: how often each claim is asked.
        limit: ask at most so many claims, spread evenly.
        fresh: forget what the folder holds.
        max_error_rate: give up once more than this share of all answers has failed.
        progress: show a progress bar.
        on_row: called with each answer as it comes.

    Raises:
        ConfigError: there is no such gold set or split.
        CorpusError: `t` does not hold the documents, or the named folder holds another run.
        ModelError: too many answers failed.
    """
    dataset = (held_gold(data, t.document) if isinstance(data, str) else data).limited(limit)
    info = describe(t, dataset, epochs=epochs)
    name = name or _name(info)
    folder = RunFolder(Path(runs) / name)
    if fresh:
        folder.clear()
    info = folder.start(info.model_copy(update={"name": name}))
    todo = len(folder.missing(info))
    if todo:
        with _shown(progress, todo, on_row) as tell:
            info = answer(t, dataset, folder, info, max_error_rate=max_error_rate, on_row=tell)
        folder.save(info)
    return _scored(dataset, folder, info)


def rescore(path: Path | str, dataset: Dataset | None = None) -> Report:
    """Score the answers of a run again, with the metrics as they are now and without a model.

    Args:
        path: the run's folder.
        dataset: the data that it was run on, unless that was a gold set.

    Raises:
        CorpusError: the folder holds no run, or one on other data.
    """
    folder = RunFolder(Path(path))
    info = folder.info()
    if dataset is None:
        dataset = _gold_again(info)
    kept = Dataset(
        dataset.name, tuple(i for i in dataset.items if i.claim.claim_id in set(info.claims)), dataset.scheme
    )
    if kept.sha256 != info.data_sha256:
        raise CorpusError("was run on other data than there are now; run it again", path=path)
    return _scored(kept, folder, info)


def _gold_again(info: RunInfo) -> Dataset:
    sets = [gold for name in info.data.split("+") for gold in gold_sets(name)]
    found = [gold.with_own_corpus() for gold in sets]
    return Dataset(info.data, tuple(item for one in found for item in one.items), found[0].scheme)


def _scored(dataset: Dataset, folder: RunFolder, info: RunInfo) -> Report:
    rows = folder.rows()
    report = Report(info, tuple(score_rows(dataset, rows, info.epochs)), rows, folder.path)
    report.save(folder.path)
    return report


def slug(name: str) -> str:
    """Return a name as one folder's name."""
    return re.sub(r"[^A-Za-z0-9.+~-]+", "-", name)


def _name(info: RunInfo) -> str:
    return slug("-".join([info.data, info.reader, *info.prompts, identity(info)]))


@contextmanager
def _shown(progress: bool, total: int, on_row: Callable[[Row], None] | None) -> Iterator[Callable[[Row], None]]:
    """Yield what is to be called with each answer; it moves a progress bar, where one is wanted."""
    tell = on_row or (lambda row: None)
    if not progress:
        yield tell
        return
    from rich.progress import Progress

    with Progress(transient=True) as bar:
        task = bar.add_task("checking claims", total=total)

        def advance(row: Row) -> None:
            bar.advance(task)
            tell(row)

        yield advance

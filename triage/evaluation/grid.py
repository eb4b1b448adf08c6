"""Prompts times readers, on each data set: one display, one index a data set, a ranked table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.evaluation.answers import Checker
from triage.evaluation.data import Dataset
from triage.evaluation.results import Report, pooled
from triage.evaluation.suite import RUNS, evaluate

TASKS = {"chat": "reading", "one-shot": "one-shot", "decisions": "decisions"}
"""The prompts that each kind of reader sends; the local one sends none."""


@dataclass(frozen=True)
class Variant:
    """A reader, with a prompt where it sends one."""

    reader: str
    prompt: str | None = None

    def __str__(self) -> str:
        """Return its name in tables."""
        return f"{self.reader} {self.prompt}" if self.prompt else self.reader


def product(readers: Sequence[str], prompts: Sequence[str]) -> list[Variant]:
    """Return every reader with every prompt of its task; a reader that none of them is for stands once."""
    found: dict[Variant, None] = {}
    for reader in readers:
        sent = _for(reader, prompts)
        found.update(dict.fromkeys(Variant(reader, prompt) for prompt in sent))
        if not sent:
            found[Variant(reader)] = None
    return list(found)


def run_grid(
    variants: Sequence[Variant],
    datasets: Sequence[Dataset],
    open_: Callable[[Variant, Dataset], Checker],
    *,
    runs: Path = RUNS,
    progress: bool = False,
    **options: Any,
) -> dict[Variant, list[Report]]:
    """Return the reports of each variant, one a data set.

    Args:
        variants: what is compared.
        datasets: on what.
        open_: gives what answers for a variant on the documents of a data set; called once for each pair.
        runs: where run folders lie.
        progress: show one bar over everything.
        options: passed to `evaluate`.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    limit = options.pop("limit", None)
    datasets = [dataset.limited(limit) for dataset in datasets]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    found: dict[Variant, list[Report]] = {variant: [] for variant in variants}
    with Progress(*columns, transient=True, disable=not progress) as bar:
        per_variant = sum(len(d.items) for d in datasets) * options.get("epochs", 1)
        task = bar.add_task("evaluating", total=per_variant * len(variants))
        done = 0
        for variant in variants:
            for dataset in datasets:
                bar.update(task, description=f"{variant} on {dataset.name}")
                t = open_(variant, dataset)
                report = evaluate(t, dataset, runs=runs, on_row=lambda row: bar.advance(task), **options)
                done += len(report.scores)
                bar.update(task, completed=done)
                found[variant].append(report)
    return found


def ranked(reports: Iterable[Sequence[Report]], metric: str = "macro_f1") -> list[Report]:
    """Return the variants pooled over their data sets, the best first; undefined last."""
    found = [pooled(each) for each in reports]

    def place(report: Report) -> tuple[bool, float]:
        value = report.metrics[metric].of(report.table)
        sign = 1 if report.metrics[metric].better == "lower" else -1
        return value != value, sign * value

    return sorted(found, key=place)


def _for(reader: str, prompts: Sequence[str]) -> list[str]:
    task = TASKS.get(reader.partition(":")[0])
    return [prompt for prompt in prompts if task and (prompt.endswith(".md") or prompt.partition("/")[0] == task)]

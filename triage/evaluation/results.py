"""What a run came to: every metric with its interval, and the scores behind them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import ConfigError
from triage.evaluation.metrics import Metric, Table, all_metrics
from triage.evaluation.rows import Row
from triage.evaluation.runs import RunFolder, RunInfo, read_lines, write_lines, write_whole
from triage.evaluation.scores import Score
from triage.evaluation.statistics import RESAMPLES, Estimate, Resamples, unanimous

if TYPE_CHECKING:
    from triage.evaluation.compare import Comparison


@dataclass(frozen=True)
class Report:
    """The result of a run. `report["macro_f1"]` is an estimate, `print(report)` a table.

    `rows` holds the answers where they are at hand; a report read from a baseline has scores alone.
    """

    info: RunInfo
    scores: tuple[Score, ...] = field(repr=False)
    rows: Mapping[tuple[str, int], Row] = field(default_factory=dict, repr=False)
    path: Path | None = None
    draws: int = RESAMPLES
    """Resamples behind each interval."""

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Return the metrics by name."""
        return all_metrics(self.info.labels)

    @cached_property
    def table(self) -> Table:
        """Return the scores as columns."""
        return Table.of(self.scores, self.info.labels)

    @cached_property
    def resamples(self) -> Resamples:
        """Return the draws that all intervals of this report rest on."""
        stories, claims = [s.story for s in self.scores], [s.claim_id for s in self.scores]
        return Resamples(stories, claims, resamples=self.draws)

    @cached_property
    def summary(self) -> dict[str, Estimate]:
        """Return every metric that is defined here, with its standard error and interval."""
        found = {name: self[name] for name, metric in self.metrics.items() if metric.defined(self.table).any()}
        return {name: estimate for name, estimate in found.items() if not math.isnan(estimate.value)}

    def __getitem__(self, name: str) -> Estimate:
        """Return a metric as an estimate; its value is NaN where it is undefined.

        Raises:
            ConfigError: there is no such metric.
        """
        metric = self.metrics.get(name)
        if metric is None:
            known = ", ".join(self.metrics)
            raise ConfigError(f"there is no metric {name!r}; there are: {known}", setting="metric")
        defined = int(metric.defined(self.table).sum())
        estimate = self.resamples.estimate(lambda weights: metric.value(self.table, weights), defined=defined)
        return unanimous(estimate) if metric.share else estimate

    def only(self, keep: Callable[[Score], bool], name: str) -> Report:
        """Return the report on some of the claims; `name` is added to that of the data."""
        scores = tuple(score for score in self.scores if keep(score))
        ids = {score.claim_id for score in scores}
        info = self.info.model_copy(
            update={
                "data": f"{self.info.data}:{name}",
                "claims": tuple(claim_id for claim_id in self.info.claims if claim_id in ids),
            }
        )
        return replace(self, info=info, scores=scores)

    def splits(self) -> list[Report]:
        """Return the report on each split, where there is more than one; else the report itself."""
        names = list(dict.fromkeys(score.split for score in self.scores))
        if len(names) < 2:
            return [self]
        return [self.only(lambda score, split=name: score.split == split, name) for name in names]  # type: ignore[misc]

    def compare(self, other: Report) -> Comparison:
        """Return the paired differences, `other` minus this one.

        Raises:
            CorpusError: the two were run on different data; the message says what differs.
        """
        from triage.evaluation.compare import compare

        return compare(self, other)

    def save(self, path: Path) -> None:
        """Write `run.json`, `scores.jsonl` and `summary.json` to a folder."""
        RunFolder(path).path.mkdir(parents=True, exist_ok=True)
        RunFolder(path).save(self.info)
        write_lines(path / "scores.jsonl", self.scores)
        shown = {name: figures(estimate) for name, estimate in self.summary.items()}
        write_whole(path / "summary.json", json.dumps(shown, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path | str) -> Report:
        """Read a finished run, or a baseline, from its folder.

        Raises:
            CorpusError: there is no finished run.
        """
        folder = RunFolder(Path(path))
        info = folder.info()
        return cls(info, tuple(read_lines(folder.path / "scores.jsonl", Score)), folder.rows(), folder.path)

    def __str__(self) -> str:
        """Return the report as a table."""
        from triage.evaluation.tables import plain, report_table

        return plain(report_table(self))


def pooled(reports: Sequence[Report]) -> Report:
    """Return several reports of one reader on different data as one, so that they can be compared together."""
    first = reports[0].info
    if len(reports) == 1:
        return reports[0]
    info = first.model_copy(
        update={
            "name": "+".join(report.info.name for report in reports),
            **{
                name: "+".join(getattr(report.info, name) for report in reports)
                for name in ("data", "data_sha256", "corpus_sha256")
            },
            "claims": tuple(claim_id for report in reports for claim_id in report.info.claims),
        }
    )
    scores = tuple(score for report in reports for score in report.scores)
    rows = {key: row for report in reports for key, row in report.rows.items()}
    return Report(info, scores, rows)


def figures(estimate: Estimate) -> dict[str, object]:
    """Return an estimate for JSON, where what is undefined is null."""
    values = asdict(estimate)
    return {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in values.items()}

"""A gate for CI: no significant loss against a committed baseline, and no metric below a floor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from triage.errors import ConfigError, CorpusError
from triage.evaluation.compare import Comparison
from triage.evaluation.results import Report

MOVE = "To hold later runs to this one instead, move the baseline: --save-baseline FOLDER (`make baseline`)"


@dataclass(frozen=True)
class Gate:
    """Whether a run passes, and if not, why; `comparison` is to the baseline, where there is one."""

    reasons: tuple[str, ...]
    comparison: Comparison | None = None

    @property
    def passed(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.reasons


def gate(report: Report, *, baseline: Report | None = None, floors: Mapping[str, float] | None = None) -> Gate:
    """Hold a run to a baseline and to floors.

    Args:
        report: the run.
        baseline: an earlier run on the same data; a metric of the tested family that is significantly worse fails.
        floors: the least a metric may be, or the most where lower is better. An undefined metric fails.

    Raises:
        ConfigError: there is no metric of that name.
        CorpusError: the baseline was made on other data.
    """
    reasons = []
    comparison = _compared(baseline, report) if baseline else None
    if comparison:
        for metric in comparison.worse:
            found = comparison[metric]
            reasons.append(
                f"{metric} fell short of the baseline: {found.a:.3f} -> {found.b:.3f}, "
                f"95 % interval of the difference {found.difference.low:+.3f} to {found.difference.high:+.3f}, "
                f"Holm p {found.holm:.3g}"
            )
    for name, floor in (floors or {}).items():
        value = report[name].value
        lower = report.metrics[name].better == "lower"
        if math.isnan(value):
            reasons.append(f"{name} is undefined, and {floor:g} is asked for")
        elif value > floor if lower else value < floor:
            reasons.append(f"{name} is {value:.3f}, {'above' if lower else 'below'} {floor:g}")
    return Gate(tuple(reasons), comparison)


def _compared(baseline: Report, report: Report) -> Comparison:
    try:
        return baseline.compare(report)
    except CorpusError as error:
        raise CorpusError(f"{error}. {MOVE}") from error


def floor_of(text: str) -> tuple[str, float]:
    """Return the name and number of `metric=x`.

    Raises:
        ConfigError: it is something else.
    """
    name, _, number = text.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise ConfigError(f"{text!r} is no floor: write it as macro_f1=0.7", setting="fail_under") from None

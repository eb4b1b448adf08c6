"""Gold in, runs out: metrics, comparison, gate.

    report = triage.evaluate(t, "dev")
    print(report, report["macro_f1"])
    print(report.compare(triage.evaluate(t.with_prompt("reading/v2"), "dev")))

Answering and scoring are apart: a run's folder keeps every answer, and scoring it again costs no model call.
"""

from __future__ import annotations

from triage.evaluation.compare import Comparison, compare
from triage.evaluation.data import Dataset
from triage.evaluation.gate import gate
from triage.evaluation.results import Report
from triage.evaluation.suite import evaluate, rescore

__all__ = ["Comparison", "Dataset", "Report", "compare", "evaluate", "gate", "rescore"]

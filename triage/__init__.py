"""Is a claim corroborated, by whom, and who is only repeating whom?

    import triage
    t = triage.load("corpus/belarus-2022")
    v = t.check("The chief of Belarus's general staff resigned over the war.")
    v.label, v.support.n_min, v.evidence[0].citation.quote

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.errors import (
    ConfigError,
    CorpusError,
    IndexError_,
    ModelError,
    PromptError,
    TriageError,
    UnreadableReply,
)
from triage.schema import (
    Citation,
    Claim,
    Cue,
    Document,
    Evidence,
    Hit,
    Label,
    Origin,
    OriginCount,
    Passage,
    Probabilities,
    Reading,
    Relay,
    Run,
    Stance,
    Trail,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from triage.chain import Triage
    from triage.evaluation import evaluate
    from triage.readers import Reader

__all__ = [
    "Citation",
    "Claim",
    "ConfigError",
    "CorpusError",
    "Cue",
    "Document",
    "Evidence",
    "Hit",
    "IndexError_",
    "Label",
    "ModelError",
    "Origin",
    "OriginCount",
    "Passage",
    "Probabilities",
    "PromptError",
    "Reading",
    "Relay",
    "Run",
    "Stance",
    "Trail",
    "Triage",
    "TriageError",
    "UnreadableReply",
    "Verdict",
    "evaluate",
    "load",
]


def load(
    corpus: str | Path | Iterable[Document],
    *,
    reader: str | Reader | None = None,
    embedder: str | None = None,
    reliability: Mapping[str, str] | None = None,
    progress: bool = False,
    **settings: Any,
) -> Triage:
    """Open the index of a corpus, building or updating it where needed, and return what checks claims against it.

    Args:
        corpus: a folder, a file, or documents.
        reader: `local`, `chat:MODEL`, `decisions:MODEL`, or a `Reader`.
        embedder: `local`, or any LangChain embeddings by name.
        reliability: source-reliability letters (A to F) by origin name, where you have them.
        progress: show a progress bar.
        settings: any field of `triage.settings.Settings`.

    Raises:
        ConfigError: a setting cannot be used.
        CorpusError: there is nothing to read at `corpus`.
        IndexError_: the index was made by another embedder or version, or is damaged.
    """
    from triage.chain import Triage, open_index
    from triage.settings import load_settings

    named = reader if isinstance(reader, str) else None
    chosen = load_settings(reader=named, embedder=embedder, **settings)
    index, problems = open_index(corpus, chosen, progress=progress)
    given = None if reader is None or isinstance(reader, str) else reader
    return Triage(index, settings=chosen, reader=given, reliability=reliability, problems=problems)


def _in_a_notebook(verdict: Verdict) -> str:
    from triage.report.page import fragment

    return fragment(verdict)


def _in_ipython(verdict: Verdict, printer: Any, cycle: bool) -> None:
    from triage.report.terminal import plain

    printer.text(plain(verdict))


# IPython looks for these methods. The schema is the lowest layer and cannot know of pages; this module knows both.
setattr(Verdict, "_repr_html_", _in_a_notebook)  # noqa: B010
setattr(Verdict, "_repr_pretty_", _in_ipython)  # noqa: B010


def __getattr__(name: str) -> Any:
    if name == "Triage":
        from triage.chain import Triage

        return Triage
    if name == "evaluate":
        from triage.evaluation import evaluate

        return evaluate
    raise AttributeError(f"module 'triage' has no attribute {name!r}")

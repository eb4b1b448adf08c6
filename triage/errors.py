"""Everything this library raises on purpose.

::

    TriageError
      ConfigError          a setting is missing or wrong             .setting
      CorpusError          a document or record cannot be used       .path .line
      PromptError          a prompt is missing, changed or unfilled  .prompt_id
      IndexError_          an index cannot be opened                 .path
      ModelError           a model or the network failed             .claim .retryable
        UnreadableReply    a model answered, but not usably          .raw

Every message says what happened and what to do about it. A quote that is not in its document is not an
error: it is listed in `Verdict.rejected`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


class TriageError(Exception):
    """Base of every error that this library raises on purpose."""


class ConfigError(TriageError):
    """A setting is missing or cannot be used; `setting` names it."""

    def __init__(self, message: str, *, setting: str) -> None:
        super().__init__(message)
        self.setting = setting


class CorpusError(TriageError):
    """A document or record cannot be used; `path` and `line` (1-based) say where."""

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(where + message)
        self.path = path
        self.line = line


class PromptError(TriageError):
    """A prompt is missing, lacks a variable, or differs from its lock; `prompt_id` names it."""

    def __init__(self, message: str, *, prompt_id: str) -> None:
        super().__init__(f"prompt {prompt_id}: {message}")
        self.prompt_id = prompt_id


class IndexError_(TriageError):  # noqa: N801, N818  (the built-in IndexError has the name)
    """An index is absent, damaged or made by another embedder; `path` says which."""

    def __init__(self, message: str, *, path: Path | str) -> None:
        super().__init__(f"index {path}: {message}")
        self.path = path


class ModelError(TriageError):
    """A model or the network failed; `retryable` says whether trying again can help.

    `usage` is what was used before it failed (a `triage.schema.Usage`), where that is known.
    """

    def __init__(self, message: str, *, claim: str | None = None, retryable: bool = False) -> None:
        super().__init__(message)
        self.claim = claim
        self.retryable = retryable
        self.usage: Any = None


class UnreadableReply(ModelError):  # noqa: N818
    """A model answered, but its answer cannot be used; `raw` is what it said."""

    def __init__(self, message: str, *, raw: str, claim: str | None = None) -> None:
        super().__init__(message, claim=claim, retryable=False)
        self.raw = raw

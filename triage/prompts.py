"""Prompts: one folder a task, one file a version. A released file never changes; `lock.json` holds its hash.

A file has front matter (`id`, `parent`, `why`; the `fields` of the answer in the order in which the model gives them,
or the `choices` that it has) and two named sections, `## system` and `## user`. Variables are those of
`string.Template`. They stand in the user section alone: what comes from documents never reaches the system message.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

import yaml
from pydantic import Field, ValidationError

from triage.errors import PromptError
from triage.schema import Frozen, sha256
from triage.settings import data_path

LOCK = "lock.json"

_FILE = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_SECTION = re.compile(r"^## (system|user)[ \t]*$", re.MULTILINE)


class Prompt(Frozen):
    """A version of a prompt. `sha256` is that of the file, and what `Run.prompts` records."""

    prompt_id: str = Field(pattern=r"^[a-z][a-z-]*/v[1-9]\d*$")
    parent: str | None
    why: str = Field(min_length=1)
    fields: tuple[str, ...] = ()
    choices: dict[str, str] = Field(default_factory=dict)
    system: str = Field(min_length=1)
    user: str = Field(min_length=1)
    sha256: str

    @property
    def variables(self) -> frozenset[str]:
        """Return the names of the variables that must be given."""
        return frozenset(Template(self.user).get_identifiers())

    def render(self, **values: str) -> list[tuple[str, str]]:
        """Return the messages as (role, text).

        Raises:
            PromptError: a variable is missing, or one is given that the prompt does not have.
        """
        missing, unknown = self.variables - values.keys(), values.keys() - self.variables
        if missing:
            raise PromptError(f"the variable {_named(missing)} is not given", prompt_id=self.prompt_id)
        if unknown:
            raise PromptError(f"there is no variable {_named(unknown)} in it", prompt_id=self.prompt_id)
        return [("system", self.system), ("user", Template(self.user).substitute(values))]


def get(prompt_id: str, *, folder: Path | None = None) -> Prompt:
    """Return a prompt by id (`reading/v1`), or one that is being written by the path of its file (`mine.md`).

    Raises:
        PromptError: there is none, it cannot be used, or it differs from the lock.
    """
    folder = folder or data_path("prompts")
    if prompt_id.endswith(".md"):
        return _read(Path(prompt_id), prompt_id)
    path = folder / f"{prompt_id}.md"
    if not path.is_file():
        known = ", ".join(ids(folder=folder)) or "none"
        raise PromptError(f"there is no such prompt; there are: {known}", prompt_id=prompt_id)
    prompt = _read(path, prompt_id)
    if prompt.prompt_id != prompt_id:
        raise PromptError(f"its front matter calls it {prompt.prompt_id}: make the two agree", prompt_id=prompt_id)
    locked = lock(folder=folder).get(prompt_id)
    if locked not in (None, prompt.sha256):
        message = f"{path} was changed after its release; restore it and write the change as a new version"
        raise PromptError(message, prompt_id=prompt_id)
    return prompt


def ids(*, folder: Path | None = None) -> list[str]:
    """Return the ids of all prompts, by task and version."""
    folder = folder or data_path("prompts")
    found = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/v*.md")]
    return sorted(found, key=lambda name: (name.split("/")[0], int(re.sub(r"\D", "", name.split("/")[1]) or 0)))


def lock(*, folder: Path | None = None) -> dict[str, str]:
    """Return the SHA-256 of each released prompt by id."""
    path = (folder or data_path("prompts")) / LOCK
    if not path.is_file():
        return {}
    locked: dict[str, str] = json.loads(path.read_text("utf-8"))
    return locked


def release(*, folder: Path | None = None) -> list[str]:
    """Add the prompts that the lock does not hold yet to it; return their ids. What it holds is never replaced.

    Raises:
        PromptError: a prompt cannot be used, or a released one was changed.
    """
    folder = folder or data_path("prompts")
    locked = lock(folder=folder)
    found = {name: get(name, folder=folder).sha256 for name in ids(folder=folder)}
    new = [name for name in found if name not in locked]
    if new:
        text = json.dumps({**locked, **{name: found[name] for name in new}}, indent=2, sort_keys=True)
        (folder / LOCK).write_text(text + "\n", "utf-8")
    return new


def diff(old: str, new: str, *, folder: Path | None = None) -> str:
    """Return what differs between two prompts as a unified diff, with `why` first; empty where nothing does."""
    before, after = (_shown(get(name, folder=folder)).splitlines(keepends=True) for name in (old, new))
    return "".join(difflib.unified_diff(before, after, fromfile=old, tofile=new))


def show(prompt_id: str, *, folder: Path | None = None) -> str:
    """Return a prompt as it is sent, with the reason for it and its hash."""
    prompt = get(prompt_id, folder=folder)
    return f"{_shown(prompt)}\nsha256 {prompt.sha256}\n"


def _shown(prompt: Prompt) -> str:
    head = f"parent: {prompt.parent or 'none'}\nwhy: {prompt.why}\nfields: {', '.join(prompt.fields) or 'none'}\n"
    head += "".join(f"choice {name}: {meaning}\n" for name, meaning in prompt.choices.items())
    return f"{head}\n## system\n\n{prompt.system}\n\n## user\n\n{prompt.user}\n"


def _read(path: Path, prompt_id: str) -> Prompt:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path} cannot be read ({error})", prompt_id=prompt_id) from None
    try:
        return _parsed(text)
    except (ValueError, yaml.YAMLError) as error:
        raise PromptError(f"{path} is no prompt: {_reason(error)}", prompt_id=prompt_id) from None


@lru_cache(maxsize=64)
def _parsed(text: str) -> Prompt:
    parts = _FILE.match(text)
    if not parts:
        raise ValueError("it must begin with front matter between two lines of ---")
    head: dict[str, Any] = yaml.safe_load(parts["head"])
    _, *pieces = _SECTION.split(parts["body"])
    sections = {name: piece.strip() for name, piece in zip(pieces[::2], pieces[1::2], strict=True)}
    for name in ("system", "user"):
        if not sections.get(name):
            raise ValueError(f"it lacks the section '## {name}'")
    if Template(sections["system"]).get_identifiers():
        raise ValueError("its system section has a variable; variables belong in the user section")
    if not Template(sections["user"]).is_valid():
        raise ValueError("a '$' in its user section begins no variable; write '$$' for a dollar sign")
    return Prompt(
        prompt_id=head.get("id", ""),
        parent=head.get("parent"),
        why=str(head.get("why") or "").strip(),
        fields=tuple(head.get("fields") or ()),
        choices=head.get("choices") or {},
        sha256=sha256(text),
        **sections,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{first['loc'][0]}: {first['msg']}"
    return str(error)


def _named(names: set[str] | frozenset[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names))

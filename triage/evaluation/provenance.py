"""Where answers come from: the code, the models, the versions, the commit."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_AFTER = {"_data", "evaluation", "report", "export", "repl", "batch", "mcp_server", "cli", "cli_eval", "__main__"}
_ANSWERS = {Path("evaluation") / "perfect.py"}
PACKAGES = (
    "triage-claims",
    "chromadb",
    "tantivy",
    "langchain-core",
    "langchain-openai",
    "openai",
    "onnxruntime",
    "numpy",
)


@lru_cache(maxsize=1)
def package_sha256() -> str:
    """Return a hash of every file of the package that an answer can depend on: code and models, but no metrics."""
    digest = hashlib.sha256()
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.is_file()):
        place = path.relative_to(_PACKAGE)
        after = Path(place.parts[0]).stem in _AFTER and place not in _ANSWERS
        if not after and "__pycache__" not in place.parts:
            digest.update(place.as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def git_state() -> tuple[str | None, bool | None]:
    """Return the commit that the package's files come from and whether they were changed since; None outside git."""
    root = _PACKAGE.parent

    def git(*words: str) -> str | None:
        try:
            done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    if git("ls-files", "triage/__init__.py") != "triage/__init__.py":
        return None, None
    status = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "HEAD"), None if status is None else bool(status)


def versions() -> dict[str, str]:
    """Return the versions of Python and of what answers depend on."""
    found = {"python": sys.version.split()[0]}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

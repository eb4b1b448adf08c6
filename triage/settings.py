"""What can be set, from arguments or `TRIAGE_*` in the environment, and where the project's data lie."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from triage.errors import ConfigError


class Settings(BaseSettings):
    """Frozen settings; each can be given as `TRIAGE_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="TRIAGE_", frozen=True, extra="forbid")

    reader: str = "local"
    """`local`, `chat:MODEL` or `decisions:MODEL`."""
    prompt: str = "reading/v1"
    embedder: str = "local"
    """`local`, or any LangChain embeddings by name (`openai:text-embedding-3-small`)."""
    base_url: str | None = None
    """An OpenAI-compatible server; the OpenAI client's own `OPENAI_BASE_URL` works as well."""
    k: int = Field(default=32, ge=1, le=1000)
    """Passages that are read for a claim."""
    threads: int = Field(default=0, ge=0)
    """Threads of the bundled models; 0 lets the runtime choose."""
    concurrency: int = Field(default=4, ge=1, le=256)
    """Claims, or model calls, under way at once."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds a model call may take."""
    max_retries: int = Field(default=3, ge=0)
    requests_per_second: float | None = Field(default=None, gt=0)
    isolate: bool = False
    """Read each document in a model call of its own, so that nothing it says can sway how another is read."""
    cache: bool = True
    """Keep model replies on disk and use them again for the same request."""
    cache_dir: Path = user_cache_path("triage")
    """Where indexes and replies are kept."""


def load_settings(**changes: Any) -> Settings:
    """Return the settings from the environment with `changes` laid over them.

    Raises:
        ConfigError: a value cannot be used; `.setting` names it.
    """
    try:
        return Settings(**{name: value for name, value in changes.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise ConfigError(f"{name}: {first['msg']} (got {first['input']!r})", setting=name) from None


def data_path(*parts: str) -> Path:
    """Return where `prompts/`, `eval/` or `corpus/` lie: in the installed package, else in the checkout."""
    packaged = Path(str(resources.files("triage"))) / "_data"
    root = packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent
    return root.joinpath(*parts)

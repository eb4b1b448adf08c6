"""Requests to a model and its replies: what they cost, and how good ones are kept on disk."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import threading
import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from triage.schema import Json, Usage, sha256

logger = logging.getLogger(__name__)

ReplyStatus = Literal["ok", "invalid", "refused", "truncated", "filtered", "overflow"]


@dataclass(frozen=True)
class Request:
    """One question to a model: messages as (role, text), and the JSON schema of the answer."""

    prompt_id: str
    messages: tuple[tuple[str, str], ...]
    schema: Json


@dataclass(frozen=True)
class Reply:
    """What came back. `text` is the reply as it stands, usable or not; `overflow` says that the request was too long.

    `answer` is the parsed reply where `status` is `ok`.
    """

    status: ReplyStatus
    text: str
    usage: Usage = field(default_factory=lambda: Usage(calls=1))
    model: str | None = None
    answer: Json | None = None


def added(first: Usage, second: Usage) -> Usage:
    """Return the sum of two usages; a cost that is unknown makes the sum unknown."""
    cost = None if first.cost is None or second.cost is None else first.cost + second.cost
    return Usage(
        calls=first.calls + second.calls,
        input_tokens=first.input_tokens + second.input_tokens,
        cached_tokens=first.cached_tokens + second.cached_tokens,
        output_tokens=first.output_tokens + second.output_tokens,
        cost=cost,
    )


@lru_cache(maxsize=1)
def prices() -> dict[str, Any]:
    """Return the price table, US dollars per million tokens by provider and model, with the day `as_of`."""
    return tomllib.loads((resources.files("triage") / "prices.toml").read_text("utf-8"))


def cost(provider: str | None, model: str | None, usage: Usage) -> float | None:
    """Return what tokens cost in US dollars, a dated name as its model does; None where the table has no price."""
    table = prices().get(provider or "", {})
    row = table.get(model) or table.get(re.sub(r"-\d{4}-\d{2}-\d{2}$", "", model or ""))
    if row is None:
        return None
    fresh = usage.input_tokens - usage.cached_tokens
    paid = fresh * row["input"] + usage.cached_tokens * row["cached_input"] + usage.output_tokens * row["output"]
    return float(paid / 1_000_000)


class ReplyCache:
    """Usable replies on disk, by everything that went into the request.

    A reply from here counts no call and no cost; its tokens are those that the model reported, all of the input as
    cached, so that prompts can be compared on a second run. A damaged file is passed over: a cache costs no claim.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base: sqlite3.Connection | None = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("CREATE TABLE IF NOT EXISTS replies (request TEXT PRIMARY KEY, reply TEXT NOT NULL)")
            self._base.commit()
        except (sqlite3.Error, OSError) as error:
            logger.warning("replies are not kept: %s: %s", path, error)
            self._base = None

    @staticmethod
    def key(request: Json) -> str:
        """Return the key of a request: the hash of its canonical JSON."""
        return sha256(json.dumps(request, sort_keys=True, ensure_ascii=False))

    def get(self, key: str) -> Reply | None:
        """Return a kept reply, or None."""
        found = self._run("SELECT reply FROM replies WHERE request = ?", key)
        if not found:
            return None
        kept = json.loads(found[0][0])
        usage = Usage(**kept["usage"])
        free = usage.model_copy(update={"calls": 0, "cached_tokens": usage.input_tokens, "cost": 0.0})
        return Reply("ok", kept["text"], free, kept["model"], kept["answer"])

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply, if it is usable."""
        if reply.status == "ok":
            kept = {"text": reply.text, "usage": reply.usage.model_dump(), "model": reply.model, "answer": reply.answer}
            self._run("INSERT OR REPLACE INTO replies VALUES (?, ?)", key, json.dumps(kept, ensure_ascii=False))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._base is not None:
                self._base.close()
            self._base = None

    def _run(self, statement: str, *values: str) -> list[tuple[str]]:
        with self._lock:
            if self._base is None:
                return []
            try:
                found: list[tuple[str]] = self._base.execute(statement, values).fetchall()
                self._base.commit()
                return found
            except sqlite3.Error as error:
                logger.warning("the cache of replies cannot be used: %s", error)
                return []


def priced(reply: Reply, provider: str | None, model: str) -> Reply:
    """Return a reply with its cost, by the model that was asked for or that answered."""
    known = cost(provider, model, reply.usage)
    if known is None:
        known = cost(provider, reply.model, reply.usage)
    return replace(reply, usage=reply.usage.model_copy(update={"cost": known}))

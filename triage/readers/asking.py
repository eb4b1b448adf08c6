"""Asking a model, sync or async from one implementation: limits, a cache, and a way to fail.

What fails in transport (the network, a rate limit, a server) is raised as `ModelError` once the client has given up
trying again; what fails in the answer is a `Reply` with its status, the raw text and the usage.
"""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Generator
from typing import TypeVar

from langchain_core.exceptions import ContextOverflowError
from langchain_core.rate_limiters import InMemoryRateLimiter

from triage.errors import ModelError
from triage.readers.replies import Reply, ReplyCache, Request, priced
from triage.schema import Json
from triage.settings import Settings

Result = TypeVar("Result")
Asking = Generator[Request, Reply, Result]
"""Work that yields requests, is sent their replies, and returns a result: written once, run sync or async."""

CACHE_FILE = "replies.sqlite3"


def limiter(settings: Settings) -> InMemoryRateLimiter | None:
    """Return the limiter that `requests_per_second` asks for."""
    rate = settings.requests_per_second
    return InMemoryRateLimiter(requests_per_second=rate, check_every_n_seconds=0.02) if rate else None


def key_for(base_url: str | None) -> str | None:
    """Return the key to hand over where the environment has none: a server of one's own seldom asks for one."""
    own = base_url or os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE")
    return "none" if own and not os.environ.get("OPENAI_API_KEY") else None


class Asker(ABC):
    """Asks a model, at most `settings.concurrency` times at once, and keeps what `keep` is told to keep."""

    def __init__(self, name: str, at: str, provider: str | None, settings: Settings) -> None:
        """Take the model's name, the address of its server where it is not the provider's own, and the provider."""
        self.name = name
        self.isolate = settings.isolate
        self._at = at
        self._provider = provider
        self._cache = ReplyCache(settings.cache_dir / CACHE_FILE) if settings.cache else None
        self._gate = threading.BoundedSemaphore(settings.concurrency)
        self._gates: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]
        self._gates = weakref.WeakKeyDictionary()
        self._concurrency = settings.concurrency

    @property
    @abstractmethod
    def budget(self) -> int:
        """Return how many characters of passages one call may hold."""

    @abstractmethod
    def _send(self, request: Request) -> Reply:
        """Put a request to the model."""

    @abstractmethod
    async def _asend(self, request: Request) -> Reply:
        """Put a request to the model."""

    def _settings(self) -> Json:
        """Return what else the reply depends on."""
        return {}

    def run(self, asking: Asking[Result]) -> Result:
        """Carry out a piece of work."""
        try:
            request = next(asking)
            while True:
                try:
                    reply = self.ask(request)
                except ModelError as error:
                    request = asking.throw(error)
                else:
                    request = asking.send(reply)
        except StopIteration as done:
            result: Result = done.value
            return result

    async def arun(self, asking: Asking[Result]) -> Result:
        """Carry out a piece of work; see `run`."""
        try:
            request = next(asking)
            while True:
                try:
                    reply = await self.aask(request)
                except ModelError as error:
                    request = asking.throw(error)
                else:
                    request = asking.send(reply)
        except StopIteration as done:
            result: Result = done.value
            return result

    def ask(self, request: Request) -> Reply:
        """Return the reply to a request.

        Raises:
            ModelError: the model could not be reached, or its server failed.
        """
        if kept := self._kept(request):
            return kept
        with self._gate:
            return self._priced(self._send(request))

    async def aask(self, request: Request) -> Reply:
        """Return the reply to a request; see `ask`."""
        if kept := self._kept(request):
            return kept
        loop = asyncio.get_running_loop()
        async with self._gates.setdefault(loop, asyncio.Semaphore(self._concurrency)):
            return self._priced(await self._asend(request))

    def keep(self, request: Request, reply: Reply) -> None:
        """Keep a reply on disk; for the one who asked to say, once the answer has proved usable."""
        if self._cache and reply.usage.calls:
            self._cache.put(self._key(request), reply)

    def _kept(self, request: Request) -> Reply | None:
        return self._cache.get(self._key(request)) if self._cache else None

    def _key(self, request: Request) -> str:
        return ReplyCache.key(
            {
                "model": self.name,
                "at": self._at,
                "settings": self._settings(),
                "messages": request.messages,
                "schema": request.schema,
            }
        )

    def _priced(self, reply: Reply) -> Reply:
        official = not self._at or "//api.openai.com/" in self._at
        return priced(reply, self._provider if official else None, self.name.rpartition(":")[2])


def failure(error: Exception, model: str, prompt_id: str) -> Reply:
    """Return the reply to a request that the server would not take: too long, or filtered.

    Raises:
        ModelError: it is no such thing; names the model and the prompt.
    """
    if isinstance(error, ContextOverflowError):
        return Reply("overflow", str(error))
    if getattr(error, "code", None) == "content_filter":
        return Reply("filtered", str(error))
    status = getattr(error, "status_code", None)
    kind = type(error).__name__
    retryable = status in (408, 409, 429) or (status or 0) >= 500 or "Timeout" in kind or "Connection" in kind
    reason = " ".join(str(error).split())[:300] or kind
    advice = "try again later" if retryable else "see the message of its server"
    message = f"{model} gave no answer to the prompt {prompt_id}: {kind}: {reason} ({advice})"
    raise ModelError(message, retryable=retryable) from error

"""A chat model that is asked for JSON by a schema: any of LangChain's, and what each way to end its answer means."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable, RunnableLambda

from triage.errors import ConfigError
from triage.readers.asking import Asker, failure, key_for, limiter
from triage.readers.replies import Reply, ReplyStatus, Request
from triage.schema import Json, Usage
from triage.settings import Settings

_OPENAI = ("gpt-", "chatgpt-", "o1", "o3", "o4")
_ENDS: dict[str, ReplyStatus] = {
    "length": "truncated",
    "max_tokens": "truncated",
    "MAX_TOKENS": "truncated",
    "content_filter": "filtered",
    "SAFETY": "filtered",
    "refusal": "refused",
}


def chat_model(name: str, settings: Settings, **extra: Any) -> BaseChatModel:
    """Return a chat model by any name that `init_chat_model` knows; a name without a provider is OpenAI's.

    Raises:
        ConfigError: the model cannot be set up: no key, or the provider's package is not installed.
    """
    from langchain.chat_models import init_chat_model

    kwargs: dict[str, Any] = {
        "temperature": 0,
        "timeout": settings.timeout,
        "max_retries": settings.max_retries,
        "rate_limiter": limiter(settings),
        **({"base_url": settings.base_url} if settings.base_url else {}),
        **extra,
    }
    try:
        return _named(name, init_chat_model, kwargs, settings.base_url)
    except ImportError as error:
        raise ConfigError(f"chat:{name} needs a package that is not installed: {error}", setting="reader") from None
    except Exception as error:
        message = f"the model {name!r} cannot be set up: {error} (for OpenAI's, set OPENAI_API_KEY, or a base_url)"
        raise ConfigError(message, setting="reader") from error


def _named(
    name: str, init: Callable[..., BaseChatModel], kwargs: dict[str, Any], base_url: str | None
) -> BaseChatModel:
    provider, colon, rest = name.partition(":")
    key = key_for(base_url)
    keyed = {**kwargs, **({"api_key": key} if key else {})}
    if colon and provider == "openai":
        model = init(rest, model_provider="openai", **keyed)
    elif (base_url and not colon) or name.startswith(_OPENAI):
        model = init(name, model_provider="openai", **keyed)
    else:
        try:
            model = init(name, **kwargs)
        except ValueError as error:
            if "infer model provider" not in str(error):
                raise
            model = init(name, model_provider="openai", **keyed)
    if (model.profile or {}).get("temperature") is False and getattr(model, "temperature", None) is not None:
        return model.model_copy(update={"temperature": None})
    return model


class Chat(Asker):
    """Asks a chat model for JSON."""

    def __init__(self, model: str | BaseChatModel, settings: Settings, **extra: Any) -> None:
        """Take a model by name, or ready-made; `extra` goes to `init_chat_model`."""
        self.model = chat_model(model, settings, **extra) if isinstance(model, str) else model
        known = self.model._get_ls_params()
        name = model if isinstance(model, str) else str(known.get("ls_model_name") or type(model).__name__)
        at = str(getattr(self.model, "openai_api_base", None) or settings.base_url or "")
        super().__init__(name, at, known.get("ls_provider"), settings)

    @property
    def budget(self) -> int:
        """Return how many characters of passages one call may hold: a quarter of the context, at four a token."""
        context = (self.model.profile or {}).get("max_input_tokens")
        return min(int(context), 128_000) if context else 16_000

    def _settings(self) -> Json:
        return {name: str(value) for name, value in sorted(self.model._get_ls_params().items())}

    def _send(self, request: Request) -> Reply:
        try:
            raw = self._asked(request.schema).invoke(list(request.messages))
        except Exception as error:
            return self._failed(request, error)
        return _replied(request, raw["raw"])

    async def _asend(self, request: Request) -> Reply:
        try:
            raw = await self._asked(request.schema).ainvoke(list(request.messages))
        except Exception as error:
            return self._failed(request, error)
        return _replied(request, raw["raw"])

    def _asked(self, schema: Json) -> Runnable[Any, Any]:
        how = {"method": "json_schema", "strict": True} if self._provider == "openai" else {}
        try:
            return self.model.with_structured_output(schema, include_raw=True, **how)
        except NotImplementedError:  # a model that can only write: its text is parsed
            return self.model | RunnableLambda(lambda message: {"raw": message})

    def _failed(self, request: Request, error: Exception) -> Reply:
        completion = getattr(error, "completion", None)
        return failure(error, self.name, request.prompt_id) if completion is None else _from_completion(completion)


def _replied(request: Request, message: AIMessage) -> Reply:
    counts: Any = message.usage_metadata or {}
    usage = Usage(
        calls=1,
        input_tokens=counts.get("input_tokens") or 0,
        cached_tokens=(counts.get("input_token_details") or {}).get("cache_read") or 0,
        output_tokens=counts.get("output_tokens") or 0,
    )
    called = [call["args"] for call in message.tool_calls]
    text = json.dumps(called[0], ensure_ascii=False) if called else str(message.text)
    facts = message.response_metadata
    refusal = message.additional_kwargs.get("refusal")
    answered = facts.get("model_name") or facts.get("model")
    status = "refused" if refusal else _ENDS.get(str(facts.get("finish_reason") or facts.get("stop_reason")), "ok")
    return _checked(Reply(status, refusal or text, usage, answered), request.schema)


def _from_completion(completion: Any) -> Reply:
    """Return the reply in a completion that the OpenAI client found unfit to parse."""
    choice, counts = completion.choices[0], completion.usage
    details = getattr(counts, "prompt_tokens_details", None)
    usage = Usage(
        calls=1,
        input_tokens=getattr(counts, "prompt_tokens", 0) or 0,
        cached_tokens=getattr(details, "cached_tokens", 0) or 0,
        output_tokens=getattr(counts, "completion_tokens", 0) or 0,
    )
    status = _ENDS.get(choice.finish_reason, "invalid")
    return Reply(status, choice.message.content or "", usage, completion.model)


def _checked(reply: Reply, schema: Json) -> Reply:
    """Return the reply parsed, or as invalid where it is no JSON object with the fields that were asked for."""
    if reply.status != "ok":
        return reply
    try:
        answer = json.loads(_unfenced(reply.text))
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not set(schema["required"]) <= answer.keys():
        return Reply("invalid", reply.text, reply.usage, reply.model)
    return Reply("ok", reply.text, reply.usage, reply.model, answer)


def _unfenced(text: str) -> str:
    """Return a reply without the code fence that models like to put around JSON."""
    text = text.strip()
    return text.removeprefix("```json").removeprefix("```").removesuffix("```") if text.startswith("```") else text

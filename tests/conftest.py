"""No test reaches the network. Cassettes hold what a model once answered, and a test that asks otherwise fails."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from vcr.errors import CannotOverwriteExistingCassetteException

from tests.faults import FORWARDED

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
RESERVED = "http://llm.invalid/v1"
"""Where the cassettes say that the model is: a name that can belong to nobody (RFC 2606)."""

RECORDED_FROM = os.environ.get("TRIAGE_RECORD_URL", "http://127.0.0.1:8081/v1")

_KEPT_HEADERS = {"content-type", "retry-after", "retry-after-ms"}
_MISS = pytest.StashKey[str]()


@pytest.fixture(scope="session", autouse=True)
def _plain_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("TRIAGE_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
                patch.delenv(name)
        patch.setenv("OPENAI_API_KEY", "no-key")
        patch.setenv("LANGSMITH_TRACING", "false")
        patch.setenv("ANONYMIZED_TELEMETRY", "False")
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.block_network(allowed_hosts=LOOPBACK))


@pytest.fixture
def model_url(record_mode: str) -> str:
    """Return the address of the model: the reserved one, or while recording the one that answers."""
    return RESERVED if record_mode == "none" else RECORDED_FROM


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return {
        "match_on": ("method", "scheme", "host", "port", "path", "query", "body"),
        "before_record_request": _anonymous,
        "before_record_response": _bare,
        "decode_compressed_response": True,
        "ignore_localhost": False,
    }


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    vcr.register_serializer("yaml", Readable)


def _anonymous(request: Any) -> Any:
    """Keep of a request what the answer depends on; whoever answered stands behind the reserved name."""
    if FORWARDED in {name.lower() for name in request.headers}:
        return None
    if not request.uri.startswith(RESERVED):
        head, _, path = request.uri.partition("/v1/")
        if "://127.0.0.1:" not in head and "://localhost:" not in head and head != RECORDED_FROM.removesuffix("/v1"):
            return request
        request.uri = f"{RESERVED}/{path}"
    request.headers = {k: v for k, v in request.headers.items() if k.lower() == "content-type"}
    return request


def _bare(response: dict[str, Any]) -> dict[str, Any]:
    response["headers"] = {k: v for k, v in response["headers"].items() if k.lower() in _KEPT_HEADERS}
    return response


class Readable:
    """A cassette as YAML for people: JSON bodies as trees, long texts in blocks, in the order of the requests."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        for exchange in cassette["interactions"]:
            for part in (exchange["request"], exchange["response"]):
                body = part.get("body")
                text = body.get("string") if isinstance(body, dict) else body
                try:
                    tree = json.loads(text or "")
                except ValueError:
                    continue
                del part["body"]
                part["json"] = tree
        return yaml.dump(cassette, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)

    @staticmethod
    def deserialize(text: str) -> Any:
        cassette = yaml.safe_load(text)
        for exchange in cassette["interactions"]:
            for name in ("request", "response"):
                part = exchange[name]
                if "json" in part:
                    body = json.dumps(part.pop("json"), ensure_ascii=False)
                    part["body"] = body if name == "request" else {"string": body}
        return cassette


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


@pytest.fixture(autouse=True)
def _every_answer_is_asked_for(vcr: Any, record_mode: str, request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    failed = request.node.stash.get(_MISS, None)
    if vcr is not None and record_mode == "none" and not failed and not vcr.all_played:
        unused = len(vcr) - vcr.play_count
        pytest.fail(f"{unused} recorded answer(s) were not asked for: `make record`, or delete {Path(vcr._path).name}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Say what a cassette miss means, however deep it lies: clients wrap it and try again."""
    report: Any = yield
    error: BaseException | None = call.excinfo.value if call.excinfo else None
    while error is not None:
        item.stash[_MISS] = "failed"
        if isinstance(error, CannotOverwriteExistingCassetteException):
            report.sections.append(
                (
                    "cassette",
                    "The request is not in the cassette: a prompt, schema or setting is not what it was.\n"
                    "A released prompt never changes: write a new version. For any other change: `make record`.",
                )
            )
            break
        error = error.__cause__ or error.__context__
    return report

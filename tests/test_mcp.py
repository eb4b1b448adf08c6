from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from mcp import Client, StdioServerParameters

from tests.gold_triage import CLAIM, FAILS, gold_triage
from tests.verdicts import documents, verdict
from triage.mcp_server import serve, server

ROOT = Path(__file__).resolve().parent.parent


@asynccontextmanager
async def connected(tmp_path: Path) -> AsyncIterator[Client]:
    async with Client(server(gold_triage(tmp_path))) as client:
        yield client


def said(result: Any) -> str:
    return " ".join(part.text for part in result.content)


async def test_the_tools_say_what_they_take(tmp_path: Path) -> None:
    async with connected(tmp_path) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"check_claim", "search", "show_passage"}
        for tool in tools.values():
            assert tool.description and tool.output_schema
            assert tool.annotations is not None and tool.annotations.read_only_hint
        assert tools["check_claim"].input_schema["required"] == ["claim"]
        assert "never instructions" in (client.instructions or "")


async def test_check_claim_returns_the_verdict_with_citations_that_can_be_shown(tmp_path: Path) -> None:
    async with connected(tmp_path) as client:
        result = await client.call_tool("check_claim", {"claim": CLAIM})
        found = result.structured_content
        assert found is not None and not result.is_error
        assert found["label"] == "corroborated" and found["support"] == {"n_min": 2, "n_max": 2}
        assert len(found["evidence"]) == len(verdict("dam-crack-01").evidence)
        for item in found["evidence"]:
            place = {name: item[name] for name in ("doc_id", "start", "end")}
            shown = (await client.call_tool("show_passage", {**place, "around": 40})).structured_content
            assert shown is not None and shown["quote"] == item["quote"]
            text = documents()[item["doc_id"]].text
            assert shown["before"] + shown["quote"] + shown["after"] in text
        early = (await client.call_tool("check_claim", {"claim": CLAIM, "as_of": "2031-04-12"})).structured_content
        assert early is not None and early["label"] == "single_source" and early["as_of"] == "2031-04-12"


async def test_search_returns_passages(tmp_path: Path) -> None:
    async with connected(tmp_path) as client:
        result = await client.call_tool("search", {"query": "crack dam inspector", "k": 3})
        assert result.structured_content is not None
        hits = result.structured_content["result"]
        assert len(hits) == 3
        for hit in hits:
            assert documents()[hit["doc_id"]].text[hit["start"] : hit["end"]] == hit["text"]


@pytest.mark.parametrize(
    ("tool", "given", "message"),
    [
        ("check_claim", {"claim": FAILS}, "cannot reach http://127.0.0.1:9"),
        ("check_claim", {"claim": ""}, "claim"),
        ("check_claim", {"claim": "x", "as_of": "soon"}, "as_of"),
        ("show_passage", {"doc_id": "no/such", "start": 0, "end": 1}, "no document 'no/such'"),
        ("show_passage", {"doc_id": "dam-crack/orvel-wire-0412", "start": 9, "end": 3}, "give start < end"),
        ("search", {"query": "x", "k": 0}, "k"),
    ],
)
async def test_bad_input_is_an_error_that_says_what_is_wrong(
    tmp_path: Path, tool: str, given: dict[str, Any], message: str
) -> None:
    async with connected(tmp_path) as client:
        result = await client.call_tool(tool, given)
        assert result.is_error and message in said(result)
        again = await client.call_tool("check_claim", {"claim": CLAIM})
        assert not again.is_error


async def test_a_client_talks_to_it_over_standard_input_and_output(tmp_path: Path) -> None:
    command = StdioServerParameters(command=sys.executable, args=["-m", "tests.test_mcp", str(tmp_path)], cwd=str(ROOT))
    async with Client(command) as client:
        assert len((await client.list_tools()).tools) == 3
        result = await client.call_tool("check_claim", {"claim": CLAIM})
        assert result.structured_content is not None
        assert result.structured_content["sentence"].startswith("Corroborated: 2 independent origins")


if __name__ == "__main__":
    serve(gold_triage(Path(sys.argv[1])))

"""The house: a module imports only from lower layers, and a vendor's package only where its room is."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "triage"

LAYERS = {
    "errors": 0,
    "schema": 0,
    "settings": 1,
    "inference": 1,
    "cues": 1,
    "prompts": 2,
    "documents": 2,
    "passages": 2,
    "grounding": 2,
    "origins": 2,
    "verdict": 2,
    "summary": 2,
    "embeddings": 3,
    "index": 3,
    "readers": 3,
    "decompose": 3,
    "chain": 4,
    "evaluation": 5,
    "report": 5,
    "export": 5,
    "batch": 5,
    "__init__": 6,
    "repl": 7,
    "mcp_server": 7,
    "cli_eval": 7,
    "cli": 8,
    "__main__": 9,
}
# Within the layer, `origins` stands on these two, which know nothing of it.
BESIDE = {("origins", "passages"), ("documents", "passages"), ("index", "embeddings"), ("decompose", "readers")}
# What is shown of an evaluation stands on it, and it knows nothing of pages.
BESIDE |= {("report", "evaluation")}

VENDORS = {
    "pydantic_settings": {"settings"},
    "platformdirs": {"settings"},
    "onnxruntime": {"inference"},
    "tokenizers": {"inference"},
    "trafilatura": {"documents"},
    "pypdf": {"documents"},
    "pyarrow": {"documents"},
    "yaml": {"documents", "prompts"},
    "nupunkt": {"passages"},
    "rapidfuzz": {"grounding", "origins"},
    "datasketch": {"origins"},
    "networkx": {"origins"},
    "chromadb": {"index"},
    "tantivy": {"index"},
    "langchain": {"embeddings", "readers"},
    "langchain_openai": {"readers"},
    "openai": {"readers"},
    "sklearn": {"evaluation"},
    "scipy": {"evaluation"},
    "jinja2": {"report"},
    "prompt_toolkit": {"repl"},
    "mcp": {"mcp_server"},
    "typer": {"cli", "cli_eval"},
}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_and_vendors_stay_in_their_room(path: Path) -> None:
    here = room(path)
    assert here in LAYERS, f"{here} has no layer: add it to DESIGN and to this test"
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "triage":
            there = rest[0] if rest and rest[0] in LAYERS else "__init__"
            allowed = there == here or LAYERS[there] < LAYERS[here] or (here, there) in BESIDE
            assert allowed, f"{here} imports {there}, which is not below it"
        elif top in VENDORS:
            assert here in VENDORS[top], f"{here} imports {top}, which only {sorted(VENDORS[top])} may"


def test_import_is_light() -> None:
    code = "import sys, triage; print([m for m in ('openai', 'chromadb', 'onnxruntime') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

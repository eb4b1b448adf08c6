"""What a wheel holds: models, prompts, gold and the demonstration corpus, and the command that finds them."""

from __future__ import annotations

import pkgutil
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel() -> dict[str, Path]:
    """Return what the builder would pack, by its path in the wheel; nothing is compressed or written."""
    wheel = pytest.importorskip("hatchling.builders.wheel", reason="made by `make install`")
    builder = wheel.WheelBuilder(str(ROOT))
    with builder.config.set_build_data({"artifacts": [], "force_include": {}, "build_hooks": ()}):
        return {file.distribution_path: Path(file.path) for file in builder.recurse_included_files()}


def files(folder: Path) -> set[str]:
    return {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file() and f.suffix != ".pyc"}


def test_it_holds_the_whole_package(wheel: dict[str, Path]) -> None:
    assert {f"triage/{name}" for name in files(ROOT / "triage")} <= set(wheel)
    for model in ("embedder", "stance", "attribution"):
        assert {f"triage/models/{model}/{name}" for name in ("model.onnx", "tokenizer.json", "config.json")} <= set(
            wheel
        )


FOLDERS = ["prompts", "eval/gold", "corpus/belarus-2022", "corpus/newsdesk", "corpus/newsroom"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_holds_the_data_that_the_package_looks_for(wheel: dict[str, Path], folder: str) -> None:
    assert {f"triage/_data/{folder}/{name}" for name in files(ROOT / folder)} <= set(wheel)


def test_it_holds_nothing_else(wheel: dict[str, Path]) -> None:
    assert {name.split("/")[0] for name in wheel} == {"triage"}


def test_the_command_is_there() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert callable(pkgutil.resolve_name(scripts["triage"]))

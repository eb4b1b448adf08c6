"""Quality and speed, measured by hand: `python -m benchmarks` lists what there is, `RESULTS.md` keeps what came out.

A benchmark is a module with a `main(argv)` that takes `--data DIR`, the folder of the public sets. Speed is given as
ratios within one run, since times alone do not compare between machines.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from triage.inference import cores

DATA = "TRIAGE_BENCH_DATA"


@dataclass(frozen=True)
class Result:
    """A measured value, and the bounds that it has to keep where something is asked of it."""

    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def wanted(self) -> str:
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"

    @property
    def met(self) -> str:
        if self.at_least is None and self.at_most is None:
            return ""
        low = self.at_least if self.at_least is not None else self.value
        high = self.at_most if self.at_most is not None else self.value
        return "yes" if low <= self.value <= high else "**no**"


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with `--data`."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = os.environ.get(DATA)
    made.add_argument(
        "--data",
        type=Path,
        default=known and Path(known),
        required=not known,
        help=f"folder of the public sets (or {DATA} in the environment)",
    )
    return made


def show(title: str, results: Iterable[Result]) -> None:
    """Print results as a Markdown table, with the machine that they came from."""
    print(f"### {title}\n\n{machine()}\n\n| | value | wanted | met |\n|---|---|---|---|")
    for result in results:
        print(f"| {result.name} | {result.value:,.4g} {result.unit} | {result.wanted} | {result.met} |", flush=True)
    print()


def machine() -> str:
    """Describe the machine and the versions that matter."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    vnni = any("vnni" in line for line in lines if line.startswith("flags"))
    packages = ", ".join(f"{name} {version(name)}" for name in ("onnxruntime", "chromadb", "tantivy"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{model}, {cores()} processors, {'VNNI' if vnni else 'no VNNI seen'}{load}; "
        f"Python {platform.python_version()}, {packages}"
    )

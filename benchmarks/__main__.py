"""List the benchmarks, or run some: `python -m benchmarks [NAME ...] [--data DIR]`."""

from __future__ import annotations

import argparse
import ast
import importlib
import os
from pathlib import Path

from benchmarks import DATA


def benchmarks() -> dict[str, str]:
    """Return what each benchmark module says of itself, by name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("[!_]*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").split("\n")[0]
    return found


def main() -> None:
    known = benchmarks()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="run these, or `all`; with none, list what there is")
    parser.add_argument("--data", default=os.environ.get(DATA), help="folder of the public sets")
    given, rest = parser.parse_known_args()
    names = list(known) if given.names == ["all"] else given.names
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}: choose from {', '.join(known)}")
    if names and not given.data:
        parser.error(f"give the folder of the public sets with --data, or as {DATA} in the environment")
    for name in names:
        importlib.import_module(f"benchmarks.{name}").main(["--data", given.data, *rest])
    if not names:
        print("\n".join(f"{name:12} {about}" for name, about in known.items()))
        print(f"\nRun some with `python -m benchmarks NAME ... --data DIR` (or set {DATA}).")


if __name__ == "__main__":
    main()

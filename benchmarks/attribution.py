"""Who says it, on PolNeAR's development articles: spans, and the right source joined to the right content.

    python -m benchmarks.attribution --data DIR     the folder with polnear.dev.attributions.jsonl.gz

A span counts where it shares at least half of the shorter with a marked one, each used once; the join rate is the share
of marked attributions with a source and a content of which one found attribution has both. Intervals are bootstrapped
over articles.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from training.polnear import KINDS, Article, Marked, Tally, read
from triage.origins.attribution import Attribution, attributions, by_classifier, by_rules
from triage.schema import Span

FILE = "polnear.dev.attributions.jsonl.gz"


def marked(found: Sequence[Attribution]) -> list[Marked]:
    """Return attributions as the scorer takes them."""

    def piece(span: Span | None) -> tuple[tuple[int, int], ...]:
        return ((span.start, span.end),) if span else ()

    return [Marked(piece(one.source), piece(one.cue), piece(one.content)) for one in found]


def tallies(articles: Sequence[Article], find: Callable[[str], list[Attribution]]) -> list[Tally]:
    """Score each article by itself."""
    out = []
    for article in articles:
        tally = Tally.empty()
        tally.add(article.marked, marked(find(article.text)))
        out.append(tally)
    return out


def total(parts: Sequence[Tally]) -> dict[str, float]:
    """Return the figures over several articles."""
    whole = Tally.empty()
    for part in parts:
        for kind in KINDS:
            whole.gold[kind] += part.gold[kind]
            whole.predicted[kind] += part.predicted[kind]
            whole.hits[kind] += part.hits[kind]
        whole.joined += part.joined
        whole.joinable += part.joinable
    return whole.figures()


def interval(parts: Sequence[Tally], name: str, rounds: int = 1000) -> tuple[float, float]:
    """Return the 95 % percentile interval of a figure, articles drawn with replacement."""
    rng = np.random.default_rng(0)
    drawn = [total([parts[i] for i in rng.integers(0, len(parts), len(parts))])[name] for _ in range(rounds)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def main(argv: Sequence[str] | None = None) -> None:
    """Print a row for each figure and system."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args(argv)
    articles = read(given.data / FILE if given.data.is_dir() else given.data)
    words = sum(len(article.text.split()) for article in articles)
    systems = {"rules": by_rules, "classifier": by_classifier, "classifier and rules": attributions}
    for name, find in systems.items():
        began = time.perf_counter()
        parts = tallies(articles, find)
        seconds = time.perf_counter() - began
        figures = total(parts)
        print(f"{name}: {len(articles)} articles, {words / seconds:,.0f} words a second")
        for figure in [f"{kind}_f1" for kind in KINDS] + ["join_rate"]:
            low, high = interval(parts, figure)
            kind = figure.removesuffix("_f1")
            detail = (
                f"  (precision {figures[kind + '_precision']:.3f}, recall {figures[kind + '_recall']:.3f})"
                if kind in KINDS
                else ""
            )
            print(f"  {figure:12} {figures[figure]:.3f} [{low:.3f}, {high:.3f}]{detail}")


if __name__ == "__main__":
    main()

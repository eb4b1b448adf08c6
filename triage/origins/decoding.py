"""From the token classifier's numbers to spans that belong together. Stands on numpy alone: training uses it too.

The classifier gives each token `TAGS` logits (BIO over source, cue and content), then four vectors of `LINK` numbers:
the cue's question for its source, a source's answer, a cue's answer to a content, the content's question for its cue.
A question and an answer that belong together have a high dot product; a window's first token answers "no source".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

KINDS = ("source", "cue", "content")
TAGS = 1 + 2 * len(KINDS)
LINK = 64
WIDTH = TAGS + 4 * LINK


@dataclass(frozen=True)
class TokenSpan:
    """Tokens `start:end` of one kind (an index into `KINDS`)."""

    kind: int
    start: int
    end: int


@dataclass(frozen=True)
class Joined:
    """A cue with what belongs to it."""

    cue: TokenSpan
    source: TokenSpan | None
    contents: tuple[TokenSpan, ...]


def mark_paragraphs(text: str) -> str:
    """Return the text, as long as before, with a pilcrow for each run's first line break, which tokenizers drop."""
    kept = [*text]
    for place, letter in enumerate(kept):
        if letter == "\n" and (place == 0 or text[place - 1] != "\n"):
            kept[place] = "¶"
    return "".join(kept)


def cut(count: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Return windows of `size` tokens that cover `count`, each sharing `overlap` with the next; all end inside."""
    if count <= size:
        return [(0, count)] if count else []
    starts = [*range(0, count - size, size - overlap), count - size]
    return [(start, start + size) for start in starts]


def merge(features: Sequence[Floats], windows: Sequence[tuple[int, int]], count: int) -> Floats:
    """Average the tag log-probabilities of the windows, a window's middle weighing more than its rim: (count, TAGS).

    `features` holds one array of shape (1 + tokens, WIDTH) a window: row 0 is the window's own first token.
    """
    total = np.zeros((count, TAGS), np.float32)
    weights = np.zeros((count, 1), np.float32)
    for rows, (start, end) in zip(features, windows, strict=True):
        logits = rows[1:, :TAGS]
        logits = logits - logits.max(axis=1, keepdims=True)
        logits = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        size = end - start
        rim = np.minimum(np.arange(size), np.arange(size)[::-1]).astype(np.float32)
        weight = np.minimum((rim + 1) / 32, 1)[:, None]
        total[start:end] += logits * weight
        weights[start:end] += weight
    return (total / np.maximum(weights, 1e-6)).astype(np.float32)


def spans(tags: Floats, bias: float = 0.0) -> list[TokenSpan]:
    """Return the spans of the best tag sequence in which every inside tag follows its own kind (Viterbi).

    `tags` has shape (tokens, TAGS): outside, then begin and inside for each kind. `bias` is taken off "outside".
    """
    if not len(tags):
        return []
    scores = tags.copy()
    scores[:, 0] -= bias
    allowed = np.zeros((TAGS, TAGS), np.float32)
    for kind in range(len(KINDS)):
        begin, inside = 1 + 2 * kind, 2 + 2 * kind
        allowed[:, inside] = -1e9
        allowed[[begin, inside], inside] = 0
    best = scores[0] + np.where(np.arange(TAGS) % 2 == 0, -1e9, 0) * (np.arange(TAGS) > 0)
    back = np.zeros(tags.shape, np.int64)
    for place in range(1, len(scores)):
        paths = best[:, None] + allowed
        back[place] = paths.argmax(axis=0)
        best = paths[back[place], np.arange(TAGS)] + scores[place]
    path = [int(best.argmax())]
    for place in range(len(scores) - 1, 0, -1):
        path.append(int(back[place, path[-1]]))
    return _runs(path[::-1])


def _runs(path: Sequence[int]) -> list[TokenSpan]:
    found: list[TokenSpan] = []
    for place, tag in enumerate(path):
        if tag % 2 == 1:
            found.append(TokenSpan((tag - 1) // 2, place, place + 1))
        elif tag:
            last = found[-1]
            found[-1] = TokenSpan(last.kind, last.start, place + 1)
    return found


def join(
    found: Sequence[TokenSpan], features: Sequence[Floats], windows: Sequence[tuple[int, int]], no_source: float = 0.0
) -> list[Joined]:
    """Give each content to one cue, and each cue one source or none; `no_source` is added to the score of none."""
    sources, cues, contents = ([span for span in found if span.kind == kind] for kind in range(len(KINDS)))
    if not cues:
        return []
    to_source = np.full((len(cues), 1 + len(sources)), -np.inf, np.float32)
    to_cue = np.full((len(contents), len(cues)), -np.inf, np.float32)
    for rows, (start, end) in zip(features, windows, strict=True):
        asks_source, is_source, is_cue, asks_cue = np.split(rows[:, TAGS:], 4, axis=1)
        here_cues = _inside(cues, start, end)
        here_sources = _inside(sources, start, end)
        here_contents = _inside(contents, start, end)
        if not here_cues:
            continue
        cue_rows = [1 + cues[i].start - start for i in here_cues]
        source_rows = [0, *(1 + sources[i].start - start for i in here_sources)]
        columns = [0, *(1 + i for i in here_sources)]
        keep = np.ix_(here_cues, columns)
        to_source[keep] = np.fmax(to_source[keep], asks_source[cue_rows] @ is_source[source_rows].T)
        if here_contents:
            keep = np.ix_(here_contents, here_cues)
            content_rows = [1 + contents[i].start - start for i in here_contents]
            to_cue[keep] = np.fmax(to_cue[keep], asks_cue[content_rows] @ is_cue[cue_rows].T)
    to_source[:, 0] += no_source
    owned: list[list[TokenSpan]] = [[] for _ in cues]
    for row, content in zip(to_cue, contents, strict=True):
        if np.isfinite(row.max()):
            owned[int(row.argmax())].append(content)
    picked = to_source.argmax(axis=1)
    return [
        Joined(cue, sources[pick - 1] if pick else None, tuple(own))
        for cue, pick, own in zip(cues, picked, owned, strict=True)
    ]


def _inside(listed: Sequence[TokenSpan], start: int, end: int) -> list[int]:
    return [index for index, span in enumerate(listed) if start <= span.start < end]

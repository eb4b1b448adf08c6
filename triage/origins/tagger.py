"""The bundled token classifier: a text in, attributions out. `training/attribution.py` made it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from triage.inference import OnnxModel, bundled
from triage.origins.decoding import TokenSpan, cut, join, mark_paragraphs, merge, spans
from triage.origins.extents import Found
from triage.origins.parties import Range
from triage.schema import Cue


@cache
def _model() -> OnnxModel:
    return OnnxModel(bundled("attribution"))


def tagged(text: str) -> list[Found]:
    """Return what the classifier finds, every kind still "asserts"."""
    return _found(_model(), text)


def _found(model: OnnxModel, text: str) -> list[Found]:
    marked = mark_paragraphs(text)
    offsets = _offsets(model, marked)
    windows = _at_words(cut(len(offsets), model.max_tokens - 2, model.config["overlap"]), offsets)
    pieces = [marked[offsets[start][0] : offsets[end - 1][1]] for start, end in windows]
    rows = [row[: 1 + end - start] for row, (start, end) in zip(model.run(pieces), windows, strict=True)]
    found = spans(merge(rows, windows, len(offsets)), model.config["bias"])

    def letters(span: TokenSpan) -> Range:
        return offsets[span.start][0], offsets[span.end - 1][1]

    return [
        Found(
            letters(one.source) if one.source else None,
            letters(one.cue),
            tuple(letters(content) for content in one.contents),
            Cue.ASSERTS,
            sentence=letters(one.cue),
        )
        for one in join(found, rows, windows, model.config["no_source"])
        if one.contents
    ]


def _offsets(model: OnnxModel, text: str) -> list[Range]:
    """Return where each token of a whole text stands, special ones left out."""
    (encoded,) = model.encode([text], max_tokens=len(text) + 2)
    return [offset for offset, part in zip(encoded.offsets, encoded.parts, strict=True) if part is not None]


def _at_words(windows: Sequence[Range], offsets: Sequence[Range]) -> list[Range]:
    """Move the borders of windows to where a word begins, so that a window alone is tokenised as the whole was."""

    def within(place: int) -> bool:
        return 0 < place < len(offsets) and offsets[place - 1][1] == offsets[place][0]

    moved = []
    for start, end in windows:
        while within(start):
            start += 1
        while within(end):
            end -= 1
        moved.append((start, end))
    return [(start, end) for start, end in moved if end > start]

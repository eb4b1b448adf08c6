"""The bundled reader: a small cross-encoder reads sentences, code reads numbers, names and cues; no key, no network.

The sentences that share most words with the claim are read, each with the one before it where it needs it. What the
model says and how numbers, dates, names and negation align go into one calibrated combiner (`combiner.json`, made by
training/combiner.py). A sentence that denies, doubts or hedges has its content read and is then turned or emptied by
rule (`framing`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from triage.inference import OnnxModel, bundled
from triage.passages import sentences
from triage.readers.alignment import FEATURES, Alignment, align, names, overlap
from triage.readers.framing import Frame, frame_of, is_about_words, is_question
from triage.schema import Claim, Cue, Passage, Probabilities, Reading, Span, Stance

Scores = npt.NDArray[np.float32]

STANCES = (Stance.SUPPORTS, Stance.REFUTES, Stance.NEUTRAL)
NEUTRAL = STANCES.index(Stance.NEUTRAL)
LEANING = 0.1  # from this probability on it is asked whether the sentence before says as much
REMEMBERED = 100_000  # pairs that a reader keeps
BUDGET = 96  # sentences that the model reads for a claim: those that share most words with it
BARE_ANSWER = 6  # words: a shorter answer is quoted with its question

_NEEDS_CONTEXT = re.compile(
    r"^[“\"']?(?:he|she|they|it|this|that|these|those|his|her|their|"
    r"the (?:man|woman|official|minister|company|report))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Window:
    """What is read for one sentence, the `quote`: the sentence, its content, or it and the one `before` it."""

    passage: Passage
    quote: str
    text: str
    before: str
    frame: Frame
    alignment: Alignment


class Combiner:
    """Logits and alignment to calibrated probabilities: a multinomial logistic regression.

    Input columns are the model's three logits (supports, refutes, neutral), then `alignment.FEATURES`.
    """

    def __init__(self, path: Path) -> None:
        table = json.loads(path.read_text("utf-8"))
        if tuple(table["features"]) != FEATURES:
            raise ValueError(f"{path}: made for other features; run training/combiner.py again")
        self.weights = np.asarray(table["weights"], dtype=np.float64)
        self.bias = np.asarray(table["bias"], dtype=np.float64)
        self.threshold = float(table["threshold"])

    def __call__(self, logits: Scores, features: Sequence[Sequence[float]]) -> Scores:
        """Return probabilities, shape (n, 3)."""
        shape = (len(logits), len(FEATURES))
        table = np.hstack([logits.astype(np.float64), np.asarray(features, dtype=np.float64).reshape(shape)])
        scores = table @ self.weights.T + self.bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities: Scores = (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)
        return probabilities


class LocalReader:
    """Reads with the bundled models. Identical pairs are read once; results do not depend on what is read beside."""

    name = "local"

    def __init__(self, *, threads: int = 0, folder: Path | None = None) -> None:
        folder = folder or bundled("stance")
        self._model = OnnxModel(folder, threads=threads)
        self._combiner = Combiner(folder / "combiner.json")
        self._seen: dict[tuple[str, str], Scores] = {}

    def read(self, claim: Claim, passages: Sequence[Passage]) -> list[Reading]:
        """Return a reading for every sentence that supports or refutes, or one neutral reading for the passage."""
        read = windows(claim.text, passages)
        found: dict[str, list[Reading]] = {passage.passage_id: [] for passage in passages}
        for window, row in zip(read, self._own(claim.text, read), strict=True):
            found[window.passage.passage_id].append(_reading(window, row, self._combiner.threshold))
        return [r for passage in passages for r in _kept(passage, found[passage.passage_id])]

    def logits(self, claim: str, texts: Sequence[str]) -> Scores:
        """Return what the model says of each text, shape (texts, 3): supports, refutes, neutral."""
        new = [(claim, text) for text in dict.fromkeys(texts) if (claim, text) not in self._seen]
        if len(self._seen) > REMEMBERED:
            self._seen.clear()
            new = [(claim, text) for text in dict.fromkeys(texts)]
        self._seen.update(zip(new, self._model.run(new), strict=True))
        return np.array([self._seen[claim, text] for text in texts], dtype=np.float32).reshape(-1, len(STANCES))

    def _own(self, claim: str, read: Sequence[Window]) -> Scores:
        """Return what each window says; where the sentence before it says half as much, what it says without that."""
        said = self._probabilities(claim, read)
        side = said[:, :NEUTRAL].argmax(axis=1)
        leaning = [i for i, window in enumerate(read) if window.before and said[i, side[i]] > LEANING]
        before = self._probabilities(claim, [replace(read[i], text=read[i].before) for i in leaning])
        told = [i for i, row in zip(leaning, before, strict=True) if row[side[i]] > said[i, side[i]] / 2]
        if told:
            said[told] = self._probabilities(claim, [replace(read[i], text=read[i].quote) for i in told])
        return said

    def _probabilities(self, claim: str, read: Sequence[Window]) -> Scores:
        logits = self.logits(claim, [window.text for window in read])
        return self._combiner(logits, [window.alignment.features for window in read])


def windows(claim: str, passages: Sequence[Passage]) -> list[Window]:
    """Return what is to be read, in the order of the passages and their text."""
    spans = [sentences(passage.text) for passage in passages]
    texts = [[p.text[s.start : s.end] for s in of_passage] for p, of_passage in zip(passages, spans, strict=True)]
    shared = [[overlap(claim, text) for text in of_passage] for of_passage in texts]
    places = [(i, j) for i, of_passage in enumerate(texts) for j in range(len(of_passage))]
    read = sorted(places, key=lambda place: -shared[place[0]][place[1]])[:BUDGET]
    return [_window(claim, passages[i], spans[i], texts[i], j) for i, j in sorted(read)]


def _window(claim: str, passage: Passage, spans: Sequence[Span], texts: Sequence[str], i: int) -> Window:
    text, before = texts[i], texts[i - 1] if i else ""
    frame = Frame("keeps", Cue.ASSERTS, text) if is_about_words(claim) else frame_of(text, before, claim)
    surnames = {name.split()[-1] for name in names(claim)}
    quote, read, context = text, text, ""
    if frame.effect == "turns":
        read = frame.content
    elif is_question(before):
        read = f"{before} {text}"  # an answer says nothing without its question
        quote = passage.text[spans[i - 1].start : spans[i].end] if len(text.split()) < BARE_ANSWER else text
    elif before and (_NEEDS_CONTEXT.match(text) or (surnames and not any(name in text for name in surnames))):
        read, context = f"{before} {text}", before
    return Window(passage, quote, read, context, frame, align(claim, read, texts))


def _reading(window: Window, row: Scores, threshold: float) -> Reading:
    supports, refutes, neutral = (float(p) for p in row)
    frame, note = window.frame, window.alignment.note
    if frame.effect == "turns":
        supports, refutes, neutral = 0.0, supports, neutral + refutes
    elif frame.effect == "empties":
        supports, refutes, neutral = 0.0, 0.0, 1.0
    by_stance = dict(zip(STANCES, (supports, refutes, neutral), strict=True))
    stance = max((Stance.SUPPORTS, Stance.REFUTES), key=lambda s: by_stance[s])
    if by_stance[stance] < threshold:
        stance = Stance.NEUTRAL
    if frame.effect != "keeps" and (stance is Stance.REFUTES or frame.effect == "empties"):
        note = frame.note
    elif stance is not Stance.REFUTES:
        note = ""
    return Reading(
        passage_id=window.passage.passage_id,
        stance=stance,
        probabilities=Probabilities(supports=supports, refutes=refutes, neutral=neutral),
        quote=window.quote,
        cue=frame.cue,
        note=note,
    )


def _kept(passage: Passage, readings: Sequence[Reading]) -> list[Reading]:
    telling = [r for r in readings if r.stance is not Stance.NEUTRAL]
    if telling:
        return telling
    if readings:
        return [min(readings, key=lambda r: r.probabilities.neutral)]
    nothing = Probabilities(supports=0.0, refutes=0.0, neutral=1.0)
    return [Reading(passage_id=passage.passage_id, stance=Stance.NEUTRAL, probabilities=nothing)]

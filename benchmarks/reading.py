"""The bundled reader: its time against the bare model's, the same answer twice, and the Belarus gold passages.

    python -m benchmarks reading --data DIR [--only time twice gold] [--passages N]

`--data` is not used. Time: 20 passages of about 120 words for a claim, against onnxruntime alone on the same tokens in
padded batches of 16 of like length. Twice: N passages (10,000), read by two readers that share nothing. Gold: what each
gold passage of the Belarus claims does to its claim, by its most telling sentence.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from benchmarks import Result, parser, show
from triage.documents import load
from triage.evaluation.data import read_gold
from triage.inference import OnnxModel, bundled
from triage.passages import split
from triage.readers.local import LocalReader, windows
from triage.schema import Claim, Document, Passage, Stance
from triage.settings import data_path

SIZE, AT_ONCE, CLAIMS = 20, 24, 20


def main(argv: Sequence[str] | None = None) -> None:
    options = parser(__doc__)
    options.add_argument("--only", nargs="+", choices=("time", "twice", "gold"), default=["time", "twice", "gold"])
    options.add_argument("--passages", type=int, default=10_000)
    given = options.parse_args(argv)
    if "time" in given.only:
        show(f"Reading {SIZE} passages of about 120 words", timed())
    if "twice" in given.only:
        show(f"The same {given.passages:,} passages read twice", twice(given.passages))
    if "gold" in given.only:
        show("The Belarus gold claims with their gold passages", gold())


def timed() -> list[Result]:
    """Compare the reader with the bare model, in turns, a new claim and no cache each time."""
    long = [p for p in passages() if 90 <= len(p.text.split()) <= 140][:SIZE]
    model = OnnxModel(bundled("stance"))
    whole, bare, sentences = [], [], 0
    for claim in claims()[:CLAIMS]:
        reader = LocalReader()
        reader.read(claim, long[:1])
        began = time.perf_counter()
        reader.read(claim, long[1:])
        whole.append(time.perf_counter() - began)
        pairs = [(claim.text, window.text) for window in windows(claim.text, long[1:])]
        sentences += len(pairs)
        began = time.perf_counter()
        model.run(pairs, batch_size=16)
        bare.append(time.perf_counter() - began)
    median = statistics.median(whole)
    ratio = statistics.median(a / b for a, b in zip(whole, bare, strict=True))
    return [
        Result("sentences that the model reads, mean", sentences / CLAIMS),
        Result("reading, median", median, "s", at_most=1.0),
        Result("the bare model on the same sentences, median", statistics.median(bare), "s"),
        Result("reading / bare, median", ratio, at_most=1.3),
        Result("passages a second", (SIZE - 1) / median),
    ]


def twice(count: int) -> list[Result]:
    """Count the passages that two readers read alike, to the last digit."""
    first, second = LocalReader(), LocalReader(threads=1)
    supply, asked = cycle(passages()), cycle(claims())
    same = total = 0
    while total < count:
        some = list(islice(supply, min(AT_ONCE, count - total)))
        claim = next(asked)
        one, two = first.read(claim, some), second.read(claim, some)
        same += len(some) if one == two else 0
        total += len(some)
    return [Result("read alike", same / total, at_least=1.0)]


def gold() -> list[Result]:
    """Read each gold passage, and every passage that a labeller marked as a near miss."""
    reader = LocalReader()
    held = {document.doc_id: document for document in load(data_path("corpus", "belarus-2022")).documents}
    right, wanted = [], []
    for claim in read_gold(data_path("eval", "gold", "belarus-2022.jsonl")):
        for one in claim.evidence:
            passage = next((p for p in split(held[one.doc_id]) if one.quote in p.text), None)
            if passage is None:
                continue
            readings = reader.read(Claim(text=claim.text), [passage])
            said = {r.stance for r in readings} - {Stance.NEUTRAL} or {Stance.NEUTRAL}
            telling = min(readings, key=lambda r: r.probabilities.neutral).stance
            right.append(telling is one.stance if one.stance is not Stance.NEUTRAL else said == {Stance.NEUTRAL})
            wanted.append(one.stance)
    parts = {stance: [r for r, w in zip(right, wanted, strict=True) if w is stance] for stance in Stance}
    return [
        Result(f"stance accuracy, {len(right)} passages", statistics.mean(right), at_least=0.85),
        *(Result(f"{stance.value}, {len(some)}", statistics.mean(some)) for stance, some in parts.items() if some),
    ]


def passages() -> list[Passage]:
    return [p for document in documents() for p in split(document)]


def documents() -> Iterator[Document]:
    for name in ("belarus-2022", "newsroom"):
        yield from load(data_path("corpus", name)).documents


def claims() -> list[Claim]:
    sets = (read_gold(data_path("eval", "gold", f"{name}.jsonl")) for name in ("newsroom", "belarus-2022"))
    return [Claim(text=claim.text) for claims_ in sets for claim in claims_ if claim.split == "dev"]


if __name__ == "__main__":
    main()

"""Claim-evidence pairs for the stance model: read, cleaned, and varied so that the model meets what it will meet.

The sets are named in STANCE.md. Rows are `{claim, evidence, label, group}` in gzipped JSON Lines; labels are
SUPPORTS, REFUTES and NEI. What is made here, and why:

* evidence among other sentences, because a passage is longer than the sentence that matters;
* neighbours by TF-IDF from other pages, and siblings from the same page about another fact, as neutral, because
  retrieval brings what is near the topic;
* one number changed, because the passage that says 80 does not support a claim that says 18;
* statements in reporting frames ("X denied that ...", "X is checking whether ..."), because news is told that way.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

SUPPORTS, REFUTES, NEUTRAL = 0, 1, 2
LABELS = {"SUPPORTS": SUPPORTS, "REFUTES": REFUTES, "NEI": NEUTRAL}
HELD_OUT = {"dev": range(5), "calibration": range(5, 10)}


@dataclass(frozen=True)
class Pair:
    """A claim, what is to be read for it, and how it came about."""

    claim: str
    evidence: str
    label: int
    group: str
    made: str
    beside: tuple[str, ...] = ()
    """Other texts that leave the claim open."""


def detokenise(text: str) -> str:
    """Undo the Penn Treebank marks that FEVER-style sets carry."""
    for mark, plain in (("-LRB-", "("), ("-RRB-", ")"), ("-LSB-", "["), ("-RSB-", "]"), ("-COLON-", ":")):
        text = text.replace(mark, plain)
    text = text.replace("�", " ").replace("``", '"').replace("''", '"')
    text = re.sub(r" ([.,;:!?%)\]])", r"\1", text)
    text = re.sub(r"([(\[$]) ", r"\1", text)
    text = re.sub(r" (n't|'s|'re|'ve|'ll|'d|'m|')\b", r"\1", text)
    text = re.sub(r'" ([^"]+?) "', r'"\1"', text)
    return re.sub(r"\s+", " ", text).strip()


def fold_of(group: str) -> str:
    """Say which fold a group belongs to; groups are never split."""
    place = random.Random(f"fold:{group}").randrange(100)
    for name, places in HELD_OUT.items():
        if place in places:
            return name
    return "train"


def read(path: Path) -> Iterator[Pair]:
    """Read one set. A row without a group is grouped by its evidence, so that no premise is in two folds."""
    name = path.name.split(".")[0]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if name == "citation_integrity" and row["label"] == "REFUTES":
                continue  # there the label means "cited inaccurately", which seldom contradicts
            claim = re.sub(r"[(\[]*<\|[a-z_]+\|>[)\],\s0-9]*", "", row["claim"])
            evidence = detokenise(row["evidence"])
            yield Pair(detokenise(claim), evidence, LABELS[row["label"]], f"{name}:{row['group'] or evidence}", name)


def read_statements(folder: Path) -> Iterator[Pair]:
    """Read the statements written for this model, each with texts that support it, refute it and leave it open."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            for key, label in (("supports", SUPPORTS), ("refutes", REFUTES), ("neutral", NEUTRAL)):
                for text in row[key]:
                    beside = tuple(other for other in row["neutral"] if other != text)
                    yield Pair(row["claim"], text, label, f"statements:{row['claim']}", "statements", beside)


def among_others(pair: Pair, pool: list[Pair], rng: random.Random) -> Pair:
    """Put the evidence among one or two sentences of other groups, or one that leaves its own claim open."""
    others = [p.evidence for p in rng.sample(pool, rng.randint(1, 2)) if p.group != pair.group]
    if pair.beside and rng.random() < 0.7:
        others = [rng.choice(pair.beside)]
    place = rng.randint(0, len(others))
    return replace(
        pair, evidence=" ".join([*others[:place], pair.evidence, *others[place:]]), made=f"{pair.made}+among"
    )


NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")


def one_number_changed(pair: Pair, rng: random.Random) -> Pair | None:
    """Change a number that claim and evidence share; what supported now refutes."""
    if pair.label != SUPPORTS or re.search(r"(over|under|than|least|most|about|around|before|after)\s", pair.claim):
        return None
    shared = [m for m in NUMBER.finditer(pair.claim) if m.group() in NUMBER.findall(pair.evidence)]
    if not shared:
        return None
    match = rng.choice(shared)
    value = float(match.group().replace(",", ""))
    if 1400 <= value <= 2100 and value.is_integer():
        changed = str(int(value) + rng.choice([-20, -10, -3, -2, -1, 1, 2, 3, 10]))
    else:
        other = max(value * rng.choice([0.1, 0.25, 0.5, 0.8, 1.2, 1.5, 2, 4, 10]), 1)
        changed = f"{int(other) + (int(other) == int(value)):,}" if value.is_integer() else f"{other + 0.3:.1f}"
    if changed in pair.evidence:
        return None
    claim = pair.claim[: match.start()] + changed + pair.claim[match.end() :]
    return Pair(claim, pair.evidence, REFUTES, pair.group, "number")


FRAMES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("frames.toml").read_text("utf-8"))


def framed(pair: Pair, rng: random.Random, *, claim_itself: bool) -> Pair | None:
    """Report the evidence (or the claim itself) in a frame whose verb keeps, turns or empties it."""
    inner = (pair.claim if claim_itself else pair.evidence).strip().rstrip(".")
    stance = SUPPORTS if claim_itself else pair.label
    if len(inner.split()) > 45 or re.search(r'[.!?"“”]\s', inner):
        return None
    first, _, rest = inner.partition(" ")
    small = f"{first.lower()} {rest}" if first.lower() in FRAMES["lowered"] else inner
    speaker = rng.choice(FRAMES["speakers"])
    kind = rng.choice(["said", "denied", "open"])
    if kind == "denied" and stance == REFUTES:
        return None  # denying what refutes does not amount to support
    template = rng.choice(FRAMES[kind])
    low = speaker if re.match(r"(Dr|Ms|Captain|Police) ?", speaker) else speaker[0].lower() + speaker[1:]
    text = template.format(s=speaker, sl=low, x=small, X=inner[0].upper() + inner[1:]) + "."
    label = stance if kind == "said" else NEUTRAL if kind == "open" else REFUTES if stance == SUPPORTS else NEUTRAL
    return Pair(pair.claim, text, label, pair.group, f"frame-{kind}")


def neighbours(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """Pair claims with the nearest evidence (TF-IDF) of another group: near the topic, yet neutral."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    evidence = list({p.evidence: p for p in pairs}.values())
    asked = rng.sample(pairs, min(count, len(pairs)))
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2)
    table = words.fit_transform([p.evidence for p in evidence])
    found: list[Pair] = []
    for start in range(0, len(asked), 512):
        block = asked[start : start + 512]
        scores = (words.transform([p.claim for p in block]) @ table.T).tocsr()
        for row, pair in enumerate(block):
            line = scores[row]
            best = sorted(zip(line.data, line.indices, strict=True), reverse=True)[:12]
            others = [evidence[i] for _, i in best if evidence[i].group != pair.group and evidence[i].made == pair.made]
            if others:
                found.append(Pair(pair.claim, rng.choice(others[:5]).evidence, NEUTRAL, pair.group, "neighbour"))
    return found


def strangers(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """Pair claims with the evidence of any other: most of what is read for a claim has nothing to do with it."""
    asked = rng.choices([p for p in pairs if p.made == "statements"] or pairs, k=count)
    drawn = rng.choices(pairs, k=count)
    return [
        Pair(a.claim, b.evidence, NEUTRAL, a.group, "stranger")
        for a, b in zip(asked, drawn, strict=True)
        if a.group != b.group
    ]


def siblings(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """Pair claims with evidence of the same page that belongs to a claim about something else: as near as can be."""
    pages: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        pages[pair.group].append(pair)
    found: list[Pair] = []
    for pair in rng.sample(pairs, len(pairs)):
        others = pages[pair.group]
        other = rng.choice(others)
        mine = _long_words(pair.claim)
        if (
            len(others) > 3
            and mine
            and not any(
                len(mine & _long_words(o.claim)) > 0.4 * len(mine) for o in others if o.evidence == other.evidence
            )
        ):
            found.append(Pair(pair.claim, other.evidence, NEUTRAL, pair.group, "sibling"))
        if len(found) == count:
            break
    return found


def _long_words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit()}


def load(data: Path, statements: Path | None) -> dict[str, list[Pair]]:
    """Return the pairs by fold (`train`, `dev`, `calibration`), unvaried."""
    names = ("vitaminc_real", "vitaminc_synthetic", "snli", "cad_snli", "citation_integrity", "fm2")
    files = [f for f in sorted(data.glob("*.pairs.jsonl.gz")) if f.name.split(".")[0] in names]
    if not files:
        raise SystemExit(f"no *.pairs.jsonl.gz in {data}: give the folder of the training sets")
    rows: Iterable[Pair] = (pair for file in files for pair in read(file))
    folds: dict[str, list[Pair]] = {"train": [], "dev": [], "calibration": []}
    for pair in rows:
        folds[fold_of(pair.group)].append(pair)
    if statements and statements.exists():
        for pair in read_statements(statements):
            folds[fold_of(pair.group)].append(pair)
    return folds


WORLD = ("vitaminc_real", "vitaminc_synthetic", "fm2", "statements")
"""Sets about the world; the others are captions and citations."""


@dataclass(frozen=True)
class Mix:
    """What one epoch takes: a part of each set, and how many pairs are made of each kind."""

    share: dict[str, float]
    neighbours: int
    strangers: int
    siblings: int
    numbers: int
    frames: int


MIXES = {
    "wide": Mix(
        {"vitaminc_real": 0.8, "vitaminc_synthetic": 0.3, "snli": 0.35, "cad_snli": 0.6, "citation_integrity": 0.3},
        neighbours=6_000, strangers=1_000, siblings=3_000, numbers=3_000, frames=6_000,
    ),
    "close": Mix(
        {"vitaminc_real": 0.12, "vitaminc_synthetic": 0.03, "snli": 0.05, "cad_snli": 0.1, "citation_integrity": 0.3},
        neighbours=4_500, strangers=4_000, siblings=1_000, numbers=800, frames=2_500,
    ),
}  # fmt: skip
"""First the wide one, which is mostly about facts in an encyclopaedia; then one that the written statements lead."""


def vary(pairs: list[Pair], seed: int, mix: Mix) -> list[Pair]:
    """Return one epoch: a share of each set, some among others, with all that is made added."""
    rng = random.Random(seed)
    taken = [p for p in pairs if rng.random() < mix.share.get(p.made, 1.0)]
    world = [p for p in taken if p.made in WORLD]
    epoch = [among_others(p, world, rng) if p.made in WORLD and rng.random() < 0.15 else p for p in taken]
    epoch += neighbours(world, mix.neighbours, rng)
    epoch += strangers([p for p in world if p.made in ("statements", "fm2")], mix.strangers, rng)
    epoch += siblings([p for p in world if p.made == "vitaminc_real"], mix.siblings, rng)
    changed = (one_number_changed(p, rng) for p in rng.sample(world, len(world)))
    epoch += islice((p for p in changed if p), mix.numbers)
    frames = (framed(p, rng, claim_itself=rng.random() < 0.5) for p in rng.sample(world, len(world)))
    epoch += islice((among_others(p, world, rng) if rng.random() < 0.15 else p for p in frames if p), mix.frames)
    rng.shuffle(epoch)
    return epoch

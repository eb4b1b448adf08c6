"""What is evaluated on: claims with what a labeller knows about each, in one shape for every data set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from triage.errors import CorpusError
from triage.schema import Claim, Document, GoldClaim, Label, OriginCount, Stance


@dataclass(frozen=True)
class Scheme:
    """The labels of a data set, and what each of ours is called there."""

    name: str
    labels: tuple[str, ...]
    names: Mapping[Label, str]


def _three(name: str, supports: str, refutes: str, neither: str, disputed: str | None = None) -> Scheme:
    labels = (supports, refutes, neither) if disputed is None else (supports, refutes, neither, disputed)
    names = {
        Label.CORROBORATED: supports,
        Label.SINGLE_SOURCE: supports,
        Label.DISPUTED: disputed or neither,
        Label.REFUTED: refutes,
        Label.NOT_ENOUGH_EVIDENCE: neither,
    }
    return Scheme(name, labels, names)


OURS = Scheme("triage", tuple(label.value for label in Label), {label: label.value for label in Label})
FEVER = _three("fever", "SUPPORTS", "REFUTES", "NOT ENOUGH INFO")
SCIFACT = _three("scifact", "SUPPORT", "CONTRADICT", "NOT ENOUGH INFO")
CLIMATE_FEVER = _three("climate-fever", "SUPPORTS", "REFUTES", "NOT_ENOUGH_INFO", "DISPUTED")
AVERITEC = _three("averitec", "Supported", "Refuted", "Not Enough Evidence", "Conflicting Evidence/Cherrypicking")


@dataclass(frozen=True)
class GoldSpan:
    """A passage that a labeller found: text `[start, end)` of a document. Any one span of a `group` is enough."""

    doc_id: str
    start: int
    end: int
    stance: Stance
    group: str


@dataclass(frozen=True)
class Item:
    """A claim with its gold. `relevant` are the documents a search should find; what is unknown is None or empty."""

    claim: Claim
    story: str
    split: str = ""
    as_of: str | None = None
    label: str | None = None
    support: OriginCount | None = None
    refute: OriginCount | None = None
    spans: tuple[GoldSpan, ...] = ()
    relevant: frozenset[str] = frozenset()
    why: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Claims to evaluate on, with the documents to search where the data set brings its own."""

    name: str
    items: tuple[Item, ...]
    scheme: Scheme = OURS
    documents: tuple[Document, ...] = field(default=(), repr=False)
    licence: str = ""

    def __post_init__(self) -> None:
        """Refuse two claims of one id."""
        seen: set[str] = set()
        for item in self.items:
            if item.claim.claim_id in seen:
                raise CorpusError(f"{self.name}: two claims have the id {item.claim.claim_id!r}; make ids unique")
            seen.add(item.claim.claim_id)

    @property
    def sha256(self) -> str:
        """Return a hash of the claims and their gold: equal data, equal hash."""
        digest = hashlib.sha256(json.dumps(self.scheme.labels).encode())
        for item in self.items:
            shown = asdict(replace(item, claim=item.claim.claim_id, relevant=()))  # type: ignore[arg-type]
            kept = {**shown, "text": item.claim.text, "relevant": sorted(item.relevant)}
            digest.update(json.dumps(kept, sort_keys=True, default=lambda value: value.model_dump()).encode())
        return digest.hexdigest()

    def limited(self, limit: int | None) -> Dataset:
        """Return at most `limit` claims, spread evenly over the set so that every story keeps its share."""
        if limit is None or limit >= len(self.items):
            return self
        kept = tuple(self.items[i * len(self.items) // limit] for i in range(limit))
        return replace(self, items=kept)

    def only(self, split: str) -> Dataset:
        """Return the claims of one split."""
        return replace(self, name=f"{self.name}:{split}", items=tuple(i for i in self.items if i.split == split))


def joined(datasets: Sequence[Dataset]) -> Dataset:
    """Return several sets of one scheme as one."""
    if len(datasets) == 1:
        return datasets[0]
    items = tuple(item for dataset in datasets for item in dataset.items)
    return Dataset("+".join(d.name for d in datasets), items, datasets[0].scheme)


def item_of(gold: GoldClaim, text_of: Callable[[str], str]) -> Item:
    """Return a gold claim with its quotes as spans; `text_of` gives the text of a document.

    Neutral quotes are examples of near misses, never complete, and are left out. A quote that stands in its document
    more than once gives a span for each place.

    Raises:
        CorpusError: a quote does not stand in its document.
    """
    spans: list[GoldSpan] = []
    for evidence in gold.evidence:
        if evidence.stance is Stance.NEUTRAL:
            continue
        places = list(_places(text_of(evidence.doc_id), evidence.quote))
        if not places:
            raise CorpusError(
                f"{gold.claim_id}: the gold quote {evidence.quote[:60]!r} does not stand in {evidence.doc_id}; "
                "the corpus is not the one that was labelled"
            )
        group = f"{evidence.stance.value}:{evidence.origin}"
        spans += [GoldSpan(evidence.doc_id, at, at + len(evidence.quote), evidence.stance, group) for at in places]
    return Item(
        claim=Claim(text=gold.text, claim_id=gold.claim_id, speaker=gold.speaker, claim_date=gold.claim_date),
        story=gold.story,
        split=gold.split,
        as_of=gold.as_of,
        label=gold.label.value,
        support=gold.support,
        refute=gold.refute,
        spans=tuple(spans),
        relevant=frozenset(span.doc_id for span in spans),
        why=gold.why,
        tags=gold.tags,
    )


def _places(text: str, quote: str) -> Iterable[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def read_gold(path: Path) -> list[GoldClaim]:
    """Return the gold claims of a JSON Lines file.

    Raises:
        CorpusError: the file cannot be read, or a line is no gold claim; `.line` says which.
    """
    try:
        lines = path.read_text("utf-8").rstrip("\n").split("\n")
    except OSError as error:
        raise CorpusError(f"cannot be read ({error.strerror}); give the path of a gold set", path=path) from None
    claims = []
    for number, line in enumerate(lines, 1):
        try:
            claims.append(GoldClaim.model_validate_json(line))
        except ValueError as error:
            raise CorpusError(f"is no gold claim: {error}", path=path, line=number) from None
    return claims

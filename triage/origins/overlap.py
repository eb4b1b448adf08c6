"""What two documents share, and whether that means that one was made from the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from triage.origins import match, translation
from triage.origins.credits import PRIMARY, Credit, outlet_key
from triage.origins.match import Embed, Pair, Rarity, Run
from triage.origins.profile import Profile, stem

MIN_RUN = 7
"""Fewer equal words in a row tell nothing."""
MIN_TELLING = 3
"""Nor does a run with fewer content words than this outside of names, titles and numbers."""
QUOTATION = 12
LONG_RUN = 20
VERBATIM = 0.2
ALIKE = 0.4
"""Sentences this alike are given as the basis of a relay."""
REWRITE = 0.2
"""Two accounts of one event by different hands stay below 0.1 (99 of 100 pairs of news articles)."""
RETOLD = (0.12, 0.5, 0.3)
"""Details in order, names and numbers, spread: what a retelling in other words keeps all three of."""
SURE, MENTION, PRIMARY_CREDIT = 0.2, 0.35, 0.3
"""How much of a crediting sentence the credited document must tell, by how plain the credit is."""
WINDOW = 3
FURNITURE = 60
"""A footer or notice has no more words than this."""
COMMON = 0.2
"""Documents that share less of their telling words than this, and no run of words, are not compared by sentence."""


@dataclass(frozen=True, slots=True)
class Borne:
    """A credit that is borne out: the words `a0:a1` that credit and tell, and the words `b0:b1` that they come from."""

    credit: Credit
    told: float
    a0: int
    a1: int
    b0: int
    b1: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two documents share, whoever was first. Shares are of each one's words, in [0, 1].

    `quoted` is the share of the equal words that stand in quotations; `a_credits_b` are the credits of `a` that what
    `b` tells bears out.
    """

    a: Profile
    b: Profile
    runs: tuple[Run, ...]
    pairs: tuple[Pair, ...]
    share_a: float
    share_b: float
    quoted: float
    told: match.Retelling
    translated: bool = False
    a_credits_b: tuple[Borne, ...] = ()
    b_credits_a: tuple[Borne, ...] = ()

    @property
    def verbatim(self) -> float:
        """Return the share of the shorter document that stands word for word in the other."""
        return max(self.share_a, self.share_b)

    @property
    def longest(self) -> int:
        """Return the length in words of the longest equal run."""
        return max((run.same for run in self.runs), default=0)

    @property
    def strength(self) -> float:
        """Return how surely one text was made from the other, in [0, 1]: each signal adds to what the others leave."""
        signals = [self.verbatim, self.told.rewrite, min(1.0, self._retold) / 2, self.told.details]
        if self.longest >= MIN_RUN:
            signals.append(self.longest / (self.longest + LONG_RUN))
        if self.a_credits_b or self.b_credits_a:
            signals.append(0.6)
        if self.translated:
            signals.append(0.8)
        return 1.0 - math.prod(1.0 - min(1.0, signal) for signal in signals)

    @property
    def _retold(self) -> float:
        """Return by how much a retelling is above (or below) all three bounds of `RETOLD`; 1 is just at them."""
        told = self.told
        return min(2.0, told.details / RETOLD[0], told.names / RETOLD[1], told.spread / RETOLD[2])

    def is_relay(self) -> bool:
        """Say whether one of the two was made from the other, in whole or in part."""
        one_house = _same_publisher(self.a, self.b)
        if self.verbatim >= VERBATIM or (self.longest >= LONG_RUN and not one_house):
            return True
        if one_house:
            return False
        primary = PRIMARY & {self.a.document.kind, self.b.document.kind}
        return (
            (self.longest >= QUOTATION and self.quoted > 0)
            or self.told.rewrite >= REWRITE
            or self.translated
            or (self._retold >= 1 and not primary)
            or bool(self.a_credits_b or self.b_credits_a)
        )

    def retells(self) -> bool:
        """Say whether one document as a whole follows the other: a reprint, a rewrite or a translation."""
        return self.verbatim >= 0.5 or self.told.rewrite >= REWRITE or self.translated or self._retold >= 1

    def swapped(self) -> Overlap:
        """Return the same overlap with the two documents changed about."""
        return Overlap(
            self.b,
            self.a,
            tuple(sorted((Run(r.b0, r.b1, r.a0, r.a1, r.same) for r in self.runs), key=lambda r: r.a0)),
            tuple(Pair(p.b, p.a, p.alike, p.anchors) for p in self.pairs),
            self.share_b,
            self.share_a,
            self.quoted,
            self.told,
            self.translated,
            self.b_credits_a,
            self.a_credits_b,
        )


def overlap(
    a: Profile,
    b: Profile,
    rarity: Rarity,
    *,
    credits_ab: Sequence[Credit] = (),
    credits_ba: Sequence[Credit] = (),
    embed: Embed | None = None,
) -> Overlap:
    """Return what two documents share. The credits are those that each gives the other, borne out or not."""
    runs = [
        run
        for run in match.runs(a.words.folded, b.words.folded, b.grams)
        if run.same >= MIN_RUN and match.telling(a, run) >= MIN_TELLING
    ]
    edge = _at_the_edges(a, b, runs)
    runs, furniture = ([], runs) if edge else (runs, [])
    same = sum(run.same for run in runs)
    abroad = translation.other_language(a, b)
    worth = runs or abroad or rarity.common(a, b) >= COMMON or credits_ab or credits_ba
    told = match.retelling(a, b, rarity, embed) if worth else match.NOTHING
    if furniture and not _beyond(told.pairs, a, furniture):
        told = match.NOTHING
    pairs = told.pairs
    translated = False
    if abroad:
        across = translation.compare(a, b)
        translated = across.likely
        pairs = across.pairs if translated else pairs
    return Overlap(
        a,
        b,
        tuple(runs),
        tuple(pair for pair in pairs if pair.alike >= ALIKE),
        same / max(1, len(a.words)),
        same / max(1, len(b.words)),
        sum(run.same for run in runs if a.quoted(run.a0, run.a1) or b.quoted(run.b0, run.b1)) / max(1, same),
        told,
        translated,
        borne_out(credits_ab, a, b, rarity, [(r.a0, r.a1) for r in runs]),
        borne_out(credits_ba, b, a, rarity, [(r.b0, r.b1) for r in runs]),
    )


def _at_the_edges(a: Profile, b: Profile, runs: Sequence[Run]) -> bool:
    """Say whether all that two texts share stands in the first or last paragraph of both: a footer, a notice."""
    if not runs or sum(run.same for run in runs) > FURNITURE or len(a.paragraphs) < 2 or len(b.paragraphs) < 2:
        return False
    foot = all(run.a0 >= a.paragraphs[-1] and run.b0 >= b.paragraphs[-1] for run in runs)
    head = all(run.a1 <= a.paragraphs[1] and run.b1 <= b.paragraphs[1] for run in runs)
    return (foot or head) and not any(a.quoted(run.a0, run.a1) or b.quoted(run.b0, run.b1) for run in runs)


def _beyond(pairs: Sequence[Pair], a: Profile, furniture: Sequence[Run]) -> bool:
    """Say whether two texts tell alike in more than the words that their furniture shares."""
    shared = {word for run in furniture for word in range(run.a0, run.a1)}
    sentences = [a.sentences[pair.a] for pair in pairs]
    return sum(1 for s in sentences if not shared & set(range(s.first, s.last))) > 1


def _same_publisher(a: Profile, b: Profile) -> bool:
    one, two = a.document.publisher, b.document.publisher
    return bool(one and two and outlet_key(one) == outlet_key(two))


def borne_out(
    credits: Sequence[Credit], a: Profile, b: Profile, rarity: Rarity, copied: Sequence[tuple[int, int]] = ()
) -> tuple[Borne, ...]:
    """Return the credits in `a` for something that `b` tells, if they are `a`'s own and not copied along with it.

    Where most of `a` stands in `b` word for word, any credit is for that.
    """
    found = []
    whole = 2 * sum(last - first for first, last in copied) >= len(a.words)
    for credit in credits:
        at, _ = a.within(credit.span.start, credit.span.end)
        if any(first <= at < last for first, last in copied):
            continue
        needed = PRIMARY_CREDIT if b.document.kind in PRIMARY else SURE if credit.sure else MENTION
        borne = told_by(credit, a, b, rarity)
        if credit.link or whole or borne.told >= needed:
            found.append(borne)
    return tuple(found)


def told_by(credit: Credit, a: Profile, b: Profile, rarity: Rarity) -> Borne:
    """Return how much of the sentences that credit `b` stands in some sentence of `b`, and in which."""
    first, last = a.around(credit.span)
    best = Borne(credit, 0.0, first, last, 0, 0)
    segment = a.segment(first) if first < len(a.words) else None
    name = {stem(w) for w in a.words.folded[slice(*a.within(credit.span.start, credit.span.end))]}
    name |= {stem(w) for w in outlet_key(b.document.publisher or "").split()}
    for sentence in [s for s in a.sentences if s.first >= first][:WINDOW]:
        if segment is not a.segment(sentence.first):
            break
        own = sentence.content - name
        if len(own & b.stems) < 2:
            continue
        for other in b.sentences:
            common = own & other.content
            if len(common) > 1:
                lesser = min(rarity.sum(own), rarity.sum(other.content - name))
                told = min(1.0, rarity.sum(common) / max(lesser, 1.5))
                if told > best.told:
                    best = Borne(credit, told, first, sentence.last, other.first, other.last)
    return best

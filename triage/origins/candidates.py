"""Which pairs of documents are worth comparing, without comparing all.

Three nets: MinHash-LSH (Broder 1997; datasketch) over a document's names, numbers and rarer words, which survive a
rewrite; an inverted index of sampled word runs (Manber 1994), which finds a part of one text in another however long
that other is; and an inverted index of the runs inside quotations. What many documents hold tells little and costs
much: such a bucket pairs its members with the earliest few only.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from datasketch import MinHash, MinHashLSH

from triage.origins.profile import Profile

ALL_PAIRS = 40
"""Up to so many documents, every pair is compared."""
CROWD = 24
"""A bucket with more documents than this pairs each with its first ones only."""
FIRST = 6
SAMPLE = 8
"""One in so many word runs is kept."""
PERMUTATIONS = 64
THRESHOLD = 0.35


def candidates(profiles: Sequence[Profile]) -> set[tuple[str, str]]:
    """Return pairs of document ids, smaller first, that may share text, quotations or details."""
    ids = [profile.document.doc_id for profile in profiles]
    if len(profiles) <= ALL_PAIRS:
        return {(min(a, b), max(a, b)) for i, a in enumerate(ids) for b in ids[i + 1 :] if a != b}
    order = sorted(range(len(profiles)), key=lambda i: (profiles[i].document.published or "9999", ids[i]))
    found: Counter[tuple[int, int]] = Counter()
    for bucket in _shared_runs(profiles, order):
        found.update(bucket)
    pairs = {pair for pair, count in found.items() if count >= 2}
    pairs |= set(_alike(profiles, order))
    return {(min(ids[a], ids[b]), max(ids[a], ids[b])) for a, b in pairs if ids[a] != ids[b]}


def _pairs(members: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a bucket whose members stand in time order."""
    reach = len(members) if len(members) <= CROWD else FIRST
    for i, later in enumerate(members):
        for earlier in members[: min(i, reach)]:
            yield (earlier, later)


def _shared_runs(profiles: Sequence[Profile], order: Sequence[int]) -> Iterator[Iterable[tuple[int, int]]]:
    buckets: dict[int, list[int]] = defaultdict(list)
    for i in order:
        for key in _sampled(profiles[i]):
            buckets[key].append(i)
    for members in buckets.values():
        if len(members) > 1:
            yield _pairs(members)


def _hashes(words: Sequence[str]) -> np.ndarray:
    return np.fromiter((zlib.crc32(word.encode()) for word in words), dtype=np.uint64, count=len(words))


def _sampled(profile: Profile) -> list[int]:
    """Return one in `SAMPLE` of a document's five-word runs, the same ones in every document, and all in quotations."""
    words = _hashes(profile.words.folded)
    if len(words) < 5:
        return []
    rolled = np.zeros(len(words) - 4, dtype=np.uint64)
    for offset in range(5):
        rolled = rolled * np.uint64(0x9E3779B97F4A7C15) + words[offset : len(words) - 4 + offset]
    rolled ^= rolled >> np.uint64(29)
    keep = rolled % np.uint64(SAMPLE) == 0
    for first, last in profile.quotations:
        if last - first >= 7:
            keep[first : max(first, last - 4) : 2] = True
    return [int(value) for value in np.unique(rolled[keep])]


def _alike(profiles: Sequence[Profile], order: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that MinHash finds to share a good part of their telling words."""
    counts: Counter[str] = Counter()
    for profile in profiles:
        counts.update(profile.stems)
    common = max(20, len(profiles) // 50)
    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    permutations = MinHash(num_perm=PERMUTATIONS).permutations
    for i in order:
        telling = [s for s in profiles[i].stems if counts[s] <= common]
        if len(telling) < 8:
            continue
        signature = MinHash(num_perm=PERMUTATIONS, hashfunc=lambda h: h, permutations=permutations)
        signature.update_batch([zlib.crc32(s.encode()) for s in telling])
        near = sorted(lsh.query(signature), key=lambda j: (profiles[j].document.published or "9999", j))
        yield from ((j, i) for j in near[: CROWD if len(near) <= CROWD else FIRST])
        lsh.insert(i, signature, check_duplication=False)

"""Which pairs of documents are worth comparing, without comparing all.

Three nets. An inverted index of sampled word runs (Manber 1994) finds a part of one text in another however long that
other is, and every run inside quotation marks is kept. An inverted index of rarer words finds those who share details.
MinHash-LSH (Broder 1997; datasketch) over all telling words finds rewrites of long texts whose details are many. What a
crowd of documents holds tells little and costs much: such a bucket pairs its members with its earliest few only.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from datasketch import MinHash, MinHashLSH

from triage.origins.profile import GRAM, Profile

ALL_PAIRS = 32
"""Up to so many documents, every pair is compared."""
CROWD = 24
"""A bucket with more documents than this pairs each with its first few only."""
FIRST = 6
SAMPLE = 8
"""One in so many word runs is kept."""
RUNS = 2
DETAILS = 5
"""So many shared runs, or shared rarer words, make a candidate."""
PERMUTATIONS = 64
THRESHOLD = 0.4
_ODD = np.uint64(0x9E3779B97F4A7C15)


def candidates(profiles: Sequence[Profile]) -> set[tuple[str, str]]:
    """Return pairs of document ids, smaller first, that may share text, quotations or details."""
    ids = [profile.document.doc_id for profile in profiles]
    if len(profiles) <= ALL_PAIRS:
        return {(min(a, b), max(a, b)) for i, a in enumerate(ids) for b in ids[i + 1 :] if a != b}
    order = sorted(range(len(profiles)), key=lambda i: (profiles[i].document.published or "9999", ids[i]))
    counts: Counter[str] = Counter()
    for profile in profiles:
        counts.update(profile.stems)
    pairs = _sharing(((i, _sampled(profiles[i])) for i in order), RUNS)
    pairs |= _sharing(((i, [s for s in profiles[i].stems if 1 < counts[s] <= CROWD]) for i in order), DETAILS)
    pairs |= set(_alike(profiles, order, counts))
    return {(min(ids[a], ids[b]), max(ids[a], ids[b])) for a, b in pairs if ids[a] != ids[b]}


def _sharing(keyed: Iterable[tuple[int, Sequence[int] | Sequence[str]]], least: int) -> set[tuple[int, int]]:
    """Return the pairs that share at least so many keys; the documents come in time order."""
    buckets: dict[int | str, list[int]] = {}
    found: set[tuple[int, int]] = set()
    for i, keys in keyed:
        shared: Counter[int] = Counter()
        for key in keys:
            members = buckets.setdefault(key, [])
            shared.update(members if len(members) <= CROWD else members[:FIRST])
            members.append(i)
        found.update((earlier, i) for earlier, count in shared.items() if count >= least)
    return found


def _sampled(profile: Profile) -> list[int]:
    """Return hashes of one in `SAMPLE` of a document's word runs, the same everywhere; in quotations, of half."""
    folded = profile.words.folded
    length = len(folded) - GRAM + 1
    if length < 1:
        return []
    hashes = np.fromiter((zlib.crc32(word.encode()) for word in folded), dtype=np.uint64, count=len(folded))
    rolled = np.zeros(length, dtype=np.uint64)
    for offset in range(GRAM):
        rolled = rolled * _ODD + hashes[offset : length + offset]
    rolled ^= rolled >> np.uint64(29)
    keep = rolled % np.uint64(SAMPLE) == 0
    for first, last in profile.quotations:
        if last - first > GRAM:
            keep[first : last - GRAM + 1] |= rolled[first : last - GRAM + 1] % np.uint64(2) == 0
    return [int(value) for value in np.unique(rolled[keep])]


def _alike(profiles: Sequence[Profile], order: Sequence[int], counts: Counter[str]) -> Iterator[tuple[int, int]]:
    """Yield the pairs that MinHash finds to share a good part of their telling words."""
    common = max(CROWD, len(profiles) // 20)
    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    blank = MinHash(num_perm=PERMUTATIONS, hashfunc=zlib.crc32)
    place = {i: n for n, i in enumerate(order)}
    for i in order:
        telling = [stem.encode() for stem in profiles[i].stems if counts[stem] <= common]
        if len(telling) < DETAILS:
            continue
        signature = blank.copy()
        signature.update_batch(telling)
        near = sorted(lsh.query(signature), key=place.__getitem__)
        yield from ((j, i) for j in (near if len(near) <= CROWD else near[:FIRST]))
        lsh.insert(i, signature, check_duplication=False)

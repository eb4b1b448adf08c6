"""Is a text a translation of another? Names, numbers and cousins of words in the same order, sentence by sentence.

No dictionary: names and figures survive a translation, and the languages of Europe share many stems.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triage.origins.match import Pair, ordered
from triage.origins.profile import FUNCTION_WORDS, NUMBER_WORDS, Profile

COUSIN = 5
"""Words of two languages are taken for cousins when their first five letters are the same."""
SAME_SENSE = 0.45
"""How alike two sentences count that share their keys: less than a rewrite in the same language shows."""
_NUMBERS = (
    "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn "
    "achtzehn neunzehn zwanzig",
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici",
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze",
    "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec dziesiec jedenascie dwanascie",
)
FOREIGN_NUMBERS = {word: str(value) for row in _NUMBERS for value, word in enumerate(row.split())} | {
    "vingt": "20", "veinte": "20", "venti": "20", "trente": "30", "treinta": "30", "dreissig": "30", "vierzig": "40",
    "quarante": "40", "cuarenta": "40", "funfzig": "50", "cinquante": "50", "cincuenta": "50", "soixante": "60",
    "sechzig": "60", "hundert": "100", "cent": "100", "cien": "100", "cento": "100", "zweihundert": "200",
    "dreihundert": "300", "vierhundert": "400", "funfhundert": "500", "hundred": "100",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Translation:
    """What two texts of different languages share: like sentences in order, and the share of each kind in [0, 1].

    `common` is the share of the lesser text's keys that both hold, `spread` the share of the sentences that take
    part with two keys or more, `keys` how many keys those sentences share.
    """

    pairs: tuple[Pair, ...]
    common: float
    spread: float
    keys: int

    @property
    def likely(self) -> bool:
        """Say whether one text was made from the other."""
        return self.spread >= 0.4 and self.keys >= 9 and self.common >= 0.12


def other_language(a: Profile, b: Profile) -> bool:
    """Say whether two documents are in different languages, by what is known of them or by their function words."""
    x, y = a.document.language, b.document.language
    if x and y:
        return x[:2] != y[:2]
    return a.foreign != b.foreign


def compare(a: Profile, b: Profile) -> Translation:
    """Return what two documents of different languages share in order."""
    rows, columns = _keyed(a), _keyed(b)
    if not rows or not columns:
        return Translation((), 0.0, 0.0, 0)
    gain = np.array([[len(r & c) / max(1, min(len(r), len(c))) ** 0.5 for c in columns] for r in rows])
    steps = [(i, j) for i, j in ordered(gain) if len(rows[i] & columns[j]) > 1]
    one, two = frozenset().union(*rows), frozenset().union(*columns)
    pairs = tuple(Pair(i, j, SAME_SENSE, len(rows[i] & columns[j])) for i, j in steps)
    return Translation(
        pairs,
        len(one & two) / max(1, min(len(one), len(two))),
        len(steps) / min(len(rows), len(columns)),
        sum(pair.anchors for pair in pairs),
    )


def _keyed(profile: Profile) -> list[frozenset[str]]:
    folded = profile.words.folded
    return [frozenset(filter(None, map(_key, folded[s.first : s.last]))) for s in profile.sentences]


def _key(word: str) -> str:
    if word[0].isdigit():
        return word
    if word in FOREIGN_NUMBERS:
        return FOREIGN_NUMBERS[word]
    return word[:COUSIN] if len(word) >= 4 and word not in FUNCTION_WORDS and word not in NUMBER_WORDS else ""

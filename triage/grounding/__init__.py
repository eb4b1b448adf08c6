"""A quote to a `Citation` in its document, or the reason why not.

Words, figures, their order and their case must stand in the document as they are quoted: nothing is matched by
likeness, so a rewrite never passes. What may differ is typography alone, as fonts, keyboards and models vary it: the
kind of quotation mark, dash and space, ellipsis characters, soft hyphens and other characters that cannot be seen,
ligatures, Unicode normal forms, Markdown emphasis, and line prefixes of quoted text. Superscripts and fractions are no
typography: they would change a number. A match must not begin or end inside a word or number, or the quote could
drop a negation (*un-*, *non-*, *-n't*) or a digit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from triage.grounding.folding import BLANK, DASHES, ELLIPSIS, QUOTES, Range, fold
from triage.schema import Citation, Document, Rejected, Span

CONTEXT = 32
"""Characters of `prefix` and `suffix`, as the W3C TextQuoteSelector uses them to tell two equal quotes apart."""

_AROUND = rf"(?:[\s{re.escape(QUOTES)}*_]|{ELLIPSIS}|\[{ELLIPSIS}\]|\({ELLIPSIS}\))+"
_LEADING, _TRAILING = re.compile(rf"^{_AROUND}"), re.compile(rf"{_AROUND}$")
_LEFT_OUT = re.compile(rf"\[?{ELLIPSIS}\]?")
_WORDS = re.compile(r"\w+(?:[\u0300-\u036f.,']+\w+)*")
_LONGEST_SHOWN = 40
_MOST_TRIES = 1000
_FEWEST_LETTERS = 4

# One document is asked for many quotes.
_fold_document = lru_cache(maxsize=32)(fold)


def ground(quote: str, document: Document, *, within: Span | None = None) -> Citation | Rejected:
    """Return where a quote stands in a document, or why it cannot be cited.

    Looks in `within` (the passage that was read) first, then in the whole document; each time for the words as they
    are, then but for typography. Quotation marks and ellipses that the quote puts around the words are dropped where
    the document has none, and so is a full stop or comma at its end. The citation's `quote` is always the document's
    own text: `document.text[start:end]`.
    """
    bare = _TRAILING.sub("", _LEADING.sub("", quote))
    trouble = _too_little(bare)
    if trouble:
        return Rejected(doc_id=document.doc_id, quote=quote, reason=trouble)
    text = document.text
    everywhere = (0, len(text))
    places = [everywhere] if within is None else [(within.start, min(within.end, len(text))), everywhere]
    cut: Range | None = None
    for low, high in places:
        for found, exact in _occurrences(quote.strip(), bare, text, low, high):
            if _whole(text, *found):
                return _citation(document, *found, exact=exact)
            cut = cut or found
    return Rejected(doc_id=document.doc_id, quote=quote, reason=_why_not(bare, text, cut))


def _too_little(bare: str) -> str | None:
    if not bare:
        return "the quote is empty"
    if sum(map(_is_unspaced, bare)) >= _FEWEST_LETTERS:
        return None
    words = re.findall(r"\w+", unicodedata.normalize("NFC", fold(bare).text))
    letters = sum(map(len, words))
    telling = any(len(word) >= _FEWEST_LETTERS or word.isdigit() for word in words)
    if len(words) < 2 or letters < 6 or not (telling or letters > 9):
        return "the quote is too short to say anything: quote a clause or a sentence"
    return None


def _occurrences(quote: str, bare: str, text: str, low: int, high: int) -> Iterator[tuple[Range, bool]]:
    """Yield where the quote stands between two places of the text, and whether exactly, best first."""
    for words in dict.fromkeys((quote, bare)):
        for start in _finds(text, words, low, high):
            yield (start, start + len(words)), True
    # The passage is small; only a quote that is not there is worth folding a whole document.
    folded, shift = (_fold_document(text), 0) if (low, high) == (0, len(text)) else (fold(text[low:high]), low)
    for words in dict.fromkeys((quote, bare, bare.rstrip(".,"))):
        neutral = fold(words.replace('\\"', '"')).text.strip()
        for left in _finds(folded.text, neutral, 0, len(folded.text)) if neutral else ():
            found = folded.original(left, left + len(neutral))
            if found is None:
                continue
            start, end = _tight(text, found[0] + shift, found[1] + shift)
            # Without its full stop a statement could be found in a question.
            if words == quote or text[end : end + 1] != "?" or bare[-1:] == "?":
                yield (start, end), text[start:end] == words


def _finds(text: str, words: str, low: int, high: int) -> Iterator[int]:
    at = text.find(words, low, high)
    for _ in range(_MOST_TRIES):
        if at < 0:
            return
        yield at
        at = text.find(words, at + 1, high)


def _tight(text: str, start: int, end: int) -> Range:
    while start < end and BLANK.match(text[start]):
        start += 1
    while start < end and BLANK.match(text[end - 1]):
        end -= 1
    return start, end


def _is_unspaced(char: str) -> bool:
    """Return whether a character belongs to a script that writes words without spaces between them."""
    return (
        "\u0e00" <= char <= "\u0eff"
        or "\u1000" <= char <= "\u109f"
        or "\u1780" <= char <= "\u17ff"
        or (
            "\u3040" <= char <= "\u30ff"
            or "\u3400" <= char <= "\u9fff"
            or "\uf900" <= char <= "\ufaff"
            or char >= "\U00020000"
        )
    )


def _joined(before: str, after: str) -> bool:
    """Return whether two neighbouring characters belong to one word or number."""
    if unicodedata.combining(after):
        return True
    return before.isalnum() and after.isalnum() and not (_is_unspaced(before) or _is_unspaced(after))


def _whole(text: str, start: int, end: int) -> bool:
    """Return whether neither end of a match parts a word, a compound or a number."""
    before, first = text[max(start - 2, 0) : start], text[start]
    last, after = text[end - 1], text[end : end + 2]
    if before and (_joined(before[-1], first) or _inside(before[-2:-1], before[-1], first)):
        return False
    if before and before[-1] in DASHES and first.isdigit() and not before[-2:-1].strip():
        return False
    if after and (_joined(last, after[0]) or _inside(last, after[0], after[1:2])):
        return False
    return not (last.isdigit() and after[:1] in ("%", "‰"))


def _inside(one: str, mark: str, other: str) -> bool:
    """Return whether a mark between two characters holds a compound (non-violent, can't) or number (1,100) together."""
    if one.isdigit() and other.isdigit():
        return mark in ".,'’\u00a0\u202f" or mark in DASHES
    if mark in "-‐‑":
        return one.isalnum() and other.isalnum()
    return mark in "'’" and one.isalpha() and other.isalpha() and other not in "sS"


def _citation(document: Document, start: int, end: int, *, exact: bool) -> Citation:
    text = document.text
    return Citation(
        doc_id=document.doc_id,
        quote=text[start:end],
        start=start,
        end=end,
        prefix=text[max(start - CONTEXT, 0) : start],
        suffix=text[end : end + CONTEXT],
        match="exact" if exact else "normalised",
    )


def _why_not(bare: str, text: str, cut: Range | None) -> str:
    """Return the reason in words; likeness serves here, and only here, to point at what was probably meant."""
    if cut:
        around = " ".join(text[max(cut[0] - 12, 0) : cut[1] + 12].split())
        return f"the quote begins or ends inside a word or number: the document has “{around[:160]}”"
    left_out = _LEFT_OUT.search(bare)
    hint = "; it leaves words out at the ellipsis: quote one unbroken stretch" if left_out else ""
    nearest = _nearest(fold(bare[:600]).text, _fold_document(text).text)
    if nearest is None:
        return f"the quote is not in the document{hint}"
    return f"the quote is not in the document; the nearest passage differs: {nearest}{hint}"


def _nearest(quote: str, text: str) -> str | None:
    """Return how the passage that is most like the quote differs from it, or None where none is like it.

    Looks around the quote's rarest words only.
    """
    counts = {word: text.count(word) for word in set(re.findall(r"\w{3,}", quote))}
    rarest = sorted((word for word in counts if counts[word]), key=lambda word: (counts[word], -len(word), word))
    best, place = 0.0, (0, 0)
    for word in rarest[:4]:
        for at in islice(_finds(text, word, 0, len(text)), 25):
            low = max(at - len(quote), 0)
            near = text[low : at + len(word) + len(quote)]
            found = fuzz.partial_ratio_alignment(quote, near, score_cutoff=max(best, 70))
            if found is not None and found.score > best:
                best, place = found.score, (low + found.dest_start, low + found.dest_end)
    if not best:
        return None
    # The likeness may begin and end in the middle of a word.
    before = re.split(r"\W", text[max(place[0] - _LONGEST_SHOWN, 0) : place[0]])[-1]
    after = re.split(r"\W", text[place[1] : place[1] + _LONGEST_SHOWN])[0]
    ours = _WORDS.findall(f"{before}{text[slice(*place)]}{after}")
    theirs = _WORDS.findall(quote)
    changes = [
        _change(ours[op.src_start : op.src_end], theirs[op.dest_start : op.dest_end])
        for op in Levenshtein.opcodes(ours, theirs)
        if op.tag != "equal"
    ]
    return f"it {', '.join(changes[:3]) or 'has other punctuation'}"


def _change(ours: Sequence[str], theirs: Sequence[str]) -> str:
    if not theirs:
        return f"also has “{_shown(ours)}”"
    return f"has “{_shown(ours)}” for “{_shown(theirs)}”" if ours else f"lacks “{_shown(theirs)}”"


def _shown(words: Sequence[str]) -> str:
    shown = unicodedata.normalize("NFC", " ".join(words))
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"

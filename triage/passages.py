"""Documents to sentences and passages, with exact offsets.

Sentences come from nupunkt (Punkt, Kiss and Strunk 2006), which knows abbreviations and initials. This module adds
what a document's layout says: blank lines, headings, list items and deliberate line breaks end a sentence whether
or not there is a full stop, and full stops of scripts without spaces count too. No character but white space is
ever lost, and nothing is changed: every span can be sliced out of the text.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby, islice, pairwise
from typing import NamedTuple

import nupunkt

from triage.schema import Document, Passage, Segment, Span

Range = tuple[int, int]

# The bundled Punkt model was learned from scanned court papers: among its 5,865 "abbreviations" are bank, book, hand,
# story and week, which glues sentences of news together. Of those only initials (U.S., a.m.) are kept; these join them.
_ABBREVIATIONS = """
mr mrs ms messrs mme mlle mx dr prof rev fr hon st jr sr esq ph.d m.sc b.sc d.phil
gen lt col maj capt cpt cmdr cmdt adm brig sgt cpl pvt pfc lt.-col lt.-gen maj.-gen brig.-gen
gov sen rep pres sec supt insp det amb atty asst dep dir min vp
jan feb apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri
inc ltd corp co bros llc plc dept univ assn intl natl govt
no nos vol vols pp para fig figs ed eds al cf vs etc viz approx ca est e.g i.e ibid
ave blvd rd hwy bldg ft mt apt kg km cm mm lb lbs oz hr hrs mph sq
calif conn fla okla tenn wis minn mich neb nev ariz ala
bzw nr z.b u.a d.h ggf usw sra srta av pág núm cía
г гг ул им т.е т.к т.д т.п др стр млн млрд тыс ген полк проф акад
"""
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_STARTS_A_BLOCK = re.compile(
    r"#{1,6}\s|[-*+•–—·▪]\s|\(?\d{1,3}[.)]\s|\(?[A-Za-z][.)]\s|\||```|~~~|\*\*[^*]+\*\*(?:\s|$)|(?:[-*_]\s?){3,}$"
)
_STANDS_ALONE = re.compile(r"#{1,6}\s|\||```|~~~|\*\*[^*]+\*\*(?:\s·.*)?$|(?:[-*_]\s?){3,}$")
_QUOTED = re.compile(r"\s*>")
# Wider lines are not the work of a program that wraps: each of their breaks was meant.
_WIDEST_WRAP = 120
_NARROWEST_WRAP = 40

_ENDS = ".!?…:;。！？"
_CLOSERS = "\"'”’»›)]}」』）】〉》"
# Full stops that need no space after them (CJK) or that Punkt does not know (Arabic, Devanagari, Armenian, ...).
_OTHER_STOPS = re.compile(rf"[。！？｡؟۔।॥։።၊။។]+[{re.escape(_CLOSERS)}]*")
_ASKED = re.compile(r"[!?…]['\"”’»]$")
_SAYING = re.compile(
    r"(?:[^\W\d_][\w.’'-]*\s+){1,4}?(?:said|says|asked|asks|added|adds|told|wrote|writes|replied|cried|shouted|"
    r"exclaimed|wondered|demanded|answered)\b"
)


@cache
def _punkt() -> nupunkt.PunktSentenceTokenizer:
    parameters = copy.deepcopy(nupunkt.load("default").parameters)
    parameters.abbrev_types = {known for known in parameters.abbrev_types if _INITIALS.fullmatch(known)} | set(
        _ABBREVIATIONS.split()
    )
    return nupunkt.PunktSentenceTokenizer(parameters, include_common_abbrevs=False)


class _Line(NamedTuple):
    start: int
    end: int
    after_blank: bool


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    """Yield the lines that are not blank, without the white space around them."""
    last, breaks = start, True
    for match in _LINE.finditer(text, start, end):
        breaks = breaks or text.count("\n", last, match.start()) > 1 or text.count("\r", last, match.start()) > 1
        last = match.end()
        tight = _tight(text, match.start(), match.end())
        if tight:
            yield _Line(*tight, breaks)
            breaks = False
        else:
            breaks = True


def _tight(text: str, start: int, end: int) -> Range | None:
    """Return the range without the white space at its ends, or None where nothing is left."""
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return (start + lead, start + len(piece.rstrip())) if lead < len(piece) else None


def _paragraphs(text: str, start: int, end: int) -> Iterator[list[_Line]]:
    group: list[_Line] = []
    for line in _lines(text, start, end):
        if line.after_blank and group:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _blocks(text: str, lines: Sequence[_Line]) -> Iterator[Range]:
    """Yield the stretches of a paragraph that no sentence crosses.

    A line break was meant unless the line was full: the first word of the next line would not have fitted.
    """
    width = max(line.end - line.start for line in lines)
    start = lines[0].start
    for line, following in pairwise(lines):
        if _meant(text, line, following, width):
            yield start, line.end
            start = following.start
    yield start, lines[-1].end


def _meant(text: str, line: _Line, following: _Line, width: int) -> bool:
    here, there = text[line.start : line.end], text[following.start : following.end]
    quoted, still_quoted = _QUOTED.match(here), _QUOTED.match(there)
    if bool(quoted) != bool(still_quoted):
        return True
    if quoted and still_quoted:
        here, there = here[quoted.end() :].strip(), there[still_quoted.end() :].strip()
        if not here or not there:
            return True
    if _STARTS_A_BLOCK.match(there) or _STANDS_ALONE.match(here) or width > _WIDEST_WRAP:
        return True
    if there[0].islower() and here.rstrip(_CLOSERS)[-1:] not in _ENDS:
        return False
    return len(here) + 1 + len(there.split(None, 1)[0]) <= max(width, _NARROWEST_WRAP)


def _sentences_of(text: str, start: int, end: int) -> list[Range]:
    """Return the sentences of one block."""
    block = text[start:end]
    found: list[Range] = []
    for left, right in _punkt().span_tokenize(block):
        found += _at_other_stops(text, start + left, start + right)
    joined: list[Range] = []
    for sentence in found:
        tight = _tight(text, *sentence)
        if tight is None:
            continue
        if joined and _belongs(text, joined[-1], tight):
            joined[-1] = (joined[-1][0], tight[1])
        else:
            joined.append(tight)
    return joined


def _at_other_stops(text: str, start: int, end: int) -> Iterator[Range]:
    at = start
    for stop in _OTHER_STOPS.finditer(text, start, end):
        closed = stop.group()[-1] in _CLOSERS
        after = text[stop.end() : stop.end() + 1]
        # A quotation that the sentence goes on after (`「...。」と`) is not its end.
        if stop.end() < end and (not closed or after.isspace() or after in "「『“《（"):
            yield at, stop.end()
            at = stop.end()
    yield at, end


def _belongs(text: str, before: Range, sentence: Range) -> bool:
    """Return whether a cut was wrong: only punctuation follows, or the words of whoever asked or cried out."""
    if not any(char.isalnum() for char in text[sentence[0] : min(sentence[1], sentence[0] + 40)]):
        return sentence[1] - sentence[0] <= 40
    return bool(_ASKED.search(text, before[0], before[1]) and _SAYING.match(text, sentence[0], sentence[1]))


def _ranges(text: str, start: int, end: int) -> Iterator[list[Range]]:
    """Yield the sentences of each paragraph; a quoted one (`>`) counts as a paragraph of its own."""
    for lines in _paragraphs(text, start, end):
        found = [sentence for block in _blocks(text, lines) for sentence in _sentences_of(text, *block)]
        for _, group in groupby(found, key=lambda sentence: text[sentence[0]] == ">"):
            yield list(group)


def blocks(text: str) -> list[Span]:
    """Return the paragraphs, headings, list items and lines of a text that no sentence crosses, in order and apart."""
    return [
        Span(start=start, end=end)
        for lines in _paragraphs(text, 0, len(text))
        for start, end in _blocks(text, lines)
    ]


def sentences(text: str) -> list[Span]:
    """Return the sentences of a text, in order and apart.

    Every character that is not white space lies in exactly one of them. A blank line, a heading, a list item and a
    deliberate line break end a sentence; a line break of hard-wrapped prose does not. A sentence that is quoted
    stays with the words that say who asked or cried it.
    """
    return [Span(start=start, end=end) for group in _ranges(text, 0, len(text)) for start, end in group]


# A unit of length for passages: a word, a character of a script without spaces, or a piece of something very long.
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]{1,20}"
)
_CLAUSE = re.compile(r"[;:,—–،؛、，；：][\"'”’»)]*\s*$")


def _words(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _WORD.finditer(text, start, end))


def _regions(document: Document) -> Iterator[tuple[int, int, Segment | None]]:
    """Yield the document's segments and what lies between them, in order and apart."""
    at, length = 0, len(document.text)
    for segment in sorted(document.segments, key=lambda segment: segment.start):
        start, end = max(segment.start, at), min(segment.end, length)
        if start >= end:
            continue
        if at < start:
            yield at, start, None
        yield start, end, segment
        at = end
    if at < length:
        yield at, length, None


def _pieces(text: str, sentence: Range, max_words: int) -> Iterator[Range]:
    """Yield a sentence whole, or cut at clauses, else at spaces, into pieces of at most `max_words`."""
    start, end = sentence
    while True:
        ends = [match.end() for match in islice(_WORD.finditer(text, start, end), max_words + 1)]
        if len(ends) <= max_words:
            yield start, end
            return
        ends.pop()
        spaced = [at for at in ends if text[at].isspace()]
        clauses = [at for at in spaced[len(spaced) // 2 :] if _CLAUSE.search(text, max(start, at - 3), at)]
        cut = (clauses or spaced or [_whole_character(text, start, ends[-1])])[-1]
        yield start, cut
        start = cut
        while text[start].isspace():
            start += 1


def _whole_character(text: str, start: int, cut: int) -> int:
    """Return a cut that does not part a letter from its accents."""
    at = cut
    while at > start + 1 and (unicodedata.combining(text[at]) or "\u200d" in text[at - 1 : at + 1]):
        at -= 1
    return at if at > start + 1 else cut


def _packed(text: str, paragraphs: Iterable[Sequence[Range]], max_words: int) -> Iterator[Range]:
    """Yield runs of sentences of at most `max_words` words, parted between paragraphs where that is possible."""
    run: list[tuple[Range, int]] = []
    for paragraph in paragraphs:
        pieces = [piece for sentence in paragraph for piece in _pieces(text, sentence, max_words)]
        sizes = [_words(text, *piece) for piece in pieces]
        total = sum(sizes)
        # A long paragraph is cut into even parts rather than leaving a crumb at its end.
        target = max_words if total <= max_words else -(-total // -(-total // max_words))
        if run and (_used(run) + total > max_words or _quoted(text, run[-1][0]) != _quoted(text, pieces[0])):
            heading = run.pop() if len(run) > 1 and _is_heading(text, run[-1][0]) else None
            yield run[0][0][0], run[-1][0][1]
            run = [heading] if heading else []
        for piece, size in zip(pieces, sizes, strict=True):
            if run and (_used(run) + size > max_words or _used(run) >= target):
                yield run[0][0][0], run[-1][0][1]
                run = []
            run.append((piece, size))
    if run:
        yield run[0][0][0], run[-1][0][1]


def _used(run: Sequence[tuple[Range, int]]) -> int:
    return sum(size for _, size in run)


def _quoted(text: str, piece: Range) -> bool:
    return text[piece[0]] == ">"


def _is_heading(text: str, piece: Range) -> bool:
    return text[piece[1] - 1] not in _ENDS + _CLOSERS and text.count(" ", *piece) < 12


def split(document: Document, *, max_words: int = 120) -> list[Passage]:
    """Return the passages of a document, in order and apart.

    A passage is a run of whole sentences of one segment, of at most `max_words` words (a character of a script
    without spaces counts as one); only a longer sentence is itself cut, at a clause or a space. Every character
    that is not white space lies in exactly one passage. Boilerplate passages are among them:
    `passage.segment.kind` says so.
    """
    text = document.text
    return [
        Passage(start=left, end=right, doc_id=document.doc_id, text=text[left:right], segment=segment)
        for start, end, segment in _regions(document)
        for left, right in _packed(text, _ranges(text, start, end), max_words)
    ]

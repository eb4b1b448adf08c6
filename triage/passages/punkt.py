"""Sentences inside one block: nupunkt (Punkt, Kiss and Strunk 2006) and what it does not know."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cache

import nupunkt

from triage.passages.layout import CLOSERS, Range, tight

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

# Full stops that need no space after them (CJK) or that Punkt does not know (Arabic, Devanagari, Armenian, ...).
_OTHER_STOPS = re.compile(rf"[。！？｡؟۔।॥։።၊။។]+[{re.escape(CLOSERS)}]*")
_ASKED = re.compile(r"[!?…]['\"”’»]$")
_SAYING = re.compile(
    r"(?:[^\W\d_][\w.’'-]*\s+){1,4}?(?:said|says|asked|asks|added|adds|told|wrote|writes|replied|cried|shouted|"
    r"exclaimed|wondered|questioned|demanded|answered)\b"
)
_CRIED_OR_INITIALS = re.compile(r"(?:[!?]|\b(?:[^\W\d_]\.){2,})$")
# `p.m.` ends a sentence as often as not, and Punkt never lets it.
_AFTER_TIME = re.compile(
    r"(?<=[ap]\.m\.)\s+(?=[A-Z])(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|"
    r"Nov|Dec)[a-z.]*\s\d|[A-Z]{2,4}\b|(?:Eastern|Pacific|Central|Mountain|Greenwich|Moscow|British|Coordinated)\b)"
)


@cache
def _punkt() -> nupunkt.PunktSentenceTokenizer:
    parameters = copy.deepcopy(nupunkt.load("default").parameters)
    parameters.abbrev_types = {known for known in parameters.abbrev_types if _INITIALS.fullmatch(known)} | set(
        _ABBREVIATIONS.split()
    )
    return nupunkt.PunktSentenceTokenizer(parameters, include_common_abbrevs=False)


def sentences_of(text: str, start: int, end: int) -> list[Range]:
    """Return the sentences of one block."""
    block = text[start:end]
    found: list[Range] = []
    for left, right in _punkt().span_tokenize(block):
        found += _at_stops(text, start + left, start + right)
    joined: list[Range] = []
    for sentence in found:
        kept = tight(text, *sentence)
        if kept is None:
            continue
        if joined and _belongs(text, joined[-1], kept):
            joined[-1] = (joined[-1][0], kept[1])
        else:
            joined.append(kept)
    return joined


def _at_stops(text: str, start: int, end: int) -> Iterator[Range]:
    """Yield the parts of what Punkt took for one sentence."""
    at = start
    for time in _AFTER_TIME.finditer(text, start, end):
        yield from _at_other_stops(text, at, time.start())
        at = time.end()
    yield from _at_other_stops(text, at, end)


def _at_other_stops(text: str, start: int, end: int) -> Iterator[Range]:
    at = start
    for stop in _OTHER_STOPS.finditer(text, start, end):
        closed = stop.group()[-1] in CLOSERS
        after = text[stop.end() : stop.end() + 1]
        # A quotation that the sentence goes on after (`「...。」と`) is not its end.
        if stop.end() < end and (not closed or after.isspace() or after in "「『“《（"):
            yield at, stop.end()
            at = stop.end()
    yield at, end


def _belongs(text: str, before: Range, sentence: Range) -> bool:
    """Return whether a cut was wrong: only punctuation follows, a small letter after initials or a cry, or the words
    of whoever asked or cried out.
    """
    start, end = sentence
    if not any(char.isalnum() for char in text[start : min(end, start + 40)]):
        return end - start <= 40
    if text[start].islower() and _CRIED_OR_INITIALS.search(text, *before):
        return True
    return bool(_ASKED.search(text, *before) and _SAYING.match(text, start, end))

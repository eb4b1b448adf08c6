"""Attributions by rule, sentence by sentence: verbs, nouns with "that", "according to", "citing".

Quotations keep their full length over sentence ends. Every offset is in code points of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from triage.cues import CueMatch
from triage.origins.extents import Found, lead_length
from triage.origins.parties import PREPOSITIONS, Range, party_after
from triage.origins.quotations import Quotation
from triage.origins.verbs import Verbs
from triage.schema import Cue

_COORDINATES = frozenset("but while whereas although though and as yet ;".split())
_OPPOSED = frozenset("but while whereas".split())
_FROM = re.compile(r"according to|citing|in (?:the )?words of|(?:first|originally) \w+", re.IGNORECASE)
# Verbs that judge something rather than say that something is so: no cues to a stance, but someone's words.
_JUDGING = re.compile(
    r"(?<![\w-])(?:(?:call|describ|label|brand|accus|blam|criticis|criticiz|prais|condemn|denounc|endors|defend|urg|welcom"
    r"|mock|deplor|laud|applaud|decr[iy])(?:s|es|ed|ing|e|med|ming)?)\b(?! (?:off|up|out|in|for a vote))"
)
_NOUN_BEFORE = re.compile(r"(?:['’]s|\b(?:the|a|an|his|her|its|their|this|that|of|no))\s+$", re.IGNORECASE)
# Of these nouns alone "the N that ..." and "its N of ..." say what was said; "its statement of 5 March" does not.
_SAYING_NOUNS = frozenset(
    """claim allegation accusation assertion contention insistence denial admission confirmation acknowledgement
    acknowledgment revelation warning retraction rebuttal refutation""".split()
)
_NOUN_OF = re.compile(r"\s+(?:by|from|made by|issued by)\s+")
_POSSESSED = re.compile(
    r"((?:[Tt]he\s+|[A-ZÀ-ÞА-Я][\w’'.-]*\s+){0,5}[\w-]*\w)(?:['’]s?|s['’])\s+(?:\w+\s+){0,2}$"
    r"|\b([Hh]is|[Hh]er|[Tt]heir|[Ii]ts)\s+(?:\w+\s+){0,2}$"
)


def judgements(text: str, cues: Sequence[CueMatch]) -> list[CueMatch]:
    """Return the verbs of judgement that are no cues of the lexicon ("called it a success", "criticised the plan")."""
    taken = {cue.start for cue in cues}
    found = (
        m
        for m in _JUDGING.finditer(text)
        if m.start() not in taken and not _NOUN_BEFORE.search(text[: m.start()][-12:])
    )
    return [CueMatch(m.start(), m.end(), Cue.ASSERTS, m.group(), lemma=m.group()) for m in found]


class Sentence(Verbs):
    """A sentence with its cues."""

    def __init__(self, text: str, span: Range, cues: Sequence[CueMatch], quoted: Sequence[Quotation]) -> None:
        super().__init__(text, span, quoted)
        self.cues = [cue for cue in cues if self.start <= cue.start < self.end]

    def attributions(self) -> list[Found]:
        """Return what the sentence attributes, in order."""
        found: list[Found] = []
        for cue in self.cues:
            if self._inside_quotation(cue) or any(one.cue and one.cue[0] <= cue.start < one.cue[1] for one in found):
                continue
            read = {"verb": self.verb, "noun": self._noun, "phrase": self._phrase}[cue.form]
            if one := read(cue, found):
                found.append(replace(one, sentence=(self.start, self.end)))
        bounded = [replace(one, contents=self._bounded(one, found[at + 1 :])) for at, one in enumerate(found)]
        return [one for one in bounded if one.contents or self.ends_with_colon()]

    def _inside_quotation(self, cue: CueMatch) -> bool:
        return any(q.start < cue.start < q.end and q.direct(self.text) for q in self.quoted)

    def _noun(self, cue: CueMatch, before: Sequence[Found]) -> Found | None:
        """Read "the claim by Y that ...", "Y's denial of ...", "the allegation that ..."."""
        by = _NOUN_OF.match(self.text, cue.end)
        party = party_after(self.text, self.words, self.at(by.end())) if by else None
        source, rest = party or (self._owner(cue.start), self.at(cue.end))
        saying = cue.lemma in _SAYING_NOUNS
        if self.low(rest) != "that" and not (saying and self.low(rest) == "of"):
            return None
        right = self.after(cue.lemma, rest)
        if right is None or (source is None and not (saying and self.low(rest) == "that")):
            return None
        judged = (other.start for other in self.cues if other.form == "phrase" and right[0] < other.start < right[1])
        content = right[0], len(self.text[: next(judged, right[1])].rstrip())
        known = any(content in one.contents for one in before)
        return None if known else Found(source, (cue.start, cue.end), (content,), cue.cue)

    def _owner(self, offset: int) -> Range | None:
        match = _POSSESSED.search(self.text, self.start, offset)
        if not match:
            return None
        return match.span(1) if match.group(1) else match.span(2)

    def _phrase(self, cue: CueMatch, before: Sequence[Found]) -> Found | None:
        """Read "according to Y", "citing Y", "in the words of Y", "first reported by Y"."""
        if not _FROM.match(" ".join(cue.text.split())):
            return None
        after = self.at(cue.end)
        while self.low(after) in ("recently", "newly", "now", "several") or self.low(after).endswith("ly"):
            after += 1
        opens = not any(token.word for token in self.words[: self.at(cue.start)])
        party = party_after(self.text, self.words, after, described=not opens)
        if party is None:
            return None
        source, place = party
        read = self._cited if cue.text.lower() == "citing" else self._according
        content = read(cue, place, before)
        return Found(source, (cue.start, cue.end), (content,), cue.cue) if content else None

    def _according(self, cue: CueMatch, place: int, before: Sequence[Found]) -> Range | None:
        """Return what is so according to someone: the words before, else those after the comma at word `place`."""
        last = before[-1].cue if before else None
        if last and not self.text[last[1] : cue.start].strip(" ,"):
            return self.start, self.tail()
        left = self._words_before(cue)
        adverbial = left and self.low(0) in PREPOSITIONS and len(self.text[slice(*left)].split()) < 5
        if left and not (adverbial and self.low(place) == ","):
            return left
        if self.low(place) != "," or place + 1 >= len(self.words):
            return None
        return self.words[place + 1].start, self.tail()

    def _cited(self, cue: CueMatch, place: int, before: Sequence[Found]) -> Range | None:
        """Return what someone reports, "citing" another: the content of the verb before, or what follows."""
        told = next((one for one in before if one.contents and one.cue and one.cue[0] < cue.start), None)
        if told is None:
            return self._words_before(cue)
        follows = self.low(place) == "," and place + 3 < len(self.words)
        return (self.after(cue.lemma, place) if follows else None) or told.contents[0]

    def _words_before(self, cue: CueMatch) -> Range | None:
        begin = self.start + lead_length(self.text[self.start : cue.start])
        end = len(self.text[: cue.start].rstrip(" ,-–—"))
        return (begin, end) if len(self.text[begin:end].split()) >= 2 else None

    def _bounded(self, one: Found, later: Sequence[Found]) -> tuple[Range, ...]:
        """Return the contents, ended where a clause with a source of its own begins after "but" or a semicolon."""
        contents = []
        for start, end in one.contents:
            for other in later:
                bound = self._bound(one, start, end, other)
                if bound is not None:
                    end = min(end, bound)
                    break
            if end > start:
                contents.append((start, end))
        return tuple(contents)

    def _bound(self, one: Found, start: int, end: int, other: Found) -> int | None:
        around = next((p for p in other.contents if one.cue and p[0] <= one.cue[0] < p[1]), None)
        if around:
            return around[1]
        head = other.cue if other.source == one.source and other.cue and start < other.cue[0] < end else other.source
        head = head or other.cue
        if not head or not start < head[0] < end or self.opens_quotation(start):
            return None
        at = self.at(head[0])
        if self.low(at - 1) not in _COORDINATES and self.low(at - 2) not in _OPPOSED:
            return None
        return len(self.text[: self.words[at - 1].start].rstrip(" ,;\n"))

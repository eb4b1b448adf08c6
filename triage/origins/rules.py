"""Attributions by rule: reporting verbs, "according to", "citing", passives, nouns with "that", headlines with a colon.

Works sentence by sentence on the cue lexicon; quotations keep their full length over sentence ends. Every offset is in
code points of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triage.cues import CueMatch
from triage.origins.extents import ADJUNCT, TELLING, Extents, lead_length
from triage.origins.parties import PREPOSITIONS, Range, lead_subject, party_after, subject_before
from triage.origins.quotations import Quotation
from triage.schema import Cue

_BE = frozenset("was were is are been being be".split())
_ASIDES = frozenset("- — – but though although when while because as after before until unless since".split())
_QUOTABLE = (Cue.ASSERTS, Cue.REPORTS)
_ARTICLES = frozenset("the a an his her its their this these those no".split())
_COORDINATES = frozenset("but while whereas although though and as yet".split())
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
    r"((?:[Tt]he\s+|[A-ZÀ-ÞА-Я][\w’'.-]*\s+){0,5}[\w-]*\w)(?:['’]s?|s['’])\s+(?:\w+\s+){0,2}$|\b([Hh]is|[Hh]er|[Tt]heir|[Ii]ts)\s+(?:\w+\s+){0,2}$"
)


@dataclass(frozen=True)
class Found:
    """An attribution before its parts are resolved; ranges of the text. `via` is who quoted the source."""

    source: Range | None
    cue: Range | None
    contents: tuple[Range, ...]
    kind: Cue
    via: Range | None = None
    sentence: Range = (0, 0)


def judgements(text: str, cues: Sequence[CueMatch]) -> list[CueMatch]:
    """Return the verbs of judgement that are no cues of the lexicon ("called it a success", "criticised the plan")."""
    taken = {cue.start for cue in cues}
    found = (
        m
        for m in _JUDGING.finditer(text)
        if m.start() not in taken and not _NOUN_BEFORE.search(text[: m.start()][-12:])
    )
    return [CueMatch(m.start(), m.end(), Cue.ASSERTS, m.group(), lemma=m.group()) for m in found]


class Sentence(Extents):
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
            if cue.form == "verb":
                one = self._verb(cue, found)
            elif cue.form == "noun":
                one = self._noun(cue)
            else:
                one = self._phrase(cue, found)
            if (
                one
                and (one.contents or self._ends_with_colon())
                and not (cue.form == "noun" and any(set(one.contents) & set(other.contents) for other in found))
            ):
                found.append(replace(one, sentence=(self.start, self.end)))
        bounded = list(self._bounded(found))
        return [one for one in bounded if one.contents or self._ends_with_colon()]

    def _inside_quotation(self, cue: CueMatch) -> bool:
        return any(q.start < cue.start < q.end and q.direct(self.text) for q in self.quoted)

    # Verbs

    def _verb(self, cue: CueMatch, before: Sequence[Found]) -> Found | None:
        first, after = self.at(cue.start), self.at(cue.end)
        proper = cue.text[0].isupper() and any(token.word for token in self.words[:first])
        if self.low(first - 1) in _ARTICLES or proper:
            return None
        ends = [max(one.cue[1], one.source[1] if one.source else 0) for one in before if one.cue]
        limit = max((self.at(end) for end in ends if end <= cue.start), default=0)
        verb = first
        while verb > limit and self.low(verb - 1) in _BE | {"also", "not", "been", "then", "since", "widely"}:
            verb -= 1
        passive = any(self.low(i) in _BE for i in range(verb, first)) and not cue.text.lower().endswith("ing")
        if passive:
            return self._passive(cue, verb, first, after, limit)
        if cue.lemma in ("quote", "cite") and (quoting := self._quoting(cue, first, after, limit)):
            return quoting
        if self.low(first - 1) == "having" or (cue.text.lower().endswith("ing") and self.low(first - 1) not in _BE):
            return self._participle(cue, first, after, before)
        if first and self.words[first - 1].low in ',”"’»?!' and (turned := self._inverted(cue, first, after)):
            return turned
        subject = subject_before(self.text, self.words[limit:], first - limit)
        if (
            subject is None and self.low(first - 1) == ","
        ):  # what was said before may stand in "Jane Roe, who told X, said"
            limit, subject = 0, subject_before(self.text, self.words, first)
        if subject is None:
            return self._shared(cue, first, after, before)
        source, begins = subject
        begins += limit
        right = self.after(cue.lemma, after)
        left = self.before(source[0])
        heard = self.past_hearer(after) if cue.lemma in TELLING else after
        if right and left and self.low(self.at(right[0]) - (self.low(after) in "-—–")) in _ASIDES:
            right = None
        if right and left and not (self.low(self.past_adjuncts(heard)) == "," or self.ends_quotation(left)):
            left = None
        if (
            left
            and right
            and not self.opens_quotation(right[0])
            and (self.ends_quotation(left) or self._aside(right[0]))
        ):
            right = None
        contents = tuple(part for part in (left, right) if part)
        if not contents and not self._ends_with_colon():
            return None
        return Found(source, (self.words[begins].start, cue.end), contents, cue.cue)

    def _aside(self, offset: int) -> bool:
        """Return whether words after "..., she said," tell how it was said rather than go on with what was said."""
        low = self.low(self.at(offset))
        return low.endswith("ing") or low in ("on", "in", "at", "after", "during", "before", "without")

    def _inverted(self, cue: CueMatch, first: int, after: int) -> Found | None:
        """Read `"...," said Jane Roe`."""
        left = self.before(cue.start)
        party = party_after(self.text, self.words, after) if left else None
        if not left or not party:
            return None
        source, place = party
        quoted = self.ends_quotation(left)
        if self.low(place) not in ("", ".", ",", ";", ":", "?", "!", ")") and not (
            quoted and self.low(place) in ADJUNCT | {"who", "adding"}
        ):
            return None
        if not quoted and self.low(first - 1) != ",":
            return None
        contents = [left]
        if self.low(place) == "," and (right := self.after(cue.lemma, place)) and self.opens_quotation(right[0]):
            contents.append(right)
        return Found(source, (cue.start, cue.end), tuple(contents), cue.cue)

    def _participle(self, cue: CueMatch, first: int, after: int, before: Sequence[Found]) -> Found | None:
        """Read ", saying that ...", whose source is that of the clause before."""
        right = self.after(cue.lemma, after)
        if right is None:
            return None
        if before and before[-1].source:
            source: Range | None = before[-1].source
        else:
            lead = lead_subject(self.text, self.words[:first])
            source = lead if lead and lead[1] <= cue.start else None
        return Found(source, (cue.start, cue.end), (right,), cue.cue) if source else None

    def _shared(self, cue: CueMatch, first: int, after: int, before: Sequence[Found]) -> Found | None:
        """Read "... and said that ...", whose subject stands at the head of the sentence."""
        begins = first
        while begins and self.low(begins - 1) in ("has", "had", "have", "also", "then", "later", "never", "not"):
            begins -= 1
        right = self.after(cue.lemma, after) if self.low(begins - 1) in ("and", "but") else None
        source = before[-1].source if before else lead_subject(self.text, self.words[:first])
        if right is None or source is None:
            return None
        return Found(source, (self.words[begins].start, cue.end), (right,), cue.cue)

    def _passive(self, cue: CueMatch, verb: int, first: int, after: int, limit: int) -> Found | None:
        """Read "was denied by Y", "was quoted by Y as saying", "was told that", "it is reported that"."""
        by = party_after(self.text, self.words, after + 1) if self.low(after) == "by" else None
        rest = by[1] if by else after
        subject = subject_before(self.text, self.words[limit:], first - limit)
        span = (self.words[verb].start, cue.end)
        if self.low(rest) == "as" and self.low(rest + 1) in ("saying", "telling", "stating", "claiming", "denying"):
            right = self.after(cue.lemma, rest + 2)
            if subject and right:
                return Found(
                    subject[0], (span[0], self.words[rest + 1].end), (right,), cue.cue, via=by[0] if by else None
                )
            return None
        if cue.lemma in TELLING or self.low(rest) == "that" or (subject and self._is_it(subject[0])):
            right = self.after("say", rest)
            return Found(by[0] if by else None, span, (right,), cue.cue) if right else None
        if subject and (by or self.low(rest) == "to"):
            left = subject[0]
            content = left if by else (left[0], self.tail())
            return Found(by[0] if by else None, span, (content,), cue.cue)
        return None

    def _quoting(self, cue: CueMatch, first: int, after: int, limit: int) -> Found | None:
        """Read "Y quoted Jane Roe as saying that ..."."""
        party = party_after(self.text, self.words, after)
        if not party or self.low(party[1]) != "as" or not self.low(party[1] + 1).endswith("ing"):
            return None
        subject = subject_before(self.text, self.words[limit:], first - limit)
        said = self.after("say", party[1] + 2) or self.before(subject[0][0] if subject else cue.start)
        span = (cue.start, self.words[party[1] + 1].end)
        return Found(party[0], span, (said,), cue.cue, via=subject[0] if subject else None) if said else None

    def _is_it(self, span: Range) -> bool:
        return self.text[span[0] : span[1]].lower() == "it"

    # Nouns and phrases

    def _noun(self, cue: CueMatch) -> Found | None:
        """Read "the claim by Y that ...", "Y's denial of ...", "the allegation that ..."."""
        after = self.at(cue.end)
        by = _NOUN_OF.match(self.text, cue.end)
        party = party_after(self.text, self.words, self.at(by.end())) if by else None
        rest = party[1] if party else after
        saying = cue.lemma in _SAYING_NOUNS
        if self.low(rest) != "that" and not (saying and self.low(rest) == "of"):
            return None
        source = party[0] if party else self._owner(cue.start)
        if source is None and not (saying and self.low(rest) == "that"):
            return None
        right = self.after(cue.lemma, rest)
        if right is None:
            return None
        judged = next(
            (other.start for other in self.cues if other.form == "phrase" and right[0] < other.start), right[1]
        )
        end = len(self.text[: min(right[1], judged)].rstrip())
        return Found(source, (cue.start, cue.end), ((right[0], end),), cue.cue)

    def _owner(self, offset: int) -> Range | None:
        match = _POSSESSED.search(self.text, self.start, offset)
        if not match:
            return None
        return match.span(1) if match.group(1) else match.span(2)

    def _phrase(self, cue: CueMatch, before: Sequence[Found]) -> Found | None:
        """Read "according to Y", "citing Y", "in the words of Y", "first reported by Y"."""
        words = cue.text.lower()
        if not re.match(r"according to|citing|in (?:the )?words of|first|originally", " ".join(words.split())):
            return None
        after = self.at(cue.end)
        while self.low(after) in ("recently", "newly", "now", "several") or self.low(after).endswith("ly"):
            after += 1
        opens = not any(token.word for token in self.words[: self.at(cue.start)])
        party = party_after(self.text, self.words, after, described=not opens)
        if party is None:
            return None
        source, place = party
        adjacent = words != "citing" and before and before[-1].cue
        if adjacent and before[-1].cue and not self.text[before[-1].cue[1] : cue.start].strip(" ,"):
            return Found(source, (cue.start, cue.end), ((self.start, self.tail()),), cue.cue)
        left = self.text[self.start : cue.start].strip(" ,-–—>*#")
        adverbial = len(left.split()) < 5 and self.low(0) in PREPOSITIONS and self.low(place) == ","
        if len(left.split()) >= 2 and not adverbial:
            begin = self.start + lead_length(self.text[self.start : cue.start])
            inner = next((one for one in before if one.contents and one.cue and one.cue[0] < cue.start), None)
            content = (
                inner.contents[0]
                if inner and words == "citing"
                else (begin, len(self.text[: cue.start].rstrip(" ,-–—")))
            )
            content = (content[0], min(content[1], cue.start)) if content[0] < cue.start else content
            if words == "citing" and self.low(place) == "," and place + 3 < len(self.words) and inner is not None:
                content = self.after(cue.lemma, place) or content
        else:
            if self.low(place) != "," or place + 1 >= len(self.words):
                return None
            content = (self.words[place + 1].start, self.tail())
        return Found(source, (cue.start, cue.end), (content,), cue.cue)

    def _ends_with_colon(self) -> bool:
        return self.text[self.start : self.end].rstrip().endswith(":")

    def _bounded(self, found: Sequence[Found]) -> Iterator[Found]:
        """End a content where a clause with a source of its own begins after "but", "while" or a semicolon."""
        for place, one in enumerate(found):
            contents = []
            for start, end in one.contents:
                for other in found[place + 1 :]:
                    outside = [part for part in other.contents if one.cue and part[0] <= one.cue[0] < part[1]]
                    if outside:
                        end = min(end, outside[0][1])
                        break
                    head = other.source or other.cue
                    if other.source == one.source and other.cue and start < other.cue[0] < end:
                        head = other.cue
                    if head and start < head[0] < end and not self.opens_quotation(start):
                        at = self.at(head[0])
                        if self.low(at - 1) in _COORDINATES | {";"} or self.low(at - 2) in (
                            "but",
                            "while",
                            "whereas",
                        ):
                            end = len(self.text[: self.words[at - 1].start].rstrip(" ,;\n"))
                            break
                if end > start:
                    contents.append((start, end))
            yield replace(one, contents=tuple(contents))

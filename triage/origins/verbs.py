"""Reporting verbs with who says it and what: active, turned round, shared, passive, and one who quotes another."""

from __future__ import annotations

from collections.abc import Sequence

from triage.cues import CueMatch
from triage.origins.extents import ADJUNCT, TELLING, Extents, Found
from triage.origins.parties import Range, lead_subject, party_after, subject_before
from triage.schema import Cue

_BE = frozenset("was were is are been being be".split())
_BEFORE_VERB = _BE | {"also", "not", "then", "since", "widely"}
_BEFORE_SHARED = frozenset("has had have also then later never not".split())
# What follows "..., she said" and tells how she said it rather than going on with what she said.
_ASIDES = frozenset("- — – but though although when while because as after before until unless since".split())
_MANNERS = frozenset("on in at after during before without".split())
_ARTICLES = frozenset("the a an his her its their this these those no".split())
_AS_SAYING = frozenset("saying telling stating claiming denying".split())
_ENDS = ("", ".", ",", ";", ":", "?", "!", ")")


class Verbs(Extents):
    """A sentence, asked about one verb of saying at a time; `before` is what was found in it so far."""

    def verb(self, cue: CueMatch, before: Sequence[Found]) -> Found | None:
        """Return what a verb attributes, to whom."""
        first, after = self.at(cue.start), self.at(cue.end)
        proper = cue.text[0].isupper() and any(token.word for token in self.words[:first])
        if self.low(first - 1) in _ARTICLES or proper:
            return None
        limit = self._limit(cue, before)
        participle = cue.text.lower().endswith("ing")
        group = first
        while group > limit and self.low(group - 1) in _BEFORE_VERB:
            group -= 1
        if not participle and any(self.low(place) in _BE for place in range(group, first)):
            return self._passive(cue, group, limit)
        if cue.lemma in ("quote", "cite") and (quoting := self._quoting(cue, limit)):
            return quoting
        if self.low(first - 1) == "having" or (participle and self.low(first - 1) not in _BE):
            return self._participle(cue, before)
        if cue.cue in (Cue.ASSERTS, Cue.REPORTS) and (turned := self._inverted(cue)):
            return turned
        subject = subject_before(self.text, self.words[limit:], first - limit)
        if subject is None and self.low(first - 1) == ",":
            # What was found before may be part of the subject: "Jane Roe, who told X ..., said".
            limit, subject = 0, subject_before(self.text, self.words, first)
        if subject is None:
            return self._inverted(cue, loose=True) or self._shared(cue, before)
        source, begins = subject
        contents = self._contents(cue, source, after)
        if not contents and not self.ends_with_colon():
            return None
        return Found(source, (self.words[begins + limit].start, cue.end), contents, cue.cue)

    def _limit(self, cue: CueMatch, before: Sequence[Found]) -> int:
        """Return the first word after the cues, and the sources after their cue, that were found before."""
        ends = [max(one.cue[1], one.source[1] if one.source else 0) for one in before if one.cue]
        return max((self.at(end) for end in ends if end <= cue.start), default=0)

    def _contents(self, cue: CueMatch, source: Range, after: int) -> tuple[Range, ...]:
        """Return what stands before the source and after the verb, as far as it is said."""
        left, right = self.before(source[0]), self.after(cue.lemma, after)
        if left is None or right is None:
            return tuple(part for part in (left, right) if part)
        heard = self.past_hearer(after) if cue.lemma in TELLING else after
        quoted, begins = self.ends_quotation(left), self.at(right[0])
        if self.low(begins - (self.low(after) in "-—–")) in _ASIDES:
            return (left,)
        if not quoted and self.low(self.past_adjuncts(heard)) != ",":
            return (right,)
        manner = self.low(begins).endswith("ing") or self.low(begins) in _MANNERS
        if (quoted or manner) and not self.opens_quotation(right[0]):
            return (left,)
        return (left, right)

    def _inverted(self, cue: CueMatch, *, loose: bool = False) -> Found | None:
        """Read `"...," said Jane Roe`; after a quotation, or where `loose`, more may follow: "in her diary"."""
        first, after = self.at(cue.start), self.at(cue.end)
        if self.low(first - 1) not in (",", "”", '"', "’", "»", "?", "!"):
            return None
        left = self.before(cue.start)
        party = party_after(self.text, self.words, after) if left else None
        if not left or not party:
            return None
        source, place = party
        quoted = self.ends_quotation(left)
        if self.low(place) not in _ENDS and not ((quoted or loose) and self.low(place) in ADJUNCT | {"who", "adding"}):
            return None
        if not quoted and self.low(first - 1) != ",":
            return None
        contents = [left]
        if self.low(place) == "," and (right := self.after(cue.lemma, place)) and self.opens_quotation(right[0]):
            contents.append(right)
        return Found(source, (cue.start, cue.end), tuple(contents), cue.cue)

    def _participle(self, cue: CueMatch, before: Sequence[Found]) -> Found | None:
        """Read ", saying that ...", whose source is that of the clause before."""
        right = self.after(cue.lemma, self.at(cue.end))
        source = before[-1].source if before else None
        if source is None:
            lead = lead_subject(self.text, self.words[: self.at(cue.start)])
            source = lead if lead and lead[1] <= cue.start else None
        return Found(source, (cue.start, cue.end), (right,), cue.cue) if source and right else None

    def _shared(self, cue: CueMatch, before: Sequence[Found]) -> Found | None:
        """Read "... and said that ...", whose subject stands at the head of the sentence."""
        begins = first = self.at(cue.start)
        while begins and self.low(begins - 1) in _BEFORE_SHARED:
            begins -= 1
        right = self.after(cue.lemma, self.at(cue.end)) if self.low(begins - 1) in ("and", "but") else None
        source = before[-1].source if before else lead_subject(self.text, self.words[:first])
        return Found(source, (self.words[begins].start, cue.end), (right,), cue.cue) if right and source else None

    def _passive(self, cue: CueMatch, group: int, limit: int) -> Found | None:
        """Read "was denied by Y", "was quoted by Y as saying", "was told that", "it is reported that"."""
        first, after = self.at(cue.start), self.at(cue.end)
        party = party_after(self.text, self.words, after + 1) if self.low(after) == "by" else None
        by, rest = party or (None, after)
        found = subject_before(self.text, self.words[limit:], first - limit)
        subject = found[0] if found else None
        begins = self.words[group].start
        if self.low(rest) == "as" and self.low(rest + 1) in _AS_SAYING:
            right = self.after(cue.lemma, rest + 2)
            span = (begins, self.words[rest + 1].end)
            return Found(subject, span, (right,), cue.cue, via=by) if subject and right else None
        impersonal = subject and self.text[slice(*subject)].lower() == "it"
        if cue.lemma in TELLING or self.low(rest) == "that" or impersonal:
            right = self.after("say", rest)
            return Found(by, (begins, cue.end), (right,), cue.cue) if right else None
        if subject and (by or self.low(rest) == "to"):
            return Found(by, (begins, cue.end), (subject if by else (subject[0], self.tail()),), cue.cue)
        return None

    def _quoting(self, cue: CueMatch, limit: int) -> Found | None:
        """Read "Y quoted Jane Roe as saying that ..."."""
        party = party_after(self.text, self.words, self.at(cue.end))
        if not party or self.low(party[1]) != "as" or not self.low(party[1] + 1).endswith("ing"):
            return None
        subject = subject_before(self.text, self.words[limit:], self.at(cue.start) - limit)
        said = self.after("say", party[1] + 2) or self.before(subject[0][0] if subject else cue.start)
        span = (cue.start, self.words[party[1] + 1].end)
        return Found(party[0], span, (said,), cue.cue, via=subject[0] if subject else None) if said else None

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triage.origins.attribution as attribution_module
from training.polnear import Marked, Tally, fold, matched, overlaps
from triage.inference import Encoded
from triage.origins import tagger
from triage.origins.attribution import Attribution, attributions, by_rules, speaker_of, statements
from triage.origins.decoding import KINDS, LINK, TAGS, WIDTH, TokenSpan, cut, join, mark_paragraphs, merge, spans
from triage.origins.mentions import is_named
from triage.origins.quotations import quotations
from triage.schema import Cue, Span

Said = tuple[str | None, str | None, str]


def words(text: str, span: Span | None) -> str | None:
    return text[span.start : span.end] if span else None


def said(text: str, found: Sequence[Attribution] | None = None) -> list[Said]:
    return [
        (words(text, a.source), words(text, a.cue), text[a.content.start : a.content.end])
        for a in (by_rules(text) if found is None else found)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The dam is safe, Jane Roe said.", [("Jane Roe", "said", "The dam is safe")]),
        (
            "The dam is safe, said Jane Roe, the mayor of Teska.",
            [("Jane Roe, the mayor of Teska", "said", "The dam is safe")],
        ),
        (
            "Jane Roe, who advises the mayor, said on Monday that the dam was safe.",
            [("Jane Roe, who advises the mayor", "said", "the dam was safe")],
        ),
        (
            "On Tuesday the mayor said in a statement that nobody had died.",
            [("the mayor", "said", "nobody had died")],
        ),
        (
            "Jane Roe, an engineer, told Orvel Wire she came upon the crack at night.",
            [("Jane Roe, an engineer", "told", "she came upon the crack at night")],
        ),
        (
            "A spokesman told reporters on Friday that two people had died.",
            [("A spokesman", "told", "two people had died")],
        ),
        ("According to the ministry, two people died.", [("the ministry", "According to", "two people died")]),
        (
            "Two people died, according to a person familiar with the matter.",
            [("a person familiar with the matter", "according to", "Two people died")],
        ),
        ("The report was denied by the ministry.", [("the ministry", "was denied", "The report")]),
        ("It was reported that the dam had failed.", [(None, "was reported", "the dam had failed")]),
        ("The claim by Jane Roe that the dam had failed is untrue.", [("Jane Roe", "claim", "the dam had failed")]),
        ("The mayor closed the road, saying that it was unsafe.", [("The mayor", "saying", "it was unsafe")]),
        (
            "The dam had failed, she said, and nobody had been told.",
            [("she", "said", "The dam had failed"), ("she", "said", "and nobody had been told")],
        ),
        (
            "Jane Roe opened the gates and said that the lake would fall.",
            [("Jane Roe", "said", "the lake would fall")],
        ),
        (
            "TESKA, May 9 (Orvel Wire) - The dam is safe, the ministry said on Friday, citing a survey.",
            [("the ministry", "said", "The dam is safe"), ("a survey", "citing", "The dam is safe")],
        ),
        (
            "By midnight, according to her list, 340 people had left.",
            [("her list", "according to", "340 people had left")],
        ),
        (
            "Harbour officials, asked by the Mail, would not confirm the leak.",
            [("Harbour officials, asked by the Mail", "would not confirm", "the leak")],
        ),
        (
            "The lake is full, the newspaper quoted the letter as saying.",
            [("the letter", "quoted the letter as saying", "The lake is full")],
        ),
        (
            "The pier fell at noon, said harbour master Ida Voss, who had stood on it and saw it go.",
            [("harbour master Ida Voss", "said", "The pier fell at noon")],
        ),
        ("The pier fell, wrote the clerk Mia Hald in her diary.", [("the clerk Mia Hald", "wrote", "The pier fell")]),
        ("The Weir blog reports that votes were lost.", [("The Weir blog", "reports", "votes were lost")]),
        ("Dam is safe: harbour minister", [("harbour minister", ":", "Dam is safe")]),
        ("Harbour minister: dam is safe", [("Harbour minister", ":", "dam is safe")]),
        ("Media enquiries: Jane Roe, head of communications.", []),
        ("The letter says the soldiers refuse.", [("The letter", "says", "the soldiers refuse")]),
        ("The dam in the state was inspected.", []),
    ],
)
def test_who_says_what(text: str, expected: list[Said]) -> None:
    assert said(text) == expected


def test_an_objection_ends_what_was_said_before() -> None:
    text = "The ministry denied that the general had resigned, but the opposition said he had fled."
    first, second = by_rules(text)
    assert (first.kind, second.kind) == (Cue.DENIES, Cue.ASSERTS)
    assert said(text)[0][2] == "the general had resigned"
    assert (second.outer, said(text)[1][0]) == (None, "the opposition")


@pytest.mark.parametrize(
    ("text", "outer", "inner"),
    [
        ("Orvel Wire reported that a ministry source said the dam had failed.", "Orvel Wire", "a ministry source"),
        (
            "Orvel Wire reported on Monday, citing two officials, that the dam had failed.",
            "Orvel Wire",
            "two officials",
        ),
        ("The dam had failed, Orvel Wire reported, citing two officials.", "Orvel Wire", "two officials"),
        ("Jane Roe was quoted by the Courier as saying that the dam had failed.", "the Courier", "Jane Roe"),
    ],
)
def test_one_quotes_another(text: str, outer: str, inner: str) -> None:
    at = text.lower().index("the dam had failed")
    found = speaker_of(text, Span(start=at, end=at + len("the dam had failed")), by_rules(text))
    assert found is not None and found.outer is not None
    assert (words(text, found.source), words(text, found.outer.source)) == (inner, outer)


def test_a_quotation_goes_on() -> None:
    text = (
        "“We left at noon,” said Jane Roe. “Nobody came.” She added:\n\n“And nobody will. Not now.”\n\n"
        "“They never called.\n\n“I am done,” she said."
    )
    quoted = [text[q.start : q.end] for q in quotations(text)]
    owners = {content: source for source, _, content in said(text)}
    assert set(quoted) <= set(owners)
    assert [owners[quote] for quote in quoted] == ["Jane Roe", "Jane Roe", "She", "she", "she"]


def test_a_pronoun_stands_for_the_last_named_source() -> None:
    text = "Jane Roe said the dam was safe. The gates, she added, were new."
    last = by_rules(text)[-1]
    assert (words(text, last.source), words(text, last.resolved), last.named) == ("she", "Jane Roe", True)


def test_he_and_she_are_persons_and_agree_with_their_titles() -> None:
    text = (
        "Ms Roe told Orvel Wire that the dam was safe. Mr Doe said that it was not. “I measured it,” she said. "
        "The Harbour Ministry denied both. He repeated that it was not."
    )
    assert [words(text, a.resolved) for a in by_rules(text) if a.resolved] == ["Ms Roe", "Mr Doe"]


def test_he_is_no_ministry() -> None:
    text = "John Doe runs the dam. The Harbour Ministry said it was safe. It was not, he said."
    (last,) = (a for a in by_rules(text) if words(text, a.source) == "he")
    assert words(text, last.resolved) == "John Doe"


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("Jane Roe", True),
        ("the Harbour Ministry", True),
        ("Mr. Doe", True),
        ("the adviser", True),
        ("a spokesman for the ministry", True),
        ("officials", False),
        ("US officials", False),
        ("a person familiar with the matter", False),
        ("opposition sources", False),
        ("a ministry source", False),
        ("two people who were there", False),
        ("they", False),
    ],
)
def test_unnamed_sources_are_known_as_such(source: str, named: bool) -> None:
    assert is_named(source) is named


@pytest.mark.parametrize(
    ("text", "kind", "hedged"),
    [
        ("The mayor denied that the dam had failed.", Cue.DENIES, False),
        ("The mayor did not deny that the dam had failed.", Cue.DOUBTS, False),
        ("The mayor would not say whether the dam had failed.", Cue.DOUBTS, True),
        ("The mayor said the dam may fail.", Cue.ASSERTS, True),
        ("The mayor said she was checking whether the dam had failed.", Cue.ASSERTS, True),
        ("Orvel Wire reported that the dam had failed.", Cue.REPORTS, False),
        ("The Courier withdrew its report that the dam had failed.", Cue.RETRACTS, False),
    ],
)
def test_the_cue_says_what_becomes_of_the_content(text: str, kind: Cue, hedged: bool) -> None:
    first = by_rules(text)[0]
    assert (first.kind, first.hedged) == (kind, hedged)


THREAD = """**reedwarbler** · 2031-04-13 08:47

I saw it crack. This is in the Ledger:

> Jane Roe told the Ledger that she saw a crack.
>
> It was long.

I believe her.

**old_floats** · 2031-04-13 09:00

Says who?
"""


def test_a_post_is_its_author_s_word_and_what_it_quotes_is_not() -> None:
    found = by_rules(THREAD)

    def speaker(piece: str) -> Attribution:
        at = THREAD.index(piece)
        one = speaker_of(THREAD, Span(start=at, end=at + len(piece)), found)
        assert one is not None
        return one

    post = speaker("I saw it crack.")
    assert (words(THREAD, post.source), post.cue, post.named) == ("reedwarbler", None, True)
    block = speaker("It was long.")
    assert (block.source, block.kind, block.outer) == (None, Cue.REPORTS, None)
    roe = speaker("she saw a crack")
    assert (words(THREAD, roe.source), roe.outer) == ("Jane Roe", block)
    belief = speaker("her")
    assert (words(THREAD, belief.source), words(THREAD, belief.resolved)) == ("I", "reedwarbler")
    assert words(THREAD, speaker("Says who?").source) == "old_floats"


def test_nobody_speaks_where_nothing_is_attributed() -> None:
    text = "The dam cracked at noon. Jane Roe said it was old."
    assert speaker_of(text, Span(start=0, end=24), by_rules(text)) is None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "Jane Roe|said|that|the dam|failed|,|.|“|”|according to|he|\n\n|:|was|quoted by|as saying|denied|citing|and"
            "|> |**a b** · 2031-01-01\n|who|’s claim".split("|")
        ),
        max_size=30,
    )
)
def test_any_text_is_read_and_spans_lie_inside_it(parts: list[str]) -> None:
    text = " ".join(parts)
    for one in by_rules(text):
        depth, outer = 0, one.outer
        while outer is not None:
            depth, outer = depth + 1, outer.outer
        assert depth < 30
        for span in (one.source, one.cue, one.content, one.resolved):
            assert span is None or 0 <= span.start < span.end <= len(text)


def test_the_same_text_is_read_once() -> None:
    text = "The dam is safe, Jane Roe said."
    first, second = attributions(text), attributions(text)
    assert first == second and first is not second
    assert first[0] is second[0]


def logits(path: Sequence[int]) -> np.ndarray:
    rows = np.full((len(path), TAGS), -5.0, np.float32)
    rows[np.arange(len(path)), path] = 0
    return rows


def test_an_inside_tag_never_stands_without_its_beginning() -> None:
    rows = logits([0, 2, 2, 0, 3, 6, 6])
    rows[5, 4] = -0.1
    found = spans(rows)
    assert all(rows.shape[0] >= s.end > s.start for s in found)
    assert [KINDS[s.kind] for s in found] == sorted(
        [KINDS[s.kind] for s in found], key=[KINDS[s.kind] for s in found].index
    )
    assert found[0] == TokenSpan(0, 1, 3)


@given(st.integers(0, 900), st.integers(20, 254), st.integers(0, 19))
def test_windows_cover_every_token(count: int, size: int, overlap: int) -> None:
    windows = cut(count, size, overlap)
    assert all(0 <= s < e <= count and e - s <= size for s, e in windows)
    assert set().union(*(range(s, e) for s, e in windows)) == set(range(count))


def test_contents_go_to_their_cue_and_cues_to_their_source() -> None:
    rows = np.zeros((1, 11, WIDTH), np.float32)
    first, second, none = np.eye(LINK, dtype=np.float32)[:3]
    asks_source, is_source, is_cue, asks_cue = (slice(TAGS + i * LINK, TAGS + (i + 1) * LINK) for i in range(4))
    rows[0, 0, is_source] = none
    for token, answer in ((0, first), (5, second)):
        rows[0, 1 + token, is_source] = answer
    for token, key in ((1, first), (6, second), (8, none)):
        rows[0, 1 + token, asks_source] = key
        rows[0, 1 + token, is_cue] = key
    for token, key in ((2, first), (7, second), (9, none)):
        rows[0, 1 + token, asks_cue] = key
    found = [TokenSpan(k, s, s + 1) for k, s in ((0, 0), (1, 1), (2, 2), (0, 5), (1, 6), (2, 7), (1, 8), (2, 9))]
    joined = join(found, list(rows), [(0, 10)])
    assert [(j.source.start if j.source else None, j.cue.start, [c.start for c in j.contents]) for j in joined] == [
        (0, 1, [2]),
        (5, 6, [7]),
        (None, 8, [9]),
    ]


def test_windows_are_averaged() -> None:
    rows = [np.zeros((5, WIDTH), np.float32), np.zeros((5, WIDTH), np.float32)]
    rows[0][1:, 1] = 4
    rows[1][1:, 1] = 4
    merged = merge(rows, [(0, 4), (2, 6)], 6)
    assert merged.shape == (6, TAGS)
    assert (merged.argmax(axis=1) == 1).all()


def test_paragraphs_are_marked_without_moving_anything() -> None:
    text = "A b.\n\nC d.\ne"
    assert mark_paragraphs(text) == "A b.¶\nC d.¶e"


class Oracle:
    """A model that answers from a table of words, one token a word, in the place of `OnnxModel`."""

    max_tokens = 12
    config: ClassVar = {"overlap": 4, "bias": 0.0, "no_source": 0.0}
    marks: ClassVar = {"Roe": 1, "Doe": 1, "said": 3, "denied": 3, "dam": 5, "cracked": 6, "bridge": 5, "held": 6}

    def encode(self, texts: Sequence[str], *, max_tokens: int | None = None) -> list[Encoded]:
        found = []
        for text in texts:
            spans = [(m.start(), m.end()) for m in re.finditer(r"\w+|[^\w\s]", text)][: (max_tokens or 99) - 2]
            offsets = ((0, 0), *spans, (0, 0))
            parts = (None, *(0 for _ in spans), None)
            found.append(Encoded(tuple(range(len(offsets))), offsets, parts, False))
        return found

    def run(self, texts: Sequence[str], **_: object) -> list[np.ndarray]:
        rows = []
        for text, encoded in zip(texts, self.encode(texts, max_tokens=self.max_tokens), strict=True):
            row = np.zeros((len(encoded), WIDTH), np.float32)
            row[:, 0] = 1
            for at, (start, end) in enumerate(encoded.offsets):
                row[at, self.marks.get(text[start:end], 0)] += 3
                owner = np.eye(LINK, dtype=np.float32)[1 if text[start:end] in ("Doe", "denied", "bridge") else 0]
                row[at, TAGS:] = np.tile(owner, 4) if start < end else 0
            rows.append(row)
        return rows


def test_the_classifier_s_spans_are_joined_and_the_lexicon_judges_the_cue(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Old Jane Roe said that the dam cracked .\n\nLater John Doe denied that the bridge held ."
    monkeypatch.setattr(tagger, "_model", Oracle)
    attribution_module._attributions.cache_clear()
    found = attributions(text)
    attribution_module._attributions.cache_clear()
    assert said(text, found) == [("Roe", "said", "dam cracked"), ("Doe", "denied", "bridge held")]
    assert [one.kind for one in found] == [Cue.ASSERTS, Cue.DENIES]


def test_what_somebody_tells_is_a_statement_and_an_attitude_is_none() -> None:
    text = "Jane Roe said that the dam had cracked in the night. The harbour trust supports a plan to rebuild the dam."
    told = [text[one.source.start : one.source.end] for one in statements(text) if one.source]
    assert told == ["Jane Roe"]


def test_half_of_the_shorter_is_an_overlap_and_a_span_meets_one_other() -> None:
    assert overlaps((0, 10), (5, 100))
    assert not overlaps((0, 10), (6, 100))
    assert not overlaps((5, 5), (0, 10))
    assert matched([(0, 10), (10, 20)], [(0, 20)]) == 1
    assert matched([(0, 10), (10, 20)], [(0, 9), (11, 20)]) == 2


def test_a_join_needs_source_and_content_of_one_attribution() -> None:
    gold = [Marked(((0, 4),), ((5, 9),), ((10, 30),)), Marked(((40, 44),), ((45, 49),), ((50, 70),))]
    crossed = [Marked(((0, 4),), ((5, 9),), ((50, 70),)), Marked(((40, 44),), ((45, 49),), ((50, 70),))]
    tally = Tally.empty()
    tally.add(gold, crossed)
    figures = tally.figures()
    assert (figures["join_rate"], figures["source_f1"], figures["content_recall"]) == (0.5, 1.0, 0.5)


def test_an_article_stays_in_its_fold() -> None:
    assert [fold(name, 10) for name in ("a", "b", "a")] == [fold("a", 10), fold("b", 10), fold("a", 10)]
    assert {fold(str(number), 10) for number in range(200)} == set(range(10))

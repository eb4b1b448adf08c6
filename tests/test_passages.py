"""Sentences and passages: nothing lost, nothing moved, nothing cut that belongs together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.passages import sentences, split
from triage.schema import Document, Segment

LETTERS = st.characters(exclude_categories=["Cs"])
SCRAPS = st.sampled_from(
    [
        "The dam held.",
        " ",
        "\n",
        "\r\n",
        "\n\n",
        "\u2028",
        "\x85",
        "\u00a0",
        "“Go!” she said. ",
        "e\u0301",
        "👩\u200d🚒",
        "𝒳𝒴",
        "اُنہوں نے کہا۔ ",
        "他走了。",
        "> ",
        "- ",
        "# ",
        "1. ",
        "Gen. ",
        "U.S. ",
        "...",
        "…",
        "\u202e",
        "שלום. ",
        "word " * 40,
        "x" * 300,
    ]
)
TEXTS = st.lists(st.one_of(SCRAPS, st.text(LETTERS, max_size=12)), max_size=30).map("".join)


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


def covered(text: str, spans: list[tuple[int, int]]) -> None:
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_sentences_cover_every_text_in_order(text: str) -> None:
    covered(text, [(span.start, span.end) for span in sentences(text)])


@given(TEXTS, st.integers(1, 40), st.sets(st.integers(0, 200), max_size=6))
@settings(max_examples=150, deadline=None)
def test_passages_cover_every_document_and_keep_to_segments(text: str, limit: int, borders: set[int]) -> None:
    at = sorted(borders)
    segments = tuple(Segment(start=a, end=b, kind="post") for a, b in zip(at[::2], at[1::2], strict=False))
    document = Document(doc_id="d", text=text, segments=segments)
    passages = split(document, max_words=limit)
    covered(text, [(p.start, p.end) for p in passages])
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert len(passage.text.split()) <= limit
        for segment in segments:
            inside = segment.start <= passage.start and passage.end <= segment.end
            assert inside == (passage.segment == segment)
            assert inside or passage.end <= segment.start or segment.end <= passage.start


@pytest.mark.parametrize(
    "parts",
    [
        ["Gen. Viktor Petrov met the U.S. President.", "He said so."],
        [
            "J. K. Rowe and Lt. Col. A. Smith of Acme Corp. left at 2:30 p.m. on Feb. 24.",
            "Maj. Gen. V.V. Orlov stayed.",
        ],
        ["“We left.", "We were tired.”", "He sighed."],
        ["“Why now?” the minister of war asked.", "Nobody knew."],
        ["“Stop!” she said.", "He did."],
        ["Он ушёл.", "Ген. Петров остался."],
        ["It cost $1.5 million.", "That is 3.2% more."],
        ["It was shut from 7:25 p.m. to 8:15 p.m.", "Three flights left at 9 p.m. Friday.", "All came at 4 a.m. GMT."],
        ["The Gates Rock! prize went to the U.S. military.", "It won!", "He left."],
        ["It was done by hand.", "Gate two fell last week.", "President Marsh paid the bank.", "Story over."],
        ["Acme Inc. said no.", "He joined Acme Inc.", "The firm fell.", "No. 5 won.", "No.", "It lost."],
    ],
)
def test_sentences(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["他走了。", "她留下了。", "为什么？", "“他走了。”她说。"],
        ["वह गया।", "वह रुकी।"],
        ["彼は「行く。」と言った。", "雨。"],
    ],
)
def test_full_stops_of_other_scripts(parts: list[str]) -> None:
    assert cut("".join(parts)) == parts


def test_headings_lists_and_meant_line_breaks_end_sentences() -> None:
    parts = ["What the mayor knew", "The dam held until noon.", "- one item", "- another", "No full stop", "A new one."]
    assert cut("{}\n{}\n\n{}\n{}\n\n{}\n\n{}".format(*parts)) == parts


def test_hard_wrapped_prose_is_not_cut_at_its_line_ends() -> None:
    text = (
        "The river authority said on Tuesday that the gate had been opened by\n"
        "hand after Engineer Halloran found the motor under water, and that the\n"
        "Lower Town had been warned."
    )
    assert cut(text) == [text]


def test_post_headers_and_quoted_articles_are_borders() -> None:
    text = "**anna** · 2031-04-12 09:15\nLook at this:\n> The gate\n> was open.\nIs it true?"
    assert cut(text) == ["**anna** · 2031-04-12 09:15", "Look at this:", "> The gate\n> was open.", "Is it true?"]
    passages = split(Document(doc_id="d", text=text))
    assert "> The gate\n> was open." in [p.text for p in passages]


def test_a_heading_goes_with_what_follows() -> None:
    body = "The gate was opened by hand. " * 5
    text = f"{body}\n\nWhat happened next\n\n{body}"
    passages = split(Document(doc_id="d", text=text), max_words=35)
    assert [p.text for p in passages] == [body.strip(), f"What happened next\n\n{body.strip()}"]


def test_a_heading_stays_with_a_paragraph_that_fills_a_passage() -> None:
    text = "What happened next\n\n" + "The gate was opened by hand. " * 10
    passages = [p.text for p in split(Document(doc_id="d", text=text), max_words=60)]
    assert len(passages) == 2
    assert passages[0].startswith("What happened next\n\nThe gate")


def test_a_long_paragraph_leaves_no_crumb() -> None:
    text = " ".join(f"Gate number {n} was opened by hand." for n in range(30))
    sizes = [len(p.text.split()) for p in split(Document(doc_id="d", text=text), max_words=100)]
    assert max(sizes) <= 100
    assert min(sizes) >= 60


def test_a_sentence_beyond_the_limit_is_cut_at_a_clause() -> None:
    text = "the first thing was the gate, " * 6 + "and so on"
    passages = split(Document(doc_id="d", text=text), max_words=20)
    assert len(passages) > 1
    assert all(p.text.endswith(",") for p in passages[:-1])


def test_boilerplate_is_kept_apart_and_flagged() -> None:
    text = "The dam held. Subscribe now! The gate broke."
    start = text.index("Subscribe")
    segment = Segment(start=start, end=start + 14, kind="boilerplate")
    passages = split(Document(doc_id="d", text=text, segments=(segment,)))
    assert [(p.text, p.segment) for p in passages] == [
        ("The dam held.", None), ("Subscribe now!", segment), ("The gate broke.", None),
    ]  # fmt: skip


def test_empty() -> None:
    assert sentences(" \n\t") == []
    assert split(Document(doc_id="d", text="")) == []

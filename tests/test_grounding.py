"""A quote is found where it stands and nowhere else, whatever the typography."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.grounding import CONTEXT, ground
from triage.schema import Citation, Document, Rejected, Span

TEXT = (
    "The Ministry said on Tuesday that “the bridge can’t be saved” – its piers had moved by 1,100 mm.\n\n"
    "Engineer Ana Kovačević wasn’t able to confirm the ﬁgure. It is an unconfirmed non-binding estimate of 3.5 million "
    "crowns… or so she wrote.\n> Nobody has\n> resigned over it.\nThe **mayor** denied it. Has the mayor resigned?"
)


def doc(text: str = TEXT) -> Document:
    return Document(doc_id="d", text=text)


def found(quote: str, text: str = TEXT, within: Span | None = None) -> Citation:
    citation = ground(quote, doc(text), within=within)
    assert isinstance(citation, Citation), citation
    assert citation.quote == text[citation.start : citation.end]
    assert text[: citation.start].endswith(citation.prefix)
    assert text[citation.end :].startswith(citation.suffix)
    assert len(citation.prefix) == min(CONTEXT, citation.start)
    return citation


def refused(quote: str, text: str = TEXT) -> str:
    rejected = ground(quote, doc(text))
    assert isinstance(rejected, Rejected), rejected
    assert rejected.quote == quote
    return rejected.reason


def test_exact_with_context() -> None:
    citation = found("its piers had moved by 1,100 mm.")
    assert citation.match == "exact"
    assert citation.prefix.endswith("saved” – ")
    assert citation.suffix.startswith("\n\nEngineer")


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ('"the bridge can\'t be saved"', "“the bridge can’t be saved”"),
        ('that "the bridge can\'t be saved" - its piers', "that “the bridge can’t be saved” – its piers"),
        ("that 'the bridge can't be saved' -- its piers", "that “the bridge can’t be saved” – its piers"),
        ('saved\\" — its piers', "saved” – its piers"),
        ("saved”—its piers", "saved” – its piers"),
        ("to confirm the figure", "to confirm the ﬁgure"),
        ("Ana Kovac\u030cevic\u0301 wasn't able", "Ana Kovačević wasn’t able"),
        ("3.5\u00a0million   crowns... or so", "3.5 million crowns… or so"),
        ("its pi\u00aders had\u200b moved", "its piers had moved"),
        ("Nobody has resigned over it", "Nobody has\n> resigned over it"),
        ("The mayor denied it", "The **mayor** denied it"),
        ("1,100 mm. Engineer Ana", "1,100 mm.\n\nEngineer Ana"),
    ],
)
def test_typography_is_no_difference(quote: str, words: str) -> None:
    citation = found(quote)
    assert citation.quote == words
    assert citation.match == "normalised"


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("“its piers had moved”", "its piers had moved"),
        ("... its piers had moved [...]", "its piers had moved"),
        ("…its piers had moved.", "its piers had moved"),
        ("its piers had moved,", "its piers had moved"),
    ],
)
def test_marks_that_the_quote_adds_are_dropped(quote: str, words: str) -> None:
    assert found(quote).quote == words


@pytest.mark.parametrize(
    "quote",
    [
        "its piers had moved by 1,200 mm",
        "its piers had moved by 1.100 mm",
        "its piers have moved by 1,100 mm",
        "the bridge can be saved",
        "Engineer Anna Kovačević",
        "Engineer Ana Kovacevic",
        "the ministry said on Tuesday",
        "The Ministry said … its piers had moved",
        "Somebody has resigned over it",
        "The mayor resigned.",
    ],
)
def test_a_rewrite_never_passes(quote: str) -> None:
    assert "not in the document" in refused(quote)


@pytest.mark.parametrize(
    "quote",
    [
        "confirmed non-binding estimate",
        "binding estimate of 3.5 million",
        "its piers had moved by 1,1",
        "100 mm. Engineer Ana",
        "5 million crowns",
        "the bridge can",
        "Kovačević wasn",
        "The Ministry sai",
    ],
)
def test_a_quote_must_not_begin_or_end_inside_a_word_or_number(quote: str) -> None:
    assert "inside a word or number" in refused(quote)


def test_numbers_that_only_look_alike() -> None:
    assert "not in the document" in refused("an area of 102 km", "It has an area of 10² km in all.")
    assert "not in the document" in refused("about 11/2 years", "It took about 1½ years to do.")
    assert found("about 12 years went by", "It took about １２ years went by").match == "normalised"
    assert "inside" in refused("5 degrees at night", "It fell to -5 degrees at night.")
    assert "inside" in refused("rose by 5", "The rate rose by 5% then.")


def test_a_statement_is_not_found_in_a_question() -> None:
    assert "not in the document" in refused("the mayor resigned.")
    assert found("the mayor resigned?").quote == "the mayor resigned?"


def test_a_longer_word_does_not_hide_the_right_place() -> None:
    text = "It was unconfirmed by the state. It was confirmed by the state."
    assert found("confirmed by the state", text).start == text.rindex("confirmed")


@pytest.mark.parametrize("quote", ["", "  ", "“…”", "the", "it is so", "No.", "a b c"])
def test_too_little(quote: str) -> None:
    assert refused(quote, f"{TEXT} it is so a b c") in (
        "the quote is empty",
        "the quote is too short to say anything: quote a clause or a sentence",
    )


def test_scripts_without_spaces() -> None:
    text = "部长因战争辞职，将军说。他走了。"
    assert found("战争辞职", text).start == 3
    assert found("将军说。他走了", text).quote == "将军说。他走了"


def test_within_comes_first_and_the_rest_second() -> None:
    text = "The dam is safe. The dam is safe. The dam – it holds."
    assert found("The dam is safe.", text, Span(start=17, end=33)).start == 17
    assert found("The dam is safe.", text, Span(start=34, end=52)).start == 0
    assert found("The dam - it holds", text, Span(start=34, end=53)).start == 34
    typographic = "They said “we hold it”. They said 'we hold it'."
    assert found("They said 'we hold it'", typographic, Span(start=0, end=23)).start == 0


def test_the_reason_points_at_the_nearest_passage() -> None:
    reason = refused("its piers had moved by 1,200 mm")
    assert reason.endswith("the nearest passage differs: it has “1,100” for “1,200”")
    assert "it also has “not”" in refused("the dam was safe at noon", "They said the dam was not safe at noon.")
    assert "it lacks “not”" in refused("the dam was not safe at noon", "They said the dam was safe at noon.")
    assert len(refused("他走了她留下了吗" + "x " * 5000, "他走了她留下了。" * 5000)) < 500
    assert "unbroken" in refused("The Ministry said [...] had moved by 1,100 mm")


WORDS = st.lists(
    st.sampled_from(
        [
            "gate",
            "ﬁsh",
            "naïve",
            "Viačorka",
            "Москва",
            "йод",
            "can’t",
            "well-known",
            "“quoted”",
            "a – b",
            "wait…",
            "3.5",
            "한국",
        ]
    ),
    min_size=12,
    max_size=40,
)
NOISE = [
    lambda t: t,
    lambda t: unicodedata.normalize("NFD", t),
    lambda t: unicodedata.normalize("NFC", t),
    lambda t: t.replace("“", '"').replace("”", '"').replace("’", "'"),
    lambda t: t.replace("“", "«").replace("”", "»").replace("’", "‘"),
    lambda t: t.replace(" – ", "—").replace("-", "‑"),
    lambda t: t.replace(" ", "\u00a0"),
    lambda t: t.replace(" ", " \n "),
    lambda t: t.replace("…", "..."),
    lambda t: t.replace("fi", "ﬁ").replace("ﬁ", "fi"),
    lambda t: "\u00ad".join(t),
    lambda t: f"“{t}”",
]


@given(WORDS, st.data())
@settings(max_examples=150, deadline=None)
def test_noisy_quotes_are_found_where_they_stand(words: list[str], data: st.DataObject) -> None:
    numbered = [f"{word} n{n}" for n, word in enumerate(words)]
    whole = [data.draw(st.sampled_from(NOISE[:9]))(part) for part in numbered]
    first = data.draw(st.integers(0, len(words) - 3))
    last = data.draw(st.integers(first + 3, len(words)))
    text = " ".join(whole)
    start = len(" ".join(whole[:first])) + (1 if first else 0)
    end = start + len(" ".join(whole[first:last]))
    quote = data.draw(st.sampled_from(NOISE))(data.draw(st.sampled_from(NOISE))(text[start:end]))
    citation = found(quote, text)
    leading = len(text[start:end]) - len(text[start:end].lstrip('“«"'))
    assert citation.start in (start, start + leading)
    assert citation.end == end


@given(st.text(max_size=200), st.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_text_and_any_quote(text: str, quote: str) -> None:
    result = ground(quote, doc(text))
    if isinstance(result, Citation):
        assert result.quote == text[result.start : result.end]


@given(st.text(min_size=30, max_size=300), st.data())
@settings(max_examples=150, deadline=None)
def test_a_verbatim_stretch_is_cited_or_too_short_or_inside_a_word(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 20))
    end = data.draw(st.integers(start + 10, len(text)))
    result = ground(text[start:end], doc(text))
    if isinstance(result, Citation):
        assert result.quote == text[result.start : result.end]
    else:
        assert "not in the document" not in result.reason


def test_a_megabyte_is_searched_in_milliseconds() -> None:
    text = "".join(f"The “gate” number {n} – opened in Москва – was naïve. " for n in range(20_000))
    document = doc(text)
    ground("the first call folds the text", document)
    start = time.perf_counter()
    for n in (5, 9_999, 19_999):
        assert isinstance(ground(f'The "gate" number {n} - opened', document), Citation)
    assert time.perf_counter() - start < 0.3

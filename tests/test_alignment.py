"""Numbers, dates, names and negation, aligned between a claim and a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.readers.alignment import FEATURES, align, dates, names, negated, numbers, overlap


def feature(claim: str, sentence: str, name: str, *context: str) -> float:
    return align(claim, sentence, context).features[FEATURES.index(name)]


@pytest.mark.parametrize(
    ("text", "value", "noun", "bound"),
    [
        ("18 shelters are open", 18, "shelt", "="),
        ("eighty-one shelters are open", 81, "shelt", "="),
        ("at least 40 people", 40, "peopl", ">="),
        ("fewer than 1,200 homes", 1200, "home", "<="),
        ("about two million crowns", 2_000_000, "crown", "~"),
        ("3.5 per cent", 3.5, "%", "="),
        ("longer than ten metres", 10, "metr", ">="),
        ("shorter than ten metres", 10, "metr", "<="),
        ("in 2021", 2021, "year", "="),
        ("a dozen boats", 12, "boat", "="),
    ],
)
def test_numbers_are_read(text: str, value: float, noun: str, bound: str) -> None:
    (found,) = numbers(text)
    assert (found.value, found.noun, found.bound) == (value, noun, bound)


def test_a_different_number_of_the_same_thing_is_told_in_words() -> None:
    aligned = align("The city has 18 shelters.", "There are 80 shelters in the city.")
    assert aligned.features[FEATURES.index("numbers_differ")] == 1
    assert aligned.note == "the claim says 18, the passage 80"


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("More than 10,000 people marched.", "Organisers counted 14,000 people."),
        ("Forty people were hurt.", "At least 30 people were hurt."),
        ("About 100 houses burned.", "The fire took 97 houses."),
        ("The city has 18 shelters.", "The city has 80 buses."),
    ],
)
def test_numbers_that_do_not_exclude_one_another_do_not_differ(claim: str, sentence: str) -> None:
    assert feature(claim, sentence, "numbers_differ") == 0


def test_dates_differ_only_where_both_have_one() -> None:
    assert feature("It happened on 4 May.", "It happened on 19 May.", "dates_differ") == 1
    assert feature("It happened on 4 May.", "On May 4 it happened.", "dates_differ") == 0
    assert feature("It happened on 4 May.", "It happened in May.", "dates_differ") == 0
    assert feature("It happened on 4 May.", "It happened.", "dates_differ") == 0
    assert dates("He may march, he said.") == ()


def test_names_may_stand_in_the_context() -> None:
    claim = "Viktor Gulevich resigned."
    assert feature(claim, "He resigned.", "names_missing") == 1
    assert feature(claim, "He resigned.", "names_missing", "General Viktor Gulevich is 58.") == 0
    assert names("The mayor met Anna de Vries in Bad Ems.") == ("Anna de Vries", "Bad Ems")


def test_two_negations_are_none() -> None:
    assert negated("He did not resign.")
    assert not negated("Nobody could say he had not resigned.")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_aligned(claim: str, sentence: str) -> None:
    aligned = align(claim, sentence)
    assert len(aligned.features) == len(FEATURES)
    assert 0 <= overlap(claim, sentence) <= 1

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.verdicts import all_verdicts, verdict
from triage.report.terminal import render
from triage.schema import Claim, Label, OriginCount, Rejected, Verdict
from triage.summary import groups, line, ordered, sentence, shown


def printed(found: Verdict, *, width: int = 100, colour: bool = False) -> str:
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=colour, color_system="standard" if colour else None).print(
        render(found)
    )
    return out.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


def test_says_the_label_the_counts_and_each_passage_under_its_origin() -> None:
    found = verdict("dam-crack-01")
    text = flat(printed(found))
    assert "CORROBORATED: 2 independent origins support the claim, no origin refutes it." in text
    assert "83% that the passages were read rightly" in text
    for group in groups(found):
        assert group.origin.name in text
        for item in group.items:
            assert flat(item.citation.quote) in text
            assert (item.document.publisher or item.document.doc_id) in text
    assert "via Orvel Wire" in text
    assert "the same words as 1" in text
    assert "takes its word back" in text
    assert found.rationale in text
    assert found.would_change in text


def test_what_a_later_word_replaces_is_dimmed_and_says_so() -> None:
    found = verdict("dam-crack-01")
    text = printed(found, width=300)
    replaced = [row for row in text.splitlines() if "replaced, not counted" in row]
    assert len(replaced) == sum(not item.counted for item in found.evidence) > 0
    dimmed = [row for row in printed(found, width=300, colour=True).splitlines() if "4.2 metres" in row]
    assert dimmed and all("\x1b[2m" in row for row in dimmed)


@pytest.mark.parametrize("width", [30, 60, 120])
def test_every_gold_verdict_fits_its_width_without_colour(width: int) -> None:
    for found in all_verdicts()[::5]:
        text = printed(found, width=width)
        assert "\x1b" not in text
        assert max(map(len, text.splitlines())) <= width


def test_passages_are_numbered_as_ordered() -> None:
    found = verdict("dam-crack-01")
    text = printed(found, width=300)
    for number, item in enumerate(ordered(found), 1):
        row = next(row for row in text.splitlines() if row.strip().startswith(f"{number} "))
        assert line(item.citation.quote)[:40] in row or "the same words as" in row
    assert {id(e) for e in ordered(found)} == {id(e) for e in found.evidence}


def test_what_was_put_aside_is_listed_with_its_reason_and_the_rest_counted() -> None:
    aside = tuple(Rejected(doc_id=f"a/{i}", quote=f"words {i}", reason="not in its document") for i in range(9))
    text = flat(printed(verdict("dam-crack-01").model_copy(update={"rejected": aside})))
    assert "Put aside, not counted: 9" in text
    assert "“words 4” a/4: not in its document" in text
    assert "words 5" not in text
    assert "and 4 more" in text


def test_hostile_text_steers_nothing() -> None:
    found = verdict("dam-crack-01")
    item = found.evidence[0]
    bad = "\x1b]0;owned\x07\x1b[31m[red]x[/red]\u202egnp.exe\ud800" + "A" * 1_000_000
    quote = item.citation.model_copy(update={"quote": bad})
    where = item.document.model_copy(update={"publisher": "\x1b[2Jpub\nlisher"})
    hostile = item.model_copy(update={"citation": quote, "document": where, "attributed_to": "\x9b31m"})
    text = printed(found.model_copy(update={"evidence": (hostile, *found.evidence[1:])}))
    text.encode("utf-8")
    assert not set("\x1b\x07\x9b\u202e") & set(text)
    assert "[red]x[/red]" in text
    assert "more characters)" in text
    assert len(text) < 20_000


def test_nothing_found_says_what_would_help() -> None:
    none = OriginCount()
    empty = Verdict(
        claim=Claim(text="x"), label=Label.NOT_ENOUGH_EVIDENCE, confidence=1, support=none, refute=none, as_of="2031-04"
    )
    assert sentence(empty) == "Not enough evidence: no document given supports or refutes the claim."
    assert "2031-04" in printed(empty)
    nested = empty.model_copy(update={"parts": (verdict("dam-crack-01"),)})
    assert "Part 1" in printed(nested)


def test_shown_keeps_ordinary_text_of_any_script() -> None:
    text = "Віктар Гулевіч — «заява»\nعربي\u200f 日本"
    assert shown(text) == text
    assert shown("abcdef", 3) == "abc … (3 more characters)"

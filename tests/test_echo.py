"""Copies say what their originals say, their gold passages are known, and an answer among them must not move."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_checker import FakeChecker, documents, gold
from triage.documents import load
from triage.evaluation import evaluate
from triage.evaluation.echo import KINDS, EchoKind, among_echoes, robust, with_echo
from triage.evaluation.gold import gold_sets
from triage.origins.echo import Echo, Piece, echoes
from triage.passages import sentences
from triage.schema import Document, OriginCount, Span
from triage.settings import data_path


@pytest.fixture(scope="module")
def held() -> Sequence[Document]:
    return load(data_path("corpus", "belarus-2022")).documents


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_a_copy_has_a_name_and_a_date_of_its_own(held: Sequence[Document]) -> None:
    for document in held:
        copies = [echo.document for kind in KINDS for echo in echoes(document, kind, 3)]
        assert len({copy.doc_id for copy in copies} | {document.doc_id}) == 13
        assert len({copy.publisher for copy in copies} | {document.publisher}) == 13
        assert {copy.author for copy in copies} == {None}
        assert all((copy.published or "") > document.published for copy in copies if document.published)
        assert copies == [echo.document for kind in KINDS for echo in echoes(document, kind, 3)]


def test_verbatim_and_trimmed_copies_add_no_word(held: Sequence[Document]) -> None:
    for document in held:
        (whole,), (cut,) = echoes(document, "copy", 1), echoes(document, "trimmed", 1)
        assert (whole.document.text, whole.document.segments) == (document.text, document.segments)
        assert document.text.startswith(cut.document.text)
        assert 0.2 < len(cut.document.text) / len(document.text) < 1


@pytest.mark.parametrize("kind", ["paraphrase", "spun"])
def test_a_rewrite_keeps_names_and_numbers(held: Sequence[Document], kind: EchoKind) -> None:
    for document in held:
        (echo,) = echoes(document, kind, 1)
        kept = rewritten = 0
        for sentence in sentences(document.text):
            place = echo.place(sentence)
            if place is None:
                continue
            before = words(document.text[sentence.start : sentence.end])
            after = words(echo.document.text[place.start : place.end])
            named = [w for w in before[1:] if w[0].isupper() or w.isdigit()]
            assert {w.lower() for w in named} <= {w.lower() for w in after}
            kept += 1
            rewritten += before != after
        assert kept >= 0.6 * len(sentences(document.text))
        assert rewritten > kept / 3


@pytest.mark.parametrize("kind", KINDS)
def test_posts_stay_with_those_who_wrote_them(held: Sequence[Document], kind: EchoKind) -> None:
    thread = next(document for document in held if document.kind == "forum")
    (echo,) = echoes(thread, kind, 1)
    posts = [post for post in thread.segments if echo.place(post)]
    assert [post.author for post in echo.document.segments] == [post.author for post in posts]
    assert len(posts) == len(thread.segments) or kind == "trimmed"
    for told, post in zip(echo.document.segments, posts, strict=True):
        before = words(thread.text[post.start : post.end])
        after = words(echo.document.text[told.start : told.end])
        assert len(set(after) & set(before)) > 0.4 * len(set(after))


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, list[Piece], Span]:
    text = draw(st.text("abc .", min_size=2, max_size=30))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    new = st.text("XYZ", max_size=3)
    pieces = [Piece(a, b, draw(new)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    start = draw(st.integers(0, len(text) - 1))
    return text, pieces, Span(start=start, end=draw(st.integers(start + 1, len(text))))


@given(changed())
def test_a_place_holds_what_became_of_the_words(case: tuple[str, list[Piece], Span]) -> None:
    text, pieces, span = case
    became = list(text)
    touched = range(span.start, span.end)
    for piece in pieces:
        became[piece.start : piece.end] = [piece.text, *[""] * (piece.end - piece.start - 1)]
        if piece.start < span.end and span.start < piece.end:
            touched = range(min(touched.start, piece.start), max(touched.stop, piece.end))
    copy = "".join(became)
    place = Echo(Document(doc_id="d", text=copy or " "), tuple(pieces)).place(span)
    assert ("" if place is None else copy[place.start : place.end]) == "".join(became[i] for i in touched)


def test_gold_passages_are_known_in_the_copies() -> None:
    data = gold_sets("belarus-2022:dev")[0].with_own_corpus()
    for kind in KINDS:
        among = among_echoes(data, kind, 2)
        text = {document.doc_id: document.text for document in among.documents}
        assert len(text) == 3 * len(data.documents)
        for plain, item in zip(data.items, among.items, strict=True):
            assert item.spans[: len(plain.spans)] == plain.spans
            assert {span.group for span in item.spans} == {span.group for span in plain.spans}
            assert item.relevant == {span.doc_id for span in item.spans}
            assert all(text[span.doc_id][span.start : span.end].strip() for span in item.spans)
            if kind in ("copy", "spun"):
                assert len(item.spans) == 3 * len(plain.spans)
            if kind == "copy":
                quotes = {text[span.doc_id][span.start : span.end] for span in plain.spans}
                assert {text[span.doc_id][span.start : span.end] for span in item.spans} == quotes


def test_a_claim_stands_if_neither_label_nor_counts_move(tmp_path: Path) -> None:
    data = gold(6, 10)
    plain = evaluate(FakeChecker(data, skill=1), data, runs=tmp_path, name="plain")
    same = evaluate(FakeChecker(data, skill=1), data, runs=tmp_path, name="same")
    assert with_echo(plain, same, "spun")["echo_robustness[spun]"].value == 1
    moved = with_echo(plain, evaluate(FakeChecker(data, skill=0.5), data, runs=tmp_path, name="moved"), "copy")
    assert 0.3 < moved["echo_robustness[copy]"].value < 0.7
    score = plain.scores[0]
    wider = score.model_copy(update={"support": OriginCount(n_min=2, n_max=4)})
    assert (score.support, robust(score, score), robust(score, wider)) == (OriginCount(n_min=2, n_max=3), 1, 0)
    assert robust(score, score.model_copy(update={"label": None})) is None


def test_copies_of_a_set_are_another_set() -> None:
    data = gold(2, 5)
    with_documents = type(data)(data.name, data.items, documents=tuple(documents(2).values()))
    among = among_echoes(with_documents, "copy", 1)
    assert among.name == "fiction~copy-1"
    assert among.sha256 != data.sha256

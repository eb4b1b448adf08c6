from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.lockgate import (
    GERMAN,
    REPRINT,
    RETOLD,
    SPUN,
    STATEMENT,
    THREAD,
    TRIMMED,
    WIRE,
    WIRE_TEXT,
    WITNESS,
    document,
)
from triage.origins import candidates as nets
from triage.origins.candidates import candidates
from triage.origins.credits import Outlets, outlet_key, site
from triage.origins.match import Rarity, ordered, retelling, runs
from triage.origins.overlap import overlap
from triage.origins.profile import Profile, fold
from triage.origins.reuse import relays
from triage.schema import Document, Relay, Segment

ALL = [WIRE, REPRINT, TRIMMED, SPUN, GERMAN, WITNESS, STATEMENT, RETOLD, THREAD]


def edges(found: list[Relay]) -> dict[tuple[str, str], Relay]:
    return {(r.relayer.removeprefix("lock/"), r.relayed.removeprefix("lock/")): r for r in found}


def test_a_story_and_those_who_took_it() -> None:
    found = edges(relays(ALL))
    assert {pair: relay.kind for pair, relay in found.items()} == {
        ("reprint", "wire"): "reprint",
        ("trimmed", "wire"): "trimmed",
        ("spun", "wire"): "rewrite",
        ("german", "wire"): "translation",
        ("retold", "wire"): "rewrite",
        ("thread", "wire"): "quotation",
        ("thread", "witness"): "quotation",
    }


def test_two_true_witnesses_are_no_relay() -> None:
    assert relays([WIRE, WITNESS]) == []


def test_the_order_of_the_documents_does_not_matter() -> None:
    shuffled = list(ALL)
    random.Random(3).shuffle(shuffled)
    assert relays(shuffled) == relays(ALL)


def test_the_basis_holds_the_words_of_both() -> None:
    by_id = {d.doc_id: d for d in ALL}
    for relay in relays(ALL):
        assert relay.basis, relay
        assert 0 < relay.strength <= 1
        assert relay.why.endswith(".")
        for mine, theirs in relay.basis:
            assert (mine.doc_id, theirs.doc_id) == (relay.relayer, relay.relayed)
            for citation in (mine, theirs):
                assert by_id[citation.doc_id].text[citation.start : citation.end] == citation.quote


def test_a_thread_relays_only_what_it_quotes() -> None:
    thread = [relay for relay in relays(ALL) if relay.relayer == THREAD.doc_id]
    for relay in thread:
        quoted = {mine.quote for mine, _ in relay.basis}
        assert all("moorings" not in words and "milkman" not in words for words in quoted)
    assert {relay.relayed for relay in thread} == {WIRE.doc_id, WITNESS.doc_id}


@pytest.mark.parametrize(
    ("mine", "theirs", "directed"),
    [
        ("2040-03-02", "2040-03-03", True),
        ("2040-03", "2040-04", True),
        ("2040-03", "2040-03-05", False),
        ("2040-03-03", "2040-03-03", False),
        (None, "2040-03-03", False),
    ],
)
def test_dates_say_who_was_first(mine: str | None, theirs: str | None, directed: bool) -> None:
    text = WIRE_TEXT.replace("(Norrel Wire)", "").replace("Norrel Wire", "a reporter")
    one, two = document("one", text, "Mill Lane Post", mine), document("two", text, "Arden Evening Star", theirs)
    (relay,) = relays([one, two])
    assert relay.directed is directed
    if directed:
        assert (relay.relayer, relay.relayed) == ("lock/two", "lock/one")


def test_a_credit_says_who_was_first_where_dates_do_not() -> None:
    same_day = REPRINT.model_copy(
        update={"published": WIRE.published, "text": f"{WIRE_TEXT}\n\nThis is from Norrel Wire."}
    )
    (relay,) = relays([same_day, WIRE])
    assert (relay.relayer, relay.relayed, relay.directed) == (REPRINT.doc_id, WIRE.doc_id, True)


def test_an_outlet_is_credited_in_many_ways_but_only_for_what_it_tells() -> None:
    told = "Eleven boats lay on the mud after the top hinge of the lock gate had sheared"
    for words in (
        f"{told}, Norrel Wire reports.",
        f"{told}, the Wire said.",
        f"{told} (Norrel Wire).",
        f"{told}, via Norrel Wire.",
    ):
        assert len(relays([WIRE, document("short", words, "Tow Path", "2040-03-03")])) == 1, words
    other = "Norrel Wire reports that the price of barley has doubled since the autumn fair at Hexley."
    assert relays([WIRE, document("short", other, "Tow Path", "2040-03-03")]) == []


def test_a_credit_to_a_later_document_is_for_an_earlier_one_that_is_not_here() -> None:
    told = "Norrel Wire reports that eleven boats lay on the mud after the top hinge of the lock gate had sheared."
    assert relays([WIRE, document("before", told, "Tow Path", "2040-03-01")]) == []


def test_a_link_is_followed_whatever_its_dress() -> None:
    text = "Worth a read this morning: http://www.norrelwire.example/lock/?ref=home and do bring a thermos."
    (relay,) = relays([WIRE, document("links", text, "Tow Path", "2040-03-03")])
    assert relay.kind == "link"
    assert site("https://www.a.example/b/") == site("http://a.example/b?x=1") == "a.example/b"


def test_the_name_of_another_paper_is_not_cut_out_of_a_longer_one() -> None:
    text = "The Hexley Wire reports that eleven boats lay on the mud after the top hinge of the lock gate had sheared."
    assert Outlets([WIRE, document("x", text, "Tow Path")]).credits(document("x", text, "Tow Path")) == []


NOTICE = (
    "Fennmouth Media is a member of the press council. Copyright 2040, all rights reserved. Sign up to our newsletter."
)
FOOTER = (
    "The Norrel news desk works from seven in the morning and can be reached by post at Hay Street in the old town."
)


def test_site_furniture_and_footers_make_no_relay() -> None:
    weather = "Rain is expected over the hills on Thursday, with some wind from the west towards the evening."
    fair = "The spring fair opens at noon with a parade of ponies, and the mayor will judge the marrows."
    for shared in (NOTICE, FOOTER):
        one = document("w", f"{weather}\n\n{weather.replace('Thursday', 'Friday')}\n\n{shared}", "A", "2040-03-02")
        two = document("f", f"{fair}\n\n{fair.replace('noon', 'nine')}\n\n{shared}", "B", "2040-03-03")
        assert relays([one, two]) == [], shared


def test_boilerplate_segments_make_no_relay() -> None:
    shared = " ".join(
        f"The terms of item {word} hold for every order that a reader places with us." for word in "abcdefgh"
    )
    texts = ("The fair opens at noon.", "Rain is on its way.")
    documents = [
        Document(
            doc_id=str(n),
            text=f"{shared}\n{text}",
            segments=(Segment(start=0, end=len(shared), kind="boilerplate"),),
        )
        for n, text in enumerate(texts)
    ]
    assert relays(documents) == []
    assert relays([d.model_copy(update={"segments": ()}) for d in documents]) != []


def test_each_copy_leads_to_its_nearest_parent() -> None:
    retold = REPRINT.model_copy(
        update={"text": WIRE_TEXT.replace("greased and inspected", "oiled and looked at").replace("eleven", "a dozen")}
    )
    again = document("again", retold.text, "Hexley Echo", "2040-03-06")
    found = edges(relays([WIRE, retold, again]))
    assert set(found) == {("reprint", "wire"), ("again", "reprint")}


def test_an_embedding_may_speak_but_not_alone() -> None:
    def same(texts: Sequence[str]) -> NDArray[np.floating]:
        return np.ones((len(texts), 4))

    assert relays([WIRE, WITNESS], embed=same) == []


def test_a_run_goes_on_over_a_changed_word() -> None:
    words = "the top hinge had sheared and the whole leaf was lying on the sill".split()
    other = ["so", *words[:6], "yesterday", *words[6:]]
    grams: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(other) - 4):
        grams.setdefault(tuple(other[i : i + 5]), []).append(i)
    (run,) = runs(words, other, grams)
    assert (run.a0, run.a1, run.b0, run.same) == (0, len(words), 1, len(words))


def test_folding() -> None:
    assert fold("Viačorka’s") == "viacorka"
    assert fold("Twelve") == "12"
    assert fold("1,200") == "1200"
    assert outlet_key("The Norrel Wire") == outlet_key("norrel-wire.example") == "norrel wire"


matrices = st.integers(1, 6).flatmap(
    lambda rows: st.integers(1, 6).flatmap(
        lambda columns: st.lists(
            st.lists(st.floats(0, 1), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
)


@given(matrices)
def test_the_path_never_crosses_itself(gain: list[list[float]]) -> None:
    path = ordered(np.array(gain))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(path))


@given(st.permutations(WIRE_TEXT.split("\n\n")))
def test_a_document_overlaps_itself_wholly_and_either_way_alike(paragraphs: list[str]) -> None:
    one, two = Profile(WIRE), Profile(document("two", "\n\n".join(paragraphs), "X"))
    rarity = Rarity([one, two])
    there, back = overlap(one, two, rarity), overlap(two, one, rarity)
    assert there.is_relay() and back.is_relay()
    assert there.share_a > 0.9
    assert retelling(one, one, rarity).rewrite == pytest.approx(1.0)


def test_the_nets_catch_what_comparing_all_would_find(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nets, "ALL_PAIRS", 0)
    pairs = candidates([Profile(d) for d in ALL])
    for other in (REPRINT, TRIMMED, RETOLD, THREAD):
        assert tuple(sorted((WIRE.doc_id, other.doc_id))) in pairs


def test_a_crowd_of_copies_does_not_pair_all_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nets, "ALL_PAIRS", 0)
    copies = [document(f"copy{n:03}", WIRE_TEXT, f"Paper {n}", "2040-03-03") for n in range(120)]
    assert len(candidates([Profile(d) for d in copies])) < 120 * nets.CROWD


def test_nothing_comes_of_nothing() -> None:
    assert relays([]) == relays([WIRE]) == []
    assert relays([document("empty", "", None), document("void", "  \n", None), WIRE]) == []

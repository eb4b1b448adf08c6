"""Who is meant by a name, a title or a description, in one document and over several."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.origins import credits as credits_module
from triage.origins import names as names_module
from triage.origins.cast import Cast, publisher_of
from triage.origins.company import Company
from triage.origins.names import Party, same, same_name, same_organisation, same_word, words_of
from triage.schema import Document, Span


def document(text: str, doc_id: str = "d", **fields: str | None) -> Document:
    return Document.model_validate({"doc_id": doc_id, "text": text, **fields})


def meant(text: str, words: str, **fields: str | None) -> Party:
    """Return whom some words mean at the last place where they stand in a text."""
    start = text.rindex(words)
    return Cast(document(text, "d", **fields)).party(Span(start=start, end=start + len(words)))


def person(name: str, *roles: str, organisation: str = "") -> Party:
    key = words_of(name)
    return Party("person", name, key, frozenset(roles), words_of(organisation) if organisation else (), len(key) > 1)


def body(name: str) -> Party:
    return Party("organisation", name, words_of(name), organisation=words_of(name))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Viačorka", "Viacorka", True),
        ("Tsikhanouskaya", "Tikhanovskaya", True),
        ("Lukashenko", "Lukashenka", True),
        ("Zhukov", "Schukow", False),
        ("Müller", "Muller", True),
        ("Varga", "Varda", False),
        ("Lind", "Linde", False),
    ],
)
def test_spellings_of_one_name(one: str, other: str, equal: bool) -> None:
    (a,), (b,) = words_of(one), words_of(other)
    assert same_word(a, b) is same_word(b, a) is equal


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Franak Viačorka", "Franak Viacorka", True),
        ("Dr. Ida Voss", "Ida Voss", True),
        ("J. Roe", "Jane Roe", True),
        ("Jane Mary Roe", "Jane Roe", True),
        ("Kovács Béla", "Bela Kovacs", True),
        ("Ida Voss", "Arne Voss", False),
        ("Ida Voss", "Voss", False),
        ("Ida Voss", "Ida Vossberg", False),
    ],
)
def test_full_names(one: str, other: str, equal: bool) -> None:
    assert same_name(words_of(one), words_of(other)) is same_name(words_of(other), words_of(one)) is equal


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Orvel Basin Authority", "OBA", True),
        ("the Orvel Basin Authority Ltd", "Orvel Basin Authority", True),
        ("Ministry of Defence", "Defence Ministry", True),
        ("Orvel Basin Authority", "Basin Authority", True),
        ("Orvel Basin Authority", "Orvel Town Council", False),
        ("Ministry of Defence of Sarvia", "Ministry of Health of Sarvia", False),
    ],
)
def test_names_of_organisations(one: str, other: str, equal: bool) -> None:
    a, b = words_of(one), words_of(other)
    assert same_organisation(a, b) is same_organisation(b, a) is equal


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (person("Franak Viačorka"), person("Franak Viacorka"), "forms of one full name"),
        (person("Voss", "engineer"), person("Ida Voss", "engineer"), "share surname and office (engineer)"),
        (body("Defence Ministry"), body("Ministry of Defence"), "are names of one body"),
        (person("Ida Voss", "spokeswoman", organisation="Orvel Trust"), body("Orvel Trust"), "speaks for Orvel Trust"),
        (
            person("Ida Voss", "spokeswoman", organisation="Orvel Trust"),
            person("Olaf Alm", "director", organisation="Orvel Trust"),
            "speak for one body",
        ),
        (person("Voss"), person("Ida Voss"), ""),
        (person("Voss"), person("Voss"), ""),
        (person("Ida Voss", "engineer"), person("Arne Voss", "engineer"), ""),
        (person("Ida Voss", "driver", organisation="Orvel Trust"), body("Orvel Trust"), ""),
        (body("Orvel Trust"), Party("unnamed", "Orvel Trust", ("orvel", "trust")), ""),
    ],
)
def test_why_two_parties_are_one(one: Party, other: Party, why: str) -> None:
    for found in (same(one, other), same(other, one)):
        assert found.endswith(why) if why else not found


def test_papers_that_nobody_published_are_not_one_for_that() -> None:
    one, two = (publisher_of(document("Rain fell.", doc_id, title=doc_id)) for doc_id in ("one", "two"))
    assert (one.kind, one.sure) == ("document", False)
    assert not same(one, two)
    assert same(one, one)


ADVISER = """Franak Viačorka, an adviser to the exiled leader Sviatlana Tsikhanouskaya, spoke in Vilnius on Monday.

Viacorka praised the medics of the town. The adviser was tired, and he said so."""


@pytest.mark.parametrize("words", ["Viacorka", "The adviser", "he", "Tsikhanouskaya, spoke"])
def test_forms_of_one_name_in_a_document(words: str) -> None:
    expected = "Sviatlana Tsikhanouskaya" if words.startswith("Tsikh") else "Franak Viačorka"
    assert meant(ADVISER, words.split(",")[0]).name == expected


BRIDGE = """The Halder Bridge was shut by the Orvel Basin Authority, which owns it.

Ida Voss, the authority's spokeswoman, said a bolt had gone. Olaf Alm, a crane driver, disagreed with her.

The authority will speak again, a spokesman for the authority wrote. The driver shrugged. A resident laughed."""


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("The authority", "organisation", "Orvel Basin Authority"),
        ("a spokesman for the authority", "organisation", "Orvel Basin Authority"),
        ("The driver", "person", "Olaf Alm"),
        ("A resident", "unnamed", "A resident"),
        ("Ida Voss, the authority's spokeswoman", "person", "Ida Voss"),
    ],
)
def test_titles_and_descriptions_in_a_document(words: str, kind: str, name: str) -> None:
    party = meant(BRIDGE, words)
    assert (party.kind, party.name) == (kind, name)


def test_a_spokeswoman_is_known_by_whom_she_speaks_for() -> None:
    voss = meant(BRIDGE, "Ida Voss")
    assert voss.organisation == ("orvel", "basin", "authority")
    assert voss.speaks


def test_a_surname_that_two_people_bear_is_certain_to_be_neither() -> None:
    text = "Ida Voss and Arne Voss run the ferry. Voss said it would sail."
    assert not meant(text, "Voss").sure
    assert meant("Ida Voss runs the ferry. Voss said it would sail.", "Voss").name == "Ida Voss"


def test_a_group_from_a_country_is_not_its_ministry() -> None:
    text = (
        "The Ministry of Transport of Sarvia was silent. Two groups from Sarvia, the Otters and Wolf, said it was they."
    )
    assert meant(text, "Two groups from Sarvia, the Otters and Wolf").name != "Ministry of Transport of Sarvia"


def test_the_town_of_a_dateline_is_no_organisation() -> None:
    for head in ("HEXLEY, May 3 (Norrel Wire) —", "HEXLEY (Norrel Wire) —", "> HEXLEY, 23 May 2041, NWA."):
        assert "HEXLEY" not in {m.party.name for m in Cast(document(f"{head} The OBA shut it.")).organisations}
    assert [m.party.name for m in Cast(document("The OBA shut it.")).organisations] == ["OBA"]


def test_i_is_the_author_of_a_statement_and_nobody_in_an_article() -> None:
    assert meant("I resign today.", "I", kind="letter", author="Ida Voss").name == "Ida Voss"
    assert meant("I resign today.", "I", publisher="Orvel Mail").kind == "unnamed"


def test_the_company_knows_in_one_document_what_another_tells() -> None:
    told = document(BRIDGE, "told")
    bare = document("Ida Voss said on Tuesday that the bolt was new.", "bare")
    company = Company([told, bare])
    voss = company.known(company.cast("bare").party(Span(start=0, end=8)), "bare")
    assert voss.organisation == ("orvel", "basin", "authority")
    assert "spokeswoman" in voss.roles


names = st.lists(
    st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=1, max_size=9), min_size=1, max_size=4
)


@given(names, names)
def test_a_name_is_itself_and_sameness_has_no_order(one: list[str], two: list[str]) -> None:
    a, b = words_of(" ".join(one)), words_of(" ".join(two))
    assert same_name(a, a) is (len(a) > 1)
    assert same_name(a, b) is same_name(b, a)
    assert same_organisation(a, b) is same_organisation(b, a)


@pytest.mark.parametrize("module", [names_module, credits_module])
def test_the_examples_in_the_docstrings_hold(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module)
    assert tried and not failed

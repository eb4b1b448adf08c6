"""Who said it first, who only repeats it, and how many voices that makes: small invented stories, traced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lockgate import GERMAN, REPRINT, SPUN, THREAD, TRIMMED, WIRE, WITNESS, cite, document, posts
from triage.evaluation.data import Item
from triage.evaluation.gold import gold_sets
from triage.evaluation.perfect import GoldReader
from triage.origins import CERTAIN, find_relays, trace
from triage.origins.attribution import by_rules, statements
from triage.schema import (
    Citation,
    Claim,
    Cue,
    Document,
    Evidence,
    Origin,
    OriginCount,
    OriginGraph,
    Passage,
    Probabilities,
    Reading,
    Relay,
    Stance,
    last_day,
)
from triage.verdict import label_of

UNSAFE = Claim(text="The Halder Bridge cannot carry a lorry.")
REFUTES = Stance.REFUTES
Cited = tuple[Reading, Citation]


@dataclass(frozen=True)
class Told:
    """What became of some cited words: by document, the evidence; the origins, and both counts as pairs."""

    evidence: list[Evidence]
    graph: OriginGraph

    @property
    def support(self) -> tuple[int, int]:
        return self.graph.support.n_min, self.graph.support.n_max

    @property
    def refute(self) -> tuple[int, int]:
        return self.graph.refute.n_min, self.graph.refute.n_max

    @property
    def names(self) -> list[str]:
        return [origin.name for origin in self.graph.origins]

    @property
    def kinds(self) -> list[str]:
        return [origin.kind for origin in self.graph.origins]

    @property
    def merged(self) -> str:
        return " ".join(why for origin in self.graph.origins for why in origin.merged)

    def at(self, of: Document) -> Evidence:
        (found,) = [e for e in self.evidence if e.citation.doc_id == of.doc_id]
        return found

    def origin(self, of: Document) -> Origin:
        return next(o for o in self.graph.origins if o.origin_id == self.at(of).origin_id)


def told(*cited: Cited, documents: Sequence[Document], claim: Claim = UNSAFE) -> Told:
    return Told(*trace(claim, cited, {d.doc_id: d for d in documents}))


def whole(*documents: Document, claim: Claim = UNSAFE) -> Told:
    """Trace documents whose last line is what is cited."""
    return told(*(cite(d, d.text.splitlines()[-1]) for d in documents), documents=documents, claim=claim)


def mail(text: str, published: str | None = "2041-05-02", **rest: object) -> Document:
    return document("mail", text, "Orvel Mail", published, **rest)


def post(text: str, published: str | None = "2041-05-03", **rest: object) -> Document:
    return document("post", text, "Kerry Post", published, **rest)


VOSS = mail("The deck of the Halder Bridge would not bear a lorry, the engineer Ida Voss said.")


def test_the_same_adviser_under_two_spellings_is_one_origin() -> None:
    one = mail("Jaŭhien Šarkovič, an adviser to the governor, said that a lorry would go through the bridge.")
    two = post("“No lorry will ever get across,” said Yauhen Sharkovich, who counsels the head of the province.")
    found = whole(one, two)
    assert found.support == (1, 1)
    assert set(found.graph.origins[0].names) >= {"Jaŭhien Šarkovič", "Yauhen Sharkovich"}
    assert "are forms of one full name" in found.merged


def test_a_surname_never_merges_two_people() -> None:
    two = post("Arne Voss, a welder, told the Kerry Post that a lorry would fall through it.")
    short = document("echo", "No lorry can cross it, Voss said.", "Sille Echo", "2041-05-03")
    assert whole(VOSS, two).support == (2, 2)
    assert whole(VOSS, short).support == (1, 2)
    found = whole(VOSS, two, short)
    assert (found.support, found.merged) == ((2, 3), "")


@pytest.mark.parametrize(
    ("speaker", "why"),
    [
        ("Ida Voss, spokeswoman for the Orvel Basin Authority", "speaks for"),
        ("Olaf Alm, the director of the Orvel Basin Authority", "speaks for"),
        ("a spokesman for the Orvel Basin Authority", ""),
    ],
)
def test_an_organisation_and_who_speaks_for_it_are_one(speaker: str, why: str) -> None:
    body = mail("The Orvel Basin Authority said that the bridge could not carry a lorry.")
    voice = post(f"“Under the weight of a truck the deck would give way,” said {speaker}.")
    found = whole(body, voice)
    assert (found.support, found.names) == ((1, 1), ["Orvel Basin Authority"])
    assert why in found.merged


def test_those_who_only_work_for_an_organisation_are_others() -> None:
    body = mail("The Orvel Basin Authority said that the bridge could not carry a lorry.")
    worker = post("“I would not drive a truck over it,” said Ida Voss, a driver at the Orvel Basin Authority.")
    assert whole(body, worker).support == (1, 2)


AUTHORITY = "The Orvel Basin Authority said that the bridge could not carry a lorry."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AUTHORITY, "Trucks would break the planks, said the treasurer, Ida Voss."),
        (AUTHORITY, "Ida Voss, who runs the survey desk at the Orvel Basin Authority, told us trucks were a danger."),
        ("The Orvel Town Council said no lorry could cross.", "Ida Voss, the clerk, said that trucks were a danger."),
        ("The firm Kerr Sallow Lab said no lorry could cross.", "Ida Sallow, a surveyor, said trucks were a danger."),
        ("Kerr Survey Partners said no lorry could cross.", "Kerr Sallow Partners said trucks were a danger."),
        ("The ZQW said no lorry could cross it.", AUTHORITY),
        (
            "Ida Voss, a surveyor at the institute, said no lorry could cross.",
            "The director of the institute, Olaf Alm, said trucks were a danger.",
        ),
        (
            "Ida Voss, a surveyor, said no lorry could cross. Her report with Olaf Alm is due: Voss and Alm wrote it.",
            "Olaf Alm, a chemist, said trucks were a danger.",
        ),
        (
            "Ida Voss, a surveyor, said no lorry could cross. Voss lives here with her husband, Olaf Alm.",
            "Olaf Alm, a chemist, said trucks were a danger.",
        ),
        (
            "Ida Voss, a surveyor, said no lorry could cross.",
            "“All I know is what they printed: no trucks,” Olaf Alm said.",
        ),
        ("Ida Voss, a surveyor, said no lorry could cross.", "A reader gave me the plan. Page 4: no trucks."),
        (
            "Ida Voss, a surveyor, said no lorry could cross.",
            "OLA: Right. I saw Olaf.\n\nOLA: It bears no trucks at all.",
        ),
    ],
    ids=lambda text: text[:24],
)
def test_a_tie_that_cannot_be_excluded_adds_to_the_most_only(one: str, other: str) -> None:
    first, second = mail(one), post(other)
    cited = (
        cite(d, next(s for s in d.text.replace(". ", ".\n").splitlines() if "lorry" in s or "trucks" in s.lower()))
        for d in (first, second)
    )
    found = told(*cited, documents=[first, second])
    assert found.support == (1, 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AUTHORITY, "Trucks would break the planks, said Ida Voss, a baker."),
        (AUTHORITY, "Trucks would break the planks, said Ida Voss, the treasurer of the Sille Rowing Club."),
        ("The firm Kerr Sallow Lab said no lorry could cross.", "Ida Voss, a surveyor, said trucks were a danger."),
        (
            "Ida Voss, a surveyor at the institute, said no lorry could cross.",
            "Olaf Alm, a chemist, said no truck could.",
        ),
    ],
    ids=lambda text: text[:24],
)
def test_without_a_tie_two_parties_are_two(one: str, other: str) -> None:
    assert whole(mail(one), post(other)).support == (2, 2)


def test_an_office_between_a_name_and_a_body_makes_them_one() -> None:
    body = mail("The Orvel Basin Authority said that the bridge could not carry a lorry.")
    minutes = document(
        "minutes",
        "Mr. O. Alm, Executive Director, Orvel Basin Authority, was heard.\n\n"
        "Mr. Alm stated that no truck could cross.",
        "Kerry Town Council",
        kind="statement",
        title="Minutes of the meeting of 3 May",
    )
    found = whole(body, minutes)
    assert (found.support, found.names) == ((1, 1), ["Orvel Basin Authority"])


def test_what_a_body_took_back_through_its_head_replaces_its_word() -> None:
    one = mail("The Orvel Basin Authority said that the bridge could not carry a lorry.")
    two = post("“We were wrong about trucks,” said Ida Voss, director, Orvel Basin Authority.")
    found = sides(one, two, Cue.RETRACTS)
    assert (found.support, found.refute) == ((0, 0), (1, 1))


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ("I stood on the bank and saw the lorry fall in.", True),
        ("The lorry fell in at noon. I had my lunch then.", False),
        ("The lorry fell in at noon. We saw the splash from the bank.", True),
        ("“I saw the lorry fall in,” he promised, three times by my tally.", False),
        ("I have the report here: the lorry fell in.", False),
    ],
)
def test_a_publisher_is_an_origin_only_by_eyes_of_the_words_or_their_paragraph(words: str, known: bool) -> None:
    engineer = mail("The engineer Ida Voss said that a lorry was too heavy for the deck.")
    seen = post(words)
    first = words.partition("noon.")[0] + "noon." if "noon" in words else words
    assert told(cite(engineer, engineer.text), cite(seen, first), documents=[engineer, seen]).support == (1 + known, 2)


@pytest.mark.parametrize("who", ["the adviser", "Brandt", "he"])
def test_a_title_a_surname_or_a_pronoun_leads_to_the_name(who: str) -> None:
    text = f"Olaf Brandt, an adviser to the governor, came to the hall.\n“It cannot carry a lorry,” {who} said."
    assert whole(mail(text)).names == ["Olaf Brandt"]


def test_an_outlet_that_is_credited_leads_to_its_own_document() -> None:
    two = post("The deck of the Halder Bridge would not bear a lorry, the Orvel Mail reports.")
    found = whole(VOSS, two)
    assert (found.support, found.names) == ((1, 1), ["Ida Voss"])
    assert found.at(two).via == (VOSS.doc_id,)
    assert found.graph.origins[0].relays == (VOSS.doc_id, two.doc_id)
    assert "Orvel Mail" in found.merged


def test_an_outlet_whose_document_is_not_here_is_not_known_to_be_independent() -> None:
    two = post("Trucks would break the planks of that crossing, the Fennmouth Gazette reports.")
    assert whole(VOSS, two).support == (1, 2)


SHEARED = Claim(text="The upper hinge of the lock gate had broken.")
HINGE = {
    WIRE.doc_id: "The top hinge had sheared and the whole leaf was lying on the sill,",
    SPUN.doc_id: "The upper pivot had snapped and the entire leaf was resting on the ledge,",
    GERMAN.doc_id: "Das obere Scharnier war ab, und der ganze Flügel lag auf der Schwelle“, sagte Corvell.",
}


@pytest.mark.parametrize("copy", [REPRINT, TRIMMED, SPUN, GERMAN, THREAD], ids=lambda copy: copy.doc_id)
def test_copies_of_whatever_kind_lead_back_to_one_origin(copy: Document) -> None:
    first = cite(WIRE, HINGE[WIRE.doc_id])
    again = cite(copy, HINGE.get(copy.doc_id, HINGE[WIRE.doc_id]))
    found = told(first, again, documents=[WIRE, WITNESS, copy], claim=SHEARED)
    assert (found.support, found.names) == ((1, 1), ["Ada Corvell"])
    assert found.at(copy).via == (WIRE.doc_id,)
    assert WIRE.doc_id in found.merged and copy.doc_id in found.merged
    assert found.graph.origins[0].first_seen == WIRE.published


def test_what_a_copy_leaves_out_is_found_by_its_words_all_the_same() -> None:
    found = told(
        *(cite(d, HINGE.get(d.doc_id, HINGE[WIRE.doc_id])) for d in (WIRE, REPRINT, TRIMMED, SPUN, GERMAN, THREAD)),
        documents=[WIRE, REPRINT, TRIMMED, SPUN, GERMAN, THREAD, WITNESS],
        claim=SHEARED,
    )
    assert (found.support, len(found.graph.origins[0].relays)) == ((1, 1), 6)


def test_a_witness_beside_all_the_copies_is_a_second_origin() -> None:
    bang = Claim(text="The lock gate gave way with a noise.")
    heard = cite(WITNESS, '"It went with a bang you could feel in your teeth,"')
    woken = "she was woken at 4.20 a.m. by a noise like a slammed barn door."
    found = told(heard, cite(WIRE, woken), cite(REPRINT, woken), documents=[WIRE, REPRINT, WITNESS, THREAD], claim=bang)
    assert (found.support, found.names) == ((2, 2), ["Piers Hollin", "Ada Corvell"])


def test_a_quotation_is_carried_on_by_he_added() -> None:
    text = "Olaf Brandt, a welder, said the deck was thin. “I know decks,” he said.\n“A lorry would fall,” he added."
    assert whole(mail(text)).names == ["Olaf Brandt"]


def test_unnamed_insiders_add_to_the_most_only() -> None:
    one = mail("A person close to the authority told the Orvel Mail that no lorry could cross.")
    two = post("The deck would break under a truck, an official said on condition of anonymity.")
    assert (whole(one).support, whole(one).kinds) == ((1, 1), ["unnamed"])
    assert whole(one, two).support == (1, 2)
    three = document("echo", "Ida Voss, an engineer, said that trucks were too heavy for it.", "Sille Echo")
    assert whole(one, two, three).support == (1, 3)


def test_what_a_publisher_saw_counts_and_what_it_sums_up_does_not() -> None:
    engineer = mail("The engineer Ida Voss said that a lorry was too heavy for the deck.")
    seen = post("I stood on the bank and watched the empty lorry break through the planks.")
    summed = post("Trucks are too heavy for the bridge and have been for years.")
    assert (whole(engineer, seen).support, whole(engineer, seen).kinds) == ((2, 2), ["person", "publisher"])
    assert (whole(engineer, summed).support, whole(engineer, summed).kinds) == ((1, 2), ["person", "publisher"])


def test_documents_that_cite_each_other_collapse() -> None:
    one = mail("As the Kerry Post has revealed, the deck of the Halder Bridge would not bear a lorry.", None)
    two = post("The Orvel Mail reports that the deck of the Halder Bridge would not bear a lorry.", None)
    found = whole(one, two)
    assert found.support == (1, 1)
    assert "Kerry Post and Orvel Mail cite each other in a circle." in found.merged


SAID = "A lorry would fall through the bridge, said Ida Voss, an engineer."
DENIED = "“A lorry gets across without trouble,” the engineer Ida Voss said."


def sides(one: Document, two: Document, cue: Cue = Cue.ASSERTS) -> Told:
    return told(cite(one, one.text), cite(two, two.text, REFUTES, cue=cue), documents=[one, two])


@pytest.mark.parametrize(
    ("first", "second", "support", "refute"),
    [
        ("2041-05-02", "2041-05-03", (0, 0), (1, 1)),
        ("2041-05-03", "2041-05-02", (1, 1), (0, 0)),
        ("2041-05", "2041-06-01", (0, 0), (1, 1)),
        (None, None, (1, 1), (1, 1)),
        ("2041-05-02", "2041-05-02", (1, 1), (1, 1)),
        (None, "2041-05-02", (1, 1), (1, 1)),
        ("2041-05-02", None, (1, 1), (1, 1)),
        ("2041-05", "2041-05-02", (1, 1), (1, 1)),
    ],
)
def test_the_latest_word_counts_where_dates_tell_which_it_is(
    first: str | None, second: str | None, support: tuple[int, int], refute: tuple[int, int]
) -> None:
    one, two = mail(SAID, first), post(DENIED, second)
    found = sides(one, two)
    assert (found.support, found.refute) == (support, refute)
    assert (found.at(one).counted, found.at(two).counted) == (support != (0, 0), refute != (0, 0))


@pytest.mark.parametrize("published", ["2041-05-09", "2041-05-02", None])
def test_a_retraction_replaces_the_earlier_word_in_every_document(published: str | None) -> None:
    one = mail(SAID)
    two = post("“I take back what I said of lorries: it was wrong,” the engineer Ida Voss said.", published)
    found = sides(one, two, Cue.RETRACTS)
    assert (found.support, found.refute) == ((0, 0), (1, 1))
    assert not found.at(one).counted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ida Voss, an engineer", "Ida Voss-Holt, a baker"),
        ("Juan Olmedo, a baker", "Juan Olmedo Prieto, an engineer"),
    ],
)
def test_a_name_that_goes_on_is_not_known_to_be_another_person(one: str, other: str) -> None:
    assert whole(mail(f"{one}, said no lorry could cross."), post(f"A truck would fall in, said {other}.")).support == (
        1,
        2,
    )


@pytest.mark.parametrize(("body", "known"), [("Orvel Water Agency", 2), ("Norrel News Agency", 1)])
def test_an_agency_that_brings_no_news_is_an_origin(body: str, known: int) -> None:
    assert whole(VOSS, post(f"The {body} said trucks were a danger.")).support == (known, 2)


def test_a_news_agency_is_not_the_origin_of_what_it_quotes() -> None:
    quoted = post("The state agency Norta quotes the engineer Ida Voss as saying that trucks would break the planks.")
    found = whole(VOSS, quoted)
    assert (found.support, found.names, found.at(quoted).via) == ((1, 1), ["Ida Voss"], ("Norta",))


def test_he_is_who_spoke_last_in_the_paragraph_even_under_a_title() -> None:
    report = mail(
        "Olaf Brandt, the harbour master, came first.\n\nArne Holt, a carter, said the road was fine.\n\n"
        "The harbour master says the planks are old. No lorry can cross them, he says."
    )
    assert told(cite(report, "No lorry can cross them, he says."), documents=[report]).names == ["Olaf Brandt"]


def test_who_takes_back_a_word_takes_back_no_other_persons() -> None:
    other = document("echo", "“It cannot carry a truck,” said Arne Voss, a welder.", "Sille Echo", "2041-05-01")
    one, two = mail(SAID), post("Ida Voss, an engineer, took back what she had said of lorries.")
    cited = cite(other, other.text), cite(one, one.text), cite(two, two.text, REFUTES, cue=Cue.RETRACTS)
    found = told(*cited, documents=[other, one, two])
    assert (found.support, found.refute) == ((1, 1), (1, 1))


def test_within_one_document_the_last_word_counts() -> None:
    before, after = "Ida Voss, an engineer, said a lorry could not cross.", "Later Voss said a lorry could."
    both = mail(f"{before} {after}")
    found = told(cite(both, before), cite(both, after, REFUTES), documents=[both])
    assert (found.support, found.refute) == ((0, 0), (1, 1))


def test_a_claim_about_who_said_something_has_for_origins_those_who_heard_it() -> None:
    one = mail("“It cannot carry a lorry,” the engineer Ida Voss told our reporter.")
    two = post("At a news conference the engineer Ida Voss said that trucks would break the deck.")
    words = Claim(text="The engineer Ida Voss said that the bridge could not carry a lorry.")
    about = whole(one, two, claim=words)
    assert (about.support, about.names) == ((2, 2), ["Orvel Mail", "Kerry Post"])
    fact = whole(one, two)
    assert (fact.support, fact.names) == ((1, 1), ["Ida Voss"])


def thread(*said: tuple[str, str]) -> Document:
    text = "\n\n".join(f"**{name}** · 2041-05-03 08:00\n\n{words}" for name, words in said)
    return document("thread", text, "Canal Forum", "2041-05-03", kind="forum", segments=posts(text))


def test_posters_on_a_board_are_not_known_from_each_other() -> None:
    one, two = "My lorry nearly went through the planks.", "Same here, the deck bent under my truck."
    board = thread(("old_paddle", one), ("bargee_bill", two))
    found = told(cite(board, one), cite(board, two), documents=[board])
    assert (found.support, found.kinds) == ((1, 2), ["unnamed", "unnamed"])


def test_a_post_that_tells_what_a_known_person_said_is_hers() -> None:
    board = thread(("old_paddle", "Ida Voss, an engineer, told the meeting that no truck would get over it."))
    found = told(cite(VOSS, VOSS.text), cite(board, board.text.splitlines()[-1]), documents=[VOSS, board])
    assert (found.support, found.names) == ((1, 1), ["Ida Voss"])


@pytest.mark.parametrize(
    ("kind", "publisher", "author", "origin"),
    [
        ("statement", "Orvel Basin Authority", None, ("organisation", "Orvel Basin Authority")),
        ("letter", None, "Olaf Brandt", ("person", "Olaf Brandt")),
        ("dataset", "Sarvia Bureau of Statistics", None, ("organisation", "Sarvia Bureau of Statistics")),
    ],
)
def test_letters_statements_and_data_sets_speak_for_who_made_them(
    kind: str, publisher: str | None, author: str | None, origin: tuple[str, str]
) -> None:
    paper = document("paper", "The planks are too weak for any truck.", publisher, kind=kind, author=author)
    found = whole(paper, VOSS)
    assert found.support == (2, 2)
    assert (found.origin(paper).kind, found.origin(paper).name) == origin


def test_a_letter_that_two_papers_quote_is_one_origin() -> None:
    one = mail("The letter, signed by Olaf Brandt, says that no lorry may cross.")
    two = post("A truck would break the planks, according to a letter from Olaf Brandt.")
    found = whole(one, two)
    assert (found.support, found.kinds) == ((1, 1), ["document"])


def test_words_read_without_certainty_add_to_the_most_only() -> None:
    def read(of: Document, probability: float) -> Cited:
        rest = 1 - probability
        return cite(of, of.text, probabilities=Probabilities(supports=probability, refutes=0.0, neutral=rest))

    two = post("Arne Holt, a welder, told the Kerry Post that a truck would fall through it.")
    below = CERTAIN - 0.01
    for one, other, expected in ((CERTAIN, CERTAIN, (2, 2)), (CERTAIN, below, (1, 2)), (below, below, (0, 2))):
        assert told(read(VOSS, one), read(two, other), documents=[VOSS, two]).support == expected
    again = document("echo", "A lorry is too heavy for it, the engineer Ida Voss said.", "Sille Echo")
    assert told(read(VOSS, below), read(again, CERTAIN), documents=[VOSS, again]).support == (1, 1)


def test_copies_behind_a_passage_are_relays_of_its_origin_and_no_origins() -> None:
    reading, citation = cite(VOSS, VOSS.text)
    copy = document("copy", VOSS.text, "Sille Echo", "2041-05-04")
    echo = {reading.passage_id: [Passage(doc_id=copy.doc_id, start=0, end=len(copy.text), text=copy.text)]}
    _, graph = trace(UNSAFE, [(reading, citation)], {d.doc_id: d for d in (VOSS, copy)}, echoes=echo)
    assert graph.support == OriginCount(n_min=1, n_max=1)
    assert graph.origins[0].relays == (copy.doc_id, VOSS.doc_id)


def test_whom_the_reader_credits_is_believed_only_where_the_words_stand_in_the_document() -> None:
    text = mail("Ida Voss, an engineer, spoke first. The deck cannot carry a lorry. Olaf Brandt, a welder, came later.")
    for by, name in (("Olaf Brandt", "Olaf Brandt"), ("Per Nobody", "Orvel Mail")):
        cited = cite(text, "The deck cannot carry a lorry.", attributed_to=by)
        assert told(cited, documents=[text]).names == [name]


def test_an_uncredited_sentence_leads_to_whom_it_most_resembles_or_to_nobody_known() -> None:
    lead = "Berta Krull was declared mayor by nine votes on Monday after a recount."
    officer = "Olaf Brandt, the returning officer, gave the figures as 612 for Krull and 603 for Ida Voss."
    loser = "“She beat me,” said Ida Voss, a baker."
    report = mail(f"{lead}\n\n{officer}\n\n{loser}")
    elected = Claim(text="The recount gave the town hall to Berta Krull.")
    found = told(*(cite(report, words) for words in (lead, officer, loser)), documents=[report], claim=elected)
    assert [found.evidence[i].origin_id for i in (0, 1, 2)] == ["person:olaf-brandt"] * 2 + ["person:ida-voss"]
    apart = told(cite(report, lead), cite(report, loser), documents=[report], claim=elected)
    assert (apart.support, apart.kinds) == ((1, 2), ["publisher", "person"])


def test_a_post_of_a_live_blog_is_not_the_word_of_whom_another_post_quotes() -> None:
    wrote, quoted = (
        "The nine votes have done it.",
        "“Nine votes, so Krull is mayor,” said Ida Voss, a baker.",
    )
    text = f"**Wanda Ferrick** · 2041-05-02 09:00\n\n{wrote}\n\n**Wanda Ferrick** · 2041-05-02 09:30\n\n{quoted}"
    blog = mail(text, kind="liveblog", segments=posts(text))
    found = told(cite(blog, wrote), cite(blog, quoted), documents=[blog])
    assert (found.support, found.kinds) == ((1, 2), ["publisher", "person"])


@pytest.mark.parametrize(
    "words",
    ["I misheard the returning officer: Krull has won by nine.", "A word on my earlier post: Krull has won by nine."],
)
def test_who_writes_of_what_he_wrote_or_misheard_saw_nothing(words: str) -> None:
    other = post("Ida Voss, a baker, said Krull had won by nine.")
    assert whole(mail(words), other).support == (1, 2)


def test_he_is_not_whom_his_own_words_are_about() -> None:
    report = mail(
        "Berta Krull has sold the mill, said Arne Krull, a carter.\n\n"
        "Asked about the mayor, he laughed. Berta Krull was “no cousin, no aunt, nothing”, he said; they had met twice."
    )
    last = report.text.partition("laughed. ")[2]
    assert told(cite(report, last), documents=[report]).names == ["Arne Krull"]


@pytest.mark.parametrize(
    "words",
    [
        "The bridge is too weak for a lorry, Ms Krull’s office announced.",
        "As Berta Krull has revealed, the bridge would not bear a truck.",
        "Who may cross? No lorry, for one, says Berta Krull.",
    ],
)
def test_no_speaker_whom_the_rules_find_is_lost_to_the_classifier(words: str) -> None:
    assert [(one.source, one.cue) for one in statements(words)] == [(one.source, one.cue) for one in by_rules(words)]


def test_nothing_comes_of_neutral_words_or_of_nothing() -> None:
    neutral = cite(VOSS, VOSS.text, Stance.NEUTRAL)
    for cited in ([], [neutral]):
        found = told(*cited, documents=[VOSS])
        assert (found.evidence, found.graph) == ([], OriginGraph())


POOL: tuple[tuple[str, str | None, str, str], ...] = (
    ("Orvel Mail", "2041-05-02", "article", "The engineer Ida Voss told the Orvel Mail that a lorry would fall in."),
    ("Kerry Post", "2041-05-03", "article", "No truck will get across alive, said Ida Voss, an engineer."),
    ("Sille Echo", "2041-05-04", "article", "Welder Arne Voss said the planks were made for sheep and not trucks."),
    ("Hexley Star", None, "article", "Voss said on the radio that lorries had better go round by Hexley."),
    ("Tarn Dispatch", "2041-05-05", "article", "I saw the coal lorry go through the boards and hang by its axle."),
    ("Arden Herald", "2041-05-05", "article", "Heavy traffic has long been too much for the old crossing."),
    ("Fell Gazette", "2041-05-06", "article", "The crossing bends under lorries, a person close to the works said."),
    ("Tolmy Sun", "2041-05-07", "article", "According to the Orvel Mail a lorry would fall in."),
    ("Orvel Basin Authority", "2041-05-04", "statement", "The bridge is sound and carries forty tonnes."),
    ("Weir Times", "2041-05-08", "article", "The Orvel Basin Authority denied that trucks were in any danger."),
    ("Lisle Review", "2041-05-09", "article", "Ida Voss, an engineer, now says that her sums were wrong: it holds."),
    ("Dyer Mirror", "2041-05", "article", "Olaf Brandt, a carter, said he had crossed with ten tonnes of beet."),
)
STORY = {
    found.doc_id: found
    for n, (publisher, published, kind, text) in enumerate(POOL)
    for found in (document(f"s{n}", f"News of the bridge, part {n}.\n\n{text}", publisher, published, kind=kind),)
}


def words(of: Document, stance: Stance, cue: Cue, probability: float) -> Cited:
    likely = {"supports": 0.0, "refutes": 0.0, "neutral": 1 - probability, stance.value: probability}
    return cite(of, of.text.splitlines()[-1], stance, cue=cue, probabilities=Probabilities(**likely))


stories = st.lists(
    st.builds(
        words,
        st.sampled_from(list(STORY.values())),
        st.sampled_from([Stance.SUPPORTS, Stance.SUPPORTS, REFUTES]),
        st.sampled_from([Cue.ASSERTS, Cue.ASSERTS, Cue.RETRACTS]),
        st.sampled_from([0.5, 0.95]),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda cited: cited[1].doc_id,
)
few = settings(max_examples=40, deadline=None)


def documents_of(story: Sequence[Cited]) -> list[Document]:
    return [STORY[citation.doc_id] for _, citation in story]


@few
@given(stories)
def test_no_more_voices_than_words_and_at_least_as_many_as_are_known(story: list[Cited]) -> None:
    found = told(*story, documents=documents_of(story))
    assert len(found.evidence) == len(story)
    for stance, (least, most) in ((Stance.SUPPORTS, found.support), (REFUTES, found.refute)):
        standing = [e for e in found.evidence if e.stance is stance and e.counted]
        assert any(e.probability >= CERTAIN for e in standing) <= least <= most <= len(standing)
        assert most == len({e.origin_id for e in standing})


@few
@given(stories, st.randoms(use_true_random=False))
def test_the_order_of_documents_and_words_does_not_matter(story: list[Cited], dice: Random) -> None:
    other, documents = list(story), documents_of(story)
    dice.shuffle(other)
    dice.shuffle(documents)
    one, two = told(*story, documents=documents_of(story)), told(*other, documents=documents)
    assert (one.support, one.refute) == (two.support, two.refute)
    assert {o.origin_id for o in one.graph.origins} == {o.origin_id for o in two.graph.origins}


@few
@given(stories)
def test_a_phrase_that_ties_two_people_never_adds_a_voice(story: list[Cited]) -> None:
    tie = document("tie", "Ida Voss and Arne Voss, with her colleague Olaf Brandt, came to the mill.", "Mill Post")
    documents = documents_of(story)
    before, after = told(*story, documents=documents), told(*story, documents=[*documents, tie])
    assert (after.support[0] <= before.support[0]) and (after.refute[0] <= before.refute[0])
    assert (after.support[1], after.refute[1]) == (before.support[1], before.refute[1])


@few
@given(stories, st.integers(0, 6), st.sampled_from(["Copy Courier", None]))
def test_a_later_copy_of_any_document_changes_nothing(story: list[Cited], place: int, publisher: str | None) -> None:
    reading, citation = story[place % len(story)]
    first = STORY[citation.doc_id]
    copy = document("copy", first.text, publisher, "2041-06-20")
    again = reading, citation.model_copy(update={"doc_id": copy.doc_id})
    before = told(*story, documents=documents_of(story))
    after = told(*story, again, documents=[*documents_of(story), copy])
    assert (before.support, before.refute) == (after.support, after.refute)
    assert label_of(before.graph.support, before.graph.refute) is label_of(after.graph.support, after.graph.refute)
    assert after.at(copy).origin_id == after.at(first).origin_id


def test_with_perfect_reading_the_gold_labels_come_out_and_no_voice_is_counted_twice() -> None:
    right, over, asked = 0, [], 0
    for gold in gold_sets("dev"):
        data = gold.with_own_corpus()
        reader = GoldReader(data)
        for item in data.items:
            found = read_by(reader, item, data.documents)
            asked += 1
            right += label_of(found.graph.support, found.graph.refute) == item.label
            assert item.support is not None and item.refute is not None
            if found.support[0] > item.support.n_max or found.refute[0] > item.refute.n_max:
                over.append(item.claim.claim_id)
    assert asked > 100
    assert right >= 0.9 * asked
    assert len(over) <= 0.04 * asked, over


def read_by(reader: GoldReader, item: Item, documents: Sequence[Document]) -> Told:
    """Return what comes of a gold claim where every gold passage of its story that was out by then is read."""
    known = {d.doc_id: d for d in documents if d.doc_id.partition("/")[0] == item.story and out_by(d, item.as_of)}
    cited = []
    for span in item.spans:
        if span.doc_id in known:
            quote = known[span.doc_id].text[span.start : span.end]
            passage = Passage(doc_id=span.doc_id, start=span.start, end=span.end, text=quote)
            reading = next(one for one in reader.read(item.claim, [passage]) if one.quote == quote)
            cited.append((reading, Citation(doc_id=span.doc_id, start=span.start, end=span.end, quote=quote)))
    return Told(*trace(item.claim, cited, known, relays=relayed(tuple(known.values()))))


@cache
def relayed(documents: tuple[Document, ...]) -> tuple[Relay, ...]:
    return tuple(find_relays(documents))


def out_by(document: Document, day: str | None) -> bool:
    return day is None or bool(document.published and last_day(document.published) <= last_day(day))

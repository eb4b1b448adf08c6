from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from itertools import cycle
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import triage as package
from tests.verdicts import all_verdicts, documents, verdict
from triage.report.drawing import _fitted
from triage.report.page import fragment, page, text_fragment
from triage.report.timeline import changes, timeline
from triage.report.tree import trees
from triage.schema import Claim, Document, OriginCount, OriginGraph, Rejected, Verdict, first_day, last_day
from triage.summary import web
from triage.verdict import decide

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover='alert(3)' {{ 7*7 }} \u202egnp.exe\u2066 "
    "]]></style></title><iframe src=//evil.example> \x00\x1b[31m \ud800 "
)


BAD_LINKS = ("javascript:alert(1)", "data:text/html,x", " https://a b", "//x.example")


class Outline(HTMLParser):
    """The elements of a page, their attributes and the text that is shown."""

    VOID = frozenset({"meta", "link", "br", "path", "rect", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def hostile() -> Verdict:
    """Return a verdict in which everything that a document can say is hostile."""
    found = verdict("dam-crack-01")
    evidence = []
    for item, url in zip(found.evidence, cycle(BAD_LINKS), strict=False):
        where = item.document.model_copy(update={"publisher": HOSTILE, "title": HOSTILE, "author": HOSTILE, "url": url})
        quote = item.citation.model_copy(update={"quote": HOSTILE + "Q" * 1_000_000, "prefix": HOSTILE})
        changed = {"document": where, "citation": quote, "attributed_to": HOSTILE, "note": HOSTILE}
        evidence.append(item.model_copy(update=changed))
    origins = [o.model_copy(update={"name": HOSTILE + o.name, "names": (HOSTILE, "b")}) for o in found.origins]
    return found.model_copy(
        update={
            "claim": found.claim.model_copy(update={"text": HOSTILE + "C" * 1_000_000, "speaker": HOSTILE}),
            "evidence": tuple(evidence),
            "origins": tuple(origins),
            "relays": tuple(r.model_copy(update={"why": HOSTILE}) for r in found.relays),
            "rejected": (Rejected(doc_id=HOSTILE, quote=HOSTILE * 9999, reason=HOSTILE),),
            "rationale": HOSTILE,
            "would_change": HOSTILE,
        }
    )


def full(found: Verdict) -> str:
    days = sorted({last_day(e.document.published) for e in found.evidence if e.document.published})
    return page(found, document=documents().__getitem__, timeline=[(day, found) for day in days])


def test_every_gold_verdict_makes_a_well_formed_page_with_each_quote_and_origin() -> None:
    for found in all_verdicts():
        outline = Outline(page(found, document=documents().__getitem__))
        flat = " ".join(outline.text.split())
        assert flat.count(found.claim.text) >= 1
        for item in found.evidence:
            assert " ".join(item.citation.quote.split()) in flat
        for tree in trees(found):
            assert tree.group.origin.name in flat
        ids = [attrs["id"] for _, attrs in outline.elements if "id" in attrs]
        assert len(ids) == len(set(ids))


def test_the_page_is_one_file_that_asks_for_nothing() -> None:
    outline = Outline(full(verdict("dam-crack-01")))
    tags = {tag for tag, _ in outline.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "form", "base", "audio", "video"}
    for tag, attrs in outline.elements:
        assert "style" not in attrs and not any(name.startswith("on") for name in attrs)
        if tag == "link":
            assert attrs == {"rel": "icon", "href": "data:,"}
    policy = next(a["content"] for t, a in outline.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy


def test_a_quote_stands_in_its_context_with_a_link_to_its_words() -> None:
    found = verdict("dam-crack-01")
    outline = Outline(full(found))
    links = [attrs["href"] for tag, attrs in outline.elements if tag == "a" and ":~:text=" in attrs["href"]]
    assert len(links) == sum(web(e.document.url) is not None for e in found.evidence) > 0
    text = " ".join(outline.text.split())
    item = found.evidence[1]
    around = documents()[item.citation.doc_id].text[item.citation.start - 60 : item.citation.end + 60]
    assert " ".join(around.split()) in text
    assert all(attrs["rel"] == "noopener noreferrer nofollow" for tag, attrs in outline.elements if ":~:" in str(attrs))


def test_hostile_text_stays_text() -> None:
    made = full(hostile())
    assert len(made) < 600_000
    outline = Outline(made)
    tags = {tag for tag, _ in outline.elements}
    assert not tags & {"script", "img", "iframe"}
    assert not any(name.startswith("on") for _, attrs in outline.elements for name in attrs)
    assert not set("\u202e\u2066\x00\x1b\ud800") & set(made)
    hrefs = [attrs["href"] for tag, attrs in outline.elements if tag == "a"]
    assert all(href.startswith("#p") for href in hrefs)
    assert "<script>alert(1)</script>" in outline.text
    assert "{{ 7*7 }}" in outline.text
    assert "more characters)" in outline.text
    made.encode("utf-8")
    small = fragment(hostile())
    assert "<script" not in small and "javascript:" not in small and len(small) < 100_000


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "//h/x", "http://", "https://[bad",
     "https://a.example/\n", " https://a.example", "https://a.example/" + "x" * 5000, "", None],
)  # fmt: skip
def test_only_web_links_are_links(url: str | None) -> None:
    assert web(url) is None
    assert text_fragment(url, "words") is None


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=400).filter(str.strip))
def test_a_text_fragment_holds_the_words_and_no_syntax_of_its_own(quote: str) -> None:
    link = text_fragment("https://a.example/x?y#part", quote)
    assert link is not None
    address, _, directive = link.partition(":~:text=")
    assert address == "https://a.example/x?y#part"
    assert not set(directive) & set("&-# ")
    words = " ".join(quote.split())
    halves = [unquote(half) for half in directive.split(",")]
    assert words.startswith(halves[0][:200]) and (len(halves) == 1 or words.endswith(halves[1][-200:]))


def test_the_tree_puts_each_document_under_the_one_it_had_it_from() -> None:
    tree = trees(verdict("dam-crack-01"))[0]
    walked = {node.doc_id: (depth, node) for depth, node in tree.walk()}
    assert walked["dam-crack/orvel-wire-0412"][0] == 0
    assert walked["dam-crack/brunnick-ledger-0412"][0] == 1
    assert walked["dam-crack/ambrel-anglers-thread"][0] == 2
    assert walked["dam-crack/brunnick-ledger-0412"][1].how == "reprints it"


@pytest.mark.parametrize("name", ["W" * 200, "官" * 200, "a" * 10])
def test_what_does_not_fit_its_box_is_cut(name: str) -> None:
    fitted = _fitted(name, 40)
    assert len(fitted) <= 40 and fitted.endswith("…") == (len(name) > 40)
    assert len(_fitted("官" * 200, 40)) < 25


def test_a_circle_of_relays_is_drawn_and_what_is_not_known_is_dashed() -> None:
    found = verdict("dam-crack-01")
    ring = ("dam-crack/brunnick-ledger-0412", "dam-crack/orvel-wire-0412")
    evidence = [e.model_copy(update={"via": ring}) for e in found.evidence]
    relays = [r.model_copy(update={"directed": False}) for r in found.relays]
    origins = [o.model_copy(update={"kind": "unnamed"}) for o in found.origins]
    changed = {"evidence": tuple(evidence), "relays": tuple(relays), "origins": tuple(origins)}
    circled = found.model_copy(update=changed | {"support": OriginCount(n_min=1, n_max=2)})
    made = page(circled)
    assert "edge unknown" in made and "order not known" in made
    assert "edge unknown" not in page(found)


class Fake:
    """Checks against the evidence of a gold verdict, with what was published by a day."""

    def __init__(self, found: Verdict) -> None:
        self.found, self.asked = found, list[str | None]()

    def check(self, claim: str | Claim, *, as_of: str | None = None) -> Verdict:
        self.asked.append(as_of)
        known = [
            e.model_copy(update={"counted": True})
            for e in self.found.evidence
            if as_of is None or (e.document.published and last_day(e.document.published) <= first_day(as_of))
        ]
        sides = {s: len({e.origin_id for e in known if e.stance == s}) for s in ("supports", "refutes")}
        counts = {s: OriginCount(n_min=n, n_max=n) for s, n in sides.items()}
        graph = OriginGraph(origins=self.found.origins, support=counts["supports"], refute=counts["refutes"])
        return decide(self.found.claim, known, graph, as_of=as_of)

    def document(self, doc_id: str) -> Document:
        return documents()[doc_id]


def test_the_timeline_checks_again_for_each_day_of_evidence() -> None:
    fake = Fake(verdict("dam-crack-01"))
    entries = timeline(fake, "any")
    labels = {day.isoformat(): found.label.value for day, found in entries}
    assert labels["2031-04-12"] == "single_source"
    assert labels["2031-04-13"] == "disputed"
    assert list(labels) == sorted(labels)
    assert fake.asked[0] is None and len(set(fake.asked)) == len(fake.asked) == len(entries) + 1
    new = changes(entries)
    assert [e.citation.doc_id for e in new[0][2]] and sum(len(n) for _, _, n in new) == len(fake.found.evidence)
    text = " ".join(Outline(page(fake.found, timeline=entries)).text.split())
    assert "2031-04-13 Disputed" in text.replace("2031-04-13Disputed", "2031-04-13 Disputed")


def test_the_timeline_stops_at_the_day_of_the_verdict() -> None:
    found = verdict("dam-crack-01").model_copy(update={"as_of": "2031-04-13"})
    assert [day for day, _ in timeline(Fake(found), "any", now=found)][-1] == date(2031, 4, 13)


def test_a_verdict_shows_itself_in_a_notebook() -> None:
    found = verdict("dam-crack-01")
    assert isinstance(found, package.Verdict)
    html = getattr(found, "_repr_html_")()  # noqa: B009
    assert html == fragment(found)
    Outline(html)
    assert "Corroborated: 2 independent origins" in html and "<script" not in html


def test_a_verdict_shows_itself_in_ipython() -> None:
    found = verdict("dam-crack-01")
    said: list[str] = []
    getattr(found, "_repr_pretty_")(SimpleNamespace(text=said.append), False)  # noqa: B009
    assert "CORROBORATED: 2 independent origins support the claim" in said[0]
    assert max(map(len, said[0].splitlines())) <= 100 and "\x1b" not in said[0]
    assert not hasattr(found, "_ipython_canary_method_should_not_exist_")

"""The pages as a browser shows them: to whom they talk, what they run, and whether everyone can read them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.browser import Browser, Page, needs_chromium
from tests.fake_checker import FakeChecker, FakeReader, gold
from tests.test_eval_report import Hostile
from tests.test_page import HOSTILE, full, hostile
from tests.verdicts import documents, verdict
from triage.evaluation import evaluate
from triage.report.evaluation import page as evaluation_page
from triage.report.page import fragment, text_fragment

pytestmark = needs_chromium

PHONE, DESK = 390, 1100
NAMES = ("verdict", "hostile verdict", "empty verdict", "evaluation", "hostile evaluation")
AXE = (files("axe_core_python") / "axe.min.js").read_text("utf-8")
VIOLATIONS = "axe.run().then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"
SCROLLED = "const look = () => scrollY > 0 || performance.now() > 5000 ? done(scrollY) : setTimeout(look, 20); look()"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    data = gold(1, 5)
    failing: dict[str, Exception] = {"s0-03": ValueError(HOSTILE)}
    weak = evaluate(FakeChecker(data, skill=0.5, seed="w"), data, runs=folder, name="weak")
    reader = FakeReader("chat:planted")
    strong = evaluate(FakeChecker(data, reader=reader, failing=failing), data, runs=folder, name="strong")
    bad = evaluate(Hostile(data, skill=1, failing=failing), data, runs=folder, name="bad")
    empty = verdict("dam-crack-01").model_copy(update={"evidence": (), "origins": (), "relays": (), "rejected": ()})
    made = (
        full(verdict("dam-crack-01")),
        full(hostile()),
        full(empty),
        evaluation_page([strong, weak], comparison=weak.compare(strong)),
        evaluation_page([bad], title=HOSTILE),
    )
    for name, text in zip(NAMES, made, strict=True):
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in NAMES}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(params=NAMES)
def page(browser: Browser, pages: dict[str, Path], request: pytest.FixtureRequest) -> Page:
    return browser.open(pages[request.param].as_uri())


def test_no_page_complains_or_asks_anyone_for_anything(pages: dict[str, Path], tmp_path: Path) -> None:
    with Browser(tmp_path) as alone:
        for path in pages.values():
            shown = alone.open(path.as_uri())
            shown.run(OPEN_ALL)
            assert (shown.complaints, shown.dialogs) == ([], []), path
    assert alone.requests() == []


def test_a_complaint_a_dialog_and_a_request_would_be_seen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    script = "console.error('x'); setTimeout(() => alert('y'))"
    bad.write_text(f"<!doctype html><img src='http://llm.invalid/x.png'><script>{script}</script>", "utf-8")
    with Browser(tmp_path) as alone:
        shown = alone.open(bad.as_uri())
        while not shown.dialogs:
            alone.listen()
        shown.call("Page.handleJavaScriptDialog", accept=True)
        while not shown.loaded:
            alone.listen()
        assert len(shown.complaints) == 2 and shown.dialogs == ["y"]
    assert alone.requests()


def test_axe_finds_no_violation(page: Page) -> None:
    page.run(AXE)
    for width, dark in ((DESK, True), (PHONE, False)):
        page.look(width=width, dark=dark).run(OPEN_ALL)
        assert page.run(VIOLATIONS) == [], (width, dark)


def test_axe_would_find_a_violation(browser: Browser) -> None:
    bad = browser.open("data:text/html,<p style='color:%23bbb;background:%23fff'>pale")
    bad.run(AXE)
    assert {"color-contrast", "html-has-lang"} <= {name for name, _ in bad.run(VIOLATIONS)}


def test_a_phone_shows_it_without_scrolling_sideways(page: Page) -> None:
    page.look(width=PHONE)
    page.run(OPEN_ALL)
    assert page.run("document.documentElement.scrollWidth") <= PHONE


def test_nothing_that_a_document_says_runs_links_or_turns_text_around(page: Page) -> None:
    scripts = page.run("[...document.scripts].map(s => s.textContent.slice(0, 12))")
    assert scripts in ([], ['"use strict";'[:12]])
    assert page.run("document.querySelectorAll('img, iframe, object, embed, base').length") == 0
    protocols = page.run("[...document.links].map(a => a.protocol)")
    assert set(protocols) <= {"http:", "https:", "file:"}
    assert not set("\u202e\u2066\x1b") & set(page.run("document.documentElement.innerHTML"))
    apart = "[...document.querySelectorAll('bdi')].map(one => getComputedStyle(one).unicodeBidi)"
    assert set(page.run(apart)) <= {"isolate"}


def test_on_paper_it_is_black_on_white_and_whole(browser: Browser, pages: dict[str, Path]) -> None:
    for name in ("verdict", "evaluation"):
        page = browser.open(pages[name].as_uri()).look(dark=True, media="print")
        ground = "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color"
        assert page.run(ground) == "rgb(255, 255, 255)rgb(0, 0, 0)"
        page.look(width=680, media="print")
        assert page.run("document.documentElement.scrollWidth") <= 680, name
    page = browser.open(pages["verdict"].as_uri())
    text = "".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf())).pages).split())
    found = verdict("dam-crack-01")
    assert all("".join(item.citation.quote.split()) in text for item in found.evidence)
    assert "Wholetextwiththeagency'sdateline." in text


def test_a_link_into_a_document_leads_to_the_quote(browser: Browser, tmp_path: Path) -> None:
    for item in verdict("dam-crack-01").evidence[::4]:
        path = tmp_path / f"{item.citation.start}.html"
        paragraphs = "<p>".join(documents()[item.citation.doc_id].text.split("\n\n"))
        path.write_text(f"<!doctype html><meta charset=utf-8><div style='height:4000px'></div>{paragraphs}", "utf-8")
        link = text_fragment("https://a.example/", item.citation.quote)
        assert link
        shown = browser.open(path.as_uri() + link.removeprefix("https://a.example/"))
        assert shown.run(f"new Promise(done => {{ {SCROLLED} }})") > 2000, item.citation.quote


def test_a_verdict_in_a_notebook_is_readable_on_light_and_dark(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "notebook.html"
    for ground, ink in (("#fff", "#000"), ("#111", "#eee")):
        head = f"<html lang=en><title>n</title><style>body{{background:{ground};color:{ink}}}</style><main><h1>n</h1>"
        path.write_text(f"<!doctype html>{head}{fragment(verdict('dam-crack-01'))}</main>", "utf-8")
        shown = browser.open(path.as_uri())
        shown.run(AXE)
        assert shown.run(VIOLATIONS) == []

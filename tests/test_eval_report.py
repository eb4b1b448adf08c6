"""The page of an evaluation: whole, closed to the outside, safe from what it shows, and usable in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.fake_checker import FakeChecker, FakeReader, gold
from triage.errors import ConfigError
from triage.evaluation import Report, evaluate
from triage.evaluation.compare import Comparison
from triage.report.evaluation import page
from triage.report.plots import SIZE, at, line

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"' {{ 7*7 }} \u202e \ud800"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [a for t, a in self.found if t == tag and all(a.get(name, "") == v for name, v in wanted.items())]


class Hostile(FakeChecker):
    """Says in every place where it can say something what a page must not take up."""

    def trail(self, claim, *, as_of=None):  # type: ignore[no-untyped-def]
        trail = super().trail(claim, as_of=as_of)
        verdict = trail["verdict"]
        evidence = tuple(
            e.model_copy(
                update={
                    "citation": e.citation.model_copy(update={"quote": HOSTILE}),
                    "document": e.document.model_copy(update={"publisher": HOSTILE, "url": "javascript:alert(3)"}),
                    "note": HOSTILE,
                    "origin_id": HOSTILE,
                }
            )
            for e in verdict.evidence
        )
        trail["verdict"] = verdict.model_copy(update={"evidence": evidence, "rationale": HOSTILE})
        return trail


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Report, Comparison]:
    folder, data = tmp_path_factory.mktemp("runs"), gold(6, 10)
    failing: dict[str, Exception] = {"s0-03": ValueError(HOSTILE)}
    weak = evaluate(FakeChecker(data, skill=0.5, seed="w"), data, runs=folder, name="weak")
    strong = FakeChecker(data, skill=0.9, seed="s", reader=FakeReader("chat:planted"), failing=failing)
    best = evaluate(strong, data, runs=folder, name="strong")
    return best, weak, weak.compare(best)


@pytest.fixture(scope="module")
def both(runs: tuple[Report, Report, Comparison]) -> str:
    return page(runs[:2], comparison=runs[2])


def test_every_claim_and_figure_is_there(runs: tuple[Report, Report, Comparison], both: str) -> None:
    best, _, compared = runs
    shown = Elements(both)
    claims = shown.all("details", **{"class": "claim"})
    assert [claim["data-story"] for claim in claims] == [score.story for score in best.scores]
    assert all(score.text in shown.text for score in best.scores)
    accuracy = best.summary["accuracy"]
    assert f"{accuracy.value:.3f}" in shown.text
    assert f"{accuracy.low:.3f} to {accuracy.high:.3f}" in shown.text
    assert sum(claim["data-outcome"].count("flipped") for claim in claims) == len(compared.flips)
    assert "59 ok, 1 error" in shown.text
    assert f"McNemar exact p {compared.mcnemar:.3g}" in shown.text


def test_the_confusion_matrix_adds_up(runs: tuple[Report, Report, Comparison]) -> None:
    shown = page(runs[:1])
    cells = re.findall(r'<td class="h\d+(?: right)?">(?:<button[^>]*>|<span>)(\d+)<', shown)
    assert len(cells) == 5 * 6
    assert sum(map(int, cells)) == len(runs[0].scores)


def test_nothing_comes_from_outside(both: str) -> None:
    shown = Elements(both)
    policy = shown.all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert not shown.all("img") and not shown.all("iframe")
    assert all("src" not in attributes for _, attributes in shown.found)
    assert [link["href"] for link in shown.all("link")] == ["data:,"]
    assert not [a for _, a in shown.found if "style" in a or any(name.startswith("on") for name in a)]
    assert not re.search(r"@import|url\(", both)


def test_what_documents_and_models_say_stays_text(tmp_path: Path) -> None:
    data = gold(2, 5)
    failing: dict[str, Exception] = {"s0-00": ValueError(HOSTILE)}
    report = evaluate(Hostile(data, skill=1, failing=failing), data, runs=tmp_path)
    text = page([report], title=HOSTILE)
    shown = Elements(text)
    assert len(shown.all("script")) == 1
    assert not shown.all("img")
    assert not [a for a in shown.all("a") if a["href"].startswith("javascript")]
    assert "alert(2)" in shown.text
    assert "{{ 7*7 }}" in shown.text
    text.encode("utf-8")
    assert "\u202e" not in text


def test_runs_on_different_data_stand_on_one_page(tmp_path: Path) -> None:
    one, two = gold(2, 5), gold(3, 5)
    two = type(two)("other", two.items[10:])
    reports = [evaluate(FakeChecker(data), data, runs=tmp_path) for data in (one, two)]
    assert len(Elements(page(reports)).all("details", **{"class": "claim"})) == 15


def test_no_run_is_said() -> None:
    with pytest.raises(ConfigError, match="no run to show"):
        page([])


def test_plots_keep_to_their_frame() -> None:
    for x in (0.0, 0.3, 1.0):
        for y in (0.0, 1.0):
            across, down = at(x, y)
            assert 0 <= across <= SIZE
            assert 0 <= down <= SIZE
    assert line([(0, 0), (1, 1)]).count("L") == 1
    assert line([]) == ""


def dom(path: Path, fragment: str, profile: Path) -> str:
    options = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    options += "--disable-component-update --disable-sync --dump-dom"
    command = [CHROMIUM or "", *options.split(), f"--user-data-dir={profile}", f"{path.as_uri()}#{fragment}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_claims_are_filtered_in_a_browser(runs: tuple[Report, Report, Comparison], both: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(both, "utf-8")
    shown = Elements(dom(path, "outcome=flipped&story=story-1", tmp_path / "profile"))
    claims = shown.all("details", **{"class": "claim"})
    kept = [claim for claim in claims if "hidden" not in claim]
    flips = [flip for flip in runs[2].flips if flip.a.story == "story-1"]
    assert len(claims) == 60
    assert len(kept) == len(flips) > 0
    assert f"{len(flips)} of 60 claims" in shown.text

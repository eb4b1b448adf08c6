"""A verdict as a page: one self-contained file, no script, nothing from elsewhere, readable on paper.

Everything from documents is untrusted: the templates escape, `summary.shown` takes out what turns or steers text,
links go to http and https only, and a content security policy forbids the rest.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from triage import summary
from triage.errors import TriageError
from triage.report.drawing import draw
from triage.report.timeline import changes
from triage.report.tree import trees
from triage.schema import Document, DocumentRef, Evidence, Stance, Verdict
from triage.summary import web

LIMIT = 2_000
"""Characters of any one text that are shown."""
AROUND = 280
"""Characters of its document shown on either side of a quote."""
WIDE, NARROW = 760, 344

Look = Callable[[str], Document]
_POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
_BLANK = re.compile(r"\s*\n\s*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of evidence as the page shows it; `number` is its place in `summary.ordered`."""

    number: int
    item: Evidence
    before: str
    after: str
    same_as: int | None
    link: str | None
    language: str | None
    via: tuple[str, ...]


def page(verdict: Verdict, *, document: Look | None = None, timeline: Sequence[tuple[date, Verdict]] = ()) -> str:
    """Return the HTML page of a verdict.

    Args:
        verdict: what to show.
        document: returns a document by its id, so that quotes stand in their context; `Triage.document` does.
        timeline: the verdict as of earlier days, from `timeline.timeline`.
    """
    look = _Documents(document, verdict)
    passages = list(_passages(verdict, look))
    grown = trees(verdict, look.refs())
    style = _render("style.css")
    return _render(
        "page.html.j2",
        v=verdict,
        style=Markup(style),  # noqa: S704  (our own file)
        csp=_POLICY.format(style=_digest(style)),
        summary=summary,
        sentence=summary.sentence(verdict),
        sides=_sides(verdict, passages),
        numbers={_key(p.item): p.number for p in passages},
        trees=grown,
        wide=draw(verdict, grown, WIDE),
        narrow=draw(verdict, grown, NARROW),
        timeline=changes(list(timeline)),
    )


def fragment(verdict: Verdict) -> str:
    """Return a verdict as a piece of HTML for a notebook; it has its style within."""
    return _render(
        "fragment.html.j2",
        v=verdict,
        summary=summary,
        sentence=summary.sentence(verdict),
        groups=summary.groups(verdict),
        web=web,
    )


def text_fragment(url: str | None, quote_: str) -> str | None:
    """Return a link to the words in the document (WICG text fragments), or None where there is no usable URL.

    A long quote is given by its first and last words, which browsers match as a range.
    """
    if (usable := web(url)) is None:
        return None
    words = quote_.split()
    halves = [" ".join(words)] if len(words) <= 12 else [" ".join(words[:6]), " ".join(words[-6:])]
    directive = ",".join(quote(half[:300], safe="").replace("-", "%2D") for half in halves)
    return f"{usable}{'' if '#' in usable else '#'}:~:text={directive}"


class _Documents:
    """The documents of a verdict, where they can be had; one that cannot costs its context only."""

    def __init__(self, look: Look | None, verdict: Verdict) -> None:
        self.found: dict[str, Document] = {}
        for doc_id in summary.publishers(verdict) if look else ():
            try:
                self.found[doc_id] = look(doc_id) if look else self.found[doc_id]
            except (TriageError, KeyError):
                continue

    def refs(self) -> dict[str, DocumentRef]:
        fields = list(DocumentRef.model_fields)
        return {k: DocumentRef(**{name: getattr(d, name) for name in fields}) for k, d in self.found.items()}

    def context(self, item: Evidence) -> tuple[str, str]:
        """Return the words before and after a quote, to the borders of words."""
        cited = item.citation
        document = self.found.get(cited.doc_id)
        if document is None or document.text[cited.start : cited.end] != cited.quote:
            return cited.prefix, cited.suffix
        before = document.text[max(0, cited.start - AROUND) : cited.start]
        after = document.text[cited.end : cited.end + AROUND]
        if cited.start > AROUND:
            before = "… " + before.partition(" ")[2]
        if cited.end + AROUND < len(document.text):
            after = after.rpartition(" ")[0] + " …"
        return _BLANK.sub("\n", before), _BLANK.sub("\n", after)

    def language(self, item: Evidence) -> str | None:
        document = self.found.get(item.document.doc_id)
        spoken = document.language if document else None
        return spoken if spoken and _LANGUAGE.fullmatch(spoken) else None


def _passages(verdict: Verdict, look: _Documents) -> Sequence[Passage]:
    named = {doc_id: document.publisher or doc_id for doc_id, document in look.found.items()}
    names = {**summary.publishers(verdict), **named}
    first: dict[tuple[str, str, str], int] = {}
    made = []
    for number, item in enumerate(summary.ordered(verdict), 1):
        said = first.setdefault((item.origin_id, item.stance.value, item.citation.quote), number)
        before, after = look.context(item)
        made.append(
            Passage(
                number=number,
                item=item,
                before=before,
                after=after,
                same_as=said if said != number else None,
                link=text_fragment(item.document.url, item.citation.quote),
                language=look.language(item),
                via=tuple(names.get(doc_id, doc_id) for doc_id in item.via),
            )
        )
    return made


def _sides(verdict: Verdict, passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Return the two sides with their origins and numbered passages; a side without evidence is left out."""
    numbered = iter(passages)
    groups = [(group, [next(numbered) for _ in group.items]) for group in summary.groups(verdict)]
    sides = []
    for stance, title, count in (
        (Stance.SUPPORTS, "For the claim", verdict.support),
        (Stance.REFUTES, "Against the claim", verdict.refute),
    ):
        held = [pair for pair in groups if pair[0].stance is stance]
        if held:
            sides.append({"stance": stance.value, "title": title, "count": count, "groups": held})
    return sides


def _key(item: Evidence) -> tuple[str, int, str]:
    return item.citation.doc_id, item.citation.start, item.stance.value


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("triage.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: summary.shown(value, LIMIT) if type(value) is str else value,
    )
    environment.globals["key"] = _key
    environment.filters["web"] = web
    return environment


def _render(name: str, **values: Any) -> str:
    return _environment().get_template(name).render(**values)

"""The origins of a claim as a drawing: an SVG computed here, coloured by the page's style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import east_asian_width

from markupsafe import Markup

from triage import summary
from triage.report.tree import Node, Tree
from triage.schema import Stance, Verdict, first_day, last_day
from triage.summary import KINDS

ORIGIN, ROW, GAP, HEAD = 54, 42, 14, 30
INDENT, LEFT = 30, 20
LETTER = 0.6
"""Width of a letter in ems, on average; what would not fit is cut."""
WITH_TIME = 600
"""Units of width from which there is room for the days beside the tree."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A document with its place in the drawing."""

    node: Node
    depth: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Days:
    """The days beside the tree, from `first` at `left` to `last` at `right`."""

    first: date
    last: date
    left: int
    right: int

    def x(self, day: date) -> float:
        """Return where a day stands."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(self.left + share * (self.right - self.left), 1)


@dataclass(frozen=True, slots=True)
class Canvas:
    """How wide the drawing is, how much of it is for text, and the days beside it where there is room for them."""

    width: int
    text: int
    days: Days | None


def draw(verdict: Verdict, trees: Sequence[Tree], width: int) -> Markup:
    """Return an SVG of `width` units: each origin a box, under it who repeats it, dashed where it is not known.

    Where it is wide enough the day of each document stands beside it. It is a picture of what the page also says in
    words, so it is one image with a name to a screen reader.
    """
    counts = {Stance.SUPPORTS: verdict.support, Stance.REFUTES: verdict.refute}
    canvas = _canvas(trees, width)
    parts: list[Markup] = []
    y, side, box = 0, None, None
    for tree in trees:
        count = counts[tree.group.stance]
        if tree.group.stance is not side:
            side, box = tree.group.stance, None
            y += HEAD
            heading = f"{'For' if side is Stance.SUPPORTS else 'Against'}: {summary.count_words(count)}"
            parts.append(_text(2, y - 10, heading, canvas.text, 13, f"side {side.value}"))
        elif box is not None and tree.group.counted and count.n_min < count.n_max:
            parts.append(Markup('<path class="edge unknown" d="M8 {}V{}"/>').format(box + ORIGIN - 11, y + 1))
        box = y if tree.group.counted else None
        drawn, y = _tree(tree, y, canvas)
        parts += drawn
    body = Markup("").join((*_calendar(canvas.days, y), *parts))
    return Markup(
        '<svg class="origins" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{name}"><defs>'
        '<marker id="arrow-{w}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0.8 7 4 0 7.2z" class="tip"/></marker></defs>{body}</svg>'
    ).format(w=width, h=max(y, 1), name=_name(trees), body=body)


def _canvas(trees: Sequence[Tree], width: int) -> Canvas:
    dates = [node.published for tree in trees for _, node in tree.walk() if node.published]
    if width < WITH_TIME or len(set(dates)) < 2:
        return Canvas(width, width, None)
    text = int(width * 0.6)
    return Canvas(width, text, Days(min(map(first_day, dates)), max(map(last_day, dates)), text + 20, width - 24))


def _calendar(days: Days | None, height: int) -> Iterator[Markup]:
    """Yield the first and the last day with a line down from each, and lines between."""
    if days is None:
        return
    for x in (days.left, (days.left + days.right) // 2, days.right):
        yield Markup('<path class="grid" d="M{} {}V{}"/>').format(x, HEAD - 4, height - GAP)
    for x, day, anchor in ((days.left, days.first, "start"), (days.right, days.last, "end")):
        label = Markup('<text x="{}" y="{}" font-size="12" class="facts" text-anchor="{}">{}</text>')
        yield label.format(x - 6 if anchor == "start" else x + 6, HEAD - 10, anchor, day.isoformat())


def _name(trees: Sequence[Tree]) -> str:
    origins = len({tree.group.origin.origin_id for tree in trees})
    found = len({node.doc_id for tree in trees for _, node in tree.walk()})
    return f"Origins ({origins}) and the documents that carry them ({found}); the list below says the same in words"


def _tree(tree: Tree, y: int, canvas: Canvas) -> tuple[list[Markup], int]:
    group, width = tree.group, canvas.text
    kind = " ".join(
        [group.stance.value, *["replaced"] * (not group.counted), *["unknown"] * (group.origin.kind == "unnamed")]
    )
    facts = KINDS[group.origin.kind]
    if group.origin.first_seen:
        facts += f" · first seen {group.origin.first_seen}"
    if not group.counted:
        facts += " · replaced later"
    parts = [
        Markup('<rect class="origin {}" x="1" y="{}" width="{}" height="{}" rx="9"/>').format(
            kind, y + 1, width - 2, ORIGIN - 12
        ),
        _text(14, y + 18, group.origin.name, width - 20, 14.5, "name"),
        _text(14, y + 35, facts, width - 20, 12, "facts"),
    ]
    placed = list(_placed(tree, y + ORIGIN))
    top = y + ORIGIN - 11
    parts += [_edge(at, _parent(placed, i), top, canvas.width) for i, at in enumerate(placed)]
    for at in placed:
        parts += _document(at, width)
        parts += _moment(at, canvas.days, kind)
    return parts, y + ORIGIN + ROW * len(placed) + GAP


def _placed(tree: Tree, y: int) -> Iterator[Placed]:
    for row, (depth, node) in enumerate(tree.walk()):
        yield Placed(node, depth, LEFT + INDENT * (min(depth, 4) + 1), y + ROW * row + ROW // 2 - 6)


def _parent(placed: Sequence[Placed], i: int) -> Placed | None:
    return next((p for p in reversed(placed[:i]) if p.depth == placed[i].depth - 1), None)


def _edge(at: Placed, parent: Placed | None, top: int, width: int) -> Markup:
    x, y = (parent.x, parent.y + 8) if parent else (LEFT, top)
    path = f"M{x} {y} V{at.y - 9} Q{x} {at.y} {min(x + 9, at.x - 10)} {at.y} H{at.x - 9}"
    style = "edge" if at.node.known else "edge unknown"
    return Markup('<path class="{}" d="{}" marker-end="url(#arrow-{})"/>').format(style, path, width)


def _document(at: Placed, width: int) -> Iterator[Markup]:
    node, x = at.node, at.x + 14
    yield Markup('<circle class="document" cx="{}" cy="{}" r="6"/>').format(at.x, at.y)
    yield _text(x, at.y - 1, node.name, width - x, 13.5, "name")
    doubt = "order not known" if at.depth else "not said who"
    how = node.how if node.known else f"{node.how}, {doubt}"
    yield _text(x, at.y + 15, f"{node.published or 'no date'} · {how}", width - x, 12, "facts")


def _moment(at: Placed, days: Days | None, kind: str) -> Iterator[Markup]:
    """Yield the day of a document beside it: a dot, or a bar for a month."""
    if days is None or at.node.published is None:
        return
    start, end = days.x(first_day(at.node.published)), days.x(last_day(at.node.published))
    yield Markup('<rect class="moment {}" x="{}" y="{}" width="{}" height="10" rx="5"/>').format(
        kind, start - 5, at.y - 5, round(end - start + 10, 1)
    )


def _text(x: float, y: float, text: str, room: float, size: float, style: str) -> Markup:
    """Return a line of text cut to the room that it has, with the whole of it as its title."""
    text = summary.line(text, 300)
    short = _fitted(text, room / (size * LETTER))
    if short == text:
        return Markup('<text x="{}" y="{}" font-size="{}" class="{}">{}</text>').format(x, y, size, style, text)
    return Markup('<text x="{}" y="{}" font-size="{}" class="{}"><title>{}</title>{}</text>').format(
        x, y, size, style, text, short
    )


def _fitted(text: str, letters: float) -> str:
    """Cut a text to the width of some Latin letters; those of East Asian scripts are nearly twice as wide."""
    used = 0.0
    for place, letter in enumerate(text):
        used += 1.8 if east_asian_width(letter) in "WF" else 1
        if used > letters:
            return text[: max(1, place - 1)].rstrip() + "…"
    return text

"""What the commands show of a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from triage import summary
from triage.report.terminal import SIDES, STYLES, about
from triage.report.timeline import changes
from triage.report.tree import Node, trees
from triage.schema import Document, DocumentRef, Evidence, Reading, Stance, Trail, Verdict
from triage.summary import KINDS, LABELS, brief, groups, line, shown

AROUND = 700
"""Characters of the document shown on either side of a quote."""
MARK = "black on yellow"


def passage(item: Evidence, document: Document, console: Console) -> RenderableType:
    """Return cited words in their document, marked by colour, or by brackets where there is none."""
    start, end = item.citation.start, item.citation.end
    before = document.text[max(0, start - AROUND) : start]
    after = document.text[end : end + AROUND]
    left, right = ("", "") if console.color_system else ("»", "«")
    text = Text("… " if start > AROUND else "", style="")
    text.append(shown(before))
    text.append(f"{left}{shown(document.text[start:end], 5_000)}{right}", style=MARK)
    text.append(shown(after))
    text.append(" …" if end + AROUND < len(document.text) else "")
    head = Text(line(document.title or document.doc_id, 200), style="bold")
    known = [document.publisher, document.author, document.published, document.url, f"characters {start} to {end}"]
    facts = Text(" · ".join(line(fact, 200) for fact in known if fact), style="dim")
    return Group(head, facts, "", Padding(text, (0, 0, 0, 2)))


def origins(verdict: Verdict, documents: Mapping[str, DocumentRef] | None = None) -> RenderableType:
    """Return who said it first and who repeats it as a tree, with the basis of each merge and link."""
    grown = trees(verdict, documents)
    if not grown:
        return Text("The verdict rests on no origin.")
    shown_: list[RenderableType] = []
    for tree in grown:
        group = tree.group
        word, style = SIDES[group.stance]
        label = Text.assemble((f"{word}: ", style), (line(group.origin.name, 120), "bold"))
        label.append(f" ({KINDS[group.origin.kind]})", style="dim")
        if not group.counted:
            label.append(" replaced by its later word, not counted", style="dim")
        root = Tree(label)
        for why_ in group.origin.merged:
            root.add(Text(f"one origin because: {line(why_, 300)}", style="dim italic"))
        for node in tree.roots:
            _branch(root, node)
        shown_.append(root)
    return Group(*shown_)


def _branch(parent: Tree, node: Node) -> None:
    text = Text.assemble(line(node.name, 80), (f" · {node.published or 'no date'} · {node.how}", "dim"))
    if not node.known:
        text.append(", not known who was first", style="dim")
    if node.why:
        text.append(f" ({line(node.why, 200)})", style="dim")
    branch = parent.add(text)
    for child in node.children:
        _branch(branch, child)


def why(verdict: Verdict) -> RenderableType:
    """Return the reasons for a verdict: the rule, the counts, each origin's part, and what would change it."""
    parts: list[RenderableType] = [
        Text(summary.sentence(verdict), style=STYLES[verdict.label]),
        Text(summary.MEANING[verdict.label], style="dim"),
        "",
        Text(line(verdict.rationale)),
    ]
    for group in groups(verdict):
        best = max(item.probability for item in group.items)
        text = Text.assemble("  ", (line(group.origin.name, 120), "bold"), f" {group.stance.value}, at best {best:.0%}")
        notes = dict.fromkeys(item.note for item in group.items if item.note)
        text.append("".join(f"; {line(note, 200)}" for note in notes))
        if not group.counted:
            text.append("; replaced by its later word, not counted", style="dim")
        parts.append(text)
    parts += ["", Text.assemble(("What would change it: ", "bold"), line(verdict.would_change))]
    if verdict.rejected:
        parts.append(Text(f"{len(verdict.rejected)} put aside; :trail lists what was read", style="dim"))
    return Group(*parts)


def trail(trail_: Trail) -> RenderableType:
    """Return every passage that was read, in order of the search, with what became of it."""
    hits, verdict = trail_.get("hits", []), trail_["verdict"]
    read: dict[str, list[Reading]] = {}
    for reading in trail_.get("readings", []):
        read.setdefault(reading.passage_id, []).append(reading)
    rows: list[Text] = []
    for hit in hits:
        readings = read.get(hit.passage.passage_id, [])
        stances = ", ".join(dict.fromkeys(map(_reading, readings))) or "not read"
        rows.append(Text.assemble((f"{hit.score:.2f}  ", "cyan"), stances))
        rows[-1].append(f"  {line(hit.passage.passage_id, 80)}", style="dim")
        rows += [Text(f"      “{brief(r.quote, 90)}”") for r in readings if r.stance is not Stance.NEUTRAL]
    counts = f"{len(hits)} passages found, {len(verdict.evidence)} quotes cited, {len(verdict.rejected)} put aside"
    aside = [Text(f"  {line(r.doc_id, 80)}: {line(r.reason, 200)}", style="dim") for r in verdict.rejected]
    return Group(*rows, "", Text(counts), *aside)


def _reading(reading: Reading) -> str:
    if reading.status != "ok":
        return reading.status
    return f"{reading.stance.value} {getattr(reading.probabilities, reading.stance.value):.0%}"


def timeline(entries: Sequence[tuple[date, Verdict]], now: Verdict) -> RenderableType:
    """Return the verdict as of each day, with the evidence that was new that day."""
    if not entries:
        return Text("No evidence has a date.")
    names = summary.publishers(now)
    parts: list[RenderableType] = []
    for day, verdict, new in changes(list(entries)):
        text = Text.assemble((f"{day}  ", "bold"), (LABELS[verdict.label], STYLES[verdict.label]))
        text.append(f"  {verdict.support} for, {verdict.refute} against", style="dim")
        parts.append(text)
        known = {origin.origin_id: origin for origin in verdict.origins}
        for item in new:
            origin = known.get(item.origin_id)
            facts = about(item, names, origin) if origin else line(item.document.doc_id)
            parts.append(Padding(Text.assemble(brief(item.citation.quote, 100), "\n", (facts, "dim")), (0, 0, 0, 12)))
    last = Text.assemble((f"{now.as_of or 'now'}  ", "bold"), (LABELS[now.label], STYLES[now.label]))
    last.append(f"  {now.support} for, {now.refute} against", style="dim")
    return Group(*parts, last)

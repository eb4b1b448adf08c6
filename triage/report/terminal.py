"""A verdict in a terminal: readable at 60 columns and without colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, RenderableType
from rich.console import Group as Stack
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from triage import summary
from triage.schema import Evidence, Label, Origin, Rejected, Run, Stance, Verdict
from triage.summary import CUES, KINDS, Group, count_words, groups, line

STYLES = {
    Label.CORROBORATED: "bold green",
    Label.SINGLE_SOURCE: "bold yellow",
    Label.DISPUTED: "bold magenta",
    Label.REFUTED: "bold red",
    Label.NOT_ENOUGH_EVIDENCE: "bold",
}
SIDES = {Stance.SUPPORTS: ("For", "green"), Stance.REFUTES: ("Against", "red")}
QUOTE = 700
"""Characters of a quote that are shown."""


def render(verdict: Verdict, *, rejected: int = 5) -> RenderableType:
    """Return a verdict to print: label, origins on each side with their passages, what was put aside, and why.

    Passages are numbered as `summary.ordered` orders them. At most `rejected` of what was put aside is listed; the
    rest is counted.
    """
    parts: list[RenderableType] = [_head(verdict), *_evidence(verdict)]
    if verdict.rejected:
        parts += ["", *_rejected(verdict.rejected, rejected)]
    parts += [""]
    if verdict.rationale:
        parts.append(_row("Why", line(verdict.rationale)))
    if verdict.would_change:
        parts.append(_row("What would change it", line(verdict.would_change)))
    for number, part in enumerate(verdict.parts, 1):
        parts += ["", Text(f"Part {number}", style="bold"), Padding(render(part, rejected=rejected), (0, 0, 0, 2))]
    if verdict.run is not None:
        parts += ["", Text(_run(verdict.run), style="dim")]
    return Stack(*parts)


def plain(verdict: Verdict, width: int = 100) -> str:
    """Return what `render` shows, as text without colour."""
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(render(verdict))
    return captured.get().rstrip()


def _head(verdict: Verdict) -> RenderableType:
    table = Table.grid(padding=(0, 2), expand=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    table.add_row("Claim", Text(line(verdict.claim.text, QUOTE), style="bold"))
    says, _, counts = summary.sentence(verdict).partition(": ")
    table.add_row("Verdict", Text.assemble((says.upper(), STYLES[verdict.label]), f": {counts}"))
    for stance, count in ((Stance.SUPPORTS, verdict.support), (Stance.REFUTES, verdict.refute)):
        table.add_row(SIDES[stance][0], count_words(count))
    table.add_row("Confidence", f"{verdict.confidence:.0%} that the passages were read rightly")
    table.add_row("As of", verdict.as_of or "today, with every document")
    return table


def _evidence(verdict: Verdict) -> Iterator[RenderableType]:
    names = summary.publishers(verdict)
    counts = {Stance.SUPPORTS: verdict.support, Stance.REFUTES: verdict.refute}
    side, number = None, 1
    for group in groups(verdict):
        if group.stance is not side:
            side = group.stance
            word, style = SIDES[side]
            yield ""
            yield Text(f"{word}: {summary.count_words(counts[side])}", style=f"bold {style}")
        yield Padding(_origin(group), (0, 0, 0, 2))
        said: dict[str, int] = {}
        for item in group.items:
            first = said.setdefault(item.citation.quote, number)
            quote = f"“{line(item.citation.quote, QUOTE)}”" if first == number else f"the same words as {first}"
            yield Padding(_passage(number, quote, item, about(item, names, group.origin)), (0, 0, 0, 2))
            number += 1


def _origin(group: Group) -> Text:
    origin = group.origin
    style = "" if group.counted else "dim"
    text = Text.assemble((line(origin.name, 120), "bold"), f" ({KINDS[origin.kind]})", style=style)
    if origin.first_seen:
        text.append(f", first seen {origin.first_seen}")
    found = {*origin.relays, *(item.document.doc_id for item in group.items)}
    text.append(f", in {len(found)} document{'s' if len(found) > 1 else ''}")
    if not group.counted:
        text.append(", does not count: a later word of its own replaces this")
    return text


def _passage(number: int, quote: str, item: Evidence, facts: str) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True, min_width=3, style="cyan" if item.counted else "dim")
    table.add_column(overflow="fold")
    table.add_row(str(number), Text.assemble((quote, "" if item.counted else "dim"), "\n", (facts, "dim")))
    return table


def about(item: Evidence, names: Mapping[str, str], origin: Origin) -> str:
    """Return who published a passage, when, who said it where that is not the origin's name, and the way it came."""
    known = [line(item.document.publisher or item.document.doc_id, 80), item.document.published or "no date"]
    if item.attributed_to and item.attributed_to != origin.name:
        known.append(f"credited to {line(item.attributed_to, 80)}")
    if item.cue in CUES:
        known.append(CUES[item.cue])
    if item.via:
        known.append("via " + ", from ".join(line(names.get(doc_id, doc_id), 80) for doc_id in item.via))
    known.append(f"{'supports' if item.stance is Stance.SUPPORTS else 'refutes'} {item.probability:.0%}")
    if not item.counted:
        known.append("replaced, not counted")
    return " · ".join(known)


def _rejected(rejected: Sequence[Rejected], limit: int) -> Iterator[RenderableType]:
    yield Text(f"Put aside, not counted: {len(rejected)}", style="bold")
    for item in rejected[:limit]:
        text = Text(style="dim")
        if item.quote:
            text.append(f"“{line(item.quote, 160)}” ")
        text.append(f"{line(item.doc_id, 80) or 'no document'}: {line(item.reason, 200)}")
        yield Padding(text, (0, 0, 0, 2))
    if len(rejected) > limit:
        yield Padding(Text(f"and {len(rejected) - limit} more", style="dim"), (0, 0, 0, 2))


def _row(name: str, text: str) -> Text:
    return Text.assemble((f"{name}: ", "bold"), text)


def _run(run: Run) -> str:
    """Return in one line how a verdict came about."""
    model = run.model_answered or run.model_asked
    known = [f"reader {run.reader}" + (f" ({model})" if model else ""), *run.prompts, f"{run.seconds:.1f} s"]
    if run.usage.calls:
        tokens = run.usage.input_tokens + run.usage.output_tokens
        cost = "price unknown" if run.usage.cost is None else f"${run.usage.cost:.4f}"
        known.append(f"{run.usage.calls} calls, {tokens:,} tokens, {cost}")
    return " · ".join(known)

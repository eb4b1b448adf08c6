"""What a verdict says, in words and in order: shared by the terminal, the page and the exports.

Everything that comes from documents passes `shown` before a person sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from triage.schema import Cue, Evidence, Label, Origin, OriginCount, Stance, Verdict

LABELS = {
    Label.CORROBORATED: "Corroborated",
    Label.SINGLE_SOURCE: "Single source",
    Label.DISPUTED: "Disputed",
    Label.REFUTED: "Refuted",
    Label.NOT_ENOUGH_EVIDENCE: "Not enough evidence",
}

MEANING = {
    Label.CORROBORATED: "At least two origins known to be independent support the claim, and none refutes it.",
    Label.SINGLE_SOURCE: "The claim is supported and not refuted, but the support may all come from one origin.",
    Label.DISPUTED: "At least one origin supports the claim and at least one refutes it.",
    Label.REFUTED: "At least one origin refutes the claim, and none supports it.",
    Label.NOT_ENOUGH_EVIDENCE: "No document supports or refutes the claim.",
}
"""The five labels as `eval/LABELS.md` defines them, a sentence each."""

KINDS = {
    "person": "person",
    "organisation": "organisation",
    "document": "document",
    "publisher": "publisher, at first hand",
    "unnamed": "unnamed",
}

CUES = {Cue.DENIES: "a denial", Cue.DOUBTS: "a doubt", Cue.RETRACTS: "takes its word back"}
"""What is worth saying of how the content was put."""

# Controls, lone surrogates, and marks that embed, override or isolate a direction: in a quote they can only mislead.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(text: str, limit: int | None = None) -> str:
    """Return a text that is safe to show: what steers a terminal or turns the line is a replacement character.

    Beyond `limit` characters the text is cut, with a notice of how many are left out.
    """
    cut = len(text) - limit if limit is not None and len(text) > limit else 0
    text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text[:limit] if cut else text)
    return f"{text.rstrip()} … ({cut:,} more characters)" if cut else text


def line(text: str, limit: int | None = None) -> str:
    """Return `shown` on one line."""
    return shown(" ".join(text.split()), limit)


def brief(text: str, limit: int) -> str:
    """Return the beginning of a text on one line, cut between words; for where the whole stands elsewhere."""
    text = " ".join(text[: limit * 20].split())
    return shown(text if len(text) <= limit else text[: limit + 1].rpartition(" ")[0].rstrip(" ,;:–-") + "…")


def web(url: str | None) -> str | None:
    """Return a URL that may be linked to (http or https, with a host, at most 2,000 characters), or None."""
    if not url or len(url) > 2_000 or any(c.isspace() or not c.isprintable() for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


def count_words(count: OriginCount) -> str:
    """Return a count of origins in words: `1 origin`, `2 to 3 independent origins`, `at most 1 origin`."""
    if not count.n_max:
        return "no origin"
    shown = f"at most {count.n_max}" if not count.n_min else str(count)
    return f"{shown} origin" if count.n_max == 1 else f"{shown} independent origins"


def sentence(verdict: Verdict) -> str:
    """Return the verdict in a sentence: the label, and how many origins stand on each side."""
    support, refute = verdict.support, verdict.refute
    if not support.n_max and not refute.n_max:
        return f"{LABELS[verdict.label]}: no document given supports or refutes the claim."
    return f"{LABELS[verdict.label]}: {_stand(support, 'support')} the claim, {_stand(refute, 'refute')} it."


def _stand(count: OriginCount, verb: str) -> str:
    return f"{count_words(count)} {verb if count.n_max > 1 else verb + 's'}"


@dataclass(frozen=True, slots=True)
class Group:
    """What one origin brings to one side of a claim, oldest first."""

    stance: Stance
    origin: Origin
    items: tuple[Evidence, ...]

    @property
    def counted(self) -> bool:
        """Say whether the origin counts on this side; not where a later word of its own replaces all of it."""
        return any(item.counted for item in self.items)


def groups(verdict: Verdict) -> list[Group]:
    """Return the evidence by side and origin: support first, origins that count first, then by date."""
    origins = {origin.origin_id: origin for origin in verdict.origins}
    found: dict[tuple[Stance, str], list[Evidence]] = {}
    for item in verdict.evidence:
        if item.stance is not Stance.NEUTRAL:
            found.setdefault((item.stance, item.origin_id), []).append(item)
    made = []
    for (stance, origin_id), items in found.items():
        origin = origins.get(origin_id) or Origin(origin_id=origin_id, name=origin_id, kind="unnamed")
        made.append(Group(stance, origin, tuple(sorted(items, key=lambda e: (not e.counted, _when(e), len(e.via))))))
    sides = (Stance.SUPPORTS, Stance.REFUTES)
    return sorted(made, key=lambda g: (sides.index(g.stance), not g.counted, min(map(_when, g.items))))


def ordered(verdict: Verdict) -> list[Evidence]:
    """Return the evidence in the order in which it is shown; passage 1 is the first."""
    return [item for group in groups(verdict) for item in group.items]


def publishers(verdict: Verdict) -> dict[str, str]:
    """Return a name to show by document id: the publisher where it is known, else the id."""
    known = {e.document.doc_id: e.document.publisher for e in verdict.evidence if e.document.publisher}
    return {**{doc_id: doc_id for doc_id in _mentioned(verdict)}, **known}


def _mentioned(verdict: Verdict) -> Iterable[str]:
    for item in verdict.evidence:
        yield from (item.document.doc_id, *item.via)
    for origin in verdict.origins:
        yield from origin.relays
    for relay in verdict.relays:
        yield from (relay.relayer, relay.relayed)


def _when(item: Evidence) -> str:
    return item.document.published or "9999"

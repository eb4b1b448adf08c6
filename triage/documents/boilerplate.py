"""What a site prints around an article: never evidence.

A rule here must not swallow prose, so each asks for two things at once: a subject that only a site has (its
newsletter, its cookies, its comment box) and the manner of a notice (it speaks to the reader, or is no sentence at
all). Whatever quotes or credits somebody is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from triage.passages import blocks, sentences

Range = tuple[int, int]

_NOISE = re.compile(r"^[\s>#*_•▪–—-]+|[\s*_:»›→>]+$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms), re.IGNORECASE)


_RELATED = _any(
    r"(?:related|recommended|more|popular|latest|similar|trending|further|also|you (?:may|might) also)[ -]"
    r"(?:(?:on|from|like|this|the|our|read|reading|in|articles?|posts?|topics?|stor(?:y|ies)|news|links?|coverage|"
    r"content|reports?|section|headlines?|videos?|authors?|pages?|to)\b ?){1,4}",
    r"read (?:more|next|also)|see also|most (?:read|popular|viewed)|don['’]t miss|editor['’]?s['’]? picks?",
    r"you may like",
)
_LABEL = _any(
    r"skip to (?:main |the )?(?:content|navigation|article)|(?:back|return) to (?:the )?top|menu|search",
    r"(?:log|sign) ?(?:in|up|out)(?: here| now)?|register(?: now)?|you must (?:log|sign|be logged) in.{0,40}",
    r"newsletters?|subscribe(?: now| here| today)?|get (?:the|our|your) .{0,40}(?:newsletters?|emails?|app)",
    r"share(?:s| this| now)?|share (?:this|on|via|with).{0,60}|follow us.{0,60}|tweet|print|total|reply|like|quote",
    r"comments?(?: \(?\d+\)?)?|\d+ comments?|(?:leave|post|add) a comment|load(?:ing)? more|loading|continue reading",
    r"advertise?ments?|sponsored(?: content)?|become an? (?:patron|member|supporter|subscriber)|donate(?: now| here)?",
    r"click to (?:expand|enlarge|share|play).{0,20}|content from external source",
    r"last edited(?: by .{1,30})?(?::.{0,40})?|attach(?:ments?|ed files?)(?::.{0,80})?",
    r"(?:tags?|topics?|categor(?:y|ies)):.{1,120}|filed under:?.{1,120}",
    r"(?:senior|junior|active|new|well-known) member|(?:joined|messages|reactions|posts|likes):? ?[\d,]+",
    r"(?:privacy|cookie)s?(?: (?:and|&) cookies?)?(?: polic(?:y|ies)| settings| notice)?|terms of (?:use|service)",
)
_FILE = _any(r"\S[^/\\|]{0,80}\.(?:jpe?g|png|gif|webp|svg|pdf|mp4|docx?|zip)", r"[\d.,]+ ?[KMG]i?B\b.{0,40}")
_CREDIT = _any(
    r"\(?(?:photo(?:graph)?|image|picture|pic|illustration|graphic|video|screenshot|credit|photo credit|source)s?"
    r"(?: (?:credit|by|courtesy(?: of)?))?(?: ?[:/] ?| by ).{2,80}",
    r"\(?(?:file|stock) (?:photo|image|picture)\)?",
)
_OWNED = _any(
    r"(?:copyright|©|\(c\))\s*(?:©|\(c\))?.{0,60}?(?:(?:19|20)\d\d|rights reserved|stock photo|getty|reuters)",
    r".{0,80}\ball rights reserved",
)
_BUTTONS = frozenset(
    """
    home menu search login logout forum forums members contact about news politics world opinion sport sports business
    culture video videos audio photos podcasts science technology tech travel weather health lifestyle entertainment
    local national international subscribe newsletter newsletters share facebook twitter x instagram youtube whatsapp
    telegram linkedin reddit pinterest email print bookmark link download play comments close check copy save tweet
    rss follow donate register shop jobs archive archives english deutsch français español русский українська
    """.split()
)
_SMALL_WORDS = frozenset("the a an of is are was were to and that it in on by with has had said for".split())

# Matched against lower case: ignoring case costs Python's engine ten times as much, and this runs over every paragraph.
_TOPIC = re.compile(
    r"\b(?:"
    r"newsletters?|inbox|mailing list|top picks|latest (?:stories|headlines)|stories like this|occasional updates|"
    r"(?:our|weekly|daily|for|get) e-?mails?|e-?mail (?:updates|alerts)|(?:weekly|daily) (?:summary|digest)|"
    r"cookies?|privacy (?:policy|notice)|terms of (?:use|service)|log in or|"
    r"comment(?:ing|s)? (?:guidelines|policy|rules)|"
    r"(?:price|cost|cup) of (?:a |one )?(?:cup of )?coffee|(?:an?|our) patrons?|readers like you|readers['’] support|"
    r"support (?:us|our (?:work|journalism|team|reporting))|"
    r"(?:donate|donation|subscribe|an? (?:member|supporter|subscriber))\b.{0,40}\b(?:today|now|us|month|here)|"
    r"our (?:site|website|app|podcast|community|newsroom|journalism|materials|speakers|channel)(?!-)|"
    r"this (?:page|site|website)|share this|find this (?:\w+ )?useful|"
    r"(?:hyper|back)links?|link to (?:us|the original)|written permission|reprint|"
    r"tickets are|(?:live|free|online) (?:discussion|webinar|event|briefing)"
    r")\b|^\W*follow us\b"
)
_MARKS = re.compile(
    r"copyright|©|\(c\)|rights reserved|(?:photo|image|picture|graphic|credit|screenshot)s? ?[:/]|photo by"
)
_IMPERATIVE = _any(
    r"^\W*(?:please|subscribe|sign|get|join|follow|download|donate|support|become|share|click|read|watch|listen|book|"
    r"register|log|want|love|like|enjoy\w*|did|do|when|to|if|by|for|whatever|never|stay|keep|receive|buy|a weekly|"
    r"a daily|occasional|privacy|cookies?|no)\b"
)
_ADDRESS = re.compile(r"\b(?:[Yy]ou|[Yy]our|[Oo]ur|us|[Ww]e)\b")
_TO_THE_READER = _any(r"\b(?:you|your|our readers|free to read)\b", r"^\W*a little bit\b")
_QUOTES_SOMEBODY = _any(
    r"[\"“”«»„]|''|\b(?:said|says|told|according to|reported|announced|wrote|stated|added|claimed|admitted)\b"
)
_COUNT = re.compile(r"[\d.,]+[KM]?")
_FUNDED = _any(r"\b(?:supported|funded|financed|kept going|made possible) by\b|\bgrants?\b|\bcharity\b|\bnon-?profit\b")
_MOST_WORDS = 60
_LONGEST_FURNITURE = 300
_LINK_WORDS = 20
_LINKS_AFTER_LABEL = 5


def boilerplate(text: str) -> list[Range]:
    """Return the stretches of a text that are a site's furniture, in order and apart.

    Newsletter and donation appeals, cookie and copyright notices, navigation, buttons, links to other articles,
    attachments, and credits of pictures.
    """
    spans = [(span.start, span.end) for span in blocks(text)]
    found: list[Range] = []
    links_left = 0
    for start, end in spans:
        bare = _bare(text[start:end]) if end - start < _LONGEST_FURNITURE else ""
        if _RELATED.fullmatch(bare):
            links_left = _LINKS_AFTER_LABEL + 1
        links_left -= 1
        if is_furniture(bare) or (links_left > 0 and _is_link(bare)):
            found.append((start, end))
        else:
            links_left = 0
            found += _notices(text, start, end)
    return _with_what_lies_between(text, spans, found)


def _bare(block: str) -> str:
    """Return a block without Markdown marks, bullets and arrows at its ends."""
    return _NOISE.sub("", _NOISE.sub("", _LINK.sub(r"\1", block))).strip(" .")


def is_furniture(bare: str) -> bool:
    """Return whether a whole block is a label, a row of buttons or a credit, and no sentence."""
    if not bare or len(bare) > _LONGEST_FURNITURE:
        return False
    if _RELATED.fullmatch(bare) or _LABEL.fullmatch(bare) or _FILE.fullmatch(bare):
        return True
    label, colon, _ = bare.partition(":")
    if colon and len(bare.split()) <= _LINK_WORDS and _RELATED.fullmatch(label.strip()):
        return True
    if len(bare.split()) <= _LINK_WORDS and (_CREDIT.fullmatch(bare) or _OWNED.match(bare)):
        return True
    return _is_menu(bare)


def _is_menu(bare: str) -> bool:
    items = [item.strip().lower() for item in re.split(r"\s*[|•·»›]\s*|\s{2,}|\t", bare) if item.strip()]
    if len(items) >= 3 and not any(len(item.split()) > 4 or item[-1] in ".!?" for item in items):
        return sum(item in _BUTTONS or bool(_LABEL.fullmatch(item)) for item in items) >= 2
    words = re.findall(r"\w+", bare.lower())
    known = sum(word in _BUTTONS for word in words)
    return len(words) >= 4 and known >= 0.6 * len(words) and not _SMALL_WORDS.intersection(words)


def _is_link(bare: str) -> bool:
    return bool(bare) and len(bare.split()) <= _LINK_WORDS and bare[-1] not in '.!…"”’' and "\n" not in bare


def _notices(text: str, start: int, end: int) -> list[Range]:
    """Return the sentences of a block that are notices to the reader."""
    block = text[start:end]
    lowered = block.lower()
    if not (_TOPIC.search(lowered) or _MARKS.search(lowered)):
        return []
    spans = [(start + span.start, start + span.end) for span in sentences(block)]
    notice = [_is_notice(_bare(text[left:right])) for left, right in spans]
    for step in (1, -1):
        order = range(len(spans))[::step]
        for here, there in pairwise(order):
            enclosed = 0 <= there + step < len(spans) and notice[there + step]
            notice[there] |= notice[here] and (enclosed or _goes_with_notice(text[slice(*spans[there])]))
    if all(notice):
        return [(start, end)]
    return [span for span, flag in zip(spans, notice, strict=True) if flag]


def _goes_with_notice(sentence: str) -> bool:
    """Return whether a sentence beside a notice belongs to it: it speaks to the reader, or of the same matters."""
    if _QUOTES_SOMEBODY.search(sentence):
        return False
    return bool(_TO_THE_READER.search(sentence) or _TOPIC.search(sentence.lower())) or is_furniture(_bare(sentence))


def _is_notice(sentence: str) -> bool:
    if len(sentence.split()) > _MOST_WORDS or _QUOTES_SOMEBODY.search(sentence):
        return False
    if _OWNED.match(sentence) or (_CREDIT.fullmatch(sentence) and len(sentence.split()) <= _LINK_WORDS):
        return True
    return bool(_TOPIC.search(sentence.lower()) and (_IMPERATIVE.search(sentence) or _ADDRESS.search(sentence)))


def _with_what_lies_between(text: str, spans: Sequence[Range], found: list[Range]) -> list[Range]:
    """Return the ranges joined where they adjoin, with small things between two: a count of shares, a funder's line."""
    flagged = set(found)
    for before, here, after in zip([None, *spans], spans, [*spans[1:], None], strict=False):
        if before in flagged and here not in flagged:
            block = text[slice(*here)].strip()
            if _COUNT.fullmatch(block) or (
                after in flagged and _FUNDED.search(block) and len(block) < _LONGEST_FURNITURE
            ):
                flagged.add(here)
    joined: list[Range] = []
    for start, end in sorted(flagged):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined

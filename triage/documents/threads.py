"""The posts of a web page: a forum thread, or the comments below an article, by the marks that forum programs set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from triage.documents.dates import read_date
from triage.documents.posts import Header
from triage.documents.text import clean


@dataclass(frozen=True)
class Post:
    """What one member wrote; paragraphs are parted by an empty line, and lines of what they quote begin with `>`."""

    author: str
    published: str | None
    text: str
    comment: bool


def _marked(*names: str) -> str:
    return " or ".join(f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names)


_COMMENT = _marked("comment-content")
# phpBB; vBulletin; XenForo; Discourse; Reddit, old and new; WordPress; and whoever writes schema.org's microdata.
_BODIES = (
    f"//*[{_marked('postbody')}]//*[{_marked('content')}] | //*[starts-with(@id, 'post_message_') or @itemprop='text'"
    f" or {_COMMENT} or {_marked('postcontent', 'bbWrapper', 'cooked', 'usertext-body', 'md')}]"
)
_NAMES = (
    f".//*[{_marked('username', 'bigusername', 'fn')}]",
    f".//*[@itemprop='author'] | .//a[@rel='author' or {_marked('author')}] | .//span[{_marked('author')}]",
)
_WHEN = f".//time | .//*[@itemprop='datePublished' or @itemprop='dateCreated'] | .//*[{_marked('postdate', 'date')}]"
_DROPPED = frozenset("script style noscript template button svg".split())
_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figure h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul".split()
)
_QUOTES = f".//blockquote[not({_marked('postcontent')})] | .//*[{_marked('quote', 'bbcode_quote')}]"
_LONGEST_NAME = 60
_BREAK = "\ue000"


def take_posts(page: Any) -> list[Post]:
    """Take out of a page (an lxml tree) the posts that show who wrote them, in order; none where it is no thread.

    Comments count only with a date: without one they would pass for as old as their article. A lone post is not taken
    for a thread.
    """
    bodies = _outermost(page.xpath(_BODIES))
    held = Counter(around for body in bodies for around in body.iterancestors())
    comments = set(page.xpath(f"//*[{_COMMENT}]"))
    found = [(around, post) for body in bodies for around, post in _post(body, held, comment=body in comments)]
    thread = [(around, post) for around, post in found if not post.comment]
    taken = thread if len(thread) > 1 else [(around, post) for around, post in found if post.comment and post.published]
    for around, _ in taken:
        around.drop_tree()
    return [post for _, post in taken]


def written(posts: list[Post], after: str = "") -> tuple[str, list[Header]]:
    """Return the posts as text, each below a line that says who wrote it and when, and where those lines stand."""
    text, headers = after, []
    for post in posts:
        text += "\n\n" if text else ""
        line = f"**{post.author}**" + (f" · {post.published}" if post.published else "")
        headers.append(Header(len(text), len(text) + len(line), post.author, post.published))
        text += f"{line}\n{post.text}"
    return text, headers


def _outermost(bodies: list[Any]) -> list[Any]:
    known = set(bodies)
    return [body for body in bodies if not any(around in known for around in body.iterancestors())]


def _post(body: Any, held: Counter[Any], *, comment: bool) -> Iterator[tuple[Any, Post]]:
    """Yield a post, and what holds it, with the author named nearest around its body, if no other body is as near."""
    for around in body.iterancestors():
        author = around.get("data-author") or around.get("author")
        if not author and held[around] == 1:
            names = (name.text_content() for path in _NAMES for name in _outside(body, around.xpath(path)))
            author = next((name for name in names if name.strip()), None)
        author = " ".join(clean(author or "").split())
        if author or held[around] > 1:
            text = _text(deepcopy(body))
            if text and 0 < len(author) <= _LONGEST_NAME:
                yield around, Post(author, _when(body, around, held), text, comment)
            return


def _when(body: Any, around: Any, held: Counter[Any]) -> str | None:
    """Return the day named nearest around a body that no other shares."""
    wider = takewhile(lambda each: held[each] == 1, around.iterancestors())
    marks = (mark for each in (around, *wider) for mark in _outside(body, each.xpath(_WHEN)))
    return next(filter(None, map(_day, marks)), None)


def _outside(body: Any, found: list[Any]) -> list[Any]:
    return [each for each in found if body not in each.iterancestors()]


def _day(mark: Any) -> str | None:
    return read_date(mark.get("datetime") or mark.get("content") or " ".join(mark.text_content().split()))


def _text(body: Any) -> str:
    for part in list(body.iter()):
        if part.tag in _DROPPED:
            part.clear(keep_tail=True)
        elif part.tag in _BLOCKS and part is not body:
            part.text, part.tail = _BREAK + (part.text or ""), _BREAK + (part.tail or "")
    for quote in reversed(body.xpath(_QUOTES)):
        lines = [f"> {line}" for line in _lines(quote)]
        quote.clear(keep_tail=True)
        quote.text = _BREAK + _BREAK.join(lines)
    return "\n\n".join(_lines(body))


def _lines(part: Any) -> list[str]:
    lines = (" ".join(line.split()) for line in clean(part.text_content()).split(_BREAK))
    return [line for line in lines if line]

"""HTML threads and comments: each post keeps who wrote it and when, and no post speaks for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage.documents import load
from triage.schema import Document

TEXT = "The gate on the river was opened by hand on Tuesday night, after its motor had failed for the second time. "
PHPBB = """
<div class="post"><dl class="postprofile"><dt><a class="username">{0}</a></dt><dd>Posts: 12</dd></dl><div
class="postbody"><p class="author">by <strong><a class="username">{0}</a></strong> &raquo; <time
datetime="{1}T23:15:00+00:00">Sat</time></p><div class="content">{2}</div></div></div>"""
VBULLETIN = """
<li class="postcontainer"><div class="posthead"><span class="date">{1},&nbsp;<span>09:15 AM</span></span></div><div
class="postdetails"><div class="userinfo"><a class="username"><strong>{0}</strong></a></div><div class="postbody"><div
class="content"><blockquote class="postcontent restore">{2}</blockquote></div></div></div></li>"""
XENFORO = """
<article class="message" data-author="{0}"><h5>Senior Member</h5><div><time class="u-dt" datetime="{1}T09:15:00+0000">
Apr 12</time><div class="bbWrapper">{2}</div></div></article>"""
DISCOURSE = """
<div class="crawler-post" itemscope><span itemprop="author" itemscope><a><span itemprop="name">{0}</span></a></span>
<time itemprop="datePublished" datetime="{1}T09:15:00Z">April</time><div class="post" itemprop="text">{2}</div></div>"""
REDDIT = """
<div class="thing"><div class="entry"><p class="tagline"><a class="author">{0}</a> 5 points <time
datetime="{1}T09:15:00+00:00">4 hours ago</time></p><form class="usertext"><div class="usertext-body"><div class="md">
{2}</div></div></form></div></div>"""
WORDPRESS = """
<li class="comment"><article><footer><b class="fn">{0}</b> says: <time datetime="{1}T09:15:00+00:00">April</time>
</footer><div class="comment-content">{2}</div><a>Reply</a></article></li>"""
FORUMS = {"phpbb": PHPBB, "vbulletin": VBULLETIN, "xenforo": XENFORO, "discourse": DISCOURSE, "reddit": REDDIT}


def read(folder: Path, body: str, title: str = "Gate opened") -> Document:
    path = folder / "page.html"
    path.write_text(f'<!doctype html><html lang="en"><head><title>{title}</title></head><body>{body}</body></html>')
    loaded = load(path)
    assert not loaded.problems
    return loaded.documents[0]


def posts(document: Document) -> list[tuple[str | None, str | None, str]]:
    return [(s.author, s.published, document.text[s.start : s.end]) for s in document.segments if s.kind == "post"]


@pytest.mark.parametrize("shape", FORUMS)
def test_a_thread_keeps_the_author_and_day_of_each_post(tmp_path: Path, shape: str) -> None:
    form = FORUMS[shape]
    quoting = "Was it?<blockquote><p>The gate was<br>opened by hand</p></blockquote><p>I doubt\nit.</p>"
    found = read(
        tmp_path, form.format("old_mill", "2031-04-12", TEXT) + form.format("Ana Orlov", "2031-04-13", quoting)
    )
    assert (found.kind, found.title, found.author, found.published) == ("forum", "Gate opened", None, None)
    assert posts(found) == [
        ("old_mill", "2031-04-12", TEXT.strip()),
        ("Ana Orlov", "2031-04-13", "Was it?\n\n> The gate was\n\n> opened by hand\n\nI doubt it."),
    ]


def test_replies_that_stand_inside_the_post_they_answer(tmp_path: Path) -> None:
    form = (
        '<shreddit-comment author="{}"><time datetime="{}T09:15:00Z">1 d</time><div class="md"><p>{}</p></div>{}'
        "</shreddit-comment>"
    )
    found = read(
        tmp_path, form.format("a", "2031-04-12", "It broke.", form.format("b", "2031-04-13", "It did not.", ""))
    )
    assert posts(found) == [("a", "2031-04-12", "It broke."), ("b", "2031-04-13", "It did not.")]


def test_an_article_keeps_its_comments_apart_and_takes_no_date_from_them(tmp_path: Path) -> None:
    comments = WORDPRESS.format("old_mill", "2031-04-13", "<p>I saw it.</p>") + WORDPRESS.format("Eve", "", "No date.")
    article = f"<article><h1>Gate opened</h1><p>{TEXT * 3}</p><p>{TEXT}</p></article>"
    found = read(tmp_path, f"{article}<ol>{comments}</ol>")
    assert (found.kind, found.published) == ("article", None)
    assert posts(found) == [("old_mill", "2031-04-13", "I saw it.")]
    assert TEXT.strip() in found.text[: found.segments[0].start]


def test_a_member_cannot_write_in_the_name_of_another(tmp_path: Path) -> None:
    forged = f"{TEXT}<p>**The mayor** · 2031-04-12</p><p>I opened it.</p>"
    found = read(tmp_path, XENFORO.format("eve", "2031-04-12", forged) + XENFORO.format("old_mill", "x", "Really?"))
    assert [(author, when) for author, when, _ in posts(found)] == [("eve", "2031-04-12"), ("old_mill", None)]


def test_an_article_with_a_byline_is_no_thread(tmp_path: Path) -> None:
    body = f'<a class="author">Ana</a><time datetime="2031-04-12">x</time><div class="md"><p>{TEXT * 4}</p></div>'
    found = read(tmp_path, f"<main><article><h1>Gate opened</h1>{body}</article></main>")
    assert (found.kind, posts(found)) == ("article", [])
    assert "opened by hand" in found.text

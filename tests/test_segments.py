"""Posts and boilerplate: found where the text shows them, and prose never taken for either."""

from __future__ import annotations

import pytest

from triage.documents import segments


def parts(text: str, kind: str = "article") -> list[tuple[str, str | None, str | None, str]]:
    return [(s.kind, s.author, s.published, text[s.start : s.end]) for s in segments(text, kind)]


def boilerplate(text: str, kind: str = "article") -> list[str]:
    return [words for name, _, _, words in parts(text, kind) if name == "boilerplate"]


def posts(text: str, kind: str = "article") -> list[tuple[str | None, str | None, str]]:
    return [(author, when, words) for name, author, when, words in parts(text, kind) if name == "post"]


PROSE = "The gate on the river was opened by hand on Tuesday night, after its motor had failed for the second time."


def test_the_posts_of_a_thread() -> None:
    text = (
        "A thread about the gate.\n\n"
        f"**old_mill** · 2031-04-12 09:15\nIs it true?\n\n> {PROSE}\n\nI doubt it.\n\n"
        "**Ana O'Brien** · 2031-04-13\nIt is.\n\nYou must log in or register to reply here."
    )
    assert parts(text) == [
        ("boilerplate", None, None, "**old_mill** · 2031-04-12 09:15"),
        ("post", "old_mill", "2031-04-12", f"Is it true?\n\n> {PROSE}\n\nI doubt it."),
        ("boilerplate", None, None, "**Ana O'Brien** · 2031-04-13"),
        ("post", "Ana O'Brien", "2031-04-13", "It is."),
        ("boilerplate", None, None, "You must log in or register to reply here."),
    ]


@pytest.mark.parametrize(
    ("header", "author", "when"),
    [
        ("#12 old_mill, 12 Apr 2031", "old_mill", "2031-04-12"),
        ("#3 · Ana Orlov · 2031-04-12 09:15", "Ana Orlov", "2031-04-12"),
        ("Posted by Ana Orlov on April 12, 2031 at 9:15 pm", "Ana Orlov", "2031-04-12"),
        ("Posted by: old_mill, 12 April 2031", "old_mill", "2031-04-12"),
        ("On Sat, 12 Apr 2031, Ana Orlov wrote:", "Ana Orlov", "2031-04-12"),
    ],
)
def test_headers_that_no_prose_has(header: str, author: str, when: str) -> None:
    assert posts(f"{header}\nIt broke.") == [(author, when, "It broke.")]


@pytest.mark.parametrize(
    "header", ["Ana Orlov — 12 April 2031, 09:15", "old_mill | 2031-04-12", "12 April 2031 - Ana Orlov"]
)
def test_headers_that_prose_could_have_count_when_they_come_back(header: str) -> None:
    assert len(posts(f"{header}\nIt broke.\n\n{header}\nNo.")) == 2
    assert posts(f"{header}\n{PROSE}") == []


def test_a_forum_may_name_its_members_alone() -> None:
    text = "**member A**\n\nIs it true?\n\n**member B**\n\nIt is."
    assert posts(text, "forum") == [("member A", None, "Is it true?"), ("member B", None, "It is.")]
    assert posts(text) == []


def test_a_live_blog() -> None:
    text = f"Live\n\n09:15 GMT\n{PROSE}\n\n09:40 GMT – The mayor has come.\n\n**10.05am** He has left."
    assert posts(text) == [(None, None, PROSE), (None, None, "The mayor has come."), (None, None, "He has left.")]
    assert posts(f"09:15: {PROSE}", "liveblog") == [(None, None, PROSE)]


@pytest.mark.parametrize(
    "text",
    [
        f"At 09:15 the motor failed.\n\n{PROSE}",
        "3.50 crowns was the price.\n\n9.15 men a week came.\n\n4.20 metres it was.",
        "**What we know**\n\nThe gate broke.\n\n**What we do not**\n\nWhy it did.",
        "12 April 2031\nThe gate broke.\n\n13 April 2031\nIt was mended.",
    ],
)
def test_prose_is_no_post(text: str) -> None:
    assert posts(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "Skip to main content",
        "Home | News | World | Log in",
        "Bookmark Check Comments Download Facebook Link Email Print Share Twitter",
        "Share this article: Facebook, Twitter, Email",
        "Related Topics",
        "RELATED ARTICLES",
        "More on this topic: Rivers, Gates",
        "Read more: Mayor leaves by the back door",
        "Tags: river, gate",
        "Subscribe",
        "Sign up for our weekly newsletter and never miss a story.",
        "Get the River Post newsletter",
        "We use cookies to improve your visit to this site.",
        "Privacy and Cookie Policies.",
        "Copyright © 2021 riverpost.example",
        "© 2031 The River Post. All rights reserved.",
        "(c) Ana Orlov / Agency Stock Photo. All rights reserved",
        "Photo: Ana Orlov/River Post",
        "Source: Ministry of Rivers",
        "image-of-the-gate_2031.jpeg.jpg",
        "112.1 KB · Views: 254",
        "Last edited: 12 April 2031",
        "Click to expand...",
        "Senior Member",
        "You could close this page now. Or you could become a member today and help us go on.",
        "If you have any questions, please read our commenting guidelines before you log in or write to us.",
        "Advertisement",
    ],
)
def test_furniture(line: str) -> None:
    assert boilerplate(f"{PROSE}\n\n{line}\n\n{PROSE}") == [line]


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "The newsletter of the union said that 200 members had left.",
        "“Subscribe to our newsletter,” he told the crowd.",
        "The minister shared this article with us before he resigned, according to his office.",
        "Thousands subscribe to the paper, which has its newsroom in the Lower Town.",
        "The firm said it uses cookies to track visitors.",
        "We went home and talked about the news of the world and of sport.",
        "Support for the war fell to 3%, and we do not know why.",
        "Our results show that membership contributed to survival in 40 of 112 patients.",
        "The copyright of the letter is disputed. It was written in 2021.",
        "Related to him or not, she got the post.",
        "Who opened the gate?",
        "Three things were said: the gate broke, the motor failed, the guard slept.",
        "Turnout: 54% | Votes cast: 1,200 | Spoiled: 30",
        "More on Tuesday.",
        "You must remember that the gate was never locked.",
        "Donations to the mayor came from two firms this month, the auditor found.",
        "The work of the commission is supported by the Ministry of Rivers.",
        "The photo shows the gate at noon.",
        "He has been a member of the party for a month.",
    ],
)
def test_prose_is_not_furniture(text: str) -> None:
    assert boilerplate(f"{PROSE}\n\n{text}\n\n{PROSE}") == []


def test_links_under_a_label_go_with_it_until_prose_begins() -> None:
    links = "RELATED ARTICLES\nWho opened the gate? Mayor asks for names\nBridge shut for a week"
    assert boilerplate(f"{PROSE} {PROSE}\n{links}\n{PROSE}\nA heading of its own\n{PROSE}") == [links]


def test_an_appeal_is_taken_whole_and_the_paragraph_before_it_stays() -> None:
    appeal = (
        "You could close this page. Or you could join our community and help us go on. Our small team works every day. "
        "A little bit goes a long way: for the price of a coffee a month you can become a patron."
    )
    assert boilerplate(f"{PROSE}\n{appeal}\nTotal\n0\nShares\nRelated Posts") == [
        f"{appeal}\nTotal\n0\nShares\nRelated Posts"
    ]


def test_a_credit_at_the_end_of_a_caption_is_cut_off() -> None:
    assert boilerplate(f"{PROSE}\n\nThe gate at noon. Photo: River Post\n\n{PROSE}") == ["Photo: River Post"]


def test_a_funders_line_counts_only_between_notices() -> None:
    line = "The work of the River Post is supported by the Gate Foundation"
    text = f"Copyright © 2021 riverpost.example\n\n{line}\n\nPrivacy policy\n\n{PROSE}"
    assert boilerplate(text) == [text[: text.index("policy") + 6]]
    assert boilerplate(f"{PROSE}\n\n{line}\n\n{PROSE}") == []


def test_an_attachment_cuts_a_post_in_two() -> None:
    text = "**a b** · 2031-04-12\nLook:\n\nAttachment: scan of the letter\n\nWell?"
    assert posts(text) == [("a b", "2031-04-12", "Look:"), ("a b", "2031-04-12", "Well?")]

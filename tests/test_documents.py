"""Files in, documents out: what is read, what is listed, and nothing lost in between."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import triage.documents
from triage.documents import Loaded, load
from triage.documents.dates import read_date
from triage.documents.text import clean, decode
from triage.errors import CorpusError
from triage.passages import split
from triage.schema import Document, Segment

ARTICLE = "The river authority said the gate had been opened by hand after the motor failed in the night. " * 3


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def one(loaded: Loaded) -> Document:
    assert len(loaded.documents) == 1, loaded
    return loaded.documents[0]


def problems(loaded: Loaded) -> str:
    return "\n".join(map(str, loaded.problems))


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "gate.md",
        "---\nid: flood/gate\ntitle: 1984\npublisher: The Post\nauthor: [A. Orlov, B. Marsh]\npublished: 2031-04-12\n"
        "url: https://post.example/1\nlanguage: en\nkind: Wire\ntags: [x]\n---\n\n# Gate\r\nIt broke.\n",
    )
    loaded = load(path)
    found = one(loaded)
    assert not loaded.problems
    assert found.text == "\n# Gate\nIt broke.\n"
    assert (found.doc_id, found.title, found.publisher) == ("flood/gate", "1984", "The Post")
    assert (found.author, found.published, found.kind) == ("A. Orlov, B. Marsh", "2031-04-12", "wire")


def test_a_heading_is_the_title_and_the_path_the_id(tmp_path: Path) -> None:
    write(tmp_path, "story/gate.opened.md", "# Gate opened\n\nBy hand.")
    found = one(load(tmp_path))
    assert (found.doc_id, found.title, found.publisher, found.published) == (
        "story/gate.opened",
        "Gate opened",
        None,
        None,
    )


@pytest.mark.parametrize(
    ("text", "said", "body"),
    [
        ("---\ntitle: 'open\nx: [\n---\nBody.\n", "not YAML", "Body.\n"),
        ("---\ntitle: no end\nBody.\n", "no closing", "---\ntitle: no end\nBody.\n"),
        ("---\nx: " + "[" * 5000 + "\n---\nBody.\n", "not YAML", "Body.\n"),
        ("---\nx: &a [y, y]\nauthor: [&b [*a, *a], [*b, *b], A. Orlov]\n---\nBody.\n", "", "Body.\n"),
        ("---\nauthor: &a [*a, *a]\n---\nBody.\n", "not YAML", "Body.\n"),
        ("---\n- a: b\n---\nBody.\n", "", "---\n- a: b\n---\nBody.\n"),
        ("---\n\nA rule, then prose.\n", "", "---\n\nA rule, then prose.\n"),
        ("---\npublished: 2031\n---\nBody.\n", "'2031' names no day or month", "Body.\n"),
        ("---\npublished: soon\n---\nBody.\n", "'soon' names no day or month", "Body.\n"),
    ],
)
def test_bad_front_matter_loses_no_document(tmp_path: Path, text: str, said: str, body: str) -> None:
    loaded = load(write(tmp_path, "a.md", text))
    assert one(loaded).text == body
    assert one(loaded).published is None
    assert said in problems(loaded)
    assert bool(said) == bool(loaded.problems)


def test_plain_text_shows_title_author_and_date_but_no_copyright_year(tmp_path: Path) -> None:
    text = (
        "Copyright (c) 2021 The Harbour Post\n\nSkip to main content\n\nNews\n\nGate on the river opened by hand\n\n"
        f"By Ana Orlov\n\n12 April 2031, 3.17pm\n\n{ARTICLE}\n\nLater on, 3 May 2032 was named as the day."
    )
    found = one(load(write(tmp_path, "a.txt", text)))
    assert found.text == text
    assert (found.title, found.author, found.published) == (
        "Gate on the river opened by hand",
        "Ana Orlov",
        "2031-04-12",
    )
    assert found.publisher is None


def test_plain_text_that_shows_nothing(tmp_path: Path) -> None:
    found = one(load(write(tmp_path, "a.txt", f"{ARTICLE}\n{ARTICLE}\nWhat happened on that other day")))
    assert (found.title, found.author, found.published) == (None, None, None)


HTML = f"""<!doctype html><html lang="en-GB"><head><title>Gate opened | The Post</title>
<link rel="canonical" href="https://post.example/gate"><meta property="og:site_name" content="The Harbour Post">
<meta name="author" content="Ana Orlov"><meta property="article:published_time" content="2031-04-12T22:15:00+02:00">
</head><body><nav><a href="/">Home</a></nav><div class="cookie-banner">We use cookies. Accept all</div>
<article><h1>Gate opened</h1><p>{ARTICLE}</p><p>Short one</p><p>nobody was hurt.</p></article>
<aside><h3>Related articles</h3><a href="/x">Bridge</a></aside><footer>Copyright (c) 2021 The Post</footer></body>"""


def test_html(tmp_path: Path) -> None:
    found = one(load(write(tmp_path, "a.html", HTML)))
    assert (found.url, found.publisher, found.author) == ("https://post.example/gate", "The Harbour Post", "Ana Orlov")
    assert (found.published, found.language) == ("2031-04-12", "en")
    assert "opened by hand" in found.text
    assert "cookies" not in found.text
    assert "Copyright" not in found.text
    assert "Short one\n\nnobody" in found.text


def test_malformed_html_without_metadata(tmp_path: Path) -> None:
    page = f"<html><body><div><p>{ARTICLE}<p>No <b>one was hurt.</div><p>Copyright (c) 2021 Harbour Post"
    found = one(load(write(tmp_path, "a.htm", page)))
    assert "opened by hand" in found.text
    assert (found.publisher, found.published) == (None, None)
    loaded = load(write(tmp_path, "b.html", "<<<>>><p"))
    assert not loaded.documents
    assert "no article was found" in problems(loaded)


def pdf(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(out),
    )


def test_pdf(tmp_path: Path) -> None:
    assert one(load(write(tmp_path, "a.pdf", pdf("The gate broke at noon.")))).text.strip() == "The gate broke at noon."
    assert "no text, only pictures" in problems(load(write(tmp_path, "b.pdf", pdf(""))))
    assert "cannot be read" in problems(load(write(tmp_path, "c.pdf", b"%PDF-1.4 broken")))


@pytest.mark.parametrize(("module", "name"), [("pypdf", "a.pdf"), ("pyarrow", "a.parquet")])
def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    assert "pip install 'triage-claims[" in problems(load(write(tmp_path, name, b"x")))


def test_jsonl(tmp_path: Path) -> None:
    lines = [
        json.dumps({"_id": 7, "body": "Lone \ud800 here.", "date": "12 April 2031", "outlet": "The Post"}),
        "",
        "not json",
        "[1]",
        '{"text": 5}',
        '{"id": "7", "text": "Again."}',
        json.dumps({"abstract": ["One.", "Two."], "published_at": "someday"}),
    ]
    loaded = load(write(tmp_path, "r.jsonl", "\n".join(lines)))
    assert [(d.doc_id, d.text, d.published) for d in loaded.documents] == [
        ("7", "Lone \ufffd here.", "2031-04-12"),
        ("r#7", "One. Two.", None),
    ]
    assert [problem.line for problem in loaded.problems] == [3, 4, 5, 6, 7]
    assert "'7' already" in problems(loaded)


def test_other_records(tmp_path: Path) -> None:
    from pyarrow import Table, parquet

    records = [{"id": "a", "content": "Line one\nline two.", "published_at": "2031-04-12T10:00:00Z", "title": "T"}]
    write(tmp_path, "a.json", json.dumps(records))
    write(tmp_path, "b.csv", 'id;content\nb;"Line one\nline two."\nc;\n')
    write(tmp_path, "d.jsonl.gz", gzip.compress(b'{"id": "d", "text": "Packed."}\n'))
    write(tmp_path, "e.json", "{")
    parquet.write_table(
        Table.from_pylist([{"id": "p", "text": "Rows.", "date": datetime(2031, 4, 12, tzinfo=UTC)}]),
        tmp_path / "p.parquet",
    )
    write(tmp_path, "q.parquet", "no parquet")
    loaded = load(tmp_path)
    assert [(d.doc_id, d.text, d.published) for d in loaded.documents] == [
        ("a", "Line one\nline two.", "2031-04-12"),
        ("b", "Line one\nline two.", None),
        ("d", "Packed.", None),
        ("p", "Rows.", "2031-04-12"),
    ]
    assert [Path(problem.path or "").name for problem in loaded.problems] == ["b.csv", "e.json", "q.parquet"]


def test_a_folder_is_read_in_order_and_its_bad_files_are_listed(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a.txt", "README.md", "sub/DATASHEET.md", ".hidden.txt", ".git/x.txt", "LICENSE"):
        write(tmp_path, name, f"Text of {name}.")
    write(tmp_path, "empty.txt", "")
    write(tmp_path, "blank.md", " \n\u200b\n")
    write(tmp_path, "noise.txt", bytes(range(256)) * 4)
    write(tmp_path, "letter.docx", "x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    loaded = load(tmp_path)
    assert [document.doc_id for document in loaded.documents] == ["a/z", "a", "b"]
    listed = {Path(problem.path or "").name for problem in loaded.problems}
    assert listed == {"empty.txt", "blank.md", "noise.txt", "letter.docx", "gone.txt", "pipe.txt"}


def test_what_may_not_be_read_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt", "closed/c.txt"):
        write(tmp_path, name, "Text.")
    opened, listed = Path.read_bytes, os.scandir

    def refuse(path: Path) -> bytes:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path)

    def closed(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    monkeypatch.setattr(os, "scandir", closed)
    loaded = load(tmp_path)
    assert one(loaded).doc_id == "b"
    assert [Path(problem.path or "").name for problem in loaded.problems] == ["a.txt", "closed"]
    assert problems(loaded).count("cannot be read (Permission denied)") == 2


def test_limits_and_wrong_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage.documents, "MAX_BYTES", 10)
    assert "larger than 10 bytes" in problems(load(write(tmp_path, "a.txt", "Eleven bytes")))
    assert "holds no documents" in problems(load(write(tmp_path, "none/README.md", "x").parent))
    with pytest.raises(CorpusError, match="no such file"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("encoding", "text", "guessed"),
    [
        ("utf-8-sig", "Naïve “gate”", False),
        ("utf-16", "Naïve “gate”", False),
        ("cp1252", "Le général a démissionné à cause de la guerre, dit-il.", True),
        ("cp1251", "Генерал подал в отставку из-за войны, сообщил министр.", True),
        ("cp1250", "Źródła mówią, że żołnierze odmówili udziału w wojnie.", True),
        ("shift_jis", "大臣は戦争のために辞任した、と将軍は述べた。", True),
    ],
)
def test_encodings(encoding: str, text: str, guessed: bool) -> None:
    found, note = decode(text.encode(encoding))
    assert (found, bool(note)) == (text, guessed)


def test_a_declared_encoding_is_believed(tmp_path: Path) -> None:
    page = HTML.replace("<head>", '<head><meta charset="koi8-r">').replace("night", "ночью").encode("koi8-r")
    loaded = load(write(tmp_path, "a.html", page))
    assert "ночью" in one(loaded).text
    assert not loaded.problems


def test_what_cannot_be_seen_goes_and_all_else_stays() -> None:
    assert clean("a\r\nb\rc\u2028d\x85e\fg") == "a\nb\nc\nd\ne\ng"
    assert (
        clean("re\u200bsig\u2060ned\ufeff \u202enot\u202c \U000e0049\U000e0067no\x00\x1b[31m") == "resigned not no[31m"
    )
    assert clean("\ufe0f".join(["x", "", "", "y"])) == "x\ufe0fy"
    kept = "soft\u00adhyphen\u00a0“x” ﬁ e\u0301 می\u200cخواهم क\u094d\u200dष 👩\u200d🚒 ❤\ufe0f\n\ttab"
    assert clean(kept) == kept
    assert clean("b\u200dank") == "bank"
    assert clean("\udc80") == "\ufffd"


@given(st.text(st.characters(), max_size=300))
@settings(deadline=None)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_loaded_with_exact_segments(text: str) -> None:
    for document in load([Document(doc_id="d", text=text)]).documents:
        at = 0
        for segment in document.segments:
            assert at <= segment.start < segment.end <= len(document.text)
            at = segment.end
        assert "".join("".join(p.text for p in split(document)).split()) == "".join(document.text.split())


def test_documents_at_hand_are_treated_alike() -> None:
    cleaned, kept = load(
        [
            Document(doc_id="a", text="Read\u200b this.\r\nSubscribe to our newsletter today."),
            Document(
                doc_id="b", text="He\u200bad. Tail.", segments=(Segment(start=7, end=12, kind="post", author="x"),)
            ),
        ]
    ).documents
    assert cleaned.text == "Read this.\nSubscribe to our newsletter today."
    assert [cleaned.text[s.start : s.end] for s in cleaned.segments] == ["Subscribe to our newsletter today."]
    assert cleaned.sha256 == Document.model_validate(cleaned.model_dump() | {"sha256": ""}).sha256
    assert [(kept.text[s.start : s.end], s.author) for s in kept.segments] == [("Tail.", "x")]
    assert "already" in problems(load([cleaned, cleaned]))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2031-04-12", "2031-04-12"),
        ("2031-04", "2031-04"),
        ("2031-04-12T23:15:00+02:00", "2031-04-12"),
        ("2031-04-12 23:15:00.123 UTC", "2031-04-12"),
        ("2031/4/2", "2031-04-02"),
        ("20310412", "2031-04-12"),
        ("12 April 2031, 3.17pm", "2031-04-12"),
        ("April 12th, 2031 at 2:34 pm", "2031-04-12"),
        ("Sat, 12 Apr 2031 09:15:00 GMT", "2031-04-12"),
        ("Sept. 2031", "2031-09"),
        ("12.04.2031", "2031-04-12"),
        ("25/03/2031", "2031-03-25"),
        ("03/25/2031", "2031-03-25"),
        (1933113600, "2031-04-05"),
        (1933113600000, "2031-04-05"),
        (date(2031, 4, 12), "2031-04-12"),
        (datetime(2031, 4, 12, 9, tzinfo=UTC), "2031-04-12"),
        ("04/05/2031", None),
        ("2031", None),
        (2031, None),
        ("2031-02-30", None),
        ("2031-13", None),
        ("12 April 2031 or so", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(written: object, read: str | None) -> None:
    assert read_date(written) == read

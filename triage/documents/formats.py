"""Files that hold one document: plain text, Markdown, HTML, PDF."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from triage.documents.build import Item, build, from_the_head, known_fields
from triage.documents.text import clean, decode
from triage.documents.threads import take_posts, written
from triage.errors import CorpusError

_FENCE = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.MULTILINE)
_KEY = re.compile(r"[ \t]*(?:#.*|\w[\w -]*:(?:\s.*)?)(?:\r?\n|$)")
_HEADING = re.compile(r"^#{1,2}[ \t]+(?P<title>.+?)[ \t#]*$|^(?P<underlined>[^\n]+)\n={3,}[ \t]*$", re.MULTILINE)


def read_text(data: bytes, doc_id: str, path: Path) -> Iterator[Item]:
    """Yield the document of a plain text file."""
    text, note = decode(data)
    if note:
        yield CorpusError(note, path=path)
    yield from build(text, from_the_head(text), doc_id=doc_id, path=path)


def read_markdown(data: bytes, doc_id: str, path: Path) -> Iterator[Item]:
    """Yield the document of a Markdown file; the text is what follows the YAML front matter, whole."""
    text, note = decode(data)
    if note:
        yield CorpusError(note, path=path)
    body, fields, problem = _front_matter(text)
    if problem:
        yield CorpusError(problem, path=path, line=1)
    heading = _HEADING.search(body)
    if heading and not body[: heading.start()].strip():
        fields.setdefault("title", heading["title"] or heading["underlined"])
    yield from build(body, fields, doc_id=doc_id, path=path)


def _front_matter(text: str) -> tuple[str, dict[str, object], str | None]:
    """Return the body, the fields and what was wrong with them."""
    opening = _FENCE.match(text)
    if not opening or not _KEY.match(text, opening.end()):
        return text, {}, None
    closing = _CLOSING_FENCE.search(text, opening.end())
    if not closing:
        return text, {}, "its front matter has no closing ---; read as text"
    body = text[closing.end() :]
    try:
        # Every scalar stays the string it is: a title may be 1984, and a date need not be one that YAML knows.
        fields = yaml.load(text[opening.end() : closing.start()], Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        return body, {}, f"its front matter is not YAML ({_first_line(error)}); kept without it"
    if not isinstance(fields, dict):
        return body, {}, "its front matter is not a list of `name: value`; kept without it"
    return body, known_fields({str(key): value for key, value in fields.items()}), None


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


@contextmanager
def _quiet(library: str) -> Iterator[None]:
    """Keep a library from writing what it thinks of a file to the terminal: what matters is listed as a problem."""
    logger = logging.getLogger(library)
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def read_html(data: bytes, doc_id: str, path: Path) -> Iterator[Item]:
    """Yield the article of an HTML page with its comments, or the thread of a forum's, with the metadata it declares.

    trafilatura finds the article and drops the rest. The publisher is taken only where the page names its site: a host
    name is no publisher. A thread has no author and date but those of its posts.
    """
    from trafilatura import bare_extraction, extract_metadata, load_html, settings  # heavy, and needed for HTML only

    text, note = decode(data)
    if note:
        yield CorpusError(note, path=path)
    # A search of the whole page would take a copyright year for the article's date.
    dates = {"original_date": True, "extensive_search": False, "max_date": "2999-12-31"}
    try:
        with _quiet("trafilatura"):
            tree = load_html(text)
            posts = [] if tree is None else take_posts(tree)
            thread = bool(posts) and not posts[0].comment
            page = (
                extract_metadata(tree, date_config=dates)
                if thread
                else bare_extraction(tree, include_comments=False, with_metadata=True, date_extraction_params=dates)
            )
    except Exception as error:
        raise CorpusError(f"its HTML cannot be read ({_first_line(error)}); save it again or as text") from error
    if not isinstance(page, settings.Document) or not (page.text or posts):
        raise CorpusError("no article was found in its HTML; save the article as text")
    fields: dict[str, object] = {"title": page.title, "url": page.url}
    if thread:
        fields["kind"] = "forum"
    else:
        fields |= {"author": page.author, "published": page.date}
    if page.sitename and page.sitename.lower() not in {page.hostname, f"www.{page.hostname}"}:
        fields["publisher"] = page.sitename
    language = re.search(r"<html[^>]*\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", text[:5000], re.IGNORECASE)
    if language:
        fields["language"] = language.group(1).lower()
    # trafilatura parts paragraphs by one line break, which reads like a wrapped line.
    whole, headers = written(posts, after=clean((page.text or "").replace("\n", "\n\n")))
    yield from build(whole, fields, doc_id=doc_id, path=path, posts=headers)


def read_pdf(data: bytes, doc_id: str, path: Path) -> Iterator[Item]:
    """Yield the text of a PDF, page after page. Its date of creation is not taken for one of publication."""
    try:
        from pypdf import PdfReader
    except ImportError:
        raise CorpusError("PDF needs pypdf: pip install 'triage-claims[pdf]'") from None
    try:
        with _quiet("pypdf"):
            reader = PdfReader(io.BytesIO(data))
            text = "\n".join(page.extract_text() for page in reader.pages)
            about = reader.metadata
    except Exception as error:
        raise CorpusError(
            f"its PDF cannot be read ({_first_line(error)}); print it again or convert it to text"
        ) from error
    if not text.strip():
        raise CorpusError("its PDF holds no text, only pictures: run OCR on it first")
    yield from build(text, {"title": about and about.title, "author": about and about.author}, doc_id=doc_id, path=path)

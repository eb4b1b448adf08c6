"""Fields and text to a `Document`: names that fields go by, dates, a title where it is plain to see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from triage.documents.boilerplate import boilerplate
from triage.documents.dates import WRITTEN_DAY, WRITTEN_TIME, read_date
from triage.documents.posts import Header
from triage.documents.segmenting import segments
from triage.documents.text import clean
from triage.errors import CorpusError
from triage.schema import Document


@dataclass(frozen=True)
class Found:
    """A document and the file and line that it came from."""

    document: Document
    path: Path | None = None
    line: int | None = None


Item = Found | CorpusError
"""What a reader of files yields: a document, or what was wrong."""

_ALIASES = {
    "doc_id": ("doc_id", "id", "_id", "docid", "document_id", "uid", "uuid"),
    "text": ("text", "body", "content", "contents", "article", "maintext", "full_text", "fulltext", "abstract"),
    "title": ("title", "headline", "heading", "name"),
    "url": ("url", "link", "canonical", "canonical_url", "permalink", "web_url"),
    "publisher": ("publisher", "outlet", "sitename", "site_name", "site", "newspaper", "publication", "source"),
    "author": ("author", "authors", "byline", "by", "creator", "user", "username"),
    "published": (
        "published", "date", "published_at", "publish_date", "published_date", "publication_date", "date_published",
        "datepublished", "pubdate", "pub_date", "created", "created_at", "timestamp", "datetime", "time",
    ),
    "language": ("language", "lang"),
    "kind": ("kind", "type", "doc_type"),
}  # fmt: skip
ALIASES = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
"""The names that a field may have in front matter or records, to the name it has in a `Document`."""

_NOTHING = frozenset(("", "~", "null", "none", "nan", "n/a", "unknown"))


def known_fields(record: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of a record that a `Document` has, under its names; of two aliases the first listed wins."""
    given = {key.strip().lower().replace(" ", "_").replace("-", "_"): value for key, value in record.items() if key}
    found = {
        name: [given[alias] for alias in aliases if _is_given(given.get(alias))] for name, aliases in _ALIASES.items()
    }
    return {name: values[0] for name, values in found.items() if values}


def _is_given(value: object) -> bool:
    return bool(value) if isinstance(value, list | tuple | Mapping) else str(value).strip().lower() not in _NOTHING


def build(
    text: str,
    fields: Mapping[str, object],
    *,
    doc_id: str,
    path: Path | None = None,
    line: int | None = None,
    posts: Sequence[Header] = (),
) -> Iterator[Item]:
    """Yield the document, and before it what was wrong with its fields.

    `fields` go by the names of `Document`; `doc_id` is used where they hold none. The text is cleaned of what cannot
    be seen and otherwise kept whole; its segments are found here.
    """
    text = clean(text)
    if not text.strip():
        yield CorpusError("has no text", path=path, line=line)
        return
    known = {
        name: _one_line(value)
        for name, value in fields.items()
        if name not in ("published", "text") and _is_given(value)
    }
    when = fields.get("published")
    if _is_given(when):
        day = read_date(when)
        if day:
            known["published"] = day
        else:
            message = f"the date {when!r} names no day or month (write 2031-04-12 or 2031-04): kept without a date"
            yield CorpusError(message, path=path, line=line)
    known = {"doc_id": doc_id, **{name: value for name, value in known.items() if value}}
    known["kind"] = known.get("kind", "article").lower()
    try:
        found = Document.model_validate({**known, "text": text, "segments": segments(text, known["kind"], posts)})
        yield Found(found, path, line)
    except ValidationError as error:
        first = error.errors()[0]
        yield CorpusError(f"{first['loc']}: {first['msg']}", path=path, line=line)


def _one_line(value: object) -> str:
    """Return a field as one line: several authors joined, of an object its name.

    Looks one level deep: YAML can refer to itself, and a small file can stand for endless text.
    """
    several = value if isinstance(value, list | tuple) else [value]
    named = [each.get("name") if isinstance(each, Mapping) else each for each in several]
    known = [each for each in named if isinstance(each, str | int | float | date) and _is_given(each)]
    return ", ".join(" ".join(clean(str(each)).split()) for each in known)


_ONLY_A_DATE = re.compile(
    rf"(?:(?:published|posted|date)(?: on)?:?\s*)?(?P<when>{WRITTEN_DAY})(?:[,\s–—|-]+(?:{WRITTEN_TIME}))?\W*",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:(?:article |story |words |report |written )?by:?)\s+(?P<who>(?:[^\W\d_][\w.’'-]*\s?){2,4})", re.IGNORECASE
)
_HEAD = 5000
_LONG = 25
_TITLE_WORDS = range(4, _LONG + 1)


def from_the_head(text: str) -> dict[str, str]:
    """Return the title, author and date that the first lines of a plain text show beyond doubt.

    The title is the first line that reads like one, before any paragraph; the date a line that is nothing else (so
    neither a copyright year nor a date in a sentence); the author a byline. No publisher is ever guessed.
    """
    found: dict[str, str] = {}
    head = text[:_HEAD]
    furniture = boilerplate(head)
    paragraphs = 0
    for line in re.finditer(r"\S.*\S", head):
        words = len(line.group().split())
        if any(start <= line.start() < end for start, end in furniture):
            continue
        day, name = _ONLY_A_DATE.fullmatch(line.group()), _BYLINE.fullmatch(line.group())
        if day:
            found.setdefault("published", day["when"])
        elif name:
            found.setdefault("author", name["who"].strip())
        elif words > _LONG or line.group()[-1] in '.!…:;,"”’':
            # One may be the standfirst; with the second the article has begun.
            paragraphs += 1
        elif paragraphs == 0 and words in _TITLE_WORDS:
            found.setdefault("title", line.group())
        if paragraphs > 1:
            break
    return found

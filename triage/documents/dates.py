"""Dates as people and machines write them, to the days and months of the schema."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"

WRITTEN_DAY = (
    rf"{_WEEKDAY}(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|{_DAY}\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+{_DAY},?\s+\d{{4}}"
    r"|\d{1,2}[./]\d{1,2}[./]\d{4})"
)
"""A pattern for a day, for use inside others; match it without regard to case."""
WRITTEN_TIME = (
    r"(?:at\s+)?\d{1,2}[:.h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:Z\b|UTC|[A-Z]{3,4}\b|[+-]\d{2}:?\d{2})?"
)
"""A pattern for a time of day."""

_REST = re.compile(rf"[T\s,–-]*(?:{WRITTEN_TIME})?\s*(?:\([A-Z]{{2,5}}\))?", re.IGNORECASE)
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)",
        r"(?P<y>\d{4})[-/](?P<m>\d{1,2})(?![\d-])",
        rf"{_WEEKDAY}(?P<d>{_DAY})\s+(?P<m>{_MONTH}),?\s+(?P<y>\d{{4}})(?!\d)",
        rf"{_WEEKDAY}(?P<m>{_MONTH})\s+(?P<d>{_DAY}),?\s+(?P<y>\d{{4}})(?!\d)",
        rf"(?P<m>{_MONTH}),?\s+(?P<y>\d{{4}})(?!\d)",
        r"(?P<d>\d{1,2})[.](?P<m>\d{1,2})[.](?P<y>\d{4})(?!\d)",
        # 25/03/2022 and 03/25/2022 say which is the day; 04/05/2022 does not, and stays unread.
        r"(?P<d>1[3-9]|2\d|3[01])/(?P<m>\d{1,2})/(?P<y>\d{4})(?!\d)",
        r"(?P<m>\d{1,2})/(?P<d>1[3-9]|2\d|3[01])/(?P<y>\d{4})(?!\d)",
    )
]
_EARLIEST_EPOCH = 10**8
_EARLIEST_EPOCH_MS = 10**11


def read_date(value: object) -> str | None:
    """Return a day (`2022-03-07`) or month (`2022-03`), or None where the value names neither.

    Reads ISO 8601, RFC 5322, days and months in English words, dotted day-first dates, `date` and `datetime`
    objects, and seconds or milliseconds since 1970. A time of day is dropped; the day is the one written, in
    whatever zone it was written. A year alone, and `04/05/2022`, are None: they do not say enough.
    """
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(value)
    text = str(value).strip()
    for form in _FORMS:
        found = form.match(text)
        if found and _REST.fullmatch(text, found.end()):
            return _partial(found.groupdict())
    return None


def _partial(parts: dict[str, str | None]) -> str | None:
    year, month = parts["y"] or "", (parts["m"] or "").lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    day = re.match(r"\d+", parts.get("d") or "")
    try:
        return date(int(year), number, int(day.group()) if day else 1).isoformat()[: 10 if day else 7]
    except ValueError:
        return None


def _since_1970(value: float) -> str | None:
    seconds = value / 1000 if value >= _EARLIEST_EPOCH_MS else value
    if not _EARLIEST_EPOCH <= seconds < _EARLIEST_EPOCH_MS:
        return None
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()

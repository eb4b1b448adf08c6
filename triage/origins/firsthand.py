"""How a writer knows what the words tell: saw it, heard it said, read it in a paper, or was told by somebody."""

from __future__ import annotations

import re

from triage.origins.lexicon import DOCUMENT_NOUNS
from triage.origins.paths import paragraph
from triage.origins.profile import QUOTATION
from triage.schema import Document

_FIRST_HAND = re.compile(
    r"\b(?:I|me|my|us)\b|\b[Ww]e (?:\w+ )?(?:saw|watched|heard|counted|visited|found|stood|"
    r"walked|met|stand|see|watch|were)\b|"
    r"\b[Oo]ur (?:own )?(?:reporter|correspondent|photographer|team)\b|"
    r"\bthis (?:reporter|correspondent|newspaper|paper|station)\b|"
    r"\b(?:[Aa]|[Oo]ur|[Tt]wo|[\w ]{3,40}) (?:reporter|correspondent|photographer|journalist)s? "
    r"(?:who|that|saw|reached|"
    r"stood|counted|watched|found|visited|at)\b|\bI['’]m\b"
)
_SECOND_HAND = re.compile(
    r"\b(?:told|tells|telling|asked|showed) (?:us|me|this \w+|our reporter)\b|\bI misheard\b|"
    r"\b(?:my|our) (?:\w+ )?(?:article|column|newsletter|post|report|story)\b"
)
_HEARD = re.compile(
    r"\btold (?:us|me|reporters|this|our)\b|\btells (?:us|me)\b|\b(?:news|press) conference\b|"
    r"\bin an? (?:\w+ )?interview\b|"
    r"\bby telephone\b|\b[Aa]sked by\b|\btold the \w+|\btold [A-Z]|\bour (?:studio|reporter)\b|\bprogramme\b|\bcrowd\b|"
    r"\bin (?:front of|the presence of)\b|\bstatement sent to\b"
)
_OWN_PAPER = re.compile(rf"\b[Ii]n (?:his|her|their) (?:\w+ )?(?:{'|'.join(sorted(DOCUMENT_NOUNS))})\b")
_SUBJECT = re.compile(
    r"^[“\"']?(?:The|This|That|A|An|Its|His|Her|Under|On)\s(?:\w+\s){0,3}?"
    rf"(?P<noun>(?:{'|'.join(sorted(DOCUMENT_NOUNS))})(?: (?:{'|'.join(sorted(DOCUMENT_NOUNS))}))*)\b"
)
_TELLS = (
    r"(?:gave|gives|puts?|listed|lists|counted|described|showed|shows|"
    r"read out|recorded|estimated|named|called|promised|"
    r"saw|watched|heard|noticed|found|goes on to say|went on to say)"
)
_TELLER = re.compile(rf"^(?P<who>It|They|He|She|[^.“”\"]{{3,90}}?),? (?:also )?{_TELLS}\b")


def saw(document: Document, start: int, end: int) -> bool:
    """Say whether the publisher speaks as one who was there: as I or we, or of its reporter, outside quotes."""
    first, last = paragraph(document, start, end)
    return bool(_FIRST_HAND.search(_SECOND_HAND.sub(" ", QUOTATION.sub(" ", document.text[first:last]))))


def heard(document: Document, start: int, end: int) -> bool:
    """Say whether the publisher heard with its own ears what is said: in an interview, at a news conference."""
    return bool(_HEARD.search(document.text, *paragraph(document, start, end)))


def own_paper(document: Document, start: int, end: int) -> bool:
    """Say whether words stand in a paper of whoever says them: "in her letter"."""
    return bool(_OWN_PAPER.search(document.text, start, end))


def paper(words: str) -> str | None:
    """Return the paper that a sentence has for its subject: "The letter gives the rent as ..."."""
    match = _SUBJECT.match(words)
    return match and match.group()


def teller(words: str) -> str | None:
    """Return the subject of a sentence that tells what it holds: "The board put the cost at ..."."""
    match = _TELLER.match(words)
    return match and match["who"]

"""How a writer knows what the words tell: saw it, heard it said, read it in a paper, or was told by somebody."""

from __future__ import annotations

import re

from triage.origins.credits import outlet_key
from triage.origins.lexicon import DOCUMENT_NOUNS
from triage.origins.paths import paragraph
from triage.origins.profile import QUOTATION, fold
from triage.schema import Document

_EYES = re.compile(
    r"\b(?:I|[Ww]e) (?:\w+ )?(?:saw|watched|heard|counted|visited|found|stood|walked|met|stand|see|watch|was|were)\b|"
    r"\b[Oo]ur (?:own )?(?:reporter|correspondent|photographer|team)\b|"
    r"\bthis (?:reporter|correspondent|newspaper|paper|station)\b|"
    r"\b(?:[Aa]|[Oo]ur|[Tt]wo|[\w ]{3,40}) (?:reporter|correspondent|photographer|journalist)s? "
    r"(?:who|that|saw|reached|"
    r"stood|counted|watched|found|visited|at)\b"
)
_SELF = re.compile(r"\b(?:I|me|my|us)\b|\bI['’]m\b")
_SECOND_HAND = re.compile(
    r"\b(?:told|tells|telling|asked|showed) (?:us|me|this \w+|our reporter)\b|\bI misheard\b|"
    r"\b(?:my|our) (?:\w+ )?(?:article|column|newsletter|post|report|story)\b"
)
_HEARD = re.compile(
    r"\btold (?:us|me|reporters|this|our)\b|\btells (?:us|me)\b|\b(?:news|press) conference\b|"
    r"\bin an? (?:\w+ )?interview\b|"
    r"\bby telephone\b|\b[Aa]sked by\b|\bour (?:studio|reporter)\b|\bcrowd\b|"
    r"\btold (?:the|a) (?:conference|council|court|hall|house|meeting|parliament|room)\b|"
    r"\bin (?:front of|the presence of)\b|\bstatement sent to\b"
)
_TOLD = re.compile(r"\b(?:told|tells|to) (?:the )?(?P<whom>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)")
_PAPER = re.compile(
    rf"\b(?:{'|'.join(sorted(DOCUMENT_NOUNS | {'annex', 'draft', 'plan', 'printout'}))})\b|\b[Pp]age \d", re.IGNORECASE
)
_HEARSAY = re.compile(
    r"\b(?:(?:[Aa]ll|[Ww]hat) (?:I|he|she|we|they) (?:know|knows|knew|heard|read)|"
    r"I (?:only )?hear|I heard (?:that|it|from)|(?:I|he|she|we|they) (?:was|were|had been|have been) told|"
    r"(?:people|they|some) say|rumou?r)\b|"
    r"\b(?:read|heard|learned|learnt|knew|knows) (?:\w+ ){0,3}?(?:from|in) (?!person)|"
    r"\b(?:had|has|have) told (?:him|her|them|me|us)\b|"
    r"\b[Ww]hat (?:the )?[A-Z][\w-]+ (?:\w+ )?(?:printed|wrote|reported|published|said)\b"
)
_MINUTES = re.compile(r"\b(?:minutes|transcript|hearing|proceedings|verbatim)\b", re.IGNORECASE)
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
    """Say whether the publisher speaks as one who was there: as I or we, or of its reporter, outside quotes.

    The words themselves must say so, or the eyes of their paragraph. What tells of a paper was read and not seen.
    """
    words, beside = (
        _SECOND_HAND.sub(" ", QUOTATION.sub(" ", document.text[first:last]))
        for first, last in ((start, end), paragraph(document, start, end))
    )
    if not words.strip() or _PAPER.search(words):
        return False
    return bool(_SELF.search(words) or _EYES.search(beside))


def hearsay(document: Document, start: int, end: int) -> bool:
    """Say whether words tell that whoever says them was told so: "what the papers printed", "I hear"."""
    return bool(_HEARSAY.search(document.text, start, end))


def heard(document: Document, start: int, end: int) -> bool:
    """Say whether the publisher heard with its own ears what is said: in an interview, at a news conference."""
    first, last = paragraph(document, start, end)
    own = outlet_key(document.publisher or "").rpartition(" ")[2]
    told = (fold(match["whom"].split()[-1]) for match in _TOLD.finditer(document.text, first, last))
    return bool(_HEARD.search(document.text, first, last)) or bool(own and own in told)


def minutes(document: Document) -> bool:
    """Say whether a document records what others said: the minutes of a meeting, the transcript of a hearing."""
    return bool(_MINUTES.search(document.title or document.text[:200]))


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

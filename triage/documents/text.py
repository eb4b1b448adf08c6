"""Bytes to text: what encoding, and which characters no reader of a page would see."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from triage.errors import CorpusError

MAX_BYTES = 64 * 1024 * 1024
"""The largest file, or line of records, that is read."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ["cp1252", "cp1251", "cp1250", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "gb18030", "big5"]
_GUESSES += ["shift_jis", "euc_jp", "euc_kr"]
_LATIN = {"cp1250", "cp1252", "cp1254"}
# Letters of Czech and Polish as they look when read as Western European.
_CENTRAL_AS_WESTERN = re.compile(r"[^\W\d_][¹³¿¾][^\W\d_]|[šžŠŽ]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_FEW_CONTROLS = 8
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_LINE_END = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Text that a page does not show but a model reads: tag characters and variation selectors can carry whole hidden
# instructions, zero-width ones break words apart so that no search finds them, bidirectional overrides show a reader
# other words than are stored, and control characters drive the terminal that a quote is printed on. All go before the
# text is hashed or an offset taken, so every offset is exact in what is stored.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+"
    # Joiners mean something in Arabic, Indic and South-East Asian scripts and in emoji, and only there.
    "|(?<![\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\ufb50-\ufdff\ufe70-\ufefe"
    "\U0001f000-\U0001faff\u200c\u200d])[\u200c\u200d]+"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""Return the text with `\n` line ends and without characters that cannot be seen.

    Nothing else is changed: spaces, soft hyphens, quotes and Unicode forms stay as they are. A lone surrogate, which
    no encoding can hold, becomes U+FFFD.
    """
    text = _LINE_END.sub("\n", text)
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))


def decode(data: bytes) -> tuple[str, str | None]:
    """Return the text of a file and, where its encoding had to be guessed, a note that says so.

    A byte order mark decides, then UTF-8, then what an HTML or XML head declares, then charset-normalizer's guess.

    Raises:
        CorpusError: the bytes are no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text or not data:
        if len(_CONTROL.findall(data)) > _FEW_CONTROLS + len(data) // 50:
            raise CorpusError("is not text; convert it to a text file first")
        return text, None
    declared = _DECLARED.search(data, 0, 2048)
    if declared:
        try:
            return data.decode(declared.group(1).decode("ascii")), None
        except (LookupError, UnicodeDecodeError):
            pass
    return _guessed(data)


def _guessed(data: bytes) -> tuple[str, str]:
    if b"\0" in data[:8192]:
        raise CorpusError("is not text; convert it to a text file (UTF-8) first")
    best = from_bytes(data, cp_isolation=_GUESSES).best()
    if best is None:
        raise CorpusError("its encoding cannot be told; save it as UTF-8")
    encoding, text = best.encoding, str(best)
    if encoding in _LATIN:
        western = data.decode("cp1252", "replace")
        if not _CENTRAL_AS_WESTERN.search(western):
            encoding, text = "cp1252", western
    return text, f"is not UTF-8; read as {encoding}, which is a guess: save it as UTF-8 to be sure"

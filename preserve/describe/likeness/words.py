"""The words of a text, as far as they are the same in every encoding, layout and page: pure.

What is dropped: capitals, compatibility forms (NFKC), usual punctuation, white space, the vowel signs and stretching
of Arabic, the points of Hebrew, invisible characters; of a web page also its tags, scripts, menus and lines of nothing
but links.  A change of anything here is a new version of ``TextPrint``.

Words are bytes, in UTF-8: this is done for every text that arrives, and to cut bytes takes a third of the time.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from preserve.describe.proposals.reading import MAX_BYTES, read

PLAIN, PAGE = "plain", "page"
"""The forms of a text: as it stands, or as a web page."""

_PAGES = frozenset(("text/html", "application/xhtml+xml"))
_NO_PROSE = frozenset(
    f"text/{name}"
    for name in (
        *("cache-manifest", "calendar", "css", "csv", "javascript", "rtf", "tab-separated-values", "troff", "uri-list"),
        *("vcard", "vtt", "x-diff", "x-java-properties", "x-shellscript", "x-vcard", "xml"),
    )
)

_MARKED = tuple(bytes((lead,)) for lead in range(0xD6, 0xDC))
"""How the letters of Hebrew and Arabic begin in UTF-8."""

_MARKS = re.compile(
    "[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200b-\u200f\u202a-\u202e]+"
)
_USUAL = (
    *(("\u0649", "\u064a"), ("\u06cc", "\u064a"), ("\u06a9", "\u0643")),
    *((sign, " ") for sign in "\u060c\u061b\u061f\u066a\u066b\u066c\u066d\u06d4"),
)
"""Windows-1256 has no Persian yeh and kaf, and writers mix them, and the yeh without dots; punctuation is none."""

_UNSPACED = re.compile(
    "([\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff])"
)
"""Scripts that put no spaces between words: each of their letters counts as a word."""

_MAY_BE_UNSPACED = (
    *(bytes((lead,)) for lead in (*range(0xE3, 0xEA), 0xF0)),
    *(
        b"\xe0\xb8",
        b"\xe0\xb9",
        b"\xe0\xba",
        b"\xe0\xbb",
        b"\xe1\x80",
        b"\xe1\x81",
        b"\xe1\x82",
        b"\xe1\x9e",
        b"\xe1\x9f",
    ),
)
_INVISIBLE = ("\u00ad", "\u2060", "\ufeff")
_PUNCTUATION = tuple(
    map(re.compile, (rb"\xc2[\x80-\xbf]", rb"\xe2\x80[\x80-\xbf]", rb"\xe2\x81[\x80-\xbf]", rb"\xe3\x80[\x80-\xbf]"))
)
"""That of Latin-1, of all scripts, and of East Asia, in UTF-8.  One by one, each is looked for by its first byte."""

_ASCII = bytes(code if code >= 0x80 or chr(code).isalnum() else 0x20 for code in range(256)).lower()

_NOT_SHOWN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(head|script|style|nav|footer|aside|form|noscript|template|svg|iframe|select|button|textarea)\b"
    r".*?(?:</\1\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_HEADING = re.compile(r"<h[1-3]\b[^<>]*>", re.IGNORECASE)
_HEADING_END = re.compile(r"</h[1-3]\s*>", re.IGNORECASE)
_LONGEST_HEADING = 1000
_LINK = re.compile(r"<(/?)a\b[^<>]*>", re.IGNORECASE)
_INLINE = re.compile(
    r"</?(?:abbr|b|bdi|bdo|big|cite|code|em|font|i|kbd|mark|q|s|small|span|strike|strong|sub|sup|time|tt|u|var|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_LINK_TEXT = re.compile("\x01[^\x02]*(?:\x02|$)")


def form_of(mime: str) -> str:
    """The form of a file of this media type, or "" if it is no text that a person reads."""
    kind = mime.partition(";")[0].strip().lower()
    if kind in _PAGES:
        return PAGE
    return PLAIN if kind.startswith("text/") and kind not in _NO_PROSE else ""


@dataclass(frozen=True, slots=True)
class Text:
    """The *words* of a text in their order, its *form*, and of a page the words of its first *heading*.

    *whole* is false where there is more than what was read.
    """

    words: Sequence[bytes]
    form: str
    heading: Sequence[bytes] = ()
    whole: bool = True


def text_of(data: bytes, charset: str, form: str) -> Text:
    """The text of a file with the content *data*, of this *form*; without words if it cannot be decoded.

    Only the first MiB is read.
    """
    text = _decoded(data[:MAX_BYTES], charset)
    whole = len(data) < MAX_BYTES  # whoever gives exactly so many bytes may have cut the file there
    if form == PLAIN:
        return Text(words(text), form, (), whole)
    return Text(words(shown_text(text)), form, _heading(text), whole)


def _decoded(data: bytes, charset: str) -> str:
    if charset in ("utf-8", "us-ascii"):  # as most are; ``read`` also finds their lines, which takes longer than this
        with suppress(UnicodeDecodeError):
            text = data.decode()
            return "" if "\0" in text else text
    reading = read(data, charset)
    return reading.text if reading else ""


def _heading(page: str) -> Sequence[bytes]:
    """The words of the first heading of the *page*."""
    begin = _HEADING.search(page)
    rest = page[begin.end() : begin.end() + _LONGEST_HEADING] if begin else ""
    end = _HEADING_END.search(rest)
    return words(html.unescape(_TAG.sub(" ", rest[: end.start()]))) if end else ()


def words(text: str) -> list[bytes]:
    """The words of *text*, in order."""
    if text.isascii():
        return text.encode().translate(_ASCII).split()
    plain = (text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)).casefold()
    for sign in _INVISIBLE:
        plain = plain.replace(sign, "")
    data = plain.encode("utf-8", "surrogatepass")
    if any(lead in data for lead in _MARKED):
        plain = _MARKS.sub("", plain)
        for letter, usual in _USUAL:
            plain = plain.replace(letter, usual)
        data = plain.encode("utf-8", "surrogatepass")
    if any(lead in data for lead in _MAY_BE_UNSPACED):
        data = " ".join(_UNSPACED.split(plain)).encode("utf-8", "surrogatepass")
    for signs in _PUNCTUATION:
        data = signs.sub(b" ", data)
    return data.translate(_ASCII).split()


def shown_text(page: str) -> str:
    """What a reader of the *page* is there for: no scripts, no menus, no lines that are nothing but links."""
    text = _NOT_SHOWN.sub("\n", page.replace("\x01", " ").replace("\x02", " "))
    text = _LINK.sub(lambda tag: "\x02" if tag[1] else "\x01", text)
    text = html.unescape(_TAG.sub("\n", _INLINE.sub("", " ".join(text.split()))))
    lines = (line for line in text.split("\n") if any(char.isalnum() for char in _LINK_TEXT.sub("", line)))
    return "\n".join(lines).replace("\x01", "").replace("\x02", "")

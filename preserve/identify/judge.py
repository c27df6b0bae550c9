"""What follows from what the probes saw.  Pure: values in, values out, no file is touched."""

from __future__ import annotations

import codecs
import re

from preserve.model import Identification

EMPTY_MIME = "inode/x-empty"
"""libmagic's word for a file without a byte."""

_TEXT_APPLICATIONS = (
    "ecmascript javascript json rtf sgml sql toml x-bibtex x-httpd-php x-javascript x-ndjson x-perl x-ruby x-sh "
    "x-shellscript x-subrip x-tex x-wine-extension-ini x-yaml xml xml-dtd yaml"
)
_TEXT_MIMES = frozenset(f"application/{name}" for name in _TEXT_APPLICATIONS.split())
_DOCUMENT_MIMES = frozenset(
    (
        "application/epub+zip",
        "application/msword",
        "application/pdf",
        "application/postscript",
        "application/x-mobipocket-ebook",
        "message/rfc822",
    )
)
_DOCUMENT_FAMILIES = ("application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument.")
_UNDECIDED = ("", "application/octet-stream")
_OFTEN_BY_CHANCE = (*_UNDECIDED, "application/x-dosexec")

_HTML_SUFFIXES = frozenset(("htm", "html", "shtml", "xht", "xhtml"))
_MAIL_SUFFIXES = frozenset(("eml", "mht", "mhtml"))
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL_START = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{0,60}:[ \t\r\n])")


def is_text(known: Identification) -> bool:
    """Whether the file is characters from beginning to end: plain text, markup, JSON, source code."""
    mime = known.mime
    if mime.startswith("text/") or mime in _TEXT_MIMES or mime.endswith(("+xml", "+json")):
        return True
    return known.charset != ""  # given only where all that was read is text, whatever signature it resembles


def is_document(known: Identification) -> bool:
    """Whether a person reads the file as a text: all of ``is_text``, and PDF, office documents, EPUB, e-mail."""
    if is_text(known) or known.mime in _DOCUMENT_MIMES or known.mime.startswith(_DOCUMENT_FAMILIES):
        return True
    return any(language.share > 0 for language in known.languages)


def may_hold_text(mime: str, hint: str) -> bool:
    """Whether it makes sense to look for a charset, given libmagic's *mime* and its word on the encoding."""
    if mime in ("application/pdf", EMPTY_MIME):
        return False
    return mime in _UNDECIDED or not hint or hint != "binary"


def document_kind(mime: str, suffix: str, head: bytes) -> str:
    """Which reader of documents fits: ``pdf``, ``zip``, ``html``, ``mail``, or "" for none.

    The beginning of the file decides first, because names and detectors err more often than signatures do.
    """
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    texty = mime.startswith("text/") or mime in _UNDECIDED or mime in ("application/xhtml+xml", "application/xml")
    if mime in ("text/html", "application/xhtml+xml") or (texty and suffix in _HTML_SUFFIXES):
        return "html"
    if mime == "message/rfc822":
        return "mail"
    if texty and suffix in _MAIL_SUFFIXES and _MAIL_START.match(head):
        return "mail"
    return "html" if texty and _HTML_START.match(head.removeprefix(codecs.BOM_UTF8)[:4096]) else ""


def settled_mime(known: Identification, other: str, basis: str) -> str:
    """The MIME type after PRONOM spoke: libmagic's, unless the bytes themselves speak against it.

    Short signatures fit the first letters of texts by chance (a Czech letter is "audio"), and a single letter is
    "octet-stream" for libmagic.  Where everything reads as text and PRONOM, too, found text in it and not only in
    the name, PRONOM's *other* type is taken.
    """
    doubtful = known.mime.startswith(("audio/", "font/", "image/", "video/")) or known.mime in _OFTEN_BY_CHANCE
    agreed = known.charset != "" and other == "text/plain" and "text match" in basis
    return other if doubtful and agreed and not known.mime.endswith("+xml") else known.mime


# --- charsets -----------------------------------------------------------------------------------------------

_PREFERRED = {
    "ascii": "us-ascii",
    "shift_jis": "shift_jis",
    "utf-8-sig": "utf-8",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "utf-32-le": "utf-32le",
    "utf-32-be": "utf-32be",
    "mac-roman": "macintosh",
}
_TWINS = {
    "iso8859-1": "cp1252",
    "iso8859-15": "cp1252",
    "cp932": "shift_jis",
    "cp949": "euc_kr",
    "cp874": "tis_620",
}


def charset_name(codec: str) -> str:
    """The name of a Python codec as IANA registers it, in lower case, or Python's own if IANA has none.

    Whatever comes back, ``bytes.decode`` understands it too.  "" if there is no such codec.
    """
    try:
        name = codecs.lookup(codec).name
    except (LookupError, ValueError):
        return ""
    windows = re.fullmatch(r"cp(125\d)", name)
    dos = re.fullmatch(r"cp([4-8]\d\d)", name)
    iso_2022 = re.fullmatch(r"iso2022_(\w+)", name)
    iso = re.fullmatch(r"iso8859-(\d+)", name)
    candidate = (
        _PREFERRED.get(name)
        or (windows and f"windows-{windows[1]}")
        or (dos and f"ibm{dos[1]}")
        or (iso_2022 and f"iso-2022-{iso_2022[1].replace('_', '-')}")
        or (iso and f"iso-8859-{iso[1]}")
        or name.replace("_", "-")
    )
    try:
        return candidate if codecs.lookup(candidate).name == name or name in _PREFERRED else name
    except LookupError:
        return name


def usual_twin(codec: str, sample: bytes) -> str:
    """*codec*, or its better known twin where both read *sample* alike, so that no character depends on the choice.

    Windows-1252 is how most texts that call themselves ISO 8859-1 or -15 were really written; the East Asian code
    pages have no name at IANA that Python knows, but those they extend do.
    """
    try:
        name = codecs.lookup(codec).name
        twin = _TWINS.get(name, "")
        if twin and sample.decode(name, "ignore") == sample.decode(twin, "ignore"):
            return twin
    except LookupError:
        pass
    return codec


_FEW = 200
"""One character in so many may be broken."""


def is_damaged_utf8(sample: bytes, *, cut: bool) -> bool:
    """Whether *sample*, not well-formed, is UTF-8 nevertheless: cut off in a character, or with a few broken bytes.

    Only characters outside ASCII are witnesses.  With *cut* a fault at the very end is taken for the file's own end.
    """
    witnesses = [char for char in sample.decode("utf-8", "replace") if char > "\x7f"]
    broken = witnesses.count("\N{REPLACEMENT CHARACTER}")
    sound = len(witnesses) - broken
    if cut and broken == 1 and sound and _is_cut(sample):
        return True
    return 0 < sound >= broken * _FEW


def _is_cut(sample: bytes) -> bool:
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end == len(sample) and error.reason == "unexpected end of data"
    return False


def mostly_fits(head: bytes, codec: str) -> bool:
    """Whether nearly all of *head* can be decoded."""
    text = head.decode(codec, "replace")
    return text.count("\N{REPLACEMENT CHARACTER}") * _FEW <= len(text)


_NEVER_IN_TEXT = re.compile("[\x00-\x06\x0e-\x19\x1c-\x1f]")


def reads_as_text(text: str) -> bool:
    """Whether *text* has none of the control characters that only binary data has."""
    return _NEVER_IN_TEXT.search(text) is None

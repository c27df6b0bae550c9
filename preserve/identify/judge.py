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
    return mime in _UNDECIDED and known.charset != ""


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


# --- charsets -----------------------------------------------------------------------------------------------

_PREFERRED = {
    "ascii": "us-ascii",
    "utf-8-sig": "utf-8",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "utf-32-le": "utf-32le",
    "utf-32-be": "utf-32be",
    "mac-roman": "macintosh",
    "gb2312": "gb2312",
    "euc_jis_2004": "euc-jp",
    "cp932": "windows-31j",
}
_LATIN_TWINS = ("iso8859-1", "iso8859-15")


def charset_name(codec: str) -> str:
    """The name of a Python codec as IANA registers it, in lower case, or Python's own if IANA has none.

    Whatever comes back, ``bytes.decode`` understands it too.  "" if there is no such codec.
    """
    try:
        name = codecs.lookup(codec).name
    except (LookupError, ValueError):
        return ""
    windows = re.fullmatch(r"cp(125\d)", name)
    iso = re.fullmatch(r"iso8859-(\d+)", name)
    candidate = (
        _PREFERRED.get(name)
        or (windows and f"windows-{windows[1]}")
        or (iso and f"iso-8859-{iso[1]}")
        or name.replace("_", "-")
    )
    try:
        return candidate if codecs.lookup(candidate).name == name or name in _PREFERRED else name
    except LookupError:
        return name


def widest_twin(codec: str, sample: bytes) -> str:
    """*codec*, or Windows-1252 where both read *sample* alike.

    Windows-1252 is how most texts that call themselves ISO 8859-1 or -15 were really written; it is preferred only
    where the choice makes no difference to a single character.
    """
    try:
        if codecs.lookup(codec).name in _LATIN_TWINS and sample.decode(codec) == sample.decode("cp1252"):
            return "cp1252"
    except (LookupError, UnicodeDecodeError):
        pass
    return codec


_NEVER_IN_TEXT = re.compile("[\x00-\x06\x0e-\x19\x1c-\x1f]")


def reads_as_text(text: str) -> bool:
    """Whether *text* has none of the control characters that only binary data has."""
    return _NEVER_IN_TEXT.search(text) is None

"""What single values look like: dates, media types, URIs, language tags, and characters that XML cannot hold.

All functions are pure.  What is legal here is legal in ``schemas/dcterms.xsd`` and in the official schemas.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from preserve.describe.record.terms import DCMI_TYPES, ELEMENT_OF, LANGUAGE_SCHEMES

_W3CDTF = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d)"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00))?)?)?",
    re.ASCII,
)
_WITHOUT_SECONDS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(Z|[+-]\d\d:\d\d)", re.ASCII)
_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+\-]{0,126}"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}(?:\s?;\s?[A-Za-z0-9!#$&^_.+\-]+=(?:[^\s;\"]+|\"[^\"]*\"))*", re.ASCII)
_URI_CHAR = r"(?:[^\s<>\"{}|\\^`\[\]#%\x00-\x20\x7f-\x9f\ud800-\udfff]|%[0-9A-Fa-f]{2})"
_URI = re.compile(rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?P<rest>{_URI_CHAR}+)(?:#{_URI_CHAR}*)?")
_AUTHORITY = re.compile(r"(?:[^/?@:]*(?::[^/?@]*)?@)?[^/?@:]+(?::\d{1,5})?(?:[/?].*)?", re.DOTALL)
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_URN = re.compile(r"urn:(?P<nid>[a-z0-9][a-z0-9-]{0,30}[a-z0-9]):(?P<nss>.+)", re.IGNORECASE | re.ASCII | re.DOTALL)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_MEANT_AS_URL = re.compile(r"(https?|ftp)\s{0,3}[:;]?\s{0,3}[/\\]{1,2}\s{0,3}(\S.*)", re.IGNORECASE | re.DOTALL)
_BARE_HOST = re.compile(
    r"(?:www\.\S+|[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|edu|gov|int|info|eu)(?:/\S*)?)", re.IGNORECASE
)
_LONGEST_ADDRESS = 2000
"""Characters beyond which a value that is no address is not taken for one that was mistyped."""
_KNOWN_URI_SCHEMES = frozenset(["http", "https", "ftp", "urn", "info", "ark", "tag", "mailto", "doi", "hdl"])

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything outside the production Char of XML 1.0 §2.2."""
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_w3cdtf(value: str) -> bool:
    """Whether *value* is a W3CDTF date: year, month, day, or a moment with seconds and time zone.

    A moment without seconds is W3CDTF too, but the schemas of 2008 refuse it; see ``lacks_seconds``.
    """
    match = _W3CDTF.fullmatch(value)
    if match is None or match["year"] == "0000":
        return False
    if match["day"] is None:
        return True
    try:
        date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return False
    return True


def lacks_seconds(value: str) -> bool:
    """Whether *value* is a W3CDTF moment that only misses its seconds, which the schemas of 2008 demand."""
    match = _WITHOUT_SECONDS.fullmatch(value)
    return match is not None and is_w3cdtf(f"{match[1]}:00{match[2]}")


def is_media_type(value: str) -> bool:
    """Whether *value* is a media type (RFC 6838 §4.2): ``text/plain``, also with parameters."""
    return _MEDIA_TYPE.fullmatch(value) is not None


def is_uri(value: str) -> bool:
    """Whether *value* is an absolute URI (RFC 3986 §3), or an IRI with letters beyond ASCII.

    A URN must also be one of RFC 8141, and a UUID in it one.
    """
    match = _URI.fullmatch(value)
    if match is None:
        return False
    if match["scheme"].lower() == "urn":
        urn = _URN.fullmatch(value)
        return urn is not None and (urn["nid"].lower() != "uuid" or _UUID.fullmatch(urn["nss"]) is not None)
    rest = match["rest"]
    return not rest.startswith("//") or _AUTHORITY.fullmatch(rest[2:]) is not None


def better_uri(value: str) -> str:
    """The address that *value*, which is none, was probably meant to be; or what is wrong with it, or ""."""
    text = value.strip()
    if len(text) > _LONGEST_ADDRESS:
        return ""
    if _BARE_HOST.fullmatch(text):
        return f"https://{text}" if is_uri(f"https://{text}") else ""
    if text[:4].lower() == "urn:":
        is_uuid = text[:9].lower() == "urn:uuid:"
        return (
            "a UUID has 32 figures in five groups"
            if is_uuid
            else "a URN is urn:, a registered name, and : before the rest"
        )
    found = _MEANT_AS_URL.fullmatch(text)
    if found is None:
        return ""
    first, *more = found[2].replace("\\", "/").split()
    address = f"{found[1].lower()}://{first}"
    whole = "%20".join([address, *more])
    if len(more) <= 2 and is_uri(whole):
        return whole
    return address if is_uri(address) else "it holds a character that no address may have"


@lru_cache(maxsize=1024)
def is_language_tag(tag: str) -> bool:
    """Whether *tag* is well-formed and its subtags are in the registry (BCP 47 §2.2.9).  ``eng`` is not: ``en`` is."""
    if not _LANGUAGE.fullmatch(tag):
        return False
    from langcodes import tag_is_valid  # noqa: PLC0415  35 ms that not every command needs

    return bool(tag_is_valid(tag)) and not _has_shorter(tag)


def _has_shorter(tag: str) -> bool:
    first = tag.partition("-")[0]
    better = better_tag(tag).partition("-")[0]
    return len(first) == 3 and len(better) == 2


@lru_cache(maxsize=1024)
def better_tag(tag: str) -> str:
    """The registered tag that *tag* (``en_GB``, ``eng``) was meant to be, or "" if that cannot be told."""
    from langcodes import standardize_tag, tag_is_valid  # noqa: PLC0415

    try:
        standard = str(standardize_tag(tag.strip().replace("_", "-")))
    except ValueError:  # LanguageTagError is one
        return ""
    return standard if _LANGUAGE.fullmatch(standard) and tag_is_valid(standard) else ""


@lru_cache(maxsize=1024)
def same_case(tag: str) -> str:
    """*tag* in the letters of BCP 47 §2.1.1, ``fr-CA`` for ``FR-ca``: case tells no languages apart."""
    if not _LANGUAGE.fullmatch(tag):
        return tag
    first, *rest = tag.lower().split("-")
    extended = len(first) == 1
    spelt = [first]
    for part in rest:
        extended = extended or len(part) == 1
        spelt.append(part if extended else {2: part.upper(), 4: part.title()}.get(len(part), part))
    return "-".join(spelt)


def legal_under(scheme: str, value: str) -> bool:
    """Whether *value* is what the encoding scheme demands.  Schemes without a syntax allow everything."""
    if scheme in LANGUAGE_SCHEMES:
        return is_language_tag(value)
    checks: dict[str, Callable[[str], bool]] = {
        "W3CDTF": is_w3cdtf,
        "IMT": is_media_type,
        "URI": is_uri,
        "DCMIType": DCMI_TYPES.__contains__,
        "ISO639-2": lambda text: re.fullmatch("[a-z]{3}", text) is not None,
        "ISO639-3": lambda text: re.fullmatch("[a-z]{3}", text) is not None,
        "ISO3166": lambda text: re.fullmatch("[A-Z]{2}", text) is not None,
    }
    return scheme not in checks or checks[scheme](value)


def scheme_for(term: str, value: str) -> str:
    """The encoding scheme that *value* evidently follows as a value of *term*, or "".

    Only where the form leaves no doubt: ``text/plain`` as a format, ``2019-12-27`` as a date.
    """
    element = ELEMENT_OF.get(term, "")
    if term == "dcterms:language":
        return "RFC4646" if is_language_tag(value) else ""
    if term == "dcterms:type":
        return "DCMIType" if value in DCMI_TYPES else ""
    if term == "dcterms:format":
        return "IMT" if is_media_type(value) else ""
    if element == "date":
        return "W3CDTF" if is_w3cdtf(value) else ""
    if element in ("identifier", "source", "relation", "rights") and is_uri(value):
        return "URI" if value.partition(":")[0].lower() in _KNOWN_URI_SCHEMES else ""
    return ""


def illegal_characters(text: str) -> str:
    """The characters of *text* that XML 1.0 cannot hold, each once, in order."""
    return "".join(dict.fromkeys(_NOT_XML.findall(text)))


def legible(text: str) -> str:
    r"""*text* with every character that XML 1.0 cannot hold written out: ``\x0b``, and ``\xe9`` for a stray byte.

    Nothing is dropped, so what stood there can still be read.
    """
    return _NOT_XML.sub(lambda found: _escape(found.group()), text)


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name or argument that is not UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def title_from_name(name: str) -> str:
    """A file name as it may stand in for a title: on one line, stray bytes and invisible tricks written out.

    Joiners stay: Persian and the Indic scripts need them.
    """
    shown = "".join(
        c if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") and c not in _BIDI_CONTROLS else _escape(c)
        for c in name
    )
    return legible(shown) if shown.strip() else repr(shown)

"""Rights statements and licences that are known by their address: rightsstatements.org and Creative Commons.

The canonical addresses are those that the two publish: ``http`` for rightsstatements.org, ``https`` for Creative
Commons, with a slash at the end and neither language nor page behind it.  All functions are pure.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

RIGHTS_TERMS = frozenset(["dcterms:rights", "dcterms:license", "dcterms:accessRights"])

STATEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "InC": "In Copyright",
        "InC-OW-EU": "In Copyright - EU Orphan Work",
        "InC-EDU": "In Copyright - Educational Use Permitted",
        "InC-NC": "In Copyright - Non-Commercial Use Permitted",
        "InC-RUU": "In Copyright - Rights-holder(s) Unlocatable or Unidentifiable",
        "NoC-CR": "No Copyright - Contractual Restrictions",
        "NoC-NC": "No Copyright - Non-Commercial Use Only",
        "NoC-OKLR": "No Copyright - Other Known Legal Restrictions",
        "NoC-US": "No Copyright - United States",
        "CNE": "Copyright Not Evaluated",
        "UND": "Copyright Undetermined",
        "NKC": "No Known Copyright",
    }
)
"""The twelve statements of rightsstatements.org, version 1.0."""

_KINDS = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
_KINDS_OF_1_0 = frozenset("by by-sa by-nd by-nc by-nc-sa by-nd-nc sa nd nc nc-sa nd-nc".split())  # noqa: SIM905
_PORTS = {
    "1.0": "fi il nl",
    "2.0": "at au be br ca cl de es fr hr it jp kr nl pl tw uk za",
    "2.1": "au ca es jp",
    "2.5": "ar au bg br ca ch cn co dk es hr hu il in it mk mt mx my nl pe pl pt scotland se si tw za",
    "3.0": "am at au az br ca ch cl cn cr cz de ec ee eg es fr ge gr gt hk hr ie igo it lu nl no nz ph pl pr pt ro rs"
    " sg th tw ug us ve vn za",
    "4.0": "",
}
_PORTS_OF = {version: frozenset(ports.split()) for version, ports in _PORTS.items()}
_ONLY_PORTED = frozenset(["2.1"])
_PUBLIC_DOMAIN = frozenset(["zero/1.0", "mark/1.0", "certification/1.0/us"])

_STATEMENT = re.compile(
    r"(?:https?:)?//(?:www\.)?rightsstatements\.org/(?:vocab|page|data)/([^/?#]+)(?:/([^/?#]*))?", re.IGNORECASE
)
_LICENCE = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/licenses/([^/?#]+)(?:/([^/?#]*)(?:/([^/?#]*))?)?", re.IGNORECASE
)
_DOMAIN = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/publicdomain/([^/?#]+(?:/[^/?#]+){0,2})", re.IGNORECASE
)
_PAGES = re.compile(r"(?:deed|legalcode|rdf)(?:\.[a-z_-]+)?|", re.IGNORECASE)
_SHORT = re.compile(
    r"(?:cc|creative commons)[\s-]+(by(?:[\s-](?:nc|nd|sa)){0,2})(?:[\s-]+(\d\.\d))?(?:[\s-]+([a-z]{2,8}))?",
    re.IGNORECASE,
)
_WORDS = {"attribution": "by", "noncommercial": "nc", "sharealike": "sa", "noderivatives": "nd", "noderivs": "nd"}
_ZERO = re.compile(r"cc[\s-]?(?:0|zero)(?:[\s-]+1\.0)?(?:\s+universal)?", re.IGNORECASE)
_MARK = re.compile(r"(?:pdm|(?:cc\s+)?public domain mark)(?:[\s-]+1\.0)?", re.IGNORECASE)
_LONGEST = 500
_BASE = "https://creativecommons.org/"


class Kind(Enum):
    """What a value of a rights term is to the two publishers."""

    CANONICAL = "canonical"
    SPELLING = "spelling"
    UNKNOWN = "unknown"
    NAME = "name"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rights:
    """*uri* is the canonical address that the value is or means, or for ``UNKNOWN`` the most likely one, or ""."""

    kind: Kind
    uri: str = ""


_OTHER = Rights(Kind.OTHER)


@lru_cache(maxsize=1024)
def read_rights(value: str) -> Rights:
    """What *value* says: an address of the two publishers (in which spelling), the name of a licence, or neither."""
    text = value.strip()
    if len(text) > _LONGEST:
        return _OTHER
    is_one_word = len(text.split()) == 1  # an address with a remark behind it is a text
    found = _uri_of(text if "//" in text[:8] else f"//{text}") if is_one_word else None
    if found is None:
        named = _named(text)
        return Rights(Kind.NAME, named) if named else _OTHER
    uri, is_known = found
    if not is_known:
        return Rights(Kind.UNKNOWN, uri)
    return Rights(Kind.CANONICAL if value == uri else Kind.SPELLING, uri)


def _uri_of(text: str) -> tuple[str, bool] | None:
    """The canonical address and whether it is known; None where the text is no address of the two."""
    if match := _STATEMENT.match(text):
        name = next((name for name in STATEMENTS if name.lower() == match[1].lower()), "")
        close = name or next(iter(difflib.get_close_matches(match[1], STATEMENTS, n=1, cutoff=0.5)), "")
        uri = f"http://rightsstatements.org/vocab/{close}/1.0/" if close else ""
        return uri, bool(name) and match[2] in ("1.0", "", None)
    if match := _LICENCE.match(text):
        return _licence(match[1].lower(), match[2] or "", (match[3] or "").lower())
    if match := _DOMAIN.match(text):
        path = match[1].lower().split("/")
        if len(path) > 1 and _PAGES.fullmatch(path[-1]):
            path.pop()
        known = next((one for one in _PUBLIC_DOMAIN if one.partition("/")[0] == path[0]), "")
        return (f"{_BASE}publicdomain/{known}/" if known else "", "/".join(path) in (known, path[0]) and bool(known))
    return None


def _licence(kind: str, version: str, port: str) -> tuple[str, bool]:
    kinds = _KINDS_OF_1_0 if version == "1.0" else _KINDS
    name = kind if kind in kinds else _in_order(kind, kinds)
    if not name:
        return "", False
    port = "" if _PAGES.fullmatch(port) else port
    is_known = version in _PORTS_OF and (port in _PORTS_OF[version] if port else version not in _ONLY_PORTED)
    right = version if version in _PORTS_OF and not (version in _ONLY_PORTED and not port) else "4.0"
    tail = f"{port}/" if port in _PORTS_OF[right] else ""
    return f"{_BASE}licenses/{name}/{right}/{tail}", is_known and bool(version)


def _in_order(kind: str, kinds: tuple[str, ...] | frozenset[str]) -> str:
    """The licence with the same parts in the order in which its version writes them."""
    parts = sorted(kind.split("-"))
    return next((one for one in sorted(kinds) if sorted(one.split("-")) == parts), "")


def _named(text: str) -> str:
    """The address of the licence or statement that *text* names; without a version it is the newest."""
    plain = " ".join(text.replace("\u2013", "-").split()).casefold()
    for name, title in STATEMENTS.items():
        if plain in (name.casefold(), title.casefold()):
            return f"http://rightsstatements.org/vocab/{name}/1.0/"
    if _ZERO.fullmatch(plain):
        return f"{_BASE}publicdomain/zero/1.0/"
    if _MARK.fullmatch(plain):
        return f"{_BASE}publicdomain/mark/1.0/"
    for word, part in _WORDS.items():
        plain = plain.replace(word, part)
    plain = plain.replace("non-commercial", "nc").replace("share alike", "sa").replace("no derivatives", "nd")
    plain = re.sub(r"\s+(?:licen[cs]e|international|unported|generic)\b", "", plain)
    match = _SHORT.fullmatch(plain)
    if match is None:
        return ""
    uri, is_known = _licence(match[1].replace(" ", "-"), match[2] or "4.0", match[3] or "")
    return uri if is_known else ""

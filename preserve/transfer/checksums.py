"""Reads the checksum lists that producers send.  Pure: bytes in, lines out; it never raises for what they say.

Understood are the lines of GNU coreutils with their escapes, of BSD and OpenSSL (``SHA256 (name) = …``), a digest
alone (a sidecar), lists in UTF-8, UTF-16 or an old code page, ended by LF, CRLF, CR or NUL, and signed by PGP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from preserve.model import Digest
from preserve.storage import digests

_BY_LENGTH = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_GNU = re.compile(r"(\\?)([0-9A-Fa-f]{32,128}) [ *](.+)", re.DOTALL)
_LOOSE = re.compile(r"(\\?)([0-9A-Fa-f]{32,128})[ \t]+\*?(.+)", re.DOTALL)
_BSD = re.compile(r"(\\?)([A-Za-z][A-Za-z0-9/_-]*) ?\((.+)\) ?= ?([0-9A-Fa-f]+)[ \t]*", re.DOTALL)
_BARE = re.compile(r"[ \t]*()([0-9A-Fa-f]{32,128})[ \t]*()")
_ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\r": "\r"}
_NAMED = (
    (re.compile(r"(?:sha3|sha-3)[-_]?(224|256|384|512)"), "sha3{}"),
    (re.compile(r"sha[-_]?(1|224|256|384|512)(?![0-9])"), "sha{}"),
    (re.compile(r"(blake2[bs])"), "{}"),
    (re.compile(r"(?<![a-z0-9])(b2)"), "blake2b"),
    (re.compile(r"(md5)"), "{}"),
)
_ALGORITHM = r"(?:md5|sha-?1|sha-?224|sha-?256|sha-?384|sha-?512|sha3-?\d{3}|blake2[bs])"
_STRONG = re.compile(rf"(?:{_ALGORITHM}|b2)sums?(?:\.txt)?|manifest-[a-z0-9-]+\.txt")
_SIDECAR = re.compile(rf"(.+)\.{_ALGORITHM}(?:sums?)?(?:\.txt)?", re.IGNORECASE | re.DOTALL)
MOST_LINES = 4_000_000
MOST_ODD = 100_000
"""Lines that are kept in memory: what has more is no list that anybody made."""

_GENERAL = re.compile(r"(?:checksums?|hashes)(?:[-_.][a-z0-9-]+)?(?:\.txt)?")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line: *path* as it is written there; "" where the line is a digest alone."""

    line: int
    path: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class ChecksumList:
    """A list that was read.  *odd* are the lines that make no sense, *unknown* those of an unknown algorithm.

    *endless*: reading stopped, because there are too many lines, or too many that cannot be used.
    """

    name: str
    lines: tuple[Listed, ...]
    odd: tuple[int, ...] = ()
    unknown: tuple[tuple[int, str], ...] = ()
    endless: bool = False


def is_list_by_name(name: str) -> bool:
    """Whether a file of this name is a checksum list, whatever it holds: ``SHA256SUMS``, ``manifest-md5.txt``."""
    return _STRONG.fullmatch(name.lower()) is not None


def may_be_list(name: str) -> bool:
    """Whether a file of this name is a checksum list if it reads like one: ``*.md5``, ``checksums.txt``."""
    by_name = is_list_by_name(name) or _SIDECAR.fullmatch(name) or _GENERAL.fullmatch(name.lower())
    return bool(by_name)


def reads_like_list(found: ChecksumList) -> bool:
    """Whether this is a checksum list at all: by its name, or because most of its lines are checksums."""
    understood = len(found.lines) + len(found.unknown)
    return is_list_by_name(found.name.rpartition("/")[2]) or (understood > 0 and understood >= len(found.odd))


def sidecar_of(name: str) -> str:
    """The file that a list of this name lies beside: ``letter.txt`` for ``letter.txt.md5``; "" for other names."""
    found = _SIDECAR.fullmatch(name)
    return found[1] if found else ""


def parse(name: str, data: bytes) -> ChecksumList:
    """What the list called *name* says.  Comments (``#``, ``;``) and empty lines are no lines of it."""
    expected = algorithm_in(name.rpartition("/")[2])
    lines: list[Listed] = []
    odd: list[int] = []
    unknown: list[tuple[int, str]] = []
    for number, text in _meaningful(_split(decode(data))):
        found = _read(text, expected)
        if found is None:
            odd.append(number)
        elif found[1].algorithm not in digests.ALGORITHMS:
            unknown.append((number, found[1].algorithm))
        else:
            lines.append(Listed(number, *found))
        if len(odd) + len(unknown) > MOST_ODD or len(lines) > MOST_LINES:
            return ChecksumList(name, tuple(lines), tuple(odd), tuple(unknown), endless=True)
    return ChecksumList(name, tuple(lines), tuple(odd), tuple(unknown))


def algorithm_in(name: str) -> str:
    """The bag name of the algorithm that a list's name speaks of, or ""."""
    lower = name.lower()
    ending = lower.removesuffix(".txt").rpartition(".")[2]
    for text in (ending, lower):
        for pattern, bag_name in _NAMED:
            if found := pattern.search(text):
                return bag_name.format(found[1])
    return ""


def decode(data: bytes) -> str:
    """*data* as text: UTF-16 if it looks so, else UTF-8 whose stray bytes are kept as ``surrogateescape`` does."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if len(data) > 1 and data[0] and not data[1]:
        return data.decode("utf-16-le", "replace")
    if len(data) > 1 and data[1] and not data[0]:
        return data.decode("utf-16-be", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def _split(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers; a file of nothing but line ends takes no time."""
    end = next((end for end in ("\0", "\n") if end in text), "\r")  # `sha256sum --zero` escapes nothing
    number, counted = 1, 0
    for found in re.finditer(f"[^{end}]+", text):
        number += text.count(end, counted, found.start())
        counted = found.start()
        yield number, found[0].removesuffix("\r") if end == "\n" else found[0]


def _meaningful(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    armour, before = "", 0
    for number, line in lines:
        bare = line.strip()
        if armour == "header" and (not bare or number > before + 1):  # an empty line ends it
            armour = ""
        before = number
        if bare.startswith("-----"):
            armour = "" if "-----END" in bare else "header" if "SIGNED MESSAGE" in bare else "signature"
        elif bare and not armour and bare[0] not in "#;":
            yield number, line


def _read(line: str, expected: str) -> tuple[str, Digest] | None:
    for pattern in (_GNU, _BARE, _LOOSE):  # in this order: a name may well be a single tab
        if found := pattern.fullmatch(line):
            escaped, value, path = found.groups()
            break
    else:
        return _read_bsd(line)
    digest = _digest(value, expected)
    name = _unescaped(path) if escaped else path
    return (name, digest) if digest and (name or not path) and "\0" not in name else None


def _read_bsd(line: str) -> tuple[str, Digest] | None:
    found = _BSD.fullmatch(line)
    if not found:
        return None
    escaped, algorithm, path, value = found.groups()
    known = digests.normalise(algorithm)
    known = {"sha2224": "sha224", "sha2256": "sha256", "sha2384": "sha384", "sha2512": "sha512"}.get(known, known)
    if digests.is_known(known) and len(value) != digests.hex_length(known):
        return None
    name = _unescaped(path) if escaped else path
    return (name, Digest(known, value.lower())) if name and "\0" not in name else None


def _digest(value: str, expected: str) -> Digest | None:
    """The list's name says the algorithm if the length allows it; else the length does."""
    if expected and len(value) == digests.hex_length(expected):
        return Digest(expected, value.lower())
    algorithm = _BY_LENGTH.get(len(value))
    return Digest(algorithm, value.lower()) if algorithm else None


def _unescaped(name: str) -> str:
    """A name as coreutils escapes it, or "" if no coreutils wrote this."""
    if re.search(r"\\(?![\\nr])", re.sub(r"\\\\", "", name)):
        return ""
    return re.sub(r"\\[\\nr]", lambda found: _ESCAPES[found[0]], name)

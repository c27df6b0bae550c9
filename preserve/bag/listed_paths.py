"""Paths as manifests and fetch.txt write them: encoding, decoding, and which of them are a danger.  Pure."""

from __future__ import annotations

import re

PAYLOAD = "data/"

_MUST_ENCODE = re.compile("[\r\n%]")
_ENCODED_NOW = re.compile("%(0[AaDd]|25)")
_ENCODED_OLD = re.compile("%(0[AaDd])")
_UNSAFE = re.compile(
    r"(?P<nul>\x00)|(?P<root>^/)|(?P<share>^\\)|(?P<home>^~)|(?P<drive>^[A-Za-z]:)|(?P<variable>^%[^%/\\]+%[/\\])"
    r"|(?P<up>(?:^|/)\.\.(?:/|\Z)|^(?:[^/]*\\)?\.\.(?:\\|\Z))"
)
_REASONS = {
    "nul": "it contains a NUL character",
    "root": "it is an absolute path",
    "share": "it begins with a backslash, as Windows shares and devices do",
    "home": "it begins with a home folder (~)",
    "drive": "it begins with a drive letter",
    "variable": "it begins with a Windows variable",
    "up": "it climbs out with “..”",
}
_UP_ON_WINDOWS = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|\Z)")
_SUSPECT_FIRST = ("", "/", "~", "%", ".")
_DOT_SLASH = re.compile(r"(?:\./)+")
_NOT_PLAIN = re.compile(r"(?:^|/)\.?(?:/|\Z)")


def encode(path: str) -> str:
    """*path* as a manifest line holds it: CR, LF and ``%`` are percent-encoded, and only those (§2.1.3)."""
    return _MUST_ENCODE.sub(lambda found: f"%{ord(found.group()):02X}", path)


def decode(written: str, *, modern: bool) -> str:
    """The path that *written* means.  *modern* is BagIt 1.0; before that, ``%`` itself was never encoded."""
    if "%" not in written:
        return written
    return (_ENCODED_NOW if modern else _ENCODED_OLD).sub(lambda found: chr(int(found.group(1), 16)), written)


def other_readings(written: str, *, modern: bool) -> tuple[str, ...]:
    """What a writer that kept another rule than ``decode`` may have meant by *written*, likeliest first."""
    if "%" not in written:
        return ()
    meant = decode(written, modern=modern)
    readings = (written, decode(written, modern=not modern))
    return tuple(dict.fromkeys(reading for reading in readings if reading != meant))


def has_raw_percent(written: str) -> bool:
    """Whether *written* has a ``%`` that BagIt 1.0 would not have left there (§2.1.3)."""
    return "%" in written and "%" in _ENCODED_NOW.sub("", written)


def is_ordinary(path: str) -> bool:
    """Whether *path* is so plain that neither ``danger`` nor ``is_plain`` has to look at it: nearly all are."""
    return not (
        path[:1] in _SUSPECT_FIRST
        or path[1:2] == ":"
        or path[-1] == "/"
        or "/." in path
        or "//" in path
        or "\\" in path
        or "\x00" in path
    )


def danger(path: str) -> str:
    """Why *path* must not be touched (§5.1), as the end of a sentence, or "" if it stays in the bag."""
    found = _UNSAFE.search(path)
    return _REASONS[found.lastgroup or "nul"] if found else ""


def danger_on_windows(path: str) -> str:
    """Why *path*, harmless here, would lead out of the bag on Windows, as the end of a sentence, or ""."""
    return _REASONS["up"] if _UP_ON_WINDOWS.search(path) else ""


def without_dot_slash(written: str) -> str:
    """*written* without any ``./`` at its beginning."""
    found = _DOT_SLASH.match(written)
    return written[found.end() :] if found else written


def is_plain(path: str) -> bool:
    """Whether *path* names a file without empty or ``.`` parts."""
    return not _NOT_PLAIN.search(path)

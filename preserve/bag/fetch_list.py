"""fetch.txt: which payload files are still to be fetched (RFC 8493 §2.2.3).  Pure; nothing is fetched here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from preserve.bag import listed_paths, rules, text_files
from preserve.bag.findings import Findings
from preserve.errors import BagError
from preserve.model import Problem, Rule
from preserve.storage.names import is_utf8, shown

NAME = "fetch.txt"

_LINE = re.compile(r"([^ \t]+)[ \t]+([^ \t]+)[ \t]+(.+)", re.DOTALL)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[^\s]+")
_LENGTH = re.compile(r"[0-9]{1,24}")


@dataclass(frozen=True, slots=True)
class FetchEntry:
    """A payload file that can be had from *url*.  *length* is in octets, None where it is not told.

    *readings* are what else a path with a ``%`` may have meant (see ``listed_paths.other_readings``).
    """

    url: str
    length: int | None
    path: str
    readings: tuple[str, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FetchList:
    """fetch.txt as it was read: the entries that can be used, each path once, and the findings."""

    entries: tuple[FetchEntry, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse(data: bytes, *, modern: bool, codec: str) -> FetchList:
    """Read fetch.txt; *modern* is BagIt 1.0.  Lines that cannot be used are findings, not entries."""
    text, problems = text_files.decode(data, codec, NAME)
    findings = Findings(NAME, [*problems, *text_files.judge_end(text, NAME)])
    entries: dict[str, FetchEntry] = {}
    for number, line in enumerate(text_files.lines(text), 1):
        entry, rule, what = _read(line, modern)
        if entry is None:
            findings.say(rule, f"Line {number} of fetch.txt {what}.")
        elif entry.path in entries:
            findings.say(rules.FETCH_TWICE, f"Line {number} of fetch.txt lists {shown(entry.path)} again.")
        else:
            entries[entry.path] = entry
    return FetchList(tuple(entries.values()), findings.all())


def as_listed(fetch: FetchList, listed: Collection[str]) -> FetchList:
    """The same list, in which a path that no manifest lists is read as the one that a manifest does list.

    Some writers encode a ``%`` in fetch.txt and not in the manifests, or the other way round.
    """
    entries = []
    for entry in fetch.entries:
        other = next((path for path in entry.readings if path in listed), None)
        entries.append(entry if other is None or entry.path in listed else replace(entry, path=other))
    return replace(fetch, entries=tuple(entries))


def _read(line: str, modern: bool) -> tuple[FetchEntry | None, Rule, str]:
    """The entry, or None with the rule that the line breaks and what is wrong with it."""
    match = _LINE.fullmatch(line.lstrip(" \t"))
    if not match:
        return None, rules.FETCH_MALFORMED, "is not a URL, a length and a file name"
    url, length, written = match.groups()
    path = listed_paths.without_dot_slash(listed_paths.decode(written, modern=modern))
    rule, what = _path_trouble(path) or _source_trouble(url, length) or (rules.FETCH_MALFORMED, "")
    if what:
        return None, rule, what
    readings = tuple(other for other in listed_paths.other_readings(written, modern=modern) if not _path_trouble(other))
    return FetchEntry(url, None if length == "-" else int(length), path, readings), rule, ""


def _path_trouble(path: str) -> tuple[Rule, str] | None:
    if reason := listed_paths.danger(path) or listed_paths.danger_on_windows(path):
        return rules.PATH_UNSAFE, f"lists {shown(path)}; {reason}"
    if not path.startswith(listed_paths.PAYLOAD):
        return rules.FETCH_NOT_PAYLOAD, f"lists a file outside data/: {shown(path)}"
    if not listed_paths.is_plain(path):
        return rules.FETCH_MALFORMED, f"does not name a file: {shown(path)}"
    return None


def _source_trouble(url: str, length: str) -> tuple[Rule, str] | None:
    if not _ABSOLUTE.fullmatch(url):
        return rules.FETCH_URL, f"has no absolute URL: {shown(url[:200])}"
    if length != "-" and not _LENGTH.fullmatch(length):
        return rules.FETCH_MALFORMED, f"has a length that is no number: {shown(length[:40])}"
    return None


def format_fetch(entries: Iterable[FetchEntry]) -> bytes:
    """fetch.txt in UTF-8.  ``BagError`` for a URL or path that cannot stand there."""
    lines = []
    for entry in entries:
        usable = (
            is_utf8(entry.path) and entry.path.startswith(listed_paths.PAYLOAD) and listed_paths.is_plain(entry.path)
        )
        unsafe = listed_paths.danger(entry.path) or listed_paths.danger_on_windows(entry.path)
        if not usable or unsafe or not _ABSOLUTE.fullmatch(entry.url) or not is_utf8(entry.url):
            raise BagError(f"{shown(entry.path)} cannot be listed in fetch.txt.", hint="Check its URL and its name.")
        length = "-" if entry.length is None else str(entry.length)
        lines.append(f"{entry.url} {length} {listed_paths.encode(entry.path)}\n")
    return "".join(lines).encode("utf-8")

"""Payload and tag manifests (RFC 8493 §2.1.3, §2.2.1).  Pure: bytes in, entries and findings out, and back."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from preserve.bag import listed_paths, rules, text_files
from preserve.bag.findings import Findings
from preserve.errors import BagError
from preserve.model import Problem, Rule
from preserve.storage import digests
from preserve.storage.names import is_utf8, shown

_FILE_NAME = re.compile(r"(tag)?manifest-([^/]+)\.txt")
_LINE = re.compile(r"(\\?)([0-9A-Fa-f]+)([ \t]+)(.+)", re.DOTALL)
_HEX = re.compile(r"[0-9A-Fa-f]+")
_GNU_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SHOWN_LINE = 120
_STARRED = "*data/"
"""What begins like this is a payload file with md5sum's asterisk, not a file in a folder of such a name."""
_TRAPS = ("\r", "\\", "\0", "//", "/./", "/../", "/\n", "/.\n", "/..\n", "\ufeff")
"""What makes a line mean something else than it seems to (see ``listed_paths``)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a manifest's file name says: its algorithm, by its bag name, and whether it lists tag files."""

    path: str
    algorithm: str
    is_tag: bool

    @property
    def known(self) -> bool:
        """Whether its digests can be computed here."""
        return digests.is_known(self.algorithm)

    @property
    def normal_path(self) -> str:
        """The file name that RFC 8493 §2.4 prescribes."""
        return file_name(self.algorithm, tag=self.is_tag)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest as it was read.

    *entries* gives the digest, as raw bytes, of each path, decoded.  *readings* holds for a path with a ``%``
    what else the line may have meant (see ``listed_paths.other_readings``).
    """

    kind: Kind
    entries: Mapping[str, bytes] = field(repr=False)
    readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    problems: tuple[Problem, ...] = ()


def file_name(algorithm: str, *, tag: bool = False) -> str:
    """``manifest-sha256.txt``, or ``tagmanifest-sha256.txt``."""
    return f"{'tag' if tag else ''}manifest-{algorithm}.txt"


@lru_cache(maxsize=1024)
def kind_of(path: str) -> Kind | None:
    """What kind of manifest the file *path* is, going by its name; None if it is none."""
    found = _FILE_NAME.fullmatch(path)
    return Kind(path, digests.normalise(found[2]), bool(found[1])) if found else None


def is_tag_manifest(path: str) -> bool:
    """Whether the file *path* is a tag manifest, going by its name."""
    kind = kind_of(path)
    return kind is not None and kind.is_tag


def format_manifest(entries: Iterable[tuple[str, str]]) -> bytes:
    """A manifest in UTF-8 from hex digests and paths, in the order given, as ``sha512sum -c`` reads it too.

    ``BagError`` if a path cannot stand in a manifest: not UTF-8, or nothing that a reader would take as a file.
    """
    lines = [f"{digest}  {listed_paths.encode(_writable(path))}\n" for digest, path in entries]
    return "".join(lines).encode("utf-8")


def _writable(path: str) -> str:
    if (
        not path
        or not is_utf8(path)
        or path[0] in " \t"
        or path.startswith(_STARRED)
        or listed_paths.danger(path)
        or not listed_paths.is_plain(path)
    ):
        raise BagError(f"The name {shown(path)} cannot be written into a manifest.", hint="Rename the file.")
    return path


def parse(data: bytes, kind: Kind, *, modern: bool, codec: str) -> Manifest:
    """Read the manifest *kind*; *modern* is BagIt 1.0.  Lines that cannot be used are findings, not entries."""
    text, problems = text_files.decode(data, codec, kind.path)
    problems += text_files.judge_end(text, kind.path)
    if not problems and (entries := _simple(text, kind)) is not None:
        return Manifest(kind, entries)
    reader = _Reader(kind, modern, problems)
    for number, line in enumerate(text_files.lines(text), 1):
        reader.take(line, number)
    return Manifest(kind, reader.entries, reader.readings, reader.findings.all())


def _simple(text: str, kind: Kind) -> dict[str, bytes] | None:
    """The entries of a manifest of which every line is simple, and no path is listed twice; else None."""
    lines = simple_lines(text, kind.algorithm) if kind.known and "%" not in text else None
    if lines is None or not all(listed_paths.is_ordinary(path) for _, path in lines):
        return None
    if any(path.startswith(listed_paths.PAYLOAD) is kind.is_tag for _, path in lines):
        return None
    entries = {sys.intern(path): bytes.fromhex(digest) for digest, path in lines}
    return entries if len(entries) == len(lines) else None


def simple_lines(text: str, algorithm: str) -> list[tuple[str, str]] | None:
    """Digest and path of every line, if all are written as nearly everybody writes them; else None.

    That is: the digest in lower case, two blanks, and a path that means nothing but itself, save for a ``%``.
    """
    found: list[tuple[str, str]] = _simple_line(algorithm).findall(text)
    if len(found) != text.count("\n") or text[-1:] not in ("", "\n") or any(trap in text for trap in _TRAPS):
        return None
    return found


@cache
def _simple_line(algorithm: str) -> re.Pattern[str]:
    return re.compile(rf"^([0-9a-f]{{{digests.hex_length(algorithm)}}})  ([^ \t*.].*)\n", re.MULTILINE)


class _Reader:
    """Takes the lines of one manifest."""

    def __init__(self, kind: Kind, modern: bool, problems: list[Problem]) -> None:
        self.kind = kind
        self.modern = modern
        self.findings = Findings(kind.path, problems)
        self.entries: dict[str, bytes] = {}
        self.readings: dict[str, tuple[str, ...]] = {}
        self._length = digests.hex_length(kind.algorithm) if kind.known else 0
        self._habits: set[str] = set()

    def take(self, line: str, number: int) -> None:
        match = _LINE.fullmatch(line)
        if not match:
            self._not_a_line(line, number)
            return
        escape, digest, gap, written = match.groups()
        if len(digest) != (self._length or len(digest) + len(digest) % 2):
            wanted = self._length or "an even number"
            self._say(rules.DIGEST_MALFORMED, number, f"has a checksum of {len(digest)} digits, not {wanted}")
            return
        written = self._modernise(written, escape, gap, number)
        path = listed_paths.decode(written, modern=self.modern)
        if not self._is_usable(path, number):
            return
        if "%" in written:
            self._percent(written, path, number)
        self._enter(path, bytes.fromhex(digest), number)

    def _not_a_line(self, line: str, number: int) -> None:
        if not line.strip(" \t"):
            self._say(rules.BLANK_LINE, number, "is empty")
            return
        head, _, rest = line.replace("\t", " ").partition(" ")
        if rest.strip() and not _HEX.fullmatch(head):
            self._say(rules.DIGEST_MALFORMED, number, "begins with something that is no checksum")
            return
        text = shown(line[:_SHOWN_LINE])
        self._say(rules.LINE_MALFORMED, number, f"is not a checksum and a file name: {text}")

    def _modernise(self, written: str, escape: str, gap: str, number: int) -> str:
        """*written* without the habits of md5sum and its kin (§6.1.3), each of which is told once."""
        if written[0] == "*" and (gap == " " or written.startswith((_STARRED, "*./"))):
            self._habit(rules.LEGACY_LINE, number, "has md5sum's asterisk before the file name")
            written = written[1:]
        if escape:
            self._habit(rules.LEGACY_LINE, number, "has md5sum's backslash before the checksum")
            written = _GNU_ESCAPE.sub(lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[1]), written)
        if written.startswith("./"):
            self._habit(rules.PATH_DOT_SLASH, number, "begins the file name with “./”")
        return listed_paths.without_dot_slash(written)

    def _habit(self, rule: Rule, number: int, what: str) -> None:
        if what not in self._habits:
            self._habits.add(what)
            self._say(rule, number, what)

    def _is_usable(self, path: str, number: int) -> bool:
        if path.startswith(listed_paths.PAYLOAD) is not self.kind.is_tag and listed_paths.is_ordinary(path):
            return True
        if reason := listed_paths.danger(path):
            self._say(rules.PATH_UNSAFE, number, f"lists {shown(path)}; {reason}")
        elif not path or path.endswith("/"):
            self._say(rules.PATH_IS_FOLDER, number, f"lists a folder, not a file: {shown(path) or './'}")
        elif not listed_paths.is_plain(path):
            self._say(rules.LINE_MALFORMED, number, f"lists a path with empty or “.” parts: {shown(path)}")
        elif self.kind.is_tag and path.startswith(listed_paths.PAYLOAD):
            self._say(rules.TAG_LISTS_PAYLOAD, number, f"lists a payload file: {shown(path)}")
        elif not self.kind.is_tag and not path.startswith(listed_paths.PAYLOAD):
            self._say(rules.PATH_OUTSIDE_PAYLOAD, number, f"lists a file outside data/: {shown(path)}")
        else:
            return True
        return False

    def _percent(self, written: str, path: str, number: int) -> None:
        self.readings[path] = listed_paths.other_readings(written, modern=self.modern)
        if self.modern and listed_paths.has_raw_percent(written):
            self._say(rules.PERCENT_RAW, number, f"has a “%” that is not written as %25: {shown(written)}")

    def _enter(self, path: str, digest: bytes, number: int) -> None:
        before = self.entries.get(path)
        if before is None:
            self.entries[sys.intern(path)] = digest  # every manifest lists the same million paths
        elif before != digest:
            self._say(rules.LISTED_TWICE_DIFFERENT, number, f"lists {shown(path)} again, with another checksum")
        elif self.modern:
            self._say(rules.LISTED_TWICE_ALIKE, number, f"lists {shown(path)} again")
        else:
            self._say(rules.LISTED_TWICE_OLD, number, f"lists {shown(path)} again")

    def _say(self, rule: Rule, number: int, what: str) -> None:
        self.findings.say(rule, f"Line {number} of {shown(self.kind.path)} {what}.")

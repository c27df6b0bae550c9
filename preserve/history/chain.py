"""The chain: each line carries the hash of the bytes of the line before it.  All functions are pure.

Whoever changes, removes, adds or swaps a line must change every line after it; whoever does that too must also
change the head (the hash of the last line), and heads are kept elsewhere: in the catalogue and in signed checkpoints.
So a history is judged against a head that was once seen, and everything up to that head is certain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from preserve.history import rules
from preserve.history.entry import GENESIS, SCHEMA_VERSION, Entry, NewEntry, decode, encode, entry_id
from preserve.model import Event, PinnedDigest, Problem, Rule, Severity
from preserve.storage.names import shown


@dataclass(frozen=True, slots=True)
class History:
    """What a history file says, and everything that is wrong with it.

    *entries* are the lines that could be read; *whole* is the length in bytes of all lines that end, *torn* what
    follows after the last line end.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    head: str = GENESIS
    whole: int = 0
    torn: bytes = b""

    @property
    def broken(self) -> bool:
        """Whether it is not the chain it should be.  A torn last line alone does not break it."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of the entries, in order."""
        return tuple(entry.event for entry in self.entries)

    @property
    def states(self) -> dict[frozenset[PinnedDigest], datetime]:
        """Each state of the package that was ever pinned, by its digests, and when it first was; in order."""
        found: dict[frozenset[PinnedDigest], datetime] = {}
        for entry in self.entries:
            if entry.pinned:
                found.setdefault(frozenset(entry.pinned), entry.event.time)
        return found

    def lacks(self, pinned: Sequence[PinnedDigest]) -> bool:
        """Whether the state with these digests, which once stood here, does not any more.  Nothing lacks nothing."""
        states = self.states
        return bool(pinned and states) and frozenset(pinned) not in states


def digest(line: bytes) -> str:
    """The hash of a line without its line end, as the next line repeats it."""
    return "sha256:" + hashlib.sha256(line).hexdigest()


def extend(history: History, package: str, new: Sequence[NewEntry]) -> tuple[bytes, str]:
    """The bytes to add to *history* for what is new in *new*, and the head after that.

    Entries whose id is there already, or comes twice, are left out.  ``ValueError`` as ``encode``.
    """
    known = {entry.id for entry in history.entries}
    head, seq, lines = history.head, len(history.entries), []
    for each in new:
        identifier = entry_id(each, package)
        if identifier in known:
            continue
        known.add(identifier)
        seq += 1
        line = encode(each, seq=seq, package=package, previous=head)
        head = digest(line)
        lines.append(line + b"\n")
    return b"".join(lines), head


def judge(lines: Iterable[bytes], *, name: str, package: str = "", seen_head: str = "") -> History:
    """What *lines* (each with its line end) say, and every break in the chain, with its line number.

    *name* is the file's, for the findings.  *package* (``urn:uuid:…``) is whose history it must be; without it, that
    of the first line.  *seen_head* is a head that this history once had: it must still be the hash of one of its lines.
    Never raises for content.
    """
    judge_ = _Judge(name, package)
    for line in lines:
        judge_.take(line)
    return judge_.finished(seen_head)


@dataclass(slots=True)
class _Judge:
    """What was seen so far."""

    name: str
    package: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    head: str = GENESIS
    number: int = 0
    seq: int = 0
    whole: int = 0
    torn: bytes = b""

    def find(self, rule: Rule, what: str) -> None:
        self.problems.append(rule.at(self.name, f"Line {self.number} of {shown(self.name)} {what}."))

    def take(self, line: bytes) -> None:
        if self.torn:  # the reader cuts a line that is too long for any entry
            self.find(rules.FORM, "is longer than any entry")
            self.torn = b""
        self.number += 1
        if not line.endswith(b"\n"):
            self.torn = line
            self.find(rules.TORN, f"ends in the middle of an entry ({len(line):,} bytes), as after a power cut")
            return
        self.whole += len(line)
        bare = line[:-1]
        entry = self._parse(bare)
        if entry is not None:
            self._judge(entry, bare)
            self.entries.append(entry)
        else:
            self.seq += 1
        self.head = digest(bare)
        self.heads.add(self.head)

    def _parse(self, bare: bytes) -> Entry | None:
        try:
            fields: Any = json.loads(bare.decode("utf-8"))
        except (ValueError, RecursionError):
            self.find(rules.NOT_JSON, "is not an entry that could be read")
            return None
        if isinstance(fields, dict) and fields.get("schema_version") not in (None, SCHEMA_VERSION):
            self.find(rules.FORM, "was written by a version of preserve that this one does not know")
            return None
        try:
            return decode(fields, digest(bare))
        except (KeyError, TypeError, ValueError, AttributeError):
            self.find(rules.FORM, "lacks something that every entry has, or has it in a wrong form")
            return None

    def _judge(self, entry: Entry, bare: bytes) -> None:
        if _spelling(entry) != bare:
            self.find(rules.FORM, "is not spelt as preserve writes an entry: it was edited")
        if entry.seq != self.seq + 1:
            self.find(rules.SEQUENCE, f"has the number {entry.seq} where {self.seq + 1} is due")
        self.seq = entry.seq
        if entry.previous != self.head:
            self.find(rules.CHAIN, "does not carry the hash of the line before it")
        self.package = self.package or entry.package
        if entry.package != self.package:
            self.find(rules.PACKAGE, f"belongs to another package ({shown(entry.package)})")
        if entry.id in self.ids:
            self.find(rules.DUPLICATE, f"repeats the entry {shown(entry.id)}")
        self.ids.add(entry.id)
        if self.number == 1 and not (entry.event.type == "ipc" and entry.pinned):
            self.find(rules.UNSEALED, "is the first and does not record the sealing of the package")

    def finished(self, seen_head: str) -> History:
        if not self.number:
            self.problems.append(rules.UNSEALED.at(self.name, f"{shown(self.name)} is empty."))
        if seen_head and seen_head not in self.heads:
            self.problems.append(
                rules.HEAD.at(
                    self.name,
                    f"{shown(self.name)} no longer holds an entry that it once ended with: "
                    "its end was cut off or rewritten.",
                )
            )
        return History(tuple(self.entries), tuple(self.problems), self.head, self.whole, self.torn)


def _spelling(entry: Entry) -> bytes:
    new = NewEntry(entry.event, entry.id, entry.pinned)
    try:
        return encode(new, seq=entry.seq, package=entry.package, previous=entry.previous)
    except ValueError:
        return b""

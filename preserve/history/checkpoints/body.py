"""The text of a checkpoint, as https://c2sp.org/tlog-checkpoint has it, and what we say in its extension lines.

    example.org/archive                                   who speaks: the origin
    2                                                     how many packages
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=          the root of the tree over them
    preserve-checkpoint 1                                 what follows is ours, in this form
    time 2026-11-22T21:00:00Z                             when the histories began to be read
    leaves sha256:9f86d0… 731                             the companion file that lists the packages, and its size
    package 3f2504e0-… 12 5feceb…                         one package: its id, how many entries, the hash of the last
    left-out letters-3f2504e0                             what was not vouched for

The lines ``package`` stand only in the checkpoints of small archives.  All functions are pure.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from preserve.history.checkpoints import merkle
from preserve.history.checkpoints.note import decoded
from preserve.storage.times import from_rfc3339, rfc3339

FORM = "preserve-checkpoint"
VERSION = "1"
MOST_LISTED = 100
"""Up to so many packages are listed in the text itself, and so many that were left out are named there."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_LEAVES = re.compile(r"sha256:[0-9a-f]{64} (0|[1-9][0-9]{0,17})", re.ASCII)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PACKAGE = re.compile(rf"package ({_UUID}) ([1-9][0-9]{{0,17}}) ([0-9a-f]{{64}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one history was: *entries* lines, of which the last has the hash *head*."""

    id: str
    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a checkpoint says.

    *time* is None in a checkpoint that is not ours.  *leaves* is the hash of the companion file with its size, or "".
    *marks* are the packages that are listed in the text: all, or none.  *left_out* are names, as they may be shown,
    and *more_left_out* counts those that are not named.
    """

    origin: str
    size: int
    root: bytes
    time: datetime | None = None
    leaves: str = ""
    marks: tuple[Mark, ...] = ()
    left_out: tuple[str, ...] = ()
    more_left_out: int = 0

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.time is not None:
            lines += [f"{FORM} {VERSION}", f"time {rfc3339(self.time)}"]
            lines += [f"leaves {self.leaves}"] if self.leaves else []
            lines += [f"package {one.id} {one.entries} {one.head.removeprefix('sha256:')}" for one in self.marks]
            lines += [f"left-out {name}" for name in self.left_out]
            lines += [f"left-out-more {self.more_left_out}"] if self.more_left_out else []
        return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> Body:
    """What the text of a note says as a checkpoint.

    ``ValueError``, with the end of a sentence that begins with the name of the file, if it is none, or one of a version
    of ours that is not known here.
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise ValueError("is signed, but is no checkpoint: it lacks origin, size and root")
    origin, size, encoded, *more = lines
    try:
        root = decoded(encoded)
    except ValueError:
        root = b""
    if not _NUMBER.fullmatch(size) or len(root) != merkle.HASH_BYTES:
        raise ValueError("is signed, but is no checkpoint: its second line must be a number, its third a hash")
    bare = Body(origin, int(size), root)
    form, _, version = more[0].partition(" ") if more else ("", "", "")
    if form != FORM:
        return bare
    if version != VERSION:
        raise ValueError(f"was written by another version of preserve (form {version[:20]}); this one reads {VERSION}")
    return _ours(bare, more[1:])


def _ours(bare: Body, lines: list[str]) -> Body:
    """*bare*, with what our own lines say; those that a later version may have added are passed over."""
    said: dict[str, list[str]] = {}
    for line in lines:
        word, _, rest = line.partition(" ")
        said.setdefault(word, []).append(line if word == "package" else rest)
    leaves = said.get("leaves", [""])
    marks = [_PACKAGE.fullmatch(line) for line in said.get("package", ())]
    more_left_out = said.get("left-out-more", ["0"])[0]
    amiss = len(leaves) > 1 or (leaves[0] and not _LEAVES.fullmatch(leaves[0])) or None in marks
    if amiss or (marks and len(marks) != bare.size) or not _NUMBER.fullmatch(more_left_out):
        raise ValueError("is signed, but its lines are not as preserve writes them")
    try:
        (time,) = map(from_rfc3339, said.get("time", ()))
    except ValueError as error:
        raise ValueError("is signed, but does not say in one line when it was made") from error
    return Body(
        bare.origin,
        bare.size,
        bare.root,
        time,
        leaves[0],
        tuple(Mark(found[1], int(found[2]), f"sha256:{found[3]}") for found in marks if found),
        tuple(said.get("left-out", ())),
        int(more_left_out),
    )

"""The words of the house: frozen values that the steps hand to each other.

Nothing here reads, writes or decides.  The words are those of PREMIS 3, RFC 8493 and Dublin Core.  They stand in one
file, although it is a long one, because a vocabulary is read as a whole.

Names of files are ``str`` as Python decodes them from the file system (UTF-8 with ``surrogateescape``), so that
every name, legal UTF-8 or not, survives a round trip.  Relative paths use ``/``.  Times are aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Self

from preserve.errors import PreserveError, bearable

# --- findings -----------------------------------------------------------------------------------------------


class Severity(StrEnum):
    """``error``: the thing is not as it must be.  ``warning``: it is legal and a person should know."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.  ``code`` is stable; ``path`` names the file ("" for the whole); ``clause`` cites the standard."""

    code: str
    severity: Severity
    path: str
    message: str
    clause: str = ""
    hint: str = ""

    @classmethod
    def of(cls, error: PreserveError) -> Self:
        """The error that stopped work on one thing, as a finding about that thing."""
        return cls(error.code, Severity.ERROR, "", error.message, "", error.hint)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a Problem of this code means, once for all its occurrences."""

    code: str
    severity: Severity
    clause: str
    hint: str

    def at(self, path: str, message: str) -> Problem:
        """The finding that this rule was broken at *path*; *message* is one full sentence, cut if it has no end."""
        return Problem(self.code, self.severity, path, bearable(message), self.clause, self.hint)


# --- digests ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Digest:
    """PREMIS messageDigest: *algorithm* by its bag name (``sha256``, ``sha3256`` …), *value* in lower-case hex."""

    algorithm: str
    value: str


# --- what arrived -------------------------------------------------------------------------------------------


class TransferKind(StrEnum):
    """What a transfer is made of."""

    FILE = "file"
    FOLDER = "folder"
    BAG = "bag"
    BUNDLE = "bundle"  # several files and folders that a person asked to package as one


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A regular file of a transfer, as the walk saw it.  *path* is relative to the transfer's payload.

    *ctime_ns* tells a file that was written to and got its old time back; 0 where nobody looked.
    """

    path: str
    source: str
    size: int
    mtime_ns: int
    inode: int
    device: int
    ctime_ns: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A symbolic link.  It is recorded with its target and never followed."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A folder of a transfer.  *empty* folders cannot be held by a bag and live on in PREMIS."""

    path: str
    mtime_ns: int
    empty: bool


class CompanionKind(StrEnum):
    """What the producer sent along with the files."""

    METADATA_CSV = "metadata-csv"
    DUBLIN_CORE = "dc-xml"
    CHECKSUMS = "checksums"
    BAG_TAG = "bag-tag"


@dataclass(frozen=True, slots=True)
class Companion:
    """A metadata or checksum file of the producer.  *path* is where it goes below ``metadata/source/``.

    *about* are the payload files that a ``dc-xml`` describes; none for the transfer as a whole.  *base* is what the
    names in a file from beside the transfer begin with where the payload's do not: ``letters/`` for the rows of a
    metadata.csv that lies beside the folder ``letters``.  *seen* is the file as the survey saw it.
    """

    kind: CompanionKind
    path: str
    source: Path
    base: str = ""
    about: tuple[str, ...] = ()
    seen: SourceFile | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SuppliedDigest:
    """A checksum that the producer sent: *path* as in ``SourceFile``, *listed_in* the file it stood in."""

    path: str
    digest: Digest
    listed_in: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """What arrived: one file or folder, read-only to us.  Any error in *problems* means that it is refused.

    *parts* are the files and folders that a bundle was made of; *root* is then the folder that holds them all.
    """

    name: str
    root: Path
    kind: TransferKind
    files: tuple[SourceFile, ...]
    links: tuple[SourceLink, ...] = ()
    folders: tuple[SourceFolder, ...] = ()
    companions: tuple[Companion, ...] = ()
    supplied: tuple[SuppliedDigest, ...] = ()
    problems: tuple[Problem, ...] = ()
    parts: tuple[Path, ...] = ()

    @property
    def bytes(self) -> int:
        """The sum of the file sizes in bytes."""
        return sum(file.size for file in self.files)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The files and folders that arrived: the root, or the parts of a bundle."""
        return self.parts or (self.root,)

    def brought(self, companion: Companion) -> bool:
        """Whether *companion* lies inside the transfer, and not beside it."""
        return any(companion.source.is_relative_to(root) for root in self.roots)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A payload file after it was copied.

    *path* is its place in the bag (``data/…``), *original* its name in the transfer; they differ only where the
    original name could not be written into a manifest.
    """

    path: str
    original: str
    size: int
    mtime_ns: int
    digests: tuple[Digest, ...]


# --- what each file is --------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a probe or a check ended.  ``not-done`` is never a pass."""

    SUCCESS = "success"
    FAIL = "fail"
    WARNING = "warning"
    NOT_DONE = "not-done"


@dataclass(frozen=True, slots=True)
class Agent:
    """PREMIS agent: who or what did something.  *kind* is ``software``, ``person`` or ``organization``."""

    name: str
    version: str = ""
    kind: str = "software"


@dataclass(frozen=True, slots=True)
class Format:
    """A format designation with the registry that says so (*registry* ``PRONOM`` and *key* ``fmt/…``, or "")."""

    name: str
    version: str = ""
    registry: str = ""
    key: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """A BCP 47 tag with the share of the text (0–1) that is in this language."""

    tag: str
    share: float
    reliable: bool


@dataclass(frozen=True, slots=True)
class Embedded:
    """A value found inside a file: *field* is a ``dcterms:`` term, *method* says where (``html:meta[author]``)."""

    field: str
    value: str
    method: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class ProbeRun:
    """That a probe ran (or could not), for the record: one a file and probe."""

    probe: str
    agent: Agent
    outcome: Outcome
    note: str = ""


@dataclass(frozen=True, slots=True)
class Identification:
    """What the probes found out about one payload file.  Empty values mean "not known", never a guess."""

    path: str
    mime: str = ""
    charset: str = ""
    formats: tuple[Format, ...] = ()
    languages: tuple[LanguageShare, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    runs: tuple[ProbeRun, ...] = ()
    problems: tuple[Problem, ...] = ()


# --- what it is about ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement:
    """One Dublin Core value: *term* is ``dcterms:title`` …, *scheme* an encoding scheme such as ``W3CDTF`` or "".

    *origin* says where it came from: ``set``, ``metadata.csv``, ``letter.txt.dc.xml``, ``config``, ``preserve`` …
    *about* is "" for the package as a whole, or the ``data/…`` path of the one file that it describes.
    """

    term: str
    value: str
    lang: str = ""
    scheme: str = ""
    origin: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A Dublin Core description: ordered statements.  *title_stands_in* is true while no person gave a title."""

    statements: tuple[Statement, ...]
    title_stands_in: bool = False

    def values(self, term: str) -> tuple[str, ...]:
        """All values of *term* that describe the package as a whole, in order."""
        return tuple(s.value for s in self.statements if s.term == term and not s.about)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The span that a proposal came from: byte offsets into *path*, and the text between them.

    The offsets are None where the text does not stand in the file as such, as in a compressed PDF.
    """

    path: str
    start: int | None
    end: int | None
    text: str


class ProposalStatus(StrEnum):
    """A proposal waits for a person."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A derived value that a person has not yet accepted.  It never reaches ``dc.xml`` by itself."""

    field: str
    value: str
    lang: str
    confidence: float
    method: str
    tool: str
    version: str
    evidence: Evidence
    status: ProposalStatus = ProposalStatus.PENDING


# --- what happened ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """PREMIS event, immutable.  *type* is a Library of Congress code (``fix``, ``ing``, ``val`` …).

    *objects* are paths in the bag; an empty tuple means the package as a whole.
    """

    type: str
    time: datetime
    outcome: Outcome
    agents: tuple[Agent, ...]
    detail: str = ""
    note: str = ""
    objects: tuple[str, ...] = ()


# --- packages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PinnedDigest:
    """The digest of a manifest at sealing time, kept outside the package as a witness."""

    path: str
    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class Package:
    """The preserved unit, as the catalogue knows it.  All of it can be read again from the package and its history.

    *last_read_ok* is when every byte of it was last read and found right, None if that never happened.
    *last_read_bad* is when the latest reading of all of it found damage, None if it found none.
    """

    id: str
    name: str
    transfer: str
    title: str
    title_stands_in: bool
    sealed: datetime
    bag_version: str
    files: int
    bytes: int
    pinned: tuple[PinnedDigest, ...]
    external_identifier: str = ""
    group: str = ""
    last_read_ok: datetime | None = field(default=None, compare=False)
    last_read_bad: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """The judgement on one bag (RFC 8493 §3): *valid* only if every byte was read and every check passed."""

    target: str
    bag_version: str
    complete: bool
    valid: bool
    problems: tuple[Problem, ...]
    files: int
    bytes: int
    seconds: float
    info: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The findings that make it invalid."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

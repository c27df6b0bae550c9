"""Everything that can stop preserve, as one tree.

    PreserveError                     1   a bug of ours
    ├── UsageError                    2   the command was not understood
    ├── ProblemsFound                 3   finished, and there are problems to look at
    ├── NoArchiveHome                10   no archive here
    ├── Locked                       11   another run holds the lock
    ├── ConfigError                  12   preserve.toml or a PRESERVE_* variable is wrong
    ├── TransferError                20   what arrived cannot be taken in
    │   ├── TransferRefused               a hazard: pipe, device, unreadable file, wrong checksum …
    │   └── ChangedDuringIngest           a source file changed while it was read
    ├── DescriptionError             21   metadata that is not legal
    │   └── UnsafeXml                     XML from outside that asks for more than text
    ├── BagError                     22   a bag could not be written, sealed or looked at
    │   ├── NotABag                       there is nothing here to validate
    │   ├── StoreUnwritable               full disk, read-only store, no permission
    │   ├── StoreUnreachable              the store, or a location, is not there: nothing is said of packages
    │   └── SealRefused                   a witness did not agree with the staged package
    ├── CatalogError                 23   the catalogue or a history cannot be used
    │   ├── CatalogDamaged                the catalogue is not what preserve wrote; it can be rebuilt
    │   ├── UnknownPackage                no package has this name or id
    │   ├── HistoryBroken                 a history file is not the chain it should be
    │   └── CheckpointError               a checkpoint, a proof or a key cannot be made or used
    ├── DepositRefused               30   the repository said no
    │   └── AccessRefused                 credentials, host key or certificate are not accepted: nothing was said of it
    ├── TargetUnreachable            31   the repository cannot be reached; try again
    │   └── NoRoom                        the repository has no room; what arrived is gone on with
    └── Interrupted                 130   stopped by a person; nothing is half done

Findings about a package or a transfer are not errors: they are ``Problem`` values (see ``preserve.model``).
An error says that the work could not be done at all.  Each class carries a stable ``code`` and, at the head of
its branch, the exit status of the process.  The reference page on exit codes is generated from this file.
"""

from __future__ import annotations

from typing import Any, ClassVar

_LONGEST = 1900
_END = 400


def bearable(sentence: str) -> str:
    """*sentence*, cut in the middle if it has no end: what it names may be as long as the file that it stands in."""
    return sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - _END]} … {sentence[-_END:]}"


class PreserveError(Exception):
    """The root.  ``message`` is one sentence for a person; ``hint`` says what to do about it."""

    code: ClassVar[str] = "bug"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = bearable(message)
        super().__init__(self.message)
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        """What passes between processes: also why the system refused, which tells unreachable from missing."""
        cause = {"__cause__": self.__cause__} if isinstance(self.__cause__, OSError) else {}
        return type(self), (self.message,), self.__dict__ | cause


class UsageError(PreserveError):
    """The command line asked for something that does not exist or does not go together."""

    code = "usage"
    exit_code = 2


class ProblemsFound(PreserveError):
    """The work is finished and some of it needs a person."""

    code = "problems-found"
    exit_code = 3


class NoArchiveHome(PreserveError):
    """Neither a preserve.toml nor an incoming/ or packages/ folder could be found."""

    code = "no-archive-home"
    exit_code = 10


class Locked(PreserveError):
    """Another run holds the archive's lock, and did not let go in time."""

    code = "locked"
    exit_code = 11


class ConfigError(PreserveError):
    """A configuration value is unknown or not legal; the message names it and where it came from."""

    code = "config"
    exit_code = 12


class TransferError(PreserveError):
    """A transfer cannot be taken in.  The source is untouched and nothing was packaged."""

    code = "transfer"
    exit_code = 20


class TransferRefused(TransferError):
    """The transfer holds something that cannot be packaged without losing or inventing something."""

    code = "transfer-refused"


class ChangedDuringIngest(TransferError):
    """A source file was not the same at the end of reading as at the beginning."""

    code = "changed-during-ingest"


class DescriptionError(PreserveError):
    """Metadata that the application profile does not allow."""

    code = "description"
    exit_code = 21


class UnsafeXml(DescriptionError):
    """XML from outside that is not plain, bounded, well-formed XML."""

    code = "unsafe-xml"


class BagError(PreserveError):
    """A bag could not be written, sealed or looked at."""

    code = "bag"
    exit_code = 22


class NotABag(BagError):
    """There is nothing at this place that could be judged as a bag."""

    code = "not-a-bag"


class StoreUnwritable(BagError):
    """The package store refused a write: full, read-only, no permission, or a failed sync."""

    code = "store-unwritable"


class StoreUnreachable(BagError):
    """The package store or a location is not there: unmounted, no permission, no network, or another disk.

    Nothing is known of any package then: none is missing and none is damaged.
    """

    code = "store-unreachable"


class SealRefused(BagError):
    """The staged package did not pass both witnesses and was discarded."""

    code = "seal-refused"


class CatalogError(PreserveError):
    """The catalogue cannot be opened, read or written."""

    code = "catalog"
    exit_code = 23


class CatalogDamaged(CatalogError):
    """The catalogue is not a database, or not one that preserve wrote.  It can be made again from the packages."""

    code = "catalog-damaged"


class UnknownPackage(CatalogError):
    """No package, or more than one, answers to this name."""

    code = "unknown-package"


class HistoryBroken(CatalogError):
    """A history file is not an unbroken chain; it was not appended to."""

    code = "history-broken"


class CheckpointError(CatalogError):
    """A checkpoint, a proof or a key cannot be made, found or used."""

    code = "checkpoint"


class DepositRefused(PreserveError):
    """The repository looked at the package and said no."""

    code = "deposit-refused"
    exit_code = 30


class AccessRefused(DepositRefused):
    """One side does not accept who the other says to be: credentials, host key, certificate.  No package was judged."""

    code = "access-refused"


class TargetUnreachable(PreserveError):
    """The repository could not be reached, or its answer was lost.  Nothing is known to have arrived."""

    code = "target-unreachable"
    exit_code = 31


class NoRoom(TargetUnreachable):
    """The repository has no room: its disk is full, or a quota used up.  What arrived is gone on with."""

    code = "no-room"


class Interrupted(PreserveError):
    """Ctrl-C or a stop signal.  What was finished is kept, nothing is half done."""

    code = "interrupted"
    exit_code = 130

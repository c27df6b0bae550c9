"""One copy of a package as something to be read, and what is found of it as a verdict."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from preserve.bag.evidence import gather
from preserve.bag.validate import Options
from preserve.errors import BagError, CatalogError, StoreUnreachable
from preserve.fixity.judging import failures
from preserve.history import file as history
from preserve.model import Audited, Copy, Failure, Kind, PinnedDigest, Problem, ValidationReport, Verdict
from preserve.storage import names
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.copying.contradictions import contradiction
from preserve.workflows.copying.folders import Folder
from preserve.workflows.identity import known_packages, known_store
from preserve.workflows.ours import Ours
from preserve.workflows.packages import pins_at

_NOT_THERE = frozenset(
    [
        *(
            errno.EACCES,
            errno.EPERM,
            errno.ESTALE,
            errno.ENOTCONN,
            errno.ETIMEDOUT,
            errno.EHOSTDOWN,
            errno.EHOSTUNREACH,
        ),
        *(errno.ENETDOWN, errno.ENETUNREACH, errno.ENODEV, errno.ENXIO, errno.ECONNRESET, errno.EREMOTEIO),
    ]
)
"""That nobody can say anything of a package, not that something is wrong with it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A copy, where it lies, and how it is judged."""

    copy: Copy
    place: Path
    options: Options

    def audited(
        self,
        outcome: Verdict,
        report: ValidationReport | None = None,
        failed: tuple[Failure, ...] = (),
        problems: Iterable[Problem] = (),
    ) -> Audited:
        """A verdict on it."""
        package = self.copy.package
        read = (report.files, report.bytes, report.seconds) if report else (0, 0, 0.0)
        return Audited(package.id, package.name, self.copy.location, outcome, *read, failed, tuple(problems))


@dataclass(frozen=True, slots=True)
class Stores:
    """The places where copies lie: which of them are there, and where a copy is."""

    archive: Archive

    def folder(self, location: str) -> Path:
        """The folder of a configured location, or with "" the package store."""
        return self.archive.config.folder_of(location)

    def reach(self, location: str) -> None:
        """``StoreUnreachable`` if it is not there, or is another one."""
        if location:
            known_store(self.archive.config, location, self.folder(location))
        else:
            known_packages(self.archive.config)
            os.stat(self.archive.store)

    def reachable(self) -> frozenset[str]:
        """The configured locations that are there."""
        return frozenset(name for name in self.archive.config.named("locations") if self.away(name) is None)

    def away(self, location: str) -> Problem | None:
        """Why it cannot be reached, if so."""
        try:
            self.reach(location)
        except BagError as error:
            return Problem.of(error)
        except OSError as error:
            text = f"The package store cannot be reached: {(error.strerror or str(error)).lower()}."
            return Problem.of(StoreUnreachable(text, hint="Connect the disk, or see to the permissions."))
        return None

    def subject(self, copy: Copy) -> Subject:
        """How *copy* is to be judged: by what is pinned of the state that lies there."""
        package = copy.package
        place = self.folder(copy.location) / package.name
        pinned = self._state_there(copy, place) if copy.location else package.pinned
        options = Options(own=True, pinned=pinned, expected_version=package.bag_version)
        return Subject(copy, place, options)

    def _state_there(self, copy: Copy, place: Path) -> tuple[PinnedDigest, ...]:
        """A copy elsewhere may still be in a former state of the package, which its history pins as well."""
        package = copy.package
        with suppress(OSError, CatalogError):
            found = pins_at(place)
            if set(found) != set(package.pinned):
                past = history.read(self.archive.history_of(package.name), package_id=package.id)
                if not past.broken and frozenset(found) in past.states:
                    return found
        return package.pinned


def verdict(ours: Ours, stores: Stores, subject: Subject, report: ValidationReport) -> Audited:
    """What *report* says of *subject*.  Before anything is called wrong, it is asked whether the storage is there."""
    if subject.copy.location == "":
        report = ours.in_its_place(subject.copy.package, report)
        report = ours.told_apart(subject.place, subject.copy.package, report)
    if report.valid:
        return subject.audited(Verdict.SUCCESS, report)
    if away := stores.away(subject.copy.location):
        return subject.audited(Verdict.UNREACHABLE, problems=[away])
    if _is_gone(subject.place):
        return _gone(subject)
    if forbidden := _forbidden(subject, report):
        return subject.audited(Verdict.UNREACHABLE, problems=[forbidden])
    found = failures(report.problems, gather(subject.place, report.problems))
    found = found or (Failure("", Kind.ALTERED),)
    return subject.audited(Verdict.FAIL, report, found, (*_contradiction(stores, subject), *report.problems))


def _contradiction(stores: Stores, subject: Subject) -> tuple[Problem, ...]:
    """That the copy is what the history beside it says, and not what ours does: who knows which of them is true."""
    name = subject.copy.location
    location = Folder.of(stores.archive.config, name, stores.folder(name))
    found = contradiction(stores.archive, subject.copy.package, location) if name else None
    return (found,) if found else ()


def unread(stores: Stores, subject: Subject, error: BagError) -> Audited:
    """The verdict on a copy that could not be opened at all: gone, or nobody can say."""
    if away := stores.away(subject.copy.location):
        return subject.audited(Verdict.UNREACHABLE, problems=[away])
    if _is_gone(subject.place):
        return _gone(subject)
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in _NOT_THERE:
        return subject.audited(Verdict.UNREACHABLE, problems=[Problem.of(error)])
    kind = Kind.UNREADABLE if isinstance(cause, OSError) else Kind.MISSING
    return subject.audited(Verdict.FAIL, failed=(Failure("", kind),), problems=[Problem.of(error)])


def _is_gone(place: Path) -> bool:
    """Whether nothing is at *place*, for certain: a disk that fails does not tell."""
    try:
        os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _gone(subject: Subject) -> Audited:
    """The verdict on a copy that is not in its place, while the place itself is there."""
    where = f"the location {subject.copy.location}" if subject.copy.location else "the store"
    text = f"The package {names.shown(subject.copy.package.name)} is in the catalogue but not in {where}."
    problem = rules.PACKAGE_MISSING.at("", text)
    return subject.audited(Verdict.FAIL, failed=(Failure("", Kind.MISSING),), problems=[problem])


def _forbidden(subject: Subject, report: ValidationReport) -> Problem | None:
    """That nothing is known to be wrong, only that this account may not read what is there."""
    closed = [problem for problem in report.errors if not _may_read(subject.place / problem.path)]
    if not closed or len(closed) < len([problem for problem in report.errors if problem.path]):
        return None
    text = f"The package {names.shown(subject.copy.package.name)} could not be checked: {closed[0].message}"
    return rules.NOT_CHECKED.at(closed[0].path, text)


def _may_read(path: Path) -> bool:
    return not os.path.lexists(path) or os.access(path, os.R_OK)

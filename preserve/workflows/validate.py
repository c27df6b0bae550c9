"""Validate: judge any bag; packages of this archive also against what was pinned when they were sealed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from preserve.bag.fetching.fetch import Limits, fetch_missing
from preserve.bag.profiles.parsing import MAX_BYTES
from preserve.bag.profiles.profile import Profile, load_profile
from preserve.bag.validate import Options
from preserve.bag.validate import validate as judge
from preserve.config import Config
from preserve.errors import BagError, CatalogError, Locked, NotABag, StoreUnwritable, UnknownPackage
from preserve.history import file as history
from preserve.model import Event, Outcome, Package, PinnedDigest, Problem, Severity, ValidationReport
from preserve.ports import Progress
from preserve.storage import names
from preserve.workflows import rules
from preserve.workflows.archive import Archive, opened, software
from preserve.workflows.looking import name_in_store, package_at
from preserve.workflows.recorded import pins_of, record_reading


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks of validate.

    *profile* is the file of a BagIt Profile; *fetch* allows downloads, of at most *fetch_limit* bytes a bag; *record*
    writes the result into the histories of our own packages.
    """

    tolerant: bool = False
    completeness_only: bool = False
    profile: Path | None = None
    fetch: bool = False
    fetch_limit: int | None = None
    record: bool = False


@dataclass(frozen=True, slots=True)
class Validation:
    """One run of validate.

    *archive* is None outside of an archive: then only paths can be judged.  *blind* is why the catalogue of *store*
    cannot be asked: then its packages cannot be judged, because their pins are not known, but other bags can.
    """

    archive: Archive | None
    request: Request
    options: Options
    progress: Progress
    store: Path | None = None
    blind: CatalogError | None = None

    @classmethod
    @contextmanager
    def opened(cls, config: Config | None, request: Request, progress: Progress) -> Iterator[Validation]:
        """A run in the archive of *config*, if there is one.  ``BagError`` if the profile cannot be read."""
        options = Options(tolerant=request.tolerant, completeness_only=request.completeness_only)
        if request.profile is not None:
            options = replace(options, profile=_load(request.profile))
        if config is None or not config.packages.is_dir():
            yield cls(None, request, options, progress)
            return
        with ExitStack() as stack:
            try:
                archive = stack.enter_context(opened(config))
            except CatalogError as error:
                yield cls(None, request, options, progress, config.packages, error)
            else:
                yield cls(archive, request, options, progress)

    def run(self, target: str) -> ValidationReport:
        """The judgement on *target*: a path, or the id or name of a package of the archive.

        ``NotABag`` if there is nothing to judge.
        """
        path, package = self._find(target)
        options = self.options
        asides: tuple[Problem, ...] = ()
        if package is not None:
            options = replace(options, own=True, pinned=package.pinned, expected_version=package.bag_version)
        elif self.archive is not None and (name := name_in_store(self.archive.store, str(path))):
            pinned, asides = _uncatalogued(self.archive, name)
            options = replace(options, own=bool(pinned), pinned=pinned)
        try:
            if not options.own:
                asides += self._fetch(path)
            report = judge(path, options=options, progress=self.progress)
        finally:
            self.progress.finish()
        report = _with(report, asides)
        if package is not None:
            report = self._in_the_store(package, report)
        if self.request.record and package is not None and self.archive is not None:
            report = self._recorded(self.archive, package, report)
        return report

    def _fetch(self, path: Path) -> tuple[Problem, ...]:
        """Fill the holes of a bag, if that is asked for; what did not come, and why."""
        if not self.request.fetch:
            return ()
        limit = self.request.fetch_limit
        limits = Limits() if limit is None else Limits(file=limit, total=limit)
        return fetch_missing(path, limits=limits, progress=self.progress)

    def _in_the_store(self, package: Package, report: ValidationReport) -> ValidationReport:
        """*report*, and the finding that the place of the package holds something else than its folder, if so."""
        place = self.archive.place_of(package.name) if self.archive is not None else Path()
        if place.is_dir() and not place.is_symlink():
            return report
        what = "a symbolic link" if place.is_symlink() else "a file"
        text = f"{names.shown(package.name)} is {what} in the package store, and was sealed as a folder."
        problem = rules.PACKAGE_NOT_A_FOLDER.at("", text)
        return replace(report, valid=False, problems=(problem, *report.problems))

    def _find(self, target: str) -> tuple[Path, Package | None]:
        if not target:
            raise NotABag("An empty name was given as a target.", hint="Give the folder or the archive file of a bag.")
        path = Path(os.path.abspath(target))
        if self.blind is not None and (not os.path.lexists(path) or _lies_in(path, self.store)):
            raise self.blind
        if self.archive is None:
            return path, None
        if os.path.lexists(path):
            return path, package_at(self.archive.catalog, self.archive.store, str(path))
        try:
            package = self.archive.catalog.find(target)
        except UnknownPackage as error:
            if name_in_store(self.archive.store, str(self.archive.place_of(target))):
                return self.archive.place_of(target), None
            text = f"{names.shown(target)} is neither a file or folder nor a package of this archive."
            raise NotABag(f"{text} {error.message}", hint=error.hint) from error
        place = self.archive.place_of(package.name)
        if not os.path.lexists(place):
            text = f"The package {names.shown(package.name)} is in the catalogue but not in the store."
            raise NotABag(text, hint=rules.PACKAGE_MISSING.hint)
        return place, package

    def _recorded(self, archive: Archive, package: Package, report: ValidationReport) -> ValidationReport:
        """*report*, written into the history of the package; that it could not be written is one more finding."""
        event = self._event(archive, report)
        try:
            history.append(archive.history_of(package.name), package.id, [event])
        except (CatalogError, Locked, StoreUnwritable) as error:
            problem = rules.NOT_RECORDED.at("", f"This result was not recorded. {error.message}")
            return replace(report, problems=(*report.problems, problem))
        try:
            record_reading(archive, package, event)
        except CatalogError as error:
            problem = rules.CATALOG_BEHIND.at("", f"The catalogue does not know of this result. {error.message}")
            return replace(report, problems=(*report.problems, problem))
        return report

    def _event(self, archive: Archive, report: ValidationReport) -> Event:
        note = " ".join(problem.message for problem in report.errors[:20])
        outcome = Outcome.SUCCESS if report.valid else Outcome.NOT_DONE if not report.errors else Outcome.FAIL
        done = "looked for, none read" if self.request.completeness_only else "read"
        detail = f"{report.files} files, {report.bytes} bytes {done} (RFC 8493 §3)"
        paths = tuple(dict.fromkeys(problem.path for problem in report.errors if problem.path))
        return Event("val", archive.clock.now(), outcome, (software(),), detail, note, paths)


def _lies_in(path: Path, store: Path | None) -> bool:
    return store is not None and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(store))


def _uncatalogued(archive: Archive, name: str) -> tuple[tuple[PinnedDigest, ...], tuple[Problem, ...]]:
    """What the history of the folder *name* of the store pins: without the catalogue it is the only witness."""
    text = f"The folder {names.shown(name)} is in the store but not in the catalogue."
    problem = rules.PACKAGE_NOT_RECORDED.at(name, text)
    try:
        pinned, doubts = pins_of(archive, name)
    except CatalogError as error:
        return (), (problem, Problem.of(error))
    return pinned, (problem, *doubts)


def _with(report: ValidationReport, asides: tuple[Problem, ...]) -> ValidationReport:
    """*report*, and what was found beside the bag itself; an error there makes it invalid, too."""
    valid = report.valid and not any(problem.severity is Severity.ERROR for problem in asides)
    return replace(report, valid=valid, problems=tuple(dict.fromkeys((*asides, *report.problems))))


def _load(path: Path) -> Profile:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # load_profile refuses what is longer
    except OSError as error:
        raise BagError(
            f"The profile {names.shown(str(path))} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint="Give the path of a BagIt Profile in JSON. Profiles are never downloaded.",
        ) from error
    return load_profile(data, str(path))

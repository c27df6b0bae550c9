"""Validate: judge any bag; packages of this archive also against what was pinned when they were sealed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from preserve.bag.many import Question, validate_many
from preserve.bag.validate import Options
from preserve.bag.validate import validate as judge
from preserve.config import Config
from preserve.errors import BagError, CatalogError, NotABag, PreserveError
from preserve.model import Package, Problem, Severity, ValidationReport
from preserve.ports import Progress
from preserve.storage.crew import Crew
from preserve.workflows.places import names_at

if TYPE_CHECKING:
    from preserve.bag.profiles.model import Profile
    from preserve.workflows.ours import Ours


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks of validate.

    *profile* is the file of a BagIt Profile, or the name of one; *fetch* allows downloads, of at most *fetch_limit*
    bytes a bag; *record* writes the result into the histories of our own packages.
    """

    tolerant: bool = False
    completeness_only: bool = False
    profile: Path | None = None
    fetch: bool = False
    fetch_limit: int | None = None
    record: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What a target means: the bag at *path*, how to judge it, and the *package* of ours that it is.

    *asides* is what was found beside the bag, on the way to it.
    """

    path: Path
    options: Options
    package: Package | None = None
    asides: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Validation:
    """One run of validate.

    *ours* opens the archive, whose packages lie in *store*, when a target is first found to be about one of them:
    that takes longer than to judge a small bag.  Both are None outside of an archive: only paths can be judged then.
    """

    request: Request
    options: Options
    progress: Progress
    store: Path | None = None
    ours: Callable[[], Ours] | None = None

    @classmethod
    @contextmanager
    def opened(cls, config: Config | None, request: Request, progress: Progress) -> Iterator[Validation]:
        """A run in the archive of *config*, if there is one.  ``BagError`` if the profile cannot be read."""
        options = Options(tolerant=request.tolerant, completeness_only=request.completeness_only)
        if request.profile is not None:
            options = replace(options, profile=_load(request.profile))
        if config is None or not config.packages.is_dir():
            yield cls(request, options, progress)
            return
        with ExitStack() as stack:

            @cache
            def ours() -> Ours:
                from preserve.workflows.ours import Ours  # noqa: PLC0415  the database is what takes long to load

                return stack.enter_context(Ours.opened(config))

            yield cls(request, options, progress, config.packages, ours)

    def run(self, target: str) -> ValidationReport:
        """The judgement on *target*: a path, or the id or name of a package of the archive.

        ``NotABag`` if there is nothing to judge; ``CatalogError`` if it is about a package of ours and the catalogue
        cannot be asked: then its pins are not known, and it cannot be judged.
        """
        subject = self._subject(target)
        try:
            fetched = () if subject.options.own else self._fetch(subject.path)
            report = judge(subject.path, options=subject.options, progress=self.progress)
        finally:
            self.progress.finish()
        return self._concluded(subject, report, fetched)

    def run_all(self, targets: Sequence[str]) -> Iterator[tuple[str, ValidationReport | BagError]]:
        """The judgement on each target, in their order, or why there is none; otherwise as ``run``.

        Several bags are judged side by side, and each result is recorded as soon as it is known.
        """
        if len(targets) < 2 or self.request.fetch:
            yield from ((target, self._run_or_error(target)) for target in targets)
            return
        results: dict[int, ValidationReport | PreserveError] = {}
        given = 0
        self.progress.start(f"Checking {len(targets):,} bags", len(targets), 0)
        for _ in self._side_by_side(targets, results):
            while given in results:
                yield targets[given], _or_raised(results.pop(given))
                given += 1
        self.progress.finish()

    def _side_by_side(
        self, targets: Sequence[str], results: dict[int, ValidationReport | PreserveError]
    ) -> Iterator[None]:
        """Fill *results* by the numbers of the *targets*; yields whenever there are more."""
        subjects: dict[int, Subject] = {}

        def questions() -> Iterator[Question]:
            for number, target in enumerate(targets):
                try:
                    subjects[number] = self._subject(target)
                except (BagError, CatalogError) as error:
                    results[number] = error
                else:
                    yield Question(number, str(subjects[number].path), subjects[number].options)

        with Crew() as crew:
            for number, found in validate_many(questions(), len(targets), crew, self.progress):
                subject = subjects.pop(number)
                results[number] = found if isinstance(found, BagError) else self._concluded(subject, found)
                yield
        yield

    def _run_or_error(self, target: str) -> ValidationReport | BagError:
        try:
            return self.run(target)
        except BagError as error:
            return error

    def _subject(self, target: str) -> Subject:
        """What *target* means and how to judge it."""
        if not target:
            raise NotABag("An empty name was given as a target.", hint="Give the folder or the archive file of a bag.")
        path = Path(os.path.abspath(target))
        if self.ours is None or not self._is_about_ours(path):
            return Subject(path, self.options)
        meant = self.ours().meant(target, path)
        package = meant.package
        version = package.bag_version if package else ""
        own = package is not None or bool(meant.pinned)
        options = replace(self.options, own=own, pinned=meant.pinned, expected_version=version)
        return Subject(meant.path, options, package, meant.asides)

    def _is_about_ours(self, path: Path) -> bool:
        """Whether it is a path into the store, or no path at all and so the name of a package."""
        return not os.path.lexists(path) or (self.store is not None and any(names_at(self.store, str(path))))

    def _concluded(
        self, subject: Subject, report: ValidationReport, fetched: tuple[Problem, ...] = ()
    ) -> ValidationReport:
        """*report* with what was found beside the bag, of which an error makes it invalid, too; and recorded."""
        subject, report = self._as_it_is_now(subject, report)
        if self.ours is not None and subject.options.pinned:
            report = self.ours().told_apart(subject.path, subject.package, report)
        asides = (*subject.asides, *fetched)
        if asides:
            valid = report.valid and not any(problem.severity is Severity.ERROR for problem in asides)
            report = replace(report, valid=valid, problems=tuple(dict.fromkeys((*asides, *report.problems))))
        if subject.package is None or self.ours is None:
            return report
        report = self.ours().in_its_place(subject.package, report)
        if not self.request.record:
            return report
        return self.ours().recorded(subject.package, report, read=not self.request.completeness_only)

    def _as_it_is_now(self, subject: Subject, report: ValidationReport) -> tuple[Subject, ValidationReport]:
        """Judged anew, if the package got a new description while it was read: then what was found means nothing."""
        while report.errors and subject.package is not None and self.ours is not None:
            now = self.ours().changed_meanwhile(subject.package)
            if now is None:
                break
            subject = replace(subject, package=now, options=replace(subject.options, pinned=now.pinned))
            report = judge(subject.path, options=subject.options, progress=self.progress)
        return subject, report

    def _fetch(self, path: Path) -> tuple[Problem, ...]:
        """Fill the holes of a bag, if that is asked for; what did not come, and why."""
        if not self.request.fetch:
            return ()
        from preserve.bag.fetching.fetch import Limits, fetch_missing  # noqa: PLC0415  few bags have holes

        limit = self.request.fetch_limit
        limits = Limits() if limit is None else Limits(file=limit, total=limit)
        return fetch_missing(path, limits=limits, progress=self.progress)


def _or_raised(result: ValidationReport | PreserveError) -> ValidationReport | BagError:
    if isinstance(result, PreserveError) and not isinstance(result, BagError):
        raise result
    return result


def _load(path: Path) -> Profile:
    from preserve.bag.profiles.named import NAMES, find_profile, read_profile  # noqa: PLC0415  few are checked

    return find_profile(str(path)) if str(path) in NAMES else read_profile(path)

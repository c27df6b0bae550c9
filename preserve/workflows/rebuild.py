"""The catalogue, made anew from the packages."""

from __future__ import annotations

from dataclasses import dataclass, field

from preserve.bag.sealing.staging import Workroom, store_errors
from preserve.catalog.store import Catalog
from preserve.config import Config
from preserve.errors import BagError, DescriptionError, NotABag
from preserve.model import Package, Problem
from preserve.ports import Progress
from preserve.storage.spool import Spool
from preserve.workflows import rules
from preserve.workflows.agreement import disagreements
from preserve.workflows.archive import Archive
from preserve.workflows.places import folders_in
from preserve.workflows.record import copied
from preserve.workflows.recorded import read_recorded
from preserve.workflows.results import RebuildResult


def rebuild(config: Config, progress: Progress) -> RebuildResult:
    """Read every package in the store and make these the whole catalogue, in one transaction.

    Package contents are not verified here; that is ``validate`` and ``audit``.  A damaged catalogue is set aside.
    ``StoreUnwritable`` if there is no room in the store to note the packages meanwhile.
    """
    workroom = Workroom(config.workroom)
    workroom.prepare()
    with workroom.locked(), Catalog.open_for_rebuild(config.catalog_url) as catalog:
        archive = Archive(config, catalog, workroom)
        # First all is read, then all is written: readers of the catalogue are kept waiting only for the second.
        with store_errors(config.workroom), Spool[Package](config.workroom) as found:
            reading = _Reading(archive, found)
            reading.read_all(progress)
            count = catalog.replace_all(found)
        told = {problem.path for problem in reading.problems}
        reading.problems.extend(problem for problem in disagreements(archive) if problem.path not in told)
    return RebuildResult(count, tuple(reading.problems))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found so far: the packages, and by their ids the folders in which they lie."""

    archive: Archive
    found: Spool[Package]
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read_all(self, progress: Progress) -> None:
        folders = folders_in(self.archive.store)
        progress.start("Rebuilding the catalogue", len(folders), 0)
        for name in folders:
            self._read(name)
            progress.advance(1, 0)
        progress.finish()

    def _read(self, name: str) -> None:
        try:
            recorded = read_recorded(self.archive, name)
        except (NotABag, DescriptionError) as error:
            self.problems.append(rules.NOT_A_PACKAGE.at(name, error.message))
        except BagError as error:
            self.problems.append(rules.PACKAGE_UNREADABLE.at(name, error.message))
            before = self.archive.catalog.by_name(name)
            if before and self._is_first(before):  # what cannot be read now is not gone
                self.found.add(before)
        else:
            if self._is_first(recorded.package):
                self.found.add(recorded.package)
                self.problems.extend(recorded.problems)
            else:
                self.problems.append(copied(recorded.package, self.names[recorded.package.id]))

    def _is_first(self, package: Package) -> bool:
        """Whether no other folder holds the same package."""
        return self.names.setdefault(package.id, package.name) == package.name

"""The catalogue, made anew from the packages."""

from __future__ import annotations

from preserve.bag.sealing.staging import Workroom
from preserve.catalog.store import Catalog
from preserve.config import Config
from preserve.errors import BagError, DescriptionError, NotABag
from preserve.model import Package, Problem
from preserve.ports import Progress
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
    """
    workroom = Workroom(config.workroom)
    workroom.prepare()
    with workroom.locked(), Catalog.open_for_rebuild(config.catalog_url) as catalog:
        archive = Archive(config, catalog, workroom)
        found, problems = _read_all(archive, progress)
        catalog.replace_all(found.values())
        told = {problem.path for problem in problems}
        problems += [problem for problem in disagreements(archive) if problem.path not in told]
    return RebuildResult(len(found), tuple(problems))


def _read_all(archive: Archive, progress: Progress) -> tuple[dict[str, Package], list[Problem]]:
    found: dict[str, Package] = {}
    problems: list[Problem] = []
    folders = folders_in(archive.store)
    progress.start("Rebuilding the catalogue", len(folders), 0)
    for name in folders:
        try:
            recorded = read_recorded(archive, name)
        except (NotABag, DescriptionError) as error:
            problems.append(rules.NOT_A_PACKAGE.at(name, error.message))
        except BagError as error:
            problems.append(rules.PACKAGE_UNREADABLE.at(name, error.message))
            if before := archive.catalog.by_name(name):  # what cannot be read now is not gone
                found[before.id] = before
        else:
            package = recorded.package
            if package.id in found:
                problems.append(copied(package, found[package.id]))
            else:
                found[package.id] = package
                problems += recorded.problems
        progress.advance(1, 0)
    progress.finish()
    return found, problems

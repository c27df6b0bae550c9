"""The catalogue, made anew from the packages."""

from __future__ import annotations

from preserve.bag.staging import Workroom
from preserve.catalog.store import Catalog
from preserve.config import Config
from preserve.errors import DescriptionError, NotABag
from preserve.model import Package, Problem
from preserve.ports import Progress
from preserve.workflows import rules
from preserve.workflows.packages import folders_in, read_package
from preserve.workflows.record import copied
from preserve.workflows.results import RebuildResult


def rebuild(config: Config, progress: Progress) -> RebuildResult:
    """Read every package in the store and make these the whole catalogue, in one transaction.

    Package contents are not verified here; that is ``validate`` and ``audit``.  A damaged catalogue is set aside.
    """
    workroom = Workroom(config.workroom)
    workroom.prepare()
    with workroom.locked(), Catalog.open_for_rebuild(config.catalog_url) as catalog:
        found: dict[str, Package] = {}
        problems: list[Problem] = []
        folders = folders_in(config.packages)
        progress.start("Rebuilding the catalogue", len(folders), 0)
        for name in folders:
            try:
                package = read_package(config.packages / name)
                if package.id in found:
                    problems.append(copied(package, found[package.id]))
                found.setdefault(package.id, package)
            except (NotABag, DescriptionError) as error:
                problems.append(rules.NOT_A_PACKAGE.at(name, error.message))
            progress.advance(1, 0)
        progress.finish()
        catalog.replace_all(found.values())
    return RebuildResult(len(found), tuple(problems))

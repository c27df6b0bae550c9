"""What is done in the archive before a package leaves it: may it go, was it sent before, is it whole."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial

from preserve.errors import (
    BagError,
    CatalogError,
    DepositRefused,
    DescriptionError,
    Locked,
    StoreUnwritable,
    UnknownPackage,
)
from preserve.model import Package
from preserve.ports import Progress
from preserve.ports.depositing import Consignment
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying.checking import check
from preserve.workflows.copying.locations import store_of
from preserve.workflows.copying.notes import write_down
from preserve.workflows.depositing.consignments import consign, label_of
from preserve.workflows.depositing.deciding import Going, decide
from preserve.workflows.depositing.journal import alone
from preserve.workflows.depositing.results import Deposited, Order, Outcome
from preserve.workflows.depositing.sending import Work, failed
from preserve.workflows.depositing.sharing import SharedPace, SharedProgress
from preserve.workflows.states import changed_meanwhile, history_amiss


def prepare(
    archive: Archive, package: Package, order: Order, pace: SharedPace, progress: SharedProgress
) -> Work | Deposited | None:
    """What is to be sent of *package*; or what there is to say if nothing is to be; None if it is passed over.

    Work that is to be done keeps other runs from depositing the same.  ``StoreUnreachable`` or ``StoreUnwritable`` end
    the run.
    """
    try:
        return _prepare(archive, _now(archive, package), order, pace, progress)
    except Locked as error:
        return replace(failed(package, order, error), status=Outcome.BUSY, needs_a_person=False)
    except (DepositRefused, DescriptionError, CatalogError) as error:
        return failed(package, order, error)
    except StoreUnwritable:
        raise
    except BagError as error:
        store_of(archive.config).reach()  # what cannot be reached any more is not damaged
        return failed(package, order, error)


def _prepare(
    archive: Archive, package: Package, order: Order, pace: SharedPace, progress: SharedProgress
) -> Work | Deposited | None:
    named = label_of(archive, package)
    decided = decide(archive, package, order, named[0], named[2])
    if not isinstance(decided, Going):
        return decided
    build = partial(_consigned, archive, package, order, named, pace, progress)
    if order.dry_run:
        return Work(archive.store, package, build(decided), decided, ExitStack())
    with suppress(BagError):  # what is not said is asked for before all is read; what is damaged, reading tells
        build(decided)
    with ExitStack() as held:
        held.enter_context(alone(archive.store, package.name, order.target.name))
        decided = decide(archive, package, order, named[0], named[2])  # another run may have been busy with it till now
        if not isinstance(decided, Going):
            return decided
        if not decided.left:
            _must_be_whole(archive, package, progress.aside())
        return Work(archive.store, package, build(decided), decided, held.pop_all())


def _consigned(
    archive: Archive,
    package: Package,
    order: Order,
    named: tuple[str, int, str],
    pace: SharedPace,
    progress: SharedProgress,
    decided: Going,
) -> Consignment:
    """What is sent of *package*, *named* by its label, state and key; as it was begun, if it was."""
    opening = decided.entry.story.opening if decided.entry is not None else None
    return consign(
        archive,
        package,
        opening.form if opening else order.target.form,
        label=named[0],
        state=named[1],
        key=named[2],
        pace=pace,
        progress=progress,
        profile=opening.profile if opening else order.profile,
        tags=opening.tags if opening else order.tags,
    )


def _now(archive: Archive, package: Package) -> Package:
    """*package* as the catalogue knows it now: it may have been changed since the run began."""
    now = archive.catalog.get(package.id)
    if now is None:
        raise UnknownPackage(f"The package {names.shown(package.name)} is not in the catalogue any more.")
    return now


def _must_be_whole(archive: Archive, package: Package, progress: Progress) -> None:
    """Read every octet of *package*, record that, and refuse to let it go if it is not as it was sealed."""
    name = names.shown(package.name)
    if amiss := history_amiss(archive, package):
        hint = f"Mend its history first: preserve repair {name}"
        raise BagError(f"{name} was not sent: {amiss.message}", hint=hint)
    found = check(archive, package, store_of(archive.config), progress)
    if error := changed_meanwhile(archive, package):
        raise error
    write_down(archive, package.id, package.name, [found.event])
    if not found.good:
        raise BagError(
            f"{name} was not sent, for it is damaged: {found.why}",
            hint=f"The failed check is recorded. See what is good elsewhere, and mend it: preserve repair {name}",
        )

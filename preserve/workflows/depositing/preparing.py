"""What is done in the archive before a package leaves it: may it go, was it sent before, is it whole."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from preserve.deposit.journal.reading import Entry
from preserve.errors import BagError, CatalogError, DepositRefused, DescriptionError, UnknownPackage
from preserve.model import Package
from preserve.model.deposits import Stage
from preserve.ports import Progress
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.copying.checking import check
from preserve.workflows.copying.locations import store_of
from preserve.workflows.copying.notes import write_down
from preserve.workflows.depositing.consignments import consign, label_of
from preserve.workflows.depositing.embargo import held_back
from preserve.workflows.depositing.journal import deposits_of, latest, receipts_of
from preserve.workflows.depositing.recording import settle
from preserve.workflows.depositing.results import Deposited, Order, Outcome
from preserve.workflows.depositing.sending import Work, failed
from preserve.workflows.depositing.sharing import SharedPace, SharedProgress
from preserve.workflows.states import changed_meanwhile, history_amiss

_OVER = frozenset([Stage.VERIFIED, Stage.REFUSED])
_THERE = frozenset([Stage.SENT, Stage.ACCEPTED, Stage.STORED, Stage.VERIFIED])


def prepare(
    archive: Archive, package: Package, order: Order, pace: SharedPace, progress: SharedProgress
) -> Work | Deposited | None:
    """What is to be sent of *package*; or what there is to say if nothing is to be; None if it is passed over.

    ``StoreUnreachable``, ``StoreUnwritable`` or ``Locked`` end the run.
    """
    try:
        return _prepare(archive, _now(archive, package), order, pace, progress)
    except (DepositRefused, DescriptionError, CatalogError) as error:
        return failed(package, order, error)
    except BagError as error:
        store_of(archive.config).reach()  # what cannot be reached any more is not damaged
        return failed(package, order, error)


def _prepare(
    archive: Archive, package: Package, order: Order, pace: SharedPace, progress: SharedProgress
) -> Work | Deposited | None:
    label, state, key = label_of(archive, package)
    entry = latest(deposits_of(archive, package.name), order.target.name, key)
    if entry is not None and not order.dry_run:
        settle(archive, package, entry, order.agents)
    if (order.resume and (entry is None or _is_over(entry))) or (order.verify and not _is_there(entry)):
        return None
    if entry is not None and not order.verify and _is_done(entry, order):
        return _there(package, order, entry)
    if entry is not None and (order.again or entry.story.stage is Stage.REFUSED) and not order.verify:
        entry = None
    embargo = "" if _is_there(entry) else held_back(archive, package, archive.clock.now())
    if embargo and package.id not in order.despite_embargo:
        return Deposited(package, order.target.name, Outcome.HELD, note=embargo)
    opening = entry.story.opening if entry is not None else None
    consigned = partial(
        consign,
        archive,
        package,
        opening.form if opening else order.target.form,
        label=label,
        state=state,
        key=key,
        pace=pace,
        progress=progress,
        profile=opening.profile if opening else order.profile,
        tags=opening.tags if opening else order.tags,
    )
    if not order.dry_run and not _is_there(entry):
        with suppress(BagError):  # what is not said is asked for before all is read; what is damaged, reading tells
            consigned()
        _must_be_whole(archive, package, progress.aside())
    return Work(archive.store, package, consigned(), entry, embargo)


def _now(archive: Archive, package: Package) -> Package:
    """*package* as the catalogue knows it now: it may have been changed since the run began."""
    now = archive.catalog.get(package.id)
    if now is None:
        raise UnknownPackage(f"The package {names.shown(package.name)} is not in the catalogue any more.")
    return now


def _is_over(entry: Entry) -> bool:
    return entry.story.stage in _OVER


def _is_there(entry: Entry | None) -> bool:
    """Whether all of it has left already: what is to be done is to ask, and to verify."""
    return entry is not None and entry.story.stage in _THERE


def _is_done(entry: Entry, order: Order) -> bool:
    """Whether the far end has it for certain, and nobody asked to send it again."""
    return entry.story.stage is Stage.VERIFIED and not order.again


def _there(package: Package, order: Order, entry: Entry) -> Deposited:
    story = entry.story
    return Deposited(
        package,
        order.target.name,
        Outcome.THERE,
        story.opening.deposit,
        story.stage,
        story.where,
        story.note,
        story.opening.files,
        story.opening.bytes,
        receipts=receipts_of(entry),
    )


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

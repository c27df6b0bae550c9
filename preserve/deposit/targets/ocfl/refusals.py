"""What is not put into a storage root, as one sentence for an archivist."""

from __future__ import annotations

from preserve.deposit.targets.ocfl import rules
from preserve.deposit.targets.ocfl.inventory import LARGEST, Inventory
from preserve.errors import DepositRefused
from preserve.model import Problem
from preserve.ports.depositing import Consignment
from preserve.storage import names

_ABOUT_A_FILE = 800
"""Octets of an inventory that a file takes, at most, beside three times its path."""


def objections(what: Consignment) -> list[Problem]:
    """Why *what* cannot be an object, whichever root it goes to."""
    problems = [
        rules.NAME_NOT_UTF8.at(piece.path, f"The name {names.shown(piece.path)} is not UTF-8.")
        for piece in what.pieces()
        if not names.is_utf8(piece.path)
    ]
    if sum(_ABOUT_A_FILE + 3 * len(names.raw(piece.path)) for piece in what.pieces()) > LARGEST:
        problems.append(rules.TOO_MANY_FILES.at("", f"The inventory of {what.files:,} files would be too large."))
    return problems


def must_be_utf8(what: Consignment) -> None:
    """``DepositRefused`` if *what* has a name that no inventory can hold."""
    for piece in what.pieces():
        if not names.is_utf8(piece.path):
            raise DepositRefused(
                f"OCFL takes no name that is not UTF-8: {names.shown(piece.path)}.", hint=rules.NAME_NOT_UTF8.hint
            )


def must_be_valid(place: str, inventory: Inventory | None, problems: list[Problem]) -> Inventory:
    """The *inventory* of the object at *place*, unless there are *problems*: then ``DepositRefused``."""
    if inventory is not None and not problems:
        return inventory
    more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
    raise DepositRefused(
        f"The OCFL object {names.shown(place)} is not valid, and nothing is added to it: {problems[0].message}{more}",
        hint="Have those who keep the storage root mend it, or bring it back from a copy; then run the command again.",
    )


def foreign(place: str, why: str) -> DepositRefused:
    """What lies at *place* is not what this target put there."""
    return DepositRefused(
        f"What lies at {names.shown(place)} is not this package as an OCFL object: {why}.",
        hint="It was not touched. See what it is; have it mended, or moved away.",
    )

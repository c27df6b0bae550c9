"""The forms in which a package can be sent: which pieces each consists of, and whether they go in one archive file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

from preserve.errors import UsageError
from preserve.model import Package
from preserve.ports.depositing import FORMS as KNOWN
from preserve.ports.depositing import Piece
from preserve.workflows.archive import Archive
from preserve.workflows.depositing.consignments.sealed import SealedFiles

_HERE = "preserve.workflows.depositing.consignments"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be built: a package, opened, and what it is to be called.

    *profile* is that of the bag, by its name or place, and *tags* are labels and values that it demands.
    """

    archive: Archive
    package: Package
    files: SealedFiles
    label: str
    state: int
    key: str
    form: str
    profile: str = ""
    tags: tuple[tuple[str, str], ...] = ()


class Form(NamedTuple):
    """*module* has a function ``pieces(wanted) -> Sequence[Piece]``; *wrap* is ``tar``, ``zip``, or "" for a folder.

    The paths of the pieces are those below the label.  It raises ``DescriptionError`` for what the form demands and the
    package does not say, all at once and before anything is built, and ``BagError`` if the package cannot be sent so.
    The sequence may make its pieces when they are asked for; it is asked more than once.
    """

    module: str
    wrap: str = ""


FORMS: Mapping[str, Form] = {
    "bag": Form("whole"),
    "tar": Form("whole", "tar"),
    "zip": Form("whole", "zip"),
    "payload": Form("payload"),
    "payload-zip": Form("payload", "zip"),
    "saf": Form("saf"),
    "saf-zip": Form("saf", "zip"),
    "eark": Form("eark"),
    "eark-tar": Form("eark", "tar"),
    "eark-zip": Form("eark", "zip"),
}


def pieces(wanted: Wanted) -> tuple[Sequence[Piece], str]:
    """What *wanted* consists of, and in what it is to be wrapped.  ``UsageError`` if there is no such form."""
    form = FORMS.get(wanted.form)
    if form is None:
        known = ", ".join(name for name in KNOWN if name in FORMS)
        raise UsageError(f"There is no form {wanted.form} to send a package in.", hint=f"Known are: {known}.")
    module = import_module(f"{_HERE}.{form.module}")  # most are not needed, and some load much
    return module.pieces(wanted), form.wrap

"""An OCFL 1.1 storage root on a disk of this machine: one object a package, one version for each of its states."""

from __future__ import annotations

import re

from preserve.config.settings import Setting
from preserve.deposit.given import Given, TargetKind
from preserve.deposit.targets.ocfl.layouts import NAMES, layout
from preserve.deposit.targets.ocfl.target import Ocfl, Options
from preserve.ports.depositing import FORMS

__all__ = ["KIND"]

_CHOICES = {name[:4]: name for name in NAMES}
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,200}")


def _known_layout(value: str) -> str:
    good = value in _CHOICES or value in _CHOICES.values()
    return "" if good else f"must be one of {', '.join(_CHOICES)}"


def _short_line(value: str) -> str:
    return "" if _LINE.fullmatch(value) else "must be one line of at most 200 characters"


def _opened(given: Given) -> Ocfl:
    chosen = layout(given.text("layout"), {})
    options = Options(chosen, given.text("id_prefix"), given.text("user"), given.text("address"))
    return Ocfl(given.name, given.path("path"), given.home, options)


KIND = TargetKind(
    "ocfl",
    "An OCFL 1.1 storage root in a folder: one object a package, one version for each of its states.",
    tuple(FORMS),
    _opened,
    (
        Setting("path", "", "The storage root, or an empty folder to become one; it must be there already."),
        Setting("layout", "0003", "The layout of a new storage root: 0003, 0004 or 0007.", _known_layout),
        Setting("id_prefix", "urn:uuid:", "What stands before a package's id in the id of its object.", _short_line),
        Setting("user", "preserve", "The name of who makes the versions.", _short_line),
        Setting("address", "", "Its address: mailto:… or a URL.", _short_line),
    ),
    ("path",),
)

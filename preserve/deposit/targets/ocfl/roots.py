"""A storage root (OCFL 1.1 §4): made in an empty folder, or respected as it is.

    <path>/0=ocfl_1.1                                what it is; written last, so that a half-made root is none
    <path>/ocfl_layout.json                          which layout it has
    <path>/extensions/<layout>/config.json           the parameters of that
    <path>/extensions/preserve-staging/<package>/    what is being put together; gone when nobody is at work

The hierarchy of objects must hold nothing but objects, not even an empty folder (§4.1); the folder ``extensions`` is
the one place of a storage root in which other folders may lie (§4.4).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from preserve.deposit.disk.held import Held
from preserve.deposit.disk.marks import MARKS
from preserve.deposit.targets.ocfl.layouts import Layout, LayoutError, layout
from preserve.errors import DepositRefused
from preserve.storage import names

EXTENSIONS = "extensions"
STAGING = f"{EXTENSIONS}/preserve-staging"
_LAYOUT = "ocfl_layout.json"
_DRAFT = ".preserve-draft"
_DECLARATION = re.compile(r"0=ocfl_([0-9]+\.[0-9]+)", re.ASCII)
_SPECS = ("1.0", "1.1")
_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Root:
    """A storage root: the version of the specification that it declares, and where its objects lie."""

    spec: str
    layout: Layout

    def place_of(self, identifier: str) -> str:
        """Where the object with this *identifier* lies.  ``DepositRefused`` if the layout has no place for it."""
        try:
            return self.layout.path(identifier)
        except LayoutError as error:
            raise DepositRefused(
                f"The OCFL storage root has no place for this package: {error}.",
                hint="Another id_prefix for this target may help.",
            ) from error


def found(held: Held, shown: str) -> Root | None:
    """The storage root in the folder *held*; None if it is empty, or its making was broken off.

    ``DepositRefused`` if it holds something else, or is not understood here.  ``OSError``.
    """
    there = held.names()
    declared = [name for name in there if name.startswith("0=")]
    if not declared:
        _must_be_empty(held, there, shown)
        return None
    matched = _DECLARATION.fullmatch(declared[0])
    if len(declared) > 1 or matched is None or held.content(declared[0], 100) != f"ocfl_{matched[1]}\n".encode():
        raise _refused(shown, f"it calls itself {names.shown(', '.join(sorted(declared))[:200])}")
    if matched[1] not in _SPECS:
        raise _refused(shown, f"it is one of OCFL {matched[1]}, and known here are {' and '.join(_SPECS)}")
    return Root(matched[1], _layout_of(held, shown))


def made(held: Held, chosen: Layout) -> Root:
    """A new storage root in the empty folder *held*.  Whatever breaks this off, it can be done again.  ``OSError``."""
    config = {"extensionName": chosen.name, **chosen.parameters}
    held.put(f"{EXTENSIONS}/{chosen.name}/config.json", _json(config), _DRAFT)
    held.put(_LAYOUT, _json({"extension": chosen.name, "description": chosen.meaning}), _DRAFT)
    held.sync(EXTENSIONS)
    held.sync()
    held.put("0=ocfl_1.1", b"ocfl_1.1\n", _DRAFT)
    return Root("1.1", chosen)


def _must_be_empty(held: Held, there: dict[str, bool], shown: str) -> None:
    strangers = there.keys() - {*MARKS, _LAYOUT, _DRAFT, EXTENSIONS}
    if EXTENSIONS in there:
        strangers |= {name for name in held.names(EXTENSIONS) if not re.match(r"000[347]-|preserve-staging", name)}
    strangers = {name for name in strangers if name != "lost+found"}
    if strangers:
        raise _refused(shown, f"it has no declaration of OCFL, and holds {names.shown(min(strangers)[:200])}")


def _layout_of(held: Held, shown: str) -> Layout:
    try:
        said = _read(held, _LAYOUT)
        name = said["extension"]
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9-]{1,100}", name):
            raise _refused(shown, f"its {_LAYOUT} names no layout")
    except (FileNotFoundError, KeyError) as error:
        raise _refused(shown, f"it does not say which layout it has (in {_LAYOUT})") from error
    try:
        parameters = _read(held, f"{EXTENSIONS}/{name}/config.json")
    except FileNotFoundError:
        parameters = {}
    except ValueError as error:
        raise _refused(shown, f"the parameters of its layout cannot be read: {error}") from error
    try:
        return layout(name, parameters)
    except LayoutError as error:
        raise _refused(shown, str(error)) from error


def _read(held: Held, path: str) -> dict[str, Any]:
    try:
        said = json.loads(held.content(path, _MOST))
    except (ValueError, RecursionError) as error:
        raise DepositRefused(f"{names.shown(path)} of the storage root is not JSON.", hint=_HINT) from error
    if not isinstance(said, dict):
        raise DepositRefused(f"{names.shown(path)} of the storage root is not a JSON object.", hint=_HINT)
    return said


def _json(said: dict[str, object]) -> bytes:
    return (json.dumps(said, indent=2) + "\n").encode()


_HINT = "Name an empty folder, or an OCFL 1.0 or 1.1 storage root with layout 0003, 0004 or 0007. Nothing was changed."


def _refused(shown: str, why: str) -> DepositRefused:
    return DepositRefused(f"{shown} cannot be used as an OCFL storage root: {why}.", hint=_HINT)

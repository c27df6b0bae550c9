"""What a package is called at the far end.  The same state always has the same name, and nothing else ever has it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Sequence

from preserve.bag import manifests
from preserve.errors import BagError
from preserve.history import file as history
from preserve.model import Package, PinnedDigest
from preserve.storage import names
from preserve.workflows.archive import Archive

LONGEST = 200
"""Octets of a label in UTF-8."""

_FOR_STATE = 16
"""Octets that are left for what tells a later state apart."""

_DIGITS = 16
_LIKE_A_STATE = re.compile(r"\.v[0-9]+$", re.IGNORECASE)


def label_of(archive: Archive, package: Package) -> tuple[str, int, str]:
    """The label of *package* as it is now, the number of its state, and its key (see ``ports.depositing``).

    ``CatalogError`` if its history cannot be read, ``BagError`` if that does not know this state: then nobody can say
    what it would have to be called.
    """
    past = history.read(archive.history_of(package.name), package_id=package.id)
    states = list(past.states)
    pins = frozenset(package.pinned)
    if past.broken or (states and pins not in states):
        shown = names.shown(package.name)
        raise BagError(
            f"The history of the package {shown} does not tell which state of it this is.",
            hint=f"See what is wrong with it: preserve log {shown}",
        )
    state = states.index(pins) + 1 if states else 1
    return label(package, state), state, key(package.id, package.pinned)


def label(package: Package, state: int) -> str:
    """The label of *package* in the state of this number: its name, if any far end can have it."""
    name = package.name
    plain = safe(name)
    if plain != name or _LIKE_A_STATE.search(name) or len(name.encode()) > LONGEST - _FOR_STATE:
        digest = hashlib.sha256(names.raw(name) + b"\0" + package.id.encode()).hexdigest()[:_DIGITS]
        plain = f"{names.cut(plain, LONGEST - _FOR_STATE - _DIGITS - 1).rstrip('.-_') or 'package'}-{digest}"
    return plain if state == 1 else f"{plain}.v{state}"


def safe(name: str) -> str:
    """*name* with nothing in it but letters and digits of any script, ``.``, ``_`` and ``-``; these not at its ends."""
    text = unicodedata.normalize("NFC", names.bag_name(name))
    kept = "".join(char if char in "._-" or unicodedata.category(char)[0] in "LMN" else "-" for char in text)
    return kept.strip("._-")


def key(package_id: str, pinned: Sequence[PinnedDigest]) -> str:
    """The URN of the state of a package in which its tag manifests have these digests."""
    tags = [pin for pin in pinned if manifests.is_tag_manifest(pin.path)] or pinned
    text = "\n".join(sorted(f"{pin.path} {pin.algorithm} {pin.value}" for pin in tags))
    return uuid.uuid5(uuid.UUID(package_id), text).urn

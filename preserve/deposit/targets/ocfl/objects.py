"""What an object in a storage root is made of (OCFL 1.1 §3): its declaration, its inventories, their digests."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass

from preserve.deposit.disk.held import Held
from preserve.deposit.targets.ocfl import rules
from preserve.deposit.targets.ocfl.inventory import ADDRESSING, LARGEST, SPECS, Inventory, judge
from preserve.model import Problem
from preserve.storage import digests
from preserve.storage.names import shown

INVENTORY = "inventory.json"
_DECLARATION = re.compile(r"0=ocfl_object_([0-9]+\.[0-9]+)", re.ASCII)
_SIDECAR = re.compile(rb"([0-9A-Fa-f]+)[ \t]+inventory\.json\n?")


@dataclass(frozen=True, slots=True)
class Found:
    """An inventory file: its octets, and what it says, None if it or its digest is not as it must be."""

    data: bytes
    inventory: Inventory | None
    problems: list[Problem]


def declaration(spec: str) -> tuple[str, bytes]:
    """The name and the content of the file that makes a folder an object (§3.2)."""
    return f"0=ocfl_object_{spec}", f"ocfl_object_{spec}\n".encode()


def sidecar(data: bytes, algorithm: str) -> tuple[str, bytes]:
    """The name and the content of the file with the digest of the inventory *data* (§3.6)."""
    value = digests.of_bytes(data, [algorithm])[0].value
    return f"{INVENTORY}.{algorithm}", f"{value} {INVENTORY}\n".encode()


def read_inventory(held: Held, folder: str = "") -> Found:
    """The inventory in *folder* of the object *held*.  ``OSError`` if a file that is there cannot be read."""
    base = f"{folder}/" if folder else ""
    try:
        data = held.content(f"{base}{INVENTORY}", LARGEST)
    except FileNotFoundError:
        return Found(b"", None, [rules.INVENTORY.at(f"{base}{INVENTORY}", f"{base}{INVENTORY} is not there (E063).")])
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EFBIG):
            raise
        return Found(b"", None, [rules.INVENTORY.at(f"{base}{INVENTORY}", "The inventory is no plain file (E034).")])
    inventory, problems = judge(data, f"{base}{INVENTORY}")
    problems += _judge_sidecar(held, base, data, inventory)
    return Found(data, None if problems else inventory, problems)


def _judge_sidecar(held: Held, base: str, data: bytes, inventory: Inventory | None) -> list[Problem]:
    there = [name for name in held.names(base.rstrip("/")) if name.startswith(f"{INVENTORY}.")]
    if not there:
        return [_about_digest(base, "the inventory has no file with its digest (E058)")]
    algorithm = there[0].removeprefix(f"{INVENTORY}.")
    if len(there) > 1 or algorithm not in ADDRESSING or (inventory and inventory.algorithm != algorithm):
        return [_about_digest(base, f"{shown(there[0][:200])} is not the digest that the inventory names (E059)")]
    try:
        matched = _SIDECAR.fullmatch(held.content(base + there[0], 1000))
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EFBIG):
            raise
        matched = None
    if matched is None:
        return [_about_digest(base, f"{there[0]} does not hold a digest and a name (E061)")]
    if matched[1].decode().lower() != digests.of_bytes(data, [algorithm])[0].value:
        return [_about_digest(base, f"the inventory is not the one of which {there[0]} has the digest (E060)")]
    return []


def _about_digest(base: str, text: str) -> Problem:
    where = f"In {base.rstrip('/')} " if base else ""
    return rules.INVENTORY_DIGEST.at(f"{base}{INVENTORY}", f"{where}{text if base else text[0].upper() + text[1:]}.")


def judge_declaration(held: Held, there: dict[str, bool]) -> tuple[str, list[Problem]]:
    """The version of the specification that the object declares, "" if none, and what is wrong with that."""
    declared = sorted(name for name in there if re.match(r"[0-9]=", name))
    if len(declared) != 1:
        text = "The object has no declaration" if not declared else "The object declares more than one thing"
        return "", [rules.DECLARATION.at("", f"{text} (E003).")]
    matched = _DECLARATION.fullmatch(declared[0])
    if matched is None or matched[1] not in SPECS:
        text = f"{shown(declared[0][:200])} declares no OCFL object of a version that is known here (E004)."
        return "", [rules.DECLARATION.at(declared[0], text)]
    try:
        good = held.content(declared[0], 100) == declaration(matched[1])[1]
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EFBIG):
            raise
        good = False
    if not good:
        return "", [rules.DECLARATION.at(declared[0], "The declaration does not hold what its name says (E007).")]
    return matched[1], []

"""Validating an object (OCFL 1.1 §3): its structure, its inventories against one another, and every octet of it.

Nothing is believed of an inventory before it was judged, no path of one leads out of the object, and all findings are
told in one run.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from itertools import islice

from preserve.deposit.disk.copying import read_files
from preserve.deposit.disk.held import Held
from preserve.deposit.targets.ocfl import rules
from preserve.deposit.targets.ocfl.blocks import FIXITY
from preserve.deposit.targets.ocfl.inventory import Inventory
from preserve.deposit.targets.ocfl.objects import INVENTORY, Found, judge_declaration, read_inventory
from preserve.errors import TargetUnreachable
from preserve.model import Mismatch, Problem
from preserve.storage.names import shown

Checks = dict[str, set[tuple[str, str]]]
"""What each file must have: content path → algorithm and digest, of all inventories."""
_MOST = 1000
_GONE = (errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN)


def validate(held: Held, tell: Callable[[int], object]) -> tuple[Inventory | None, list[Problem]]:
    """The inventory of the object *held*, if it is a good one, and what is wrong with the object.

    Every file is read; *tell* hears of octets as they come.
    ``OSError`` of the disk; ``TargetUnreachable`` if it went meanwhile.
    """
    there = held.names()
    spec, problems = judge_declaration(held, there)
    root = read_inventory(held)
    problems += root.problems
    inventory = root.inventory
    if inventory is None:
        return None, problems
    if spec and inventory.spec != spec:
        text = f"The inventory is one of OCFL {inventory.spec}, and the object declares {spec} (E038)."
        problems.append(rules.INVENTORY.at(INVENTORY, text))
    problems += _judge_root(held, there, inventory)
    checks = {path: {(inventory.algorithm, digest)} for path, digest in inventory.digests_of().items()}
    for name, block in inventory.fixity.items():
        for digest, path in ((digest, path) for digest, paths in block.items() for path in paths):
            checks[path].add((name, digest))
    problems += _judge_versions(held, there, inventory, root, checks)
    problems += islice(_judge_content(held, inventory, checks), _MOST)
    problems += islice(_judge_octets(held, checks, tell), _MOST)
    return inventory, problems


def _judge_root(held: Held, there: dict[str, bool], inventory: Inventory) -> Iterator[Problem]:
    files = {INVENTORY, f"{INVENTORY}.{inventory.algorithm}"}
    folders = {*inventory.states, "logs", "extensions"}
    for name, is_folder in sorted(there.items()):
        known = folders if is_folder else files
        if name not in known and (is_folder or not name.startswith("0=")):
            yield rules.STRUCTURE.at(name, f"{shown(name[:200])} does not belong into an OCFL object (E001).")
    for name in sorted(inventory.states.keys() - {name for name, is_folder in there.items() if is_folder}):
        yield rules.VERSIONS.at(name, f"The folder of the version {name} is not there (E010).")
    if there.get("extensions"):
        for name, is_folder in sorted(held.names("extensions").items()):
            if not is_folder:
                path = f"extensions/{name}"
                yield rules.STRUCTURE.at(path, f"{shown(path[:200])} does not belong into an OCFL object (E067).")


def _judge_versions(
    held: Held, there: dict[str, bool], inventory: Inventory, root: Found, checks: Checks
) -> Iterator[Problem]:
    spec = "1.0"
    for version in inventory.states:
        if not there.get(version):
            continue
        inside = held.names(version)
        for name, is_folder in sorted(inside.items()):
            if not is_folder and name != INVENTORY and not name.startswith(f"{INVENTORY}."):
                path = f"{version}/{name}"
                yield rules.VERSIONS.at(path, f"{shown(path[:300])} does not belong into a version (E015).")
        if INVENTORY not in inside:
            continue
        former = read_inventory(held, version)
        yield from former.problems
        if version == inventory.head and former.data != root.data:
            text = f"The inventory of the object is not that of its last version, {version} (E064)."
            yield rules.VERSION_INVENTORY.at(f"{version}/{INVENTORY}", text)
        if former.inventory is not None:
            yield from _judge_former(version, former.inventory, inventory, spec)
            spec = max(spec, former.inventory.spec)
            for path, digest in former.inventory.digests_of().items():
                if path in checks:
                    checks[path].add((former.inventory.algorithm, digest))


def _judge_former(version: str, former: Inventory, inventory: Inventory, spec: str) -> Iterator[Problem]:
    """What the inventory of a version says against what the object's says of the same."""

    def wrong(code: str, text: str) -> Problem:
        return rules.VERSION_INVENTORY.at(f"{version}/{INVENTORY}", f"The inventory of {version} {text} ({code}).")

    if former.head != version:
        yield wrong("E040", f"calls {shown(former.head)} the last version")
    if former.id != inventory.id:
        yield wrong("E110", "is that of another object")
    if former.spec < spec or former.spec > inventory.spec:
        yield wrong("E103", "is one of an earlier OCFL than that of a version before it")
    if former.content_directory != inventory.content_directory:
        yield wrong("E020", "calls the folder of its content otherwise")
    mine, theirs = inventory.digests_of(), former.digests_of()
    begins = tuple(f"{name}/" for name in former.states)
    if {path for path in mine if path.startswith(begins)} != theirs.keys():
        yield wrong("E023", "lists other files than the object has of it")
    elif former.algorithm == inventory.algorithm and any(mine[path] != digest for path, digest in theirs.items()):
        yield wrong("E092", "has other digests for the same files")
    for name, state in former.states.items():
        if name not in inventory.states or _by_path(former, name) != _by_path(inventory, name):
            yield wrong("E066", f"has another state of {name}, of {len(state):,} files")


def _by_path(inventory: Inventory, version: str) -> dict[str, str]:
    """Logical path → the first of its content paths: comparable also where the algorithms differ."""
    return {path: min(inventory.manifest[digest]) for path, digest in inventory.states[version].items()}


def _judge_content(held: Held, inventory: Inventory, checks: Checks) -> Iterator[Problem]:
    """What lies in the folders of the versions and is not listed, or the other way round."""
    missing = set(checks)
    for version in inventory.states:
        base = f"{version}/{inventory.content_directory}"
        if not held.is_folder(base):
            if held.seen(base) is not None:
                yield rules.STRUCTURE.at(base, f"{shown(base)} is something else than a folder (E090).")
            continue
        folders = {base}

        def enter(path: str, folders: set[str] = folders) -> bool:
            folders.add(path)
            return True

        filled = set()
        for entry in held.walk(enter, base):
            filled.add(entry.path.rpartition("/")[0])
            missing.discard(entry.path)
            if entry.size is None:
                text = f"{shown(entry.path)} is something else than a file (E090)."
                yield rules.STRUCTURE.at(entry.path, text)
            elif entry.path not in checks:
                yield rules.CONTENT_UNLISTED.at(entry.path, f"{shown(entry.path)} is not in the manifest (E023).")
        filled.update(path.rpartition("/")[0] for path in folders)
        for path in sorted(folders - filled):
            yield rules.CONTENT_UNLISTED.at(path, f"The folder {shown(path)} is empty (E024).")
    for path in sorted(missing):
        yield rules.CONTENT_MISSING.at(path, f"{shown(path)} is in the manifest, and not there (E092).")


def _judge_octets(held: Held, checks: Checks, tell: Callable[[int], object]) -> Iterator[Problem]:
    wanted = {path: sorted({FIXITY[name] for name, _ in expected}) for path, expected in checks.items()}
    files = [(path, None, algorithms) for path, algorithms in sorted(wanted.items())]
    for (path, _, algorithms), found in zip(files, read_files(files, held, tell), strict=True):
        if found.error is not None:
            yield from _unread(path, found.error)
            continue
        got = dict(zip(algorithms, found.digests, strict=True))
        for name, digest in sorted(checks[path]):
            if got[FIXITY[name]] != digest:
                mismatch = Mismatch(FIXITY[name], digest, got[FIXITY[name]])
                text = f"{shown(path)} is not what it was: {name} differs (E093)."
                yield rules.CONTENT_ALTERED.at(path, text, mismatch)
                break


def _unread(path: str, error: OSError) -> Iterator[Problem]:
    if error.errno in _GONE:
        raise TargetUnreachable(
            f"The disk went while {shown(path)} was read.", hint="Connect it, then run the command again."
        ) from error
    if error.errno not in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):  # these were told already
        reason = (error.strerror or str(error)).lower()
        yield rules.CONTENT_UNREADABLE.at(path, f"{shown(path)} cannot be read: {reason}.")

"""Is this the disk that it was?  One that is not mounted leaves an empty folder, and is no archive that lost it all.

    <folder>/.preserve/identity       what the folder is called, for ever: a UUID
    HOME/.preserve/stores.json        which identity the package store and each location had when last seen

The second is what this machine remembers; it lies neither in the store nor in a location, and can be lost: then each
is believed once more.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from preserve.config import Config
from preserve.errors import BagError, Locked, StoreUnreachable, StoreUnwritable
from preserve.history.file import SUFFIX
from preserve.storage import durable, locks, names
from preserve.workflows.places import entries_in

IDENTITY = "identity"
_MEMORY = "stores.json"
_SCHEMA_VERSION = 1


def known_store(config: Config, where: str, folder: Path) -> None:
    """Make sure that *folder* is the location *where*, "" for the package store, that it was when last seen.

    What is seen for the first time is given an identity, and remembered.  ``StoreUnreachable`` if it is not there,
    cannot be looked into, or is another one; ``StoreUnwritable`` if it has none yet and cannot be given one.
    """
    found = seen_store(config, where, folder)
    if where not in _remembered(config):
        _remember(config, where, found or _given(folder))


def seen_store(config: Config, where: str, folder: Path) -> str:
    """As ``known_store``, but nothing is written: the identity of *folder*, "" if it was never given one."""
    remembered = _remembered(config).get(where)
    found = _identity(where, folder)
    if remembered is None:
        return found
    if not found:
        raise _unreachable(where, folder, "it is there, but what preserve left in it is not: is its disk connected?")
    if found != remembered:
        raise _unreachable(where, folder, "another disk is in its place: it has another identity", another=True)
    return found


def known_packages(config: Config, *, anew: bool = False) -> None:
    """Make sure that the package store is the one that it was; nothing is made in the place of one that is away.

    It is remembered as soon as it holds packages, if that can be written down.  What holds packages and lost only its
    identity, such as a backup without hidden files, is believed.  ``StoreUnreachable`` as ``known_store``.

    *anew* is for who brings new packages: a store that was emptied, and never was on another disk than the archive's
    home, can only have been emptied by somebody, and is begun anew.
    """
    store = config.packages
    known = "" in _remembered(config)
    if not known:
        with suppress(StoreUnreachable):  # whoever writes there says it in words of his own
            if holds_packages(store):
                remember_packages(config)
        return
    if anew and not _was_elsewhere(config) and _is_emptied(store):
        forget_packages(config)
        return
    if not _identity("", store) and not holds_packages(store):
        known_store(config, "", store)
        return
    with suppress(StoreUnwritable):
        if not _identity("", store):
            _remember(config, "", _given(store))
        known_store(config, "", store)


def remember_packages(config: Config) -> None:
    """Remember the package store, now that it holds packages; where that cannot be written down, it is not."""
    if "" not in _remembered(config):
        with suppress(StoreUnwritable, Locked):
            known_store(config, "", config.packages)


def forget_packages(config: Config) -> None:
    """Let the package store that is found next be a new one."""
    if "" in _remembered(config):
        _remember(config, "", None)


def holds_packages(store: Path) -> bool:
    """Whether anything lies in *store* that may be a package, or the history of one.  ``StoreUnreachable``."""
    try:
        return any(entry.name.endswith(SUFFIX) or entry.is_dir(follow_symlinks=False) for entry in entries_in(store))
    except BagError as error:
        raise StoreUnreachable(error.message, hint=error.hint) from error


def _identity(where: str, folder: Path) -> str:
    """The identity of *folder*, "" if it has none.  ``StoreUnreachable`` if it cannot be looked into."""
    try:
        with durable.opened(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC):
            pass  # it can be read; to list it might take long
        with durable.opened(folder / ".preserve" / IDENTITY, durable.READ_FILE) as fd:
            return os.read(fd, 100).decode("ascii", "replace").strip()
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise _unreachable(where, folder, "there is no such folder") from error
        return ""
    except OSError as error:
        raise _unreachable(where, folder, (error.strerror or str(error)).lower()) from error


def _given(folder: Path) -> str:
    """A new identity for *folder*, durably; or the one that another run has just given it."""
    place = folder / ".preserve" / IDENTITY
    with _writing(place):
        place.parent.mkdir(exist_ok=True)
        new = place.with_name(f"{IDENTITY}.{os.getpid()}")
        durable.write_new(new, f"{uuid.uuid4()}\n".encode(), sync=True)
        try:
            os.link(new, place)
        except FileExistsError:
            pass
        except OSError:  # no hard links there
            os.rename(new, place)
        new.unlink(missing_ok=True)
        durable.sync_folder(place.parent)
        return place.read_text("ascii").strip()


def _is_emptied(store: Path) -> bool:
    """Whether the store is gone, or nothing of ours is in it; what cannot be looked into is not known to be empty."""
    try:
        return not _identity("", store) and not holds_packages(store)
    except StoreUnreachable:
        return not os.path.lexists(store)


def _was_elsewhere(config: Config) -> bool:
    """Whether the package store was on another disk than the home when it was last seen; it may not be mounted."""
    return _memory(config).get("packages_elsewhere") is not False


def _is_elsewhere(config: Config) -> bool:
    try:
        return os.stat(config.packages).st_dev != os.stat(config.home).st_dev
    except OSError:
        return True


def _remembered(config: Config) -> Mapping[str, str]:
    """The identity of each place that was ever seen."""
    stores: Mapping[str, str] = _memory(config)["stores"]
    return stores


def _memory(config: Config) -> Mapping[str, Any]:
    """What is remembered; ``StoreUnreachable`` if that cannot be understood."""
    place = config.home / ".preserve" / _MEMORY
    try:
        said = json.loads(place.read_bytes())
        return {**said, "stores": {str(where): str(identity) for where, identity in said["stores"].items()}}
    except FileNotFoundError:
        return {"stores": {}}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise StoreUnreachable(
            f"What this machine remembers of its disks cannot be read: {names.shown(str(place))}.",
            hint="See that all disks of the archive are connected, then remove that file; it is made again.",
        ) from error


def _remember(config: Config, where: str, identity: str | None) -> None:
    place = config.home / ".preserve" / _MEMORY
    with _writing(place):
        place.parent.mkdir(exist_ok=True)
        with locks.held(place.with_name("stores.lock")):
            stores = {name: known for name, known in {**_remembered(config), where: identity}.items() if known}
            new = place.with_name(f"{_MEMORY}.new")
            new.unlink(missing_ok=True)
            elsewhere = _was_elsewhere(config) if where else _is_elsewhere(config)
            said = {"schema_version": _SCHEMA_VERSION, "stores": stores, "packages_elsewhere": elsewhere}
            text = json.dumps(said, indent=2) + "\n"
            durable.write_new(new, text.encode(), sync=True)
            os.replace(new, place)
            durable.sync_folder(place.parent)


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(
            f"{names.shown(str(place))} cannot be written: {(error.strerror or str(error)).lower()}.",
            hint="Make room, or see to the permissions; it is needed to know an unmounted disk from an empty one.",
        ) from error


def _unreachable(where: str, folder: Path, why: str, *, another: bool = False) -> StoreUnreachable:
    what = f"The location {where}" if where else "The package store"
    hint = "Connect the disk, or see to the network and the permissions. Nothing is said of any package until then."
    if another:
        hint = (
            "Connect the right disk. If this one is to take its place for good, take its line out of "
            ".preserve/stores.json in the archive's home."
        )
    elif not where:
        hint += " To begin anew with an empty store: preserve init --new-store"
    return StoreUnreachable(f"{what} cannot be reached: {why} ({names.shown(str(folder))}).", hint=hint)

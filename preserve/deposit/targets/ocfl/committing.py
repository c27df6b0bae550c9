"""Bringing a version into a storage root, so that at every moment its object is what it was, or what it will be.

See docs/decisions/0022-ocfl-versions.md.  All is put together on a bench in ``extensions/preserve-staging``:

    content/object/              the object as it will be
    content/object/vN/content/   what is new in it, copied; the next run goes on with it
    content/tree/                the folders above a new object that are not there yet, with the object in the last
    content/publishing           the name of a version that is being moved in by steps

A new object appears by one rename.  For a new version the former object is linked, file by file, beside the new one,
and the two folders change places in one step.  Where a file system has no such step, or no links, the version is moved
in by three renames, and a run that is killed between them leaves what the next one finishes.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from preserve.deposit.disk.assembling import put_together, sync
from preserve.deposit.disk.benches import Bench
from preserve.deposit.disk.held import Held
from preserve.deposit.targets.ocfl.inventory import Inventory
from preserve.deposit.targets.ocfl.objects import INVENTORY, declaration, read_inventory, sidecar
from preserve.deposit.targets.ocfl.versions import Next
from preserve.errors import DepositRefused
from preserve.storage.names import shown

_NO_LINKS = frozenset(
    [errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EINVAL]
)
_DRAFT = "draft"
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Commit:
    """The bringing of one version: into which *root*, on which *bench*, to which *place* of its object."""

    root: Held
    bench: Bench
    place: str
    target: str

    def prepare(self, following: Next, inventory: bytes) -> None:
        """Put the version together, with its inventory, durably.  Errors as ``put_together``."""
        base = f"{self.bench.content}/object"
        self._sweep(following)
        with self.root.inner(f"{base}/{following.content}", make=True) as content:
            put_together(lambda: iter(following.new), content, self.target)
        if not following.new:
            self.root.remove(f"{base}/{following.content}")  # no folder without files (E024)
        for folder in (base, f"{base}/{following.name}"):
            self.root.write(f"{folder}/{INVENTORY}", inventory)
            name, data = sidecar(inventory, following.algorithm)
            self.root.write(f"{folder}/{name}", data)

    def _sweep(self, following: Next) -> None:
        """Take away all that another run left but the content of the same version."""
        self.root.folder(f"{self.bench.content}/object", make=True)
        keep = f"object/{following.content}".split("/")
        at = self.bench.content
        for part in keep:
            for name in self.root.names(at):
                if name != part:
                    self.root.remove(f"{at}/{name}")
            at = f"{at}/{part}"
            if self.root.seen(at) is None:
                return

    def publish_new(self, spec: str) -> None:
        """Let the object appear.  ``DepositRefused`` if something is in its place, or in the way to it."""
        content, parts = self.bench.content, self.place.split("/")
        name, data = declaration(spec)
        self.root.write(f"{content}/object/{name}", data)
        for _ in range(_TRIES):  # another run may make the same folders in this moment
            there = self._folders_there(parts)
            made = "/".join(["tree", *parts[there + 1 :]]) if there < len(parts) - 1 else "object"
            if made != "object":
                self.root.folder(f"{content}/{made}".rpartition("/")[0], make=True)
                self.root.move(f"{content}/object", f"{content}/{made}")
            self._sync()
            above = "/".join(parts[:there])
            try:
                self.root.move(f"{content}/{made.split('/')[0]}", "/".join(parts[: there + 1]))
            except FileExistsError:
                if made != "object":
                    self.root.move(f"{content}/{made}", f"{content}/object")
                    self.root.remove(f"{content}/tree")
            else:
                self.root.sync(above)
                return
        raise self._in_the_way(self.place)

    def _folders_there(self, parts: list[str]) -> int:
        """How many of the folders above the object are there."""
        for count in range(1, len(parts) + 1):
            path = "/".join(parts[:count])
            if self.root.seen(path) is None:
                return count - 1
            if count == len(parts) or any(name.startswith("0=") for name in self.root.names(path)):
                raise self._in_the_way(path)
        return len(parts)

    def publish_next(self, following: Next, former: Inventory, unchanged: Callable[[], bool]) -> None:
        """Let the object at its place have the version *following*; *unchanged* tells whether it still is *former*."""
        staged = f"{self.bench.content}/object"
        try:
            self._link(former, staged)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._publish_by_steps(following, unchanged)
            return
        self._sync()
        self._must_be(unchanged)
        if not self.root.exchange(self.place, staged):
            self._publish_by_steps(following, unchanged)
            return
        self.root.sync(self.place.rpartition("/")[0])
        self.root.sync(self.bench.content)

    def _link(self, former: Inventory, staged: str) -> None:
        """Give everything that the object has, but its inventory, a second name in the new one."""
        folders: list[str] = []

        def enter(path: str) -> bool:
            folders.append(path)
            self.root.folder(f"{staged}/{path}", make=True)
            return True

        with self.root.inner(self.place) as object_root:
            replaced = {INVENTORY, f"{INVENTORY}.{former.algorithm}"}
            for entry in object_root.walk(enter):
                if entry.size is None:
                    raise self._in_the_way(f"{self.place}/{entry.path}")
                if entry.path not in replaced:
                    self.root.share(f"{self.place}/{entry.path}", f"{staged}/{entry.path}")

    def _publish_by_steps(self, following: Next, unchanged: Callable[[], bool]) -> None:
        content = self.bench.content
        self.root.put(f"{content}/publishing", following.name.encode(), f"{content}/{_DRAFT}")
        self._sync()
        self._must_be(unchanged)
        self.root.move(f"{content}/object/{following.name}", f"{self.place}/{following.name}")
        self.root.sync(self.place)
        self.finish()

    def finish(self) -> None:
        """Finish what ``_publish_by_steps`` began, if another run was broken off there.  ``OSError``."""
        content = self.bench.content
        if self.root.seen(f"{content}/publishing") is None:
            return
        name = self.root.content(f"{content}/publishing", 100).decode("ascii", "replace")
        with self.root.inner(self.place) as object_root, suppress(FileNotFoundError):
            made = read_inventory(object_root, name)
            if made.inventory is not None and made.inventory.head == name:
                _, digest = sidecar(made.data, made.inventory.algorithm)
                self.root.put(f"{self.place}/{INVENTORY}", made.data, f"{content}/{_DRAFT}")
                self.root.put(f"{self.place}/{INVENTORY}.{made.inventory.algorithm}", digest, f"{content}/{_DRAFT}")
        self.root.remove(f"{content}/publishing")

    def _sync(self) -> None:
        with self.root.inner(self.bench.content) as content:
            sync(content)

    def _must_be(self, unchanged: Callable[[], bool]) -> None:
        if not unchanged():
            raise DepositRefused(
                f"The OCFL object {shown(self.place)} was changed by another program meanwhile.",
                hint="Nothing was added to it. Run the command again.",
            )

    def _in_the_way(self, path: str) -> DepositRefused:
        return DepositRefused(
            f"Something else lies in the OCFL storage root at {shown(path)}, and was not touched.",
            hint="See what it is, and have it moved away.",
        )

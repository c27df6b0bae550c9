"""Finishing what a run with ``--move`` could not, because it was killed: see ``moving`` and ``aside``.

What is left lies out of sight.  Here it is judged anew, by its bytes alone: whatever the sealed package holds under the
same path is removed, everything else is kept and comes into sight again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.bag import manifests
from preserve.bag.sealing.staging import SOURCE_METADATA
from preserve.errors import PreserveError
from preserve.model import Package, Problem
from preserve.ports import Progress
from preserve.storage import digests, names
from preserve.storage.sources import is_unchanged, read_once, seen_now
from preserve.transfer.places import absolute
from preserve.transfer.walk import walk
from preserve.workflows import rules
from preserve.workflows.archive import Archive
from preserve.workflows.ingesting import recognising
from preserve.workflows.moving.aside import Aside, Sign, held, waiting
from preserve.workflows.moving.moving import remove_empty_folders
from preserve.workflows.packages import read_file


def finish_removals(archive: Archive, paths: Sequence[Path], progress: Progress) -> tuple[Problem, ...]:
    """Remove what killed runs have left of sources in ``incoming/`` and beside *paths*; tells what was kept."""
    folders = [archive.config.incoming, *(absolute(path).parent for path in paths)]
    problems: list[Problem] = []
    for folder in dict.fromkeys(folders):
        for sign in waiting(folder):
            try:
                with held(sign, make=False) as aside:
                    if aside is not None:  # else another run is at it
                        problems += _finish(archive, aside, progress)
            except OSError as error:
                problems.append(_left(sign, (error.strerror or str(error)).lower()))
    return tuple(problems)


def _finish(archive: Archive, aside: Aside, progress: Progress) -> Iterator[Problem]:
    sign = aside.sign
    if not (os.listdir(sign.place) or sign.of_parts):
        return  # nothing was begun, or nothing is left to do
    package = archive.catalog.get(sign.package_id)
    if package is None:
        yield _left(sign, "its package is not known here")
        return
    if not recognising.is_sound(archive, package, progress):
        yield _left(sign, f"the package {package.name} is not valid any more")
        return
    held_bytes = _Held.by(archive.place_of(package.name), package)
    kept = list(_take_parts(aside, held_bytes)) if sign.of_parts else []
    for file in walk(sign.place, opening=False).files:
        if not held_bytes.has(file.path, Path(file.source)):
            kept.append(file.path)
    for name in os.listdir(sign.place):
        remove_empty_folders(sign.place / name)
    rest = os.listdir(sign.place)
    for name in rest:
        if not any(path.startswith(name + "/") for path in kept):
            kept.append(name)
    for path in kept:
        text = f"{names.shown(path)} was not removed: it is not what the package {package.name} holds."
        yield rules.SOURCE_KEPT.at(path, text)
    for place in aside.give_back(whoever_took_it=True):
        yield _left(sign, f"{names.shown(place.name)} cannot get its name back")


def _take_parts(aside: Aside, held_bytes: _Held) -> Iterator[str]:
    """Take the folders of a bundle out of sight that still are in it, and remove its files; tells which were kept."""
    tops = held_bytes.tops()
    for name in sorted(name for name in os.listdir(aside.sign.parent) if names.bag_name(name) in tops):
        place = aside.sign.parent / name
        kind = os.lstat(place).st_mode
        if stat.S_ISDIR(kind):
            aside.take(place)
        elif stat.S_ISREG(kind) and not held_bytes.has(name, place):
            yield name


def _left(sign: Sign, reason: str) -> Problem:
    where = names.shown(str(sign.place))
    return rules.REMOVAL_UNFINISHED.at(str(sign.place), f"What is left of a source in {where} stays there: {reason}.")


@dataclass(frozen=True, slots=True)
class _Held:
    """What a package holds: the digests of its files by their paths in it."""

    algorithm: str
    entries: Mapping[str, bytes]

    @classmethod
    def by(cls, bag: Path, package: Package) -> _Held:
        """What the manifests of the sound *package* say; of its algorithms the strongest counts."""
        kinds = [kind for pinned in package.pinned if (kind := manifests.kind_of(pinned.path)) and kind.known]
        algorithm = max((kind.algorithm for kind in kinds), key=digests.ALGORITHMS.index)
        entries: dict[str, bytes] = {}
        for kind in kinds:
            if kind.algorithm == algorithm:
                data = read_file(bag / kind.path)
                entries.update(manifests.parse(data, kind, modern=True, codec="utf-8").entries)
        return cls(algorithm, entries)

    def tops(self) -> set[str]:
        """The names at the top of the payload."""
        return {path.split("/")[1] for path in self.entries if path.startswith("data/")}

    def has(self, path: str, place: Path) -> bool:
        """Whether the file at *place*, *path* in its hidden folder, is in the package; then it is removed, or gone."""
        inner = path.partition("/")[2]
        homes = (names.payload_path(path), names.payload_path(inner), names.bag_name(inner))
        wanted = {self.entries.get(home) for home in (*homes, f"{SOURCE_METADATA}/{names.bag_name(inner)}")} - {None}
        if not wanted:
            return False
        try:
            seen = seen_now(place, path)
            (found,) = read_once(seen, (self.algorithm,))
            if bytes.fromhex(found.value) not in wanted or not is_unchanged(os.lstat(place), seen):
                return False
            os.unlink(place)
        except FileNotFoundError:
            return True
        except (PreserveError, OSError):
            return not os.path.lexists(place)
        return True

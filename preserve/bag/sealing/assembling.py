"""A state of a package is put together from whoever has its bytes: judged file by file, verified while copied.

What the state must hold is known from its manifests, and these from the digests that were pinned when it was sealed.
So two copies that are damaged in different files still make one that is whole, and nothing is taken on trust.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from preserve.bag import manifests
from preserve.bag.sealing import seal
from preserve.bag.sealing.errors import store_errors
from preserve.bag.sealing.restating import Former
from preserve.errors import BagError, PreserveError
from preserve.model import Digest, PinnedDigest
from preserve.ports import CopyFiles, Part, Progress
from preserve.storage import names
from preserve.storage.batches import batched
from preserve.storage.crew import Crew

_AT_ONCE = 200
"""Files that one process copies in one go."""

FEW = 2 * _AT_ONCE
"""So many files are not worth asking for help."""

_PAYLOAD = "data"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a state of a package holds: by path, the digests that the pinned manifests promise.

    *lost* are the pinned manifests that no copy has: what only they list is not known.
    """

    files: Mapping[str, tuple[Digest, ...]] = field(repr=False)
    lost: tuple[str, ...] = ()

    @classmethod
    def of(cls, pinned: Sequence[PinnedDigest], copies: Sequence[CopyFiles]) -> Wanted:
        """The state with these *pinned* manifests, each read from the first of *copies* that has it as it was."""
        files: dict[str, tuple[Digest, ...]] = {}
        for pin in pinned:
            files[pin.path] = (Digest(pin.algorithm, pin.value),)
        lost = []
        for pin in pinned:
            kind, data = manifests.kind_of(pin.path), _as_pinned(pin, copies)
            if data is None:
                lost.append(pin.path)
            elif kind is not None and kind.known:
                for path, value in manifests.parse(data, kind, modern=True, codec="utf-8").entries.items():
                    files[path] = _with(files.get(path, ()), Digest(kind.algorithm, value.hex()))
        return cls(files, tuple(lost))

    @classmethod
    def whole(cls, former: Former, pinned: Sequence[PinnedDigest]) -> Wanted:
        """The state that is there, of which the manifests are the *pinned* ones, as ``Former.of`` made sure."""
        pins = {pin.path: (Digest(pin.algorithm, pin.value),) for pin in pinned}
        return cls({**former.payload, **{path: pins[path] for path in former.tag_manifests}, **former.tags})


def _with(digests: tuple[Digest, ...], one: Digest) -> tuple[Digest, ...]:
    return digests if any(digest.algorithm == one.algorithm for digest in digests) else (*digests, one)


def _as_pinned(pin: PinnedDigest, copies: Sequence[CopyFiles]) -> bytes | None:
    for copy in copies:
        try:
            data = copy.read(pin.path)
        except (OSError, BagError):
            continue
        if seal.pin(pin.path, data) == pin:
            return data
    return None


def is_state(copy: CopyFiles, pinned: Sequence[PinnedDigest]) -> bool:
    """Whether all manifests of *copy* are the *pinned* ones."""
    return bool(pinned) and all(_as_pinned(pin, (copy,)) is not None for pin in pinned)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each file of a state is to come from.  *gone* are those that no copy has."""

    parts: tuple[Part, ...]
    gone: tuple[str, ...]

    @property
    def brought(self) -> tuple[Part, ...]:
        """What comes from elsewhere, because it is not at hand."""
        return tuple(part for part in self.parts if not part.at_hand)


def plan(wanted: Wanted, here: CopyFiles | None, others: Sequence[CopyFiles]) -> Plan:
    """Read the copy that is *here*, and in the *others* what it lacks, in their order, until each file is found."""
    waiting = dict(wanted.files)
    parts: list[Part] = []
    for copy in (here, *others):
        if copy is None or not waiting:
            continue
        found = list(_good(copy, waiting))
        parts.extend(Part(path, waiting.pop(path), copy, at_hand=copy is here) for path in found)
    return Plan(tuple(sorted(parts, key=lambda part: part.path)), tuple(sorted(waiting)))


def _good(copy: CopyFiles, files: Mapping[str, tuple[Digest, ...]]) -> Iterator[str]:
    """Those of *files* that *copy* has as they must be."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for path, expected in files.items():
        alike.setdefault(tuple(digest.algorithm for digest in expected), []).append(path)
    for algorithms, paths in alike.items():
        try:
            for path, found in copy.measure(paths, algorithms):
                if found == tuple(digest.value for digest in files[path]):
                    yield path
        except (OSError, BagError):  # it cannot be looked into any more: what it has is not to be had
            continue


def assemble(bag: Path, parts: Sequence[Part], crew: Crew, progress: Progress, octets: int = 0) -> None:
    """Make the new folder *bag* of *parts*; what is copied is verified on the way, by a *crew*.

    All of it has about so many *octets*, 0 if that is not known.
    ``BagError`` if a copy does not have what it should, or cannot be read; ``StoreUnwritable``; ``MemberLost``.
    """
    base = f"{os.fspath(bag)}/"
    with store_errors(bag):
        os.mkdir(bag)
        folders = {folder for part in parts for folder in _above(part.path)} | {_PAYLOAD}
        for folder in sorted(folders):
            os.mkdir(base + folder)
    rest = [part for part in parts if not (part.at_hand and part.source.share(part.path, base + part.path))]
    progress.start("Copying", len(rest), octets if len(rest) == len(parts) else 0)
    try:
        if len(rest) <= FEW:
            for part in rest:
                _copy(part, base + part.path, partial(progress.advance, 0))
                progress.advance(1, 0)
        else:
            _copy_side_by_side(base, rest, crew, progress)
    finally:
        progress.finish()


def _copy_side_by_side(base: str, rest: Sequence[Part], crew: Crew, progress: Progress) -> None:
    failures: list[PreserveError] = []
    for copied in crew.work(_copy_some, (_Some(base, some) for some in batched(rest, _AT_ONCE) if not failures)):
        if isinstance(copied, PreserveError):
            failures.append(copied)  # the rest is waited for: a crew that nobody listens to is dismissed
        else:
            progress.advance(*copied)
    if failures:
        raise failures[0]


class _Some(NamedTuple):
    base: str
    parts: Sequence[Part]


def _copy_some(asked: _Some) -> tuple[int, int] | PreserveError:
    """The task of a member: how many files and octets were copied, or what went wrong."""
    octets = 0
    try:
        for part in asked.parts:
            octets += _copy(part, asked.base + part.path, _nobody)
    except PreserveError as error:
        return error
    return len(asked.parts), octets


def _nobody(_octets: int) -> None:
    """Members tell of what they have done, not of what they do."""


def _copy(part: Part, target: str, tell: Callable[[int], object]) -> int:
    algorithms = tuple(digest.algorithm for digest in part.expected)
    place = part.source.where or "the package store"
    try:
        octets, found = part.source.fetch(part.path, target, algorithms, tell)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise _damaged(f"{names.shown(part.path)} in {place} cannot be read: {why}.") from error
    if found != tuple(digest.value for digest in part.expected):
        raise _damaged(f"{names.shown(part.path)} in {place} is not what was sealed.")
    return octets


def _damaged(text: str) -> BagError:
    return BagError(text, hint="Nothing was changed. If it has other copies, mend it first: preserve repair ID")


def _above(path: str) -> Iterator[str]:
    """Every folder that *path* lies in."""
    while path := path.rpartition("/")[0]:
        yield path

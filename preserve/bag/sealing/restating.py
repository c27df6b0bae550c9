"""A new state of a sealed package: other tag files, the same payload.

No payload is read and none is copied: the new state has the same files under the same names.  Nor is any digest made
anew of what was not changed here: the lines of the former manifests are taken over, so that damage that nobody has
found yet is still found afterwards.  The tag manifests of the former state must be those that were pinned, and the
package must hold what its manifests list, no more and no less.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from preserve.bag import bag_info, listed_paths, manifests
from preserve.bag.sealing import copying, seal, second_opinion
from preserve.bag.sealing.errors import store_errors
from preserve.bag.sealing.staging import Staging
from preserve.bag.validate import Options, validate
from preserve.errors import BagError, SealRefused
from preserve.model import Digest, Outcome, PinnedDigest
from preserve.storage import digests, durable, links, names, sources


@dataclass(frozen=True, slots=True)
class Former:
    """The state of a package that is there: its *place*, and by path the digests that its manifests list.

    *tag_manifests* are the files that no manifest lists.
    """

    place: Path
    payload: Mapping[str, tuple[Digest, ...]]
    tags: Mapping[str, tuple[Digest, ...]]
    tag_manifests: frozenset[str]
    algorithms: tuple[str, ...]

    @classmethod
    def of(cls, place: Path, pinned: Sequence[PinnedDigest]) -> Former:
        """The sealed package at *place*, whose manifests must be the *pinned* ones.

        ``BagError`` if they are not, or if they cannot be read.
        """
        if os.path.islink(place) or not os.path.isdir(place):
            raise _refused(place, "there is a link or a file in its place" if os.path.lexists(place) else "it is gone")
        kinds = [kind for pin in pinned if (kind := manifests.kind_of(pin.path)) and kind.known]
        if not any(kind.is_tag for kind in kinds):
            raise _refused(place, "nothing is known of its tag manifests")
        payload: dict[str, list[Digest]] = {}
        tags: dict[str, list[Digest]] = {}
        for kind in kinds:
            data = _read(place, kind.path)
            if seal.pin(kind.path, data) not in pinned:
                raise _refused(place, f"{kind.path} is not what was sealed")
            into = tags if kind.is_tag else payload
            for path, value in manifests.parse(data, kind, modern=True, codec="utf-8").entries.items():
                into.setdefault(path, []).append(Digest(kind.algorithm, value.hex()))
        over_tags = [kind for kind in kinds if kind.is_tag]
        algorithms = tuple(kind.algorithm for kind in over_tags)
        return cls(place, _frozen(payload), _frozen(tags), frozenset(kind.path for kind in over_tags), algorithms)

    def read(self, path: str) -> bytes:
        """The bytes of the tag file *path*, which are the ones that were sealed.  ``BagError`` if they are not."""
        expected = self.tags.get(path, ())
        data = _read(self.place, path)
        if not expected or digests.of_bytes(data, [digest.algorithm for digest in expected]) != expected:
            raise _refused(self.place, f"{path} is not what was sealed")
        return data


def must_be_whole(former: Former) -> None:
    """``BagError`` unless the package holds the files that its manifests list, no others, of their size in all."""
    wanted = former.payload.keys() | former.tags.keys() | former.tag_manifests
    try:
        there = dict(_files(former.place))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _refused(former.place, f"{names.shown(str(error.filename))} cannot be looked at: {reason}") from error
    if more := there.keys() - wanted:
        raise _refused(former.place, f"it holds {names.shown(min(more))}, which no manifest lists")
    if missing := wanted - there.keys():
        raise _refused(former.place, f"{names.shown(min(missing))} is missing")
    promised = {bag_info.oxum(value) for value in bag_info.parse(former.read(bag_info.NAME)).values(bag_info.OXUM)}
    octets = sum(size for path, size in there.items() if path.startswith(listed_paths.PAYLOAD))
    if any(oxum is not None and oxum.octets != octets for oxum in promised):
        raise _refused(former.place, f"its documents have {octets:,} bytes, and had others when it was sealed")


def restate(former: Former, staging: Staging, changed: Mapping[str, bytes], kept: Mapping[str, str]) -> None:
    """Put the next state together in *staging*: *changed* tag files by path, and all others as they are.

    *kept* gives the former content of some tag files a further place (new path → former path).  ``BagError`` if the
    former state does not hold what its manifests list; ``StoreUnwritable`` if the new one cannot be written.
    """
    must_be_whole(former)
    for path in sorted((former.payload.keys() | former.tags.keys()) - changed.keys()):
        _take_over(former, staging, path, path)
    for path, old in kept.items():
        _take_over(former, staging, path, old)
    for path, data in changed.items():
        staging.add_tag(path, data, former.algorithms)
    staging.make_payload_folder()
    seal.write_tag_manifests(staging, former.algorithms)


def _take_over(former: Former, staging: Staging, path: str, old: str) -> None:
    """Let the file have its place in the new state; where no bytes can be shared they are copied, and compared."""
    source, expected = former.place / old, former.payload.get(old) or former.tags[old]
    with store_errors(staging.bag / path):
        target = staging.place_for(path)
        shared = links.share(os.fspath(source), target)
    if not shared:
        algorithms = [digest.algorithm for digest in expected]
        found = copying.copy(sources.as_seen(sources.seen_now(source, old)), target, algorithms)
        if found != [digest.value for digest in expected]:
            raise _refused(former.place, f"{names.shown(old)} is not what was sealed")
    if not path.startswith(listed_paths.PAYLOAD):
        staging.tags[path] = expected


def read_back(staging: Staging, changed: Iterable[str], *, ask_bagit: bool) -> None:
    """Read from the disk what was written anew and made durable, and hear both witnesses on the whole.

    The payload is looked for, not read.  ``SealRefused`` if anything is not as it must be; ``StoreUnwritable`` if it
    cannot be looked at.
    """
    tag_manifests = [path for path in staging.tags if manifests.is_tag_manifest(path)]
    for path in (*changed, *tag_manifests):
        _read_back(staging, path)
    report = validate(staging.bag, options=Options(completeness_only=True))
    if not report.complete or report.errors:
        first = (*report.errors, *report.problems)[0]
        raise _not_sealed(f"The new state of the package is not complete: {first.message}")
    if ask_bagit:
        algorithms = [digest.algorithm for digest in staging.tags["bagit.txt"]]
        with store_errors(staging.bag):
            payload = [path for path, _ in _files(staging.bag) if path.startswith(listed_paths.PAYLOAD)]
        opinion = second_opinion.ask(staging.bag, algorithms, payload, completeness_only=True)
        if opinion.outcome is Outcome.FAIL:
            raise _not_sealed(f"The second witness, {opinion.agent.name}, does not call it complete: {opinion.note}")


def _read_back(staging: Staging, path: str) -> None:
    expected = staging.tags[path]
    with store_errors(staging.bag / path), durable.opened(staging.bag / path, durable.READ_FILE) as fd:
        durable.forget_cached(fd)
        _, found = digests.of_descriptor(fd, [digest.algorithm for digest in expected])
    if found != expected:
        raise SealRefused(
            f"{names.shown(path)}, read back from the disk, is not what was written.",
            hint="The disk or the memory of this machine may be failing. The package is as it was.",
        )


def _not_sealed(text: str) -> SealRefused:
    return SealRefused(text, hint="The package is as it was. Please report this; it should not happen.")


def _files(place: Path) -> Iterator[tuple[str, int]]:
    """The paths and sizes of all files at *place*.  ``BagError`` for what is no regular file."""
    base = f"{os.fspath(place)}/"
    waiting = [base]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                path = entry.path[len(base) :]
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield path, entry.stat(follow_symlinks=False).st_size
                else:
                    raise _refused(place, f"{names.shown(path)} is no regular file")


def _read(place: Path, path: str) -> bytes:
    try:
        with durable.opened(place / path, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
            return stream.read()
    except OSError as error:
        raise _refused(
            place, f"{names.shown(path)} cannot be read: {(error.strerror or str(error)).lower()}"
        ) from error


def _refused(place: Path, why: str) -> BagError:
    name = names.shown(place.name)
    return BagError(
        f"The package {name} is not as it was sealed: {why}.",
        hint=f"Nothing was changed. See what is wrong with: preserve validate {name}",
    )


def _frozen(lists: Mapping[str, list[Digest]]) -> dict[str, tuple[Digest, ...]]:
    return {path: tuple(found) for path, found in lists.items()}

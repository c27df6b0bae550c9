"""Whether a transfer is still what it was when it was surveyed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from preserve.model import (
    CompanionKind,
    Problem,
    Severity,
    SourceFile,
    SourceFiles,
    SourceFolder,
    SourceLink,
    Transfer,
    TransferKind,
)
from preserve.transfer import rules
from preserve.transfer.bags import split
from preserve.transfer.hazards import said
from preserve.transfer.walk import Walked, contents


def changed_since(transfer: Transfer) -> tuple[Problem, ...]:
    """What was added, removed or changed since the survey: files by size, time and inode, links, empty folders.

    Empty if nothing was.  Never raises: what cannot be read any more is a Problem as well.
    """
    now, tags = _look_again(transfer)
    then_tags = sorted(one.path for one in transfer.companions if one.kind is CompanionKind.BAG_TAG)
    known = frozenset(transfer.problems)
    unread = [one for one in now.problems if one.severity is Severity.ERROR and one not in known]
    covered = {problem.path for problem in unread}
    found = [
        *_compared_files(transfer.files, now.files),
        *_compared_links(transfer.links, now.links),
        *_compared_names(_empty(transfer.folders, now.folders), _empty(now.folders, transfer.folders)),
        *_compared_names(then_tags, [tag.path for tag in tags]),
    ]
    return (*unread, *(problem for problem in found if problem.path not in covered))


def _look_again(transfer: Transfer) -> tuple[Walked, list[SourceFile]]:
    if transfer.kind is not TransferKind.BUNDLE:
        now = contents(transfer.root, folder=transfer.kind is not TransferKind.FILE, opening=False)
        return split(now) if transfer.kind is TransferKind.BAG else (now, [])
    single = {part.name for part in transfer.parts}.intersection(transfer.files.paths())
    whole = Walked()
    for part in transfer.parts:
        now = contents(part, folder=part.name not in single, name=part.name, opening=False)
        whole.files.extend(now.files)
        whole.links += now.links
        whole.folders += now.folders
        whole.problems += now.problems
    whole.sort()
    return whole, []


def _compared_files(then: SourceFiles, now: SourceFiles) -> Iterator[Problem]:
    if then.is_same(now):
        return
    before = {file.path: file for file in then}
    after = {file.path: file for file in now}
    for path, was in before.items():
        if path not in after:
            yield rules.REMOVED.at(path, f"{said(path)} was removed while the transfer was copied.")
        elif how := _difference(was, after[path]):
            yield rules.CHANGED.at(path, f"{said(path)} changed while the transfer was copied: {how}.")
    for path in after:
        if path not in before:
            yield rules.ADDED.at(path, f"{said(path)} was added while the transfer was copied.")


def _difference(was: SourceFile, now: SourceFile) -> str:
    if was.size != now.size:
        return f"it had {was.size:,} bytes and now has {now.size:,}"
    if (was.inode, was.device) != (now.inode, now.device):
        return "another file took its place"
    then_ctime = was.ctime_ns or now.ctime_ns
    return "it was written to" if (was.mtime_ns, then_ctime) != (now.mtime_ns, now.ctime_ns) else ""


def _compared_links(then: Sequence[SourceLink], now: Sequence[SourceLink]) -> Iterator[Problem]:
    before = {link.path: link.target for link in then}
    after = {link.path: link.target for link in now}
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield rules.REMOVED.at(path, f"The link {said(path)} was removed while the transfer was copied.")
        elif path not in before:
            yield rules.ADDED.at(path, f"The link {said(path)} was added while the transfer was copied.")
        elif before[path] != after[path]:
            yield rules.CHANGED.at(
                path, f"The link {said(path)} led to {said(before[path])} and now leads to {said(after[path])}."
            )


def _empty(folders: Sequence[SourceFolder], others: Sequence[SourceFolder]) -> list[str]:
    """The empty ones that are not among *others*: a folder that was only filled or emptied is told by its files."""
    known = {folder.path for folder in others}
    return [folder.path for folder in folders if folder.empty and folder.path not in known]


def _compared_names(then: Sequence[str], now: Sequence[str]) -> Iterator[Problem]:
    for path in sorted(set(then) - set(now)):
        yield rules.REMOVED.at(path, f"{said(path)} was removed while the transfer was copied.")
    for path in sorted(set(now) - set(then)):
        yield rules.ADDED.at(path, f"{said(path)} was added while the transfer was copied.")

"""An archive, compared with what a checkpoint saw of it: whatever was changed that nobody may change is named.

Three things are asked of each package.  Does its history still begin with the very lines that were there?  Does it pin,
since then, no other documents?  And are the manifests that lie in its folder those that it pins?  The documents
themselves are not read: that their bytes are those of the manifests is for ``validate`` and ``audit`` to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from preserve.errors import CatalogError, Locked, StoreUnwritable
from preserve.history import file as history
from preserve.history.chain import History
from preserve.history.checkpoints import rules
from preserve.history.checkpoints.compare import differences, holds
from preserve.history.checkpoints.leaves import Leaf, Listed
from preserve.model import PinnedDigest, Problem, Severity
from preserve.ports import Progress
from preserve.storage.names import shown
from preserve.workflows.archive import Archive
from preserve.workflows.checkpointing.present import Present
from preserve.workflows.checkpointing.results import Basis, Compared
from preserve.workflows.packages import pins_at
from preserve.workflows.recorded import former_state, last_pins, same_documents


def compare(present: Present, listed: Iterable[Listed], size: int, basis: Basis, progress: Progress) -> Compared:
    """What became of the *size* packages that are *listed*, each with what is known of it."""
    comparing = _Comparing(present)
    progress.start("Comparing the histories", size, 0)
    for one in listed:
        comparing.take(one)
        progress.advance(1, 0)
    progress.finish()
    new = len(present.histories.keys() - comparing.seen)
    found = tuple(comparing.problems)
    return Compared(basis, len(comparing.seen), comparing.good, comparing.gone_on, new, found)


@dataclass(slots=True)
class _Comparing:
    present: Present
    problems: list[Problem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    good: int = 0
    gone_on: int = 0

    @property
    def archive(self) -> Archive:
        return self.present.archive

    def take(self, one: Listed) -> None:
        self.seen.add(one.leaf.id)
        found = list(self._judged(one))
        self.problems.extend(found)
        self.good += not any(problem.severity is Severity.ERROR for problem in found)

    def _judged(self, one: Listed) -> Iterator[Problem]:
        """What is wrong with the package; of several histories of it, the one that holds what was seen is its own."""
        pasts: list[tuple[str, History]] = []
        for name in filter(None, self.present.names_of(one.leaf.id, one.name)):
            try:
                path = self.archive.history_of(name)
                pasts.append((name, history.read(path, package_id=one.leaf.id, settled=True)))
            except (CatalogError, Locked) as error:
                yield rules.UNREAD.at(name, error.message)
                return
        if not pasts:
            yield self._gone(one)
            return
        pasts.sort(key=lambda each: not holds(one.leaf.mark, each[1].entries))
        (name, past), *twins = pasts
        yield from self._history(one, name, past)
        for twin, other in twins:
            yield _twin(one, twin, other)
        yield from self._package(one, name, past)

    def _gone(self, one: Listed) -> Problem:
        known = one.name or self.present.known_name(one.leaf.id)
        name = f"{shown(known)} ({one.leaf.id})" if known else one.leaf.id
        if self.present.unread:
            several = ", ".join(map(shown, self.present.unread[:3]))
            text = f"The history of the package {name} was not found, but some cannot be read: {several}."
            return rules.UNREAD.at(known, text)
        if folder := self.present.folder_of(one.leaf.id, known):
            text = f"The history of the package {name} is gone; its folder {shown(folder)} is there."
            return rules.HISTORY_GONE.at(folder, text)
        return rules.PACKAGE_GONE.at(known, f"The package {name} is gone, with its history.")

    def _history(self, one: Listed, name: str, past: History) -> Iterator[Problem]:
        if not holds(one.leaf.mark, past.entries):
            yield differences(one.leaf.mark, one.prints, past, name)
            return
        self.gone_on += len(past.entries) > one.leaf.entries
        if past.broken:
            first = next(problem for problem in past.problems if problem.severity is Severity.ERROR)
            text = f"The history of the package {shown(name)} begins as it did, and what came after is broken:"
            yield rules.LATER_BROKEN.at(name, f"{text} {first.message}")

    def _package(self, one: Listed, name: str, past: History) -> Iterator[Problem]:
        folder = name if name in self.present.folders else self.present.folder_of(one.leaf.id, name)
        was = one.name or name
        if (folder or name) != was or name != was:
            taken = (folder != was and was in self.present.folders) or (name != was and self.present.has_history(was))
            yield _renamed(was, folder or name, taken=taken)
        if not folder:
            yield rules.FOLDER_GONE.at(name, f"The folder of the package {shown(name)} is gone; its history is there.")
            return
        kept = holds(one.leaf.mark, past.entries)
        pinned = Leaf.of(one.leaf.id, past.entries[: one.leaf.entries]).pinned if kept else one.leaf.pinned
        yield from self._folder(folder, name, pinned, past)

    def _folder(self, folder: str, name: str, pinned: tuple[PinnedDigest, ...], past: History) -> Iterator[Problem]:
        """What the manifests in *folder* say against it; *pinned* is what the checkpoint saw pinned, if it is known.

        A package that gets a new state has for moments a history of the one and a folder of the other, so what does
        not agree is looked at again when nobody writes.
        """
        problems = self._manifests(folder, name, pinned, past)
        if problems:
            with suppress(StoreUnwritable, Locked, CatalogError), self.archive.workroom.locked():
                again = history.read(self.archive.history_of(name), settled=True)
                problems = self._manifests(folder, name, pinned, again)
        yield from problems

    def _manifests(self, folder: str, name: str, pinned: tuple[PinnedDigest, ...], past: History) -> list[Problem]:
        try:
            found = pins_at(self.archive.place_of(folder))
        except OSError as error:
            text = f"The manifests of the package {shown(folder)} cannot be read: {error.strerror or error}."
            return [rules.UNREAD.at(folder, text)]
        expected = last_pins(past)
        problems = []
        if pinned and not same_documents(found, pinned):
            text = (
                f"The package {shown(folder)} holds other documents than the checkpoint saw: {_which(found, pinned)}."
            )
            problems.append(rules.DOCUMENTS_REPLACED.at(folder, text))
        if expected and set(found) != set(expected):
            former = former_state(past, found, name)
            which = _which(found, expected)
            text = f"The manifests of the package {shown(folder)} are not those that its history pins: {which}."
            replaced = rules.MANIFESTS_REPLACED.at(folder, text)
            problems.append(rules.FORMER_STATE.at(folder, former.message) if former else replaced)
        return problems


def _renamed(was: str, now: str, *, taken: bool) -> Problem:
    text = f"The package {shown(was)} is called {shown(now)} now, which is nothing that preserve does"
    if taken:
        return rules.PLACE_TAKEN.at(was, f"{text}; something else lies under its name.")
    return rules.RENAMED.at(now, f"{text}.")


def _twin(one: Listed, name: str, past: History) -> Problem:
    """What to tell of a second history of the same package: only a plain copy is harmless."""
    text = f"There is a second history of the package {one.leaf.id}: {shown(name)}."
    return rules.COPIED.at(name, text) if holds(one.leaf.mark, past.entries) else rules.TWIN.at(name, text)


def _which(found: Iterable[PinnedDigest], pinned: Iterable[PinnedDigest]) -> str:
    """Which manifests differ, as the end of a sentence."""
    here, there = ({pin.path: pin for pin in pins} for pins in (found, pinned))
    gone, come = sorted(there.keys() - here.keys()), sorted(here.keys() - there.keys())
    other = sorted(path for path in here.keys() & there.keys() if here[path] != there[path])
    told = [("altered", other), ("missing", gone), ("added", come)]
    return "; ".join(f"{', '.join(map(shown, paths))} {word}" for word, paths in told if paths)

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
        before = len(self.problems)
        name, past = self._history_of(one)
        if past is None:
            self.problems.append(self._gone(one))
            return
        self.problems.extend(self._judged(one, name, past))
        if not any(problem.severity is Severity.ERROR for problem in self.problems[before:]):
            self.good += 1
            self.gone_on += len(past.entries) > one.leaf.entries

    def _history_of(self, one: Listed) -> tuple[str, History | None]:
        """The history of the package, and under which name it lies; of several the one that holds what was seen."""
        names = self.present.histories.get(one.leaf.id, [])
        if not names and one.name and self.present.has_history(one.name):
            names = [one.name]  # its first line was altered, or it is another package's
        best: tuple[str, History | None] = (names[0] if names else "", None)
        for name in names:
            try:
                past = history.read(self.archive.history_of(name), package_id=one.leaf.id, settled=True)
            except (CatalogError, Locked) as error:
                self.problems.append(rules.UNREAD.at(name, error.message))
                continue
            if holds(one.leaf.mark, past.entries):
                return name, past
            if best[1] is None:
                best = (name, past)
        return best

    def _gone(self, one: Listed) -> Problem:
        known = one.name or self.present.known_name(one.leaf.id)
        name = f"{shown(known)} ({one.leaf.id})" if known else one.leaf.id
        if folder := self.present.folder_of(one.leaf.id, known):
            text = f"The history of the package {name} is gone; its folder {shown(folder)} is there."
            return rules.HISTORY_GONE.at(folder, text)
        return rules.PACKAGE_GONE.at(known, f"The package {name} is gone, with its history.")

    def _judged(self, one: Listed, name: str, past: History) -> Iterator[Problem]:
        kept = holds(one.leaf.mark, past.entries)
        if not kept:
            yield differences(one.leaf.mark, one.prints, past, name)
        elif past.broken:
            first = next(problem for problem in past.problems if problem.severity is Severity.ERROR)
            text = f"The history of the package {shown(name)} begins as it did, and what came after is broken:"
            yield rules.LATER_BROKEN.at(name, f"{text} {first.message}")
        if len(self.present.histories.get(one.leaf.id, ())) > 1:
            yield rules.COPIED.at(name, f"There is more than one history of the package {shown(name)}.")
        folder = name if name in self.present.folders else self.present.folder_of(one.leaf.id, name)
        if (one.name and name != one.name) or (folder and folder != name):
            was = one.name or name
            text = f"The package {shown(was)} is called {shown(folder or name)} now; nothing of ours renames packages."
            yield rules.RENAMED.at(folder or name, text)
        if not folder:
            yield rules.FOLDER_GONE.at(name, f"The folder of the package {shown(name)} is gone; its history is there.")
            return
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
        if set(found) != set(expected):
            former = former_state(past, found, name)
            which = _which(found, expected)
            text = f"The manifests of the package {shown(folder)} are not those that its history pins: {which}."
            replaced = rules.MANIFESTS_REPLACED.at(folder, text)
            problems.append(rules.FORMER_STATE.at(folder, former.message) if former else replaced)
        return problems


def _which(found: Iterable[PinnedDigest], pinned: Iterable[PinnedDigest]) -> str:
    """Which manifests differ, as the end of a sentence."""
    here, there = ({pin.path: pin for pin in pins} for pins in (found, pinned))
    gone, come = sorted(there.keys() - here.keys()), sorted(here.keys() - there.keys())
    other = sorted(path for path in here.keys() & there.keys() if here[path] != there[path])
    told = [("altered", other), ("missing", gone), ("added", come)]
    return "; ".join(f"{', '.join(map(shown, paths))} {word}" for word, paths in told if paths)

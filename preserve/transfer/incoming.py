"""Finds transfers: in ``incoming/``, or where a person points.  Nothing here raises for what lies there."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from preserve.model import Problem, TransferKind
from preserve.storage import names
from preserve.transfer import rules
from preserve.transfer.arrival import Arrival, Arrivals
from preserve.transfer.beside import Match, Surroundings, look_around, match
from preserve.transfer.each import each_file, named, named_each
from preserve.transfer.hazards import said
from preserve.transfer.places import absolute, arrival_at

__all__ = ["arrivals", "as_one", "each_file", "named", "named_each"]


def arrivals(incoming: Path) -> Arrivals:
    """Every file and folder at the top of *incoming*, with the companions that lie there and speak about it.

    Hidden entries, and the ``lost+found`` of a disk, are left alone.  A companion that speaks about nothing here is a
    transfer of its own.
    """
    folder = absolute(incoming)
    try:
        around = look_around(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        problem = rules.INCOMING_UNREADABLE.at("", f"The folder {said(str(folder))} cannot be read: {reason}.")
        return Arrivals((), problems=(problem,))
    found = match(around)
    aside = [name for name in around.modes if names.is_set_aside(name)]
    taken = found.companions.union(aside)
    transfers = [_arrival(name, around, found) for name in around.modes if name not in taken]
    return Arrivals(tuple(transfers), tuple(folder / name for name in aside), tuple(found.problems))


def _arrival(name: str, around: Surroundings, found: Match) -> Arrival:
    problems = list(found.problems_of.get(name, ()))
    if name in found.alone:
        problems.append(rules.COMPANION_ALONE.at(name, f"{said(name)} speaks about nothing that lies beside it."))
    base = arrival_at(around.folder / name)
    return replace(base, beside=tuple(found.beside.get(name, ())), problems=(*base.problems, *problems))


def as_one(paths: Sequence[Path]) -> Arrival:
    """One transfer of all *paths*.  Payload paths begin with each path's own name; a single path is itself."""
    parts = tuple(dict.fromkeys(named_each(paths)))
    if len(parts) == 1:
        return parts[0]
    by_name: defaultdict[str, list[Arrival]] = defaultdict(list)
    for part in parts:
        by_name[part.name].append(part)
    problems: list[Problem] = [
        rules.SAME_NAME.at(name, f"{' and '.join(said(str(one.root)) for one in same)} have the same name.")
        for name, same in by_name.items()
        if len(same) > 1
    ]
    if not parts:
        return Arrival("", Path(), TransferKind.BUNDLE, problems=(rules.NO_FILES.at("", "No path was given."),))
    root = Path(os.path.commonpath([part.root.parent for part in parts]))
    others = len(parts) - 1
    name = f"{parts[0].name} and {others} {'other' if others == 1 else 'others'}"
    return Arrival(name, root, TransferKind.BUNDLE, parts=parts, problems=tuple(problems))

"""Which packages hold a text that may be the same as another: by the keys of its fingerprint.

A key that very many packages share is a phrase of their forms and says nothing: it is passed over.  So a question costs
about the same where there are more packages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, select

from preserve.catalog.queries import PORTION, chunks, select_packages
from preserve.catalog.tables import packages, text_keys
from preserve.model import Package, TextPrint

FEWEST = 2
"""So many numbers of two sketches must be equal before the texts are worth comparing."""

MOST = 3
"""So many candidates are named for a text, beside those with all of its words."""

USUAL = 64
"""A key that more packages share is passed over."""

_ASKED_AT_ONCE = 500
_MOST_SAME = 1000


def alike(connection: Connection, prints: Sequence[TextPrint]) -> list[tuple[Package, ...]]:
    """For each of *prints*, the packages whose text may be the same; those with all of its words come first.

    Beyond that by how much the sketches have in common, then by time of sealing and name.
    """
    same = _sharing(connection, {one.key for one in prints}, _MOST_SAME)
    near = _sharing(connection, {key for one in prints for key in one.sketch}, USUAL)
    counts = [_candidates(one, same, near) for one in prints]
    known: dict[str, Package] = {}
    for chunk in chunks(sorted({found for each in counts for found in each}), PORTION):
        known |= {package.id: package for package in select_packages(connection, packages.c.id.in_(chunk))}
    return [_ranked(each, known) for each in counts]


def _sharing(connection: Connection, keys: Iterable[int], most: int) -> Mapping[int, list[str]]:
    """The packages that have each of *keys*, unless they are more than *most*."""
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in chunks(sorted(keys), _ASKED_AT_ONCE):
        rare = select(text_keys.c.key).where(text_keys.c.key.in_(chunk))
        rare = rare.group_by(text_keys.c.key).having(func.count() <= most)
        for key, package_id in connection.execute(select(text_keys).where(text_keys.c.key.in_(rare))):
            found[key].append(package_id)
    return found


def _candidates(one: TextPrint, same: Mapping[int, list[str]], near: Mapping[int, list[str]]) -> Mapping[str, int]:
    """The packages worth comparing, each with how much it shares."""
    counts = Counter(package for key in one.sketch for package in near.get(key, ()))
    counts = Counter({package: count for package, count in counts.items() if count >= FEWEST})
    counts.update(dict.fromkeys(same.get(one.key, ()), 1000))
    return counts


def _ranked(counts: Mapping[str, int], known: Mapping[str, Package]) -> tuple[Package, ...]:
    there = (known[package_id] for package_id in counts if package_id in known)
    ordered = sorted(there, key=lambda package: (-counts[package.id], package.sealed, package.name))
    return tuple(package for place, package in enumerate(ordered) if place < MOST or counts[package.id] >= 1000)

"""Which file on disk each manifest line means, and which files and lines are left over.  Pure.

A line means the file of exactly its path.  Only where there is none, the readings of other writers are tried: a
``%`` that was or was not encoded, and another Unicode normalisation (RFC 8493 §6.1.1.3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from preserve.bag import rules
from preserve.bag.manifests import Manifest
from preserve.model import Problem
from preserve.storage.names import fold_normalisation, shown


@dataclass(slots=True)
class Match:
    """One manifest laid over the files that are there.

    *aliases* gives for a file the listed paths that mean it without being spelled like it.
    """

    manifest: Manifest
    aliases: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def lists(self, path: str) -> bool:
        """Whether the manifest has a line for the file *path*."""
        return path in self.manifest.entries or path in self.aliases

    def expected(self, path: str) -> list[bytes]:
        """The digests that the manifest promises for the file *path*; several only where lines contradict."""
        own = self.manifest.entries.get(path)
        listed = [own] if own is not None else []
        return listed + [self.manifest.entries[alias] for alias in self.aliases.get(path, ())]


def match(manifest: Manifest, present: Collection[str], normalised: Mapping[str, str]) -> Match:
    """Lay *manifest* over the paths that are *present*; *normalised* is their ``index``."""
    result = Match(manifest)
    for listed in sorted(path for path in manifest.entries if path not in present):
        file, why = _other_spelling(listed, manifest, present, normalised)
        if why is None:
            result.missing.append(listed)
            continue
        result.aliases.setdefault(file, []).append(listed)
        result.problems.append(why)
    return result


def index(paths: Iterable[str]) -> dict[str, str]:
    """The paths by their normalised form, without those that are plain ASCII and have no other form."""
    return {fold_normalisation(path): path for path in paths if not path.isascii()}


def _other_spelling(
    listed: str, manifest: Manifest, present: Collection[str], normalised: Mapping[str, str]
) -> tuple[str, Problem | None]:
    where = shown(manifest.kind.path)
    for reading in manifest.readings.get(listed, ()):
        if reading in present and reading not in manifest.entries:
            text = f"{where} means {shown(reading)} but writes its “%” by the rule of another version."
            return reading, rules.PERCENT_OTHER.at(reading, text)
    file = None if listed.isascii() else normalised.get(fold_normalisation(listed))
    if file is not None:
        text = f"{where} spells {shown(file)} in another Unicode normalisation than the file itself."
        return file, rules.NAME_NORMALISATION.at(file, text)
    return "", None


def missing(matches: Sequence[Match]) -> dict[str, list[str]]:
    """Every listed path that no file answers to, with the names of the manifests that list it."""
    found: dict[str, list[str]] = {}
    for one in matches:
        for path in one.missing:
            found.setdefault(path, []).append(one.manifest.kind.path)
    return found


def unlisted(matches: Sequence[Match], present: Iterable[str]) -> list[str]:
    """The files that no manifest lists."""
    left = set(present)
    for one in matches:
        left.difference_update(one.manifest.entries, one.aliases)
    return sorted(left)


def partly_listed(matches: Sequence[Match], present: Iterable[str]) -> dict[str, list[str]]:
    """Every path that some manifest lists but not all, with the names of those that do not."""
    if len(matches) < 2:
        return {}
    first, *others = (match.manifest.entries.keys() for match in matches)
    if all(keys == first for keys in others):
        return {}
    found: dict[str, list[str]] = {}
    for path in (*present, *missing(matches)):
        without = [m.manifest.kind.path for m in matches if not m.lists(path) and path not in m.manifest.entries]
        if without and len(without) < len(matches):
            found[path] = without
    return found

"""A BagIt Profile as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from re import Pattern
from re import compile as compile_pattern

from preserve.model import Problem


@dataclass(frozen=True, slots=True)
class Tag:
    """What a profile asks of one label of bag-info.txt.  An empty *values* allows every value."""

    label: str
    required: bool = False
    recommended: bool = False
    repeatable: bool = True
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile asks of a bag.  None in a list of what is allowed means that everything is.

    *other_tags* are those of further tag files, by the names of the files.  *problems* are those of the profile itself;
    a check reports them too.
    """

    source: str
    identifier: str
    version: str = "1.1.0"
    tags: tuple[Tag, ...] = ()
    manifests_required: tuple[str, ...] = ()
    manifests_allowed: tuple[str, ...] | None = None
    tag_manifests_required: tuple[str, ...] = ()
    tag_manifests_allowed: tuple[str, ...] | None = None
    tag_files_required: tuple[str, ...] = ()
    tag_files_allowed: tuple[str, ...] | None = None
    payload_required: tuple[str, ...] = ()
    payload_allowed: tuple[str, ...] | None = None
    fetch_allowed: bool = True
    fetch_required: bool = False
    data_empty: bool = False
    serialization: str = "optional"
    serializations: tuple[str, ...] | None = None
    bagit_versions: tuple[str, ...] | None = None
    other_tags: Mapping[str, tuple[Tag, ...]] = field(default_factory=dict, hash=False)
    problems: tuple[Problem, ...] = ()


class Patterns:
    """Paths and path patterns; a path that is written out is meant literally, even with a ``[`` in it."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._literal = frozenset(patterns)
        wild = [translate(pattern) for pattern in self._literal if any(char in pattern for char in "*?[")]
        self._wild: Pattern[str] | None = compile_pattern("|".join(wild)) if wild else None

    def cover(self, path: str) -> bool:
        """Whether one of them is *path* or matches it."""
        return path in self._literal or bool(self._wild and self._wild.match(path))

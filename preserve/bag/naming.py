"""Names that are legal and will make trouble elsewhere (RFC 8493 §6.1).  Pure; warnings only."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from preserve.bag import rules
from preserve.model import Problem, Rule
from preserve.storage.names import fold_case, fold_normalisation, shown, windows_trouble

_PERHAPS_WINDOWS = re.compile(
    r'[<>:"\\|?*\x00-\x1f]|[ .](?:/|\Z)|(?:^|/)(?:con|prn|aux|nul|com|lpt)[^/]{0,4}(?:[./ ]|\Z)', re.IGNORECASE
)
"""Finds all names that may be troublesome, fast; ``windows_trouble`` decides."""

_SYSTEM_FILE = re.compile(
    r"(?:^|/)(?:thumbs\.db|ehthumbs\.db|desktop\.ini|\.ds_store|\.appledouble|\.spotlight-v100|\.trashes|\.fseventsd"
    r"|__macosx|\$recycle\.bin|\._[^/]+)(?:/|\Z)",
    re.IGNORECASE,
)


_SIGNS = (
    *'<>:"\\|?*',
    *(" /", "./", " \n", ".\n"),
    *("/con", "/prn", "/aux", "/nul", "/com", "/lpt"),
    *("/thumbs", "/ehthumbs", "/desktop", "/__macosx", "/$", "/."),
)
"""Without any of these, and with nothing but printable characters, no path deserves a warning by itself."""


def judge(paths: Collection[str]) -> list[Problem]:
    """The warnings about the names of the files of a bag."""
    return [
        *of_each(paths),
        *_collisions(paths, fold_normalisation, rules.NAMES_DIFFER_IN_NORMALISATION, "Unicode normalisation"),
        *_collisions(paths, _fold_case_only, rules.NAMES_DIFFER_IN_CASE, "upper and lower case"),
    ]


def of_each(paths: Collection[str]) -> tuple[Problem, ...]:
    """The warnings that each of the paths deserves by itself, whatever the others are called."""
    text = "/" + "\n/".join(paths).lower() + "\n"
    plain = text.count("\n") == len(paths) and text.replace("\n", "").isprintable()  # a name may have a line feed
    if plain and not any(sign in text for sign in _SIGNS):
        return ()
    return (*_windows(paths), *_system_files(paths))


def folded(paths: Iterable[str]) -> Iterator[str]:
    """The paths in a form that is the same for two paths that collide in any way that ``judge`` warns of."""
    return map(_fold_case_only, paths)


def _windows(paths: Iterable[str]) -> list[Problem]:
    return [
        rules.NAME_WINDOWS.at(path, f"Windows cannot hold {shown(path)}: {trouble}.")
        for path in paths
        if _PERHAPS_WINDOWS.search(path) and (trouble := windows_trouble(path))
    ]


def _system_files(paths: Iterable[str]) -> list[Problem]:
    return [
        rules.SYSTEM_FILE.at(path, f"{shown(path)} belongs to an operating system, not to the content.")
        for path in paths
        if _SYSTEM_FILE.search(path)
    ]


def _fold_case_only(path: str) -> str:
    return path.lower() if path.isascii() else fold_case(path)


def _collisions(paths: Collection[str], fold: Callable[[str], str], rule: Rule, what: str) -> list[Problem]:
    if len({fold(path) for path in paths}) == len(paths):
        return []
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(fold(path), []).append(path)
    return [
        rule.at(path, f"{shown(path)} and {shown(group[0])} differ only in {what}.")
        for group in groups.values()
        for path in group[1:]
        if rule is not rules.NAMES_DIFFER_IN_CASE or fold_normalisation(path) != fold_normalisation(group[0])
    ]

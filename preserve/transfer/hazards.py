"""What is risky about names and links.  Pure: it judges plain values and touches no disk."""

from __future__ import annotations

import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeAlias

from preserve.model import Problem, SourceLink
from preserve.storage import names
from preserve.storage.distinct import Distinct
from preserve.transfer import rules

_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONG = 240


def said(path: str) -> str:
    """*path* as it stands in a sentence: nothing invisible in it, and cut in the middle where it is very long."""
    text = names.shown(path)
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]} … {text[-_LONG // 2 :]}"


Paths: TypeAlias = Callable[[], Iterable[str]]
"""Gives paths, always the same: they are gone through several times and may be too many to keep."""


def of_names(paths: Paths) -> tuple[Problem, ...]:
    """What a person should know about these paths (files, folders and links alike), in their order.

    Each path is judged by its own last name, so that an odd folder is reported once and not with every file in it.
    """
    found = [problem for path in paths() for problem in of_name(path)]
    return (*found, *_duplicates(paths), *_escaped_collisions(paths))


def of_name(path: str) -> Iterator[Problem]:
    """The warnings that one name deserves by itself."""
    name = path.rpartition("/")[2]
    if name.isascii() and name.isprintable():
        if trouble := names.windows_trouble(name):
            yield rules.WINDOWS_NAME.at(path, f"Windows cannot hold the name “{said(path)}”: {trouble}.")
        return
    if not names.is_utf8(name):
        yield rules.NAME_NOT_UTF8.at(path, f"The name of {said(path)} is not UTF-8.")
    if trouble := names.windows_trouble(name):
        yield rules.WINDOWS_NAME.at(path, f"Windows cannot hold the name “{said(path)}”: {trouble}.")
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in name):
        yield rules.CONTROL_CHARACTERS.at(path, f"The name of {said(path)} contains a control character.")
    if not _BIDI_OVERRIDES.isdisjoint(name):
        yield rules.BIDI_OVERRIDE.at(
            path, f"The name of {said(path)} contains a character that changes the direction in which it is shown."
        )


def _groups(paths: Paths, folded: Callable[[str], str]) -> Iterator[list[str]]:
    """The siblings whose own names fold to the same."""

    def key(path: str) -> tuple[str, str]:
        parent, _, name = path.rpartition("/")
        return parent, folded(name)

    hashes = Distinct()
    for path in paths():
        hashes.add((hash(key(path)),))
    doubtful = hashes.repeated()
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path in paths() if doubtful else ():
        if hash(key(path)) in doubtful:
            groups[key(path)].append(path)
    return (group for group in groups.values() if len(group) > 1)


def _duplicates(paths: Paths) -> Iterator[Problem]:
    represented: dict[str, str] = {}  # one of each normalisation group stands for it when case is compared
    for group in _groups(paths, names.fold_normalisation):
        for other in group[1:]:
            represented[other] = group[0]
            yield rules.NORMALISATION_DUPLICATE.at(
                other,
                f"{said(group[0])} ({_code_points(group[0])}) and {said(other)} ({_code_points(other)}) "
                "differ only in how their accents are encoded.",
            )
    for group in _groups(lambda: (path for path in paths() if path not in represented), names.fold_case):
        for other in group[1:]:
            yield rules.CASE_DUPLICATE.at(
                other, f"{said(group[0])} and {said(other)} differ only in upper and lower case."
            )


def _code_points(path: str) -> str:
    marks = any(unicodedata.combining(char) for char in path.rpartition("/")[2])
    return "decomposed" if marks else "composed"


def _escaped_collisions(paths: Paths) -> Iterator[Problem]:
    if all(map(names.is_utf8, paths())):
        return
    for first, *others in _groups(paths, names.bag_name):
        for other in others:
            yield rules.ESCAPED_NAME_COLLISION.at(
                other,
                f"{said(first)} and {said(other)} would get the same name in a package, because one is not UTF-8.",
            )


def of_links(links: Collection[SourceLink], there: Collection[str]) -> Iterator[Problem]:
    """The links that lead out of the transfer, or to nothing in it (*there*: all its paths)."""
    through = {link.path for link in links}  # beyond another link, letters alone cannot tell what is there
    for link in links:
        target = link_target(link)
        if target is None:
            yield rules.LINK_OUTSIDE.at(
                link.path, f"The link {said(link.path)} leads out of the transfer, to {said(link.target)}."
            )
        elif target and target not in there and through.isdisjoint(above(target)):
            yield rules.LINK_DANGLING.at(
                link.path, f"The link {said(link.path)} leads to {said(link.target)}, which is not there."
            )


def link_target(link: SourceLink) -> str | None:
    """The path in the transfer that *link* leads to ("" for its top folder), or None if it leads out.

    By its letters alone: an absolute target leads out even where it points back in, for it will not after packaging.
    """
    joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(link.path), link.target)).lstrip("/")
    climbed = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), link.target))
    if link.target.startswith("/") or climbed == ".." or climbed.startswith("../"):
        return None
    return joined


def above(path: str) -> Iterator[str]:
    """The folders that *path* lies in, the nearest first."""
    while path := path.rpartition("/")[0]:
        yield path

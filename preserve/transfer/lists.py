"""What checksum lists say about the files that are there.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from preserve.model import Problem, Rule
from preserve.transfer import rules
from preserve.transfer.checksums import ChecksumList, Listed, sidecar_of
from preserve.transfer.hazards import said
from preserve.transfer.spelling import leads_out

_Found = TypeVar("_Found")
_TOLD = 20
"""Lines of one list that are reported one by one; the others are counted."""


def said_about(
    found: ChecksumList, find: Callable[[str], _Found | None], sidecar: _Found | None
) -> Iterator[tuple[Listed, _Found | None]]:
    """Each line with what it is about; None where nothing is there.

    *sidecar* is what the list lies beside (``letter.txt`` for ``letter.txt.md5``).  A digest alone is about that, and
    so are a sum of standard input (``-``) and the only line of a sidecar that calls the file by another name or place.
    """
    for line in found.lines:
        target = find(line.path) if line.path else None
        if target is None and (line.path.strip() in ("", "-") or len(found.lines) == 1):
            target = sidecar
        yield line, target


def line_problems(found: ChecksumList) -> Iterator[Problem]:
    """The lines that could not be used, by number; after twenty of them only how many more there are."""
    where = said(found.name)
    told = [
        rules.CHECKSUM_LINE.at(found.name, f"Line {line} of {where} is not a checksum line and was left out.")
        for line in found.odd
    ] + [
        rules.CHECKSUM_ALGORITHM.at(
            found.name, f"Line {line} of {where} uses {algorithm}, which cannot be computed here; it was not checked."
        )
        for line, algorithm in found.unknown
    ]
    yield from told[:_TOLD]
    if len(told) > _TOLD:
        yield rules.CHECKSUM_LINE.at(found.name, f"{len(told) - _TOLD:,} more lines of {where} could not be used.")


def not_there(found: str, line: Listed, path: str, rule: Rule = rules.LISTED_NOT_THERE) -> Problem:
    """That *line* of the list *found* names nothing that is there.  *path* is where it would be."""
    if leads_out(line.path):
        return rules.CHECKSUM_PATH.at(
            found,
            f"Line {line.line} of {said(found)} leads out of the transfer, to {said(line.path)}; it was not followed.",
        )
    named = line.path or sidecar_of(found.rpartition("/")[2])
    return rule.at(path or named, f"{said(named)} is listed in {said(found)} (line {line.line}) but is not there.")

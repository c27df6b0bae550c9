"""A bag that arrives: which of it is payload, and which are tag files (RFC 8493 §2.1, §2.2).  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from preserve.model import SourceFile, SourceFiles, SourceFolder, SourceLink
from preserve.transfer import rules
from preserve.transfer.hazards import said
from preserve.transfer.walk import Walked

DATA = "data/"
_DECLARATION = "bagit.txt"
_Entry = TypeVar("_Entry", SourceFile, SourceLink, SourceFolder)


def is_bag(walked: Walked) -> bool:
    """Whether a folder with these contents says that it is a bag."""
    return _DECLARATION in walked.files.paths()


def split(walked: Walked) -> tuple[Walked, list[SourceFile]]:
    """The payload, its paths relative to ``data/``, and the tag files."""
    payload = Walked(
        SourceFiles(_payload(walked.files)),
        list(_payload(walked.links)),
        list(_payload(walked.folders)),
        list(walked.problems),
    )
    payload.problems += [
        rules.LINK_AMONG_TAGS.at(
            link.path, f"{said(link.path)} is a link among the bag's tag files, to {said(link.target)}."
        )
        for link in walked.links
        if not link.path.startswith(DATA)
    ]
    return payload, [file for file in walked.files if not file.path.startswith(DATA)]


def _payload(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    return (replace(entry, path=entry.path[len(DATA) :]) for entry in entries if entry.path.startswith(DATA))

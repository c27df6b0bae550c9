"""What the judge read in a bag, as plain values: the ground that a BagIt Profile is checked on."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Inspection:
    """The parts of a bag as they were declared and found; nothing in it is a judgement.

    Where something could not be read or parsed, its field is empty; the judge has reported that already.
    """

    version: str = ""
    """``BagIt-Version`` as written in bagit.txt: ``1.0``, ``0.97`` …"""

    encoding: str = ""
    """``Tag-File-Character-Encoding`` as written."""

    info: tuple[tuple[str, str], ...] = ()
    """Every label and value of bag-info.txt (package-info.txt before 0.96), in order; repeated labels stay."""

    info_present: bool = False
    """Whether the bag has that file at all."""

    others: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """The same of those further tag files that somebody asked for, by their paths; only of those that are there."""

    payload_algorithms: tuple[str, ...] = ()
    """Bag names of the algorithms of the payload manifests, sorted; also those that cannot be computed here."""

    tag_algorithms: tuple[str, ...] = ()
    """Bag names of the algorithms of the tag manifests, sorted."""

    tag_files: tuple[str, ...] = ()
    """The paths of all files that are not payload, sorted: bagit.txt, manifests and fetch.txt too."""

    payload_files: int = 0
    """Files below ``data/`` that are there."""

    payload_octets: int = 0
    """The sum of their sizes in octets."""

    payload_listed: AbstractSet[str] = field(default=frozenset(), repr=False)
    """Every payload path that any manifest lists, decoded."""

    fetch: tuple[str, ...] = ()
    """The paths that fetch.txt lists, in order; empty if it is absent or empty."""

    has_fetch: bool = False
    """Whether fetch.txt is there."""

    serialization: str = ""
    """The media type of the container (``application/tar``, ``application/zip`` …), or "" for a folder."""

"""Profiles by their names: a few that preserve describes, and any that somebody has as a file.

What others published is not shipped: the files in ``schemas/profiles/`` say in our words what their documents ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from preserve.bag.profiles.model import Profile
from preserve.bag.profiles.parsing import MAX_BYTES
from preserve.bag.profiles.profile import load_profile
from preserve.errors import BagError
from preserve.storage.names import shown
from preserve.storage.resources import schema

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "aptrust-2.2": "Academic Preservation Trust, version 2.2",
        "aptrust-2.3": "Academic Preservation Trust, version 2.3",
        "btr-1.0": "Beyond the Repository, version 1.0",
        "loc-edeposit": "Library of Congress, Bagger's profile eDeposit",
    }
)
"""The profiles that are known by name, and whose they are."""


def find_profile(text: str) -> Profile:
    """The profile that *text* names: one of ``NAMES``, or the path of a file.

    ``BagError`` if there is none, or it cannot be read; a URL is never followed.
    """
    if text in NAMES:
        return load_profile(schema(f"profiles/{text}.json"), text)
    if "://" in text:
        raise BagError(
            f"The profile {shown(text)} was not fetched: profiles are never downloaded.",
            hint="Save it as a file, look at it, and give the path of the file.",
        )
    return read_profile(Path(text))


def read_profile(path: Path) -> Profile:
    """The profile in the file *path*.  ``BagError`` if it cannot be read, or is no profile."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # load_profile refuses what is longer
    except OSError as error:
        raise BagError(
            f"The profile {shown(str(path))} cannot be read: {(error.strerror or str(error)).lower()}.",
            hint=f"Give the path of a BagIt Profile in JSON, or one of these names: {', '.join(NAMES)}.",
        ) from error
    return load_profile(data, str(path))

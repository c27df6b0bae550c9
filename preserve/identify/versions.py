"""Which version of a package is installed, without loading the package, nor the library that knows all about them."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from functools import cache

_INSTALLED = re.compile(r"(?P<name>[A-Za-z0-9_.]+)-(?P<version>[^-]+)\.dist-info")


def installed(package: str) -> str:
    """The version of *package*, or "" if there is none.

    It is read off the name of the folder that describes it ("The .dist-info directory" of the packaging
    specifications).
    """
    return _versions().get(_normal(package), "")


@cache
def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for place in sys.path:
        with suppress(OSError):
            for name in os.listdir(place or "."):
                if match := _INSTALLED.fullmatch(name):
                    found.setdefault(_normal(match["name"]), match["version"])
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

"""The one text that a package is: only such packages are compared with others.

A folder of letters has many texts: each of them resembles something, and none of that says what the *package* is a
version of.  A web page may bring its pictures, styles and scripts along.
"""

from __future__ import annotations

import re

from preserve.describe.likeness.prints import text_print
from preserve.describe.likeness.words import PAGE, form_of
from preserve.model import Identification

_PARTS_OF_PAGES = re.compile(r"(?:image|audio|video|font)/.*|text/(?:css|javascript)|application/(?:x-)?javascript")


class SoleText:
    """Takes the files of a package one by one and remembers the text, as long as there is only one."""

    def __init__(self) -> None:
        self._found: tuple[str, bytes, str, str] | None = None
        self._has_parts = False
        self._is_none = False

    def take(self, path: str, data: bytes, found: Identification) -> None:
        """The next file: the beginning *data* of the one at *path*, and what it is."""
        if self._is_none:
            return
        if form := form_of(found.mime):
            self._is_none = self._found is not None
            self._found = None if self._is_none else (path, data, found.charset, form)
        elif _PARTS_OF_PAGES.match(found.mime):
            self._has_parts = True
        else:
            self._is_none = True

    def line(self) -> str:
        """The line of its fingerprint; "" if there is none, or not just one, or too little in it."""
        if self._is_none or self._found is None or (self._has_parts and self._found[3] != PAGE):
            return ""
        one = text_print(*self._found)
        return one.line if one else ""

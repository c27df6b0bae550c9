"""A ZIP archive that holds a document: only named members are read, each with a bound on what it may unpack to.

Nothing is written to disk.
"""

from __future__ import annotations

import zipfile
import zlib

from preserve.errors import UnsafeXml
from preserve.identify.documents.collect import Collector
from preserve.identify.reading import Document
from preserve.storage import safe_xml
from preserve.storage.safe_xml import Element

MOST_MEMBER = 8 * 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, KeyError)
"""Everything that a damaged or hostile archive makes zipfile raise."""


class Container:
    """A ZIP archive whose members are read with bounds; what cannot be read becomes a note."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = frozenset(archive.namelist())
        self.found = Collector()
        self.notes: list[str] = []

    def member(self, name: str) -> bytes | None:
        """The bytes of the member *name*, or None if there is none that can be read."""
        if name not in self.names:
            return None
        try:
            with self._archive.open(name) as stream:
                data = stream.read(MOST_MEMBER + 1)
        except BROKEN as error:
            self.notes.append(f"{name} cannot be unpacked: {error}"[:300])
            return None
        if len(data) > MOST_MEMBER:
            self.notes.append(f"{name} is larger than {MOST_MEMBER >> 20} MiB and was not read")
            return None
        return data

    def xml(self, name: str) -> Element | None:
        """The root element of the XML member *name*, or None."""
        data = self.member(name)
        if data is None:
            return None
        try:
            return safe_xml.parse(data, source=name)
        except UnsafeXml as error:
            self.notes.append(error.message[:300])
            return None

    def document(self, kind: str, text: str | None) -> Document:
        """What was found, as a whole."""
        return Document(kind, self.found.all(), text, tuple(self.notes))

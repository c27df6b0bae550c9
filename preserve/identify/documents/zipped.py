"""Documents that are ZIP archives: OOXML (DOCX, XLSX, PPTX), OpenDocument and EPUB.

Only named members are read, each with a bound on what it may unpack to; nothing is written to disk.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterable

from preserve.errors import UnsafeXml
from preserve.identify.documents import epub, office
from preserve.identify.documents.collect import Collector
from preserve.identify.reading import Document
from preserve.storage import safe_xml
from preserve.storage.safe_xml import Element

MOST_MEMBER = 8 * 1024 * 1024
MOST_MEMBERS = 100_000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, KeyError)


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
        except _BROKEN as error:
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


Reader = Callable[[Container], Document]


def read(fd: int) -> Document | None:
    """The document in the archive open as *fd*, which stays open; None for an archive that is no document."""
    os.lseek(fd, 0, os.SEEK_SET)
    with os.fdopen(os.dup(fd), "rb") as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                if len(archive.infolist()) > MOST_MEMBERS:
                    return Document("ZIP", notes=(f"the archive has more than {MOST_MEMBERS:,} members",))
                container = Container(archive)
                reader = _reader(container)
                return reader(container) if reader else None
        except _BROKEN as error:
            return Document("ZIP", notes=(f"the archive is damaged: {error}"[:300],))


def _reader(container: Container) -> Reader | None:
    declared = (container.member("mimetype") or b"")[:100].strip().decode("ascii", "replace")
    if declared == "application/epub+zip" or _has(container, ["META-INF/container.xml"]):
        return epub.read if "META-INF/container.xml" in container.names else None
    if declared.startswith("application/vnd.oasis.opendocument.") or _has(container, ["meta.xml", "content.xml"]):
        return office.read_open_document
    return office.read_ooxml if _has(container, ["[Content_Types].xml", "_rels/.rels"]) else None


def _has(container: Container, names: Iterable[str]) -> bool:
    return container.names.issuperset(names)

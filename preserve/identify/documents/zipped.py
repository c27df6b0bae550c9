"""Documents that are ZIP archives: OOXML (DOCX, XLSX, PPTX), OpenDocument and EPUB."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable

from preserve.identify.documents import epub, office
from preserve.identify.documents.container import BROKEN, Container
from preserve.identify.reading import Document

MOST_MEMBERS = 100_000

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
        except BROKEN as error:
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

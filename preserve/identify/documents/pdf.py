"""PDF: the document information dictionary, the XMP packet's Dublin Core, and the number of pages.

The text of a PDF is not extracted: its order and spaces are a reconstruction, and languages told from it a guess.
"""

from __future__ import annotations

import os
import zlib

import pikepdf

from preserve.errors import UnsafeXml
from preserve.identify.documents import xmp
from preserve.identify.documents.collect import Collector
from preserve.identify.reading import Document
from preserve.identify.values import date_of_pdf
from preserve.model.identification import APPLICATION

_INFO = {
    "/Title": "dcterms:title",
    "/Author": "dcterms:creator",
    "/Subject": "dcterms:description",  # so the crosswalk of ISO 16684-1 and Adobe's XMP specification
    "/Keywords": "dcterms:subject",
    "/Creator": APPLICATION,  # what the document was written with; /Producer only made a PDF of it
}
_DATES = {"/CreationDate": "dcterms:created", "/ModDate": "dcterms:modified"}
_FAULTS = (
    pikepdf.PdfError,
    pikepdf.DeletedObjectError,
    pikepdf.DependencyError,
    pikepdf.ForeignObjectError,
    RuntimeError,
)
_MOST_XMP = 4 * 1024 * 1024


def read(fd: int) -> Document:
    """The PDF open as *fd*, which stays open."""
    os.lseek(fd, 0, os.SEEK_SET)
    with os.fdopen(os.dup(fd), "rb") as stream:
        try:
            with pikepdf.open(stream) as document:
                return _read(document)
        except pikepdf.PasswordError:
            return Document("PDF", notes=("the PDF is protected by a password",))
        except _FAULTS as error:
            return Document("PDF", notes=(f"the PDF is damaged: {_first_line(error)}",))


def _read(document: pikepdf.Pdf) -> Document:
    found, notes = Collector(), list[str]()
    for step in (_read_info, _read_xmp, _read_catalog):
        try:
            step(document, found)
        except (*_FAULTS, UnsafeXml, zlib.error, ValueError, TypeError, KeyError, AttributeError) as error:
            notes.append(f"{step.__name__.removeprefix('_read_')}: {_first_line(error)}")
    return Document("PDF", found.all(), None, tuple(notes))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rpartition(">: ")[2][:300]


def _read_info(document: pikepdf.Pdf, found: Collector) -> None:
    info = document.trailer.get("/Info")
    if not isinstance(info, pikepdf.Dictionary):
        return
    for key, field in (_INFO | _DATES).items():
        value = info.get(key)
        if not isinstance(value, pikepdf.String):
            continue
        text, method = str(value), f"pdf:docinfo[{key[1:]}]"
        normal = date_of_pdf(text) if key in _DATES else ""
        found.add(field, normal or text, method + (" (PDF date to W3CDTF)" if normal and normal != text else ""))


def _read_xmp(document: pikepdf.Pdf, found: Collector) -> None:
    stream = document.Root.get("/Metadata")
    if isinstance(stream, pikepdf.Stream):
        xmp.read(_unpacked(stream), found, "pdf:xmp")


def _unpacked(stream: pikepdf.Stream) -> bytes:
    """The XMP packet, unpacked by us with a bound: qpdf would unpack a bomb whole."""
    raw = stream.read_raw_bytes()
    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
    if len(raw) > _MOST_XMP:
        raise ValueError("the XMP packet is too large to be read")
    if not names:
        return raw
    if names != ["/FlateDecode"] or "/DecodeParms" in stream:
        raise ValueError("the XMP packet is packed in an unusual way")
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(raw, _MOST_XMP)
    if unpacker.unconsumed_tail:
        raise ValueError("the XMP packet is too large to be read")
    return data


def _read_catalog(document: pikepdf.Pdf, found: Collector) -> None:
    language = document.Root.get("/Lang")
    if isinstance(language, pikepdf.String):
        found.add("dcterms:language", str(language), "pdf:catalog[Lang]")
    pages = len(document.pages)
    if pages:
        found.add("dcterms:extent", f"{pages} page" if pages == 1 else f"{pages} pages", "pdf:pages")

"""Which reader a document gets.  What a reader cannot make sense of is a note in the record, not an error."""

from __future__ import annotations

from preserve.identify import judge
from preserve.identify.documents import html, mail, pdf, zipped
from preserve.identify.reading import Document, Reading
from preserve.model import Identification

MOST_HTML = 8 * 1024 * 1024


def read(reading: Reading, known: Identification) -> Document | None:
    """The document on the desk, read once; None if it is no document of a known kind."""
    if reading.document is None:
        reading.document_failed = True  # until the contrary is shown: a reader may raise
        reading.document = _read(reading, known)
        reading.document_failed = False
    return reading.document


def _read(reading: Reading, known: Identification) -> Document | None:
    kind = judge.document_kind(known.mime, reading.suffix, reading.head)
    if kind == "pdf":
        return pdf.read(reading.fd)
    if kind == "zip":
        return zipped.read(reading.fd)
    if kind == "html":
        data = reading.upto(MOST_HTML)
        text = data.decode(known.charset or "utf-8", "replace")
        return html.read(text)
    if kind == "mail":
        return mail.read(reading.head)
    return None

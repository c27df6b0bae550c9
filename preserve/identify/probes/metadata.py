"""The metadata that documents carry inside: HTML, PDF, OOXML (DOCX …), OpenDocument, EPUB and e-mail."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from preserve.identify import judge
from preserve.identify.reading import Reading, ran
from preserve.identify.versions import installed
from preserve.model import Agent, Identification, Outcome


def _version() -> str:
    """Our own version with those of the parsers we rely on; they are not loaded for it."""
    parsers = ", ".join(f"{name} {installed(name)}".rstrip() for name in ("lxml", "pikepdf"))
    return f"{import_module('preserve').__version__} ({parsers})"


class MetadataProbe:
    """Values that stand in a document, each with the place where it stood; placeholders of programs are left out."""

    name = "metadata"

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.agent = Agent("preserve", _version())

    def probe(self, file: Path, known: Identification) -> Identification:  # noqa: ARG002  the desk has it open
        """*known* with the embedded values."""
        reading = self._reading
        if not reading.size:
            return ran(known, self, Outcome.NOT_DONE, "the file is empty")
        if not judge.document_kind(known.mime, reading.suffix, reading.head):
            return ran(known, self, Outcome.NOT_DONE, "no metadata is read from this format")
        with reading.loading():
            from preserve.identify.documents.readers import read  # noqa: PLC0415  heavy, and seldom needed
        document = read(reading, known)
        if document is None:
            return ran(known, self, Outcome.NOT_DONE, "no metadata is read from this format")
        outcome = Outcome.WARNING if document.notes else Outcome.SUCCESS
        return ran(known, self, outcome, "; ".join(document.notes), embedded=document.embedded)

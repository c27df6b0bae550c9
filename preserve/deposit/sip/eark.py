"""The E-ARK SIP: where everything of a package lies in one, and what its METS documents say.

::

    <label>/METS.xml                        names all that follows, but for the documents
    <label>/metadata/…                      the package's own metadata, by the same paths as in the package
    <label>/documentation/README.txt        what this is, and how to check it without any program of ours
    <label>/documentation/manifest-*.txt    the package's manifests of its documents
    <label>/schemas/…                       the XML schemas of the description
    <label>/representations/rep1/METS.xml   names the documents
    <label>/representations/rep1/data/…     the documents, by the same paths as in the package

The layout is that of CSIP 2.1 (CSIPSTR1–16).  ``premis.xml`` is the package's own, byte for byte.  It speaks of places
in the bag, and these hold good here: a path that begins with ``data/`` counts from ``representations/rep1``, every
other one from the folder of the SIP; so nothing is rewritten, and a digest of the record that was made at sealing
still fits.  The same goes for the manifests, which name ``data/…`` too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from preserve.deposit.sip.mets import Described, File, Group, Head, Metadata, mets

METS = "METS.xml"
REPRESENTATION = "representations/rep1"
DATA = f"{REPRESENTATION}/data"
DOCUMENTATION = "documentation"
SCHEMAS = "schemas"
PREMIS = "metadata/preservation/premis.xml"

_TYPES: Mapping[str, tuple[str, str, str]] = {
    "metadata/descriptive/dc.xml": ("OTHER", "", "DCMI Metadata Terms"),
    "metadata/descriptive/oai_dc.xml": ("DC", "1.1", ""),
}
_OTHERS: Mapping[str, str] = {
    "metadata/descriptive/proposals.json": "proposals of programs",
    "metadata/descriptive/origins.json": "origins of the description",
}
_CATEGORIES: Mapping[str, str] = {
    "Text": "Textual works – Digital",
    "Dataset": "Datasets",
    "Software": "Software",
    "Collection": "Collection",
    "Event": "Event",
    "InteractiveResource": "Interactive resource",
    "PhysicalObject": "Physical object",
    "Service": "Service",
}
_MEDIA_TYPES: Mapping[str, str] = {
    "xml": "application/xml",
    "xsd": "application/xml",
    "json": "application/json",
    "csv": "text/csv",
    "txt": "text/plain",
    "md": "text/markdown",
    "pdf": "application/pdf",
}
UNKNOWN = "application/octet-stream"
AS_RECEIVED = "documents as they were received"


@dataclass(frozen=True, slots=True)
class Sip:
    """A SIP but for its documents: its *head*, and its files by their paths in it, in the order of the package.

    *metadata*, *documentation* and *schemas* are what lies in these folders.
    """

    head: Head
    metadata: tuple[File, ...]
    documentation: tuple[File, ...]
    schemas: tuple[File, ...]


def place_of(path: str) -> str:
    """Where the file at *path* in the bag lies in the SIP, "" where a SIP has no place for it."""
    if path.startswith("data/"):
        return f"{REPRESENTATION}/{path}"
    if path.startswith("metadata/"):
        return path
    return f"{DOCUMENTATION}/{path}" if path.startswith("manifest-") else ""


def category(types: Iterable[str]) -> str:
    """The content category (CSIP2) of what is of the DCMI *types*; ``Mixed`` unless there is one that says the same."""
    found = {_CATEGORIES.get(each, "Mixed") for each in types}
    return found.pop() if len(found) == 1 else "Mixed"


def media_type(path: str) -> str:
    """The media type of a metadata file or of documentation, by the end of its name."""
    return _MEDIA_TYPES.get(path.rpartition(".")[2].casefold(), UNKNOWN)


def root_mets(sip: Sip, representation: File) -> Iterator[bytes]:
    """The METS document of the whole; *representation* is that of the documents, which it points to."""
    use = f"Representations/{REPRESENTATION.rpartition('/')[2]}"
    groups = [
        Group("Documentation", "documentation", sip.documentation),
        Group("Schemas", "XML schemas", sip.schemas),
        Group(use, AS_RECEIVED, [representation]),
    ]
    return mets(sip.head, _described(sip.metadata), groups, prefix="root", pointers={use: representation.path})


def representation_mets(head: Head, documents: Iterable[File]) -> Iterator[bytes]:
    """The METS document of the *documents*, whose paths count from the folder of the representation."""
    return mets(head, Described(), [Group("Data", AS_RECEIVED, documents)], prefix=REPRESENTATION.rpartition("/")[2])


def _described(files: Iterable[File]) -> Described:
    sorted_out: dict[str, list[Metadata]] = {"descriptive": [], "supplied": [], "provenance": []}
    for file in files:
        if file.path in _TYPES:
            kind, version, other = _TYPES[file.path]
            sorted_out["descriptive"].append(Metadata(file, kind, version, other))
        elif file.path == PREMIS:
            sorted_out["provenance"].append(Metadata(file, "PREMIS", "3.0"))
        else:
            sorted_out["supplied"].append(Metadata(file, "OTHER", "", _OTHERS.get(file.path, "as supplied")))
    return Described(**sorted_out)


README = """\
This folder is an E-ARK submission information package (E-ARK SIP 2.1, CSIP 2.1).

What it holds   {title}
Made from       {urn}, state {state}
Made by         {software}

METS.xml                        names every file below, with its size and its SHA-256, but for the documents
representations/rep1/METS.xml   names the documents, with their sizes and their SHA-256
representations/rep1/data/      the documents, as they were received
metadata/descriptive/dc.xml     what people said about them (DCMI Metadata Terms)
metadata/preservation/premis.xml  what happened to them until the package was sealed (PREMIS 3)
documentation/manifest-*.txt    the checksums that the documents had then
schemas/                        what dc.xml must look like

To check the documents without any program of ours, in this folder:

    cd representations/rep1 && {algorithm}sum -c ../../documentation/manifest-{algorithm}.txt

There %25, %0A and %0D in a name stand for a percent sign, a line feed and a carriage return (RFC 8493).

Where premis.xml names a place that begins with data/, it counts from representations/rep1; every other place counts
from this folder.
"""
"""What stands in ``documentation/README.txt``; its fields are those of ``readme``."""


def readme(title: str, urn: str, state: int, software: str, algorithm: str) -> bytes:
    """``documentation/README.txt``; *algorithm* is that of a manifest."""
    one_line = " ".join(title.split()) or "(no title)"
    text = README.format(title=one_line, urn=urn, state=state, software=software, algorithm=algorithm)
    return text.encode("utf-8", "backslashreplace")

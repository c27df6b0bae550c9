"""premis.xml: PREMIS 3.0 (http://www.loc.gov/premis/v3) of one package, as text, without a tree in memory.

The document holds, in this order (PREMIS Data Dictionary 3.0):

- one ``representation``: the package.  Identifiers: its ``urn:uuid:`` and its name; ``originalName``: what the transfer
  was called.  What a bag cannot hold stands here as ``significantProperties``: every folder with its modification time
  (type ``folder`` or ``empty folder``) and every symbolic link with its target (type ``symbolic link``).  The value is
  the path in the transfer, details are in ``significantPropertiesExtension``, in a namespace of our own.
- one ``file`` for each payload file.  ``originalName`` is its path in the transfer, ``contentLocation`` (type ``bag
  path``) its place in the bag.  PREMIS has no element for a file's modification time: it is a significant property
  (RFC 3339, UTC, nanoseconds).  Fixity gives every computed digest, and every digest that the producer supplied;
  ``messageDigestOriginator`` tells them apart.  A file points to the package (``is Included In``), not the package to
  its files, so that no element grows with their number.
- events, in the order given, then every agent that they name, then what people said about rights, if anything.

Words of controlled lists carry the URI of the word; the list itself (``authority``) is named where an element stands
once for an event or an agent, and left out where it would stand in every file again: the URI begins with it.  The
package is the one ``representation``; there is no intellectual entity beside it, for all that is said of it as such is
said in dc.xml, under the same identifier.  Files have the composition level 0: they are kept as they came, and what
is packed in one is not described here.

How names are written, and when their exact bytes in base64 are added: see ``preserve.premis.text``.
Identifiers: see ``preserve.premis.identifiers``.  The same subject gives the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from preserve.model import (
    Event,
    Identification,
    SourceFolder,
    SourceLink,
    Statement,
    StoredFile,
    Transfer,
)
from preserve.premis import identifiers
from preserve.premis.events import agent_xml, event_xml, objects_of
from preserve.premis.objects import EXACT_NAME, file_xml, identifier_xml, property_xml, relationship
from preserve.premis.rights import rights_xml
from preserve.premis.text import exact, name, text
from preserve.storage.times import rfc3339, rfc3339_ns

NAMESPACE = "http://www.loc.gov/premis/v3"
DETAILS = "urn:preserve-packager:premis-details:1"
"""The namespace of what stands in ``significantPropertiesExtension``."""

FOLDER, EMPTY_FOLDER, LINK = "folder", "empty folder", "symbolic link"
SUPPLIED = "producer (supplied in {})"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- PREMIS 3.0: what this package holds and what happened to it until it was sealed.
     {package}, written {created}.
     A name that XML cannot hold is shown with escapes such as \\x0b or \\xff, and its exact bytes stand beside it
     in base64. -->
<premis xmlns="{namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:p="{details}" \
xsi:schemaLocation="{namespace} https://www.loc.gov/standards/premis/premis.xsd" version="3.0">
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that premis.xml tells about one package.

    The paths of *identifications* and of the objects of *events* are paths in the bag (``data/…``).  Of *statements*,
    those on licences and rights are told.
    """

    package_id: str
    package_name: str
    transfer: Transfer
    stored: Sequence[StoredFile]
    identifications: Sequence[Identification]
    events: tuple[Event, ...]
    created: datetime
    statements: Sequence[Statement] = ()


def premis_xml(subject: Subject) -> bytes:
    """The whole document.  ``ValueError`` as ``premis_chunks``."""
    return b"".join(premis_chunks(subject))


def premis_chunks(subject: Subject) -> Iterator[bytes]:
    """The document piece by piece, each well under a megabyte.

    ``ValueError`` for an id that is no UUID, a time without a zone, a word that is in no vocabulary, or a path under
    ``data/`` that is not among the stored files: mistakes of the caller, never of the material.
    """
    package = identifiers.package(subject.package_id)
    named = {path for event in subject.events for path in event.objects}
    ids = {file.path: identifiers.of_file(package, file.path) for file in subject.stored if file.path in named}
    supplied = defaultdict(list)
    for given in subject.transfer.supplied:
        supplied[given.path].append((given.digest, SUPPLIED.format(name(given.listed_in))))
    head = _HEAD.format(namespace=NAMESPACE, details=DETAILS, package=package.urn, created=rfc3339(subject.created))
    yield (head + _package_open(package, subject)).encode()
    for folder in subject.transfer.folders:
        yield _folder(folder).encode()
    for link in subject.transfer.links:
        yield _link(link).encode()
    yield f"<originalName>{name(subject.transfer.name)}</originalName>\n</object>\n".encode()
    included = relationship(package)
    for file, found in _identified(subject):
        file_id = identifiers.of_file(package, file.path)
        yield file_xml(file, file_id, included, found, supplied.get(file.original, ())).encode()
    for ordinal, event in enumerate(subject.events, 1):
        links = objects_of(event, package, ids)
        for part in event_xml(event, identifiers.of_event(package, ordinal), links):
            yield part.encode()
    for agent in dict.fromkeys(agent for event in subject.events for agent in event.agents):
        yield agent_xml(agent).encode()
    for part in _rights(package, subject):
        yield part.encode()
    yield b"</premis>\n"


def _identified(subject: Subject) -> Iterator[tuple[StoredFile, Identification]]:
    """Each file with what it is; none is kept where all are identified in their order, as they mostly are."""
    found, nothing = iter(subject.identifications), Identification("")
    early: dict[str, Identification] = {}
    for file in subject.stored:
        while file.path not in early and (one := next(found, None)):
            early[one.path] = one
        yield file, early.pop(file.path, nothing)
    if stray := next(iter((*early.values(), *found)), None):
        raise ValueError(f"{stray.path!r} was identified and is not in the package")


def _rights(package: UUID, subject: Subject) -> Iterator[str]:
    paths = {one.about for one in subject.statements if one.about}
    there = {file.path for file in subject.stored if file.path in paths} if paths else set()
    return rights_xml(
        subject.statements, package, lambda path: identifiers.of_file(package, path) if path in there else ""
    )


def _package_open(package: UUID, subject: Subject) -> str:
    exact_name = exact(subject.transfer.name)
    return (
        '<object xsi:type="representation">\n'
        f"{identifier_xml(identifiers.TYPE, package.urn)}"
        f"{identifier_xml('package name', text(subject.package_name))}"
        f"{property_xml(EXACT_NAME, exact_name) if exact_name else ''}"
    )


def _detail(tag: str, value: str) -> str:
    return f"<p:{tag}>{value}</p:{tag}>" if value else ""


def _folder(folder: SourceFolder) -> str:
    details = _detail("modified", rfc3339_ns(folder.mtime_ns)) + _detail("pathBase64", exact(folder.path))
    return property_xml(EMPTY_FOLDER if folder.empty else FOLDER, name(folder.path), details)


def _link(link: SourceLink) -> str:
    target = f"<p:target>{name(link.target)}</p:target>"
    details = target + _detail("pathBase64", exact(link.path)) + _detail("targetBase64", exact(link.target))
    return property_xml(LINK, name(link.path), details)

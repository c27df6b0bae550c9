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
- events, in the order given, then every agent that they name.

How names are written, and when their exact bytes in base64 are added: see ``preserve.premis.text``.
Identifiers: see ``preserve.premis.identifiers``.  The same subject gives the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from preserve.model import Digest, Event, Format, Identification, SourceFolder, SourceLink, StoredFile, Transfer
from preserve.premis import identifiers
from preserve.premis.events import agent_xml, event_xml, objects_of
from preserve.premis.text import exact, name, text
from preserve.premis.vocabulary import HASHES, INCLUDED_IN, STRUCTURAL, Term
from preserve.storage.digests import normalise
from preserve.storage.times import rfc3339, rfc3339_ns

NAMESPACE = "http://www.loc.gov/premis/v3"
DETAILS = "urn:preserve-packager:premis-details:1"
"""The namespace of what stands in ``significantPropertiesExtension``."""

BAG_PATH = "bag path"
MODIFIED = "modification time"
EXACT_NAME = "original name, exact bytes in base64"
EXACT_PATH = "bag path, exact bytes in base64"
FOLDER, EMPTY_FOLDER, LINK = "folder", "empty folder", "symbolic link"
COMPUTED = "preserve (computed at ingest)"
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

    The paths of *identifications* and of the objects of *events* are paths in the bag (``data/…``).
    """

    package_id: str
    package_name: str
    transfer: Transfer
    stored: Sequence[StoredFile]
    identifications: Sequence[Identification]
    events: tuple[Event, ...]
    created: datetime


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
    for file, found in _identified(subject):
        file_id = identifiers.of_file(package, file.path)
        yield _file(file, file_id, package, found, supplied.get(file.original, ())).encode()
    for ordinal, event in enumerate(subject.events, 1):
        links = objects_of(event, package, ids)
        for part in event_xml(event, identifiers.of_event(package, ordinal), links):
            yield part.encode()
    for agent in dict.fromkeys(agent for event in subject.events for agent in event.agents):
        yield agent_xml(agent).encode()
    yield b"</premis>\n"


def _identified(subject: Subject) -> Iterator[tuple[StoredFile, Identification]]:
    """Each file with what it is; where all are identified in their order, as they mostly are, none is looked up."""
    pairs = zip(subject.stored, subject.identifications, strict=False)
    if len(subject.stored) == len(subject.identifications) and all(file.path == found.path for file, found in pairs):
        yield from zip(subject.stored, subject.identifications, strict=True)
        return
    known = {found.path: found for found in subject.identifications}
    nothing = Identification("")
    for file in subject.stored:
        yield file, known.pop(file.path, nothing)
    for stray in known:
        raise ValueError(f"{stray!r} was identified and is not in the package")


def _package_open(package: UUID, subject: Subject) -> str:
    exact_name = exact(subject.transfer.name)
    return (
        '<object xsi:type="representation">\n'
        f"{_object_identifier(identifiers.TYPE, package.urn)}"
        f"{_object_identifier('package name', text(subject.package_name))}"
        f"{_property(EXACT_NAME, exact_name) if exact_name else ''}"
    )


def _object_identifier(kind: str, value: str) -> str:
    return (
        f"<objectIdentifier><objectIdentifierType>{kind}</objectIdentifierType>"
        f"<objectIdentifierValue>{value}</objectIdentifierValue></objectIdentifier>\n"
    )


def _property(kind: str, value: str, details: str = "") -> str:
    more = f"<significantPropertiesExtension>{details}</significantPropertiesExtension>" if details else ""
    return (
        f"<significantProperties><significantPropertiesType>{kind}</significantPropertiesType>"
        f"<significantPropertiesValue>{value}</significantPropertiesValue>{more}</significantProperties>\n"
    )


def _detail(tag: str, value: str) -> str:
    return f"<p:{tag}>{value}</p:{tag}>" if value else ""


def _folder(folder: SourceFolder) -> str:
    details = _detail("modified", rfc3339_ns(folder.mtime_ns)) + _detail("pathBase64", exact(folder.path))
    return _property(EMPTY_FOLDER if folder.empty else FOLDER, name(folder.path), details)


def _link(link: SourceLink) -> str:
    target = f"<p:target>{name(link.target)}</p:target>"
    details = target + _detail("pathBase64", exact(link.path)) + _detail("targetBase64", exact(link.target))
    return _property(LINK, name(link.path), details)


def _file(
    file: StoredFile, file_id: str, package: UUID, found: Identification, supplied: Sequence[tuple[Digest, str]]
) -> str:
    fixity = "".join(_fixity(digest, COMPUTED) for digest in file.digests)
    fixity += "".join(_fixity(digest, origin) for digest, origin in supplied)
    return (
        '<object xsi:type="file">\n'
        f"{_object_identifier(identifiers.TYPE, file_id)}"
        f"{_file_properties(file, found)}"
        f"<objectCharacteristics>\n{fixity}<size>{file.size}</size>\n{_formats(found)}</objectCharacteristics>\n"
        f"<originalName>{name(file.original)}</originalName>\n"
        f"<storage><contentLocation><contentLocationType>{BAG_PATH}</contentLocationType>"
        f"<contentLocationValue>{name(file.path)}</contentLocationValue></contentLocation></storage>\n"
        f"<relationship>{_word('relationshipType', STRUCTURAL)}{_word('relationshipSubType', INCLUDED_IN)}"
        f"<relatedObjectIdentifier><relatedObjectIdentifierType>{identifiers.TYPE}</relatedObjectIdentifierType>"
        f"<relatedObjectIdentifierValue>{package.urn}</relatedObjectIdentifierValue></relatedObjectIdentifier>"
        "</relationship>\n</object>\n"
    )


def _file_properties(file: StoredFile, found: Identification) -> str:
    properties = [_property(MODIFIED, rfc3339_ns(file.mtime_ns))]
    if original := exact(file.original):
        properties.append(_property(EXACT_NAME, original))
    if path := exact(file.path):
        properties.append(_property(EXACT_PATH, path))
    if found.charset:
        properties.append(_property("character encoding", text(found.charset)))
    for language in found.languages:
        sure = "" if language.reliable else ", unsure"
        properties.append(_property("language", f"{text(language.tag)} ({language.share:.0%} of the text{sure})"))
    return "".join(properties)


def _word(tag: str, term: Term) -> str:
    link = f' valueURI="{term.uri}"' if term.uri else ""
    return f"<{tag}{link}>{term.label}</{tag}>"


def _fixity(digest: Digest, originator: str) -> str:
    algorithm = normalise(digest.algorithm)
    term = HASHES.get(algorithm) or Term(algorithm, text(digest.algorithm))
    return (
        f"<fixity>{_word('messageDigestAlgorithm', term)}<messageDigest>{text(digest.value)}</messageDigest>"
        f"<messageDigestOriginator>{originator}</messageDigestOriginator></fixity>\n"
    )


def _formats(found: Identification) -> str:
    """At least one format: PREMIS 1.5.4 makes it mandatory, so "unknown" is said where nothing is known."""
    formats = [_format(each) for each in found.formats]
    if found.mime:
        formats.append(_format(Format(found.mime), "Media type."))
    return "".join(formats) or _format(Format("unknown"), "No probe identified this file.")


def _format(found: Format, note: str = "") -> str:
    version = f"<formatVersion>{text(found.version)}</formatVersion>" if found.version else ""
    registry = (
        f"<formatRegistry><formatRegistryName>{text(found.registry)}</formatRegistryName>"
        f"<formatRegistryKey>{text(found.key)}</formatRegistryKey></formatRegistry>"
        if found.key
        else ""
    )
    notes = "".join(f"<formatNote>{text(each)}</formatNote>" for each in (found.basis, note) if each)
    return (
        f"<format><formatDesignation><formatName>{text(found.name or found.key or 'unknown')}</formatName>{version}"
        f"</formatDesignation>{registry}{notes}</format>\n"
    )

"""Payload files as PREMIS objects.  What most files have in common is put into words once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote
from uuid import UUID

from preserve.model import Digest, Embedded, Format, Identification, LanguageShare, StoredFile
from preserve.model.identification import APPLICATION
from preserve.premis import identifiers
from preserve.premis.text import exact, name, text, word
from preserve.premis.vocabulary import FORMAT_REGISTRY_ROLES, HASHES, INCLUDED_IN, STRUCTURAL, Term
from preserve.storage.digests import normalise
from preserve.storage.times import rfc3339_ns

BAG_PATH = "bag path"
MODIFIED = "modification time"
EXACT_NAME = "original name, exact bytes in base64"
EXACT_PATH = "bag path, exact bytes in base64"
COMPUTED = "preserve (computed at ingest)"
MEDIA_TYPE = "Media type."
"""The note beside a format whose name is a media type."""

PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"
"""Where PRONOM shows the format with the key that follows."""

_BY_PROGRAMS = ("pdf:docinfo", "ooxml:core.xml", "odf:meta.xml")
_W3CDTF = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
_ALIKE = 1024
"""So many kinds of files are remembered."""


def identifier_xml(kind: str, value: str) -> str:
    """An objectIdentifier; both values are ready for XML."""
    return (
        f"<objectIdentifier><objectIdentifierType>{kind}</objectIdentifierType>"
        f"<objectIdentifierValue>{value}</objectIdentifierValue></objectIdentifier>\n"
    )


def property_xml(kind: str, value: str, details: str = "") -> str:
    """A significantProperties element, with *details* in our own namespace; all are ready for XML."""
    more = f"<significantPropertiesExtension>{details}</significantPropertiesExtension>" if details else ""
    return (
        f"<significantProperties><significantPropertiesType>{kind}</significantPropertiesType>"
        f"<significantPropertiesValue>{value}</significantPropertiesValue>{more}</significantProperties>\n"
    )


def relationship(package: UUID) -> str:
    """That a file is part of *package*: the same for all its files."""
    return (
        f"<relationship>{word('relationshipType', STRUCTURAL, brief=True)}"
        f"{word('relationshipSubType', INCLUDED_IN, brief=True)}"
        f"<relatedObjectIdentifier><relatedObjectIdentifierType>{identifiers.TYPE}</relatedObjectIdentifierType>"
        f"<relatedObjectIdentifierValue>{package.urn}</relatedObjectIdentifierValue></relatedObjectIdentifier>"
        "</relationship>\n"
    )


def file_xml(
    file: StoredFile, file_id: str, included: str, found: Identification, supplied: Sequence[tuple[Digest, str]]
) -> str:
    """The object of one payload file.

    *included* says in XML of which package it is part, *found* what it is; the producer *supplied* these digests, each
    with where it stood.
    """
    fixity = "".join(_fixity(digest, COMPUTED) for digest in file.digests)
    fixity += "".join(_fixity(digest, origin) for digest, origin in supplied)
    formats = _formats(found.formats, found.mime)
    return (
        '<object xsi:type="file">\n'
        f"{identifier_xml(identifiers.TYPE, file_id)}"
        f"{_name_properties(file)}{_text_properties(found.charset, found.languages)}"
        f"<objectCharacteristics>\n<compositionLevel>0</compositionLevel>\n{fixity}<size>{file.size}</size>\n"
        f"{formats}{_application(found.embedded) if found.embedded else ''}</objectCharacteristics>\n"
        f"<originalName>{name(file.original)}</originalName>\n"
        f"<storage><contentLocation><contentLocationType>{BAG_PATH}</contentLocationType>"
        f"<contentLocationValue>{name(file.path)}</contentLocationValue></contentLocation></storage>\n"
        f"{included}</object>\n"
    )


def _name_properties(file: StoredFile) -> str:
    modified = property_xml(MODIFIED, rfc3339_ns(file.mtime_ns))
    exact_names = ((EXACT_NAME, exact(file.original)), (EXACT_PATH, exact(file.path)))
    return modified + "".join(property_xml(kind, value) for kind, value in exact_names if value)


@lru_cache(maxsize=_ALIKE)
def _text_properties(charset: str, languages: tuple[LanguageShare, ...]) -> str:
    encoding = property_xml("character encoding", text(charset)) if charset else ""
    return encoding + "".join(property_xml("language", _share(language)) for language in languages)


def _share(language: LanguageShare) -> str:
    sure = "" if language.reliable else ", unsure"
    return f"{text(language.tag)} ({language.share:.0%} of the text{sure})"


def _fixity(digest: Digest, originator: str) -> str:
    return (
        f"<fixity>{_algorithm(digest.algorithm)}<messageDigest>{text(digest.value)}</messageDigest>"
        f"<messageDigestOriginator>{originator}</messageDigestOriginator></fixity>\n"
    )


@lru_cache(maxsize=_ALIKE)
def _algorithm(given: str) -> str:
    algorithm = normalise(given)
    return word("messageDigestAlgorithm", HASHES.get(algorithm) or Term(algorithm, given), brief=True)


@lru_cache(maxsize=_ALIKE)
def _formats(formats: tuple[Format, ...], mime: str) -> str:
    """At least one format: PREMIS 1.5.4 makes it mandatory, so "unknown" is said where nothing is known."""
    found = [_format(each) for each in formats]
    if mime:
        found.append(_format(Format(mime), MEDIA_TYPE))
    return "".join(found) or _format(Format("unknown"), "No probe identified this file.")


def _format(found: Format, note: str = "") -> str:
    version = f"<formatVersion>{text(found.version)}</formatVersion>" if found.version else ""
    registry = _registry(found) if found.key else ""
    notes = "".join(f"<formatNote>{text(each)}</formatNote>" for each in (found.basis, note) if each)
    return (
        f"<format><formatDesignation><formatName>{text(found.name or found.key or 'unknown')}</formatName>{version}"
        f"</formatDesignation>{registry}{notes}</format>\n"
    )


def _registry(found: Format) -> str:
    link = f' simpleLink="{PRONOM}{quote(found.key)}"' if found.registry == "PRONOM" else ""
    return (
        f"<formatRegistry{link}><formatRegistryName>{text(found.registry)}</formatRegistryName>"
        f"<formatRegistryKey>{text(found.key)}</formatRegistryKey>"
        f"{word('formatRegistryRole', FORMAT_REGISTRY_ROLES['spe'], brief=True)}</formatRegistry>"
    )


def _application(embedded: Sequence[Embedded]) -> str:
    """What the file itself says of the program that made it, and when: claims of the file, as all that is embedded."""
    program = next((item.value for item in embedded if item.field == APPLICATION), "")
    created = next((item.value for item in embedded if _is_creation(item)), "")
    if not (program or created):
        return ""
    made_by = f"<creatingApplicationName>{text(program)}</creatingApplicationName>" if program else ""
    made_at = f"<dateCreatedByApplication>{created}</dateCreatedByApplication>" if created else ""
    return f"<creatingApplication>{made_by}{made_at}</creatingApplication>\n"


def _is_creation(item: Embedded) -> bool:
    """Whether a program wrote into its document when it made it; what a person gave as a date is none of these."""
    return (
        item.field == "dcterms:created"
        and item.method.startswith(_BY_PROGRAMS)
        and _W3CDTF.fullmatch(item.value) is not None
    )

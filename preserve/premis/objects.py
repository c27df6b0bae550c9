"""Payload files as PREMIS objects.  What most files have in common is put into words once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from preserve.model import Digest, Format, Identification, LanguageShare, StoredFile
from preserve.premis import identifiers
from preserve.premis.text import exact, name, text
from preserve.premis.vocabulary import HASHES, INCLUDED_IN, STRUCTURAL, Term
from preserve.storage.digests import normalise
from preserve.storage.times import rfc3339_ns

BAG_PATH = "bag path"
MODIFIED = "modification time"
EXACT_NAME = "original name, exact bytes in base64"
EXACT_PATH = "bag path, exact bytes in base64"
COMPUTED = "preserve (computed at ingest)"

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
        f"<relationship>{_word('relationshipType', STRUCTURAL)}{_word('relationshipSubType', INCLUDED_IN)}"
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
        f"<objectCharacteristics>\n{fixity}<size>{file.size}</size>\n{formats}</objectCharacteristics>\n"
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


def _word(tag: str, term: Term) -> str:
    link = f' valueURI="{term.uri}"' if term.uri else ""
    return f"<{tag}{link}>{term.label}</{tag}>"


def _fixity(digest: Digest, originator: str) -> str:
    return (
        f"<fixity>{_algorithm(digest.algorithm)}<messageDigest>{text(digest.value)}</messageDigest>"
        f"<messageDigestOriginator>{originator}</messageDigestOriginator></fixity>\n"
    )


@lru_cache(maxsize=_ALIKE)
def _algorithm(given: str) -> str:
    algorithm = normalise(given)
    return _word("messageDigestAlgorithm", HASHES.get(algorithm) or Term(algorithm, text(given)))


@lru_cache(maxsize=_ALIKE)
def _formats(formats: tuple[Format, ...], mime: str) -> str:
    """At least one format: PREMIS 1.5.4 makes it mandatory, so "unknown" is said where nothing is known."""
    found = [_format(each) for each in formats]
    if mime:
        found.append(_format(Format(mime), "Media type."))
    return "".join(found) or _format(Format("unknown"), "No probe identified this file.")


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

"""An OAI-PMH static repository: all records of an archive in one file, which a gateway answers harvesters from.

"Specification for an OAI Static Repository and an OAI Static Repository Gateway" (2004-04-23): there are no sets, no
deleted records and no resumption tokens, every record has metadata, and dates have no time of day (§3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from preserve.describe.crosswalks.dcterms import qualified
from preserve.describe.crosswalks.oai_dc import oai_dc
from preserve.describe.crosswalks.subject import Notes, Subject
from preserve.describe.record.terms import OAI_DC_NS, XSI_NS
from preserve.describe.record.write_xml import attribute, text

NAMESPACE = "http://www.openarchives.org/OAI/2.0/static-repository"
_OAI = "http://www.openarchives.org/OAI/2.0/"
_QUALIFIED_NS = "http://dspace.org/qualifieddc/"
"""The namespace in which harvesters know ``qualifieddc`` from DSpace; DCMI's own schema has none, which OAI forbids."""


@dataclass(frozen=True, slots=True)
class Format:
    """A form of metadata: *write* gives a document with one root, which begins with *root*."""

    prefix: str
    schema: str
    namespace: str
    root: str
    write: Callable[[Subject, Notes], bytes]


def _qualified(subject: Subject, notes: Notes) -> bytes:
    return qualified(subject, notes, "qdc:qualifieddc", {"xmlns:qdc": _QUALIFIED_NS})


_ALL = (
    Format("oai_dc", f"{_OAI}oai_dc.xsd", OAI_DC_NS, "<oai_dc:dc ", oai_dc),
    Format(
        "dcterms",
        "http://dublincore.org/schemas/xmls/qdc/2008/02/11/qualifieddc.xsd",
        _QUALIFIED_NS,
        "<qdc:qualifieddc ",
        _qualified,
    ),
)
FORMATS: Mapping[str, Format] = MappingProxyType({form.prefix: form for form in _ALL})
"""Every form of metadata in the repository.  ``oai_dc`` is the one that OAI-PMH demands (§4.5 of the protocol)."""


@dataclass(frozen=True, slots=True)
class Repository:
    """What a repository says of itself.  *base_url* is where the gateway answers for it, *earliest* its first date."""

    name: str
    base_url: str
    email: str
    earliest: date


def opening(repository: Repository) -> bytes:
    """All that stands before the first record."""
    formats = "".join(
        f"  <oai:metadataFormat>\n    <oai:metadataPrefix>{form.prefix}</oai:metadataPrefix>\n"
        f"    <oai:schema>{form.schema}</oai:schema>\n"
        f"    <oai:metadataNamespace>{form.namespace}</oai:metadataNamespace>\n  </oai:metadataFormat>\n"
        for form in FORMATS.values()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Repository xmlns="{NAMESPACE}" xmlns:oai="{_OAI}" xmlns:xsi="{XSI_NS}" '
        f'xsi:schemaLocation="{NAMESPACE} {_OAI}static-repository.xsd">\n<Identify>\n'
        f"  <oai:repositoryName>{text(repository.name)}</oai:repositoryName>\n"
        f"  <oai:baseURL>{text(repository.base_url)}</oai:baseURL>\n"
        "  <oai:protocolVersion>2.0</oai:protocolVersion>\n"
        f"  <oai:adminEmail>{text(repository.email)}</oai:adminEmail>\n"
        f"  <oai:earliestDatestamp>{repository.earliest.isoformat()}</oai:earliestDatestamp>\n"
        "  <oai:deletedRecord>no</oai:deletedRecord>\n"
        "  <oai:granularity>YYYY-MM-DD</oai:granularity>\n"
        f"</Identify>\n<ListMetadataFormats>\n{formats}</ListMetadataFormats>\n"
    ).encode()


def records_begin(form: Format) -> bytes:
    """What stands before the records of one form."""
    return f'<ListRecords metadataPrefix="{form.prefix}">\n'.encode()


RECORDS_END = b"</ListRecords>\n"
CLOSING = b"</Repository>\n"


def metadata(form: Format, subject: Subject, notes: Notes) -> bytes:
    """The description in *form*, to be put into a record, with the schema location that OAI-PMH wants (§3.4)."""
    root = form.write(subject, notes).decode().partition("?>\n")[2]
    location = f'xmlns:xsi="{XSI_NS}" xsi:schemaLocation="{attribute(form.namespace)} {attribute(form.schema)}" '
    return root.replace(form.root, form.root + location, 1).encode()


def record(identifier: str, changed: date, described: bytes) -> bytes:
    """One record: what ``metadata`` *described*, and the day since which it is so."""
    head = (
        f"<oai:record>\n<oai:header><oai:identifier>{text(identifier)}</oai:identifier>"
        f"<oai:datestamp>{changed.isoformat()}</oai:datestamp></oai:header>\n<oai:metadata>\n"
    )
    return head.encode() + described + b"</oai:metadata>\n</oai:record>\n"

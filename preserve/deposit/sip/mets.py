"""METS 1.12 as the E-ARK specifications want it (CSIP 2.1 and SIP 2.1), as text, without a tree in memory.

An E-ARK package has a METS document at its root, which names everything but the documents, and one in each of its
representations, which names those.  Both have the same parts, in this order: the header with its agents, references to
descriptive (``dmdSec``) and to administrative metadata (``amdSec``), every other file (``fileSec``), and where it all
belongs (``structMap``).  The numbers in parentheses are those of the requirements.

Every path is relative to the METS document in which it stands, percent-encoded (RFC 3986).  The same values always
give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from preserve.deposit.sip.markup import element, marks
from preserve.storage import names
from preserve.storage.times import rfc3339

METS_NS = "http://www.loc.gov/METS/"
CSIP_NS = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP_NS = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
"""The profile that every METS document of a SIP follows (CSIP6, SIP2)."""

_NAMESPACES = {
    "xmlns": METS_NS,
    "xmlns:csip": CSIP_NS,
    "xmlns:sip": SIP_NS,
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": f"{METS_NS} http://www.loc.gov/standards/mets/mets.xsd "
    f"{CSIP_NS} https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd "
    f"{SIP_NS} https://earksip.dilcis.eu/schema/DILCISExtensionSIPMETS.xsd",
}


@dataclass(frozen=True, slots=True)
class Agent:
    """Who had a part in the package (CSIP10–16, SIP9–31): ``ORGANIZATION``, ``INDIVIDUAL`` or ``SOFTWARE``.

    The *version* is that of a program.
    """

    name: str
    kind: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What a METS document says of the whole.

    *identifier* is the name of the folder that it lies in (CSIP1), *category* a term of CSIP's vocabulary of content
    categories (CSIP2), *created* when the package came to be what it is (CSIP7).  *records* are what else it goes by,
    each with its type: ``SUBMISSIONAGREEMENT``, ``REFERENCECODE`` and so on (SIP5–8).
    """

    identifier: str
    label: str
    category: str
    created: datetime
    agents: Sequence[Agent]
    records: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class File:
    """One file: its *path* from the METS document, with its size and its SHA-256 in hex (CSIP66–79).

    *format_name* and *format_version* say what it is where that is known (SIP32, SIP33).
    """

    path: str
    size: int
    sha256: str
    media_type: str
    format_name: str = ""
    format_version: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A file of metadata and its type, in METS's words: ``DC``, ``PREMIS``, or ``OTHER`` with the *other* type."""

    file: File
    type: str
    version: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Files that belong together: *use* is what for (CSIP64), ``Documentation``, ``Schemas``, ``Representations/…``.

    *content* says what they are in words of ours, for no content information type specification is kept (CSIP62–63).
    """

    use: str
    content: str
    files: Iterable[File]


@dataclass(frozen=True, slots=True)
class Described:
    """The references to metadata: to descriptive (``dmdSec``), to what was supplied, to the provenance (``amdSec``)."""

    descriptive: Sequence[Metadata] = ()
    supplied: Sequence[Metadata] = ()
    provenance: Sequence[Metadata] = ()


def mets(
    head: Head, described: Described, groups: Sequence[Group], *, prefix: str, pointers: Mapping[str, str] | None = None
) -> Iterator[bytes]:
    """The document, piece by piece; the files of *groups* are drawn once and none is kept.

    All identifiers begin with *prefix*, so that they are unique in the package.  *pointers* are the METS documents of
    representations, by the group in which each is a file (CSIP105–112).
    """
    created = rfc3339(head.created)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{_root(head)}\n{_header(head, created)}'.encode()
    yield from _lines(_descriptive(described.descriptive, prefix, created))
    yield from _lines(_administrative(described, prefix, created))
    yield f"<fileSec{marks({'ID': f'{prefix}-files'})}>\n".encode()
    for number, group in enumerate(groups, 1):
        yield from _lines(_group(group, number, prefix, created))
    yield b"</fileSec>\n"
    yield from _lines(_structure(head, described, groups, prefix, pointers or {}))
    yield b"</mets>\n"


def _lines(lines: Iterable[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)


def _root(head: Head) -> str:
    attributes = {
        "OBJID": head.identifier,
        "LABEL": head.label,
        "TYPE": head.category,
        "csip:CONTENTINFORMATIONTYPE": "MIXED",
        "PROFILE": PROFILE,
    }
    return f"<mets{marks(_NAMESPACES | attributes)}>"


def _header(head: Head, created: str) -> str:
    facts = marks({"CREATEDATE": created, "LASTMODDATE": created, "csip:OAISPACKAGETYPE": "SIP"})
    agents = "".join(_agent(each) for each in head.agents)
    records = "".join(element("altRecordID", value, {"TYPE": kind}) + "\n" for kind, value in head.records)
    return f"<metsHdr{facts}>\n{agents}{records}</metsHdr>\n"


def _agent(agent: Agent) -> str:
    kind = {"TYPE": agent.kind} if agent.kind != "SOFTWARE" else {"TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}
    note = element("note", agent.version, {"csip:NOTETYPE": "SOFTWARE VERSION"}) if agent.version else ""
    return f"<agent{marks({'ROLE': 'CREATOR'} | kind)}>{element('name', agent.name)}{note}</agent>\n"


def _descriptive(metadata: Iterable[Metadata], prefix: str, created: str) -> Iterator[str]:
    for number, each in enumerate(metadata, 1):
        facts = marks({"ID": f"{prefix}-dmd-{number}", "CREATED": created, "STATUS": "CURRENT"})
        yield f"<dmdSec{facts}>{_reference(each, created)}</dmdSec>\n"


def _administrative(described: Described, prefix: str, created: str) -> Iterator[str]:
    kinds = (("sourceMD", "source", described.supplied), ("digiprovMD", "digiprov", described.provenance))
    if any(metadata for _, _, metadata in kinds):
        yield "<amdSec>\n"
        for tag, name, metadata in kinds:
            for number, each in enumerate(metadata, 1):
                facts = marks({"ID": f"{prefix}-{name}-{number}", "STATUS": "CURRENT"})
                yield f"<{tag}{facts}>{_reference(each, created)}</{tag}>\n"
        yield "</amdSec>\n"


def _reference(metadata: Metadata, created: str) -> str:
    kind = {"MDTYPE": metadata.type, "OTHERMDTYPE": metadata.other, "MDTYPEVERSION": metadata.version}
    return f"<mdRef{marks(_location(metadata.file) | kind | _facts(metadata.file, created))}/>"


def _group(group: Group, number: int, prefix: str, created: str) -> Iterator[str]:
    content = {"csip:CONTENTINFORMATIONTYPE": "OTHER", "csip:OTHERCONTENTINFORMATIONTYPE": group.content}
    yield f"<fileGrp{marks({'ID': _group_id(prefix, number), 'USE': group.use} | content)}>\n"
    for place, file in enumerate(group.files, 1):
        told = {"ID": f"{prefix}-file-{number}-{place}"} | _facts(file, created)
        known = {"sip:FILEFORMATNAME": file.format_name, "sip:FILEFORMATVERSION": file.format_version}
        yield f"<file{marks(told | known)}><FLocat{marks(_location(file))}/></file>\n"
    yield "</fileGrp>\n"


def _group_id(prefix: str, number: int) -> str:
    return f"{prefix}-group-{number}"


def _location(file: File) -> dict[str, str]:
    return {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": href(file.path)}


def href(path: str) -> str:
    """*path* as a relative reference of RFC 3986, whatever octets it has."""
    quoted = quote(names.raw(path), safe="/-._~!$&'()*+,;=@")
    return f"./{quoted}" if path.startswith("/") else quoted


def _facts(file: File, created: str) -> dict[str, str]:
    return {
        "MIMETYPE": file.media_type,
        "SIZE": str(file.size),
        "CREATED": created,
        "CHECKSUM": file.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


def _structure(
    head: Head, described: Described, groups: Sequence[Group], prefix: str, pointers: Mapping[str, str]
) -> Iterator[str]:
    """The structural map that every package has (CSIP80–112)."""
    yield f"<structMap{marks({'ID': f'{prefix}-map', 'TYPE': 'PHYSICAL', 'LABEL': 'CSIP'})}>\n"
    yield f"<div{marks({'ID': f'{prefix}-div', 'LABEL': head.identifier})}>\n"
    lists = {
        "DMDID": [f"{prefix}-dmd-{number + 1}" for number in range(len(described.descriptive))],
        "ADMID": [f"{prefix}-source-{number + 1}" for number in range(len(described.supplied))]
        + [f"{prefix}-digiprov-{number + 1}" for number in range(len(described.provenance))],
    }
    ids = {name: " ".join(values) for name, values in lists.items()}
    yield f"<div{marks({'ID': f'{prefix}-div-metadata', 'LABEL': 'Metadata'} | ids)}/>\n"
    for number, group in enumerate(groups, 1):
        facts = marks({"ID": f"{prefix}-div-{number}", "LABEL": group.use.partition("/")[0]})
        yield f"<div{facts}><fptr{marks({'FILEID': _group_id(prefix, number)})}/></div>\n"
    for number, group in enumerate(groups, 1):
        if path := pointers.get(group.use):
            facts = marks({"ID": f"{prefix}-representation-{number}", "LABEL": group.use})
            target = {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": href(path)}
            yield f"<div{facts}><mptr{marks(target | {'xlink:title': _group_id(prefix, number)})}/></div>\n"
    yield "</div>\n</structMap>\n"

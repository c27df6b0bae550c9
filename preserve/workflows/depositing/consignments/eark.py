"""An E-ARK SIP of a package; what lies where in it, and why, says ``preserve.deposit.sip.eark``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from preserve import __version__
from preserve.bag.listed_paths import PAYLOAD
from preserve.deposit.sip import eark
from preserve.deposit.sip.mets import Agent, File, Head
from preserve.describe.record.read_xml import read_record
from preserve.errors import BagError, DescriptionError
from preserve.history import file as history
from preserve.model import Record
from preserve.ports.depositing import Piece
from preserve.premis.formats import formats_by_path
from preserve.storage.names import shown
from preserve.storage.resources import schema
from preserve.workflows.depositing.consignments.forms import Wanted
from preserve.workflows.depositing.consignments.pieces import Made
from preserve.workflows.depositing.consignments.tagged import tags_of
from preserve.workflows.depositing.consignments.written import Placed, Written
from preserve.workflows.packages import DC, PREMIS

AGREEMENT, REFERENCE, SUBMITTER = "Submission-Agreement", "Reference-Code", "Submitting-Organization"
TAGS = {AGREEMENT: False, REFERENCE: False, SUBMITTER: False}
"""What can be said with ``--tag``, each once: the agreement under which it is submitted, its place in the archival
hierarchy there, and who submits it, if not the organization of ``preserve.toml``."""

_RECORDS = {AGREEMENT: "SUBMISSIONAGREEMENT", REFERENCE: "REFERENCECODE"}
_SCHEMAS = ("record.xsd", "dcterms.xsd", "dc.xsd", "xml.xsd", "oai_dc.xsd")
"""The schemas of the descriptions, with all that they import."""

_Known = tuple[str, str, str]


def pieces(wanted: Wanted) -> Sequence[Piece]:
    """METS.xml first, then everything that it names, in its order; the documents last."""
    said = tags_of(wanted, TAGS)
    if not wanted.files.has_payload:
        raise BagError(
            f"The package {shown(wanted.package.name)} holds no documents, and an E-ARK SIP consists of some.",
            hint="Send it as a bag in a tar.",
        )
    draft = _Draft(wanted, _head(wanted, said))
    small = draft.small_files()
    representation = Written(f"{eark.REPRESENTATION}/{eark.METS}", draft.representation_mets)
    sip = eark.Sip(
        draft.head,
        tuple(_as_file(piece) for piece in small if piece.path.startswith("metadata/")),
        tuple(_as_file(piece) for piece in small if piece.path.startswith(f"{eark.DOCUMENTATION}/")),
        tuple(_as_file(piece) for piece in small if piece.path.startswith(f"{eark.SCHEMAS}/")),
    )
    root = Written(eark.METS, lambda: eark.root_mets(sip, _as_file(representation)))
    return Placed((root, *small, representation), wanted.files, draft.documents, eark.place_of)


@dataclass(slots=True)
class _Draft:
    """A SIP while it is put together."""

    wanted: Wanted
    head: Head
    documents: Sequence[str] = field(init=False)
    _formats: Mapping[str, _Known] | None = None

    def __post_init__(self) -> None:
        self.documents = [path for path in self.wanted.files.sizes if path.startswith(PAYLOAD)]

    def small_files(self) -> list[Piece]:
        """Everything but the documents and the METS documents."""
        files = self.wanted.files
        others = [path for path in files.sizes if not path.startswith(PAYLOAD) and eark.place_of(path)]
        found: list[Piece] = list(Placed((), files, others, eark.place_of))
        found.append(Made.of(f"{eark.DOCUMENTATION}/README.txt", self._readme()))
        found += [Made.of(f"{eark.SCHEMAS}/{name}", schema(name)) for name in _SCHEMAS]
        return found

    def representation_mets(self) -> Iterator[bytes]:
        """The METS document of the documents; each is made when it is drawn."""
        head = Head("rep1", self.head.label, self.head.category, self.head.created, self.head.agents)
        return eark.representation_mets(head, (self._document(path) for path in self.documents))

    def _document(self, path: str) -> File:
        if self._formats is None:
            self._formats = _formats(self.wanted)
        files = self.wanted.files
        media_type, name, version = self._formats.get(path, (eark.UNKNOWN, "", ""))
        return File(path, files.sizes[path], files.digest(path, "sha256"), media_type, name, version)

    def _readme(self) -> bytes:
        algorithm = self.wanted.files.algorithms[-1]
        urn = f"urn:uuid:{self.wanted.package.id}"
        return eark.readme(self.head.label, urn, self.wanted.state, f"preserve {__version__}", algorithm)


def _as_file(piece: Piece) -> File:
    return File(piece.path, piece.size, piece.digest("sha256"), eark.media_type(piece.path))


def _head(wanted: Wanted, said: Mapping[str, tuple[str, ...]]) -> Head:
    record = read_record(b"".join(wanted.files.blocks(DC)))
    agents = [Agent("preserve", "SOFTWARE", __version__), *_submitters(wanted, said[SUBMITTER])]
    records = [(kind, said[label][0]) for label, kind in _RECORDS.items() if said[label]]
    return Head(wanted.label, wanted.package.title, _category(record), _since(wanted), agents, records)


def _category(record: Record) -> str:
    types = (s.value for s in record.statements if s.term == "dcterms:type" and not s.about)
    return eark.category(types)


def _submitters(wanted: Wanted, said: Sequence[str]) -> list[Agent]:
    config = wanted.archive.config
    organization = next(iter(said), config.text("archive.organization"))
    given = ((organization, "ORGANIZATION"), (config.text("archive.agent"), "INDIVIDUAL"))
    found = [Agent(name, kind) for name, kind in given if name.strip()]
    found = found or [Agent(name, "ORGANIZATION") for name in wanted.files.info.values("Source-Organization")[:1]]
    if not found:
        raise DescriptionError(
            "An E-ARK SIP names who submits it (SIP15), and nobody has said that.",
            hint=f"Set archive.organization in preserve.toml, or add: --tag '{SUBMITTER}=…'",
        )
    return found


def _since(wanted: Wanted) -> datetime:
    """When the package came to be as it is: sealed, or changed."""
    if wanted.state == 1:
        return wanted.package.sealed
    past = history.read(wanted.archive.history_of(wanted.package.name), package_id=wanted.package.id)
    return past.states.get(frozenset(wanted.package.pinned), wanted.package.sealed)


def _formats(wanted: Wanted) -> dict[str, _Known]:
    """Media type, format and its version of each document; what is the same of many is kept once."""
    alike: dict[_Known, _Known] = {}
    found: dict[str, _Known] = {}
    try:
        for path, one, media_type in formats_by_path(b"".join(wanted.files.blocks(PREMIS))):
            name = "" if one.name in ("unknown", media_type) else one.name
            known = (media_type or eark.UNKNOWN, name, one.version if name else "")
            found[path] = alike.setdefault(known, known)
    except ValueError as error:
        raise BagError(f"{PREMIS} of {shown(wanted.package.name)} cannot be read: {error}.") from error
    return found

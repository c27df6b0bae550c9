"""The words of the house: frozen values that the steps hand to each other.

Nothing here reads, writes or decides.  The words are those of PREMIS 3, RFC 8493 and Dublin Core, one file for each
thing that they speak of.  All of them are had from here; a file is loaded when one of its words is first asked for,
because a command that judges a bag needs few of them and is started thousands of times.

Names of files are ``str`` as Python decodes them from the file system (UTF-8 with ``surrogateescape``), so that
every name, legal UTF-8 or not, survives a round trip.  Relative paths use ``/``.  Times are aware datetimes in UTC.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from preserve.model.arrivals import (
        Companion,
        CompanionKind,
        SourceFolder,
        SourceLink,
        StoredFile,
        SuppliedDigest,
        Transfer,
        TransferKind,
    )
    from preserve.model.audits import Audited, AuditRun, Begun, Failure, Kind, Traces, Verdict
    from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
    from preserve.model.description import Evidence, Proposal, ProposalStatus, Record, Statement
    from preserve.model.digests import Digest
    from preserve.model.events import Agent, Event, Outcome
    from preserve.model.findings import Mismatch, Problem, Rule, Severity
    from preserve.model.identification import Embedded, Format, Identification, LanguageShare, Passage, ProbeRun
    from preserve.model.likeness import TextPrint
    from preserve.model.packages import Copy, Package, PinnedDigest, ValidationReport
    from preserve.model.source_files import SourceFile, SourceFiles

__all__ = [
    "Agent",
    "AuditRun",
    "Audited",
    "Begun",
    "Companion",
    "CompanionKind",
    "Copy",
    "Digest",
    "Embedded",
    "Event",
    "Evidence",
    "Failure",
    "Format",
    "Identification",
    "Kind",
    "LanguageShare",
    "Mismatch",
    "Outcome",
    "Package",
    "Passage",
    "PinnedDigest",
    "ProbeRun",
    "Problem",
    "Promises",
    "Proof",
    "Proposal",
    "ProposalStatus",
    "Record",
    "Rule",
    "Severity",
    "Sighting",
    "SourceFile",
    "SourceFiles",
    "SourceFolder",
    "SourceLink",
    "Stage",
    "Statement",
    "StoredFile",
    "SuppliedDigest",
    "TextPrint",
    "Traces",
    "Transfer",
    "TransferKind",
    "ValidationReport",
    "Verdict",
    "Verification",
]

_FILES = {
    "findings": ("Severity", "Mismatch", "Problem", "Rule"),
    "digests": ("Digest",),
    "arrivals": (
        *("TransferKind", "SourceLink", "SourceFolder", "CompanionKind", "Companion"),
        *("SuppliedDigest", "Transfer", "StoredFile"),
    ),
    "source_files": ("SourceFile", "SourceFiles"),
    "events": ("Outcome", "Agent", "Event"),
    "identification": ("Format", "LanguageShare", "Passage", "Embedded", "ProbeRun", "Identification"),
    "description": ("Statement", "Record", "Evidence", "ProposalStatus", "Proposal"),
    "likeness": ("TextPrint",),
    "deposits": ("Stage", "Proof", "Promises", "Sighting", "Verification"),
    "audits": ("Kind", "Failure", "Traces", "Verdict", "Audited", "Begun", "AuditRun"),
    "packages": ("Copy", "PinnedDigest", "Package", "ValidationReport"),
}
_WHERE = {word: file for file, words in _FILES.items() for word in words}


def __getattr__(word: str) -> Any:
    if word not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {word!r}")
    value = getattr(import_module(f"{__name__}.{_WHERE[word]}"), word)
    globals()[word] = value
    return value

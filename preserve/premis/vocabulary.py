"""The words of the Library of Congress for preservation metadata: codes, labels, URIs.

From https://id.loc.gov/vocabulary/preservation as it stood in 2026.  What those lists lack is said in our own
words, without a URI: nobody is to take it for theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from preserve.model import Outcome

BASE = "http://id.loc.gov/vocabulary/preservation/"


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a controlled list.  *scheme* is the list's name at id.loc.gov; *uri* is "" for words of our own."""

    code: str
    label: str
    scheme: str = ""

    @property
    def uri(self) -> str:
        """The term's URI, or "" if the Library of Congress has no such term."""
        return f"{BASE}{self.scheme}/{self.code}" if self.scheme else ""


def _terms(scheme: str, labels: Mapping[str, str]) -> dict[str, Term]:
    return {code: Term(code, label, scheme) for code, label in labels.items()}


_LOC_EVENTS = _terms(
    "eventType",
    {
        "acc": "accession",
        "app": "appraisal",
        "cap": "capture",
        "com": "compression",
        "cop": "compiling",
        "cre": "creation",
        "dea": "deaccession",
        "dec": "decompression",
        "del": "deletion",
        "der": "decryption",
        "dig": "digital signature validation",
        "dis": "dissemination",
        "dsg": "digital signature generation",
        "dsp": "displaying",
        "enc": "encryption",
        "exe": "execution",
        "exp": "exporting",
        "ext": "extraction",
        "ffa": "forensic feature analysis",
        "fil": "filename change",
        "fix": "fixity check",
        "for": "format identification",
        "ima": "imaging",
        "ine": "ingestion end",
        "ing": "ingestion",
        "ins": "ingestion start",
        "int": "interpreting",
        "ipc": "information package creation",
        "ipm": "information package merging",
        "ips": "information package splitting",
        "mee": "metadata extraction",
        "mem": "metadata modification",
        "mes": "message digest calculation",
        "mig": "migration",
        "mod": "modification",
        "nor": "normalization",
        "pac": "packing",
        "poa": "policy assignment",
        "prt": "printing",
        "qua": "quarantine",
        "rec": "recovery",
        "red": "redaction",
        "ref": "refreshment",
        "ren": "rendering",
        "rep": "replication",
        "tra": "transfer",
        "unp": "unpacking",
        "unq": "unquarantine",
        "val": "validation",
        "vir": "virus check",
    },
)
_OWN_EVENTS = {"note": Term("note", "note for the record")}
EVENT_TYPES: Mapping[str, Term] = _LOC_EVENTS | _OWN_EVENTS
"""All event types.  Codes of three letters are the Library of Congress's; longer ones are ours and have no URI."""

OUTCOMES: Mapping[Outcome, Term] = {
    Outcome.SUCCESS: Term("suc", "success", "eventOutcome"),
    Outcome.FAIL: Term("fai", "fail", "eventOutcome"),
    Outcome.WARNING: Term("war", "warning", "eventOutcome"),
    Outcome.NOT_DONE: Term("not-done", "not done"),
}
"""How events end.  The list knows no "not done", and that is never to be read as a pass."""

AGENT_TYPES: Mapping[str, Term] = {
    term.label: term
    for term in _terms(
        "agentType", {"har": "hardware", "org": "organization", "per": "person", "sof": "software"}
    ).values()
}
"""Kinds of agents, by the word that ``Agent.kind`` uses."""

AGENT_ROLES: Mapping[str, Term] = _terms(
    "eventRelatedAgentRole",
    {"aut": "authorizer", "exe": "executing program", "imp": "implementer", "val": "validator"},
)
"""What an agent did in an event."""

OBJECT_ROLES: Mapping[str, Term] = _terms("eventRelatedObjectRole", {"out": "outcome", "sou": "source"})
"""What an object was in an event: looked at, or made by it."""

MAKING = frozenset(("acc", "cap", "cre", "fil", "ine", "ing", "ins", "ipc", "mem"))
"""Events whose objects are what came of them."""

_LOOKING = frozenset(("fix", "for", "mee", "mes", "val", "vir"))


def object_role(event_type: str) -> Term | None:
    """The role of the objects of an event of this type; None where some may be looked at and others made."""
    if event_type in MAKING:
        return OBJECT_ROLES["out"]
    return OBJECT_ROLES["sou"] if event_type in _LOOKING else None


FORMAT_REGISTRY_ROLES: Mapping[str, Term] = _terms(
    "formatRegistryRole", {"spe": "specification", "val": "validation profile"}
)
"""What a format registry is consulted for."""

RIGHTS_BASES: Mapping[str, Term] = _terms(
    "rightsBasis",
    {"cop": "copyright", "ins": "institutional policy", "lic": "license", "oth": "other", "sta": "statute"},
)
"""What a right rests on."""

STRUCTURAL = Term("str", "structural", "relationshipType")
INCLUDED_IN = Term("isi", "is Included In", "relationshipSubType")

HASHES: Mapping[str, Term] = _terms(
    "cryptographicHashFunctions",
    {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"},
) | {
    code: Term(code, label)
    for code, label in {
        "sha224": "SHA-224",
        "sha3224": "SHA3-224",
        "sha3256": "SHA3-256",
        "sha3384": "SHA3-384",
        "sha3512": "SHA3-512",
        "blake2b": "BLAKE2b-512",
        "blake2s": "BLAKE2s-256",
    }.items()
}
"""Digest algorithms by their bag name; the Library of Congress lists only some of those that RFC 8493 allows."""

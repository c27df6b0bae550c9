"""``metadata/descriptive/proposals.json``: proposals with their evidence, to bytes and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from preserve.errors import DescriptionError
from preserve.model import Evidence, Proposal, ProposalStatus

PROPOSALS_PATH = "metadata/descriptive/proposals.json"
SCHEMA_VERSION = 1
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(proposals: Iterable[Proposal]) -> bytes:
    """The file's bytes: UTF-8, readable, the same for the same proposals, in the order given."""
    document = {"schema_version": SCHEMA_VERSION, "proposals": [_as_object(p) for p in proposals]}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return (_SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n").encode()


def from_json(data: bytes) -> tuple[Proposal, ...]:
    """The proposals of the file.  ``DescriptionError`` says what is wrong with it, never anything else."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _unreadable(f"it is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("schema_version") != SCHEMA_VERSION:
        raise _unreadable(f"its schema_version is not {SCHEMA_VERSION}")
    entries = document.get("proposals")
    if not isinstance(entries, list):
        raise _unreadable("it has no list of proposals")
    return tuple(_from_object(entry, number) for number, entry in enumerate(entries, 1))


def _as_object(proposal: Proposal) -> dict[str, Any]:
    evidence = proposal.evidence
    return {
        "field": proposal.field,
        "value": proposal.value,
        "lang": proposal.lang,
        "confidence": proposal.confidence,
        "method": proposal.method,
        "tool": proposal.tool,
        "version": proposal.version,
        "evidence": {"path": evidence.path, "start": evidence.start, "end": evidence.end, "text": evidence.text},
        "status": proposal.status.value,
    }


def _from_object(entry: Any, number: int) -> Proposal:
    try:
        evidence = entry["evidence"]
        words = [str(entry[key]) for key in ("field", "value", "lang")]
        tool = [str(entry[key]) for key in ("method", "tool", "version")]
        span = Evidence(
            str(evidence["path"]), _offset(evidence["start"]), _offset(evidence["end"]), str(evidence["text"])
        )
        confidence = float(entry["confidence"])
        status = ProposalStatus(entry["status"])
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(f"proposal {number} is not complete or not legal ({error})") from error
    if not 0.0 <= confidence <= 1.0:
        raise _unreadable(f"the confidence of proposal {number} is not between 0 and 1")
    return Proposal(words[0], words[1], words[2], confidence, tool[0], tool[1], tool[2], span, status)


def _offset(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ValueError(f"{value!r} is not a byte offset")


def _unreadable(why: str) -> DescriptionError:
    return DescriptionError(
        f"{PROPOSALS_PATH} cannot be read: {why}.", hint="Validate the package; restore the file from a copy."
    )

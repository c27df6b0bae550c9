"""``metadata/descriptive/proposals.json``: proposals with their evidence, to bytes and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from preserve.errors import DescriptionError
from preserve.model import Evidence, Proposal, ProposalStatus

PROPOSALS_PATH = "metadata/descriptive/proposals.json"
SCHEMA_VERSION = 1
_quoted = json.JSONEncoder(ensure_ascii=False).encode
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_json(proposals: Iterable[Proposal]) -> bytes:
    """The file's bytes: UTF-8, readable, the same for the same proposals, in the order given."""
    return b"".join(chunks(proposals))


def chunks(proposals: Iterable[Proposal]) -> Iterator[bytes]:
    """The same in parts, one for each proposal, with indented lines as ``json.dumps`` would write them."""
    head = f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "proposals": ['
    between, end = head, f"{head}]"
    for proposal in proposals:
        yield _utf8(f"{between}\n    {_as_text(proposal)}")
        between, end = ",", "\n  ]"
    yield _utf8(f"{end}\n}}\n")


def _utf8(text: str) -> bytes:
    return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text).encode()


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


def _as_text(proposal: Proposal) -> str:
    """By hand, because ``json.dumps`` takes ten times as long to indent."""
    evidence = proposal.evidence
    share = "" if proposal.share is None else f'      "share": {json.dumps(proposal.share)},\n'
    return (
        f'{{\n      "field": {_quoted(proposal.field)},\n'
        f'      "value": {_quoted(proposal.value)},\n'
        f'      "lang": {_quoted(proposal.lang)},\n'
        f'      "confidence": {json.dumps(proposal.confidence)},\n{share}'
        f'      "method": {_quoted(proposal.method)},\n'
        f'      "tool": {_quoted(proposal.tool)},\n'
        f'      "version": {_quoted(proposal.version)},\n'
        f'      "evidence": {{\n        "path": {_quoted(evidence.path)},\n'
        f'        "start": {json.dumps(evidence.start)},\n'
        f'        "end": {json.dumps(evidence.end)},\n'
        f'        "text": {_quoted(evidence.text)}\n      }},\n'
        f'      "status": {_quoted(proposal.status.value)}\n    }}'
    )


def _from_object(entry: Any, number: int) -> Proposal:
    try:
        evidence = entry["evidence"]
        words = [str(entry[key]) for key in ("field", "value", "lang")]
        tool = [str(entry[key]) for key in ("method", "tool", "version")]
        span = Evidence(
            str(evidence["path"]), _offset(evidence["start"]), _offset(evidence["end"]), str(evidence["text"])
        )
        confidence = float(entry["confidence"])
        share = None if entry.get("share") is None else float(entry["share"])
        status = ProposalStatus(entry["status"])
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(f"proposal {number} is not complete or not legal ({error})") from error
    if not 0.0 <= confidence <= 1.0:
        raise _unreadable(f"the confidence of proposal {number} is not between 0 and 1")
    if share is not None and not 0.0 <= share <= 1.0:
        raise _unreadable(f"the share of proposal {number} is not between 0 and 1")
    return Proposal(words[0], words[1], words[2], confidence, tool[0], tool[1], tool[2], span, status, share)


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

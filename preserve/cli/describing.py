"""How a description is shown: the record with its origins, and the proposals with their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from preserve.cli.output import clean, one_line, problem_json, with_path
from preserve.cli.rendering import how_sure, proposal_json
from preserve.storage.names import cut, shown

if TYPE_CHECKING:
    from preserve.describe.record.origins import Origin
    from preserve.model import Evidence, Proposal, Statement
    from preserve.workflows.archive import Archive
    from preserve.workflows.reviewing.changing import Described
    from preserve.workflows.reviewing.review import View

_SNIPPET = 160


def description_json(view: View) -> dict[str, Any]:
    """A description as a document."""
    return {
        "id": view.package.id,
        "name": clean(view.package.name),
        **with_path("path", str(view.place)),
        "state": view.state,
        "states": view.states,
        "title_stands_in": view.description.record.title_stands_in,
        "record": [statement_json(s, view.origin_of(s)) for s in view.description.record.statements],
        "proposals": [_with_evidence(number, one) for number, one in enumerate(view.description.proposals, 1)],
    }


def statement_json(statement: Statement, origin: Origin | None) -> dict[str, str]:
    """One value, with where it came from and who said it when, as far as that is known."""
    return {
        "term": statement.term,
        "value": statement.value,
        "lang": statement.lang,
        "scheme": statement.scheme,
        "about": statement.about,
        "origin": clean(origin.source) if origin else "",
        "agent": origin.agent if origin else "",
        "time": origin.time if origin else "",
    }


def _with_evidence(number: int, proposal: Proposal) -> dict[str, Any]:
    """One proposal, all of it."""
    evidence = proposal.evidence
    return {
        "number": number,
        **proposal_json(proposal),
        "tool": proposal.tool,
        "version": proposal.version,
        "evidence": {"path": evidence.path, "start": evidence.start, "end": evidence.end, "text": evidence.text},
    }


def described_json(home: Archive, done: Described) -> dict[str, Any]:
    """What became of a description that was to be changed."""
    return {
        "id": done.package.id,
        "name": clean(done.package.name),
        **with_path("path", str(home.place_of(done.package.name))),
        "status": "refused" if done.refused else "changed" if done.changes else "unchanged",
        "changes": list(done.changes),
        "problems": [problem_json(problem) for problem in done.problems],
    }


def leaves_a_choice(done: Described) -> bool:
    """Whether proposals were left to a person who should look at them."""
    from preserve.describe.review import rules  # noqa: PLC0415  --help must stay fast

    return any(problem.code in {rule.code for rule in rules.ALL} for problem in done.problems)


def description_lines(view: View) -> Iterator[str]:
    """A description for a person."""
    yield f"{shown(view.package.name)}, state {view.state} of {view.states}"
    yield "  description"
    for statement in view.description.record.statements:
        yield from statement_lines(statement, view.origin_of(statement))
    if view.description.record.title_stands_in:
        yield "    Nobody has given a title yet; the file name stands in."
    if view.description.proposals:
        yield "  proposals (what programs found; accept or reject them by number)"
    for number, proposal in enumerate(view.description.proposals, 1):
        yield from _proposal_lines(number, proposal)


def statement_lines(statement: Statement, origin: Origin | None) -> Iterator[str]:
    """One value of a record, with its origin."""
    lang = f" @{one_line(statement.lang)}" if statement.lang else ""
    about = f"  [{one_line(statement.about)}]" if statement.about else ""
    yield f"    {statement.term:<22} {one_line(statement.value)}{lang}{about}{_source(origin)}"


def _source(origin: Origin | None) -> str:
    if origin is None:
        return ""
    words = {
        "preserve": "written by preserve",
        "config": "from preserve.toml",
        "set": "said",
        "edit": "said",
        "proposal": "accepted",
    }
    who = f" by {one_line(origin.agent)}, {origin.time[:10]}" if origin.agent else ""
    return f"  ({words.get(origin.source, f'from {one_line(origin.source)}')}{who})"


def _proposal_lines(number: int, proposal: Proposal) -> Iterator[str]:
    status = "" if proposal.status == "pending" else f"  {proposal.status}"
    lang = f" @{one_line(proposal.lang)}" if proposal.lang else ""
    value = f"{one_line(proposal.value)}{lang}  ({how_sure(proposal)}){status}"
    yield f"    {number:>3}  {one_line(proposal.field):<22} {value}"
    yield f"         {_evidence(proposal.evidence)}"


def _evidence(evidence: Evidence) -> str:
    if evidence.start is None and not evidence.text:
        return f"{one_line(evidence.path)}, the whole file"
    span = "" if evidence.start is None else f", bytes {evidence.start:,}–{evidence.end:,}"
    text = one_line(evidence.text)
    snippet = cut(text, _SNIPPET)
    return f"{one_line(evidence.path)}{span}: “{snippet}{'…' if snippet != text else ''}”"

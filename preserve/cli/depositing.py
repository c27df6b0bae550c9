"""How deposits are told: what became of each, what there is of former ones, and the exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from preserve.cli.output import Output, clean, one_line, problem_json, problem_lines, tell_problems, with_path
from preserve.errors import ProblemsFound
from preserve.model import Problem
from preserve.storage import names
from preserve.storage.sizes import octets, plural
from preserve.storage.times import rfc3339
from preserve.workflows import rules

if TYPE_CHECKING:
    from preserve.deposit.journal.reading import Entry
    from preserve.model import Package
    from preserve.workflows.depositing.results import Deposited, Order

_WORDS = {
    "verified": "deposited and verified",
    "stored": "stored there, says the far end; not verified",
    "accepted": "accepted; not known to be stored yet",
    "sent": "sent; the far end has not said what becomes of it",
    "unknown": "UNKNOWN what arrived; the next run asks before it sends anything",
    "refused": "REFUSED",
    "held": "held back",
    "planned": "would be sent",
    "there": "was deposited and verified before; nothing was sent",
    "given-up": "given up; it is not waited for any more",
    "busy": "another run is depositing it just now",
    "failed": "FAILED",
}
_NOT_DONE = ("sent", "accepted")
_AS_WISHED = ("verified", "there")


def tell(one: Deposited, output: Output, *, alone: bool) -> None:
    """What became of one deposit.  If it is *alone*, the error that stopped it is left to whoever raises it."""
    output.message("deposit", deposit_json(one))
    size = f"{plural(one.files, 'file')}, {octets(one.bytes)}" if one.files else ""
    aside = "; ".join(filter(None, (one.target, size)))
    output.line(f"{names.shown(one.package.name)}: {_WORDS[one.status]} ({aside})")
    if one.where and (alone or one.status != "there"):
        output.line(f"    at {one_line(one.where)}")
    if not alone and one.status in _AS_WISHED and not one.problems:  # of many, what is well is told in few words
        return
    if one.note and one.note != getattr(one.error, "message", ""):
        output.line(f"    {one_line(one.note)}")
    if one.receipts is not None:
        output.line(f"    record in {names.shown(str(one.receipts.parent))}")
    error = [Problem.of(one.error)] if one.error is not None else []
    others = [problem for problem in one.problems if problem.message not in {each.message for each in error}]
    output.lines(problem_lines([*others, *(() if alone else error)]))


def sum_up(done: Sequence[Deposited], passed: Sequence[Package], order: Order, output: Output) -> None:
    """How many came to what; and which were *passed* over, of those that were named one by one."""
    target = order.target.name
    for package in passed:
        name = names.shown(package.name)
        if order.verify:
            problem = rules.NEVER_DEPOSITED.at(package.name, f"{name} was never deposited at {target}.")
            tell_problems(output, [problem])
        else:
            output.line(f"{name}: nothing is unfinished ({target})")
    if not done and not passed:
        what = "deposited" if order.verify else "unfinished" if order.resume else "to be sent"
        output.line(f"Nothing is {what} at {target}.")
    if len(done) > 1:
        counts = Counter(str(one.status) for one in done)
        words = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
        output.line(f"{plural(len(done), 'package')}: {words}.")


def exit_status(done: Sequence[Deposited], passed: Sequence[Package], order: Order, *, named: bool) -> int:
    """0 if all that was ordered is done; of an only package its error is told otherwise.

    *named*: the packages were named one by one, so that each of them is waited for.
    """
    open_ones = any(one.status in _NOT_DONE for one in done) and order.wait is not None
    left_out = named and ((order.verify and passed) or any(one.status == "held" for one in done))
    needed = any(one.needs_a_person for one in done)
    return ProblemsFound.exit_code if needed or open_ones or left_out else 0


def deposit_json(one: Deposited) -> dict[str, Any]:
    """What became of one deposit, as a document."""
    error = one.error
    told = {"code": error.code, "message": error.message, "hint": error.hint} if error else None
    return {
        "id": one.package.id,
        "name": clean(one.package.name),
        "target": one.target,
        "deposit": one.deposit,
        "status": str(one.status),
        "stage": str(one.stage) if one.stage else None,
        "where": clean(one.where),
        "note": clean(one.note),
        "files": one.files,
        "bytes": one.bytes,
        "seconds": round(one.seconds, 3),
        **(with_path("receipts", str(one.receipts)) if one.receipts else {"receipts": ""}),
        "problems": [problem_json(problem) for problem in one.problems],
        "error": told,
    }


def journal_json(entry: Entry) -> dict[str, Any]:
    """A deposit as its journal tells it."""
    story, opening = entry.story, entry.story.opening
    return {
        "deposit": opening.deposit,
        "target": opening.target,
        "type": opening.kind,
        "label": clean(opening.label),
        "form": opening.form,
        "state": opening.state,
        "stage": str(story.stage),
        "where": clean(story.where),
        "note": clean(story.note),
        "stages": {str(stage): rfc3339(moment) for stage, moment in story.moments.items()},
        "who": list(opening.who),
        "despite": clean(opening.despite),
        **with_path("receipts", str(entry.folder / "receipts")),
        "problems": [problem_json(problem) for problem in entry.problems],
    }


def journal_lines(entries: Iterable[Entry], *, every_stage: bool = False) -> list[str]:
    """Deposits for a person: where, how far, when."""
    lines = []
    for entry in entries:
        story, opening = entry.story, entry.story.opening
        when = f" {rfc3339(story.changed)}" if story.changed else ""
        what = f"as {one_line(opening.label)} ({one_line(opening.form)})"
        lines.append(f"    {one_line(opening.target) or '?'}: {story.stage}{when}, {what}")
        if every_stage:
            lines.append("      " + ", ".join(f"{stage} {rfc3339(when)}" for stage, when in story.moments.items()))
            receipts = plural(len(story.receipts), "receipt")
            lines.append(f"      record in {names.shown(str(entry.folder))}, with {receipts}")
        despite = (
            f"sent all the same, by order of {', '.join(opening.who)}: {opening.despite}" if opening.despite else ""
        )
        lines += [f"      {one_line(text)}" for text in (story.where, story.note, despite) if text]
    return lines

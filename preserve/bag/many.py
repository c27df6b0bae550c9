"""Many bags in one go: small ones side by side, one a process; a large one by all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from preserve.bag.validate import Options, validate
from preserve.errors import BagError
from preserve.model import ValidationReport
from preserve.ports import Progress
from preserve.storage.crew import Crew, Declining, TooMuch

_BATCH = 16


@dataclass(frozen=True, slots=True)
class Question:
    """A bag to be judged.  *number* is what the answer shall be known by."""

    number: int
    path: Path
    options: Options


Answer = tuple[Question, ValidationReport | BagError]
"""The judgement, or why there is none."""


def validate_many(questions: Iterable[Question], expected: int, crew: Crew, progress: Progress) -> Iterator[Answer]:
    """The judgement on each of the bags, in any order.  About *expected* questions will come."""
    size = max(1, min(_BATCH, expected // (4 * max(crew.size, 1))))
    rest = iter(questions)
    batches = iter(lambda: tuple(islice(rest, size)), ())
    large: list[Question] = []
    for answers in crew.work(_judge_batch, batches, again=True):
        for question, report in answers:
            if report is None:
                large.append(question)
                continue
            progress.advance(1, 0 if isinstance(report, BagError) else report.bytes)
            yield question, report
    for question in large:
        yield question, _judged(question, crew, progress)


def _judge_batch(questions: tuple[Question, ...]) -> list[tuple[Question, ValidationReport | BagError | None]]:
    """The task of a member; None for what is too large for one."""
    return [(question, _unless_large(question)) for question in questions]


def _unless_large(question: Question) -> ValidationReport | BagError | None:
    try:
        return _judged(question, Declining(), None)
    except TooMuch:
        return None


def _judged(question: Question, crew: Crew, progress: Progress | None) -> ValidationReport | BagError:
    try:
        return validate(question.path, options=question.options, crew=crew, progress=progress)
    except BagError as error:
        return error

"""Many bags in one go: small ones side by side, one a process; a large one by all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from preserve.bag.validate import Options, validate
from preserve.errors import BagError
from preserve.model import ValidationReport
from preserve.ports import Progress
from preserve.storage.batches import batched
from preserve.storage.crew import Crew, Declining, TooMuch

_BATCH = 16


class Question(NamedTuple):
    """A bag to be judged.  *number* is what the answer shall be known by."""

    number: int
    path: str
    options: Options


Answer = tuple[int, ValidationReport | BagError]
"""The number of the question, and the judgement or why there is none."""

_packed = attrgetter(*(field.name for field in fields(ValidationReport)))
"""The values of a report: a plain tuple passes between processes in a fraction of the time."""


def validate_many(questions: Iterable[Question], expected: int, crew: Crew, progress: Progress) -> Iterator[Answer]:
    """The judgement on each of the bags, in any order.  About *expected* questions will come."""
    size = max(1, min(_BATCH, expected // (4 * max(crew.size, 1))))
    large: list[Question] = []
    for answers in crew.work(_judge_batch, batched(questions, size), again=True):
        for found in answers:
            if isinstance(found, Question):
                large.append(found)
                continue
            number, values = found
            report = values if isinstance(values, BagError) else ValidationReport(*values)
            progress.advance(1, 0 if isinstance(report, BagError) else report.bytes)
            yield number, report
    for question in large:
        yield question.number, _judged(question, crew, progress)


def _judge_batch(questions: tuple[Question, ...]) -> list[Question | tuple[int, Any]]:
    """The task of a member.  What is too large for one comes back as it is."""
    return [_unless_large(question) for question in questions]


def _unless_large(question: Question) -> Question | tuple[int, Any]:
    try:
        report = _judged(question, Declining(), None)
    except TooMuch:
        return question
    return question.number, report if isinstance(report, BagError) else _packed(report)


def _judged(question: Question, crew: Crew, progress: Progress | None) -> ValidationReport | BagError:
    try:
        return validate(Path(question.path), options=question.options, crew=crew, progress=progress)
    except BagError as error:
        return error

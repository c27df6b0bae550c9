"""The work of an audit: small packages many at once, large ones alone, each judged and on its way into the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from preserve.bag.many import Question, validate_many
from preserve.bag.validate import validate
from preserve.errors import BagError
from preserve.model import Audited, Begun, Copy, ValidationReport, Verdict
from preserve.storage.crew import MUCH, Crew
from preserve.workflows.archive import Archive
from preserve.workflows.auditing.course import Course
from preserve.workflows.auditing.large import Large, is_large
from preserve.workflows.auditing.record import Finding, Recorder
from preserve.workflows.auditing.selection import Selection
from preserve.workflows.auditing.subject import Stores, Subject, unread, verdict
from preserve.workflows.auditing.watch import Watch
from preserve.workflows.ours import Ours

_MANY = 1_000
"""So many files make a package worth the attention of all readers at once."""


@dataclass(slots=True)
class Work:
    """What one run does.  Draw ``all``."""

    course: Course
    stores: Stores
    recorder: Recorder
    selection: Selection
    watch: Watch
    ours: Ours
    _next: Subject | None = field(default=None, init=False)

    def all(self) -> Iterator[Audited]:
        """Every copy that is wanted, until it is time to stop."""
        large = Large(self.course.archive.config, self.course.archive.clock)
        copies = self.selection.copies()
        with Crew() as crew:
            while self._draw(copies) and not self.recorder.unwritable:
                if self._is_read_alone():
                    yield from self._alone(self._taken(), crew, large)
                else:
                    yield from self._side_by_side(copies, crew)
            yield from self.recorder.flush()

    def _draw(self, copies: Iterator[Copy]) -> bool:
        """Whether there is one more to be read: it is ``_next`` then.  It counts as begun when it is taken."""
        if self.watch.is_over():
            return False
        if self._next is None and (copy := next(copies, None)) is not None:
            self._next = self.stores.subject(copy)
        return self._next is not None

    def _taken(self) -> Subject:
        taken = self._next
        assert taken is not None  # noqa: S101  somebody has seen it
        self._next = None
        if not is_large(taken):
            self.watch.begin(taken.copy.package.bytes)
        return taken

    def _is_read_alone(self) -> bool:
        """Whether the next one is large, or must keep a pace."""
        if self._next is None:
            return False
        package = self._next.copy.package
        return bool(self.watch.pace) or package.bytes >= MUCH or package.files >= _MANY

    def _side_by_side(self, copies: Iterator[Copy], crew: Crew) -> Iterator[Audited]:
        """Small packages, up to the first that is none: drawn only as the readers can take them."""
        asked: dict[int, Subject] = {}

        def questions() -> Iterator[Question]:
            number = 0
            while self._draw(copies) and not (self._is_read_alone() or self.recorder.unwritable):
                asked[number] = subject = self._taken()
                yield Question(number, str(subject.place), subject.options)
                number += 1

        for number, found in validate_many(questions(), self.course.copies_left, crew, self.course.progress):
            yield from self._found(asked.pop(number), found, self.course.archive.clock.now())

    def _alone(self, subject: Subject, crew: Crew, large: Large) -> Iterator[Audited]:
        with large.sitting(subject) as sitting:
            progress = self.watch.counting(self.course.progress, sitting)
            manner = self.watch.manner(sitting)
            began = self.course.archive.clock.now()
            try:
                found: ValidationReport | BagError = validate(
                    subject.place, options=subject.options, progress=progress, crew=crew, manner=manner
                )
            except BagError as error:
                found = error
            except large.unfinished:
                package = subject.copy.package
                left = Begun(package.id, package.name, subject.copy.location, self.watch.so_far)
                self.course.begun.append(left)
                return
            self.course.show_progress()
            remark = sitting.story() if sitting else ""
            since = (sitting.taken.since if sitting else None) or began
            yield from self._found(subject, found, since, remark)
            if sitting:
                yield from self.recorder.flush()
                if not self.recorder.unwritable and subject.copy.location in self.selection.reached:
                    sitting.end()  # not where the storage went away: what was read before counts when it is back

    def _found(
        self, subject: Subject, found: ValidationReport | BagError, when: datetime, remark: str = ""
    ) -> Iterator[Audited]:
        if subject.copy.location not in self.selection.reached:
            return  # it went away while others were read; nothing is known
        subject, found = self._as_it_is_now(subject, found)
        if isinstance(found, BagError):
            audited = unread(self.stores, subject, found)
        else:
            audited = verdict(self.ours, self.stores, subject, found)
        if audited.outcome is Verdict.UNREACHABLE and self.course.is_away(self.stores, subject.copy.location):
            self.selection.reached -= {subject.copy.location}
        yield from self.recorder.take(Finding(subject, audited, when, self._said(remark)))

    def _as_it_is_now(
        self, subject: Subject, found: ValidationReport | BagError
    ) -> tuple[Subject, ValidationReport | BagError]:
        """Judged anew, if the package got another state while it was read: then what was found means nothing."""
        while not isinstance(found, BagError) and found.errors:
            package = self.ours.changed_meanwhile(subject.copy.package)
            now = subject.copy if package is None else _renewed(subject.copy, self.course.archive)
            fresh = self.stores.subject(now)
            if fresh.options.pinned == subject.options.pinned:
                break
            subject = fresh
            try:
                found = validate(subject.place, options=subject.options)
            except BagError as error:
                found = error
        return subject, found

    def _said(self, remark: str) -> str:
        wanted = self.course.wanted
        drawn = f"one of a sample (seed {wanted.seed})" if wanted.sample is not None else ""
        return "; ".join(part for part in (remark, drawn) if part)


def _renewed(copy: Copy, archive: Archive) -> Copy:
    """*copy* of the package as it is now."""
    package = archive.catalog.get(copy.package.id) or copy.package
    return Copy(package, copy.location, copy.made, copy.last_read_ok, copy.last_read_bad)

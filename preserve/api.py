"""The same workflows for programs.

Everything here is also an attribute of ``preserve`` itself::

    import preserve

    for result in preserve.ingest(home="/srv/archive"):
        print(result.status, result.name)
    assert preserve.validate("/srv/archive/packages/letter-1a2b3c4d").valid

Errors are those of ``preserve.errors``; findings are ``Problem`` values.  Nothing is printed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from preserve.config import Config, load
from preserve.describe.crosswalks.targets import TARGETS
from preserve.errors import NoArchiveHome, UsageError
from preserve.model import Agent, Audited, AuditRun, Problem, ValidationReport
from preserve.ports import Clock, Progress, Silent
from preserve.storage import names
from preserve.workflows import condition, looking
from preserve.workflows.alerting.alerts import Alerts
from preserve.workflows.archive import opened
from preserve.workflows.auditing.audit import Audit
from preserve.workflows.auditing.wanted import Limits, Wanted
from preserve.workflows.export import Exported
from preserve.workflows.export import export as _export
from preserve.workflows.ingesting.arriving import choose, told
from preserve.workflows.ingesting.check import Check
from preserve.workflows.ingesting.ingest import Ingest, new_id
from preserve.workflows.init import init as _init
from preserve.workflows.moving.unfinished import finish_removals
from preserve.workflows.rebuild import rebuild as _rebuild
from preserve.workflows.record import put_in_order
from preserve.workflows.reporting.report import Report, Scope, reported
from preserve.workflows.results import CheckResult, Details, IngestResult, RebuildResult, StatusReport, Story
from preserve.workflows.reviewing.changing import Described
from preserve.workflows.reviewing.review import View, view
from preserve.workflows.reviewing.revising import open_now
from preserve.workflows.reviewing.wishes import Wish, carry_out, changes_of
from preserve.workflows.states import tidy
from preserve.workflows.validate import Request, Validation


def _unheard(_problem: Problem) -> None:
    """Findings that nobody asked for."""


def _unneeded(_run: AuditRun) -> None:
    """A summary that nobody asked for."""


PathLike = str | os.PathLike[str]


def _config(home: PathLike) -> Config:
    """The configuration of the archive at *home*.  ``NoArchiveHome`` where no folder is: a typing error makes none."""
    place = Path(home).absolute()
    if not os.path.isdir(place):
        raise NoArchiveHome(f"There is no folder {names.shown(str(place))}.", hint="Make the archive's home with init.")
    return load(place, environment={})


def _places(paths: PathLike | Sequence[PathLike]) -> list[Path]:
    """*paths*, which may be a single one: a text is no sequence of its letters."""
    return [Path(path) for path in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]


def init(home: PathLike) -> Path:
    """Make an archive home, leaving what is there as it is; returns its path."""
    return _init(Path(home).absolute())[0]


def check(
    paths: PathLike | Sequence[PathLike] = (),
    *,
    home: PathLike = ".",
    values: Sequence[str] = (),
    metadata: PathLike | None = None,
    as_one: bool = False,
    each_file: bool = False,
    aside: Callable[[Problem], object] = _unheard,
) -> Iterator[CheckResult]:
    """What ``ingest`` with the same arguments would find.  Writes nothing.

    *aside* hears of findings that belong to no single transfer, such as a row of a shared table that names no file.
    """
    config = _config(home)
    said = told(Path(metadata) if metadata else None, values)
    chosen = choose(config, _places(paths), one=as_one, every_file=each_file)
    run = Check(config, said, Silent())
    yield from run.run(chosen.transfers)
    for problem in (*chosen.problems, *run.tables.left_over()):
        aside(problem)


def ingest(  # noqa: PLR0913  the options of the command
    paths: PathLike | Sequence[PathLike] = (),
    *,
    home: PathLike = ".",
    values: Sequence[str] = (),
    metadata: PathLike | None = None,
    as_one: bool = False,
    each_file: bool = False,
    move: bool = False,
    progress: Progress | None = None,
    clock: Clock | None = None,
    make_id: Callable[[], str] = new_id,
    aside: Callable[[Problem], object] = _unheard,
) -> Iterator[IngestResult]:
    """Package *paths*, or all that lies in the home's ``incoming/``; one result a transfer, as each is done.

    *values* are ``dcterms:title=…`` pairs for every package, *metadata* a table in CSV.  With *clock* and *make_id*
    given, equal transfers make equal packages, byte for byte.  The work is done while the results are drawn.
    *aside* hears of findings that belong to no single transfer.
    """
    said = told(Path(metadata) if metadata else None, values)
    config = _config(home)
    with opened(config, clock, writing=True, anew=True) as archive:
        progress, places = progress or Silent(), _places(paths)
        amiss = (*put_in_order(archive), *finish_removals(archive, places, progress))
        chosen = choose(config, places, one=as_one, every_file=each_file)
        run = Ingest(archive, progress, said, move=move, make_id=make_id)
        yield from run.run(chosen.transfers)
        for problem in (*amiss, *chosen.problems, *run.tables.left_over()):
            aside(problem)


def validate(
    target: PathLike,
    *,
    home: PathLike | None = None,
    tolerant: bool = False,
    completeness_only: bool = False,
    profile: PathLike | None = None,
    progress: Progress | None = None,
) -> ValidationReport:
    """Judge one bag, folder or serialized; with *home* also by name or id, and against the pinned digests."""
    request = Request(tolerant, completeness_only, Path(profile) if profile else None)
    with Validation.opened(_config(home) if home else None, request, progress or Silent()) as validation:
        return validation.run(os.fspath(target))


def audit(  # noqa: PLR0913  the options of the command
    packages: Sequence[str] = (),
    *,
    home: PathLike = ".",
    everything: bool = False,
    spread: bool = False,
    location: str | None = None,
    max_duration: timedelta | None = None,
    max_bytes: int | None = None,
    max_rate: int | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
    done: Callable[[AuditRun], object] = _unneeded,
) -> Iterator[Audited]:
    """Read what is due, or *packages* by id, name or path, and record what was found; one verdict a copy.

    Each verdict is on disk when it is given, and the work is done while they are drawn.  *max_bytes* is in octets,
    *max_rate* in octets a second.  *done* hears at the end what the run was.  ``Locked`` if another audit runs;
    ``StoreUnreachable`` if the package store is away.
    """
    wanted = Wanted(tuple(packages), everything, spread=spread, location=location)
    config = _config(home)
    with opened(config, clock, writing=True) as archive:
        run = Audit(archive, wanted, Limits(max_duration, max_bytes, max_rate), progress or Silent(), Alerts.of(config))
        yield from run.run()
        if run.summary:
            done(run.summary)


def open_package(package: str, *, home: PathLike = ".") -> Details:
    """One package by id, beginning of an id, name or path: its place, description and proposals."""
    with opened(_config(home)) as archive:
        return looking.details(archive, package)


def change_description(  # noqa: PLR0913  the options of the command
    package: str,
    *,
    agent: str,
    home: PathLike = ".",
    values: Sequence[str] = (),
    unset: Sequence[str] = (),
    accept: Sequence[str | int] = (),
    reject: Sequence[str | int] = (),
    above: float = 0.0,
    about: str = "",
) -> Described:
    """Change the description of one package; *agent* is the name of the person who wants that.

    *values* are ``dcterms:title=…`` pairs, *unset* terms, *accept* and *reject* proposals by number, term,
    ``term=value`` or ``all``, of at least the confidence *above*; *about* is the file of which something is said.
    ``DescriptionError`` for what cannot be understood; what the rules find is among the problems of the result.
    ``UsageError`` if *agent* is empty.
    """
    if not agent.strip():
        raise UsageError("Nobody wants this change.", hint="Give the name of the person as agent.")
    wish = Wish(values, unset, [*map(str, accept)], [*map(str, reject)], above, about)
    with opened(_config(home), writing=True) as archive:
        tidy(archive)
        opened_package = open_now(archive, package)
        changes = changes_of(opened_package, wish)
        return carry_out(archive, opened_package.package, changes, Agent(agent, kind="person"), "set")


def description(package: str, *, home: PathLike = ".", state: int | None = None) -> View:
    """What is said of one package beside what is proposed; by default as it is now, else as it was in that *state*."""
    with opened(_config(home)) as archive:
        return view(archive, package, state)


def log(package: str, *, home: PathLike = ".") -> Story:
    """Everything that happened to one package."""
    with opened(_config(home)) as archive:
        return looking.story(archive, package)


def status(home: PathLike = ".") -> StatusReport:
    """How the archive is."""
    with opened(_config(home)) as archive:
        return condition.status(archive)


@contextmanager
def report(home: PathLike = ".", *, formats: bool | None = None, progress: Progress | None = None) -> Iterator[Report]:
    """The proof of the promise, from all histories; its copies and failures are there until the block is left.

    *formats* says whether to count these too; by default where there are not too many documents.
    """
    with (
        opened(_config(home)) as archive,
        reported(archive, Scope(formats=formats), progress or Silent()) as found,
    ):
        yield found


def export(package: str, form: str, *, home: PathLike = ".", organizations: Sequence[str] = ()) -> Exported:
    """The description of one package in another *form*: ``datacite``, ``mods`` … (``crosswalks.targets.TARGETS``).

    *organizations* are the names in it that are not those of persons.  ``DescriptionError`` if the form demands what
    nobody has said; ``UsageError`` if there is no such form.
    """
    if form not in TARGETS:
        raise UsageError(f"There is no form {names.shown(form)}.", hint=f"There are: {', '.join(TARGETS)}.")
    with opened(_config(home)) as archive:
        return _export(archive, package, form, organizations)


def rebuild_catalog(home: PathLike = ".", *, accept_loss: Sequence[str] = ()) -> RebuildResult:
    """Make the catalogue anew from the packages.

    *accept_loss* are packages (ids, names or paths) whose history, or its end, is lost for good; it will say so.
    """
    return _rebuild(_config(home), Silent(), accept_loss)

"""Changing what is said about packages: each change is a new state of the package, and an event with who wanted it.

The payload is neither read nor copied; the former record stays in the package (``metadata/descriptive/former``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from preserve.bag import bag_info
from preserve.bag.sealing import restating, second_opinion
from preserve.bag.sealing.restating import Former
from preserve.bag.sealing.staging import Staging, Workbench
from preserve.describe import origins as origins_json
from preserve.describe import proposals_json
from preserve.describe.compose import ORIGIN
from preserve.describe.judge import judge_record
from preserve.describe.origins import ORIGINS_PATH, Origin
from preserve.describe.read_xml import check_oai_dc, check_record, read_record
from preserve.describe.review.revise import Changes, Description, Revised, Thing, revise
from preserve.describe.write_xml import dc_xml, oai_dc_xml
from preserve.errors import CatalogError, DescriptionError, Locked, PreserveError, StoreUnwritable
from preserve.model import Agent, Event, Outcome, Package, Problem, Record, Severity
from preserve.ports import Progress
from preserve.storage.batches import batched
from preserve.storage.times import rfc3339
from preserve.workflows.archive import Archive, software
from preserve.workflows.packages import DC, OAI_DC, PROPOSALS, read_package
from preserve.workflows.states import NewState, publish

FORMER = "metadata/descriptive/former"
_FORMER_DC = re.compile(rf"{FORMER}/dc-([1-9][0-9]*)\.xml")
AT_ONCE = 200
"""Packages that get their new states together."""

_MOST_TOLD = 100
_TITLE, _DESCRIPTION = "dcterms:title", "External-Description"


@dataclass(frozen=True, slots=True)
class Open:
    """A package whose description is to be changed, in its present *state*, counted from 1."""

    package: Package
    former: Former
    description: Description
    state: int

    @property
    def thing(self) -> Thing:
        """What is described."""
        return Thing(f"urn:uuid:{self.package.id}", self.package.transfer, self.package.files == 1)


def open_package(archive: Archive, package: Package) -> Open:
    """*package*, ready to be described anew.

    ``BagError`` if its manifests or its description are not what was sealed; ``DescriptionError`` if that cannot be
    understood.
    """
    former = Former.of(archive.place_of(package.name), package.pinned)
    record = read_record(former.read(DC))
    proposals = proposals_json.from_json(former.read(PROPOSALS))
    known = origins_json.from_json(former.read(ORIGINS_PATH)) if ORIGINS_PATH in former.tags else {}
    return Open(package, former, Description(with_origins(record, known), proposals, known), state_of(former.tags))


def with_origins(record: Record, known: origins_json.Origins) -> Record:
    """*record* with what is *known* of where its values came from."""
    sources = {key: origin.source for key, origin in known.items()}
    if record.title_stands_in:
        sources |= {origins_json.key_of(s): ORIGIN for s in record.statements if s.term == _TITLE and not s.about}
    found = (replace(s, origin=sources.get(origins_json.key_of(s), "")) for s in record.statements)
    return replace(record, statements=tuple(found))


def state_of(paths: Iterable[str]) -> int:
    """The number of the state that a package with tag files at these *paths* is in; it was sealed in state 1."""
    return 1 + max((int(found[1]) for path in paths if (found := _FORMER_DC.fullmatch(path))), default=0)


def former_dc(state: int) -> str:
    """Where the record of a former state lies in the package."""
    return f"{FORMER}/dc-{state}.xml"


def former_origins(state: int) -> str:
    """Where the origins of a former state lie in the package."""
    return f"{FORMER}/origins-{state}.json"


def revised(opened: Open, changes: Changes, who: Origin) -> Revised:
    """The description that would come of *changes*, and all that is wrong with it.

    What was wrong before does not hinder a change of something else.
    """
    found = revise(opened.thing, opened.description, changes, who)
    if not found.changes:
        return found
    wrong = tuple(_wrong(opened.description.record, found.description.record))
    return replace(found, problems=tuple(dict.fromkeys((*found.problems, *wrong))))


def _wrong(former: Record, record: Record) -> Iterator[Problem]:
    data = dc_xml(record)
    found = (*check_record(data), *check_oai_dc(oai_dc_xml(record)))
    if not any(problem.severity is Severity.ERROR for problem in found):
        return
    before = {(problem.code, problem.message) for problem in judge_record(former)}
    yield from (each for each in judge_record(record, path=DC) if (each.code, each.message) not in before)
    rules_broken = {problem.code for problem in judge_record(record)}
    if not check_record(dc_xml(former)):
        yield from (each for each in found if each.code not in rules_broken)


def stage(archive: Archive, bench: Workbench, opened: Open, news: Revised, agent: Agent) -> Staged:
    """Put the next state of the package together on the *bench*; ``read_back`` makes it a ``NewState``.

    ``BagError`` if the package does not hold what its manifests list.
    """
    if news.refused:
        raise DescriptionError("A description with errors is not written.")
    changed = _changed(opened, news.description)
    kept = {former_dc(opened.state): DC}
    if ORIGINS_PATH in opened.former.tags:
        kept[former_origins(opened.state)] = ORIGINS_PATH
    staging = Staging(bench.place(opened.package.id))
    restating.restate(opened.former, staging, changed, kept)
    return Staged(staging, opened.package, tuple(changed), _event(archive, opened, news, agent))


@dataclass(frozen=True, slots=True)
class Staged:
    """A new state on the workbench; the files *changed* are to be read back once it is durable."""

    staging: Staging
    former: Package
    changed: tuple[str, ...]
    event: Event


def read_back(archive: Archive, staged: Staged) -> NewState:
    """Read back what was written and made durable, and hear both witnesses.  ``SealRefused`` if one says no."""
    asked = second_opinion.wanted(archive.config.text("bag.second_opinion"), staged.former.files)
    restating.read_back(staged.staging, staged.changed, ask_bagit=asked)
    package = read_package(staged.staging.bag, name=staged.former.name)
    return NewState(staged.staging.bag, staged.former, package, staged.event)


def _changed(opened: Open, description: Description) -> dict[str, bytes]:
    record = description.record
    title = next(iter(record.values(_TITLE)), "")
    info = bag_info.parse(opened.former.read(bag_info.NAME))
    elements = [(label, title if label == _DESCRIPTION else value) for label, value in info.elements]
    changed = {
        DC: dc_xml(record),
        OAI_DC: oai_dc_xml(record),
        ORIGINS_PATH: b"".join(origins_json.chunks(record.statements, description.origins)),
        PROPOSALS: proposals_json.to_json(description.proposals),
        bag_info.NAME: bag_info.format_info(elements),
    }
    tags = opened.former.tags
    return {path: data for path, data in changed.items() if path not in tags or opened.former.read(path) != data}


def _event(archive: Archive, opened: Open, news: Revised, agent: Agent) -> Event:
    told = news.changes[:_MOST_TOLD]
    more = f"; and {len(news.changes) - _MOST_TOLD:,} more" if len(news.changes) > _MOST_TOLD else ""
    detail = f"The description was changed: state {opened.state + 1}."
    now = archive.clock.now()
    return Event("mem", now, Outcome.SUCCESS, (agent, software()), detail, "; ".join(told) + more, (DC,))


def who_says(archive: Archive, agent: Agent, source: str) -> Origin:
    """*agent*, now, as the origin of values that were said by *source*."""
    return Origin(source, agent.name, rfc3339(archive.clock.now()))


def change_all(
    archive: Archive, changes: Iterable[tuple[Open, Revised]], agent: Agent, progress: Progress
) -> Iterator[tuple[Package, PreserveError | None]]:
    """Write all *changes* down, some packages at a time; each package with the reason why it was not changed, if so.

    ``StoreUnwritable``, ``CatalogError`` and ``Locked`` end the run; what was told by then is done.  Former states are
    cleared away at the end: where many files were just deleted, ext4 takes long to make new ones.
    """
    with archive.workroom.begin() as bench:
        for some in batched(changes, AT_ONCE):
            refused: dict[str, PreserveError] = {}
            staged: list[Staged] = []
            for opened, news in some:
                with _noting(refused, opened.package):
                    staged.append(stage(archive, bench, opened, news, agent))
            bench.sync()
            ready: list[NewState] = []
            for one in staged:
                with _noting(refused, one.former):
                    ready.append(read_back(archive, one))
            refused |= publish(archive, ready)
            for opened, _ in some:
                progress.advance(1, 0)
                yield opened.package, refused.get(opened.package.id)


@contextmanager
def _noting(refused: dict[str, PreserveError], package: Package) -> Iterator[None]:
    """Note why *package* cannot be changed.  What would meet the next one too is raised."""
    try:
        yield
    except (StoreUnwritable, CatalogError, Locked):
        raise
    except PreserveError as error:
        refused[package.id] = error

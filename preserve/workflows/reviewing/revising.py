"""Changing what is said about packages: each change is a new state of the package, and an event with who wanted it.

The payload is neither read nor copied; the former record stays in the package (``metadata/descriptive/former``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from preserve.bag import bag_info
from preserve.bag.sealing import restating, second_opinion
from preserve.bag.sealing.restating import Former
from preserve.bag.sealing.staging import Staging
from preserve.config import Config
from preserve.describe.proposals import proposals_json
from preserve.describe.record import origins as origins_json
from preserve.describe.record.compose import ORIGIN
from preserve.describe.record.judge import judge_record
from preserve.describe.record.origins import ORIGINS_PATH, Origin
from preserve.describe.record.read_xml import check_oai_dc, check_record, read_record
from preserve.describe.record.write_xml import dc_xml, oai_dc_xml
from preserve.describe.review.revise import Changes, Description, Revised, Thing, revise
from preserve.errors import BagError, DescriptionError
from preserve.model import Agent, Event, Outcome, Package, Problem, Record, Severity
from preserve.storage import names
from preserve.storage.times import rfc3339
from preserve.workflows.archive import Archive, software
from preserve.workflows.looking import find
from preserve.workflows.packages import DC, OAI_DC, PROPOSALS, read_package
from preserve.workflows.states import NewState

FORMER = "metadata/descriptive/former"
_FORMER_DC = re.compile(rf"{FORMER}/dc-([1-9][0-9]*)\.xml")
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


def open_now(archive: Archive, text: str) -> Open:
    """The package that *text* names, as ``open_package``; if it is changed at this moment, as it is then."""
    package = find(archive, text)
    while True:
        try:
            return open_package(archive.config, package)
        except BagError:
            now = archive.catalog.get(package.id)
            if now is None or now.pinned == package.pinned:
                raise
            package = now


class Asked(Protocol):
    """A wish about one package, which can be sent to another process."""

    @property
    def package(self) -> Package:
        """The package, as the catalogue has it."""
        ...

    def changes(self, opened: Open) -> Changes:
        """What is to be changed.  ``DescriptionError`` if the wish makes no sense for this package."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A wish that is understood already."""

    package: Package
    wanted: Changes

    def changes(self, opened: Open) -> Changes:  # noqa: ARG002  they are known
        """The very changes."""
        return self.wanted


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and by whom descriptions are changed; *source* says how it was said (``set``, ``edit``, a table's name)."""

    config: Config
    agent: Agent
    source: str
    time: datetime

    @property
    def who(self) -> Origin:
        """The origin of values that are said now."""
        return Origin(self.source, self.agent.name, rfc3339(self.time))


def open_package(config: Config, package: Package) -> Open:
    """*package*, ready to be described anew.

    ``BagError`` if its manifests or its description are not what was sealed; ``DescriptionError`` if that cannot be
    understood.
    """
    former = Former.of(config.packages / package.name, package.pinned)
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

    What was wrong before does not hinder a change of something else.  ``DescriptionError`` if something is said of a
    file that the package does not hold.
    """
    for about in dict.fromkeys(statement.about for statement in changes.puts):
        _must_hold(opened, about)
    found = revise(opened.thing, opened.description, changes, who)
    if not found.changes:
        return found
    wrong = tuple(_wrong(opened.description.record, found.description.record))
    return replace(found, problems=tuple(dict.fromkeys((*found.problems, *wrong))))


def _must_hold(opened: Open, about: str) -> None:
    payload = opened.former.payload
    if about and about not in payload and not (about.endswith("/") and any(path.startswith(about) for path in payload)):
        raise DescriptionError(
            f"The package holds no file {names.shown(about)}.", hint="Write its path as in: data/letter.txt"
        )


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


@dataclass(frozen=True, slots=True)
class Staged:
    """A new state on the workbench; the files *changed* are to be read back once it is durable."""

    staging: Staging
    former: Package
    changed: tuple[str, ...]
    event: Event


def stage(desk: Desk, bag: Path, opened: Open, news: Revised) -> Staged:
    """Put the next state of the package together as the new folder *bag*; ``read_back`` makes it a ``NewState``.

    ``BagError`` if the package does not hold what its manifests list; ``StoreUnwritable``.
    """
    changed = _changed(opened, news.description)
    kept = {former_dc(opened.state): DC}
    if ORIGINS_PATH in opened.former.tags:
        kept[former_origins(opened.state)] = ORIGINS_PATH
    staging = Staging(bag)
    restating.restate(opened.former, staging, changed, kept)
    return Staged(staging, opened.package, tuple(changed), _event(desk, opened, news))


def read_back(config: Config, staged: Staged) -> NewState:
    """Read back what was written and made durable, and hear both witnesses.  ``SealRefused`` if one says no."""
    asked = second_opinion.wanted(config.text("bag.second_opinion"), staged.former.files)
    restating.read_back(staged.staging, staged.changed, ask_bagit=asked)
    package = read_package(staged.staging.bag, name=staged.former.name)
    return NewState(staged.staging.bag, staged.former, package, staged.event)


def _changed(opened: Open, description: Description) -> dict[str, bytes]:
    """The files that the next state has otherwise, by path."""
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


def _event(desk: Desk, opened: Open, news: Revised) -> Event:
    told = news.changes[:_MOST_TOLD]
    more = f"; and {len(news.changes) - _MOST_TOLD:,} more" if len(news.changes) > _MOST_TOLD else ""
    detail = f"The description was changed: state {opened.state + 1}."
    return Event("mem", desk.time, Outcome.SUCCESS, (desk.agent, software()), detail, "; ".join(told) + more, (DC,))

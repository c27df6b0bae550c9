"""Looking at a description: the record beside the proposals with their evidence, as it is now or as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from preserve.describe.proposals import proposals_json
from preserve.describe.record import origins as origins_json
from preserve.describe.record.origins import ORIGINS_PATH, Origin
from preserve.describe.record.read_xml import read_record
from preserve.describe.review.revise import Description
from preserve.errors import DescriptionError
from preserve.model import Package, Statement
from preserve.storage import names
from preserve.workflows.archive import Archive
from preserve.workflows.looking import find, origins_at, read_part
from preserve.workflows.packages import DC, PROPOSALS
from preserve.workflows.reviewing.revising import FORMER, former_dc, former_origins, state_of, with_origins


@dataclass(frozen=True, slots=True)
class View:
    """A *description* of *package* at *place*: its state number *state* of *states*.

    A former state comes without proposals: whether they were accepted is told by the history.
    """

    package: Package
    place: Path
    description: Description
    state: int
    states: int

    def origin_of(self, statement: Statement) -> Origin | None:
        """Where *statement* came from, as far as that is known."""
        return self.description.origins.get(origins_json.key_of(statement))


def view(archive: Archive, text: str, state: int | None = None) -> View:
    """The description of the package that *text* names, by default in its present state.

    ``UnknownPackage``; ``NotABag`` if it cannot be read; ``DescriptionError`` if there is no such state.
    """
    package = find(archive, text)
    place = archive.place_of(package.name)
    states = state_of(_former_paths(place))
    chosen = states if state is None else state
    if not 1 <= chosen <= states:
        raise DescriptionError(
            f"There is no state {chosen} of the package {names.shown(package.name)}; it is in state {states}.",
            hint="It was sealed in state 1, and each change of its description made another.",
        )
    is_former = chosen != states
    known = origins_at(place, former_origins(chosen) if is_former else ORIGINS_PATH)
    record = with_origins(read_record(read_part(place, former_dc(chosen) if is_former else DC)), known)
    proposals = () if is_former else proposals_json.from_json(read_part(place, PROPOSALS))
    return View(package, place, Description(record, proposals, known), chosen, states)


def _former_paths(place: Path) -> Iterator[str]:
    with suppress(OSError):
        for entry in (place / FORMER).iterdir():
            yield f"{FORMER}/{entry.name}"

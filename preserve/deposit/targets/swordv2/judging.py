"""How far a deposit has come, from what its statement says and from what was noted of it.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from preserve.deposit.targets.swordv2.container import Container
from preserve.deposit.targets.swordv2.dialects import Dialect
from preserve.deposit.targets.swordv2.documents import Statement
from preserve.model.deposits import Sighting, Stage
from preserve.storage.names import shown

_SAID = 300


def judged(
    dialect: Dialect, place: Container, told: Statement | None, handle: Mapping[str, str], *, finishes: bool
) -> Sighting:
    """The sighting of the deposit at *place*, whose statement is *told*, or None where no statement can be read.

    ``accepted`` is the most that follows from an answer to what we sent; ``stored`` says the statement alone.
    """
    stage, words = dialect.stage(told.states) if told else (None, "")
    where, note = shown(place.edit), shown(words)[:_SAID]
    if stage in (Stage.ACCEPTED, Stage.STORED, Stage.REFUSED):
        return Sighting(stage, where, note)
    if stage is Stage.SENDING and handle.get("uploaded") and not finishes:
        return Sighting(Stage.ACCEPTED, where, f"It waits there until somebody publishes it ({note}).")
    if stage is Stage.SENDING:
        return Sighting(Stage.SENDING, where, note, _received(handle))
    if handle.get("finished") or (handle.get("uploaded") and not finishes):
        return Sighting(Stage.ACCEPTED, where, _unclear(told))
    if handle.get("finishing") or handle.get("begun") != "entry":
        return Sighting(Stage.UNKNOWN, where, f"{_unclear(told)} See {where}.")
    return Sighting(Stage.SENDING, where, _unclear(told), _received(handle))


def gone(place: Container, handle: Mapping[str, str]) -> Sighting:
    """The sighting of a deposit that is not there any more: a draft is lost, one that was submitted was taken away."""
    if handle.get("finishing") or handle.get("finished"):
        return Sighting(Stage.REFUSED, shown(place.edit), "It was submitted, and is not there any more.")
    return Sighting(None, shown(place.edit), "What was begun is not there any more.")


def _received(handle: Mapping[str, str]) -> int:
    if handle.get("parts", "").isdigit() and handle.get("part_size", "").isdigit():
        return int(handle["parts"]) * int(handle["part_size"])
    return 0


def _unclear(told: Statement | None) -> str:
    if told is None:
        return "No statement of it can be read."
    states = ", ".join(shown(term)[:100] for term, _ in told.states[:5])
    return (
        f"Its statement names a state that is not known here: {states}." if states else "Its statement names no state."
    )

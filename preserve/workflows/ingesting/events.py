"""What happened to a transfer until it was sealed, as PREMIS events.

Files that fared alike share one event: an event a file and probe would bury what a reader looks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from preserve.model import Agent, Event, Identification, Outcome, ProbeRun, StoredFile, Transfer, TransferKind
from preserve.storage import names

_PROBE_EVENTS = {"libmagic": "for", "pronom": "for", "clamav": "vir"}
_EXTRACTION = "mee"


@dataclass(frozen=True, slots=True)
class Story:
    """The facts that the events are made from."""

    transfer: Transfer
    stored: Sequence[StoredFile]
    identifications: Sequence[Identification]
    algorithms: Sequence[str]
    agents: tuple[Agent, ...]
    began: datetime
    sealed: datetime


def until_sealing(story: Story) -> tuple[Event, ...]:
    """All events up to the making of the package, in the order in which they happened."""
    return (
        _ingestion(story),
        *_incoming_validation(story),
        _digest_calculation(story),
        *_supplied_fixity(story),
        *_name_changes(story),
        *probe_events(story.identifications, story.sealed),
        Event("ipc", story.sealed, Outcome.SUCCESS, story.agents, detail="BagIt 1.0 (RFC 8493) package put together"),
    )


def _ingestion(story: Story) -> Event:
    detail = f"{story.transfer.kind} {names.shown(story.transfer.name)!r}, files: {len(story.stored)}"
    warnings = [problem.message for problem in story.transfer.problems]
    outcome = Outcome.WARNING if warnings else Outcome.SUCCESS
    return Event("ing", story.began, outcome, story.agents, detail=detail, note=" ".join(warnings))


def _incoming_validation(story: Story) -> tuple[Event, ...]:
    if story.transfer.kind is not TransferKind.BAG:
        return ()
    detail = "The transfer is a bag; structure and every checksum were verified (RFC 8493 §3)"
    return (Event("val", story.began, Outcome.SUCCESS, story.agents[:1], detail=detail),)


def _digest_calculation(story: Story) -> Event:
    detail = f"{', '.join(story.algorithms)}, computed while copying, from one read of the source"
    return Event("mes", story.began, Outcome.SUCCESS, story.agents[:1], detail=detail)


def _supplied_fixity(story: Story) -> tuple[Event, ...]:
    supplied = story.transfer.supplied
    if not supplied:
        return ()
    lists = ", ".join(sorted({names.shown(digest.listed_in) for digest in supplied}))
    paths = {file.original: file.path for file in story.stored}
    objects = tuple(sorted({paths[digest.path] for digest in supplied if digest.path in paths}))
    everything = len(objects) == len(story.stored)
    detail = f"the checksums supplied in {lists} agree with the files; compared: {len(supplied)}"
    return (
        Event("fix", story.sealed, Outcome.SUCCESS, story.agents[:1], detail, objects=() if everything else objects),
    )


def _name_changes(story: Story) -> tuple[Event, ...]:
    changed = tuple(file.path for file in story.stored if file.path != f"data/{file.original}")
    if not changed:
        return ()
    detail = "Names that are not UTF-8 were escaped; the exact original bytes stand with each file"
    return (Event("fil", story.began, Outcome.SUCCESS, story.agents[:1], detail=detail, objects=changed),)


def probe_events(identifications: Sequence[Identification], time: datetime) -> tuple[Event, ...]:
    """One event for each probe and way that it went, naming the files unless all fared alike."""
    ways: Counter[_Way] = Counter(_way(run) for found in identifications for run in found.runs)
    apart: dict[_Way, list[str]] = {way: [] for way, times in ways.items() if times < len(identifications)}
    for found in identifications if apart else ():
        for run in found.runs:
            if (paths := apart.get(_way(run))) is not None:
                paths.append(found.path)
    return tuple(
        Event(
            _PROBE_EVENTS.get(probe, _EXTRACTION),
            time,
            outcome,
            (agent,),
            detail=f"{probe}: {times} {'file' if times == 1 else 'files'}",
            note=note,
            objects=tuple(apart.get((probe, agent, outcome, note), ())),
        )
        for (probe, agent, outcome, note), times in ways.items()
    )


_Way: TypeAlias = tuple[str, Agent, Outcome, str]
"""A probe with its agent, how it ended, and what it noted."""


def _way(run: ProbeRun) -> _Way:
    return run.probe, run.agent, run.outcome, run.note

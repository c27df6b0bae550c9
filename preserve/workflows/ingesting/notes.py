"""What an archivist should know of a transfer that is packaged all the same.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from preserve.model import Identification, Outcome, Problem, Transfer
from preserve.workflows import rules


def not_scanned(identifications: Sequence[Identification], clamav: str) -> tuple[Problem, ...]:
    """That a virus scan was asked for (*clamav* is the daemon's address) and did not take place."""
    if not clamav:
        return ()
    runs = [run for found in identifications for run in found.runs if run.probe == "clamav"]
    missed = [run for run in runs if run.outcome is Outcome.NOT_DONE]
    if not missed:
        return ()
    reason = missed[0].note or "for no known reason"
    text = f"Not scanned for viruses: {len(missed)} of {len(runs)} files; {reason}."
    return (rules.NOT_SCANNED.at("", text),)


def only_recorded(transfer: Transfer) -> tuple[Problem, ...]:
    """That a bag cannot hold links and empty folders, so that they live on in premis.xml only."""
    empty = sum(folder.empty for folder in transfer.folders)
    parts = [
        f"{count} {noun if count == 1 else noun + 's'}"
        for count, noun in ((len(transfer.links), "symbolic link"), (empty, "empty folder"))
        if count
    ]
    if not parts:
        return ()
    return (rules.ONLY_RECORDED.at("", f"A bag cannot hold {' and '.join(parts)} of this transfer."),)

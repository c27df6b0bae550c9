"""What an archivist is told of a transfer that is packaged all the same."""

from pathlib import Path

import pytest

from preserve.model import (
    Agent,
    Identification,
    Outcome,
    ProbeRun,
    SourceFile,
    SourceFiles,
    SourceFolder,
    SourceLink,
    Transfer,
    TransferKind,
)
from preserve.workflows.ingesting.notes import not_scanned, only_recorded


def scanned(outcome: Outcome, note: str = "") -> Identification:
    return Identification("data/a", runs=(ProbeRun("clamav", Agent("ClamAV"), outcome, note),))


def test_a_scan_that_was_asked_for_and_did_not_happen_is_told_once() -> None:
    found = [scanned(Outcome.SUCCESS), scanned(Outcome.NOT_DONE, "the daemon does not answer")]
    (problem,) = not_scanned(found, "/run/clamd")
    assert "1 of 2" in problem.message
    assert "the daemon does not answer" in problem.message


@pytest.mark.parametrize(("outcome", "address"), [(Outcome.SUCCESS, "/run/clamd"), (Outcome.NOT_DONE, "")])
def test_a_scan_that_happened_or_was_not_asked_for_is_not_mentioned(outcome: Outcome, address: str) -> None:
    assert not_scanned([scanned(outcome)], address) == ()


@pytest.mark.parametrize(
    ("links", "empty", "says"),
    [(0, 0, ""), (1, 0, "1 symbolic link"), (0, 2, "2 empty folders"), (2, 1, "2 symbolic links and 1 empty folder")],
)
def test_links_and_empty_folders_are_not_passed_over_in_silence(links: int, empty: int, says: str) -> None:
    transfer = Transfer(
        "box",
        Path("box"),
        TransferKind.FOLDER,
        SourceFiles([SourceFile("a", "box/a", 1, 0, 1, 1)]),
        links=tuple(SourceLink(f"l{number}", "a") for number in range(links)),
        folders=(SourceFolder("full", 0, False), *(SourceFolder(f"e{number}", 0, True) for number in range(empty))),
    )
    told = " ".join(problem.message for problem in only_recorded(transfer))
    assert (says in told) if says else (told == "")

"""What a run that died has left half changed is undone or finished by the next, as the history decides."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.bag.sealing import swapping
from preserve.config import load
from preserve.describe.review.revise import Changes
from preserve.model import Agent, Statement
from preserve.workflows import states
from preserve.workflows.archive import Archive as Opened
from preserve.workflows.archive import opened
from preserve.workflows.reviewing.revising import Desk, open_now, read_back, revised, stage
from preserve.workflows.states import NewState
from tests.acceptance.archive import Archive


@pytest.fixture
def archive(home: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """One with a sealed letter."""
    archive = Archive(home, capsys)
    (archive.incoming / "letter.txt").write_text("A letter.\n")
    archive.ingest()
    return archive


@pytest.fixture
def new(archive: Archive) -> Iterator[tuple[Opened, NewState]]:
    """The opened archive, and a new state of its package that waits where states wait."""
    config = load(archive.home, environment={})
    with opened(config, writing=True) as home, home.workroom.begin() as bench:
        desk = Desk(config, Agent("Ada", kind="person"), "set", home.clock.now())
        package = open_now(home, archive.only_package().name)
        news = revised(package, Changes((Statement("dcterms:title", "A bell"),)), desk.who)
        staged = stage(desk, bench.place(package.package.id), package, news)
        bench.sync()
        state = read_back(config, staged)
        swapping.lay_out([(state.bag, state.former.name)], home.workroom.changing)
        yield home, state


def title(archive: Archive) -> str:
    return str(archive.run("ls", "--json").only["title"])


def assert_in_order(archive: Archive, expected: str) -> None:
    """All three witnesses agree, and nothing waits."""
    assert title(archive) == expected
    assert archive.run("validate", archive.only_package().name).status == 0
    assert archive.run("catalog", "rebuild", "--json").only["problems"] == []
    assert title(archive) == expected
    assert not list((archive.packages / ".preserve" / "changing").iterdir())


def test_what_was_not_decided_is_undone(archive: Archive, new: tuple[Opened, NewState]) -> None:
    assert not states.settle(new[0])
    assert_in_order(archive, "letter.txt")


def test_what_was_decided_is_finished(archive: Archive, new: tuple[Opened, NewState]) -> None:
    home, state = new
    states.decide(home, [state], {})
    assert not states.settle(home)
    assert_in_order(archive, "A bell")


def test_a_swap_that_the_catalogue_does_not_know_of_is_made_known(
    archive: Archive, new: tuple[Opened, NewState]
) -> None:
    home, state = new
    states.decide(home, [state], {})
    swapping.swap([state.former.name], home.workroom.changing, home.store)
    assert archive.run("validate", state.former.name).status == 0, "whoever looks first finishes it"
    assert_in_order(archive, "A bell")


def test_a_swap_in_two_steps_is_finished_too(archive: Archive, new: tuple[Opened, NewState]) -> None:
    home, state = new
    states.decide(home, [state], {})
    (home.store / state.former.name).rename(home.workroom.changing / f".{state.former.name}")
    assert archive.run("show", state.former.name).status == 0
    assert_in_order(archive, "A bell")


def test_what_cannot_be_told_is_left_to_a_person(archive: Archive, new: tuple[Opened, NewState]) -> None:
    home, state = new
    home.history_of(state.former.name).unlink()
    (problem,) = states.settle(home)
    assert problem.code == "change-unfinished"
    assert (home.workroom.changing / state.former.name / "bagit.txt").exists()
    assert "change-unfinished" in {message.get("code") for message in archive.run("ingest", "--json").messages}


def test_a_package_that_went_meanwhile_is_not_brought_back(archive: Archive, new: tuple[Opened, NewState]) -> None:
    home, state = new
    states.decide(home, [state], {})
    archive.only_package().rename(archive.home / "elsewhere")
    (problem,) = states.settle(home)
    assert problem.code == "change-unfinished"
    assert not archive.sealed()

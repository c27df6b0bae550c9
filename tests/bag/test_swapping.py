"""Two states change places: in one step or in two, and wherever a crash came between."""

from collections.abc import Callable
from pathlib import Path

import pytest

from preserve.bag.sealing import swapping

NAME = "letter-6ba7b810"


def folder(place: Path, state: str) -> None:
    place.mkdir(parents=True)
    place.joinpath("state").write_text(state)


def states(*places: Path) -> list[str]:
    return [place.joinpath("state").read_text() for place in places]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder(tmp_path / "store" / NAME, "former")
    folder(tmp_path / "next", "next")
    return tmp_path / "store"


@pytest.fixture
def changing(store: Path) -> Path:
    place = store.with_name("changing")
    swapping.lay_out([(store.with_name("next"), NAME)], place)
    return place


def test_the_next_state_takes_its_place(store: Path, changing: Path) -> None:
    assert swapping.waiting(changing) == (NAME,)
    swapping.swap([NAME], changing, store)
    assert states(store / NAME, changing / NAME) == ["next", "former"]


def after_no_step(store: Path, changing: Path) -> None:
    """Both wait where they were, the former one under its second name already."""
    (store / NAME).rename(changing / f".{NAME}")


def after_one_step(store: Path, changing: Path) -> None:
    after_no_step(store, changing)
    (changing / NAME).rename(store / NAME)


@pytest.mark.parametrize("crash", [after_no_step, after_one_step])
def test_a_swap_in_two_steps_is_finished_wherever_it_was_stopped(
    store: Path, changing: Path, crash: Callable[[Path, Path], None]
) -> None:
    crash(store, changing)
    assert swapping.half_way(NAME, changing)
    assert swapping.waiting(changing) == (NAME,)
    swapping.swap([NAME], changing, store)
    assert states(store / NAME, changing / NAME) == ["next", "former"]
    assert not swapping.half_way(NAME, changing)

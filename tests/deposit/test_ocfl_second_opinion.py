"""ocfl-py on the objects that we write, and on those that we call invalid."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from preserve.testing.conformance import consignment
from tests.deposit.ocfl_places import Library
from tests.deposit.servers import ocfl_py
from tests.deposit.servers.ocfl_py import SecondOpinion
from tests.deposit.test_ocfl import LAYOUTS, states, written_by_hand
from tests.deposit.test_ocfl_validating import FAULTS

pytestmark = pytest.mark.server

LAX = {
    "a key that is there twice": "takes the last",
    "a key that means nothing": "ignores it",
    "a type of something else": "believes the inventory",
}
"""What ocfl-py 2.1.0 does with these instead of calling them errors."""


@pytest.fixture(scope="module")
def second() -> Iterator[SecondOpinion]:
    with ocfl_py.running() as found:
        yield found


@pytest.mark.parametrize("number", LAYOUTS)
def test_what_we_write_is_valid_without_a_remark(number: str, tmp_path: Path, second: SecondOpinion) -> None:
    library = Library(tmp_path, layout=number, user="A. Archivist", address="mailto:archive@example.org")
    for what in (*states(3), consignment("tar"), consignment("zip", "others"), consignment("bag", "more")):
        library.put(what)
    assert len(library.objects()) == 4
    for place in library.objects():
        assert second.on(place) == (True, [])


def test_what_we_add_to_an_object_of_other_habits_is_valid(tmp_path: Path, second: SecondOpinion) -> None:
    library = Library(tmp_path)
    what, following = states(2)
    library.put(consignment("tar", "another"))
    written_by_hand(library.place_of(what), what)
    assert second.on(library.place_of(what))[0]
    library.put(following)
    assert second.on(library.place_of(what))[0]


def test_what_is_wrong_is_wrong_for_both(tmp_path: Path, second: SecondOpinion) -> None:
    library = Library(tmp_path)
    for what in states(2):
        library.put(what)
    accepted = {}
    for number, (name, (change, _)) in enumerate(FAULTS.items()):
        place = tmp_path / str(number)
        shutil.copytree(library.objects()[0], place)
        change(place)
        passed, remarks = second.on(place)
        if passed:
            accepted[name] = remarks
    assert accepted.keys() == LAX.keys(), accepted

"""Many states summed up in one value: any difference shows, whatever the numbers are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.bag.folders.state import State, summed_up

NUMBERS = st.integers(-(2**63), 2**64 - 1)
STATES = st.lists(st.builds(State, st.integers(0, 2**63 - 1), NUMBERS, NUMBERS, st.integers(0, 2**64 - 1)), max_size=3)


@given(STATES, STATES)
def test_other_states_have_another_sum(one: list[State], other: list[State]) -> None:
    same = [[number % 2**64 for number in state] for state in one] == [
        [number % 2**64 for number in state] for state in other
    ]
    assert (summed_up(one) == summed_up(other)) is same


@pytest.mark.parametrize("unknown", [[None], [State(1, 2, 3, 4), None]])
def test_what_is_not_known_has_no_sum(unknown: list[State | None]) -> None:
    assert summed_up(unknown) == ""

"""Which of a million strings come twice, in eight octets each."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from preserve.storage.distinct import Distinct


@given(st.lists(st.integers(-5, 5)), st.booleans())
def test_what_came_twice_is_told_however_many_came(hashes: list[int], many: bool) -> None:
    found = Distinct()
    if many:
        found.add(range(100, 100_000))
    for one in hashes:
        found.add([one])
    expected = {one for one, count in Counter(hashes).items() if count > 1}
    assert found.repeated() == expected
    assert found.all_differ() is not bool(expected)

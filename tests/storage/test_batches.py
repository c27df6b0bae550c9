"""Many things a few at a time."""

from itertools import count, islice

from preserve.storage.batches import batched


def test_nothing_is_lost_and_the_order_stays() -> None:
    assert list(batched(range(7), 3)) == [(0, 1, 2), (3, 4, 5), (6,)]
    assert list(batched([], 3)) == []


def test_no_more_is_asked_for_than_is_told() -> None:
    endless = count()
    assert list(islice(batched(endless, 2), 2)) == [(0, 1), (2, 3)]
    assert next(endless) == 4

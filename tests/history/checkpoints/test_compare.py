"""However lines before a checkpoint are changed, and the chain computed anew, it is seen; lines after it are free."""

from hypothesis import given
from hypothesis import strategies as st

from preserve.history.chain import History, extend
from preserve.history.checkpoints.body import Mark
from preserve.history.checkpoints.compare import differences, holds
from preserve.history.checkpoints.leaves import Leaf, prints_of
from preserve.history.entry import NewEntry
from tests.history.samples import PACKAGE_ID, SEALING, URN, fixity, judged

KINDS = st.sampled_from(["alter", "remove", "put in", "move", "cut"])
CHANGES = st.lists(st.tuples(KINDS, st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4)


def history(news: list[NewEntry]) -> History:
    data, _ = extend(History((), ()), URN, news)
    return judged(data.splitlines(keepends=True))


def entries(count: int) -> list[NewEntry]:
    return [SEALING, *(NewEntry(fixity(number)) for number in range(count))]


def change(news: list[NewEntry], kind: str, place: int, other: int) -> list[NewEntry]:
    place, changed = place % len(news), list(news)
    if kind == "alter":
        changed[place] = NewEntry(fixity(place, note=f"changed {other}"))
    elif kind == "remove":
        del changed[place]
    elif kind == "put in":
        changed.insert(place, NewEntry(fixity(place, note=f"new {other}")))
    elif kind == "move":
        changed.insert(other % len(news), changed.pop(place))
    else:
        del changed[place:]
    return changed or [NewEntry(fixity(99))]


@given(st.integers(0, 8), CHANGES)
def test_whatever_is_changed_and_chained_anew_is_seen(count: int, changes: list[tuple[str, int, int]]) -> None:
    old = entries(count)
    before = history(old)
    leaf = Leaf.of(PACKAGE_ID, before.entries)
    new = old
    for kind, place, other in changes:
        new = change(new, kind, place, other)
    after = history(new)
    assert holds(leaf.mark, after.entries) is (new[: len(old)] == old)
    if not holds(leaf.mark, after.entries):
        for prints in (prints_of(before.entries), ()):
            problem = differences(leaf.mark, prints, after, "letters")
            assert "letters" in problem.message
            assert problem.code.startswith("checkpoint-history-")


@given(st.integers(0, 5), st.integers(1, 5))
def test_what_comes_after_is_free(count: int, more: int) -> None:
    leaf = Leaf.of(PACKAGE_ID, history(entries(count)).entries)
    assert holds(leaf.mark, history(entries(count + more)).entries)


def test_a_mark_of_another_number_does_not_hold() -> None:
    past = history(entries(4))
    assert not holds(Mark(PACKAGE_ID, 3, past.head), past.entries)
    assert not holds(Mark(PACKAGE_ID, 9, past.head), past.entries)
    assert not holds(Mark(PACKAGE_ID, 5, past.head), past.entries[1:])


def test_a_very_long_history_is_compared_in_no_time() -> None:
    old = [f"print{number % 7}" for number in range(20_000)]
    mark = Mark(PACKAGE_ID, len(old), "sha256:" + "0" * 64)
    assert "from line 1 on" in differences(mark, old, history(entries(2)), "letters").message

"""The files of a transfer in little memory: nothing of them is lost."""

import os
import pickle
from dataclasses import astuple

from hypothesis import given
from hypothesis import strategies as st

from preserve.model import SourceFile, SourceFiles

BIG = 2**63
NAMES = st.binary(min_size=1, max_size=12).filter(lambda name: not set(name) & set(b"/\0")).map(os.fsdecode)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TIMES = st.integers(-BIG, 2 * BIG)
NUMBERS = st.integers(0, 2 * BIG - 1)


@st.composite
def source_files(draw: st.DrawFn) -> SourceFile:
    """As walks meet them; and some whose place is called otherwise than they are."""
    path = draw(PATHS)
    source = f"/in/{path}" if draw(st.booleans()) else draw(PATHS)
    size = draw(st.integers(0, 2**70))
    return SourceFile(path, source, size, draw(TIMES), draw(NUMBERS), draw(NUMBERS), draw(TIMES))


LISTS = st.lists(source_files(), max_size=12)


@given(LISTS, LISTS)
def test_they_come_back_as_they_were_added(some: list[SourceFile], more: list[SourceFile]) -> None:
    files = SourceFiles(some)
    files.extend(more)
    assert list(map(astuple, files)) == list(map(astuple, some + more))
    assert list(files.paths()) == [file.path for file in some + more]
    assert [files.path(at) for at in range(len(files))] == list(files.paths())
    assert files.octets() == sum(file.size for file in some + more)
    told = pickle.loads(pickle.dumps(files))  # noqa: S301  as one process tells another
    assert list(map(astuple, told)) == list(map(astuple, files))


@given(LISTS, LISTS)
def test_sorting_is_by_path_and_what_is_added_later_comes_last(some: list[SourceFile], more: list[SourceFile]) -> None:
    files = SourceFiles(some)
    files.sort()
    in_order = sorted(some, key=lambda file: file.path)
    assert list(map(astuple, files)) == list(map(astuple, in_order))
    assert files[1:3] == in_order[1:3]
    files.extend(more)
    assert list(files) == in_order + more
    assert [files[at] for at in range(-len(files), 0)] == in_order + more


@given(LISTS, st.data())
def test_a_difference_in_any_value_is_one(some: list[SourceFile], data: st.DataObject) -> None:
    files, again = SourceFiles(some), SourceFiles(some)
    assert files == again
    other = data.draw(LISTS)
    if list(map(astuple, other)) != list(map(astuple, some)):
        assert not files.is_same(SourceFiles(other))


def test_the_very_same_values_are_the_same() -> None:
    file = SourceFile("a/b", "/in/a/b", 1, 2, 3, 4, 5)
    assert SourceFiles([file]).is_same(SourceFiles([file]))
    assert not SourceFiles([file]).is_same(SourceFiles([SourceFile("a/b", "/in/a/b", 1, 2, 3, 4, 6)]))
    assert SourceFiles([file]) == SourceFiles([SourceFile("a/b", "/in/a/b", 1, 2, 3, 4, 6)])

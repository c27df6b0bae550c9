"""What is set aside comes back, in its order, and leaves nothing behind."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.storage.spool import Spool
from tests.catalog.samples import package, packages


@given(values=st.lists(packages, max_size=5))
def test_values_come_back_as_they_went_in_as_often_as_asked(
    tmp_path_factory: pytest.TempPathFactory, values: list[object]
) -> None:
    with Spool[object](tmp_path_factory.getbasetemp()) as spool:
        for value in values:
            spool.add(value)
        assert list(spool) == list(spool) == values
        spool.add(replace(package(1), title="one more"))
        assert [*spool][-1] == package(1, title="one more")


def test_it_has_no_name_and_stays_on_disk(tmp_path: Path) -> None:
    with Spool[bytes](tmp_path) as spool:
        for _ in range(100):
            spool.add(bytes(100_000))
        assert list(tmp_path.iterdir()) == []
        assert sum(map(len, spool)) == 10_000_000


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Spool[int](tmp_path / "nowhere")

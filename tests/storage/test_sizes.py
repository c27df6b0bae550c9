"""Sizes as people write them."""

from __future__ import annotations

import pytest

from preserve.storage.sizes import no_size, octets, read_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4096", 4096),
        ("2GB", 2_000_000_000),
        ("10 GiB", 10 * 1024**3),
        ("1.5mb", 1_500_000),
        ("50k", 50_000),
        ("3TiB", 3 * 1024**4),
    ],
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "0", "much", "-3MB", "5XB", "3i", "1e9", "１MB", "1,5GB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    assert "size" in no_size(text)
    with pytest.raises(ValueError, match="size"):
        read_size(text)


def test_a_size_for_people() -> None:
    assert (octets(1), octets(1234), octets(5 * 10**9)) == ("1 byte", "1.2 kB", "5.0 GB")

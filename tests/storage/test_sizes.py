"""Sizes as people write them."""

from __future__ import annotations

import pytest

from preserve.storage.sizes import no_rate, no_size, octets, read_rate, read_size


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


@pytest.mark.parametrize(
    ("text", "rate"), [("50MB/s", 50_000_000), ("800 kB / s", 800_000), ("10MiBps", 10 * 1024**2), ("50MB", 50_000_000)]
)
def test_rates_are_read(text: str, rate: int) -> None:
    assert read_rate(text) == rate


@pytest.mark.parametrize("text", ["", "/s", "0MB/s", "0.1/s", "50MB/h", "50MB/s/s", "fast", "s"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    assert "such as 50MB/s" in no_rate(text)
    with pytest.raises(ValueError, match="such as 50MB/s"):
        read_rate(text)

"""What the client sends: bodies of known length, or a line that is cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from preserve.deposit.http import Client
from preserve.errors import BagError
from tests.deposit.servers.scripted import Served, eventually


def test_a_body_that_is_made_goes_with_its_length_and_not_in_chunks(client: Client, served: Served) -> None:
    for blocks in ([b"abc" * 100_000, b"d"], []):
        size = sum(map(len, blocks))
        client.call("PUT", "put", body=lambda blocks=blocks: iter(blocks), size=size)
        asked = served.calls("PUT /app/put")[-1]
        assert asked.body == b"".join(blocks)
        assert asked.headers["Content-Length"] == str(size)
        assert "Transfer-Encoding" not in asked.headers


@pytest.mark.parametrize("there", [99_999, 100_001])
def test_a_body_of_another_length_is_broken_off(client: Client, served: Served, there: int) -> None:
    with pytest.raises(BagError, match="broken off"):
        client.call("PUT", "put", body=lambda: iter([b"x" * there]), size=100_000)
    if there < 100_000:
        assert eventually(lambda: bool(served.asked))
        assert not served.asked[-1].whole


def test_what_reading_the_package_raises_comes_through_and_the_line_is_cut(client: Client, served: Served) -> None:
    def changed() -> Iterator[bytes]:
        yield b"x" * 1000
        raise BagError("It is not what was validated.")

    def unreadable() -> Iterator[bytes]:
        yield b"x" * 1000
        raise OSError(5, "Input/output error")

    for blocks, words in ((changed, "not what was validated"), (unreadable, "cannot be read: Input/output error")):
        served.asked.clear()
        with pytest.raises(BagError, match=words):
            client.call("PUT", "put", body=blocks, size=100_000)
        assert eventually(lambda: bool(served.asked))
        assert not served.asked[-1].whole

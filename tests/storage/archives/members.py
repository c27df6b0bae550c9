"""Members of archives for tests: of octets at hand, or of as many as one likes that nobody holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from preserve.storage.archives.tar import Tar
from preserve.storage.archives.zip import Zip

MIB = 1024 * 1024


@dataclass(frozen=True)
class Held:
    """A member whose octets are at hand, read in small blocks."""

    path: str
    data: bytes

    @property
    def size(self) -> int:
        """See ``Member.size``."""
        return len(self.data)

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Member.blocks``."""
        for at in range(start, len(self.data), 700):
            yield self.data[at : at + 700]


@dataclass(frozen=True)
class Zeros:
    """A member of so many zeros."""

    path: str
    size: int

    def blocks(self, start: int = 0) -> Iterator[bytes]:
        """See ``Member.blocks``."""
        for at in range(start, self.size, MIB):
            yield bytes(min(MIB, self.size - at))


def whole(archive: Tar | Zip, start: int = 0) -> bytes:
    """The archive from *start*."""
    blocks = list(archive.blocks(start))
    assert all(0 < len(block) <= MIB for block in blocks)
    return b"".join(blocks)


def few(archive: Tar | Zip, start: int, octets: int) -> bytes:
    """So many octets of the archive from *start*."""
    found = b""
    for block in archive.blocks(start):
        found += block
        if len(found) >= octets:
            break
    return found[:octets]


_CHARS = st.characters(exclude_categories=["Cs"], exclude_characters="/\0")
_STRAY = st.sampled_from([chr(0xDC80 + octet) for octet in range(0x80)])


def parts(*, text_only: bool) -> st.SearchStrategy[str]:
    """Names of files, now and then a long one, or of bytes that are no text."""
    chars = _CHARS if text_only else st.one_of(_CHARS, _STRAY)
    short = st.text(chars, min_size=1, max_size=12)
    return st.one_of(short, st.builds(lambda one, times: (one * times)[:80], short, st.integers(1, 40))).filter(
        lambda part: part not in (".", "..")
    )


def held(*, text_only: bool) -> st.SearchStrategy[list[Held]]:
    """Members in one folder; no one is below another."""
    path = st.lists(parts(text_only=text_only), min_size=1, max_size=5).map("/".join)
    member = st.builds(Held, path, st.binary(max_size=2000))

    def below(found: list[Held]) -> list[Held]:
        return [Held(f"top/{number}/{one.path}", one.data) for number, one in enumerate(found)]

    return st.lists(member, max_size=6).map(below)

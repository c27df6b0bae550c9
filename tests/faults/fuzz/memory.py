"""A bag in memory, so that a whole judgement costs no disk."""

from collections.abc import Iterable, Iterator, Mapping

from preserve.bag.source import Entry, EntryKind, Measured
from preserve.errors import BagError
from preserve.storage.digests import of_bytes
from tests.bag.archives import bag_files

BREAK = b"\n====\n"
NAMES = (
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "data/letter.txt",
    "fetch.txt",
    "manifest-sha512.txt",
    "package-info.txt",
)


class MemoryBag:
    """A ``BagSource`` over a few files."""

    name = "bag"
    problems = ()
    serialization = ""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    @classmethod
    def split(cls, data: bytes) -> dict[str, bytes]:
        """The files that *data* stands for: one after the other, in the order of ``NAMES``."""
        return dict(zip(NAMES, data.split(BREAK), strict=False))

    @classmethod
    def sample(cls) -> dict[str, bytes]:
        """A valid bag."""
        return bag_files({"data/letter.txt": b"Dear archive,\n"})

    def entries(self) -> Iterator[Entry]:
        """All files."""
        return (Entry(path, EntryKind.FILE, len(content)) for path, content in self._files.items())

    def read(self, path: str, limit: int) -> bytes:
        """A tag file."""
        if len(self._files[path]) > limit:
            raise BagError(f"{path} is too long.")
        return self._files[path]

    def measure(self, paths: Iterable[str], algorithms: tuple[str, ...]) -> Iterator[Measured]:
        """Sizes and digests."""
        return (Measured(path, len(self._files[path]), of_bytes(self._files[path], algorithms)) for path in paths)

    def close(self) -> None:
        """Nothing to let go of."""

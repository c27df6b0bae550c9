"""What was copied is known as it would be from a list of StoredFile, in the order of the manifests."""

from preserve.bag.sealing.stored import StoredFiles
from preserve.model import Digest, SourceFile, SourceFiles, StoredFile


def source(path: str) -> SourceFile:
    return SourceFile(path, f"/in/{path}", len(path), 7, 1, 1)


def test_files_come_in_the_order_of_their_places_in_the_bag() -> None:
    files = [source("a"), source("z\udcff"), source("zz")]  # the stray byte is escaped, and sorts before "z"
    files.sort(key=lambda file: file.path)
    stored = StoredFiles(SourceFiles(files), ("sha256",), {"a": ("md5",)})
    values = {"a": ["aa" * 32, "11" * 16], "z\udcff": ["bb" * 32], "zz": ["cc" * 32]}
    stored.put(0, [values[file.path] for file in files])
    assert [file.path for file in stored] == ["data/a", "data/z=FF", "data/zz"]
    assert list(stored.lines("sha256")) == [("aa" * 32, "data/a"), ("bb" * 32, "data/z=FF"), ("cc" * 32, "data/zz")]
    assert stored[0] == StoredFile("data/a", "a", 1, 7, (Digest("sha256", "aa" * 32), Digest("md5", "11" * 16)))
    assert stored[1:] == [stored[1], stored[2]]
    assert len(stored) == 3

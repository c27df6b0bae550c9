"""Whatever points out of a bag or of a transfer is named and not followed: proved by the log of the system calls.

In a folder beside everything lies what must not be touched.  Links, manifests, lists, tables, archives, XML and
fetch.txt all point at it, by every path that leads there; nothing but the link itself is looked at.
"""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.bag.archives import add, bag_files, in_base, tar_bytes, zip_bytes
from tests.bag.builder import build, digest, put
from tests.faults.strace import OPENS, Call, calls, preserve

LOOKING = {"newfstatat", "stat", "lstat", "statx", "access", "faccessat", "faccessat2", "execve", "chdir", "getdents64"}
NETWORK = {"connect", "sendto", "bind"}
CHANGING = {"mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "symlinkat", "linkat"}
CONTENT = b"What nobody may read.\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that nobody named, with a file in it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "secret").write_bytes(CONTENT)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in ("incoming", "packages"):
        (home / name).mkdir(parents=True)
    return home


def ways_to(outside: Path, start: Path) -> list[str]:
    """Absolute, climbing, and climbing through a folder that is there."""
    secret = outside / "secret"
    return [str(secret), os.path.relpath(secret, start), "data/" + os.path.relpath(secret, start / "data")]


def hostile_transfers(incoming: Path, outside: Path) -> None:
    """Every way of a producer to speak of a file that is not his."""
    box = incoming / "box"
    put(box, "a.txt", b"a\n")
    ways = ways_to(outside, box)
    for number, way in enumerate(ways):
        (box / f"link{number}").symlink_to(way)
    (box / "folder").symlink_to(outside)
    (incoming / "link").symlink_to(outside)
    lines = "".join(f"{digest('sha256', CONTENT)}  {way}\n" for way in [*ways, "folder/secret", "link0"])
    put(box, "SHA256SUMS", lines.encode())
    rows = "".join(f"{way},x\n" for way in [*ways, "folder/secret"])
    put(box, "metadata.csv", f"filename,dc.title\n{rows}".encode())
    entity = f'<!DOCTYPE m [<!ENTITY x SYSTEM "file://{outside}/secret">]><m>&x;</m>'
    put(incoming, "b.txt", b"b\n")
    put(incoming, "b.txt.dc.xml", entity.encode())
    put(incoming, "c.html", f"<img src='file://{outside}/secret'><iframe src='{ways[1]}'></iframe>".encode())
    put(incoming, "d.svg", entity.encode())


def hostile_bags(folder: Path, outside: Path) -> list[Path]:
    """Bags as folders and as archives."""
    bag = build(folder / "bag", {"data/a.txt": b"a\n"})
    ways = ways_to(outside, bag)
    (bag / "data" / "folder").symlink_to(outside)
    (bag / "data" / "link").symlink_to(ways[0])
    (bag / "notes").symlink_to(outside)
    line = digest("sha256", CONTENT)
    paths = [*ways, "data/folder/secret", "data/link", "notes/secret", "data/../" + ways[1]]
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        with (bag / name).open("a") as manifest:
            manifest.writelines(f"{line}  {path}\n" for path in paths)
    put(bag, "fetch.txt", "".join(f"file://{outside}/secret - {path}\n" for path in paths).encode())
    linked = build(folder / "linked", {"data/a.txt": b"a\n"})
    os.rename(linked / "data", folder / "data elsewhere")
    (linked / "data").symlink_to(outside)

    def links(archive: tarfile.TarFile) -> None:
        add(archive, "bag/data/link", type=tarfile.SYMTYPE, linkname=ways[0])
        add(archive, "bag/data/hard", type=tarfile.LNKTYPE, linkname=str(outside / "secret"))
        add(archive, "bag/data/folder", type=tarfile.SYMTYPE, linkname=str(outside))
        add(archive, "bag/data/folder/new", b"written\n")

    files = in_base(bag_files({"data/a.txt": b"a\n"}))
    climbing = {f"bag/{os.path.relpath(outside / 'new', folder)}": b"written\n", f"{outside}/newer": b"written\n"}
    (folder / "bag.tar").write_bytes(tar_bytes({**files, **climbing}, extra=links))
    (folder / "bag.zip").write_bytes(zip_bytes({**files, **climbing}))
    return [bag, linked, folder / "bag.tar", folder / "bag.zip"]


def _looks_at_the_folder_itself(call: Call, outside: Path) -> bool:
    """Where a link leads has to be known, or the archive itself could be packaged through one."""
    return call.name == "newfstatat" and f'"{outside}"' in call.arguments and "AT_SYMLINK_NOFOLLOW" in call.arguments


def assert_nothing_outside(home: Path, outside: Path, *words: object) -> None:
    """That the command opens, changes and looks at nothing in *outside*, and changes nothing but in *home*."""
    file = home.parent / "log"
    traced = ",".join(sorted(OPENS | LOOKING | NETWORK | CHANGING))
    command = ["strace", "-f", "-y", "-s", "4096", "-o", str(file), "-e", f"trace={traced}"]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command += preserve(home, *map(str, words))
    ended = subprocess.run(command, check=False, capture_output=True, text=True, env=unmeasured)
    assert ended.returncode == 3, ended.stderr
    log = calls(file.read_text(encoding="utf-8", errors="surrogateescape"))
    assert len(log) > 100
    near = [call for call in log if str(outside) in f"{call.arguments} {call.result}" and call.name not in NETWORK]
    assert [call for call in near if not _looks_at_the_folder_itself(call, outside)] == []
    assert not [call for call in log if call.name in NETWORK and "AF_INET" in call.arguments]
    for call in log:
        if call.name in OPENS | CHANGING and call.changes and call.succeeded:
            paths = [path for path in call.paths if not path.startswith(("/proc/self/", os.devnull))]
            assert all(Path(path).is_relative_to(home) for path in paths), call
    assert {path.name: path.read_bytes() for path in outside.iterdir()} == {"secret": CONTENT}


@pytest.mark.usefixtures("strace")
def test_transfers_lead_nowhere(home: Path, outside: Path) -> None:
    hostile_transfers(home / "incoming", outside)
    assert_nothing_outside(home, outside, "ingest")


@pytest.mark.usefixtures("strace")
def test_bags_lead_nowhere(home: Path, outside: Path) -> None:
    bags = hostile_bags(home / "bags", outside)
    assert_nothing_outside(home, outside, "validate", *bags)
    assert_nothing_outside(home, outside, "validate", "--fetch", *bags[:2])

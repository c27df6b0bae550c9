"""A holey bag is completed when a person asks for it, and never otherwise."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its base class calls it so
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The URL of a web server on this machine, and the folder that it serves."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", folder
        running.shutdown()


@pytest.fixture
def holey(tmp_path: Path, server: tuple[str, Path]) -> Path:
    """A bag that lacks one file, which the server has."""
    url, served = server
    (served / "letter.txt").write_text("A letter.")
    bag = tmp_path / "holey"
    (bag / "data").mkdir(parents=True)
    (bag / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    digest = hashlib.sha512(b"A letter.").hexdigest()
    (bag / "manifest-sha512.txt").write_text(f"{digest}  data/letter.txt\n")
    (bag / "fetch.txt").write_text(f"{url}/letter.txt 9 data/letter.txt\n")
    return bag


def test_nothing_is_fetched_unless_asked(archive: Archive, holey: Path) -> None:
    report = archive.run("validate", "--json", holey)
    assert (report.status, report.only["complete"]) == (3, False)
    assert list((holey / "data").iterdir()) == []


def test_a_bag_with_a_hole_is_completed_and_valid(archive: Archive, holey: Path) -> None:
    report = archive.run("validate", "--json", "--fetch", holey)
    assert report.only["valid"], report.only["problems"]
    assert (holey / "data" / "letter.txt").read_text() == "A letter."


def test_what_is_not_what_the_manifest_says_is_not_kept(
    archive: Archive, holey: Path, server: tuple[str, Path]
) -> None:
    (server[1] / "letter.txt").write_text("B letter.")
    report = archive.run("validate", "--json", "--fetch", holey)
    assert report.status == 3
    assert list((holey / "data").iterdir()) == []


def test_no_more_is_fetched_than_allowed(archive: Archive, holey: Path) -> None:
    report = archive.run("validate", "--json", "--fetch", "--fetch-limit", "5", holey)
    assert report.status == 3
    assert list((holey / "data").iterdir()) == []

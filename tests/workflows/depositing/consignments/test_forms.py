"""A package can be had in several forms, from any octet, and never as anything else than what was sealed."""

import io
import os
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5, sha256
from pathlib import Path

import pytest

from preserve.bag.validate import validate
from preserve.errors import BagError, DescriptionError, UsageError
from preserve.workflows.archive import Archive as Opened
from preserve.workflows.depositing.consignments import consign, label_of
from tests.acceptance.archive import Archive
from tests.workflows.depositing.consignments.ready import FILES, only, ready, whole


def files_at(place: Path) -> dict[str, bytes]:
    return {
        os.path.relpath(os.path.join(folder, name), place): Path(folder, name).read_bytes()
        for folder, _, names in os.walk(place)
        for name in names
    }


def test_a_bag_is_its_files(store: Opened) -> None:
    sent = ready(store, "bag")
    expected = files_at(store.place_of(only(store).name))
    assert {piece.path: whole(piece) for piece in sent.pieces()} == expected
    assert (sent.files, sent.octets) == (len(expected), sum(map(len, expected.values())))
    for piece in sent.pieces():
        data = expected[piece.path]
        assert piece.digest("sha256") == sha256(data).hexdigest()
        assert piece.digest("md5") == md5(data).hexdigest()
        place = piece.place()
        assert place is not None
        assert place.read_bytes() == data
        for start in (1, len(data) // 2, len(data) - 1, len(data)):
            assert whole(piece, max(start, 0)) == data[max(start, 0) :]


def test_documents_alone_are_what_came(store: Opened) -> None:
    assert {piece.path: whole(piece) for piece in ready(store, "payload").pieces()} == FILES


@pytest.mark.parametrize("form", ["tar", "zip"])
def test_an_archive_file_is_the_bag_and_is_valid(store: Opened, form: str, tmp_path: Path) -> None:
    sent = ready(store, form)
    (piece,) = sent.pieces()
    data = whole(piece)
    assert (sent.files, sent.octets, piece.size, piece.path) == (1, len(data), len(data), f"{sent.label}.{form}")
    assert piece.digest("sha256") == sha256(data).hexdigest()
    assert piece.digest("sha512") == next(ready(store, form).pieces()).digest("sha512")
    assert all(whole(piece, start) == data[start:] for start in range(0, len(data), 70_001))
    place = tmp_path / piece.path
    place.write_bytes(data)
    report = validate(place)
    assert (report.valid, report.problems) == (True, ())
    first = [f"{sent.label}/bagit.txt", f"{sent.label}/manifest-sha256.txt"]
    if form == "tar":
        with tarfile.open(place) as tar:
            assert tar.getnames()[:2] == first
    else:
        with zipfile.ZipFile(place) as read:
            assert read.namelist()[:2] == first


def test_documents_in_a_zip_lie_in_one_folder(store: Opened) -> None:
    sent = ready(store, "payload-zip")
    (piece,) = sent.pieces()
    with zipfile.ZipFile(io.BytesIO(whole(piece))) as read:
        assert {name: read.read(name) for name in read.namelist()} == {f"{sent.label}/{k}": v for k, v in FILES.items()}


def alter(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("start", [0, 1_000_000])
@pytest.mark.parametrize("form", ["bag", "tar", "zip", "payload", "payload-zip"])
def test_an_altered_file_ends_the_reading_before_its_end(store: Opened, form: str, start: int) -> None:
    sent = ready(store, form)
    pieces = [piece for piece in sent.pieces() if "größe" in piece.path or sent.files == 1]
    alter(next(store.place_of(only(store).name).rglob("größe.bin")))
    (piece,) = pieces
    got: list[bytes] = []
    with pytest.raises(BagError, match="is not what was validated"):
        got.extend(piece.blocks(start))
    assert sum(map(len, got)) < piece.size - start


def test_what_was_altered_before_is_not_even_consigned(store: Opened) -> None:
    place = store.place_of(only(store).name)
    for spoil in (
        lambda: alter(place / "manifest-sha512.txt"),
        (place / "manifest-sha256.txt").unlink,
        lambda: (place / "more.txt").write_text("more"),
    ):
        before = files_at(place)
        spoil()
        with pytest.raises(BagError, match="is not what was validated"):
            ready(store, "tar")
        for name in files_at(place).keys() - before.keys():
            (place / name).unlink()
        for name, data in before.items():
            (place / name).write_bytes(data)
    assert ready(store, "tar").octets


def test_a_link_in_place_of_a_document_is_not_followed(store: Opened, tmp_path: Path) -> None:
    place = next(store.place_of(only(store).name).rglob("letter.txt"))
    sent = ready(store, "bag")
    secret = tmp_path / "secret"
    secret.write_bytes(FILES["letter.txt"])
    place.unlink()
    place.symlink_to(secret)
    (piece,) = (piece for piece in sent.pieces() if piece.path.endswith("letter.txt"))
    with pytest.raises(BagError, match=r"letter\.txt cannot be read"):
        whole(piece)
    with pytest.raises(BagError, match="is not what was validated"):
        ready(store, "bag")


def test_a_file_that_grew_or_shrank_is_refused(store: Opened) -> None:
    sent = ready(store, "bag")
    place = store.place_of(only(store).name)
    for name, data in (("letter.txt", b"A letter.\nAnd more."), ("letter.txt", b"A "), ("empty.txt", b"x")):
        next(place.rglob(name)).write_bytes(data)
        (piece,) = (piece for piece in sent.pieces() if piece.path.endswith(name))
        with pytest.raises(BagError, match="is not what was validated"):
            whole(piece)


def test_a_form_that_there_is_not_is_named(store: Opened) -> None:
    with pytest.raises(UsageError, match="There is no form rar"):
        ready(store, "rar")


def test_a_package_that_gets_a_new_state_while_it_is_read_is_never_mixed(archive: Archive, store: Opened) -> None:
    package = only(store)
    sent = ready(store, "tar")
    (piece,) = sent.pieces()
    before = whole(piece)
    blocks = piece.blocks()
    got = next(blocks)
    archive.run("describe", package.name, "--set", "dcterms:title=Another title")
    with pytest.raises(BagError, match="is not what was validated"):
        whole(piece, 1)
    for block in blocks:  # what was open already goes on being what it was
        got += block
    assert got == before
    (now,) = ready(store, "tar").pieces()
    assert (now.path, ready(store, "tar").state) == (f"{package.name}.v2.tar", 2)


def test_the_rate_and_the_progress_are_kept_in_every_form(store: Opened) -> None:
    class Counting:
        files = octets = 0

        def take(self, octets: int) -> None:
            self.octets += octets

        def start(self, what: str, files: int, octets: int) -> None:
            raise AssertionError(what)

        def advance(self, files: int, octets: int) -> None:
            self.files += files

        def finish(self) -> None:
            raise AssertionError

    package = only(store)
    label, state, key = label_of(store, package)
    for form in ("bag", "tar", "zip", "payload"):
        count = Counting()
        sent = consign(store, package, form, label=label, state=state, key=key, pace=count, progress=count)
        for piece in sent.pieces():
            whole(piece)
            piece.digest("sha256")
        assert (count.files, count.octets) == (sent.files, sent.octets)


def test_many_threads_read_one_package(store: Opened) -> None:
    sent = ready(store, "bag")
    expected = files_at(store.place_of(only(store).name))
    with ThreadPoolExecutor(4) as pool:
        found = dict(pool.map(lambda piece: (piece.path, whole(piece)), list(sent.pieces()) * 5))
    assert found == expected


def test_the_description_goes_along_in_the_form_that_is_asked_for(store: Opened) -> None:
    assert b"<oai_dc:dc" in ready(store, "tar").described("oai_dc")
    with pytest.raises(DescriptionError, match="DataCite"):
        ready(store, "tar").described("datacite")

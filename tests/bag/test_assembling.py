"""A package is put together from whoever has its files: whole if each is good somewhere; else what is gone is named."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.bag.sealing import seal
from preserve.bag.sealing.assembling import Wanted, assemble, is_state, plan
from preserve.bag.sealing.copies import FolderCopy
from preserve.bag.sealing.restating import Former
from preserve.bag.validate import Options, validate
from preserve.errors import BagError, StoreUnwritable
from preserve.model import PinnedDigest
from preserve.ports import Part, Silent
from preserve.storage.crew import Crew
from tests.bag.builder import build

PAYLOAD = {"data/a.txt": b"A letter.\n", "data/sub/b.txt": b"Another.\n", "data/sub/empty": b""}


def sealed(place: Path) -> tuple[PinnedDigest, ...]:
    """A bag at *place*, and its pins."""
    build(place, PAYLOAD, algorithms=("sha256", "sha512"))
    return tuple(seal.pin(file.name, file.read_bytes()) for file in sorted(place.glob("*manifest-*.txt")))


def files_of(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())


def copies(*places: Path) -> list[FolderCopy]:
    return [found for place in places if (found := FolderCopy.at(place, place.name)) is not None]


def harm(file: Path, how: str) -> None:
    if how == "missing":
        file.unlink()
    elif how == "altered":
        file.write_bytes(file.read_bytes() + b"!")
    elif how == "a folder":
        file.unlink()
        file.mkdir()
    elif how == "a link":
        away = file.with_name(f".{file.name}.away")
        file.rename(away)
        file.symlink_to(away.name)


HARMS = ("missing", "altered", "a folder", "a link")


@given(st.data())
@settings(max_examples=40)
def test_each_file_that_is_good_somewhere_is_found_and_no_other(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("here", "nas", "tape")]
        pinned = sealed(places[0])
        original = Path(folder) / "original"
        shutil.copytree(places[0], original)
        shutil.copytree(places[0], places[1])
        shutil.copytree(places[0], places[2])
        paths = files_of(original)
        harmed = [data.draw(st.sets(st.sampled_from(paths), max_size=6), label=place.name) for place in places]
        for place, some in zip(places, harmed, strict=True):
            for path in sorted(some):
                harm(place / path, data.draw(st.sampled_from(HARMS), label=path))
        here, *others = copies(*places)
        wanted = Wanted.of(pinned, [here, *others])
        found = plan(wanted, here, others)
        assert set(found.gone) <= set.intersection(*harmed)
        if not wanted.lost:
            assert set(found.gone) == set.intersection(*harmed)
            assert {part.path for part in found.brought} == harmed[0] - set(found.gone)
        else:
            assert set(wanted.lost) <= set.intersection(*harmed)
        if found.gone or wanted.lost:
            return
        mended = Path(folder) / "mended"
        assemble(mended, found.parts, Crew(1), Silent())
        assert validate(mended, options=Options(pinned=pinned)).valid
        assert files_of(mended) == paths
        assert all((mended / path).read_bytes() == (original / path).read_bytes() for path in paths)
        assert all((mended / part.path).samefile(places[0] / part.path) for part in found.parts if part.at_hand)


def test_what_changes_between_the_judgement_and_the_copying_is_refused(tmp_path: Path) -> None:
    pinned = sealed(tmp_path / "nas")
    [copy] = copies(tmp_path / "nas")
    found = plan(Wanted.of(pinned, [copy]), None, [copy])
    (tmp_path / "nas" / "data" / "a.txt").write_bytes(b"A LETTER.\n")
    with pytest.raises(BagError, match=r"data/a\.txt in nas is not what was sealed"):
        assemble(tmp_path / "mended", found.parts, Crew(1), Silent())
    (tmp_path / "nas" / "data" / "a.txt").unlink()
    with pytest.raises(BagError, match=r"data/a\.txt in nas cannot be read: no such file"):
        assemble(tmp_path / "again", found.parts, Crew(1), Silent())


def test_nothing_is_written_over(tmp_path: Path) -> None:
    pinned = sealed(tmp_path / "nas")
    [copy] = copies(tmp_path / "nas")
    (tmp_path / "mended").mkdir()
    with pytest.raises(StoreUnwritable):
        assemble(tmp_path / "mended", plan(Wanted.of(pinned, [copy]), None, [copy]).parts, Crew(1), Silent())


def test_the_files_of_a_sealed_package_are_those_that_its_manifests_promise(tmp_path: Path) -> None:
    pinned = sealed(tmp_path / "nas")
    [copy] = copies(tmp_path / "nas")
    by_copy, by_state = Wanted.of(pinned, [copy]), Wanted.whole(Former.of(tmp_path / "nas", pinned), pinned)
    one, other = ({path: set(found) for path, found in each.files.items()} for each in (by_copy, by_state))
    assert one == other
    assert sorted(one) == files_of(tmp_path / "nas")
    assert is_state(copy, pinned)
    (tmp_path / "nas" / "manifest-sha512.txt").write_bytes(b"")
    assert not is_state(copy, pinned)


def test_a_copy_through_a_link_is_none(tmp_path: Path) -> None:
    sealed(tmp_path / "elsewhere")
    (tmp_path / "nas").symlink_to("elsewhere")
    assert FolderCopy.at(tmp_path / "nas", "nas") is None
    assert FolderCopy.at(tmp_path / "nothing", "nas") is None


def test_a_folder_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    pinned = sealed(tmp_path / "nas")
    (tmp_path / "nas" / "data" / "sub").rename(tmp_path / "outside")
    (tmp_path / "nas" / "data" / "sub").symlink_to("../../outside")
    [copy] = copies(tmp_path / "nas")
    assert plan(Wanted.of(pinned, [copy]), copy, []).gone == ("data/sub/b.txt", "data/sub/empty")
    part = Part("data/sub/b.txt", Wanted.of(pinned, [copy]).files["data/sub/b.txt"], copy)
    with pytest.raises(BagError, match="cannot be read"):
        assemble(tmp_path / "mended", [part], Crew(1), Silent())

"""The same workflows for programs, also from several threads at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import preserve
from preserve.errors import CatalogError, NoArchiveHome, NotABag, UsageError
from preserve.model import Problem


def test_six_threads_package_six_transfers_and_nobody_changes_folder(tmp_path: Path) -> None:
    home = preserve.init(tmp_path / "home")
    for number in range(6):
        folder = tmp_path / f"box {number}"
        folder.mkdir()
        for file in range(20):
            (folder / f"{file}.txt").write_text(f"{number} {file}")
    here = Path.cwd()
    with ThreadPoolExecutor(6) as threads:
        boxes = [tmp_path / f"box {number}" for number in range(6)]
        results = [
            result
            for found in threads.map(lambda box: list(preserve.ingest([box], home=home)), boxes)
            for result in found
        ]
    assert [str(result.status) for result in results] == ["sealed"] * 6
    assert Path.cwd() == here
    for number, result in enumerate(results):
        assert result.path is not None
        assert preserve.validate(result.path, home=home).valid
        assert (result.path / "data" / "7.txt").read_text() == f"{number} 7"


def test_a_program_sees_what_a_person_sees(tmp_path: Path) -> None:
    home = preserve.init(tmp_path / "home")
    (home / "incoming" / "letter.txt").write_text("Dear reader.")
    (found,) = preserve.check(home=home)
    assert found.ready
    (result,) = preserve.ingest(home=home, values=["dcterms:title=A letter"])
    opened = preserve.open_package(result.id[:8], home=home)
    assert opened.package.title == "A letter"
    assert (opened.place / "data" / "letter.txt").read_text() == "Dear reader."
    assert b"<title>A letter</title>" in preserve.export(result.name, "mods", home=home).data
    assert preserve.log(result.name, home=home).events[0].label == "ingestion"
    assert preserve.status(home).packages == 1
    assert preserve.rebuild_catalog(home).packages == 1


def test_what_belongs_to_no_transfer_is_told_aside(tmp_path: Path) -> None:
    home = preserve.init(tmp_path / "home")
    (home / "incoming" / "a.txt").write_text("a")
    (home / "incoming" / "metadata.csv").write_text("filename,dc.title\na.txt,Alpha\nab.txt,Beta\n")
    for run in (preserve.check, preserve.ingest):
        heard: list[Problem] = []
        assert len(list(run(home=home, aside=heard.append))) == 1
        assert [problem.code for problem in heard] == ["metadata-row-unmatched"]


def test_errors_are_those_of_the_tree(tmp_path: Path) -> None:
    home = preserve.init(tmp_path / "home")
    with pytest.raises(CatalogError):
        preserve.open_package("nothing", home=home)
    with pytest.raises(NotABag):
        preserve.validate(tmp_path / "nothing")
    with pytest.raises(UsageError, match="no form marc"):
        preserve.export("nothing", "marc", home=home)
    with pytest.raises(NoArchiveHome):
        preserve.status(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def test_importing_preserve_is_cheap_and_its_names_are_known() -> None:
    assert set(preserve.__all__) >= {"ingest", "validate", "open_package"}
    with pytest.raises(AttributeError):
        preserve.nonsense  # noqa: B018

"""The packages are the truth, and equal transfers make equal packages."""

import hashlib
import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import preserve
from preserve.catalog.store import Catalog
from preserve.config import load
from tests.acceptance.archive import Archive
from tests.conftest import REPOSITORY


class Stopped:
    """A clock that always tells the same time."""

    def now(self) -> datetime:
        return datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_with_clock_and_id_given_sealing_is_reproducible_byte_for_byte(tmp_path: Path) -> None:
    stores = []
    for home in (tmp_path / "one", tmp_path / "two"):
        preserve.init(home)
        ids = (f"00000000-0000-4000-8000-{number:012d}" for number in range(100))
        incoming = REPOSITORY / "incoming"
        chosen = sorted(path for path in incoming.iterdir() if not path.name.endswith(".dc.xml"))
        results = list(preserve.ingest(chosen, home=home, clock=Stopped(), make_id=partial(next, ids)))
        assert {str(result.status) for result in results} == {"sealed"}
        store = home / "packages"
        files = (p for p in sorted(store.rglob("*")) if p.is_file() and ".preserve" not in p.parts)
        stores.append({path.relative_to(store): path.read_bytes() for path in files})
    assert stores[0] == stores[1]


def test_a_rebuilt_catalogue_is_equal(archive: Archive) -> None:
    archive.ingest(*sorted((REPOSITORY / "incoming").iterdir())[:6], "--set", "dcterms:title=Given")
    archive.ingest(*sorted((REPOSITORY / "incoming").iterdir())[6:])
    odd = archive.incoming / "  odd\n100% \udcff name "
    odd.mkdir()
    (odd / "x").write_text("x")
    archive.ingest()
    url = load(archive.home, environment={}).catalog_url
    with Catalog.open(url) as catalog:
        before = catalog.snapshot()
    assert len(before) >= 9
    for file in (archive.packages / ".preserve").glob("catalog.sqlite*"):
        file.unlink()
    said = archive.run("catalog", "rebuild", "--json")
    assert (said.status, said.only["problems"]) == (0, [])
    with Catalog.open(url) as catalog:
        assert catalog.snapshot() == before


def test_a_damaged_catalogue_costs_nothing_but_a_rebuild(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    (result,) = archive.ingest()
    (archive.packages / ".preserve" / "catalog.sqlite").write_bytes(b"not a database" * 100)
    said = archive.run("ls")
    assert said.status == 23
    assert "preserve catalog rebuild" in said.err
    assert archive.run("catalog", "rebuild").status == 0
    assert archive.run("ls", "--json").only["name"] == result["name"]


def test_a_rebuild_trusts_the_history_and_not_a_forged_package(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("The truth.")
    (result,) = archive.ingest()
    package = Path(result["path"])
    (package / "data" / "letter.txt").write_text("A forgery.")
    for kind in ("manifest", "tagmanifest"):
        for tool in ("sha256", "sha512"):
            listed = [
                line[len(line.split()[0]) + 2 :] for line in (package / f"{kind}-{tool}.txt").read_text().splitlines()
            ]
            digests = [f"{hashlib.new(tool, (package / name).read_bytes()).hexdigest()}  {name}\n" for name in listed]
            (package / f"{kind}-{tool}.txt").write_text("".join(digests))
    rebuilt = archive.run("catalog", "rebuild", "--json")
    assert rebuilt.status == 3
    assert [problem["code"] for problem in rebuilt.only["problems"]] == ["pins-disagree"]
    report = archive.run("validate", "--json", result["name"])
    assert report.only["valid"] is False
    assert "manifest-tampered" in {problem["code"] for problem in report.only["problems"]}


def test_a_lost_package_is_not_forgotten_by_a_rebuild(archive: Archive) -> None:
    (archive.incoming / "letter.txt").write_text("x")
    (result,) = archive.ingest()
    shutil.rmtree(result["path"])
    assert archive.run("catalog", "rebuild").status == 3
    report = archive.run("status", "--json")
    assert report.status == 3
    assert [problem["code"] for problem in report.only["problems"]] == ["history-without-package"]

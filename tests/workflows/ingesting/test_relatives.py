"""Other versions of a text are told and proposed, whichever run and process meets them; nothing is merged."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

import preserve
from preserve.bag.sealing.amending import amend
from preserve.bag.validate import validate
from preserve.config import load
from preserve.describe.proposals import proposals_json
from preserve.errors import SealRefused
from preserve.model import Proposal, Severity
from preserve.ports import Silent
from preserve.transfer.incoming import named
from preserve.workflows.archive import Archive, opened
from preserve.workflows.ingesting.arriving import Said
from preserve.workflows.ingesting.ingest import Ingest
from preserve.workflows.packages import PROPOSALS, read_package
from preserve.workflows.rebuild import rebuild
from preserve.workflows.results import IngestResult, Status
from tests.describe.alike import texts
from tests.describe.alike.pairs import cut, page, plain, reflowed

GIF = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")


class Stopped:
    """A clock that always tells the same time."""

    def now(self) -> datetime:
        return datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    preserve.init(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    with opened(load(home, environment={}), Stopped(), writing=True) as one:
        yield one


def take_in(archive: Archive, *paths: Path, processes: int = 1, first: int = 0) -> list[IngestResult]:
    ids = (f"{number:08x}-0000-4000-8000-000000000000" for number in range(first, 1000))
    run = Ingest(archive, Silent(), Said(), make_id=partial(next, ids), processes=processes)
    return list(run.run([named(path) for path in paths]))


def put(place: Path, name: str, file: tuple[bytes, str, str] | bytes) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(file if isinstance(file, bytes) else file[0])
    return place / name


def versions(result: IngestResult) -> list[Proposal]:
    assert result.path is not None
    proposals = proposals_json.from_json((result.path / PROPOSALS).read_bytes())
    return [one for one in proposals if one.field == "dcterms:isVersionOf"]


def codes(result: IngestResult) -> list[str]:
    return [problem.code for problem in result.problems]


def test_the_same_text_in_another_encoding_is_proposed_and_not_merged(archive: Archive, tmp_path: Path) -> None:
    utf8 = put(tmp_path, "well.txt", plain(texts.ARABIC))
    windows = put(tmp_path, "well 1256.txt", plain(texts.ARABIC, "windows-1256"))
    first, second = take_in(archive, utf8, windows)

    assert (first.status, second.status) == (Status.SEALED, Status.SEALED)
    assert first.problems == ()
    [told] = second.problems
    assert (told.code, told.severity, told.path) == ("near-duplicate", Severity.WARNING, "data/well 1256.txt")
    assert told.message.endswith(f"holds the same text as well.txt in the package {first.name}, in another encoding.")
    assert versions(first) == []
    [found] = versions(second)
    assert (found.value, found.confidence) == (f"urn:uuid:{first.id}", 0.9)
    assert (found.method, found.tool, found.version) == ("near-duplicate:same-text", "preserve", preserve.__version__)
    assert (found.evidence.path, found.evidence.text) == ("data/well 1256.txt", told.message)
    for result in (first, second):
        assert result.path is not None
        assert validate(result.path).problems == ()


def test_each_run_knows_the_texts_of_those_before(archive: Archive, tmp_path: Path) -> None:
    [first] = take_in(archive, put(tmp_path, "bell.txt", plain(texts.ENGLISH)))
    [second] = take_in(archive, put(tmp_path, "bell.html", page(texts.ENGLISH)), first=1)
    [third] = take_in(archive, put(tmp_path, "cut.txt", plain(cut(texts.ENGLISH, 0.7))), first=2)

    assert [one.value for one in versions(second)] == [f"urn:uuid:{first.id}"]
    [found] = versions(third)
    assert (found.value, found.method) == (f"urn:uuid:{first.id}", "near-duplicate:similar")
    assert 0.6 <= found.confidence < 0.9
    assert "words in common" in found.evidence.text


def test_a_rebuilt_catalogue_knows_them_too(archive: Archive, home: Path, tmp_path: Path) -> None:
    [first, other] = take_in(
        archive, put(tmp_path, "bell.txt", plain(texts.ENGLISH)), put(tmp_path, "letter.txt", plain(texts.LETTER))
    )
    before = archive.catalog.snapshot()
    archive.catalog.close()
    assert archive.catalog.file is not None
    archive.catalog.file.unlink()
    rebuild(load(home, environment={}), Silent())

    with opened(load(home, environment={}), Stopped(), writing=True) as again:
        assert again.catalog.snapshot() == before
        assert [bool(package.text) for package in again.catalog.packages()] == [True, True]
        [second] = take_in(again, put(tmp_path, "bell 2.txt", plain(reflowed(texts.ENGLISH))), first=2)
    assert [one.value for one in versions(second)] == [f"urn:uuid:{first.id}"]
    assert versions(other) == []


def test_what_is_proposed_does_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    places = []
    for number, text in enumerate((texts.ENGLISH, texts.FRENCH, texts.GERMAN, texts.ARABIC, texts.RUSSIAN)):
        kinds = (plain(text), plain(text, "utf-16"), page(text), plain(cut(text, 0.8)), plain(reflowed(text)))
        places += [put(tmp_path / "in", f"{number} {kind}.txt", file) for kind, file in enumerate(kinds)]
    stores = []
    for processes in (1, 2, 3):
        preserve.init(home := tmp_path / f"home {processes}")
        with opened(load(home, environment={}), Stopped(), writing=True) as archive:
            results = take_in(archive, *places, processes=processes)
        assert [len(versions(result)) for result in results] == [0, 1, 1, 1, 1] * 5
        firsts = [f"urn:uuid:{results[number // 5 * 5].id}" for number in range(25) if number % 5]
        assert [one.value for result in results for one in versions(result)] == firsts
        files = (p for p in sorted((home / "packages").rglob("*")) if p.is_file() and ".preserve" not in p.parts)
        stores.append({path.relative_to(home): path.read_bytes() for path in files})
    assert stores[0] == stores[1] == stores[2]


def test_what_another_run_seals_at_the_same_time_is_told_by_one_of_them(home: Path, tmp_path: Path) -> None:
    utf8, utf16 = (put(tmp_path, f"{name}.txt", plain(texts.ENGLISH, name)) for name in ("utf-8", "utf-16"))

    class Meddling(Stopped):
        """Another run comes in between when the package is witnessed."""

        def __init__(self) -> None:
            self.asked = 0
            self.others: list[IngestResult] = []

        def now(self) -> datetime:
            self.asked += 1
            if self.asked == 3:
                with opened(load(home, environment={}), Stopped(), writing=True) as other:
                    self.others = take_in(other, utf16, first=1)
            return super().now()

    with opened(load(home, environment={}), clock := Meddling(), writing=True) as archive:
        [result] = take_in(archive, utf8)
    [other] = clock.others
    assert codes(other) == []
    assert codes(result) == ["near-duplicate"]
    assert other.name in result.problems[0].message
    assert versions(result) == versions(other) == []


def test_letters_from_one_template_are_left_alone(archive: Archive, tmp_path: Path) -> None:
    places = [
        put(tmp_path, f"{who}.txt", plain(texts.CIRCULAR.format(who=who))) for who in ("Anna", "Boris", "Clara Reed")
    ]
    for result in take_in(archive, *places):
        assert result.problems == ()
        assert versions(result) == []


def test_the_very_same_files_are_told_as_before_and_get_no_proposal(archive: Archive, tmp_path: Path) -> None:
    letter = plain(texts.LETTER)
    boxes = [put(tmp_path / name, "letter.txt", letter).parent for name in ("box", "other box")]
    first, second, again = take_in(archive, *boxes, boxes[0])
    assert (codes(first), codes(second)) == ([], ["duplicate-content"])
    assert versions(second) == []
    assert (again.status, again.id) == (Status.ALREADY_PACKAGED, first.id)
    [renamed] = take_in(archive, put(tmp_path, "renamed.txt", letter), first=10)
    assert codes(renamed) == ["near-duplicate"]
    assert "byte for byte, under another name" in renamed.problems[0].message


@pytest.mark.parametrize(
    ("more", "is_compared"),
    [
        ({}, True),
        ({"SHA256SUMS": b""}, True),
        ({"figure.png": GIF}, True),
        ({"second.txt": b"Another text of a few words, all of them read by somebody.\n"}, False),
        ({"table.csv": b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n"}, False),
    ],
)
def test_a_package_is_compared_if_it_is_one_text(
    archive: Archive, tmp_path: Path, more: dict[str, bytes], is_compared: bool
) -> None:
    box = put(tmp_path / "box", "page.html", page(texts.FRENCH)).parent
    for name, data in more.items():
        put(box, name, data)
    _, result = take_in(archive, put(tmp_path, "garden.txt", plain(texts.FRENCH)), box)
    assert codes(result) == (["near-duplicate"] if is_compared else [])


def test_a_plain_text_with_pictures_is_more_than_a_text(archive: Archive, tmp_path: Path) -> None:
    box = put(tmp_path / "box", "garden.txt", plain(texts.FRENCH)).parent
    put(box, "figure.png", GIF)
    _, result = take_in(archive, put(tmp_path, "garden.txt", plain(texts.FRENCH)), box)
    assert codes(result) == []


def test_a_package_that_is_gone_or_altered_is_nobodys_earlier_version(archive: Archive, tmp_path: Path) -> None:
    gone, altered = take_in(
        archive, put(tmp_path, "bell.txt", plain(texts.ENGLISH)), put(tmp_path, "garden.txt", plain(texts.FRENCH))
    )
    assert gone.path is not None
    assert altered.path is not None
    gone.path.rename(tmp_path / "elsewhere")
    (altered.path / "data" / "garden.txt").unlink()
    again = [
        put(tmp_path, f"{name}.txt", plain(text, "utf-16"))
        for name, text in (("b", texts.ENGLISH), ("g", texts.FRENCH))
    ]
    assert [codes(result) for result in take_in(archive, *again, first=5)] == [[], []]


def test_a_forged_fingerprint_leads_nowhere_outside_of_its_package(archive: Archive, tmp_path: Path) -> None:
    [first] = take_in(archive, put(tmp_path, "bell.txt", plain(texts.ENGLISH)))
    assert first.path is not None
    put(tmp_path, "secret.txt", plain(texts.ENGLISH))
    package = read_package(first.path)
    forged = package.text.replace("data/bell.txt", f"data/{'../' * 9}{os.fspath(tmp_path).lstrip('/')}/secret.txt")
    assert forged != package.text
    archive.catalog.update(replace(package, text=forged))
    [second] = take_in(archive, put(tmp_path, "bell 16.txt", plain(texts.ENGLISH, "utf-16")), first=1)
    assert codes(second) == []


def test_texts_of_more_than_was_read_are_never_called_the_same(archive: Archive, tmp_path: Path) -> None:
    long = " ".join(f"word{number}" for number in range(150_000))
    one, other = put(tmp_path, "1.txt", plain(long + " one end")), put(tmp_path, "2.txt", plain(long + " another end"))
    _, result = take_in(archive, one, other)
    assert [proposal.method for proposal in versions(result)] == ["near-duplicate:similar"]


def test_a_bag_on_the_workbench_is_amended_whole(archive: Archive, tmp_path: Path) -> None:
    [result] = take_in(archive, put(tmp_path, "bell.txt", plain(texts.ENGLISH)))
    assert result.path is not None
    amend(result.path, PROPOSALS, proposals_json.to_json(()))
    assert validate(result.path).problems == ()
    with pytest.raises(SealRefused, match=r"does not list data/bell\.txt"):
        amend(result.path, "data/bell.txt", b"")
    assert validate(result.path).problems == ()

"""Which transfers there are, and which companions go with them.  Nothing in incoming/ is ever lost from sight."""

import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preserve.model import Severity, TransferKind
from preserve.transfer.arrival import Arrival, Arrivals
from preserve.transfer.incoming import arrivals, as_one, each_file, named, named_each
from preserve.transfer.survey import survey
from preserve.transfer.verify import verify
from tests.transfer.trees import codes, lay, md5, paths, sha256, stored


def beside(found: Arrivals | tuple[Arrival, ...]) -> dict[str, list[str]]:
    """The names of the companions by the name of the transfer."""
    transfers = found.transfers if isinstance(found, Arrivals) else found
    return {one.name: sorted(each.source.name for each in one.beside) for one in transfers}


def test_every_file_and_folder_is_a_transfer_and_hidden_ones_are_left_alone(home: Path) -> None:
    lay(home / "incoming", {"a.txt": "a", "folder/b.txt": "b", ".gitkeep": "", ".DS_Store": "x", "lost+found/#12": "x"})
    found = arrivals(home / "incoming")
    assert [(one.name, one.kind) for one in found.transfers] == [
        ("a.txt", TransferKind.FILE),
        ("folder", TransferKind.FOLDER),
    ]
    assert [path.name for path in found.left_alone] == [".DS_Store", ".gitkeep", "lost+found"]
    assert found.problems == ()


def test_an_empty_or_missing_incoming_is_no_accident(home: Path) -> None:
    assert arrivals(home / "incoming") == Arrivals(())
    assert codes(arrivals(home / "nowhere").problems) == ["incoming-unreadable"]


def test_companions_are_no_transfers_of_their_own(home: Path) -> None:
    lay(
        home / "incoming",
        {
            "letter.txt": "a",
            "letter.txt.dc.xml": "<x/>",
            "letter.txt.md5": md5("a"),
            "scan.pdf": "b",
            "scan.dc.xml": "<x/>",
            "box/c.txt": "c",
            "box.dc.xml": "<x/>",
            "alone.txt": "d",
            "SHA256SUMS": f"{sha256('a')}  letter.txt\n{sha256('c')}  box/c.txt\n",
            "checksums.md5": f"{md5('b')} *scan.pdf\r\n",
            "manifest-md5.txt": f"{md5('a')}  letter.txt\n",
            "metadata.csv": "filename,dc.title\nletter.txt,A letter\nobjects/box/c.txt,In the box\n",
        },
    )
    found = arrivals(home / "incoming")
    assert beside(found) == {
        "alone.txt": [],
        "box": ["SHA256SUMS", "box.dc.xml", "metadata.csv"],
        "letter.txt": ["SHA256SUMS", "letter.txt.dc.xml", "letter.txt.md5", "manifest-md5.txt", "metadata.csv"],
        "scan.pdf": ["checksums.md5", "scan.dc.xml"],
    }
    assert found.problems == ()
    for one in found.transfers:
        transfer = survey(one)
        assert transfer.problems == ()
        assert verify(transfer, stored(transfer)) == ()
        assert all(companion.path == companion.source.name for companion in transfer.companions)


def test_a_companion_says_what_its_names_begin_with(home: Path) -> None:
    lay(home / "incoming", {"box/a.txt": "a", "b.txt": "b", "metadata.csv": "filename\nbox/a.txt\nb.txt\n"})
    bases = {one.name: survey(one).companions[0].base for one in arrivals(home / "incoming").transfers}
    assert bases == {"box": "box/", "b.txt": ""}


def test_a_wrong_checksum_refuses_only_the_transfer_it_is_about(home: Path) -> None:
    sums = f"{sha256('a')}  a.txt\n{sha256('other')}  b.txt\n{sha256('x')}  box/gone.txt\n"
    lay(home / "incoming", {"a.txt": "a", "b.txt": "b", "box/c.txt": "c", "SHA256SUMS": sums})
    found = {one.name: survey(one) for one in arrivals(home / "incoming").transfers}
    wrong = {name: codes((*one.problems, *verify(one, stored(one)))) for name, one in found.items()}
    assert wrong == {"a.txt": [], "b.txt": ["supplied-checksum-mismatch"], "box": ["listed-not-there"]}


def test_what_a_shared_list_or_table_says_about_nothing_here_is_told_once(home: Path) -> None:
    lay(home / "incoming", {"a.txt": "a", "b.txt": "b", "metadata.csv": "filename\na.txt\nb.txt\nmissing.txt\n"})
    lay(home / "incoming", {"SHA256SUMS": f"{sha256('a')}  a.txt\n{sha256('b')}  b.txt\n{sha256('c')}  c.txt\nhm\n"})
    found = arrivals(home / "incoming")
    assert codes(found.problems) == ["checksum-line", "listed-not-here", "row-not-here"]
    assert {problem.severity for problem in found.problems} == {Severity.WARNING}
    assert all(survey(one).problems == () for one in found.transfers)


def test_a_companion_without_its_file_is_a_transfer_of_its_own_and_says_so(home: Path) -> None:
    files = {
        "gone.txt.md5": md5("a"),
        "gone.txt.dc.xml": "<x/>",
        "metadata.csv": "filename\ngone.txt\n",
        "SHA256SUMS": f"{sha256('a')}  gone.txt\n",
        "essay.md5": "an essay",
    }
    lay(home / "incoming", files)
    found = arrivals(home / "incoming")
    assert sorted(one.name for one in found.transfers) == sorted(files)
    for one in found.transfers:
        transfer = survey(one)
        assert paths(transfer) == [one.name]
        assert codes(transfer.problems) == ([] if one.name == "essay.md5" else ["companion-alone"])


def test_a_description_for_a_stem_goes_to_the_files_that_have_none_of_their_own(home: Path) -> None:
    lay(home / "incoming", {"a.txt": "1", "a.pdf": "2", "a.dc.xml": "<x/>", "a.txt.dc.xml": "<x/>"})
    assert beside(arrivals(home / "incoming")) == {"a.txt": ["a.txt.dc.xml"], "a.pdf": ["a.dc.xml"]}


def test_a_checksum_for_a_companion_is_compared_at_once(home: Path) -> None:
    sums = f"{sha256('a')}  a.txt\n{sha256('forged')}  a.txt.dc.xml\n"
    lay(home / "incoming", {"a.txt": "a", "a.txt.dc.xml": "<x/>", "SHA256SUMS": sums})
    (one,) = arrivals(home / "incoming").transfers
    assert [(problem.code, problem.path) for problem in survey(one).problems] == [
        ("supplied-checksum-mismatch", "a.txt.dc.xml")
    ]


def test_a_sidecar_counts_for_its_file_whatever_path_it_names(home: Path) -> None:
    lay(home / "incoming", {"a.txt": "a", "a.txt.md5": f"{md5('a')}  /home/me/original.txt\n"})
    (one,) = arrivals(home / "incoming").transfers
    transfer = survey(one)
    assert [(each.path, each.listed_in) for each in transfer.supplied] == [("a.txt", "a.txt.md5")]


def test_a_companion_beside_gives_way_to_the_folders_own_of_the_same_name(home: Path) -> None:
    lay(home / "incoming", {"box/a.txt": "a", "box/metadata.csv": "filename\n", "metadata.csv": "filename\nbox\n"})
    (one,) = arrivals(home / "incoming").transfers
    assert sorted(companion.path for companion in survey(one).companions) == ["beside/metadata.csv", "metadata.csv"]


def test_hazards_at_the_top_are_refused_and_the_others_go_on(home: Path) -> None:
    lay(home / "incoming", {"good.txt": "a"})
    os.mkfifo(home / "incoming/pipe")
    os.mkfifo(home / "incoming/SHA256SUMS")
    (home / "incoming/link").symlink_to("good.txt")
    found = {one.name: codes(survey(one).problems) for one in arrivals(home / "incoming").transfers}
    assert found == {
        "good.txt": [],
        "pipe": ["source-special-file"],
        "SHA256SUMS": ["source-special-file"],
        "link": ["path-is-link"],
    }


def test_many_loose_files_with_one_list_are_matched_in_one_go(home: Path) -> None:
    files = {f"{number:05}.txt": str(number) for number in range(3000)}
    lay(home / "incoming", files)
    lay(home / "incoming", {"SHA256SUMS": "".join(f"{sha256(text)}  {name}\n" for name, text in files.items())})
    found = arrivals(home / "incoming")
    assert len(found.transfers) == 3000
    assert all(len(one.beside[0].listed) == 1 for one in found.transfers)
    assert len(named_each([one.root for one in found.transfers])) == 3000


_LOOSE = ["a", "a.txt", "b.txt", "A.TXT", "é", "é", "x\ny", "b.md5", ".hidden"]
_TELLING = [
    "metadata.csv",
    "SHA256SUMS",
    "m.dc.xml",
    "a.txt.md5",
    "a.txt.md5.sha1",
    "b.txt.dc.xml",
    "a.dc.xml",
    "b.dc.xml.dc.xml",
    "checksums.txt",
    "manifest-md5.txt",
]
NAMES = st.sampled_from([*_LOOSE, *_TELLING])
CONTENTS = st.sampled_from(["", md5("x"), "text"]) | st.lists(NAMES, min_size=1).map(
    lambda names: "".join(f"{md5('x')}  {name}\n" for name in names)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(NAMES, CONTENTS, min_size=1))
def test_every_entry_is_a_transfer_a_companion_or_left_alone(tmp_path: Path, files: dict[str, str]) -> None:
    folder = lay(tmp_path / str(len(os.listdir(tmp_path))), files)
    found = arrivals(folder)
    companions = {each.source.name for one in found.transfers for each in one.beside}
    own = {one.name for one in found.transfers}
    left = {path.name for path in found.left_alone}
    assert own | companions | left == set(files)
    assert not own & left
    singles = each_file([folder])
    assert {one.name for one in singles} | {each.source.name for one in singles for each in one.beside} == set(files)
    for one in (*found.transfers, *singles, as_one([folder])):
        survey(one)


# --- where a person points ----------------------------------------------------------------------------------


def test_a_named_path_brings_only_the_companions_that_speak_about_it(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "a.txt": "a",
            "b.txt": "b",
            "a.txt.md5": md5("a"),
            "b.txt.md5": md5("b"),
            "SHA256SUMS": f"{sha256('b')}  b.txt\n{sha256('c')}  c.txt\n",
            "metadata.csv": "filename\nb.txt\n",
        },
    )
    assert beside((named(tmp_path / "a.txt"), named(tmp_path / "b.txt"))) == {
        "a.txt": ["a.txt.md5"],
        "b.txt": ["SHA256SUMS", "b.txt.md5", "metadata.csv"],
    }


def test_as_one_makes_a_bundle_whose_paths_begin_with_each_name(tmp_path: Path) -> None:
    lay(tmp_path, {"here/a.txt": "a", "there/box/b.txt": "b", "there/box/SHA256SUMS": f"{sha256('b')}  b.txt\n"})
    lay(
        tmp_path,
        {"here/a.txt.md5": md5("a"), "here/a.txt.dc.xml": "<x/>", "there/metadata.csv": "filename\nbox/b.txt\n"},
    )
    (tmp_path / "there/box/empty").mkdir()
    arrival = as_one([tmp_path / "here/a.txt", tmp_path / "there/box"])
    transfer = survey(arrival)
    assert (transfer.kind, transfer.root) == (TransferKind.BUNDLE, tmp_path)
    assert transfer.name == "a.txt and 1 other"
    assert transfer.parts == (tmp_path / "here/a.txt", tmp_path / "there/box")
    assert paths(transfer) == ["a.txt", "box/SHA256SUMS", "box/b.txt"]
    assert [folder.path for folder in transfer.folders] == ["box", "box/empty"]
    assert sorted((one.path, one.about) for one in transfer.companions) == [
        ("a.txt.dc.xml", ("a.txt",)),
        ("a.txt.md5", ()),
        ("box/SHA256SUMS", ()),
        ("metadata.csv", ()),
    ]
    assert verify(transfer, stored(transfer)) == transfer.problems == ()
    assert len(transfer.supplied) == 2


def test_as_one_of_a_single_path_is_that_path(tmp_path: Path) -> None:
    lay(tmp_path, {"box/a.txt": "a"})
    assert as_one([tmp_path / "box"]) == as_one([tmp_path / "box", tmp_path / "box"]) == named(tmp_path / "box")


def test_as_one_refuses_two_paths_of_the_same_name(tmp_path: Path) -> None:
    lay(tmp_path, {"x/a.txt": "1", "y/a.txt": "2"})
    assert codes(survey(as_one([tmp_path / "x/a.txt", tmp_path / "y/a.txt"])).problems) == ["same-name"]


def test_as_one_is_refused_for_a_hazard_in_any_part(tmp_path: Path) -> None:
    lay(tmp_path, {"a.txt": "1"})
    assert "path-missing" in codes(survey(as_one([tmp_path / "a.txt", tmp_path / "nothing"])).problems)
    assert [problem.severity for problem in survey(as_one([])).problems] == ["error"]


def test_each_file_is_a_transfer_and_companions_go_with_their_files(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "t/a.txt": "a",
            "t/a.txt.dc.xml": "<x/>",
            "t/sub/b.txt": "b",
            "t/sub/b.txt.md5": md5("b"),
            "t/sub/deep/c.txt": "c",
            "t/SHA256SUMS": f"{sha256('a')}  a.txt\n{sha256('c')}  sub/deep/c.txt\n{sha256('d')}  sub/gone.txt\n",
            "t/sub/metadata.csv": "filename\nb.txt\ndeep/c.txt\n",
            "manifest-md5.txt": f"{md5('b')}  t/sub/b.txt\n",
        },
    )
    found = each_file([tmp_path / "t"])
    assert beside(found) == {
        "a.txt": ["SHA256SUMS", "a.txt.dc.xml"],
        "b.txt": ["b.txt.md5", "manifest-md5.txt", "metadata.csv"],
        "c.txt": ["SHA256SUMS", "metadata.csv"],
    }
    transfers = {one.name: survey(one) for one in found}
    for transfer in transfers.values():
        assert paths(transfer) == [transfer.name]
        assert verify(transfer, stored(transfer)) == ()
    assert codes(transfers["a.txt"].problems) == ["listed-not-here"]
    (table,) = [one for one in transfers["c.txt"].companions if one.path == "metadata.csv"]
    assert table.base == "deep/"


def test_each_file_does_not_hide_what_cannot_be_a_transfer(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "empty/.keep": ""})
    os.unlink(tmp_path / "empty/.keep")
    os.mkfifo(tmp_path / "t/pipe")
    (tmp_path / "t/link").symlink_to("a.txt")
    found = each_file([tmp_path / "t", tmp_path / "empty", tmp_path / "nothing", tmp_path / "t/a.txt"])
    assert {one.name: codes(survey(one).problems) for one in found} == {
        "a.txt": [],
        "link": ["path-is-link"],
        "pipe": ["source-special-file"],
        "empty": ["no-files"],
        "nothing": ["path-missing"],
    }
    assert len(found) == 5


def test_each_file_keeps_in_sight_what_speaks_about_a_folder(tmp_path: Path) -> None:
    lay(tmp_path, {"t/sub/a.txt": "a", "t/sub.dc.xml": "<x/>", "t/SHA256SUMS": f"{sha256('b')}  sub/gone.txt\n"})
    assert sorted(beside(each_file([tmp_path / "t"]))) == ["SHA256SUMS", "a.txt", "sub.dc.xml"]

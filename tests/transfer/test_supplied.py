"""Checksums and descriptions that the producer sent: found, understood, compared."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from preserve.model import CompanionKind, Severity, Transfer, TransferKind
from preserve.transfer.incoming import arrivals, as_one, each_file
from preserve.transfer.reading import LONGEST_GUESS, LONGEST_LIST
from preserve.transfer.survey import survey
from preserve.transfer.verify import algorithms_for, verify
from tests.transfer.trees import codes, lay, md5, paths, sha256, stored, surveyed


def kinds(transfer: Transfer) -> dict[str, str]:
    """The companions by path."""
    return {one.path: one.kind.value for one in transfer.companions}


def told(transfer: Transfer) -> list[tuple[str, str]]:
    """Every supplied checksum: the file, and the list it stood in."""
    return sorted((one.path, one.listed_in) for one in transfer.supplied)


LISTS = ["SHA256SUMS", "sha256sum.txt", "checksums.sha256", "manifest-sha256.txt", "metadata/checksum.sha256"]


@pytest.mark.parametrize("name", LISTS)
def test_a_folders_own_list_stays_in_the_payload_and_is_compared(tmp_path: Path, name: str) -> None:
    base = "../objects/" if name.startswith("metadata") else "objects/"
    lay(tmp_path, {"t/objects/a.txt": "a", "t/objects/é.txt": "b"})
    lay(tmp_path, {f"t/{name}": f"{sha256('a')}  {base}a.txt\n{sha256('b')} *{base}é.txt\n"})
    transfer = surveyed(tmp_path / "t")
    assert name in paths(transfer)
    assert kinds(transfer) == {name: "checksums"}
    assert told(transfer) == [("objects/a.txt", name), ("objects/é.txt", name)]
    assert algorithms_for(transfer) == {"objects/a.txt": ("sha256",), "objects/é.txt": ("sha256",)}
    assert verify(transfer, stored(transfer)) == transfer.problems == ()


def test_archivematicas_list_may_speak_from_the_objects_folder(tmp_path: Path) -> None:
    lay(tmp_path, {"t/objects/a.txt": "a", "t/metadata/checksum.md5": f"{md5('a')}  a.txt\n"})
    assert told(surveyed(tmp_path / "t")) == [("objects/a.txt", "metadata/checksum.md5")]


def test_a_list_written_from_outside_the_folder_is_understood(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/SHA256SUMS": f"{sha256('a')}  t/a.txt\n"})
    assert told(surveyed(tmp_path / "t")) == [("a.txt", "SHA256SUMS")]


def test_a_wrong_checksum_says_which_file_expected_found_and_list(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "changed", "t/SHA256SUMS": f"{sha256('a').upper()}  a.txt\n"})
    transfer = surveyed(tmp_path / "t")
    (problem,) = verify(transfer, stored(transfer))
    assert (problem.code, problem.severity, problem.path) == ("supplied-checksum-mismatch", Severity.ERROR, "a.txt")
    for part in ("a.txt", "SHA256SUMS", "sha256", sha256("a"), sha256("changed")):
        assert part in problem.message


def test_a_checksum_that_was_not_compared_is_no_pass(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/MD5SUMS": f"{md5('a')}  a.txt\n"})
    transfer = surveyed(tmp_path / "t")
    assert codes(verify(transfer, [])) == ["checksum-not-checked"]


def test_several_lists_ask_for_several_algorithms_of_one_file(tmp_path: Path) -> None:
    blake = hashlib.blake2b(b"a").hexdigest()
    lay(tmp_path, {"t/a.txt": "a", "t/MD5SUMS": f"{md5('a')}  a.txt\n", "t/B2SUMS": f"{blake}  a.txt\n"})
    transfer = surveyed(tmp_path / "t")
    assert algorithms_for(transfer) == {"a.txt": ("blake2b", "md5")}
    assert verify(transfer, stored(transfer)) == ()


def test_a_listed_file_that_is_not_there_refuses_the_transfer(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/SHA256SUMS": f"{sha256('a')}  a.txt\n{sha256('b')}  sub/b.txt\n"})
    (problem,) = surveyed(tmp_path / "t").problems
    assert (problem.code, problem.severity, problem.path) == ("listed-not-there", Severity.ERROR, "sub/b.txt")
    assert problem.message == "sub/b.txt is listed in SHA256SUMS (line 2) but is not there."


def test_paths_that_lead_out_are_never_followed(tmp_path: Path) -> None:
    lay(tmp_path, {"secret.txt": "s", "t/a.txt": "a"})
    inside = "".join(f"{sha256('s')}  {path}\n" for path in ["../secret.txt", "/etc/passwd", "C:\\secret.txt"])
    lay(tmp_path, {"t/SHA256SUMS": f"{sha256('a')}  a.txt\n{inside}"})
    transfer = surveyed(tmp_path / "t")
    assert codes(transfer.problems) == ["checksum-path"] * 3
    assert {problem.severity for problem in transfer.problems} == {Severity.WARNING}
    assert told(transfer) == [("a.txt", "SHA256SUMS")]


def test_lines_that_cannot_be_used_are_warnings_with_their_number_and_never_a_flood(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/SHA256SUMS": f"{sha256('a')}  a.txt\nnonsense\nCRC32 (a.txt) = 0\n"})
    messages = [problem.message for problem in surveyed(tmp_path / "t").problems]
    assert len(messages) == 2
    assert "Line 2 of SHA256SUMS" in messages[0]
    assert "Line 3 of SHA256SUMS uses crc32" in messages[1]
    lay(tmp_path, {"t/SHA256SUMS": "nonsense\n" * 5000})
    assert len(surveyed(tmp_path / "t").problems) == 21


def test_a_list_that_names_itself_or_only_some_files_is_no_mistake(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/b.txt": "b", "t/SHA256SUMS": ""})
    lay(tmp_path, {"t/SHA256SUMS": f"{sha256('')}  SHA256SUMS\n{sha256('a')}  a.txt\n"})
    transfer = surveyed(tmp_path / "t")
    assert told(transfer) == [("a.txt", "SHA256SUMS")]
    (problem,) = transfer.problems
    assert (problem.code, problem.severity) == ("checksums-partial", Severity.WARNING)
    assert "b.txt" in problem.message


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "utf-16", "utf-8-sig"])
def test_lists_that_windows_tools_wrote_find_their_files(tmp_path: Path, encoding: str) -> None:
    lay(tmp_path, {"t/Café/Übung.txt": "a"})
    lay(tmp_path, {"t/checksums.md5": f"{md5('a').upper()} *Café\\Übung.txt\r\n".encode(encoding)})
    transfer = surveyed(tmp_path / "t")
    assert told(transfer) == [("Café/Übung.txt", "checksums.md5")]
    assert transfer.problems == ()


def test_a_composed_name_in_the_list_finds_the_decomposed_file(tmp_path: Path) -> None:
    lay(tmp_path, {"t/E\u0301.txt": "a", "t/SHA256SUMS": f"{sha256('a')}  É.txt\n"})
    assert told(surveyed(tmp_path / "t")) == [("E\u0301.txt", "SHA256SUMS")]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="coreutils are not here")
def test_what_sha256sum_writes_about_a_folder_of_odd_names_is_compared_in_full(tmp_path: Path) -> None:
    names = ["a\nb", "\\n", "trailing ", " leading", "*star", "%0A", "100%25", os.fsdecode(b"caf\xe9"), "é", "e\u0301"]
    lay(tmp_path, {f"t/{name}": name.encode("utf-8", "surrogateescape") for name in names})
    done = subprocess.run(
        ["sha256sum", *(f"./{name}" for name in names)], cwd=tmp_path / "t", capture_output=True, check=True
    )
    lay(tmp_path, {"t/SHA256SUMS": done.stdout})
    transfer = surveyed(tmp_path / "t")
    assert sorted(path for path, _ in told(transfer)) == sorted(names)
    assert verify(transfer, stored(transfer)) == ()


def test_a_checksum_beside_its_file_counts_at_any_depth(tmp_path: Path) -> None:
    lay(tmp_path, {"t/deep/er/a.txt": "a", "t/deep/er/a.txt.md5": md5("a"), "t/b.txt": "b", "t/b.txt.sha256": ""})
    transfer = surveyed(tmp_path / "t")
    assert told(transfer) == [("deep/er/a.txt", "deep/er/a.txt.md5")]
    assert kinds(transfer) == {"deep/er/a.txt.md5": "checksums"}
    assert transfer.problems == ()


def test_a_file_that_only_sounds_like_a_list_is_a_file(tmp_path: Path) -> None:
    lay(tmp_path, {"t/essay.md5": "On message digests\n", "t/checksums.txt": "none yet\n"})
    transfer = surveyed(tmp_path / "t")
    assert (kinds(transfer), transfer.problems) == ({}, ())


def test_descriptions_and_tables_of_a_folder_are_companions_and_stay_in_the_payload(tmp_path: Path) -> None:
    files = [
        "metadata.csv",
        "metadata/metadata.csv",
        "a.txt.dc.xml",
        "a.txt",
        "sub/b.pdf",
        "sub/b.dc.xml",
        "other.dc.xml",
    ]
    lay(tmp_path, dict.fromkeys((f"t/{name}" for name in files), "x"))
    transfer = surveyed(tmp_path / "t")
    assert sorted(paths(transfer)) == sorted(files)
    assert kinds(transfer) == {
        "metadata.csv": "metadata-csv",
        "metadata/metadata.csv": "metadata-csv",
        "a.txt.dc.xml": "dc-xml",
        "sub/b.dc.xml": "dc-xml",
    }
    about = {one.path: one.about for one in transfer.companions if one.kind is CompanionKind.DUBLIN_CORE}
    assert about == {"a.txt.dc.xml": ("a.txt",), "sub/b.dc.xml": ("sub/b.pdf",)}


# --- bags ---------------------------------------------------------------------------------------------------


def a_bag(root: Path) -> Path:
    """A small bag with an odd name, a tag folder, an empty folder and a link."""
    odd = "100%\n.txt"
    lay(
        root,
        {
            "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "bag-info.txt": "Title: x\n",
            "metadata/dc.xml": "<x/>",
            "data/a.txt": "a",
            f"data/sub/{odd}": "b",
            "manifest-sha256.txt": f"{sha256('a')}  data/a.txt\n{sha256('b')}  data/sub/100%25%0A.txt\n",
            "manifest-md5.txt": f"{md5('a')} data/a.txt\n{md5('z')} data/gone.txt\n{md5('z')} ../../etc/passwd\n",
        },
    )
    (root / "data/empty").mkdir()
    (root / "data/link").symlink_to("a.txt")
    return root


def test_a_bag_is_split_into_payload_and_tag_files(tmp_path: Path) -> None:
    transfer = surveyed(a_bag(tmp_path / "bag"))
    assert transfer.kind is TransferKind.BAG
    assert paths(transfer) == ["a.txt", "sub/100%\n.txt"]
    assert [folder.path for folder in transfer.folders if folder.empty] == ["empty"]
    assert [(link.path, link.target) for link in transfer.links] == [("link", "a.txt")]
    tags = {"bagit.txt", "bag-info.txt", "metadata/dc.xml", "manifest-sha256.txt", "manifest-md5.txt"}
    assert kinds(transfer) == dict.fromkeys(tags, "bag-tag")
    assert told(transfer) == [
        ("a.txt", "manifest-md5.txt"),
        ("a.txt", "manifest-sha256.txt"),
        ("sub/100%\n.txt", "manifest-sha256.txt"),
    ]
    assert verify(transfer, stored(transfer)) == ()
    assert not any(problem.code.startswith("listed") for problem in transfer.problems)


def test_a_bag_with_nonsense_for_manifests_is_surveyed_all_the_same(tmp_path: Path) -> None:
    lay(tmp_path, {"bag/bagit.txt": b"\xff", "bag/manifest-sha256.txt": b"\x00\xff" * 99, "bag/data/a": "a"})
    transfer = surveyed(tmp_path / "bag")
    assert (transfer.kind, transfer.supplied, transfer.problems) == (TransferKind.BAG, (), ())


def test_a_link_among_the_tag_files_is_told(tmp_path: Path) -> None:
    bag = a_bag(tmp_path / "bag")
    (bag / "notes.txt").symlink_to("/etc/passwd")
    assert "source-link-among-tags" in codes(surveyed(bag).problems)


def test_a_description_in_a_bags_payload_is_kept_apart_from_its_tag_files(tmp_path: Path) -> None:
    bag = lay(a_bag(tmp_path / "bag"), {"data/metadata.csv": "filename\n", "metadata.csv": "x"})
    assert kinds(surveyed(bag))["metadata.csv"] == "bag-tag"
    assert kinds(surveyed(bag))["data/metadata.csv"] == "metadata-csv"


def test_a_list_beside_a_bag_counts_for_payload_and_tag_files(tmp_path: Path) -> None:
    a_bag(tmp_path / "bag")
    lay(tmp_path, {"SHA256SUMS": f"{sha256('a')}  bag/data/a.txt\n{sha256('forged')}  bag/bag-info.txt\n"})
    transfer = surveyed(tmp_path / "bag")
    assert ("a.txt", "SHA256SUMS") in told(transfer)
    assert "SHA256SUMS" in kinds(transfer)
    mismatch = next(problem for problem in transfer.problems if problem.code == "supplied-checksum-mismatch")
    assert mismatch.path == "bag-info.txt"


def test_a_bag_inside_a_folder_is_just_files(tmp_path: Path) -> None:
    a_bag(tmp_path / "box/bag")
    assert surveyed(tmp_path / "box").kind is TransferKind.FOLDER


def test_a_listed_link_is_not_called_missing(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/SHA256SUMS": f"{sha256('a')}  a.txt\n{sha256('a')}  link\n"})
    (tmp_path / "t/link").symlink_to("a.txt")
    assert [(each.code, each.severity) for each in surveyed(tmp_path / "t").problems] == [
        ("listed-link", Severity.WARNING)
    ]


def test_what_cannot_be_taken_in_is_told_once_even_if_it_is_listed(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/SHA256SUMS": f"{sha256('a')}  a.txt\n{sha256('b')}  pipe\n"})
    os.mkfifo(tmp_path / "t/pipe")
    assert codes(surveyed(tmp_path / "t").problems) == ["source-special-file"]


def test_a_list_too_large_to_be_one_is_not_read_and_said_so(tmp_path: Path) -> None:
    lay(tmp_path, {"t/a.txt": "a", "t/SHA256SUMS": "", "t/huge.md5": ""})
    os.truncate(tmp_path / "t/SHA256SUMS", LONGEST_LIST + 1)  # all holes: it takes no room
    os.truncate(tmp_path / "t/huge.md5", LONGEST_GUESS + 1)
    transfer = surveyed(tmp_path / "t")
    assert codes(transfer.problems) == ["list-too-large", "list-too-large"]
    assert len(transfer.files) == 3
    assert codes(arrivals(tmp_path / "t").problems) == ["list-too-large", "list-too-large"]


def test_a_checksum_from_beside_a_folder_for_what_is_not_there_refuses_it(tmp_path: Path) -> None:
    lay(tmp_path, {"bag/bagit.txt": "", "bag/data/a": "a", "t/a": "a"})
    lay(tmp_path, {"MD5SUMS": f"{md5('a')}  bag/data/b\n{md5('a')}  t/b\n{md5('a')}  t/../bag/data/a\n"})
    assert codes(surveyed(tmp_path / "bag").problems) == ["listed-not-there"]
    assert codes(surveyed(tmp_path / "t").problems) == ["checksum-path", "listed-not-there"]


def described(transfer: Transfer) -> dict[str, tuple[str, ...]]:
    """The files in TOML by path, with what they are about."""
    return {one.path: one.about for one in transfer.companions if one.kind is CompanionKind.METADATA_TOML}


def test_a_folders_own_description_stays_in_the_payload_and_is_about_that_folder(tmp_path: Path) -> None:
    lay(tmp_path, {"t/metadata.toml": "", "t/in/METADATA.toml": "", "t/in/a.txt": "a", "t/in/a.txt.metadata.toml": ""})
    transfer = surveyed(tmp_path / "t")
    about = {"metadata.toml": (), "in/METADATA.toml": ("in/",), "in/a.txt.metadata.toml": ("in/a.txt",)}
    assert described(transfer) == about
    assert about.keys() <= set(paths(transfer))


def test_what_lies_beside_transfers_is_about_each_of_them_and_no_transfer(tmp_path: Path) -> None:
    lay(tmp_path, {"metadata.toml": "", "t/metadata.toml": "", "t/a": "a", "n.txt": "n", "n.metadata.toml": ""})
    found = {arrival.name: described(survey(arrival)) for arrival in arrivals(tmp_path).transfers}
    assert found == {
        "t": {"metadata.toml": (), "beside/metadata.toml": ()},  # the nearest first
        "n.txt": {"metadata.toml": (), "n.metadata.toml": ()},
    }


def test_with_each_file_all_folders_around_it_speak_the_innermost_first(tmp_path: Path) -> None:
    lay(
        tmp_path, {"metadata.toml": "", "t/metadata.toml": "", "t/in/metadata.toml": "", "t/in/deep/a": "a", "t/b": "b"}
    )
    found = {arrival.name: list(described(survey(arrival))) for arrival in each_file([tmp_path / "t"])}
    assert found == {
        "a": ["t/in/metadata.toml", "t/metadata.toml", "metadata.toml"],
        "b": ["t/metadata.toml", "metadata.toml"],
    }


def test_in_a_bundle_it_is_about_the_parts_that_lie_beside_it(tmp_path: Path) -> None:
    lay(tmp_path, {"x/metadata.toml": "", "x/t/a": "a", "x/t/metadata.toml": "", "x/n": "n", "y/m": "m"})
    whole = survey(as_one([tmp_path / "x" / "t", tmp_path / "x" / "n"]))
    assert described(whole) == {"t/metadata.toml": ("t/",), "metadata.toml": ()}
    some = survey(as_one([tmp_path / "x" / "t", tmp_path / "x" / "n", tmp_path / "y" / "m"]))
    assert described(some) == {"t/metadata.toml": ("t/",), "metadata.toml": ("t/", "n")}

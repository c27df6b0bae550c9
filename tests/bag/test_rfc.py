"""RFC 8493, clause by clause: what tools like to miss, each as a bag that keeps or breaks it."""

import os
from pathlib import Path

import pytest

from preserve.bag.validate import Options, validate
from preserve.model import Severity, ValidationReport
from preserve.storage import digests
from tests.bag.builder import FILES, build, digest, line, put, reseal

BOTH = ("sha256", "sha512")


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return build(tmp_path / "bag")


def codes(report: ValidationReport) -> set[str]:
    return {problem.code for problem in report.errors}


def warnings(report: ValidationReport) -> set[str]:
    return {problem.code for problem in report.problems if problem.severity is Severity.WARNING}


def relist(bag: Path, name: str, old: str, new: str) -> None:
    """Change a manifest and make the tag manifest agree with it."""
    text = (bag / name).read_bytes()
    assert old.encode() in text
    put(bag, name, text.replace(old.encode(), new.encode()))
    reseal(bag)


def test_a_bag_that_keeps_every_rule_is_valid_without_any_finding(bag: Path) -> None:
    report = validate(bag)
    assert report.valid
    assert report.complete
    assert report.problems == ()
    assert (report.bag_version, report.files, report.bytes) == ("1.0", 2, 26)


# --- §2.1.1 -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_2_1_1_the_declaration_may_end_its_lines_in_three_ways(bag: Path, end: bytes) -> None:
    put(bag, "bagit.txt", b"BagIt-Version: 1.0" + end + b"Tag-File-Character-Encoding: UTF-8" + end)
    reseal(bag)
    assert validate(bag).problems == ()


@pytest.mark.parametrize(
    "first",
    [
        b"BagIt-Version:1.0",
        b"BagIt-Version:  1.0",
        b"BagIt-Version : 1.0",
        b" BagIt-Version: 1.0",
        b"BagIt-Version: 1.0 ",
    ],
)
def test_2_1_1_blanks_are_exact_unless_one_is_tolerant(bag: Path, first: bytes) -> None:
    put(bag, "bagit.txt", first + b"\nTag-File-Character-Encoding: UTF-8\n")
    reseal(bag)
    assert codes(validate(bag)) == {"declaration-spelling"}
    assert validate(bag, options=Options(tolerant=True)).valid


def test_2_1_1_no_byte_order_mark(bag: Path) -> None:
    put(bag, "bagit.txt", b"\xef\xbb\xbf" + (bag / "bagit.txt").read_bytes())
    reseal(bag)
    assert codes(validate(bag)) == {"byte-order-mark"}


# --- §2.1.2, §2.1.3 -----------------------------------------------------------------------------------------


def test_2_1_2_there_must_be_a_payload_folder(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {})
    (bag / "data").rmdir()
    assert "payload-folder-missing" in codes(validate(bag))


def test_2_1_3_checksums_may_be_upper_case(bag: Path) -> None:
    value = digest("sha256", FILES["data/letter.txt"])
    relist(bag, "manifest-sha256.txt", value, value.upper())
    assert validate(bag).problems == ()


@pytest.mark.parametrize("gap", [" ", "\t", "   ", " \t "])
def test_2_1_3_any_blanks_separate_checksum_and_name(bag: Path, gap: str) -> None:
    relist(bag, "manifest-sha256.txt", "  data/letter.txt", gap + "data/letter.txt")
    assert validate(bag).problems == ()


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_2_3_manifests_may_end_their_lines_in_three_ways(bag: Path, end: bytes) -> None:
    for name in ("manifest-sha256.txt", "bag-info.txt"):
        put(bag, name, (bag / name).read_bytes().replace(b"\n", end))
    reseal(bag)
    manifest = bag / "tagmanifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes().replace(b"\n", end))
    assert validate(bag).problems == ()


def test_2_1_3_percent_signs_are_encoded(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {"data/100%.txt": b"x"})
    relist(bag, "manifest-sha256.txt", "100%25.txt", "100%.txt")
    assert codes(validate(bag)) == {"percent-not-encoded"}
    assert validate(bag, options=Options(tolerant=True)).valid


def test_2_1_3_nothing_but_cr_lf_and_percent_is_encoded(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {"data/a b.txt": b"x"})
    relist(bag, "manifest-sha256.txt", "a b.txt", "a%20b.txt")
    assert {"missing", "unlisted"} <= codes(validate(bag))


def test_2_1_3_before_1_0_a_percent_sign_stands_for_itself(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {"data/%25.txt": b"x", "data/%7E": b"y", "data/%": b"z"}, version="0.97")
    assert validate(bag).problems == ()


def test_2_1_3_a_writer_of_another_version_is_understood_with_a_warning(tmp_path: Path) -> None:
    old = build(tmp_path / "old", {"data/100%.txt": b"x"}, version="0.97")
    relist(old, "manifest-sha256.txt", "100%.txt", "100%25.txt")
    report = validate(old)
    assert report.valid
    assert warnings(report) == {"percent-other-reading"}


def test_2_1_3_another_reading_never_stands_in_for_a_file_that_is_listed_itself(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {"data/a\nb": b"x", "data/a%0Ab": b"x"})
    (bag / "data/a\nb").unlink()
    report = validate(bag)
    assert [p.path for p in report.errors if p.code == "missing"] == ["data/a\nb"]


@pytest.mark.parametrize("path", ["data/sub/", "data/sub", "data/", "data//letter.txt", "data/./letter.txt"])
def test_2_1_3_a_manifest_lists_files_by_their_plain_path(bag: Path, path: str) -> None:
    put(bag, "manifest-sha256.txt", (bag / "manifest-sha256.txt").read_bytes() + line("sha256", b"", path).encode())
    reseal(bag)
    assert codes(validate(bag)) & {"path-is-folder", "manifest-line-malformed"}


@pytest.mark.parametrize(("version", "valid"), [("0.97", True), ("1.0", False)])
def test_2_1_3_every_file_is_listed_exactly_once(tmp_path: Path, version: str, valid: bool) -> None:
    bag = build(tmp_path / "bag", version=version)
    put(bag, "manifest-sha256.txt", (bag / "manifest-sha256.txt").read_bytes() * 2)
    reseal(bag)
    report = validate(bag)
    assert report.valid is valid
    assert {p.code for p in report.problems} == {"listed-twice-alike" if valid else "listed-twice"}
    assert validate(bag, options=Options(tolerant=True)).valid


# --- §2.2.1 -------------------------------------------------------------------------------------------------


def test_2_2_1_a_tag_manifest_must_not_list_payload(bag: Path) -> None:
    with (bag / "tagmanifest-sha256.txt").open("a") as file:
        file.write(line("sha256", FILES["data/letter.txt"], "data/letter.txt"))
    assert codes(validate(bag)) == {"tag-manifest-lists-payload"}


def test_2_2_1_a_tag_manifest_must_not_list_tag_manifests(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", algorithms=BOTH)
    other = (bag / "tagmanifest-sha512.txt").read_bytes()
    with (bag / "tagmanifest-sha256.txt").open("a") as file:
        file.write(line("sha256", other, "tagmanifest-sha512.txt"))
    assert codes(validate(bag)) == {"tag-manifest-lists-tag-manifest"}


def test_2_2_1_a_listed_tag_file_must_be_there_and_unchanged(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", tag_files={"metadata/dc.xml": b"<dc/>"})
    assert validate(bag).problems == ()
    put(bag, "metadata/dc.xml", b"<cd/>")
    assert codes(validate(bag)) == {"checksum-mismatch"}
    (bag / "metadata/dc.xml").unlink()
    assert codes(validate(bag)) == {"missing"}


@pytest.mark.parametrize("version", ["0.93", "0.94", "0.95", "0.96", "0.97", "1.0"])
def test_tag_manifests_are_verified_at_every_version(tmp_path: Path, version: str) -> None:
    bag = build(tmp_path / "bag", version=version)
    assert validate(bag).problems == ()
    name = "bag-info.txt" if version >= "0.96" else "package-info.txt"
    put(bag, name, b"Source-Organization: Forger\n")
    assert codes(validate(bag)) == {"checksum-mismatch"}


# --- §2.2.2 -------------------------------------------------------------------------------------------------


def test_2_2_2_the_order_of_the_metadata_is_kept(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", info=b"B: 2\nA: 1\nb: 3\nLong: one\n  two\n\tthree\n")
    info = validate(bag).info
    assert list(info) == ["B", "A", "Long"]
    assert (info["B"], info["Long"]) == (("2", "3"), ("one\ntwo\nthree",))


@pytest.mark.parametrize("text", [b"A:1\n", b"A:  1\n", b"A : 1\n", b"A:\n"])
def test_2_2_2_exactly_one_blank_after_the_colon_at_1_0(tmp_path: Path, text: bytes) -> None:
    modern = build(tmp_path / "modern", info=text)
    assert codes(validate(modern)) == {"bag-info-whitespace"}
    assert validate(modern, options=Options(tolerant=True)).valid
    assert validate(build(tmp_path / "old", info=text, version="0.97")).problems == ()


@pytest.mark.parametrize("text", [b"no colon\n", b"  indented first\n", b": no label\n", b" : x\n"])
def test_2_2_2_lines_that_are_no_element_are_errors(tmp_path: Path, text: bytes) -> None:
    assert codes(validate(build(tmp_path / "bag", info=text))) == {"bag-info-malformed"}


def test_2_2_2_a_right_oxum_is_no_proof(bag: Path) -> None:
    put(bag, "data/letter.txt", b"Dear forgers,\n")
    report = validate(bag)
    assert codes(report) == {"checksum-mismatch"}
    assert report.complete
    assert not report.valid


def test_2_2_2_nothing_is_called_valid_unless_every_byte_was_read(bag: Path) -> None:
    report = validate(bag, options=Options(completeness_only=True))
    assert report.complete
    assert not report.valid
    assert warnings(report) == {"not-verified"}
    (bag / "data/letter.txt").unlink()
    assert not validate(bag, options=Options(completeness_only=True)).complete


# --- §2.2.3 -------------------------------------------------------------------------------------------------


def test_2_2_3_a_hole_that_fetch_knows_is_incomplete_and_named(bag: Path) -> None:
    put(bag, "fetch.txt", b"https://example.org/letter.txt 14 data/letter.txt\n")
    reseal(bag)
    assert validate(bag).valid
    (bag / "data/letter.txt").unlink()
    report = validate(bag)
    assert codes(report) == {"missing-to-fetch", "oxum-mismatch"}
    assert not report.complete


@pytest.mark.parametrize(("version", "valid"), [("0.97", True), ("1.0", False)])
def test_2_2_3_fetch_entries_are_in_every_manifest(tmp_path: Path, version: str, valid: bool) -> None:
    bag = build(tmp_path / "bag", version=version, algorithms=BOTH)
    put(bag, "manifest-sha512.txt", line("sha512", FILES["data/letter.txt"], "data/letter.txt").encode())
    put(bag, "fetch.txt", b"https://example.org/notes.txt - data/sub/notes.txt\n")
    reseal(bag, BOTH)
    report = validate(bag)
    assert report.valid is valid
    assert valid or "fetch-not-in-manifest" in codes(report)


@pytest.mark.parametrize("url", ["letter.txt", "/letter.txt", "//example.org/letter.txt", "C:\\letter.txt", "https:"])
def test_2_2_3_the_url_is_absolute(bag: Path, url: str) -> None:
    put(bag, "fetch.txt", f"{url} - data/letter.txt\n".encode())
    reseal(bag)
    assert codes(validate(bag)) == {"fetch-url-not-absolute"}


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "９", "9" * 5000])
def test_2_2_3_the_length_is_a_number_or_a_dash(bag: Path, length: str) -> None:
    put(bag, "fetch.txt", f"https://example.org/x {length} data/letter.txt\n".encode())
    reseal(bag)
    assert codes(validate(bag)) == {"fetch-line-malformed"}


# --- §2.3, §2.4 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bag-info.txt", "manifest-sha256.txt"])
def test_2_3_no_byte_order_mark_in_utf_8(bag: Path, name: str) -> None:
    put(bag, name, b"\xef\xbb\xbf" + (bag / name).read_bytes())
    reseal(bag)
    assert codes(validate(bag)) == {"byte-order-mark"}
    assert validate(bag, options=Options(tolerant=True)).valid


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "ISO-8859-1", "UTF-16", "UTF-16LE", "UTF-32", "windows-1252"])
def test_2_3_the_declared_encoding_is_used(tmp_path: Path, encoding: str) -> None:
    report = validate(build(tmp_path / "bag", {"data/Núñez.txt": b"x"}, encoding=encoding))
    assert report.valid, report.errors


@pytest.mark.parametrize("name", digests.ALGORITHMS)
def test_2_4_algorithms_are_verified(tmp_path: Path, name: str) -> None:
    bag = build(tmp_path / "bag", algorithms=(name,))
    assert validate(bag).problems == ()
    put(bag, "data/letter.txt", b"Dear forgers,\n")
    assert codes(validate(bag)) == {"checksum-mismatch"}


@pytest.mark.parametrize("name", ["SHA256", "sha-256", "Sha_256"])
def test_2_4_algorithm_names_are_normalised(bag: Path, name: str) -> None:
    (bag / "manifest-sha256.txt").rename(bag / f"manifest-{name}.txt")
    reseal(bag)
    assert codes(validate(bag)) == {"algorithm-spelling"}
    put(bag, "data/letter.txt", b"Dear forgers,\n")
    assert "checksum-mismatch" in codes(validate(bag))


# --- §3 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "valid"), [("0.93", True), ("0.97", True), ("1.0", False)])
def test_3_before_1_0_a_file_listed_in_one_manifest_suffices(tmp_path: Path, version: str, valid: bool) -> None:
    bag = build(tmp_path / "bag", version=version, algorithms=BOTH)
    for name, path in zip(BOTH, FILES, strict=True):
        put(bag, f"manifest-{name}.txt", line(name, FILES[path], path).encode())
    reseal(bag, BOTH)
    report = validate(bag)
    assert report.valid is valid
    assert codes(report) == (set() if valid else {"not-in-every-manifest"})
    for path in FILES:
        put(bag, path, FILES[path].upper())
    assert len([p for p in validate(bag).errors if p.code == "checksum-mismatch"]) == 2


def test_3_missing_and_unlisted_files_are_all_named(bag: Path) -> None:
    (bag / "data/letter.txt").rename(bag / "data/moved.txt")
    put(bag, "data/new.txt", b"")
    found = {(problem.code, problem.path) for problem in validate(bag).errors}
    assert {("missing", "data/letter.txt"), ("unlisted", "data/moved.txt"), ("unlisted", "data/new.txt")} <= found


def test_3_every_manifest_is_verified(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", algorithms=("md5", "sha512"))
    value = digest("sha512", FILES["data/letter.txt"])
    manifest = bag / "manifest-sha512.txt"
    manifest.write_bytes(manifest.read_bytes().replace(value.encode(), b"0" * 128))
    reseal(bag, ("md5", "sha512"))
    assert [(p.code, p.path) for p in validate(bag).errors] == [("checksum-mismatch", "data/letter.txt")]


# --- §5.1 ---------------------------------------------------------------------------------------------------

HAZARDS = [
    "/etc/passwd",
    "../x",
    "data/../../x",
    "data/..",
    "~/x",
    "~root/x",
    "C:\\x",
    "c:/x",
    "\\\\server\\share",
    "\\\\?\\C:\\x",
    "%HomeDrive%\\x",
    "data\\..\\..\\x",
    "data/a/..\\..\\..\\x",
    "data/x\x00y",
]


@pytest.mark.parametrize("path", HAZARDS)
@pytest.mark.parametrize("version", ["1.0", "0.97"])
@pytest.mark.parametrize("name", ["manifest-sha256.txt", "tagmanifest-sha256.txt", "fetch.txt"])
def test_5_1_paths_that_lead_out_are_refused(tmp_path: Path, path: str, version: str, name: str) -> None:
    bag = build(tmp_path / "bag", version=version)
    if name == "fetch.txt":
        put(bag, name, f"https://example.org/x - {path}\n".encode())
    else:
        put(bag, name, (bag / name).read_bytes() + f"{'0' * 64}  {path}\n".encode())
    if not name.startswith("tag"):
        reseal(bag)
    found = codes(validate(bag, options=Options(tolerant=True)))
    assert found & {"path-unsafe", "tag-manifest-lists-payload"}
    assert "missing" not in found


def test_5_1_a_backslash_is_a_legal_character_in_a_file_that_is_there(tmp_path: Path) -> None:
    report = validate(build(tmp_path / "bag", {"data/a\\..\\b": b"x", "data/..\\c": b"y"}))
    assert report.valid
    assert warnings(report) == {"name-not-for-windows"}


def test_5_1_encoded_line_ends_do_not_smuggle_paths(bag: Path) -> None:
    text = (bag / "manifest-sha256.txt").read_bytes() + f"{'0' * 64}  data/x%0A/../../../etc/passwd\n".encode()
    put(bag, "manifest-sha256.txt", text)
    reseal(bag)
    assert codes(validate(bag)) == {"path-unsafe"}


# --- §6.1 ---------------------------------------------------------------------------------------------------


def test_6_1_1_3_names_that_differ_in_case_are_a_warning(tmp_path: Path) -> None:
    report = validate(build(tmp_path / "bag", {"data/A.txt": b"1", "data/a.txt": b"2", "data/ß": b"", "data/SS": b""}))
    assert report.valid
    assert warnings(report) == {"names-differ-in-case"}
    assert len(report.problems) == 2


@pytest.mark.parametrize(
    "name", ["con", "aux.txt", "LPT1.md", "a:b", "what?", "ends.", "ends ", "tab\t", "back\\slash"]
)
def test_6_1_2_names_that_windows_cannot_hold_are_a_warning(tmp_path: Path, name: str) -> None:
    report = validate(build(tmp_path / "bag", {f"data/sub/{name}": b"x"}))
    assert report.valid, report.errors
    assert warnings(report) == {"name-not-for-windows"}


@pytest.mark.parametrize("name", ["Thumbs.db", ".DS_Store", "desktop.ini", "._letter.txt", "__MACOSX/x"])
def test_6_1_2_files_of_the_operating_system_are_a_warning(tmp_path: Path, name: str) -> None:
    report = validate(build(tmp_path / "bag", {f"data/{name}": b"x"}))
    assert report.valid
    assert warnings(report) == {"system-file"}


def test_6_1_3_the_asterisk_of_md5sum_is_accepted_with_a_warning(bag: Path) -> None:
    relist(bag, "manifest-sha256.txt", "  data/", " *data/")
    manifest = bag / "tagmanifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes().replace(b"  ", b" *"))
    report = validate(bag)
    assert report.valid
    assert {(p.code, p.path) for p in report.problems} == {
        ("legacy-checksum-line", "manifest-sha256.txt"),
        ("legacy-checksum-line", "tagmanifest-sha256.txt"),
    }


def test_6_1_3_the_backslash_of_md5sum_is_accepted_with_a_warning(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {"data/a\\b": b"x"}, algorithms=("md5",))
    value = digest("md5", b"x")
    put(bag, "manifest-md5.txt", f"\\{value}  data/a\\\\b\n".encode())
    reseal(bag, ("md5",))
    report = validate(bag)
    assert report.valid
    assert "legacy-checksum-line" in warnings(report)


def test_names_that_are_not_utf_8_are_found_in_a_bag_that_lists_them(tmp_path: Path) -> None:
    name = os.fsdecode(b"data/caf\xe9.txt")
    report = validate(build(tmp_path / "bag", {name: b"x"}))
    assert codes(report) == {"undecodable"}

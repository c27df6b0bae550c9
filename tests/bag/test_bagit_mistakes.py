"""What bagit-python 1.9.0 gets wrong when it judges: each of its known mistakes, and that we do not make it."""

import os
import unicodedata
from pathlib import Path

import pytest

from preserve.bag.validate import Options, validate
from preserve.errors import NotABag
from preserve.model import PinnedDigest, ValidationReport
from tests.bag.builder import FILES, build, digest, line, put, reseal


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return build(tmp_path / "bag")


def codes(report: ValidationReport) -> set[str]:
    return {problem.code for problem in report.errors}


def warnings(report: ValidationReport) -> set[str]:
    return {problem.code for problem in report.problems} - codes(report)


def append(file: Path, text: str) -> None:
    file.write_bytes(file.read_bytes() + text.encode())


# --- names that it writes and then rejects ------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "100%0A.txt",
        "ends in a blank ",
        "no-break\u00a0",
        "v\x0bt",
        "n\x85l",
        "l\u2028s",
        "a\nb\nc\nd",
        "a\r\nb",
        "100%",
    ],
)
@pytest.mark.parametrize("version", ["1.0", "0.97"])
def test_odd_names_are_valid(tmp_path: Path, name: str, version: str) -> None:
    report = validate(build(tmp_path / "bag", {f"data/{name}": b"x"}, version=version))
    assert report.valid, report.errors


def test_nfc_beside_nfd_is_valid_with_a_warning(tmp_path: Path) -> None:
    names = [f"data/{unicodedata.normalize(form, 'Núñez')}" for form in ("NFC", "NFD")]
    report = validate(build(tmp_path / "bag", {names[0]: b"one", names[1]: b"two"}))
    assert report.valid
    assert "names-differ-in-normalisation" in warnings(report)


@pytest.mark.parametrize(("listed", "stored"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_another_normalisation_in_the_manifest_is_a_warning(tmp_path: Path, listed: str, stored: str) -> None:
    names = {form: f"data/{unicodedata.normalize(form, 'Núñez.txt')}" for form in ("NFC", "NFD")}
    bag = build(tmp_path / "bag", {names[listed]: b"text"})
    (bag / names[listed]).rename(bag / names[stored])
    report = validate(bag)
    assert report.valid
    assert "name-normalisation" in warnings(report)
    put(bag, names[stored], b"damaged")
    assert "checksum-mismatch" in codes(validate(bag))


def test_an_encoded_percent_sign_is_understood(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {"data/100%.txt": b"x"})
    assert b"100%25.txt" in (bag / "manifest-sha256.txt").read_bytes()
    assert validate(bag).valid


def test_lower_case_escapes_are_understood(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", {"data/a\nb\rc": b"x"})
    manifest = bag / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes().replace(b"%0A", b"%0a").replace(b"%0D", b"%0d"))
    reseal(bag)
    assert validate(bag).valid


# --- paths that lead out ------------------------------------------------------------------------------------


def test_a_sibling_with_the_same_prefix_in_a_tag_manifest_is_refused(bag: Path) -> None:
    evil = put(bag.parent / "bag-evil", "x", b"secret")
    append(bag / "tagmanifest-sha256.txt", line("sha256", evil.read_bytes(), "../bag-evil/x"))
    assert "path-unsafe" in codes(validate(bag))


def test_a_sibling_with_the_same_prefix_in_fetch_is_refused(bag: Path) -> None:
    put(bag, "fetch.txt", b"https://example.org/x 6 ../bag-evil/x\n")
    reseal(bag)
    assert "path-unsafe" in codes(validate(bag))


# --- manifests that it calls good ---------------------------------------------------------------------------


def test_at_1_0_a_second_manifest_must_list_every_file(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", algorithms=("sha256", "sha512"))
    manifest = bag / "manifest-sha512.txt"
    manifest.write_bytes(b"".join(manifest.read_bytes().splitlines(keepends=True)[1:]))
    reseal(bag, ("sha256", "sha512"))
    report = validate(bag)
    assert codes(report) == {"not-in-every-manifest"}
    assert not report.complete


@pytest.mark.parametrize("text", ["no checksum here\n", "deadbeef\n", "deadbeef  data/letter.txt\n", "zz data/x\n"])
def test_a_malformed_line_is_an_error(bag: Path, text: str) -> None:
    append(bag / "manifest-sha256.txt", text)
    reseal(bag)
    assert codes(validate(bag)) & {"manifest-line-malformed", "digest-malformed"}


def test_a_manifest_of_an_unknown_algorithm_cannot_be_valid(bag: Path) -> None:
    put(bag, "manifest-crc32c.txt", b"".join(b"cafe  " + path.encode() + b"\n" for path in FILES))
    reseal(bag)
    assert codes(validate(bag)) == {"algorithm-unknown"}
    assert validate(bag, options=Options(tolerant=True)).valid


def test_without_any_known_algorithm_not_even_tolerance_helps(bag: Path) -> None:
    (bag / "manifest-sha256.txt").rename(bag / "manifest-sha257.txt")
    reseal(bag)
    report = validate(bag, options=Options(tolerant=True))
    assert codes(report) == {"not-checkable"}
    assert not report.valid


def test_a_payload_manifest_must_not_list_a_tag_file(bag: Path) -> None:
    append(bag / "manifest-sha256.txt", line("sha256", (bag / "bagit.txt").read_bytes(), "bagit.txt"))
    reseal(bag)
    assert codes(validate(bag)) == {"path-outside-payload"}


def test_a_fetch_entry_must_be_in_the_manifests(bag: Path) -> None:
    put(bag, "fetch.txt", b"https://example.org/x - data/stranger\n")
    reseal(bag)
    assert codes(validate(bag)) == {"fetch-not-in-manifest"}


def test_a_fetch_entry_must_not_be_a_tag_file(bag: Path) -> None:
    put(bag, "fetch.txt", b"https://example.org/x - bagit.txt\n")
    reseal(bag)
    assert codes(validate(bag)) == {"fetch-not-payload"}


def test_an_empty_manifest_does_not_vouch_for_files(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", algorithms=("md5",))
    put(bag, "manifest-md5.txt", b"")
    reseal(bag, ("md5",))
    report = validate(bag)
    assert [problem.path for problem in report.errors] == sorted(FILES)
    assert codes(report) == {"unlisted"}


def test_an_empty_payload_with_an_empty_manifest_is_valid(tmp_path: Path) -> None:
    assert validate(build(tmp_path / "bag", {})).valid


def test_a_bag_without_any_manifest_is_an_error_even_if_it_is_empty(tmp_path: Path) -> None:
    assert "no-manifest" in codes(validate(build(tmp_path / "bag", {}, algorithms=())))


# --- the metadata -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Payload-Oxum", "payload-oxum", "PAYLOAD-OXUM"])
def test_a_wrong_oxum_is_found_whatever_the_case_of_its_label(tmp_path: Path, label: str) -> None:
    report = validate(build(tmp_path / "bag", info=f"{label}: 999.9\n".encode()))
    assert codes(report) == {"oxum-mismatch"}
    assert "999 octets in 9 files" in report.errors[0].message
    assert "26 octets in 2 files" in report.errors[0].message


def test_an_oxum_mismatch_says_which_files(bag: Path) -> None:
    (bag / "data/letter.txt").unlink()
    put(bag, "data/stranger", b"abc")
    message = next(problem.message for problem in validate(bag).errors if problem.code == "oxum-mismatch")
    assert "Missing: data/letter.txt." in message
    assert "In no manifest: data/stranger." in message


def test_a_repeated_oxum_is_an_error(tmp_path: Path) -> None:
    assert "oxum-repeated" in codes(validate(build(tmp_path / "bag", info=b"Payload-Oxum: 26.2\n" * 2)))


@pytest.mark.parametrize("oxum", ["", "x", "26", "26.", ".2", "26.2.1", "-26.2", "２６.２", "9" * 5000 + ".2"])
def test_a_bad_oxum_is_a_finding(tmp_path: Path, oxum: str) -> None:
    assert "oxum-malformed" in codes(validate(build(tmp_path / "bag", info=f"Payload-Oxum: {oxum}\n".encode())))


def test_a_byte_order_mark_does_not_hide_the_oxum(tmp_path: Path) -> None:
    report = validate(build(tmp_path / "bag", info=b"\xef\xbb\xbfPayload-Oxum: 999.9\n"))
    assert codes(report) == {"byte-order-mark", "oxum-mismatch"}


# --- the declaration ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nMore: lines\n",
        b"Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n",
        b"BagIt-Version: 1.0\nBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        b"BagIt-Version: 1.0\nBagIt-Version: 0.96\n",
        b"BagIt-Version: 1.0\n",
        b"",
    ],
)
def test_extra_reordered_or_missing_lines_are_errors(bag: Path, text: bytes) -> None:
    put(bag, "bagit.txt", text)
    reseal(bag)
    assert codes(validate(bag)) == {"declaration-malformed"}


@pytest.mark.parametrize("version", ["1.5", ".97", "0.92", "2.0", "1", "1.0.0", "01.0", "1.00", "١.٠", "", "9" * 5000])
def test_unknown_versions_are_errors(bag: Path, version: str) -> None:
    put(bag, "bagit.txt", f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n".encode())
    reseal(bag)
    assert codes(validate(bag)) & {"version-unknown", "declaration-malformed", "declaration-spelling"}


def test_a_lowered_version_switches_nothing_off(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", version="0.97")
    put(bag, "bagit.txt", b"BagIt-Version: 0.96\nTag-File-Character-Encoding: UTF-8\n")
    report = validate(bag)
    assert [(problem.code, problem.path) for problem in report.errors] == [("checksum-mismatch", "bagit.txt")]


def test_a_lowered_version_is_known_from_the_catalogue(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", version="0.97")
    assert codes(validate(bag, options=Options(expected_version="1.0"))) == {"version-downgraded"}
    assert validate(bag, options=Options(expected_version="0.97")).valid


# --- tag manifests ------------------------------------------------------------------------------------------


def test_a_tag_manifest_that_omits_a_payload_manifest_is_an_error(bag: Path) -> None:
    manifest = bag / "tagmanifest-sha256.txt"
    kept = [text for text in manifest.read_bytes().splitlines(keepends=True) if b"  manifest-" not in text]
    manifest.write_bytes(b"".join(kept))
    assert codes(validate(bag)) == {"tag-manifest-omits-manifest"}


def test_a_deleted_tag_manifest_with_a_forged_tag_file_is_known_from_the_pins(bag: Path) -> None:
    sealed = (bag / "tagmanifest-sha256.txt").read_bytes()
    pin = PinnedDigest("tagmanifest-sha256.txt", "sha256", digest("sha256", sealed))
    assert validate(bag, options=Options(pinned=(pin,))).valid
    (bag / "tagmanifest-sha256.txt").unlink()
    put(bag, "bag-info.txt", b"Source-Organization: Forger\n")
    report = validate(bag, options=Options(pinned=(pin,)))
    assert codes(report) == {"manifest-tampered"}
    assert "no-tag-manifest" in warnings(report)


def test_manifests_forged_throughout_are_known_from_the_pins(bag: Path) -> None:
    pins = tuple(
        PinnedDigest(name, "sha512", digest("sha512", (bag / name).read_bytes()))
        for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt")
    )
    put(bag, "data/letter.txt", b"Dear forger,\n\n")
    lines = [line("sha256", (bag / path).read_bytes(), path) for path in FILES]
    put(bag, "manifest-sha256.txt", "".join(lines).encode())
    reseal(bag)
    assert validate(bag).valid
    report = validate(bag, options=Options(pinned=pins))
    assert [problem.path for problem in report.errors] == [pin.path for pin in pins]


def test_one_of_two_tag_manifests_deleted_is_a_warning_and_the_other_still_counts(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", algorithms=("sha256", "sha512"))
    (bag / "tagmanifest-sha256.txt").unlink()
    assert "tag-manifest-gap" in warnings(validate(bag))
    put(bag, "bag-info.txt", b"Source-Organization: Forger\n")
    assert codes(validate(bag)) == {"checksum-mismatch"}


def test_an_unlisted_tag_file_is_named(bag: Path) -> None:
    put(bag, "extra/readme.txt", b"hello")
    report = validate(bag)
    assert report.valid
    assert [p.path for p in report.problems if p.code == "tag-file-unlisted"] == ["extra/readme.txt"]


# --- damage is a result, not an exception -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [b"\n", b" \n", b"https://example.org/x\n", b"https://example.org/x -\n", b"a b c\n", b"\xff\xfe\n", b"\x00"],
)
def test_bad_fetch_lines_are_findings(bag: Path, text: bytes) -> None:
    put(bag, "fetch.txt", text)
    reseal(bag)
    assert codes(validate(bag))


@pytest.mark.parametrize("name", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_latin_1_bytes_are_findings(bag: Path, name: str) -> None:
    (bag / name).write_bytes((bag / name).read_bytes() + b"caf\xe9\n")
    assert "undecodable" in codes(validate(bag))


TRAPS = "rot13 hex base64 zlib idna punycode unicode_escape raw_unicode_escape utf-7 undefined mbcs utf-8-sig charmap"
UNKNOWN = ("", "no-such", "../../x", "a b", "ümlaut", "\x00", "x" * 5000, "aliases")


@pytest.mark.parametrize("encoding", [*TRAPS.split(), *UNKNOWN])
def test_odd_encodings_are_findings(tmp_path: Path, encoding: str) -> None:
    bag = build(tmp_path / "bag")
    put(bag, "bagit.txt", f"BagIt-Version: 1.0\nTag-File-Character-Encoding: {encoding}\n".encode())
    reseal(bag)
    assert codes(validate(bag)) == {"encoding-unknown"}


# --- what makes it hang or abort ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["data/pipe", "pipe", "data/sub/pipe"])
def test_a_pipe_is_found_and_never_opened(bag: Path, path: str) -> None:
    os.mkfifo(bag / path)
    report = validate(bag)
    assert [(problem.code, problem.path) for problem in report.errors] == [("special-file", path)]


def test_a_pipe_in_the_place_of_a_listed_file_is_found_and_never_opened(bag: Path) -> None:
    (bag / "data/letter.txt").unlink()
    os.mkfifo(bag / "data/letter.txt")
    assert "special-file" in codes(validate(bag))


def test_a_dangling_link_is_found(bag: Path) -> None:
    (bag / "data/link").symlink_to("nowhere")
    assert codes(validate(bag)) == {"link-found"}


def test_a_listed_link_is_an_error_even_if_its_target_has_the_right_bytes(bag: Path) -> None:
    put(bag.parent, "outside", b"Dear archive,\n")
    (bag / "data/letter.txt").unlink()
    (bag / "data/letter.txt").symlink_to(bag.parent / "outside")
    assert "link-listed" in codes(validate(bag))


def test_a_folder_behind_a_link_is_not_entered(bag: Path) -> None:
    (bag / "data/sub").rename(bag.parent / "elsewhere")
    (bag / "data/sub").symlink_to(bag.parent / "elsewhere")
    assert {"link-found", "missing"} <= codes(validate(bag))


@pytest.mark.parametrize("name", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_link_in_the_place_of_a_tag_file_is_an_error(bag: Path, name: str) -> None:
    (bag / name).rename(bag.parent / name)
    (bag / name).symlink_to(bag.parent / name)
    assert "link-listed" in codes(validate(bag))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_finding(bag: Path) -> None:
    (bag / "data/letter.txt").chmod(0)
    report = validate(bag)
    assert codes(report) == {"unreadable"}
    assert report.complete


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("nowhere"), os.mkfifo, lambda _: None])
def test_what_is_no_bag_at_all_is_an_error_and_no_judgement(tmp_path: Path, make: object) -> None:
    make(tmp_path / "target")  # type: ignore[operator]
    with pytest.raises(NotABag):
        validate(tmp_path / "target")


# --- what it writes itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SHA256", "sha-256"])
def test_before_1_0_the_name_of_an_algorithm_may_be_spelled_freely(tmp_path: Path, name: str) -> None:
    bag = build(tmp_path / "bag", version="0.97")
    (bag / "manifest-sha256.txt").rename(bag / f"manifest-{name}.txt")
    reseal(bag)
    report = validate(bag)
    assert report.valid
    assert warnings(report) == {"algorithm-spelling-old"}
    put(bag, "data/letter.txt", b"Dear forgers,\n")
    assert codes(validate(bag)) == {"checksum-mismatch"}


def test_before_1_0_blanks_in_the_declaration_are_no_fault(tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", version="0.97")
    put(bag, "bagit.txt", b"BagIt-Version:  0.97\nTag-File-Character-Encoding: UTF-8 \n\n")
    reseal(bag)
    report = validate(bag)
    assert report.valid
    assert [problem.code for problem in report.problems] == ["declaration-spelling-old"] * 3


@pytest.mark.parametrize(("version", "in_manifest", "in_fetch"), [("0.97", "50%", "50%25"), ("1.0", "50%25", "50%")])
def test_fetch_txt_may_spell_a_percent_sign_in_another_way_than_the_manifest(
    tmp_path: Path, version: str, in_manifest: str, in_fetch: str
) -> None:
    bag = build(tmp_path / "bag", version=version, info=b"Source-Organization: A\n")
    append(bag / "manifest-sha256.txt", f"{digest('sha256', b'half')}  data/{in_manifest}\n")
    put(bag, "fetch.txt", f"https://example.org/half 4 data/{in_fetch}\n".encode())
    reseal(bag)
    assert codes(validate(bag)) == {"missing-to-fetch"}
    put(bag, "data/50%", b"half")
    assert validate(bag).problems == ()

"""Every dialect of checksum list is read, and nothing that a list says can break the reader."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.transfer import checksums
from preserve.transfer.checksums import algorithm_in, decode, may_be_list, parse, reads_like_list, sidecar_of
from preserve.transfer.reading import names_in_table
from preserve.transfer.spelling import Names, leads_out
from tests.transfer.trees import md5, sha256

A = sha256("a")
B512 = hashlib.sha512(b"b").hexdigest()


def read(name: str, data: str | bytes) -> list[tuple[str, str, str]]:
    """Path, algorithm and value of each line."""
    found = parse(name, data if isinstance(data, bytes) else data.encode())
    return [(line.path, line.digest.algorithm, line.digest.value) for line in found.lines]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (f"{A}  a.txt", "a.txt"),
        (f"{A} *a.txt", "a.txt"),
        (f"{A}  *star", "*star"),
        (f"{A}   two blanks before", " two blanks before"),
        (f"{A}  trailing ", "trailing "),
        (f"{A.upper()}  a.txt", "a.txt"),
        (f"\\{A}  a\\nb\\\\n\\r", "a\nb\\n\r"),
        (f"{A}  a\\nb", "a\\nb"),
        (f"{A}\ta.txt", "a.txt"),
        (f"{A} a.txt", "a.txt"),
        (f"SHA256 (a.txt) = {A}", "a.txt"),
        (f"SHA256 (a (1).txt) = {A}", "a (1).txt"),
        (f"\\SHA256 (a\\nb) = {A}", "a\nb"),
        (f"SHA2-256(a.txt)= {A}", "a.txt"),
        (f"sha256 (a.txt) = {A.upper()}", "a.txt"),
        (A, ""),
        (f"{A}  -", "-"),
    ],
)
def test_a_line_of_any_tool_is_understood(line: str, path: str) -> None:
    assert read("SHA256SUMS", line + "\n") == [(path, "sha256", A)]
    assert read("SHA256SUMS", line) == [(path, "sha256", A)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\0"])
def test_encodings_and_line_ends_of_windows_and_mac_are_understood(encoding: str, end: str) -> None:
    text = f"{A}  é.txt{end}{A}  b.txt{end}"
    assert [path for path, _, _ in read("SHA256SUMS", text.encode(encoding))] == ["é.txt", "b.txt"]


def test_bytes_that_are_not_utf8_are_kept_as_a_name_is() -> None:
    assert read("SHA256SUMS", A.encode() + b"  caf\xe9.txt\n") == [(os.fsdecode(b"caf\xe9.txt"), "sha256", A)]


def test_comments_blank_lines_and_signatures_are_no_lines() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
        f"# made by hand\n; and so on\n\n{A}  a.txt\n"
        "-----BEGIN PGP SIGNATURE-----\nVersion: 1\n\niQEzBAEB\n-----END PGP SIGNATURE-----\n"
    )
    found = parse("SHA256SUMS", text.encode())
    assert (len(found.lines), found.odd) == (1, ())


def test_lines_without_sense_are_counted_by_number() -> None:
    found = parse("SHA256SUMS", f"{A}  a.txt\nhello\n{A[:-1]}  short\nCRC32 (b) = 00000000\n\\{A}  bad\\q\n".encode())
    assert (found.odd, found.unknown) == ((2, 3, 5), ((4, "crc32"),))


@pytest.mark.parametrize(
    ("name", "digest", "expected"),
    [
        ("SHA256SUMS", A, "sha256"),
        ("x.sha512", B512, "sha512"),
        ("checksums.txt", A, "sha256"),
        ("checksums.txt", B512, "sha512"),
        ("checksums.txt", A[:40], "sha1"),
        ("checksums.txt", A[:32], "md5"),
        ("checksums.txt", B512[:96], "sha384"),
        ("SHA256SUMS", B512, "sha512"),
        ("SHA3-256SUMS", A, "sha3256"),
        ("manifest-sha3256.txt", A, "sha3256"),
        ("manifest-sha3-256.txt", A, "sha3256"),
        ("B2SUMS", B512, "blake2b"),
        ("x.blake2s", A, "blake2s"),
        ("manifest-md5.txt", A[:32], "md5"),
        ("sha256-results.md5", A[:32], "md5"),
    ],
)
def test_the_algorithm_comes_from_the_name_where_the_length_allows_and_else_from_the_length(
    name: str, digest: str, expected: str
) -> None:
    assert read(name, f"{digest}  a.txt") == [("a.txt", expected, digest)]


def test_names_of_lists_and_of_sidecars() -> None:
    for name in ["SHA256SUMS", "sha256sums.txt", "md5sum.txt", "MD5SUMS", "manifest-sha512.txt", "B2SUMS"]:
        assert checksums.is_list_by_name(name), name
    for name in ["letter.txt.md5", "x.SHA1", "checksums.md5", "checksum.sha256", "checksums.txt", "letter.sha256.txt"]:
        assert may_be_list(name), name
        assert not checksums.is_list_by_name(name), name
    for name in ["letter.txt", "md5.txt", "tagmanifest-md5.txt", "notes on sha256.txt", ".md5", "manifest.txt"]:
        assert not may_be_list(name), name
    assert sidecar_of("letter.txt.md5") == "letter.txt"
    assert sidecar_of("a\nb.sha256") == "a\nb"
    assert sidecar_of("letter.txt") == ""
    assert algorithm_in("letter.txt") == ""


def test_a_file_is_a_list_by_what_it_holds_unless_its_name_leaves_no_doubt() -> None:
    assert reads_like_list(parse("a.md5", md5("a").encode()))
    assert not reads_like_list(parse("about.md5", b"An essay on md5\nin two lines\n"))
    assert not reads_like_list(parse("about.md5", b"\x89PNG\r\n\x1a\n\x00\x01"))
    assert reads_like_list(parse("SHA256SUMS", b"nonsense"))


@given(st.binary(max_size=400))
def test_nothing_that_a_list_holds_breaks_the_reader(data: bytes) -> None:
    for name in ("SHA256SUMS", "x.md5"):
        for line in parse(name, data).lines:
            assert "\0" not in line.path
            line.path.encode("utf-8", "surrogateescape")
    names_in_table(b"filename\n" + data)
    decode(data)


@given(st.text(st.sampled_from("0123abcdef \\*()=\n\rSHA256é#-"), max_size=300))
def test_near_misses_do_not_break_the_reader_either(text: str) -> None:
    parse("SHA256SUMS", text.encode())


_NAME = st.binary(min_size=1, max_size=60).map(lambda raw: raw.replace(b"/", b"_").replace(b"\0", b"_"))
NEEDS_COREUTILS = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="coreutils are not here")


@NEEDS_COREUTILS
@pytest.mark.parametrize("option", [[], ["--tag"], ["--zero"], ["--binary"]])
@settings(max_examples=15, deadline=None)
@given(raw_names=st.lists(_NAME, min_size=1, max_size=8, unique=True))
def test_what_coreutils_writes_about_any_names_is_read_back(option: list[str], raw_names: list[bytes]) -> None:
    names = {name for name in raw_names if name not in (b".", b"..", b"-")} | {
        b"a\nb",
        b"\\n",
        b"trailing ",
        b"*x",
        b"%0A",
    }
    # older coreutils do not escape a carriage return, which is then the end of a Windows line
    names = {name for name in names if not name.endswith(b"\r")}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            Path(folder, os.fsdecode(name)).write_bytes(name)
        done = subprocess.run(["sha256sum", *option, "--", *sorted(names)], cwd=folder, capture_output=True, check=True)
    found = parse("SHA256SUMS", done.stdout)
    assert not found.odd
    assert not found.unknown
    assert {os.fsencode(line.path): line.digest.value for line in found.lines} == {name: sha256(name) for name in names}


@NEEDS_COREUTILS
@pytest.mark.parametrize("tool", ["md5sum", "sha1sum", "sha224sum", "sha384sum", "sha512sum", "b2sum"])
def test_every_sum_tool_of_coreutils_is_understood(tmp_path: Path, tool: str) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    for option in ([], ["--tag"]):
        done = subprocess.run([tool, *option, "a.txt"], cwd=tmp_path, capture_output=True, check=True)
        ((path, algorithm, value),) = read(tool.upper().replace("SUM", "SUMS"), done.stdout)
        name = {"b2sum": "blake2b"}.get(tool, tool.removesuffix("sum"))
        assert (path, algorithm, value) == ("a.txt", name, hashlib.new(name, b"a").hexdigest())


# --- which file is meant ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "there", "expected"),
    [
        ("a/b.txt", ["a/b.txt"], "a/b.txt"),
        ("./a//./b.txt", ["a/b.txt"], "a/b.txt"),
        ("a\\b.txt", ["a/b.txt"], "a/b.txt"),
        (".\\a\\b.txt", ["a/b.txt"], "a/b.txt"),
        ("a\\b.txt", ["a/b.txt", "a\\b.txt"], "a\\b.txt"),
        ("E\u0301.txt", ["É.txt"], "É.txt"),
        ("É.txt", ["E\u0301.txt"], "E\u0301.txt"),
        ("É.txt", ["E\u0301.txt", "É.txt"], "É.txt"),
        ("caf\udce9.txt", ["café.txt"], "café.txt"),
        ("caf\udce9.txt", ["caf\udce9.txt", "café.txt"], "caf\udce9.txt"),
        ("the caf\udc82.txt", ["the café.txt"], "the café.txt"),  # code page 850
        ("café.txt", ["caf\udce9.txt"], "caf\udce9.txt"),
        ("100%25", ["100%"], "100%"),
        ("100%25", ["100%", "100%25"], "100%25"),
        (" a.txt", ["a.txt"], "a.txt"),
        ("../a.txt", ["a.txt"], None),
        ("/a.txt", ["a.txt"], None),
        ("b/../a.txt", ["a.txt"], None),
        ("A.TXT", ["a.txt"], None),
        ("", ["a.txt"], None),
    ],
)
def test_a_listed_name_finds_its_file_the_literal_one_first(listed: str, there: list[str], expected: str) -> None:
    assert Names(there).find(listed) == expected


@given(st.text(), st.lists(st.text()))
def test_finding_never_invents_a_name(listed: str, there: list[str]) -> None:
    assert Names(there).find(listed) in {None, *there}


@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "a/../../b", "C:\\a", "C:a", "\\\\host\\a", "..\\a"])
def test_paths_that_lead_out_are_known(path: str) -> None:
    assert leads_out(path)


@pytest.mark.parametrize("path", ["a..b", "a/...", "a:b/c", "..a", "a.txt"])
def test_paths_that_only_look_like_it_do_not(path: str) -> None:
    assert not leads_out(path) or path[1] == ":"


def test_the_names_in_a_table_are_found_in_every_usual_form() -> None:
    rows = ["filename,dc.title", 'a.txt,"A, a\nB"', "objects/é.txt,x", ",nothing"]
    expected = ("a.txt", "objects/é.txt")
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        for end in ("\n", "\r\n"):
            assert names_in_table(end.join(rows).encode(encoding)) == expected
    assert names_in_table(b"dc.title;Filename \nx;a.txt\n") == ("a.txt",)
    assert names_in_table(b"title,name\nx,a.txt\n") == ()
    assert names_in_table(b"") == ()

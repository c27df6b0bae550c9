"""The tag files as text: what is written is read again, and no bytes whatever make the parsers stumble."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from preserve.bag import bag_info, declaration, fetch_list, listed_paths, manifests, rules, text_files
from preserve.bag.fetch_list import FetchEntry
from preserve.errors import BagError
from preserve.storage.names import is_utf8

SHA256 = manifests.Kind("manifest-sha256.txt", "sha256", is_tag=False)
TAG_SHA256 = manifests.Kind("tagmanifest-sha256.txt", "sha256", is_tag=True)

PARTS = st.text(min_size=1).filter(lambda part: "/" not in part and "\x00" not in part and part not in (".", ".."))
PATHS = st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: "data/" + "/".join(parts)).filter(is_utf8)
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
SIGNS = (
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"\t",
    b":",
    b"%0a",
    b"%25",
    b"%",
    b"*",
    b"\\",
    b"./",
    b"../",
    b"~",
    b"\x00",
    b"\xff",
)
WORDS = (
    b"data/",
    b"0" * 64,
    b"Payload-Oxum",
    b"1.1",
    b"BagIt-Version: ",
    b"Tag-File-Character-Encoding: ",
    b"http://x -",
)
PIECES = st.sampled_from(SIGNS + WORDS)
BYTES = st.binary() | st.lists(PIECES | st.binary(max_size=3)).map(b"".join)


@given(st.dictionaries(PATHS, DIGESTS))
@example({"data/a%0Ab": "0" * 64, "data/a\nb": "1" * 64, "data/a%250Ab": "2" * 64})
@example({"data/ leading": "0" * 64, "data/trailing ": "1" * 64, "data/*star": "2" * 64, "data/x\u2028y": "3" * 64})
def test_a_manifest_is_read_as_it_was_written(entries: dict[str, str]) -> None:
    safe = {path: digest for path, digest in entries.items() if not listed_paths.danger(path)}
    data = manifests.format_manifest((digest, path) for path, digest in safe.items())
    parsed = manifests.parse(data, SHA256, modern=True, codec="utf-8")
    assert {path: digest.hex() for path, digest in parsed.entries.items()} == safe
    assert parsed.problems == ()


@given(PATHS)
def test_only_three_characters_are_encoded(path: str) -> None:
    written = listed_paths.encode(path)
    assert "\n" not in written
    assert "\r" not in written
    assert listed_paths.decode(written, modern=True) == path
    assert written.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == path
    assert not listed_paths.has_raw_percent(written)


ODD = st.text(st.sampled_from(list("./\\~%:a\n\0")) | st.characters())


@given(ODD | ODD.map(lambda text: "data/" + text))
def test_an_ordinary_path_is_plain_and_no_danger(path: str) -> None:
    if listed_paths.is_ordinary(path):
        assert not listed_paths.danger(path)
        assert not listed_paths.danger_on_windows(path)
        assert listed_paths.is_plain(path)


def test_a_manifest_can_be_checked_with_sha256sum_alone() -> None:
    assert manifests.format_manifest([("ab", "data/x")]) == b"ab  data/x\n"


@pytest.mark.parametrize(
    "path", ["*data/a.txt", "", "data/\udcff", "../x", "/x", "data//x", "data/", " x", "~x", "data/../../x"]
)
def test_a_path_that_no_manifest_can_hold_is_refused(path: str) -> None:
    with pytest.raises(BagError):
        manifests.format_manifest([("0" * 64, path)])


LABELS = st.text(min_size=1).filter(
    lambda label: ":" not in label and label == bag_info.one_line(label) and is_utf8(label)
)


@given(st.lists(st.tuples(LABELS, st.text())))
@example([("A", "two\nlines"), ("A", " blanks "), ("B", ""), ("A", "\u2028x\x85y"), ("C", "\udcff")])
def test_metadata_is_read_as_it_was_written(elements: list[tuple[str, str]]) -> None:
    kept = [(label, value) for label, value in elements if label.lower() != "payload-oxum"]
    parsed = bag_info.parse(bag_info.format_info(kept))
    assert parsed.elements == tuple((label, bag_info.one_line(value)) for label, value in kept)
    assert parsed.problems == ()


@given(st.text())
def test_a_value_on_one_line_stays_as_it_is(value: str) -> None:
    once = bag_info.one_line(value)
    assert bag_info.one_line(once) == once
    assert len(once.splitlines()) <= 1


@pytest.mark.parametrize("label", ["", "a:b", " a", "a ", "a\nb", "a\tb\r"])
def test_a_label_that_cannot_be_written_is_refused(label: str) -> None:
    with pytest.raises(BagError):
        bag_info.format_info([(label, "x")])


@given(st.lists(st.tuples(st.none() | st.integers(0, 10**20), PATHS), unique_by=lambda pair: pair[1]))
def test_fetch_is_read_as_it_was_written(pairs: list[tuple[int | None, str]]) -> None:
    entries = tuple(
        FetchEntry("https://example.org/a%20b", *pair) for pair in pairs if not listed_paths.danger(pair[1])
    )
    parsed = fetch_list.parse(fetch_list.format_fetch(entries), modern=True, codec="utf-8")
    assert parsed.entries == entries
    assert parsed.problems == ()


@pytest.mark.parametrize("version", declaration.VERSIONS)
def test_a_declaration_is_read_as_it_was_written(version: str) -> None:
    parsed = declaration.parse(declaration.format_declaration(version))
    assert (parsed.version, parsed.encoding, parsed.problems) == (version, "UTF-8", ())
    assert parsed.modern is (version == "1.0")


@given(
    BYTES, st.booleans(), st.sampled_from(["utf-8", "iso8859-1", "utf-16", "utf-32", "shift_jis", "iso2022_jp", "hz"])
)
def test_no_bytes_make_a_parser_stumble(data: bytes, modern: bool, codec: str) -> None:
    for kind in (SHA256, TAG_SHA256):
        parsed = manifests.parse(data, kind, modern=modern, codec=codec)
        assert not any(listed_paths.danger(path) for path in parsed.entries)
        assert all(path.startswith("data/") is not kind.is_tag for path in parsed.entries)
    bag_info.parse(data, modern=modern, codec=codec)
    declaration.parse(data)
    fetched = fetch_list.parse(data, modern=modern, codec=codec)
    assert all(entry.path.startswith("data/") for entry in fetched.entries)


@given(st.text(max_size=60))
@example("cp65001")
@example("utf_8_sig")
def test_no_name_of_an_encoding_makes_the_decoder_stumble(name: str) -> None:
    codec = text_files.codec(name)
    assert codec == "" or isinstance(b"abc".decode(codec, "replace"), str)


def test_only_cr_lf_and_crlf_end_a_line() -> None:
    text = "a\rb\nc\r\nd\x0be\x0cf\x1cg\x85h\u2028i\u2029j\n\nk"
    assert list(text_files.lines(text)) == ["a", "b", "c", "d\x0be\x0cf\x1cg\x85h\u2028i\u2029j", "", "k"]
    assert [problem.code for problem in text_files.judge_end(text, "x")] == ["last-line-open"]
    assert list(text_files.lines("")) == []
    assert text_files.judge_end("", "x") == text_files.judge_end("a\r", "x") == []


def test_a_flood_of_bad_lines_is_counted() -> None:
    floods = (
        manifests.parse(b"bad\n" * 50_000, SHA256, modern=True, codec="utf-8").problems,
        bag_info.parse(b"\n" * 50_000).problems,
        fetch_list.parse(b"bad\n" * 50_000, modern=True, codec="utf-8").problems,
    )
    for problems in floods:
        assert len(problems) == 1001
        assert "49,000 more lines" in problems[-1].message


def test_long_lines_take_no_longer_than_they_are_long() -> None:
    size = 1_000_000
    manifests.parse(b"0" * 64 + b"  " + b"./" * size + b"data/x\n", SHA256, modern=True, codec="utf-8")
    manifests.parse(b"0" * 64 + b" " * size + b"x" * size, SHA256, modern=True, codec="utf-8")
    fetch_list.parse(b"http://x - " + b"./" * size + b"data/x\n", modern=True, codec="utf-8")
    declaration.parse(b"BagIt-Version: 1" + b" " * size + b"0\n")
    assert bag_info.one_line("a" + " " * size + "b").startswith("a ")
    info = bag_info.parse(b"".join(b"L%d: x\n" % number for number in range(100_000)))
    assert len(info.by_label()) == 100_000


def test_every_rule_has_a_code_of_its_own_a_clause_and_a_hint() -> None:
    assert len({rule.code for rule in rules.ALL}) == len(rules.ALL) > 50
    assert all(rule.clause.startswith("RFC 8493 §") and rule.hint.endswith((".", ")")) for rule in rules.ALL)
    assert {rule.code for rule in rules.ALL} > rules.TOLERABLE

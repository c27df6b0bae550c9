"""Whatever documents are called, DSpace reads back what was written, and no two become one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.deposit.sip import saf
from preserve.errors import DescriptionError
from tests.deposit.sip.saf_reader import bitstream, lines

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: all(part not in ("", ".", "..") for part in name.split("/"))
)
ODD = [
    "a\tb.txt",
    "a\nb.txt",
    "a\rb",
    " ",
    "-r -s 0 -f etc",
    " -r x",
    "contents",
    "Contents/a",
    "collections",
    "handle",
    "dublin_core.xml",
    "relationships",
    "metadata_dc.xml",
    "METADATA_x/y",
    "metadata/descriptive/dc.xml",
    "renamed/a",
    "Renamed",
    "license.txt",
    "a%09b.txt",
    "bundle:LICENSE",
    "a\u2028b",
]


@given(paths=st.lists(NAMES | st.sampled_from(ODD), unique=True, max_size=8))
def test_what_is_written_is_read_back(paths: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("item")
    written = [saf.document(path, readers="Staff") for path in paths] + [saf.metadata("metadata/a\tb")]
    assert len({one.name for one in written}) == len(written)
    (place / "contents").write_bytes(b"".join(saf.contents(written)))
    found = list(lines(place / "contents"))
    assert len(found) == len(written)
    for line, one in zip(found, written, strict=True):
        name, *marks = line.split("\t")
        assert (name, marks[0]) == (one.name, f"bundle:{one.bundle}")
        assert one.description == next((m.partition(":")[2] for m in marks if m.startswith("description:")), "")


@pytest.mark.parametrize("path", ODD)
def test_no_document_takes_the_place_of_a_file_of_the_format(path: str) -> None:
    first = saf.name_of(path).partition("/")[0].casefold()
    assert first not in {"contents", "collections", "handle", "dublin_core.xml", "relationships", "metadata"}
    assert not first.startswith("metadata_")


def test_a_name_is_kept_where_it_can_be() -> None:
    for path in ("letter.txt", "été/ø 100%.pdf", "a -r b", "سوق.md", "license.txt", "x/contents"):
        assert saf.document(path) == saf.Bitstream(path)


def test_a_document_that_was_renamed_tells_what_it_was_called() -> None:
    one = saf.document("100%\tdone.txt")
    assert (one.name, one.description) == ("renamed/100%25%09done.txt", "In the package: 100%\\x09done.txt")


def test_the_marks_of_a_line(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"<p>")
    (line,) = saf.contents([saf.document("index.html", primary=True, readers="Reading Room")])
    assert line == b"index.html\tbundle:ORIGINAL\tpermissions:-r 'Reading Room'\tprimary:true\n"
    name, read = bitstream(tmp_path, line.decode().rstrip("\n"))
    assert (name, read.bundle, read.primary, read.permissions) == (
        "index.html",
        "ORIGINAL",
        True,
        ("r", "Reading Room"),
    )


def test_what_is_opened_first() -> None:
    assert saf.opened_first(["a/letter.txt"]) == "a/letter.txt"
    assert saf.opened_first(["a.txt", "Index.html", "index.html"]) == "Index.html"
    assert not saf.opened_first(["a.txt", "b/index.html"])
    assert not saf.opened_first([])


def test_what_the_package_says_of_itself_is_for_administrators() -> None:
    one = saf.metadata("metadata/preservation/premis.xml")
    assert (one.bundle, one.readers, one.primary) == ("PRESERVATION", "Administrator", False)


def test_collections_are_handles_or_uuids() -> None:
    uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    assert saf.collections(["123456789/42", uuid]) == f"123456789/42\n{uuid}\n".encode()
    for wrong in ("42", "123456789/", "1/2 3", "1/2\n3/4", "http://hdl.handle.net/1/2", ""):
        with pytest.raises(DescriptionError, match="is no collection"):
            saf.collections([wrong])


def test_a_handle_is_one_line() -> None:
    assert saf.handle("123456789/7") == b"123456789/7\n"
    with pytest.raises(DescriptionError, match="is no handle"):
        saf.handle("123456789/7\n8")


@pytest.mark.parametrize("group", ["Staff's", "a\tb", "a\nb", ""])
def test_a_group_that_cannot_be_named_is_refused(group: str) -> None:
    with pytest.raises(DescriptionError, match="cannot be named"):
        saf.readers(group)

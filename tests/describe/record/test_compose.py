"""The record is made of what is certain and of what people said, and of nothing else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve import config
from preserve.describe.record.compose import Facts, compose, dcmi_type, default_statements, extent
from preserve.describe.record.read_xml import check_oai_dc, check_record
from preserve.describe.record.set_values import set_statements
from preserve.describe.record.write_xml import TITLE_STANDS_IN, dc_xml, oai_dc_xml
from preserve.errors import DescriptionError
from preserve.model import Identification, LanguageShare, Record, Severity, Statement, StoredFile

ID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


def stored(path: str, size: int) -> StoredFile:
    return StoredFile(f"data/{path}", path, size, 0, ())


def seen(path: str, mime: str, *languages: LanguageShare) -> Identification:
    return Identification(f"data/{path}", mime, "utf-8", languages=languages)


def facts(*files: tuple[StoredFile, Identification], **more: object) -> Facts:
    return Facts(
        ID,
        "box",
        tuple(file for file, _ in files),
        tuple(identification for _, identification in files),
        **more,  # type: ignore[arg-type]  # a test's shorthand
    )


LETTER = (stored("a.txt", 1000), seen("a.txt", "text/plain", LanguageShare("en", 0.98, True)))


def test_what_is_certain_is_written() -> None:
    record, problems = compose(facts(LETTER))
    assert problems == ()
    assert record.values("dcterms:identifier") == (f"urn:uuid:{ID}",)
    assert record.values("dcterms:extent") == ("1 file, 1,000 bytes",)
    assert record.values("dcterms:format") == ("text/plain",)
    assert record.values("dcterms:type") == ("Text",)
    assert record.values("dcterms:language") == ("en",)
    assert check_record(dc_xml(record)) == ()
    assert check_oai_dc(oai_dc_xml(record)) == ()


def test_until_someone_gives_a_title_the_file_name_stands_in_and_the_record_says_so() -> None:
    record, _ = compose(facts(LETTER))
    assert record.title_stands_in
    assert record.values("dcterms:title") == ("box",)
    assert TITLE_STANDS_IN in record.values("dcterms:provenance")
    given_one, _ = compose(facts(LETTER, supplied=set_statements(["title=The box"])))
    assert not given_one.title_stands_in
    assert given_one.values("dcterms:title") == ("The box",)
    assert given_one.values("dcterms:provenance") == ()


def test_a_name_that_is_not_utf8_stands_in_legibly() -> None:
    record, _ = compose(Facts(ID, "b\udce9b\udce9.txt", ()))
    assert record.values("dcterms:title") == (r"b\xe9b\xe9.txt",)
    assert {problem.code for problem in check_record(dc_xml(record))} == {"type-missing"}


def test_the_nearest_word_wins_term_by_term() -> None:
    supplied = (
        Statement("dcterms:title", "csv", origin="metadata.csv"),
        Statement("dcterms:creator", "csv", origin="metadata.csv"),
        Statement("dcterms:subject", "csv", origin="metadata.csv"),
        Statement("dcterms:title", "xml", origin="a.txt.dc.xml"),
        Statement("dcterms:creator", "xml 1", origin="a.txt.dc.xml"),
        Statement("dcterms:creator", "xml 2", origin="a.txt.dc.xml"),
        Statement("dcterms:title", "set", origin="set"),
        Statement("dcterms:title", " ", origin="set"),
    )
    defaults = (Statement("dcterms:subject", "config"), Statement("dcterms:rights", "config", origin="config"))
    record, _ = compose(facts(LETTER, supplied=supplied, defaults=defaults))
    assert record.values("dcterms:title") == ("set",)
    assert record.values("dcterms:creator") == ("xml 1", "xml 2")
    assert record.values("dcterms:subject") == ("csv",)
    assert record.values("dcterms:rights") == ("config",)


def test_a_persons_word_replaces_ours_but_both_identifiers_stand() -> None:
    said = set_statements(["type=Software", "language=fr", "extent=12 pages", "identifier=Box 7", "format=text/x-log"])
    record, _ = compose(facts(LETTER, supplied=said))
    assert record.values("dcterms:type") == ("Software",)
    assert record.values("dcterms:language") == ("fr",)
    assert record.values("dcterms:extent") == ("12 pages",)
    assert record.values("dcterms:format") == ("text/x-log",)
    assert record.values("dcterms:identifier") == (f"urn:uuid:{ID}", "Box 7")


def test_single_files_are_described_beside_the_whole() -> None:
    about = Statement("dcterms:title", "A letter", origin="metadata.csv", about="data/a.txt")
    record, _ = compose(facts(LETTER, supplied=(about,)))
    assert record.title_stands_in
    assert about in record.statements
    assert b'<part path="data/a.txt">' in dc_xml(record)


@pytest.mark.parametrize(
    ("mimes", "kind"),
    [
        (["text/plain", "application/pdf"], "Text"),
        (["image/png"], "StillImage"),
        (["audio/ogg"], "Sound"),
        (["video/mp4"], "MovingImage"),
        (["text/plain", "image/png"], "Collection"),
        (["text/plain", ""], "Collection"),
        (["application/octet-stream"], ""),
        ([""], ""),
        ([], ""),
    ],
)
def test_the_type_is_written_where_it_is_certain(mimes: list[str], kind: str) -> None:
    assert dcmi_type(mimes) == kind


def test_an_uncertain_type_is_left_out_with_a_warning() -> None:
    record, problems = compose(facts((stored("e", 0), seen("e", "inode/x-empty"))))
    assert record.values("dcterms:type") == ()
    assert record.values("dcterms:format") == ()
    assert [(p.code, p.severity) for p in problems] == [("type-uncertain", Severity.WARNING)]


def test_a_language_needs_to_be_sure_and_substantial() -> None:
    record, _ = compose(
        facts(
            (
                stored("a", 1000),
                seen("a", "text/plain", LanguageShare("ar", 0.7, True), LanguageShare("fr", 0.3, False)),
            ),
            (stored("b", 500), seen("b", "text/plain", LanguageShare("en", 1.0, True))),
            (stored("c", 100), seen("c", "text/plain", LanguageShare("de", 1.0, True))),
            (stored("d", 900), seen("d", "text/plain", LanguageShare("und", 1.0, True))),
            (stored("e", 10_000), seen("e", "image/png")),
        )
    )
    assert record.values("dcterms:language") == ("ar", "en")


def test_extents_use_plain_digits() -> None:
    assert extent(3, 12345) == "3 files, 12,345 bytes"
    assert extent(0, 1) == "0 files, 1 byte"


def test_characters_that_xml_cannot_hold_are_reported_and_written_out() -> None:
    record, problems = compose(facts(LETTER, supplied=(Statement("dcterms:title", "a\x0bb", origin="metadata.csv"),)))
    assert [(p.code, p.path) for p in problems] == [("character-illegal", "metadata.csv")]
    assert b"a\\x0bb" in dc_xml(record)


@given(
    st.lists(st.tuples(st.sampled_from(["dcterms:title", "dcterms:date", "dcterms:language"]), st.text(), st.text())),
    st.text(st.characters(codec=None), min_size=1),
)
def test_whatever_is_supplied_the_record_can_be_written_and_read(said: list[tuple[str, str, str]], name: str) -> None:
    supplied = tuple(Statement(term, value, lang, origin="metadata.csv") for term, value, lang in said)
    record, _ = compose(Facts(ID, name, (), supplied=supplied))
    wrong_in_form = {"dc-schema", "dc-xml-unreadable", "title-missing", "identifier-missing", "lang-illegal"}
    assert wrong_in_form.isdisjoint(problem.code for problem in check_record(dc_xml(record)))


def test_the_configuration_speaks_for_every_package(tmp_path: Path) -> None:
    (tmp_path / "preserve.toml").write_text(
        '[describe]\npublisher = "The Archive"\ncollection = "https://example.org/c"'
    )
    statements = default_statements(config.load(tmp_path, environment={}))
    assert statements == (
        Statement("dcterms:publisher", "The Archive", origin="config"),
        Statement("dcterms:isPartOf", "https://example.org/c", origin="config"),
    )


def test_composing_twice_gives_the_same_bytes() -> None:
    first, again = compose(facts(LETTER))[0], compose(facts(LETTER))[0]
    assert isinstance(first, Record)
    assert dc_xml(first) == dc_xml(again)


def test_set_takes_every_way_of_writing_a_term() -> None:
    assert set_statements(["dcterms:title=A=B", "dc:title=C", "title@ar=د", "type=text"]) == (
        Statement("dcterms:title", "A=B", origin="set"),
        Statement("dcterms:title", "C", origin="set"),
        Statement("dcterms:title", "د", "ar", origin="set"),
        Statement("dcterms:type", "Text", scheme="DCMIType", origin="set"),
    )


@pytest.mark.parametrize(
    ("pair", "hint"),
    [
        ("title", "--set dcterms:title="),
        ("title=", "Write a value"),
        ("title=  ", "Write a value"),
        ("titel=x", "dcterms:title"),
        ("=x", "Terms are written"),
        ("title@en_GB=x", "en-GB"),
        ("title@nonsense-x=y", "such as en"),
    ],
)
def test_set_says_what_is_wrong_and_what_to_write(pair: str, hint: str) -> None:
    with pytest.raises(DescriptionError) as caught:
        set_statements([pair])
    assert hint in caught.value.hint

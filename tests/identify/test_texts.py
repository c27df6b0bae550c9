"""Texts are recognised as what they are, in whatever encoding and language they come."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import langcodes
import pycld2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve.identify.identifier import Identifier
from preserve.identify.judge import is_document, is_text
from preserve.identify.probes.cld2 import language_tag
from preserve.identify.probes.language import ENOUGH, detect, sample
from preserve.model import Identification, Outcome
from tests.identify.conftest import PROBES, Ask
from tests.identify.samples import ARABIC, ENGLISH, FRENCH, HEBREW


def note(found: Identification, probe: str) -> str:
    return next(run.note for run in found.runs if run.probe == probe)


@pytest.mark.parametrize(
    ("text", "codec", "charset", "language"),
    [
        (ENGLISH, "ascii", "us-ascii", "en"),
        (FRENCH, "utf-8", "utf-8", "fr"),
        (FRENCH, "utf-8-sig", "utf-8", "fr"),
        (FRENCH, "cp1252", "windows-1252", "fr"),
        (FRENCH + "« L’œuvre » – 20 €", "cp1252", "windows-1252", "fr"),
        (FRENCH, "mac_roman", "macintosh", "fr"),
        (FRENCH, "utf-16", "utf-16", "fr"),
        (ARABIC, "utf-16-le", "utf-16le", "ar"),
        (FRENCH, "utf-16-be", "utf-16be", "fr"),
        (FRENCH, "utf-32", "utf-32", "fr"),
        (FRENCH, "utf-32-le", "utf-32le", "fr"),
        (ARABIC, "utf-8", "utf-8", "ar"),
        (ARABIC, "cp1256", "windows-1256", "ar"),
        (HEBREW * 2, "cp1255", "windows-1255", "he"),
        ("Уважаемые коллеги, мы получили ваше письмо и благодарим вас за работу. " * 3, "koi8-r", "koi8-r", "ru"),
        ("日本語の文章です。図書館で資料を保存しています。来月に写しを送ります。" * 3, "shift_jis", "shift_jis", "ja"),
        ("我们已经收到了您的来信，非常感谢您对我们工作的关注。" * 4, "gbk", "gb18030", "zh"),
        ("Vážení přátelé, obdrželi jsme váš dopis a děkujeme vám za zájem. " * 3, "cp1250", "windows-1250", "cs"),
    ],
)
def test_charset_and_language_of_a_letter(ask: Ask, text: str, codec: str, charset: str, language: str) -> None:
    found = ask("letter.txt", text.encode(codec))
    assert found.charset == charset
    assert [share.tag for share in found.languages] == [language]
    assert found.languages[0].share > 0.9
    assert found.languages[0].reliable
    assert text.encode(codec).decode(found.charset) in (text, "\ufeff" + text)
    assert is_text(found)
    assert is_document(found)


def test_a_text_in_two_languages_has_both_with_their_shares(ask: Ask) -> None:
    found = ask("both.txt", f"{ENGLISH}\n\n{ARABIC}".encode())
    shares = {language.tag: language.share for language in found.languages}
    assert set(shares) == {"en", "ar"}
    assert min(shares.values()) > 0.2
    assert sum(shares.values()) <= 1


def test_real_texts(shared: Path, tmp_path: Path, identifier: Identifier) -> None:
    sources = sorted((shared / "incoming").iterdir())
    expected = ["en", "en", "ar"]
    for source, language in zip(sources, expected, strict=True):
        copy = tmp_path / source.name
        shutil.copyfile(source, copy)
        found = identifier.identify(copy, f"data/{source.name}")
        assert (found.mime, found.charset) == ("text/plain", "utf-8")
        assert [share.tag for share in found.languages] == [language]
        assert [(fmt.registry, fmt.key) for fmt in found.formats] == [("PRONOM", "x-fmt/111")]
        assert "text match" in found.formats[0].basis


def test_every_tool_tells_its_version(identifier: Identifier) -> None:
    agents = {agent.name: agent.version for agent in identifier.agents()}
    assert agents["libmagic"].startswith("5.")
    assert "DROID_SignatureFile_V" in agents["siegfried"]
    assert agents["chardet"]
    assert "pycld2" in agents["CLD2"]
    assert "pikepdf" in agents["preserve"]
    assert "ClamAV" in agents


def test_an_empty_file_is_empty_and_nothing_else(ask: Ask) -> None:
    found = ask("letter.txt", b"")
    assert (found.mime, found.charset, found.formats, found.languages) == ("inode/x-empty", "", (), ())
    assert {run.outcome for run in found.runs} == {Outcome.SUCCESS, Outcome.NOT_DONE}
    assert not is_text(found)


def test_binary_data_has_neither_charset_nor_language(ask: Ask) -> None:
    for content in (b"\0\1\2\3" * 100, ENGLISH.encode() + b"\0" + ENGLISH.encode(), b"\xff\xfe" + b"\0\0a" * 99):
        found = ask("thing.bin", content)
        assert found.mime == "application/octet-stream" or content.startswith(b"\xff\xfe")
        assert (found.charset, found.languages) == ("", ())


def test_a_text_that_begins_like_a_sound_file_is_still_a_text(ask: Ask) -> None:
    found = ask("dopis.txt", ("Vážení přátelé, obdrželi jsme váš dopis a děkujeme vám za zájem. " * 3).encode("cp1250"))
    assert found.mime == "text/plain"
    assert "audio/" in note(found, "libmagic")
    assert "the bytes are text" in note(found, "pronom")


def test_one_letter_is_a_text(ask: Ask) -> None:
    assert ask("x.txt", b"x").mime == "text/plain"


def test_utf8_is_claimed_only_if_it_is_well_formed_to_the_last_byte(ask: Ask) -> None:
    long = (ENGLISH * 20_000).encode()
    assert ask("long.txt", long).charset == "us-ascii"
    assert ask("long.txt", long + "é".encode()).charset == "utf-8"
    assert ask("long.txt", long + FRENCH.encode("cp1252")).charset == "windows-1252"
    assert ask("edge.txt", b"a" * (1024 * 1024 - 1) + "é".encode()).charset == "utf-8"


def test_damaged_utf8_is_known_as_utf8_and_the_damage_is_told(ask: Ask) -> None:
    for damaged in (ARABIC.encode()[:-3], (FRENCH * 20).encode().replace(b"e", b"\xe9", 1)):
        found = ask("damaged.txt", damaged)
        assert found.charset == "utf-8"
        assert (found.runs[1].outcome, "not well-formed at byte" in found.runs[1].note) == (Outcome.WARNING, True)
        assert len(found.languages) == 1
    assert ask("mixed.txt", "été".encode()[:-1] * 30).charset != "utf-8"


def test_languages_are_looked_for_in_all_of_a_long_text(ask: Ask) -> None:
    found = ask("long.txt", (ENGLISH * 2500 + ARABIC * 1200).encode())
    assert {language.tag for language in found.languages} == {"en", "ar"}


def test_a_long_text_is_judged_by_a_sample_and_the_record_says_so(ask: Ask) -> None:
    short, long = ask("short.txt", (ENGLISH * 20).encode()), ask("long.txt", (ENGLISH * 25).encode())
    assert (note(short, "language"), len(ENGLISH) * 20 < 4096 < len(ENGLISH) * 25) == ("", True)
    assert note(long, "language") == "judged by 4,096 characters, taken evenly from the text that was read"
    assert short.languages == long.languages


@settings(deadline=None)
@given(parts=st.lists(st.tuples(st.sampled_from("eaf"), st.integers(300, 3000)), min_size=1, max_size=5))
def test_a_sample_misses_no_language_of_a_quarter_of_the_text_and_adds_none(parts: list[tuple[str, int]]) -> None:
    words = {"e": ENGLISH.split(), "a": ARABIC.split(), "f": FRENCH.split()}
    shuffled = Random(1)  # the detector passes over what is repeated word for word
    text = "\n\n".join(" ".join(shuffled.choices(words[kind], k=times)) for kind, times in parts)
    whole, sampled = ({each.tag: each.share for each in detect(some)[0]} for some in (text, sample(text)))
    assert {tag for tag, share in whole.items() if share >= 0.25} <= set(sampled) <= {"en", "ar", "fr"}


def test_a_sample_reaches_from_the_first_character_to_the_last() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(20_000))
    parts = sample(text).split("\n")
    assert (parts[0][0], parts[-1][-1]) in {(text[0], char) for char in text[-16:]}
    assert sum(map(len, parts)) == ENOUGH
    assert all(part in text for part in parts)


def test_every_language_of_the_detector_is_a_registered_tag() -> None:
    for _, code in pycld2.LANGUAGES:
        tag = language_tag(code)
        assert not tag or tag == "tl" or (langcodes.tag_is_valid(tag), langcodes.standardize_tag(tag)) == (True, tag)
        assert tag or code.startswith(("xx", "zz")) or code == "un"


def test_markup_and_numbers_are_not_taken_for_a_language(ask: Ask) -> None:
    assert [language.tag for language in ask("a.xml", f'<?xml version="1.0"?><a>{FRENCH}</a>'.encode()).languages] == [
        "fr"
    ]
    assert ask("numbers.csv", b"1,2,3\n4,5,6\n" * 50).languages == ()
    assert ask("controls.txt", ("\x1b[31m \x07" * 50).encode()).languages == ()


def test_a_text_of_a_hundred_megabytes_on_one_line_is_read_in_part(tmp_path: Path, identifier: Identifier) -> None:
    file = tmp_path / "line.txt"
    with file.open("wb") as stream:
        for _ in range(100):
            stream.write(ENGLISH.encode() * (1024 * 1024 // len(ENGLISH)))
    found = identifier.identify(file, "data/line.txt")
    assert (found.mime, found.charset) == ("text/plain", "us-ascii")
    assert [language.tag for language in found.languages] == ["en"]
    assert "first 64 MiB" in note(found, "charset")
    assert Outcome.FAIL not in {run.outcome for run in found.runs}


@pytest.mark.parametrize(
    "name",
    ["caf\udce9.txt", "new\nline.txt", "رسالة.txt", "no extension", ".hidden", "a.t\udcffxt", "x" * 251 + ".txt"],
)
def test_any_name_is_looked_at(ask: Ask, name: str) -> None:
    found = ask(name, ENGLISH.encode())
    assert (found.mime, found.charset) == ("text/plain", "us-ascii")
    assert [fmt.key for fmt in found.formats] == ["x-fmt/111"]


def test_the_real_name_counts_and_not_that_of_the_copy(tmp_path: Path, identifier: Identifier) -> None:
    copy = tmp_path / "staged"
    copy.write_text(f"# Title\n\n{ENGLISH}")
    assert [fmt.key for fmt in identifier.identify(copy, "data/notes.md").formats] == ["fmt/1149"]
    assert [fmt.key for fmt in identifier.identify(copy, "data/notes.txt").formats] == ["x-fmt/111"]


def test_a_file_that_cannot_be_read_is_a_failure_of_each_probe_and_no_exception(
    tmp_path: Path, identifier: Identifier
) -> None:
    import os  # noqa: PLC0415

    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    for place in ("missing", "pipe", "link", ".", "nul\0name"):
        found = identifier.identify(tmp_path / place, "data/x")
        assert [run.probe for run in found.runs] == PROBES
        assert {run.outcome for run in found.runs} == {Outcome.FAIL}
        assert found.mime == ""


@settings(deadline=None, max_examples=150)
@given(
    content=st.binary(max_size=3000), suffix=st.sampled_from(["txt", "html", "pdf", "docx", "eml", "epub", "xml", ""])
)
def test_random_bytes_never_raise_and_always_leave_a_record_for_each_probe(
    identifier: Identifier, tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    file = tmp_path_factory.getbasetemp() / f"random.{suffix}"
    file.write_bytes(content)
    found = identifier.identify(file, f"data/random.{suffix}")
    assert [run.probe for run in found.runs] == PROBES
    assert Outcome.FAIL not in {run.outcome for run in found.runs}
    if found.charset and found.runs[1].outcome is Outcome.SUCCESS:
        content.decode(found.charset)
    assert is_document(found) or not is_text(found)

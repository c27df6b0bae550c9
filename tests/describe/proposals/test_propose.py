"""What is proposed from a text, what is not, and that every proposal points at its bytes."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preserve import __version__
from preserve.describe.proposals.propose import merged, propose
from preserve.model import Embedded, Identification, LanguageShare, Proposal

PATH = "data/x.txt"


def proposals(data: bytes, charset: str = "utf-8", mime: str = "text/plain") -> tuple[Proposal, ...]:
    """What is proposed, but for the length of the file."""
    found = without_extent(propose(PATH, data, Identification(PATH, mime, charset)))
    for proposal in found:
        evidence = proposal.evidence
        if evidence.start is not None:
            assert data[evidence.start : evidence.end].decode(charset or "utf-8") == evidence.text
    return found


def without_extent(found: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    return tuple(p for p in found if p.field != "dcterms:extent")


def of(text: str, field: str) -> list[str]:
    return [p.value for p in proposals(text.encode()) if p.field == f"dcterms:{field}"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A heading\n\nText.", "A heading"),
        ("\n\n## عنوان المقال!\n\nنص.", "عنوان المقال!"),
        ("Nav\n\n# The article\n\nText.", "The article"),
        ("The title\n\n## A section\n\nText.", "The title"),
        ("An introduction that is a sentence.\n\n## The heading\n\nText.", "The heading"),
        ("Titel des Textes\n================\n\nText.", "Titel des Textes"),
        ("**A bold title**\n\nText follows here.", "A bold title"),
        ("# [A linked title](http://example.org)\n", "A linked title"),
        ("The city has fallen\n\nA text.", "The city has fallen"),
        ("27 December 2019\n\nhttps://example.org\n\n* Home\n* About\n\nThe real title\n\nText.", "The real title"),
        ("[www.example.org](http://www.example.org)\n\nThe title\n\nText.", "The title"),
        ("Paris, le 3 mars 1950\n\nLe titre\n\nTexte.", "Le titre"),
        ("بقلم: محمد علي\n\nعنوان المقال\n\nنص.", "عنوان المقال"),
        ("بسم الله الرحمن الرحيم\n\nعنوان المقال\n\nنص.", "عنوان المقال"),
        ("Page 1 of 3\n\nThe title\n\nText.", "The title"),
        ("The title\nBy Jane Doe\n\nText.", "The title"),
        ("The title\n" + "A paragraph that is one long line. " * 8, "The title"),
        ("To: all\nFrom: me\nSubject: Meeting notes\n\nText.", "Meeting notes"),
        ("Betreff: Ihre Rechnung\n\nSehr geehrte Frau Müller,\n\nText.", "Ihre Rechnung"),
        ("---\ntitle: 'From the front'\n---\n# Another\n", "From the front"),
        ("題名は短い\n\n本文です。", "題名は短い"),
        ("\ufeffWith a mark\n\nText.", "With a mark"),
        ("\u202bعنوان\u202c\n\nنص.", "عنوان"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert of(text, "title") == [title]


@pytest.mark.parametrize(
    "text",
    [
        "We publish here an urgent call from a writer. It must be noted that it is long. " * 5,
        "A paragraph wrapped by hand begins here and\ngoes on over several lines that\nare about as long.\n",
        "A short sentence.\n\nAnother one.",
        "Dear Sir,\n\nThank you for the letter\n\nYours sincerely,\nJohn Smith",
        "Jean Dupont\n\n12 rue X\n\nCher ami,\n\nJe vous écris.",
        "عزيزي محمد\n\nأكتب إليك\n",
        "27 December 2019\n",
        "2019-12-27\n",
        "12/12/16\n",
        "https://example.org/a\n",
        "- one\n- two\n",
        "1. one\n2. two\n",
        "* * *\n",
        "1234 5678\n",
        "Here is the appeal:\n\nText.",
        "#!/bin/sh\n# comment\necho\n",
        "<?xml version='1.0'?>\n<a>\n",
        "| a | b |\n|---|---|\n",
        "",
        " \n\t\n",
        "x" * 5000,
    ],
)
def test_texts_without_a_title_get_none(text: str) -> None:
    assert of(text, "title") == []


@pytest.mark.parametrize(
    ("text", "creators"),
    [
        ("The title\nBy Jane Doe\n\nText.", ["Jane Doe"]),
        ("The title\n\n*By Jane Doe and John Roe*\n\nText.", ["Jane Doe", "John Roe"]),
        ("Title\n\nby Ludwig van Beethoven, 3 May 1820\n\nText.", ["Ludwig van Beethoven"]),
        ("العنوان\n\nبقلم: محمد علي\n\nنص.", ["محمد علي"]),
        ("Titel\n\nvon Hans Müller\n\nText.", ["Hans Müller"]),
        ("Author: Jane Doe\n\nText.", ["Jane Doe"]),
        ("---\nauthor: Jane Doe\n---\nText.", ["Jane Doe"]),
        ("Dear Sir,\n\nText.\n\nYours sincerely,\nJohn Smith\n", ["John Smith"]),
        ("عزيزي\n\nنص.\n\nمع التحية\nمحمد علي", ["محمد علي"]),
        ("Text.\n\nText.\n\n— Leon Trotsky", ["Leon Trotsky"]),
        ("Text.\n\nText.\n\nAbu Muadz", ["Abu Muadz"]),
        ("By Monday we will know\n\nText.\n\nText.", []),
        ("By The Way\n\nText.\n\nText.", []),
        ("Text.\n\nText.\n\nRead More", []),
        ("Text.\n\nText.\n\nAll Rights Reserved", []),
        ("Text.\n\nText.\n\nand it went on", []),
        ("نص.\n\nنص.\n\nحتى النصر", []),
    ],
)
def test_creators(text: str, creators: list[str]) -> None:
    assert of(text, "creator") == creators


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("27 December 2019", "2019-12-27"),
        ("the 27th of December, 2019", "2019-12-27"),
        ("December 27, 2019", "2019-12-27"),
        ("Dec. 27th, 2019", "2019-12-27"),
        ("2019-12-27", "2019-12-27"),
        ("2019-12-27T10:00:00Z", "2019-12-27"),
        ("٢٧ ديسمبر ٢٠١٩", "2019-12-27"),
        ("27 كانون الأول 2019", "2019-12-27"),
        ("27 كانون الأول/ديسمبر 2019م", "2019-12-27"),
        ("1 أيار 1945", "1945-05-01"),
        ("1 ايار 1945", "1945-05-01"),
        ("3 جويلية 1962", "1962-07-03"),
        ("27 décembre 2019", "2019-12-27"),
        ("27 de\u0301cembre 2019", "2019-12-27"),
        ("1er mai 1968", "1968-05-01"),
        ("27 de diciembre de 2019", "2019-12-27"),
        ("27. Dezember 2019", "2019-12-27"),
        ("3. März 1950", "1950-03-03"),
        ("in May 2019", "2019-05"),
        ("في أيلول 2001", "2001-09"),
        ("août 1914", "1914-08"),
        ("diciembre de 2019", "2019-12"),
        ("27 декабря 2019 г.", "2019-12-27"),
        ("«27» декабря 2019г.", "2019-12-27"),
        ("в июле 1953 года", "1953-07"),
        ("27 Aralık 2019'da", "2019-12-27"),
        ("12 MAYIS 1964", "1964-05-12"),
        ("3 EYLÜL 1980", "1980-09-03"),
        ("۲۷ دسامبر ۲۰۱۹", "2019-12-27"),
        ("۲۲ بهمن ۱۳۵۷", "1979-02-11"),
        ("۲۸ مرداد سال ۱۳۳۲", "1953-08-19"),
        ("30 اسفند 1403", "2025-03-20"),
        ("5 حزيران من عام 1967", "1967-06-05"),
        ("27.12.2019", "2019-12-27"),
        ("27. 12. 2019", "2019-12-27"),
        ("12/27/2019", "2019-12-27"),
        ("05/05/2019", "2019-05-05"),
        ("2019/12/27", "2019-12-27"),
    ],
)
def test_dates_that_are_written_out(text: str, date: str) -> None:
    assert of(f"A text: {text} it went on.", "date") == [date]


@pytest.mark.parametrize(
    "text",
    ["12/12/16", "1.5.1968", "80% of 1980", "We 2019", "31 February 2019", "may 2000 people", "99 May 2019", "in 1945",
     "March 1,400", "2019-13-01", "2019-12-27-01", "12019-12-27", "\u0640" * 60 + " 2019", "27 كانون الأول/مارس 2019",
     "5/6/2019", "27/12-2019", "1398-10-06", "۱۳۹۸/۱۰/۰۶", "30 اسفند 1402", "15 جمادى الآخرة 1439", "13 Nisan 1325",
     "27.12.2019.1", "192.12.27.2019"],
)  # fmt: skip
def test_what_is_no_date_or_can_be_read_in_two_ways(text: str) -> None:
    assert of(f"A text: {text} it went on.", "date") == []


def test_several_dates_stand_side_by_side_and_none_is_sure() -> None:
    found = [p for p in proposals(b"3 May 1968\n\nOn 1 June 1967 and 2 June 1967, 3 May 1968.") if "date" in p.field]
    assert [p.value for p in found] == ["1968-05-03", "1967-06-01", "1967-06-02"]
    assert all(p.confidence <= 0.5 for p in found)


PROSE = "\n\nIt began in the morning, on 1 May 1920, and nobody who was there forgot it.\nWe did not either.\n"


@pytest.mark.parametrize(
    ("head", "is_own"),
    [
        ("The title\n\nDate: 3 May 1968", True),
        ("The title\n\nStatement of the Bureau, 3 May 1968, www.example.org", True),
        ("العنوان\n\nبيان المكتب الدولي، 3 أيار 1968،", True),
        ("Minutes of the meeting of 3 May 1968", True),
        ("The title\n\nBy Jane Doe, secretary of the club, 3 May 1968", True),
        ("Lyon, le 3 mai 1968\n\nCher ami,", True),
        ("Report on the fire of 3 May 1968", False),
        ("The title\n\nLast updated: 3 May 1968", False),
        ("3 May 1968\n\nHome | News | Contact\n\nThe title", False),
    ],
)
def test_only_a_plain_sign_makes_a_date_sure(head: str, is_own: bool) -> None:
    sure = [p.value for p in proposals((head + PROSE).encode()) if "date" in p.field and p.confidence >= 0.8]
    assert sure == (["1968-05-03"] if is_own else [])


@pytest.mark.parametrize("quoted", ["By Arthur Coombes", "Author: Arthur Coombes", "Yours sincerely,\nArthur Coombes"])
def test_a_name_that_stands_in_the_running_text_is_never_sure(quoted: str) -> None:
    found = proposals(f"The title{PROSE}\nThen came this:\n\n{quoted}\n".encode())
    assert not [p for p in found if "creator" in p.field and p.confidence >= 0.8]


def test_at_most_25_dates_are_proposed() -> None:
    text = "\n".join(f"On {day} May {year} it was." for year in range(1900, 1990) for day in (1, 2))
    assert len(of(text, "date")) == 25


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16-le", "utf-16-be", "utf-32-le", "mac_roman"])
def test_offsets_are_octets_in_the_encoding_of_the_file(charset: str) -> None:
    data = "L’été à Genève\n\npar Zoé Müller\n\nLe 1er août 1914, à midi.".encode(charset)
    found = {p.field: p for p in proposals(data, charset)}
    assert found["dcterms:title"].value == "L’été à Genève"
    assert found["dcterms:creator"].value == "Zoé Müller"
    assert found["dcterms:date"].value == "1914-08-01"
    assert all(p.evidence.start is not None for p in found.values())


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_counts(codec: str) -> None:
    data = "العنوان\n\nنص 27 ديسمبر 2019.".encode(codec)
    found = without_extent(propose(PATH, data, Identification(PATH, "text/plain", codec)))
    assert [p.value for p in found] == ["العنوان", "2019-12-27"]
    title = found[0].evidence
    assert data[title.start : title.end].decode(codec) == "العنوان"
    assert title.start == {"utf-8-sig": 3, "utf-16": 2, "utf-32": 4}[codec]


def test_windows_1256_offsets() -> None:
    data = "عنوان المقال\n\nبقلم: محمد علي\n\nنص 5 حزيران 1967.".encode("windows-1256")
    assert [p.value for p in proposals(data, "windows-1256")] == ["عنوان المقال", "محمد علي", "1967-06-05"]


def test_dates_of_a_page_are_found_between_its_tags_only() -> None:
    page = b"<html><!-- 1 May 1968 --><script>'2 May 1968'</script><a title='3 May 1968'><p>On 4 May 1968.</p></html>"
    found = proposals(page, mime="text/html")
    assert [(p.field, p.value) for p in found] == [("dcterms:date", "1968-05-04")]


def test_what_is_embedded_is_proposed_with_its_own_method() -> None:
    data = b"<html><title>A page</title><meta name=author content='&#74;ane'></html>"
    embedded = (
        Embedded("dcterms:title", " A page ", "html:title", "en"),
        Embedded("dcterms:creator", "Jane", "html:meta[author]"),
        Embedded("dcterms:creator", "Unknown", "html:meta[author]"),
        Embedded("dcterms:subject", "  ", "html:meta[keywords]"),
        Embedded("nonsense", "x", "html:meta[x]"),
    )
    found = propose(PATH, data, Identification(PATH, "text/html", "utf-8", embedded=embedded))
    title, creator = without_extent(found)
    assert (title.value, title.lang, title.method) == ("A page", "en", "html:title")
    assert (title.evidence.start, title.evidence.end) == (13, 19)
    assert (creator.evidence.start, creator.evidence.end, creator.evidence.text) == (None, None, "Jane")


def test_each_proposal_names_its_tool() -> None:
    (title,) = proposals(b"# A\n")
    assert (title.tool, title.version, title.evidence.path) == ("preserve", __version__, PATH)
    assert title.status == "pending"


def test_a_title_has_the_language_of_its_file_where_that_is_sure() -> None:
    def lang(share: float, tag: str, text: str) -> str:
        identification = Identification(PATH, "text/plain", "utf-8", languages=(LanguageShare(tag, share, True),))
        return propose(PATH, text.encode(), identification)[0].lang

    assert lang(0.98, "ar", "# عنوان\n") == "ar"
    assert lang(0.98, "ar", "# Title\n") == ""
    assert lang(0.5, "en", "# Title\n") == ""


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 100, b"\xff\xfe", b"\x89PNG\r\n\x1a\n\0\0", bytes(range(256)), b"\xef\xbb\xbf"]
)
def test_binary_and_empty_files_get_nothing(data: bytes) -> None:
    for mime in ("", "text/plain", "application/octet-stream", "image/png"):
        for charset in ("", "utf-8", "utf-16", "binary", "windows-1252", "zlib", "idna", "nonsense\0"):
            propose(PATH, data, Identification(PATH, mime, charset))
        assert propose(PATH, data, Identification(PATH, mime, "")) == ()


@settings(max_examples=300)
@given(
    st.binary(max_size=400) | st.text(max_size=200).map(str.encode),
    st.sampled_from(
        ["", "utf-8", "utf-16", "utf-7", "gb18030", "iso2022_jp", "hz", "cp1256", "punycode", "hex", "rot13"]
    ),
    st.sampled_from(["", "text/plain", "text/html", "text/csv", "application/pdf", "message/rfc822"]),
)
def test_no_bytes_raise_and_offsets_are_always_true(data: bytes, charset: str, mime: str) -> None:
    for proposal in propose(PATH, data, Identification(PATH, mime, charset)):
        assert 0 <= proposal.confidence <= 1
        if proposal.evidence.start is not None and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
            span = data[proposal.evidence.start : proposal.evidence.end]
            assert span.decode(charset or "utf-8") == proposal.evidence.text


LETTER = """\
Lyon, le 3 mai 1968

Cher ami,

Je t'écris de la gare, où il n'y a plus de trains, mais où il reste un kiosque. On y vend des cartes.

Bien à toi,
Jean Dupont

Source : https://example.org/lettre
Publié par : Éditions du Tilleul
"""
ARABIC = """\
عنوان المقال

بقلم: محمد علي
الناشر: دار السنونو للنشر

وصلتني رسالتك أمس، وفرحت بأن الأولاد بخير. هل ما زالوا يذهبون إلى المدرسة؟
"""


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        *((LETTER, codec) for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "mac_roman")),
        *((ARABIC, codec) for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-le", "windows-1256")),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_evidence_stands_where_it_says_in_every_encoding(text: str, codec: str, end: str) -> None:
    said = text.replace("\n", end)
    data = said.encode(codec)
    bom = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    found = without_extent(propose(PATH, data, Identification(PATH, "text/plain", codec)))
    assert {p.field.removeprefix("dcterms:") for p in found} >= {"creator", "publisher", "abstract"}
    for proposal in found:
        start, octets = proposal.evidence.start, data[proposal.evidence.start : proposal.evidence.end]
        assert start is not None
        assert octets.decode(bom.get(codec, codec)) == proposal.evidence.text
        assert proposal.evidence.text in said


WORDS = [
    *("By ", "Source: ", "https://x.example/a", "Publisher: ", "\n", "\n\n", "\r\n", "— ", "# ", "<p>", "</p>", "؟ "),
    *("Dear ", "عزيزي ", "3 May 1968", "A. ", "The Times", "\ud800", "\x00", "\f", "«", "…", "«!", "---\n", "i\u0307"),
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=30), st.sampled_from(["utf-8", "utf-16-le"]))
def test_no_mixture_of_signs_raises_and_its_evidence_is_true(words: list[str], codec: str) -> None:
    data = "".join(words).encode(codec, "surrogatepass")
    for mime in ("text/plain", "text/html", "message/rfc822"):
        for proposal in propose(PATH, data, Identification(PATH, mime, codec)):
            if proposal.evidence.start is not None:
                span = data[proposal.evidence.start : proposal.evidence.end]
                assert span.decode(codec) == proposal.evidence.text


@pytest.mark.parametrize(
    "unit", ["27 December 2019 ", "a@", "# ", "\u0640", "<!--", "<script", " ", "ab\n", "\u064b 1", "By "]
)
def test_large_and_odd_files_are_read_in_bounded_time(unit: str) -> None:
    data = (unit * (1 << 20)).encode()[: 3 << 20]
    for mime in ("text/plain", "text/html"):
        propose(PATH, data, Identification(PATH, mime, "utf-8"))


def test_merging_keeps_what_was_decided() -> None:
    first = proposals(b"# A\n\n3 May 1968")
    assert merged(first, first) == first
    assert merged(first[:1], first) == first


def test_real_texts(shared: Path) -> None:
    found = {}
    for file in sorted((shared / "incoming").iterdir()):
        data = file.read_bytes()
        found[file.name[:3]] = {(p.field.removeprefix("dcterms:"), p.value) for p in proposals(data)}
        (abstract,) = [p for p in proposals(data) if p.field == "dcterms:abstract"]
        assert 200 <= len(abstract.value) <= 600
        assert not {"publisher", "source"} & {field for field, _ in found[file.name[:3]]}
    assert not {field for field, _ in found["000"]} & {"title", "date"}
    assert ("title", "Aleppo, the capital city of the resistance, has fallen") in found["001"]
    assert ("title", "دافع عن إدلب! هزيمة الأسد والمحتلين الروس الإيرانيين!") in found["002"]
    assert ("date", "2019-12-27") in found["002"]

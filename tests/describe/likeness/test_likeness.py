"""The same text is found whatever was done to it on its way; what only resembles it is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.likeness.compare import compare
from preserve.describe.likeness.prints import FEWEST_WORDS, SKETCH, sketch, text_print
from preserve.describe.likeness.words import PAGE, PLAIN, Text, form_of, shown_text, text_of, words
from preserve.model import TextPrint
from scripts.measure_likeness import judged, wrong
from tests.describe.alike import texts
from tests.describe.alike.pairs import LATER, PAIRS, Pair, plain


def _spoken(text: str) -> list[str]:
    return [word.decode() for word in words(text)]


def test_nothing_is_called_a_version_that_is_none() -> None:
    false, missed = wrong(PAIRS)
    assert false == []
    assert missed == ["turkish: cut in the middle"]  # fewer than fifty words are left


def test_pairs_that_were_not_tuned_for_are_judged_like_the_others() -> None:
    false, missed = wrong(LATER)
    assert false == []
    assert len(missed) <= 3


@pytest.mark.parametrize("pair", [*PAIRS, *LATER], ids=lambda pair: pair.name)
def test_it_does_not_matter_which_of_two_came_first(pair: Pair) -> None:
    assert judged(pair) == judged(pair._replace(one=pair.other, other=pair.one))


def test_other_encodings_line_ends_and_layouts_are_the_same_text() -> None:
    for name in ("utf-16", "CRLF", "byte order mark", "lines broken anew", "one line a paragraph"):
        for pair in PAIRS:
            if pair.name.endswith(name):
                found = judged(pair)
                assert found is not None
                assert found.same, pair.name


def test_a_fingerprint_is_the_same_on_every_machine_and_in_every_release() -> None:
    """A change of these lines asks for a new version of the fingerprint: old packages keep theirs."""
    found = [text_print("data/a b\udcff.txt", *plain(text)[:2], PLAIN) for text in (texts.ENGLISH, texts.ARABIC)]
    assert [one and one.line for one in found] == [
        "1 plain utf-8 194 jQ9awFVbrUCqVVsw8cczCgj8ioYMeJ1vDwFuKQ8pirYRiLnWEnyJWBgyr1Aa7hEH data/a%20b%FF.txt",
        "1 plain utf-8 116 tpZ50911uyv2GkcsO3uqFhi7kRMeYanOJK1kiEUmL3dQuWqjb+agWnc5R5Z6hiAx data/a%20b%FF.txt",
    ]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("L’été «à» la mer — Œuvre, ﬁn!", ["l", "été", "à", "la", "mer", "œuvre", "fin"]),
        (
            "soft\u00adhyphen \ufeffno\u2060break 12,5 STRASSE Straße",
            ["softhyphen", "nobreak", "12", "5", "strasse", "strasse"],
        ),
        ("كِتَابٌ، كتـــاب؟", ["كتاب", "كتاب"]),
        ("می\u200cروم کتاب", ["ميروم", "كتاب"]),
        ("שָׁלוֹם", ["שלום"]),
        ("我们 hello 世界！", ["我", "们", "hello", "世", "界"]),
        ("e\u0301te\u0301", ["été"]),
        ("", []),
        ("...", []),
    ],
)
def test_words_are_what_every_encoding_agrees_on(text: str, spoken: list[str]) -> None:
    assert _spoken(text) == spoken


@pytest.mark.parametrize(
    ("page", "spoken"),
    [
        ("<head><title>Site</title></head><body><p>One <b>t</b>wo</p></body>", "one two"),
        ("<nav>Menu</nav><p>Text</p><script>if (a<b) {}</script><!-- <p>no --><footer>c</footer>", "text"),
        (
            "<ul><li><a href=/>Home</a></li><li><a href=/b>B</a> | <a href=/c>C</a></li></ul><p>See <a href=x>it</a>.",
            "see it",
        ),
        ("<p>caf&eacute; &amp; tea</p>", "café tea"),
        ("no markup at all", "no markup at all"),
    ],
)
def test_of_a_page_remains_what_its_reader_is_there_for(page: str, spoken: str) -> None:
    assert _spoken(shown_text(page)) == spoken.split()


@pytest.mark.parametrize(
    ("mime", "form"),
    [
        ("text/plain; charset=utf-8", PLAIN),
        ("text/markdown", PLAIN),
        ("text/html", PAGE),
        ("application/xhtml+xml", PAGE),
        ("text/csv", ""),
        ("text/css", ""),
        ("application/json", ""),
        ("image/png", ""),
        ("", ""),
    ],
)
def test_only_what_a_person_reads_is_compared(mime: str, form: str) -> None:
    assert form_of(mime) == form


@given(st.text(), st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-8-sig"]))
def test_the_encoding_never_matters(text: str, charset: str) -> None:
    data = text.encode(charset, "replace")
    found = text_of(data, charset.removesuffix("-sig"), PLAIN).words
    assert list(found) == words(data.decode(charset)) or "\0" in text


@given(st.text(), st.binary())
def test_no_content_makes_it_raise(text: str, data: bytes) -> None:
    for form in (PLAIN, PAGE):
        text_print("data/x", data, "utf-8", form)
        text_print("data/x", text.encode("utf-8", "replace"), "utf-8", form)


@given(
    st.text().filter(lambda path: "\0" not in path),
    st.sampled_from(["plain", "page"]),
    st.sampled_from(["", "utf-8", "x y"]),
    st.integers(0, 10**9),
    st.binary(min_size=16, max_size=16),
    st.lists(st.integers(0, 2**32 - 1), max_size=8),
)
def test_a_fingerprint_survives_its_line(
    path: str, form: str, charset: str, count: int, same: bytes, some: list[int]
) -> None:
    one = TextPrint(path.encode("utf-8", "replace").decode(), form, charset, count, same.hex(), tuple(some))
    assert TextPrint.of(one.line) == one
    assert one.line.isascii()
    assert "  " not in one.line


@given(st.text())
def test_no_line_makes_reading_it_raise(text: str) -> None:
    for line in (text, f"1 plain utf-8 7 {text} data/a", f"1 plain {text} x AAAA data/a", f"2 {text}"):
        TextPrint.of(line)


def test_short_texts_have_no_sketch_and_shortest_no_fingerprint() -> None:
    assert sketch([b"word"] * (FEWEST_WORDS - 1)) == ()
    many = sketch([b"%d" % number for number in range(1000)])
    assert len(many) == SKETCH
    assert len(set(many)) == SKETCH
    assert text_print("data/a", b"Thank you.", "us-ascii", PLAIN) is None
    assert text_print("data/a", b"\xff\xfe\x00", "", PLAIN) is None


@pytest.mark.parametrize("start", ["<nav>", "<script", "<!--", "<a href=", "<h1>", "&amp;", "<a>x</a>"])
def test_hostile_pages_take_no_longer_than_others(start: str) -> None:
    page = start * (1024 * 1024 // len(start))
    text_print("data/x.html", page.encode(), "utf-8", PAGE)  # in quadratic time this would never end


def test_texts_that_repeat_themselves_are_compared_in_time() -> None:
    one = Text([b"la", b"li", b"lu"] * 5000, PLAIN)
    other = Text([*[b"la", b"li", b"lu"] * 5000, b"end"], PLAIN)
    found = compare(one, one)
    assert found is not None
    assert found.same
    compare(one, other)  # in cubic time this would never end

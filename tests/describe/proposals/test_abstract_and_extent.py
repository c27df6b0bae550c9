"""An abstract is a text's own first sentences, to the letter; its length is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preserve.describe.proposals.find_abstract import MOST
from preserve.describe.proposals.measure_extent import count_words
from preserve.describe.proposals.propose import propose
from preserve.describe.proposals.sentences import ends
from preserve.model import Identification, Proposal

PATH = "data/x.txt"


def proposed(data: bytes, field: str, mime: str = "text/plain", charset: str = "utf-8") -> list[Proposal]:
    found = propose(PATH, data, Identification(PATH, mime, charset))
    return [one for one in found if one.field == f"dcterms:{field}"]


def abstract(text: str, mime: str = "text/plain") -> str:
    data = text.encode()
    found = proposed(data, "abstract", mime)
    for one in found:
        start, end = one.evidence.start, one.evidence.end
        assert start is not None
        assert data[start:end].decode() == one.evidence.text
    return found[0].value if found else ""


FIRST = "The ferry had run for forty years, and in forty years it had never once been early. Nobody had asked it to."


@pytest.mark.parametrize(
    "head",
    [
        "",
        "# The ferry\n\n",
        "The ferry\n=========\n\n",
        "THE FERRY\n\nBy Jane Doe\n\n3 May 1968\n\n",
        "Home | News | Contact\n\nThe ferry\n\n",
        "We use cookies to make this site better.\n\n",
        "Dear Mr. Pike,\n\n",
        "Tom,\n\n",
        "From: Jane Doe\nTo: all\nSubject: The ferry\n\n",
        "---\ntitle: The ferry\nauthor: Jane Doe\n---\n\n",
        "The ferry\n\nPublisher: Doorway Press\nSource: https://example.org/a\n\n",
        "Save the ferry!\n\nDown with the bridge!\n\n",
        "The Tidewater Courier\nSaturday, June 3, 1911. Price One Penny.\n\nThe ferry\n\n",
        "- one\n- two\n- three\n\n",
        "```\ncode = [1]; run(code);\n```\n\n",
        "> An answer that is quoted, and is of somebody else.\n\n",
    ],
)
def test_it_begins_below_what_stands_before_the_text(head: str) -> None:
    assert abstract(head + FIRST + "\n") == FIRST
    wrapped = FIRST.replace("forty years it", "forty years\nit")
    assert abstract((head + wrapped + "\n").replace("\n", "\r\n")) == FIRST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A title\n",
        "Nana\n\nDuerme, molinero,\nque el viento no muele;\nla harina es del sueño,\nel pan no se duele.\n",
        "The toll\n\nThe gate went up, the gate went down,\nThe coaches paid and passed;\nA penny bought the road.\n",
        "Q: When did you start?\nA: I was eleven. They stood me on a box and gave me a knife.\n",
        "س: متى بدأت الصيد؟\nج: قبل أن أبدأ المشي.\n\nس: وماذا اصطدت اليوم؟\nج: البرد.\n",
        "— Vous vivez seule ici ?\n— Seule, non. Il y a l'eau.\n\n— Elle parle ?\n— Elle passe. C'est beaucoup.\n",
        "1 lb flour\n1/2 lb butter\n6 oz sugar\n\nBeat the butter.\nAdd the eggs one by one.\nBake two hours.\n",
        "1. Gentlemen before nine, ladies after ten.\n2. No dogs, no oysters, no trumpets.\n3. No scenes.\n",
        "Name: Hobbs\nBorn: 3 May 1902\nRemarks: kept the lamp at the end of the pier during the war.\n",
        "def rope(n):\n    return tie(i, n - i)\nx = {'a': [1, 2], 'b': {'c': None}}\n",
        "of the harbour board, who had waited since noon, were told that it would not come.\n",
        "12 14 1980. 16 18 1990. 20 22 2000.\n",
    ],
)
def test_a_text_without_running_text_gets_none(text: str) -> None:
    assert abstract(text) == ""


def test_it_ends_with_a_sentence_and_is_short() -> None:
    text = FIRST + " It went on like this for a very long time indeed, as these things do." * 20
    found = abstract(text)
    assert text.startswith(found)
    assert found.endswith(".")
    assert len(FIRST) < len(found) <= MOST


def test_a_short_first_paragraph_goes_on_in_the_next_one() -> None:
    assert abstract(f"It was cold that year, and the river stood.\n\n{FIRST}\n") == (
        f"It was cold that year, and the river stood. {FIRST}"
    )


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. A. Gant and Dr. Lund came, etc. Nobody spoke.", 2),
        ("Das war z. B. am 21. Dezember so. Danach nicht mehr.", 2),
        ("Я настраиваю их с 1931 г., т. е. с того дня. Второй молчит.", 2),
        ("هل كان يسكت حقا؟ لا، كنا نشبع من السمع.", 2),
        ("یہ خط کل ملا۔ سب نے پڑھا۔", 2),
        ("M. le préfet l'a franchi. « Tiens ! » dit-il, et il est parti.", 2),
        ("Er sagte: »Ich komme.« Dann ging er.", 2),
        ("It cost 3.50 at www.example.org and more. Enough!", 2),
        ("村里的老井已经三年没有清理了。请每家带一只桶来。", 2),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: int) -> None:
    assert len(list(ends(text, 0, len(text)))) == sentences


def test_of_a_page_the_first_paragraph_that_says_something() -> None:
    page = (
        "<html><body><nav><p>We use cookies to remember you. Accept?</p><a>Home</a></nav><h1>The ferry</h1>"
        "<p class='date'>3 May 1968</p>"
        "<p>It was <b>cold</b><!-- so --> &amp; <a href='x'>wet</a>, that year, and the river stood still. "
        "Nobody minded.</p><p>The end.</p></body></html>"
    )
    assert abstract(page, "text/html") == "It was cold & wet, that year, and the river stood still. Nobody minded."


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "windows-1252", "utf-8"])
def test_its_offsets_are_octets_in_the_encoding_of_the_file(codec: str) -> None:
    text = "Le bac\n\nPendant quarante ans le bac n'était jamais arrivé en avance, même l'été. Personne n'y pensait.\n"
    data = text.encode(codec)
    (one,) = proposed(data, "abstract", charset=codec)
    assert data[one.evidence.start : one.evidence.end].decode(codec) == one.value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't count the well-known 3.5 as two.", 7),
        ("كِتَابٌ في البَيْتِ، ١٢ مرة", 5),
        ("کتاب‌ها را می‌خوانم", 3),
        ("Кто-то пришёл.", 2),
        ("l'été 1914", 2),
        ("", 0),
        ("— … !", 0),
    ],
)
def test_words_are_counted_as_a_reader_would(text: str, words: int) -> None:
    assert count_words(text) == words


def extent(data: bytes, mime: str = "text/plain", charset: str = "utf-8") -> str:
    found = proposed(data, "extent", mime, charset)
    return found[0].value if found else ""


def test_the_extent_is_counted() -> None:
    assert extent("L'été à Genève.\n".encode()) == "20 bytes, 16 characters, 3 words"
    assert extent("عنوان\n".encode("windows-1256"), charset="windows-1256") == "6 bytes, 6 characters, 1 word"
    assert extent("关于清理水井的通知。\n".encode()) == "31 bytes, 11 characters"
    assert extent(b"One page.\fAnother.\f") == "19 bytes, 19 characters, 3 words, 2 pages"
    assert extent(b"<p>Two &amp; three</p>", "text/html") == "22 bytes, 2 words"
    assert extent(b"1,2\n3,4\n", "text/csv") == ""
    assert extent(b"") == ""
    assert extent(b"word " * 300_000) == ""


@given(st.text(max_size=400))
def test_an_abstract_is_never_longer_than_promised_and_never_invented(text: str) -> None:
    value = abstract(text.encode("utf-8", "ignore").decode())
    assert len(value) <= MOST * 1.5
    assert all(word in text for word in value.split())

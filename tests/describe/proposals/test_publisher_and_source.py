"""Who published a text and where it was taken from: only where it says so."""

import pytest

from preserve.describe.proposals.propose import propose
from preserve.model import Embedded, Identification, Proposal

PATH = "data/x.txt"
PROSE = "\n\nIt began in the morning, and nobody who was there forgot it, for the rain was warm.\nWe did not either.\n"


def proposed(text: str, field: str, mime: str = "text/plain", *embedded: Embedded) -> list[Proposal]:
    data = text.encode()
    found = propose(PATH, data, Identification(PATH, mime, "utf-8", embedded=embedded))
    for one in found:
        if one.evidence.start is not None:
            assert data[one.evidence.start : one.evidence.end].decode() == one.evidence.text
    return [one for one in found if one.field == f"dcterms:{field}"]


def sure(text: str, field: str, mime: str = "text/plain") -> list[str]:
    return [one.value for one in proposed(text, field, mime) if one.confidence >= 0.8]


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Publisher: Doorway Press", "Doorway Press"),
        ("Published by the Rural Water Council, November 1971", "Rural Water Council"),
        ("Printed and published by the Night Train League, 3 Station Road", "Night Train League"),
        ("Issued by: Museum of Keys", "Museum of Keys"),
        ("Éditeur : Éditions du Tilleul", "Éditions du Tilleul"),
        ("Publié par les Presses de la Vallée", "Presses de la Vallée"),
        ("Publisher: La Voz de la Ribera", "La Voz de la Ribera"),
        ("Editorial: Editorial Salitre", "Editorial Salitre"),
        ("Publicado por: Archivo Obrero", "Archivo Obrero"),
        ("Verlag: Verlag Heckenrose", "Verlag Heckenrose"),
        ("Herausgegeben von der Bauernblatt Verlag GmbH, Oldenburg", "Bauernblatt Verlag GmbH"),
        ("Издательство: Медный ключ", "Медный ключ"),
        ("Издательство: «Медный ключ»", "Медный ключ"),
        ("Yayınevi: Söğüt Yayınevi", "Söğüt Yayınevi"),
        ("الناشر: دار السنونو للنشر", "دار السنونو للنشر"),
        ("دار النشر: السنونو", "السنونو"),
        ("ناشر: انتشارات سروستان", "انتشارات سروستان"),
        ("انتشارات: سروستان", "سروستان"),
    ],
)
def test_an_imprint_names_the_publisher(line: str, publisher: str) -> None:
    assert sure(f"The title\n\n{line}{PROSE}", "publisher") == [publisher]
    assert sure(f"The title{PROSE}\n{line}\n", "publisher") == [publisher]


@pytest.mark.parametrize(
    "text",
    [
        f"The title\n\nPrinted by Hobb & Sons{PROSE}",
        f"The title\n\nPublisher: unknown{PROSE}",
        f"The title\n\nPublished: 3 May 1968{PROSE}",
        f"The title\n\nPublished by admin on 3 May 2014{PROSE}",
        f"The title\n\nThe book was\npublished by the Rural Water Council and nobody read it at all then.{PROSE}",
        f"The title\n\nSource: https://example.org/a{PROSE}",
        f"Gale & Sons, Sailmakers\n4 Loft Street\n\nTo one mainsail{PROSE}",
    ],
)
def test_what_is_no_imprint_is_never_a_sure_publisher(text: str) -> None:
    assert sure(text, "publisher") == []


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("The Tidewater Courier\nSaturday, June 3, 1911. Price One Penny.", "The Tidewater Courier"),
        ("Gräfenthaler Anzeiger\nSonnabend, den 14. März 1925", "Gräfenthaler Anzeiger"),
        ("Газета «Речной вестник»\n18 июля 1926 г.", "Речной вестник"),
        ("EL CORREO DEL TURIA\nAño XII, núm. 3.204\n19 de octubre de 1957", "EL CORREO DEL TURIA"),
        ("جريدة المرسى\nالسبت ١٧ نيسان ١٩٥٤", "جريدة المرسى"),
    ],
)
def test_the_head_of_a_newspaper_is_its_publisher_and_not_the_title(head: str, name: str) -> None:
    text = f"{head}\n\nFerryman refuses the medal{PROSE}"
    assert sure(text, "publisher") == [name]
    assert [one.value for one in proposed(text, "title")] == ["Ferryman refuses the medal"]
    assert len(sure(text, "date")) == 1


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("Source: https://example.org/a", "https://example.org/a"),
        ("Source: <https://example.org/a>.", "https://example.org/a"),
        ("Source: [the page](https://example.org/a)", "https://example.org/a"),
        ("Source: Harbour Quarterly, https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("(Source: https://example.org/a)", "https://example.org/a"),
        ("Retrieved from http://example.org/h.htm on 11 February 2020", "http://example.org/h.htm"),
        ("URL: https://example.org/a?b=1&c=2", "https://example.org/a?b=1&c=2"),
        ("Source : https://example.org/fr", "https://example.org/fr"),
        ("Fuente: https://example.org/es", "https://example.org/es"),
        ("Quelle: https://example.org/de (abgerufen am 3. April 2024)", "https://example.org/de"),
        ("Источник: https://example.org/ru", "https://example.org/ru"),
        ("Kaynak: https://example.org/tr", "https://example.org/tr"),
        ("المصدر: https://example.org/ar", "https://example.org/ar"),
        ("منبع: https://example.org/fa", "https://example.org/fa"),
        ("Source: doi:10.1234/abc.5", "doi:10.1234/abc.5"),
        ("Source: urn:isbn:9780000000002", "urn:isbn:9780000000002"),
        ("Source: ark:/12345/x6", "ark:/12345/x6"),
    ],
)
def test_an_address_with_a_label_is_the_source(line: str, source: str) -> None:
    assert sure(f"The title{PROSE}\n{line}\n", "source") == [source]
    assert sure(f"The title\n\n{line}{PROSE}", "source") == [source]


@pytest.mark.parametrize(
    "line",
    [
        "See also https://example.org/a.",
        "More at https://example.org/a",
        "Source: javascript:alert(1)",
        "Source: ftp://example.org/a",
        "Source: a friend who reads https://example.org/a and also https://example.org/b",
        "The source is near https://example.org/a",
    ],
)
def test_a_link_in_the_text_is_not_the_source(line: str) -> None:
    assert proposed(f"The title{PROSE}\n{line}\n", "source") == []


def test_a_list_of_what_was_read_is_never_sure() -> None:
    text = f"The title{PROSE}\nSource: https://example.org/a\nSource: https://example.org/b\n"
    assert [one.confidence for one in proposed(text, "source")] == [0.5, 0.5]


def test_an_address_alone_above_a_text_may_be_where_it_came_from() -> None:
    (one,) = proposed(f"https://example.org/a\n\nThe title{PROSE}", "source")
    assert (one.value, one.confidence) == ("https://example.org/a", 0.6)


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- saved from url=(0021)https://example.org/a -->",
        "<!--\n Page saved with SingleFile \n url: https://example.org/a \n saved date: Thu Dec 08 2022\n-->",
        "<!-- --><pre>\nSnapshot-Content-Location: https://example.org/a\n</pre>",
    ],
)
def test_a_saved_page_says_where_it_was_saved_from(comment: str) -> None:
    page = f"<!DOCTYPE html>\n{comment}\n<html><body><p><a href='https://other.example/'>A link</a></p></body></html>"
    assert sure(page, "source", "text/html") == ["https://example.org/a"]


def test_what_a_page_says_of_itself_is_proposed_as_source_and_publisher() -> None:
    embedded = (
        Embedded("dcterms:identifier", "https://example.org/a", "html:link[canonical]"),
        Embedded("dcterms:identifier", "https://example.org/a", "html:meta[og:url]"),
        Embedded("dcterms:identifier", "about:blank", "html:meta[og:url]"),
        Embedded("dcterms:isPartOf", "The Valley Voice", "html:meta[og:site_name]"),
        Embedded("dcterms:publisher", "Valley Press", "html:meta[citation_publisher]"),
    )
    page = "<html><body><p>Text.</p></body></html>"
    sources = proposed(page, "source", "text/html", *embedded)
    assert [(one.value, one.confidence) for one in sources] == [("https://example.org/a", 0.85)]
    publishers = {one.value: one.confidence for one in proposed(page, "publisher", "text/html", *embedded)}
    assert publishers == {"The Valley Voice": 0.7, "Valley Press": 0.85}
    assert [one.value for one in proposed(page, "identifier", "text/html", *embedded)] == ["about:blank"]


def test_front_matter_names_publisher_and_source() -> None:
    text = "---\ntitle: Hinges\npublisher: Doorway Press\nsource: https://example.org/h\n---\n\nText.\n"
    assert sure(text, "publisher") == ["Doorway Press"]
    assert sure(text, "source") == ["https://example.org/h"]
    assert sure("---\nsource: my head\n---\n\nText.\n", "source") == []

"""The official schemas as oracles, and records as hypothesis makes them up."""

import string
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from preserve.describe.record.settle import settle
from preserve.describe.record.terms import DCMI_TYPES, ELEMENT_OF, RECORD_NS, SCHEMES
from preserve.model import Record, Statement

_DRIVER = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:dcterms="http://purl.org/dc/terms/"
    targetNamespace="{RECORD_NS}" xmlns:r="{RECORD_NS}" elementFormDefault="qualified">
  <xs:import namespace="http://purl.org/dc/terms/" schemaLocation="dcterms.xsd"/>
  <xs:element name="record">
    <xs:complexType>
      <xs:sequence>
        <xs:group ref="dcterms:elementsAndRefinementsGroup"/>
        <xs:element name="part" minOccurs="0" maxOccurs="unbounded">
          <xs:complexType>
            <xs:group ref="dcterms:elementsAndRefinementsGroup"/>
            <xs:attribute name="path" type="xs:string"/>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="version"/>
    </xs:complexType>
  </xs:element>
</xs:schema>"""


class _Local(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    def __init__(self, xsd: Path) -> None:
        self._files = {
            "dcterms.xsd": xsd / "dc-2008" / "dcterms.xsd",
            "qualifieddc.xsd": xsd / "dc-2008" / "qualifieddc.xsd",
            "dc.xsd": xsd / "dc-2008" / "dc.xsd",
            "dcmitype.xsd": xsd / "dc-2008" / "dcmitype.xsd",
            "xml.xsd": xsd / "w3" / "xml-2001-03.xsd",
            "simpledc20021212.xsd": xsd / "oai_dc" / "simpledc20021212.xsd",
        }

    def resolve(self, url: str, pubid: str, context: Any) -> Any:
        name = url.rpartition("/")[2]
        return self.resolve_string(self._files[name].read_bytes(), context, base_url=name)


def _compiled(data: bytes, xsd: Path) -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local(xsd))
    return etree.XMLSchema(etree.fromstring(data, parser, base_url="driver.xsd"))


@cache
def official_record(xsd: Path) -> Any:
    """The DCMI schemas of 2008 around our root."""
    return _compiled(_DRIVER.encode(), xsd)


@cache
def official_qualified(xsd: Path, namespace: str) -> Any:
    """DCMI's ``qualifieddc``, taken into *namespace* as DCMI means it to be."""
    driver = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}" xmlns="{namespace}" '
        'elementFormDefault="qualified"><xs:include schemaLocation="qualifieddc.xsd"/></xs:schema>'
    )
    return _compiled(driver.encode(), xsd)


@cache
def official_oai_dc(xsd: Path) -> Any:
    return _compiled((xsd / "oai_dc" / "oai_dc.xsd").read_bytes(), xsd)


TAGS = [
    "en",
    "en-GB",
    "ar",
    "ar-EG",
    "zh-Hant",
    "sr-Latn-RS",
    "fa",
    "he",
    "tlh",
    "x-private",
    "de-1996",
    "es-419",
    "gsw",
    "zh-cmn-Hans-CN",
    "ca-ES-valencia",
    "und",
    "art-lojban",
    "sl-rozaj-biske",
    "en-a-bbb-x-a",
]
TEXT = st.text(st.characters(codec=None), min_size=1, max_size=40) | st.sampled_from(
    [
        "قصة قصيرة",
        "Ψυχή <&> ]]> \"'",
        "a\r\nb\tc",
        "\x00\x0b\x1b",
        "\ud83d \udce9",
        "e\u0301\u200c\u202e",
        "\ufffe\uffff",
        "𐍈",
    ]
)
_DATES = ["2019", "0001", "2019-12", "2020-02-29", "2000-02-29", "2019-12-27", "9999-12-31", "2019-12-27T10:00:00Z",
          "2019-12-27T23:59:59.25+14:00", "2019-12-27T00:00:00-00:30"]  # fmt: skip
_URIS = [
    "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "https://example.org/a?b=c&d=e#f",
    "http://[::1]/",
    "http://example.org:80/%D9%82",
    "https://مثال.إختبار/صفحة",
    "mailto:a@example.org",
    "info:lccn/x",
    "urn:x:a:b@c;d",
    "http://u:p@h.example/~x/(y)!$'*,=",
    "ftp://h/",
    "http://h?q",
    "ark:/12345/x",
    "http://h/a:b@c",
]


def _value(scheme: str) -> st.SearchStrategy[str]:
    """Values of which many, not all, are legal under *scheme*."""
    usual = {
        "W3CDTF": st.sampled_from(_DATES) | st.dates().map(str) | st.datetimes().map(lambda d: f"{d.isoformat()}Z"),
        "DCMIType": st.sampled_from(DCMI_TYPES),
        "IMT": st.sampled_from(["text/plain", "text/plain; charset=utf-8", "application/vnd.oasis.opendocument.text"]),
        "URI": st.sampled_from(_URIS) | st.text(string.printable, max_size=20).map("http://h/".__add__)
        | st.text(max_size=12).map("https://h".__add__) | st.text(string.printable, max_size=12).map("urn:".__add__),
        "ISO639-2": st.sampled_from(["ara", "eng"]),
        "ISO639-3": st.sampled_from(["arb"]),
        "ISO3166": st.sampled_from(["SY"]),
        **dict.fromkeys(("RFC4646", "RFC3066", "RFC1766"), st.sampled_from(TAGS)),
    }  # fmt: skip
    return usual.get(scheme, TEXT) | TEXT


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """One statement after it was settled, as composing does."""
    scheme = draw(st.sampled_from(["", "", *SCHEMES]))
    fitting = sorted(term for term, element in ELEMENT_OF.items() if not scheme or element in SCHEMES[scheme])
    term = draw(st.sampled_from(fitting))
    about = draw(st.sampled_from(["", "", "data/a.txt", 'data/"<é>\n&\t.txt', "data/box/"]))
    lang = draw(st.sampled_from(["", *TAGS]))
    return settle(Statement(term, draw(_value(scheme)), lang, scheme, "test", about))[0]


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record with a title and an identifier, and anything else."""
    title = Statement("dcterms:title", "T " + draw(TEXT), draw(st.sampled_from(["", *TAGS])))
    identifier = Statement("dcterms:identifier", "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", scheme="URI")
    return Record((title, identifier, *draw(st.lists(statements(), max_size=6))))

"""A plain Word document from plain text, by hand and without compression: the same bytes from every Python."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@dataclass(frozen=True, slots=True)
class Info:
    """The core properties (ECMA-376 part 2); *created* and *modified* are RFC 3339 in UTC."""

    title: str
    author: str
    subject: str
    keywords: str
    created: str
    modified: str


def build(paragraphs: tuple[tuple[str, str], ...], info: Info) -> bytes:
    """*paragraphs* (style and text) as WordprocessingML (ECMA-376); parts are stored, dated 1980-01-01, ZIP's epoch.

    The styles are ``Normal``, ``Title`` and ``Heading1``.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in _parts(paragraphs, info):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, _XML + content)
    return file.getvalue()


def _parts(paragraphs: tuple[tuple[str, str], ...], info: Info) -> Iterator[tuple[str, str]]:
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_WORD_TYPE}.styles+xml"/>'
        f'<Override PartName="/docProps/core.xml"'
        f' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    )
    yield (
        "_rels/.rels",
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties"'
        f' Target="docProps/core.xml"/></Relationships>',
    )
    yield (
        "word/_rels/document.xml.rels",
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/></Relationships>',
    )
    yield "word/document.xml", _text(paragraphs)
    yield "word/styles.xml", _styles()
    yield (
        "docProps/core.xml",
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(info.title)}</dc:title>'
        f"<dc:subject>{escape(info.subject)}</dc:subject><dc:creator>{escape(info.author)}</dc:creator>"
        f"<cp:keywords>{escape(info.keywords)}</cp:keywords><dc:language>en-GB</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{info.created}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{info.modified}</dcterms:modified></cp:coreProperties>',
    )


def _text(paragraphs: tuple[tuple[str, str], ...]) -> str:
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440"'
        ' w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    )
    return f'<w:document xmlns:w="{_WORD}"><w:body>{body}{section}</w:body></w:document>'


def _styles() -> str:
    def style(key: str, name: str, half_points: int, more: str = "") -> str:
        kind = ' w:default="1"' if key == "Normal" else ""
        based = "" if key == "Normal" else '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
        return (
            f'<w:style w:type="paragraph"{kind} w:styleId="{key}"><w:name w:val="{name}"/>{based}'
            f'<w:pPr><w:spacing w:after="160"/></w:pPr><w:rPr>{more}<w:sz w:val="{half_points}"/></w:rPr></w:style>'
        )

    language = '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault></w:docDefaults>'
    styles = style("Normal", "Normal", 22) + style("Title", "Title", 36, "<w:b/>")
    return f'<w:styles xmlns:w="{_WORD}">{language}{styles}{style("Heading1", "heading 1", 28, "<w:b/>")}</w:styles>'

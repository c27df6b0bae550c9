"""Real files, made here: small documents of each kind, honest and hostile."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage

import pikepdf

ENGLISH = (
    "The archive received the papers of the society in the spring of that year. They were sorted by hand, and "
    "every letter was given a number, so that nobody would have to look for it twice. "
)
FRENCH = (
    "Chère Madame, j'ai bien reçu votre lettre du mois passé et je vous remercie très sincèrement. Nous étions à la "
    "campagne, où l'été fut agréable; les élèves, hélas, n'ont guère étudié. Veuillez agréer mes salutations. "
)
ARABIC = (
    "السلام عليكم ورحمة الله وبركاته، وصلتني رسالتكم الكريمة قبل أيام، وأشكركم على اهتمامكم بالموضوع. "
    "لقد حفظنا الوثائق في المكتبة وسوف نرسل إليكم نسخة منها في الشهر القادم إن شاء الله. "
)
HEBREW = "שלום רב, קיבלנו את המכתב שלכם ואנחנו מודים לכם מאוד. המסמכים נשמרו בספרייה ונשלח לכם העתק בחודש הבא. "


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


DOCX_CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<dc:title>Minutes of the meeting</dc:title><dc:creator>Jane Doe</dc:creator><dc:subject>Meetings</dc:subject>
<cp:keywords>minutes; society, spring</cp:keywords><dc:description>Unknown</dc:description>
<dc:language>en-us</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">2019-03-04T10:00:00Z</dcterms:created>
</cp:coreProperties>"""


def docx(core: str | bytes = DOCX_CORE, body: str = ENGLISH) -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}"><Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p>'
            "</w:body></w:document>",
            "docProps/core.xml": core,
            "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
            'extended-properties"><Pages>3</Pages><Application>Writing Office 9</Application></Properties>',
        }
    )


def odt(body: str = FRENCH) -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    head = (
        f'xmlns:office="{urn}office:1.0" xmlns:text="{urn}text:1.0" xmlns:meta="{urn}meta:1.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2"'
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{urn}manifest:1.0"/>',
            "content.xml": f"<office:document-content {head}><office:body><office:text><text:h>Lettre</text:h><text:p>"
            f"{body}</text:p></office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {head}><office:meta><dc:title>Une lettre</dc:title>"
            "<meta:initial-creator>Anne Dupont</meta:initial-creator><dc:creator>Paul Martin</dc:creator>"
            "<meta:creation-date>2020-01-02T03:04:05</meta:creation-date><meta:keyword>lettres</meta:keyword>"
            '<dc:language>fr-FR</dc:language><meta:document-statistic meta:page-count="1"/>'
            "<meta:generator>FreeOffice/7.2</meta:generator>"
            "</office:meta></office:document-meta>",
        },
        zipfile.ZIP_STORED,
    )


def epub(body: str = HEBREW) -> bytes:
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
            'version="1.0"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title xml:lang="he">מכתבים</dc:title>'
            "<dc:creator>Dana Levi</dc:creator><dc:language>iw</dc:language><dc:identifier>urn:isbn:123"
            '</dc:identifier><meta property="dcterms:modified">2021-05-06T07:08:09Z</meta></metadata><manifest>'
            '<item id="c1" href="text/ch%201.xhtml" media-type="application/xhtml+xml"/></manifest><spine>'
            '<itemref idref="c1"/></spine></package>',
            "OEBPS/text/ch 1.xhtml": '<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head>'
            f"<title>x</title></head><body><p>{body}</p></body></html>",
        },
        zipfile.ZIP_STORED,
    )


XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmp:CreateDate="2018-01-01T00:00:00Z">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Annual report</rdf:li><rdf:li xml:lang="fr">Rapport annuel</rdf:li>
</rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>John Smith</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language><dc:format>application/pdf</dc:format>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def pdf(
    info: Mapping[str, str] | None = None, xmp: bytes = b"", *, password: str = "", compress: bool = False
) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.add_blank_page()
    for key, value in (info or {}).items():
        document.docinfo[key] = value
    if xmp:
        stream = pikepdf.Stream(document, zlib.compress(xmp, 9) if compress else xmp)
        if compress:
            stream.stream_dict["/Filter"] = pikepdf.Name("/FlateDecode")
        document.Root["/Metadata"] = stream
    buffer = io.BytesIO()
    if password:
        document.save(buffer, encryption=pikepdf.Encryption(owner=password, user=password))
    else:  # what was packed stays packed, as it is
        document.save(
            buffer,
            fix_metadata_version=False,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return buffer.getvalue()


def mail(subject: str = "Réunion du printemps", body: str = FRENCH) -> bytes:
    message = EmailMessage()
    message["From"] = "Anne Dupont <anne@example.org>"
    message["To"] = "paul@example.org"
    message["Subject"] = subject
    message["Date"] = datetime(2021, 5, 6, 7, 8, 9, tzinfo=UTC)
    message["Message-ID"] = "<1234@example.org>"
    message.set_content(body)
    return bytes(message)


HTML = f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>  The papers
 of the society </title>
<meta name="author" content="Jane Doe"><meta name="description" content="About the papers.">
<meta name="keywords" content="archives, papers, ,archives"><meta name="date" content="3 May 2004">
<meta name="DC.title" lang="fr" content="Les papiers"><meta name="dcterms.created" content="2004">
<meta name="DC.date.modified" content="2005-06"><meta property="og:title" content="Papers">
<meta property="article:published_time" content="2004-05-03T10:00:00Z"><meta name="publisher" content="Unknown">
<link rel="canonical" href="https://example.org/papers"><script>var x = "Dies ist kein Text";</script>
</head><body><p>{ENGLISH}</p><style>p {{}}</style></body></html>"""

"""A plain PDF from plain text, by hand and without compression: the same bytes from every Python."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Info:
    """The document information; *made* is RFC 3339 in UTC."""

    title: str
    author: str
    subject: str
    keywords: str
    creator: str
    made: str


def build(pages: tuple[str, ...], info: Info) -> bytes:
    """A PDF 1.7 in Courier, A4, one page for each text, with docinfo and XMP (ISO 32000-1 §14.3).

    Lines of up to 66 characters and pages of up to 48 lines fit; the characters are those of Windows-1252.
    """
    kids = " ".join(f"{7 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R /Lang (en-GB)"
        b" /ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        _stream(_xmp(info).encode(), "/Type /Metadata /Subtype /XML "),
        _docinfo(info),
        b"<< /Font << /F1 3 0 R >> >>",
    ]
    for number, text in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 6 0 R"
            f" /Contents {8 + 2 * number} 0 R >>".encode()
        )
        objects.append(_stream(_page(text, number + 1)))
    return _file(objects)


def _docinfo(info: Info) -> bytes:
    made = "D:" + "".join(c for c in info.made if c.isdigit()) + "Z"
    values = {
        "Title": info.title,
        "Author": info.author,
        "Subject": info.subject,
        "Keywords": info.keywords,
        "Creator": info.creator,
        "CreationDate": made,
        "ModDate": made,
    }
    return b"<< " + b" ".join(b"/%s (%s)" % (key.encode(), _literal(text)) for key, text in values.items()) + b" >>"


def _page(text: str, number: int) -> bytes:
    """One page's content stream: 66 columns of 11 point Courier stand between margins of 79 points."""
    shown = b"\n".join(b"(" + _literal(line) + b") Tj T*" for line in text.splitlines())
    foot = f"BT /F1 11 Tf 292 50 Td ({number}) Tj ET".encode()
    return b"BT /F1 11 Tf 14 TL 79 770 Td\n" + shown + b"\nET\n" + foot + b"\n"


def _literal(text: str) -> bytes:
    """The inside of a PDF literal string in WinAnsiEncoding, whose printed characters are those of Windows-1252."""
    raw = text.encode("cp1252")
    return b"".join(b"\\" + bytes([c]) if c in b"()\\" else bytes([c]) if c < 128 else b"\\%03o" % c for c in raw)


def _stream(content: bytes, keys: str = "") -> bytes:
    return f"<< {keys}/Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    mark = hashlib.sha256(out).hexdigest()[:32].encode()
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R /ID [<%s> <%s>] >>\n" % (len(objects) + 1, mark, mark)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _xmp(info: Info) -> str:
    return f"""\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(info.title)}</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>{escape(info.author)}</rdf:li></rdf:Seq></dc:creator>
   <dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language>
   <xmp:CreateDate>{info.made}</xmp:CreateDate>
   <xmp:ModifyDate>{info.made}</xmp:ModifyDate>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""

"""Office documents: OOXML (ECMA-376 part 2, core properties) and OpenDocument 1.3 (part 3, §4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from preserve.identify.documents.container import Container
from preserve.identify.reading import TEXT, Document
from preserve.model.identification import APPLICATION
from preserve.storage.safe_xml import Element

_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_TEXT_NS = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"

_OOXML_CORE = {
    f"{_DC}title": "dcterms:title",
    f"{_DC}creator": "dcterms:creator",
    f"{_DC}subject": "dcterms:subject",
    f"{_DC}description": "dcterms:description",
    f"{_DC}language": "dcterms:language",
    f"{_DC}identifier": "dcterms:identifier",
    f"{_DCTERMS}created": "dcterms:created",
    f"{_DCTERMS}modified": "dcterms:modified",
}
_ODF_META = {
    f"{_DC}title": "dcterms:title",
    f"{_DC}subject": "dcterms:subject",
    f"{_DC}description": "dcterms:description",
    f"{_DC}language": "dcterms:language",
    f"{_META}keyword": "dcterms:subject",
    f"{_META}creation-date": "dcterms:created",
    f"{_META}generator": APPLICATION,
    f"{_DC}date": "dcterms:modified",  # OpenDocument's own definition: the last modification
}
_MAIN_PARTS = ("word/document.xml", "word/document2.xml", "xl/sharedStrings.xml", "ppt/slides/slide1.xml")
_RUN, _BREAKS = "t", ("p", "br", "tab", "cr", "si")


def read_ooxml(container: Container) -> Document:
    """A DOCX, XLSX or PPTX."""
    core = container.xml("docProps/core.xml")
    for element in _children(core):
        field, local = _OOXML_CORE.get(element.tag, ""), element.tag.rpartition("}")[2]
        if element.tag == f"{_CORE}keywords":
            container.found.add_each("dcterms:subject", "".join(element.itertext()), "ooxml:core.xml[cp:keywords]")
        prefix = "dcterms" if element.tag.startswith(_DCTERMS) else "dc"
        container.found.add(field, "".join(element.itertext()), f"ooxml:core.xml[{prefix}:{local}]")
    for element in _children(container.xml("docProps/app.xml")):
        if element.tag.endswith("}Pages") and (pages := (element.text or "").strip()).isdecimal() and int(pages[:9]):
            _add_pages(container, int(pages[:9]), "ooxml:app.xml[Pages]")
        if element.tag.endswith("}Application"):
            container.found.add(APPLICATION, element.text, "ooxml:app.xml[Application]")
    part = next((name for name in _MAIN_PARTS if name in container.names), "")
    body = container.xml(part) if part else None
    return container.document("OOXML", None if body is None else _joined(_ooxml_text(body)))


def _children(root: Element | None) -> Iterator[Element]:
    for element in () if root is None else root:
        if isinstance(element.tag, str):
            yield element


def _add_pages(container: Container, pages: int, method: str) -> None:
    container.found.add("dcterms:extent", f"{pages} page" if pages == 1 else f"{pages} pages", method)


def _ooxml_text(body: Element) -> Iterator[str]:
    for element in body.iter():
        local = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if local == _RUN:
            yield element.text or ""
        elif local in _BREAKS:
            yield "\n"


def read_open_document(container: Container) -> Document:
    """An ODT, ODS or ODP."""
    meta = container.xml("meta.xml")
    elements = [] if meta is None else [element for element in meta.iter() if isinstance(element.tag, str)]
    for element in elements:
        if field := _ODF_META.get(element.tag, ""):
            container.found.add(field, "".join(element.itertext()), f"odf:meta.xml[{_qualified(element.tag)}]")
        if element.tag == f"{_META}document-statistic":
            pages = element.get(f"{_META}page-count") or ""
            if pages.isdecimal() and int(pages[:9]):
                _add_pages(container, int(pages[:9]), "odf:meta.xml[meta:document-statistic]")
    _add_creators(container, elements)
    content = container.xml("content.xml")
    body = None if content is None else content.find(f"{_OFFICE}body")
    return container.document("OpenDocument", None if body is None else _joined(_odf_text(body)))


def _add_creators(container: Container, elements: list[Element]) -> None:
    """OpenDocument's dc:creator is who changed it last: a contributor, where another one is named as the author."""
    first = [element for element in elements if element.tag == f"{_META}initial-creator" and element.text]
    last = [element for element in elements if element.tag == f"{_DC}creator" and element.text]
    for element in first:
        container.found.add("dcterms:creator", element.text, "odf:meta.xml[meta:initial-creator]")
    names = {element.text.strip() for element in first}
    for element in last:
        if element.text.strip() not in names:
            field = "dcterms:contributor" if first else "dcterms:creator"
            container.found.add(field, element.text, "odf:meta.xml[dc:creator]")


def _qualified(tag: str) -> str:
    namespace, _, local = tag.rpartition("}")
    return f"{'meta' if namespace + '}' == _META else 'dc'}:{local}"


def _odf_text(body: Element) -> Iterator[str]:
    for element in body.iter():
        if not isinstance(element.tag, str):
            yield element.tail or ""
            continue
        if element.tag in (f"{_TEXT_NS}p", f"{_TEXT_NS}h"):
            yield "\n"
        elif element.tag in (f"{_TEXT_NS}s", f"{_TEXT_NS}tab", f"{_TEXT_NS}line-break"):
            yield " "
        yield element.text or ""
        yield element.tail or ""


def _joined(pieces: Iterator[str]) -> str:
    kept, length = [], 0
    for piece in pieces:
        kept.append(piece)
        length += len(piece)
        if length >= TEXT:
            break
    return "".join(kept)[:TEXT]

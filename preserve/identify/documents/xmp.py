"""XMP packets (ISO 16684-1): the Dublin Core properties, and the dates of the XMP basic schema."""

from __future__ import annotations

from preserve.identify.documents.collect import Collector, term_named
from preserve.storage import safe_xml
from preserve.storage.safe_xml import Element

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DATES = {f"{_XMP}CreateDate": "dcterms:created", f"{_XMP}ModifyDate": "dcterms:modified"}
_CONTAINERS = (f"{_RDF}Alt", f"{_RDF}Seq", f"{_RDF}Bag")


def read(data: bytes, found: Collector, where: str) -> None:
    """Note what the packet *data* says; *where* begins the method of each value.  ``UnsafeXml`` if it is not XML."""
    root = safe_xml.parse(data.strip(b"\0 \t\r\n"), source="The XMP packet")
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            _note(found, name, value, where, "")
        for element in description:
            if isinstance(element.tag, str):
                _note_element(found, element, where)


def _note_element(found: Collector, element: Element, where: str) -> None:
    items = [item for box in element if box.tag in _CONTAINERS for item in box.iter(f"{_RDF}li")]
    for item in items or [element]:
        _note(found, element.tag, "".join(item.itertext()), where, item.get(_LANG) or "")


def _note(found: Collector, name: str, value: str, where: str, lang: str) -> None:
    local = name.rpartition("}")[2]
    if name in _DATES:
        found.add(_DATES[name], value, f"{where}[xmp:{local}]")
    elif name.startswith((_DC, _DCTERMS)) and local != "format":  # our own identification says better
        prefix = "dc" if name.startswith(_DC) else "dcterms"
        found.add(term_named(local), value, f"{where}[{prefix}:{local}]", lang)

"""EPUB 2 and 3: the package document's Dublin Core, and the text of the first chapters."""

from __future__ import annotations

import codecs
import posixpath
from urllib.parse import unquote

from preserve.identify.documents.collect import Collector, term_named
from preserve.identify.documents.container import Container
from preserve.identify.documents.html import parsed, visible_text
from preserve.identify.reading import TEXT, Document
from preserve.storage.safe_xml import Element

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MOST_CHAPTERS = 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(container: Container) -> Document:
    """The EPUB in *container*."""
    declaration = container.xml("META-INF/container.xml")
    rootfile = None if declaration is None else next(declaration.iter(f"{_CONTAINER}rootfile"), None)
    place = "" if rootfile is None else rootfile.get("full-path") or ""
    package = container.xml(place) if place else None
    if package is None:
        container.notes.append("the EPUB names no package document that can be read")
        return container.document("EPUB", None)
    for element in package.iter():
        if isinstance(element.tag, str):
            _note(container.found, element)
    return container.document("EPUB", _text(container, package, posixpath.dirname(place)))


def _note(found: Collector, element: Element) -> None:
    if element.tag.startswith(_DC):
        local = element.tag.rpartition("}")[2]
        field = "" if local == "format" else term_named(local)
        found.add(field, "".join(element.itertext()), f"epub:opf[dc:{local}]", element.get(_LANG) or "")
    elif element.tag == f"{_OPF}meta":
        name = element.get("property") or ""
        if name.startswith("dcterms:"):
            found.add(term_named(name[8:]), "".join(element.itertext()), f"epub:opf[{name[:80]}]")


def _text(container: Container, package: Element, folder: str) -> str:
    places = {item.get("id"): item.get("href") or "" for item in package.iter(f"{_OPF}item")}
    chapters = [places.get(item.get("idref"), "") for item in package.iter(f"{_OPF}itemref")]
    texts, length = [], 0
    for chapter in [name for name in chapters if name][:_MOST_CHAPTERS]:
        data = container.member(posixpath.normpath(posixpath.join(folder, unquote(chapter.partition("#")[0]))))
        # Chapters have document types, so they are read as HTML; they are in UTF-8 or UTF-16 (EPUB 3.3 §3.9).
        root = parsed(data.decode("utf-16" if data[:2] in _UTF_16 else "utf-8", "replace")) if data else None
        if root is not None:
            texts.append(visible_text(root))
            length += len(texts[-1])
        if length >= TEXT:
            break
    return "\n".join(texts)[:TEXT]

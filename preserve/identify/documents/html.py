"""HTML pages: title, meta elements, Dublin Core, Open Graph, canonical link, language, and the visible text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from preserve.identify.documents.collect import Collector, term_named
from preserve.identify.reading import TEXT, Document
from preserve.storage import safe_xml
from preserve.storage.safe_xml import Element

_META = {
    "author": "dcterms:creator",
    "description": "dcterms:description",
    "publisher": "dcterms:publisher",
    "date": "dcterms:date",
    "language": "dcterms:language",
    "content-language": "dcterms:language",
    "copyright": "dcterms:rights",
    "rights": "dcterms:rights",
    "citation_title": "dcterms:title",
    "citation_author": "dcterms:creator",
    "citation_publisher": "dcterms:publisher",
    "citation_publication_date": "dcterms:issued",
    "citation_date": "dcterms:date",
    "citation_language": "dcterms:language",
    "citation_doi": "dcterms:identifier",
    "citation_isbn": "dcterms:identifier",
    "og:title": "dcterms:title",
    "og:description": "dcterms:description",
    "og:url": "dcterms:identifier",
    "og:locale": "dcterms:language",
    "og:site_name": "dcterms:isPartOf",
    "article:author": "dcterms:creator",
    "article:published_time": "dcterms:issued",
    "article:modified_time": "dcterms:modified",
    "article:section": "dcterms:subject",
    "article:tag": "dcterms:subject",
}
_WITH_LANGUAGE = frozenset(f"dcterms:{term}" for term in ("title", "description", "subject", "abstract", "alternative"))
_DUBLIN_CORE = re.compile(r"(?:dc|dcterms)[.:](.+)", re.IGNORECASE | re.DOTALL)
_SILENT = frozenset(("script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object", "textarea"))
_INLINE_TAGS = "a abbr b bdi bdo cite code em font i kbd mark q s small span strong sub sup u wbr"
_INLINE = frozenset(_INLINE_TAGS.split())


def read(text: str) -> Document:
    """The page *text*.  Broken pages give what can be made out."""
    root = parsed(text)
    if root is None:
        return Document("HTML", notes=("nothing in it could be read as HTML",))
    found = Collector()
    page_language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    page_language = page_language or ""
    found.add("dcterms:language", page_language, "html:lang")
    for element in root.iter("title", "meta", "link"):
        _note(found, element, page_language)
    return Document("HTML", found.all(), visible_text(root))


def parsed(text: str) -> Element | None:
    """The root of the page *text*, whatever encoding it declares for itself."""
    return safe_xml.parse_html(text.replace("\0", " ").encode("utf-8", "replace"), encoding="utf-8")


def _note(found: Collector, element: Element, page_language: str) -> None:
    if element.tag == "title":
        parent = element.getparent()
        if parent is None or parent.tag != "svg":
            found.add("dcterms:title", "".join(element.itertext()), "html:title", element.get("lang") or page_language)
    elif element.tag == "link":
        address = (element.get("href") or "").strip()
        if (element.get("rel") or "").lower().split() == ["canonical"] and _is_absolute(address):
            found.add("dcterms:identifier", address, "html:link[canonical]")
    else:
        _note_meta(found, element, page_language)


def _note_meta(found: Collector, element: Element, page_language: str) -> None:
    name = (element.get("name") or element.get("property") or element.get("http-equiv") or "").strip()
    content = element.get("content") or ""
    if not name or len(name) > 100:
        return
    lower, method = name.lower(), f"html:meta[{name}]"
    dublin_core = _DUBLIN_CORE.fullmatch(name)
    field = term_named(dublin_core[1]) if dublin_core else _META.get(lower, "")
    language = element.get("lang") or element.get("xml:lang") or ""
    if lower == "keywords":
        found.add_each("dcterms:subject", content, method, language or page_language)
    elif lower == "content-language":
        found.add_each(field, content, method)
    else:
        found.add(field, content, method, language or (page_language if field in _WITH_LANGUAGE else ""))


def _is_absolute(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def visible_text(root: Element) -> str:
    """What a reader of the page sees, as far as ``TEXT`` characters."""
    pieces, length = [], 0
    for piece in _spoken(root):
        pieces.append(piece)
        length += len(piece)
        if length >= TEXT:
            break
    return "".join(pieces)[:TEXT]


def _spoken(root: Element) -> Iterator[str]:
    # A stack and not recursion: hostile pages nest deeper than Python's calls may.
    stack: list[Element | str] = [root]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
            continue
        if item is not root and item.tail:
            stack.append(item.tail)
        if not isinstance(item.tag, str) or item.tag in _SILENT:
            continue
        if item.tag not in _INLINE:
            stack.append("\n")
        stack.extend(reversed(item))
        if item.text:
            stack.append(item.text)

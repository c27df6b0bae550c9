"""Looking into parsed PREMIS elements: small helpers that ``read`` and ``check`` share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from preserve.premis.write import DETAILS, NAMESPACE
from preserve.storage.safe_xml import Element, stream

LIMIT = 4 * 1024 * 1024 * 1024
"""The largest premis.xml that is read: more than a million files."""

OBJECT, EVENT, AGENT, RIGHTS = (f"{{{NAMESPACE}}}{tag}" for tag in ("object", "event", "agent", "rightsStatement"))
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def parts(data: bytes, *, limit: int = LIMIT) -> Iterator[Element]:
    """Every object, event, agent and rights statement in *data*, in document order.

    ``UnsafeXml`` if it is not plain XML in UTF-8.
    """
    return stream(data, source="premis.xml", tags=(OBJECT, EVENT, AGENT, RIGHTS), limit=limit)


@cache
def _path(tags: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{tag}" for tag in tags.split("/"))


def text_of(element: Element, tags: str) -> str:
    """The text at the end of *tags* (``a/b/c``), or "" if there is none."""
    return element.findtext(_path(tags)) or ""


def all_of(element: Element, tags: str) -> list[Element]:
    """Every element at the end of *tags*."""
    found: list[Element] = element.findall(_path(tags))
    return found


def pairs(element: Element, tag: str) -> list[tuple[str, str]]:
    """Type and value of each identifier-like child *tag*: ``tagType`` and ``tagValue``."""
    return [(text_of(child, f"{tag}Type"), text_of(child, f"{tag}Value")) for child in all_of(element, tag)]


def detail_of(element: Element, tag: str) -> str:
    """The text of our own element *tag* in a significantProperties extension, or ""."""
    return element.findtext(f"{_path('significantPropertiesExtension')}/{{{DETAILS}}}{tag}") or ""


def kind_of(element: Element) -> str:
    """The category of an object (``file``, ``representation`` …), without its prefix."""
    return (element.get(XSI_TYPE) or "").rpartition(":")[2]

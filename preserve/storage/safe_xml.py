"""The only place where XML or HTML from outside is parsed.

No document type, no entities, no network, no size without a bound.  lxml expands gzip by itself when it is given
a file name, so only bytes are ever parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias, cast

from lxml import etree, html

from preserve.errors import UnsafeXml
from preserve.storage.names import shown
from preserve.storage.resources import schema, schema_names

MAX_XML_BYTES = 16 * 1024 * 1024
"""No metadata record is larger than this; what is, is refused unread."""

_FEED = 1024 * 1024
_SAID = 300
_POSITION = re.compile(r"[\s.]*, line \d+(, column \d+)?.*\Z", re.DOTALL)
_BEYOND = {
    "Excessive depth": "its elements are nested more than 256 deep",
    "limit exceeded": "a name or a text in it is longer than ten million characters",
}
"""What libxml2 refuses, in words for people."""

Element: TypeAlias = Any
"""An ``lxml`` element; lxml ships no types."""


def parse(data: bytes, *, source: str, limit: int = MAX_XML_BYTES) -> Element:
    """The root element of *data*.  ``UnsafeXml`` names *source* and the line if it is not plain XML."""
    _refuse_oversize_and_compressed(data, source, limit)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_well_formed(source, error) from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise _has_doctype(source)
    return root


def stream(data: bytes, *, source: str, tags: tuple[str, ...], limit: int) -> Iterator[Element]:
    """Each element of *data* (in UTF-8) named in *tags* as soon as it ends, in document order; memory stays flat.

    An element is emptied when the next one is asked for.  The same promises as ``parse``; a fault may show only
    after some elements were given.  Texts of any length up to *limit* are accepted.
    """
    _refuse_oversize_and_compressed(data, source, limit)
    if b"<!DOCTYPE" in data:  # before parsing: huge_tree switches off the guard against entities in attributes
        raise _has_doctype(source)
    parser = etree.XMLPullParser(
        events=("end",),
        tag=tags,
        encoding="utf-8",  # whatever the file declares: the search above holds for this encoding only
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    view = memoryview(data)
    try:
        for start in range(0, len(data), _FEED):
            parser.feed(bytes(view[start : start + _FEED]))
            yield from _finished(parser)
        parser.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _not_well_formed(source, error) from error


def _finished(parser: Any) -> Iterator[Element]:
    for _, element in parser.read_events():
        yield element
        element.clear(keep_tail=True)
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _refuse_oversize_and_compressed(data: bytes, source: str, limit: int) -> None:
    if len(data) > limit:
        raise UnsafeXml(
            f"{source} is {len(data):,} bytes long; XML metadata may have at most {limit:,}.",
            hint="Check that this is really a metadata record.",
        )
    if data[:2] == b"\x1f\x8b":
        raise UnsafeXml(
            f"{source} is compressed; metadata must be plain XML.", hint="Unpack it and supply the XML file."
        )


def _not_well_formed(source: str, error: Exception) -> UnsafeXml:
    if any(mark in str(error) for mark in ("entity amplification", "entity reference loop")):
        return _has_doctype(source)  # only that declares entities
    line = getattr(error, "lineno", None)
    where = f", line {line}" if line else ""
    what = f"{source}{where} is not well-formed XML: {_plainly(str(error))}."
    return UnsafeXml(what, hint="Correct the file and try again.")


def _plainly(message: str) -> str:
    """What the parser says, without its advice for programmers; the line is told already."""
    for mark, words in _BEYOND.items():
        if mark in message:
            return words
    return shown(" ".join(_POSITION.sub("", message).split()))[:_SAID].rstrip(" .")


def _has_doctype(source: str) -> UnsafeXml:
    return UnsafeXml(
        f"{source} declares a document type (DOCTYPE), which metadata here must not.",
        hint="Remove the DOCTYPE line and replace its entities by the characters they stand for.",
    )


def parse_html(data: bytes, *, encoding: str | None = None) -> Element | None:
    """The root element of an HTML page, or None if nothing could be made of it.  Never raises for content."""
    parser = html.HTMLParser(no_network=True, huge_tree=False, encoding=encoding, remove_comments=True)
    try:
        return cast("Element | None", html.document_fromstring(data, parser=parser))
    except (etree.LxmlError, ValueError, LookupError, AssertionError):
        return None


class _ShippedSchemas(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Finds the files that our schemas import, and nothing else."""

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # noqa: ARG002  lxml's
        name = (system_url or "").rpartition("/")[2]
        if name in schema_names():
            return self.resolve_string(schema(name), context, base_url=f"preserve:/{name}")
        raise UnsafeXml(f"The schema {system_url!r} is not one that preserve ships.")


@cache
def compiled_schema(name: str) -> etree.XMLSchema:
    """The shipped XML Schema *name*, compiled once."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_ShippedSchemas())
    root = etree.fromstring(schema(name), parser, base_url=f"preserve:/{name}")
    return etree.XMLSchema(root)


def schema_errors(root: Element, name: str) -> list[tuple[int, str]]:
    """Line and message of everything in *root* that the shipped schema *name* does not allow."""
    xsd = compiled_schema(name)
    if xsd.validate(root):
        return []
    return [(entry.line, entry.message) for entry in xsd.error_log]

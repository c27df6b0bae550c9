"""The only place where XML or HTML from outside is parsed.

No document type, no entities, no network, no size without a bound.  lxml expands gzip by itself when it is given
a file name, so only bytes are ever parsed.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias, cast

from lxml import etree, html

from preserve.errors import UnsafeXml
from preserve.storage.resources import schema, schema_names

MAX_XML_BYTES = 16 * 1024 * 1024
"""No metadata record is larger than this; what is, is refused unread."""

Element: TypeAlias = Any
"""An ``lxml`` element; lxml ships no types."""


def parse(data: bytes, *, source: str, limit: int = MAX_XML_BYTES) -> Element:
    """The root element of *data*.  ``UnsafeXml`` names *source* and the line if it is not plain XML."""
    if len(data) > limit:
        raise UnsafeXml(
            f"{source} is {len(data):,} bytes long; XML metadata may have at most {limit:,}.",
            hint="Check that this is really a metadata record.",
        )
    if data[:2] == b"\x1f\x8b":
        raise UnsafeXml(
            f"{source} is compressed; metadata must be plain XML.", hint="Unpack it and supply the XML file."
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f", line {line}" if line else ""
        raise UnsafeXml(
            f"{source}{where} is not well-formed XML: {error}.", hint="Correct the file and try again."
        ) from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise UnsafeXml(
            f"{source} declares a document type (DOCTYPE), which metadata here must not.",
            hint="Remove the DOCTYPE line and replace its entities by the characters they stand for.",
        )
    return root


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

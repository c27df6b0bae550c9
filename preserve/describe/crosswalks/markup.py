"""XML as text, well-formed whatever a value holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from preserve.describe.record.values import is_language_tag
from preserve.describe.record.write_xml import attribute, text
from preserve.model import Statement


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its *name* (with prefix), its attributes, and either text or further elements in it."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    content: str | tuple[Node, ...]


def node(name: str, content: str | Iterable[Node] = "", attributes: Mapping[str, str] | None = None) -> Node:
    """An element; attributes without a value are left out."""
    kept = tuple((key, value) for key, value in (attributes or {}).items() if value)
    return Node(name, kept, content if isinstance(content, str) else tuple(content))


def group(name: str, children: Iterable[Node], attributes: Mapping[str, str] | None = None) -> list[Node]:
    """An element around *children*; none at all where there are no children."""
    inside = tuple(children)
    return [node(name, inside, attributes)] if inside else []


def lang(statement: Statement) -> dict[str, str]:
    """The ``xml:lang`` of a statement's value, if it has a legal one."""
    return {"xml:lang": statement.lang} if is_language_tag(statement.lang) else {}


def document(root: Node) -> bytes:
    """*root* as a document in UTF-8; the same nodes always give the same bytes."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_lines(root, ""))).encode()


def _lines(element: Node, indent: str) -> Iterator[str]:
    marks = "".join(f' {key}="{attribute(value)}"' for key, value in element.attributes)
    start = f"{indent}<{element.name}{marks}"
    if not element.content:
        yield f"{start}/>\n"
    elif isinstance(element.content, str):
        yield f"{start}>{text(element.content)}</{element.name}>\n"
    else:
        yield f"{start}>\n"
        for child in element.content:
            yield from _lines(child, indent + "  ")
        yield f"{indent}</{element.name}>\n"

"""Dublin Core XML of people and of ourselves → statements.

Read are our own record, ``oai_dc:dc``, Archivematica's ``dcterms:dublincore``, DSpace's ``dublin_core`` with its
``dcvalue``, and any other root that has dc: or dcterms: elements in it.  Only plain XML is parsed (storage.safe_xml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from preserve.describe.record import rules
from preserve.describe.record.judge import judge_record
from preserve.describe.record.settle import settle
from preserve.describe.record.terms import DC_NS, DCTERMS_NS, ELEMENT_OF, RECORD_NS, XML_NS, XSI_NS, term_of
from preserve.describe.record.values import same_case
from preserve.describe.record.write_xml import TITLE_STANDS_IN
from preserve.errors import DescriptionError, UnsafeXml
from preserve.model import Problem, Record, Statement
from preserve.storage.names import shown
from preserve.storage.safe_xml import Element, parse, schema_errors

DC_PATH = "metadata/descriptive/dc.xml"
"""Where the description lies in a package."""
OAI_DC_PATH = "metadata/descriptive/oai_dc.xml"
"""Where the same lies as simple Dublin Core."""

_PATTERN = re.compile(r"is not accepted by the pattern '.*'(?=\.)", re.DOTALL)
_MAX_OURS = 512 * 1024 * 1024
"""Our own record of a package with a million described files is that large."""
_MOST_PROBLEMS = 100
_LONGEST = 500  # characters of a quotation
"""A file of something else entirely is not reported element by element."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A statement with the line that it stood on."""

    statement: Statement
    line: int


def read_dc(data: bytes, source: str) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """The statements of a Dublin Core file that a person supplied, and what is wrong with it.

    *source* names the file: it becomes the origin of the statements and the path of the findings.  Never raises for
    content.  The title of one of our own records that only stood in is not taken for a given one.
    """
    try:
        root = parse(data, source=shown(source))
    except UnsafeXml as error:
        return (), (_unreadable(source, error),)
    problems: list[Problem] = []
    statements = []
    for found in _read(root, source, problems):
        value = found.statement.value.strip()
        if not value:
            continue
        settled, findings = settle(replace(found.statement, value=value))
        statements.append(settled)
        problems.extend(rule.at(source, f"Line {found.line}: {sentence}") for rule, sentence in findings)
    if not statements:
        problems.append(rules.XML_NOTHING.at(source, f"{shown(source)} holds no Dublin Core element with a value."))
    return _without_stand_in(statements), tuple(problems)


def read_record(data: bytes) -> Record:
    """The Record that a ``dc.xml`` of ours holds.  ``DescriptionError`` if it is not one of ours."""
    root = parse(data, source=DC_PATH, limit=_MAX_OURS)
    if root.tag != f"{{{RECORD_NS}}}record":
        raise DescriptionError(
            f"{DC_PATH} is not a description that preserve wrote.", hint=f"Its root must be record in {RECORD_NS}."
        )
    statements = tuple(found.statement for found in _read(root, "", []))
    return Record(statements, any(_is_marker(s) for s in statements))


def check_record(data: bytes, path: str = DC_PATH) -> tuple[Problem, ...]:
    """Everything wrong with a ``dc.xml`` of ours: the XSD first, then the rules, each finding with its line."""
    try:
        root = parse(data, source=path, limit=_MAX_OURS)
    except UnsafeXml as error:
        return (_unreadable(path, error),)
    found = [
        rules.SCHEMA.at(path, f"Line {line}: {_plain(message)}") for line, message in schema_errors(root, "record.xsd")
    ]
    if root.tag != f"{{{RECORD_NS}}}record":
        return tuple(found)
    read = list(_read(root, "", []))
    record = Record(tuple(item.statement for item in read))
    return (*found, *judge_record(record, path=path, where=lambda place: f"Line {read[place].line}: "))


def check_oai_dc(data: bytes, path: str = OAI_DC_PATH) -> tuple[Problem, ...]:
    """Everything that ``oai_dc.xsd`` finds wrong with an ``oai_dc.xml`` of ours."""
    try:
        root = parse(data, source=path, limit=_MAX_OURS)
    except UnsafeXml as error:
        return (_unreadable(path, error),)
    return tuple(
        rules.SCHEMA.at(path, f"Line {line}: {_plain(message)}") for line, message in schema_errors(root, "oai_dc.xsd")
    )


def aimed_at(statements: Sequence[Statement], about: str) -> tuple[Statement, ...]:
    """The same statements, those about the whole now describing the payload file *about* (``data/…``)."""
    return tuple(s if s.about else replace(s, about=about) for s in statements)


def _read(root: Element, source: str, problems: list[Problem]) -> Iterator[_Found]:
    """All statements below *root* in document order; what is no statement is reported."""
    if _local(root) == "dublin_core" and not _namespace(root):
        yield from _read_dspace(root, source, problems)
        return
    pending = [(root, "")]
    while pending:
        element, about = pending.pop()
        if _is_term(element) and element is not root:
            yield _found(element, source, about, problems)
            continue
        if element.tag == f"{{{RECORD_NS}}}part":
            about = element.get("path", "")
        elif not len(element) and (element.text or "").strip():
            _ignored(element, f"{shown(_local(element))} is not a DCMI term and", source, problems)
        pending.extend((child, about) for child in reversed(element) if isinstance(child.tag, str))


def _read_dspace(root: Element, source: str, problems: list[Problem]) -> Iterator[_Found]:
    for child in root:
        if not isinstance(child.tag, str):
            continue
        parts = [root.get("schema", "dc"), child.get("element", ""), child.get("qualifier", "none")]
        written = ".".join(part for part in parts if part and part != "none")
        term = term_of(written) if _local(child) == "dcvalue" else ""
        if term:
            lang = child.get("language", "").replace("_", "-").strip()
            yield _Found(Statement(term, _text(child), lang, origin=source), child.sourceline or 0)
        else:
            _ignored(child, f"{shown(written or _local(child))} is not a DCMI term and", source, problems)


def _found(element: Element, source: str, about: str, problems: list[Problem]) -> _Found:
    if len(element) and any(isinstance(child.tag, str) for child in element):
        _ignored(element, f"the markup inside {_local(element)}, of which only the text is kept,", source, problems)
    term = f"dcterms:{_local(element)}"
    lang = same_case(element.get(f"{{{XML_NS}}}lang", ""))
    return _Found(
        Statement(term, _text(element), lang, _scheme(element), source, about),
        element.sourceline or 0,
    )


def _scheme(element: Element) -> str:
    """The local name of xsi:type.  A prefix that is not bound to the DCMI terms stays visible in the result."""
    written = str(element.get(f"{{{XSI_NS}}}type", "")).strip()
    prefix, colon, name = written.rpartition(":")
    return str(name) if element.nsmap.get(prefix if colon else None) == DCTERMS_NS else written


def _is_term(element: Element) -> bool:
    return _namespace(element) in (DC_NS, DCTERMS_NS) and f"dcterms:{_local(element)}" in ELEMENT_OF


def _text(element: Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            pieces.append(_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _namespace(element: Element) -> str:
    return str(element.tag)[1:].rpartition("}")[0]


def _ignored(element: Element, what: str, source: str, problems: list[Problem]) -> None:
    if len(problems) < _MOST_PROBLEMS:
        problems.append(rules.XML_IGNORED.at(source, f"Line {element.sourceline}: {what} is not taken over."))


def _unreadable(path: str, error: UnsafeXml) -> Problem:
    return replace(rules.XML_UNREADABLE.at(path, error.message), hint=error.hint)


def _plain(message: str) -> str:
    """A schema processor's message with prefixes in place of namespaces, without regular expressions, to be shown."""
    prefixes = ((DCTERMS_NS, "dcterms:"), (DC_NS, "dc:"), (RECORD_NS, ""), (XML_NS, "xml:"), (XSI_NS, "xsi:"))
    for namespace, prefix in prefixes:
        message = message.replace(f"{{{namespace}}}", prefix)
    message = _PATTERN.sub("does not have the form that is demanded here", message)
    return shown(message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…")


def _is_marker(statement: Statement) -> bool:
    return statement.term == "dcterms:provenance" and statement.value == TITLE_STANDS_IN and not statement.about


def _without_stand_in(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    if not any(_is_marker(s) for s in statements):
        return tuple(statements)
    return tuple(s for s in statements if not _is_marker(s) and (s.about or s.term != "dcterms:title"))

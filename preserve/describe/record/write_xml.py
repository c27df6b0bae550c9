"""A Record as XML: ``dc.xml`` with everything, ``oai_dc.xml`` as simple Dublin Core.

Written as text because that is ten times as fast as building a tree.  The same record always gives the same bytes:
UTF-8, an XML declaration, two spaces of indentation, no prefix that is not used.
"""

from __future__ import annotations

from collections.abc import Iterable

from preserve.describe.record.terms import (
    DC_NS,
    DCTERMS_NS,
    ELEMENT_OF,
    OAI_DC_NS,
    ORDER,
    RECORD_NS,
    SCHEMES,
    XSI_NS,
    name_of,
)
from preserve.describe.record.values import legible
from preserve.model import Record, Statement

RECORD_VERSION = "1.0"
"""The version attribute of the root of ``dc.xml``."""

TITLE_STANDS_IN = "The title is the file name; nobody has given one yet."
"""The dcterms:provenance that every record with a stand-in title carries, word for word."""

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# A carriage return must be a reference, or every reader turns it into a line feed (XML 1.0 §2.11).
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def dc_xml(record: Record) -> bytes:
    """``metadata/descriptive/dc.xml``: the package as a whole, then a ``part`` for each file that is described.

    Any record can be written.  It is valid against ``record.xsd`` if the judge finds no error in it.  Statements keep
    their order within a term; the order of terms is fixed.  Characters that XML cannot hold are written out.
    """
    whole = [s for s in record.statements if not s.about]
    parts: dict[str, list[Statement]] = {}
    for statement in record.statements:
        if statement.about:
            parts.setdefault(statement.about, []).append(statement)
    body = _elements(whole, "  ")
    for path in sorted(parts):
        body += f'  <part path="{attribute(path)}">\n{_elements(parts[path], "    ")}  </part>\n'
    xsi = f' xmlns:xsi="{XSI_NS}"' if any(_scheme(s) for s in record.statements) else ""
    dcterms = f' xmlns:dcterms="{DCTERMS_NS}"' if record.statements else ""
    return (
        f'{_DECLARATION}<record xmlns="{RECORD_NS}"{dcterms}{xsi} version="{RECORD_VERSION}">\n{body}</record>\n'
    ).encode()


def oai_dc_xml(record: Record) -> bytes:
    """``metadata/descriptive/oai_dc.xml``: the package as a whole in the fifteen elements (oai_dc, OAI-PMH 2.0).

    Refinements become the element that they refine; terms without one (such as the audience) and single files are
    left to ``dc.xml``.  That a title stands in is said in a description.
    """
    seen: dict[tuple[str, str, str], None] = {}
    for statement in _sorted(s for s in record.statements if not s.about):
        if element := _simple_element(statement):
            seen.setdefault((element, statement.value, "" if _scheme(statement) else statement.lang))
    # Titles and identifiers first, as the schema has it; everything else stays where its term stands.
    order = {"title": 0, "identifier": 1}
    rows = sorted(seen, key=lambda row: order.get(row[0], 2))
    body = "".join(f"  <dc:{name}{_lang(lang)}>{text(value)}</dc:{name}>\n" for name, value, lang in rows)
    dc = f' xmlns:dc="{DC_NS}"' if rows else ""
    return f'{_DECLARATION}<oai_dc:dc xmlns:oai_dc="{OAI_DC_NS}"{dc}>\n{body}</oai_dc:dc>\n'.encode()


def text(value: str) -> str:
    """*value* as it stands between tags."""
    return legible(value).translate(_TEXT)


def attribute(value: str) -> str:
    """*value* as it stands between double quotation marks; white space survives (XML 1.0 §3.3.3)."""
    return legible(value).translate(_ATTRIBUTE)


def _simple_element(statement: Statement) -> str:
    if statement.term == "dcterms:provenance" and statement.value == TITLE_STANDS_IN:
        return "description"
    return ELEMENT_OF.get(statement.term, "")


def _elements(statements: Iterable[Statement], indent: str) -> str:
    return "".join(f"{indent}{_element(s)}\n" for s in _sorted(statements))


def _sorted(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(statements, key=lambda s: ORDER.get(s.term, len(ORDER)))


def _element(statement: Statement) -> str:
    scheme = _scheme(statement)
    marks = f' xsi:type="dcterms:{scheme}"' if scheme else _lang(statement.lang)
    name = "dcterms:" + attribute(name_of(statement.term) or statement.term)
    return f"<{name}{marks}>{text(statement.value)}</{name}>"


def _scheme(statement: Statement) -> str:
    return statement.scheme if statement.scheme in SCHEMES else ""


def _lang(lang: str) -> str:
    return f' xml:lang="{attribute(lang)}"' if lang else ""

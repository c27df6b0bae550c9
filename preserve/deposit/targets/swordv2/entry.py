"""The Atom entry that describes a deposit (profile §6.3.3), and the header in which its name goes.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from lxml import etree

from preserve.deposit.targets.swordv2.documents import ATOM, DCTERMS, Entry
from preserve.errors import DepositRefused
from preserve.ports.depositing import Consignment
from preserve.storage import safe_xml
from preserve.storage.names import shown

_DC = "http://purl.org/dc/elements/1.1/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_STATUS = "http://eprints.org/ep2/data/2.0/eprint/eprint_status"

Term = tuple[str, str, str]
"""A term's name, its value, its language or ""."""


def described(what: Consignment) -> tuple[Term, ...]:
    """The description of *what* as Dublin Core terms.  ``DescriptionError`` where it lacks something."""
    root = safe_xml.parse(what.described("dcterms"), source="The description")
    return tuple(_terms(root))


def title_of(what: Consignment, terms: tuple[Term, ...], *, labelled: bool) -> str:
    """What the deposit is called there: its title; with *labelled* our own name follows it."""
    title = next((value for name, value, _ in terms if name == "title"), what.label)
    return f"{title} ({what.label})" if labelled and what.label not in title else title


def atom(what: Consignment, terms: tuple[Term, ...], *, labelled: bool = False, status: str = "") -> bytes:
    """The entry: the description, and our key among its identifiers, so that it can be found again by it.

    Nothing is said that the description does not say, though Atom would like an author in every entry.  With *status*
    EPrints is told which state the deposit is to have.
    """
    title = title_of(what, terms, labelled=labelled)
    root = etree.Element(f"{{{ATOM}}}entry", nsmap={None: ATOM, "dcterms": DCTERMS})
    _add(root, ATOM, "title", title)
    _add(root, ATOM, "id", what.key)
    _add(root, ATOM, "updated", what.package.sealed.strftime("%Y-%m-%dT%H:%M:%SZ"))
    for name in (value for term, value, _ in terms if term == "creator"):
        _add(etree.SubElement(root, f"{{{ATOM}}}author"), ATOM, "name", name)
    for summary in [value for term, value, _ in terms if term == "abstract"][:1]:
        _add(root, ATOM, "summary", summary)
    if status:
        etree.SubElement(root, f"{{{ATOM}}}category", scheme=_STATUS, term=status)
    _add(root, DCTERMS, "title", title)
    for name, value, lang in (term for term in terms if term != _first_title(terms)):
        _add(root, DCTERMS, name, value).attrib.update({_LANG: lang} if lang else {})
    _add(root, DCTERMS, "identifier", what.key)  # the last one: DSpace's receipts show no other
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def file_name(path: str) -> str:
    """*path* as a file name of letters that every server understands: the rest is percent-encoded."""
    return quote(path.rpartition("/")[2], safe="", errors="surrogateescape")


def slug(label: str) -> str:
    """*label* as RFC 5023 §9.7 has it in the header ``Slug``: percent-encoded UTF-8."""
    return quote(label, safe=" ")


def named(what: Consignment, found: Entry) -> bool:
    """Whether *found*, of a collection's list, is a deposit of *what*: it has our key, or our label.

    ``DepositRefused`` if it has our label and another key: nothing else may have our name, so a person must look.
    """
    if re.search(rf"(?<![\w-]){re.escape(what.key)}(?![\w-])", found.words):
        return True
    names = {what.label, slug(what.label)}
    place = (found.link("edit") or found.id).rstrip("/").rpartition("/")[2]
    if not names & {*found.identifiers, found.title, place} and not found.title.endswith(f" ({what.label})"):
        return False
    keys = [each for each in found.identifiers if each.startswith("urn:uuid:")]
    if keys and f"urn:uuid:{what.package.id}" not in keys:
        raise DepositRefused(
            f"Something else is called {shown(what.label)} there already: {shown(found.id[:200])}.",
            hint="Look what it is. Nothing was sent, and it was not touched.",
        )
    return True


def _first_title(terms: tuple[Term, ...]) -> Term | None:
    return next((term for term in terms if term[0] == "title"), None)


def _terms(root: safe_xml.Element) -> Iterator[Term]:
    for each in root:
        if isinstance(each.tag, str) and each.tag.startswith((f"{{{DCTERMS}}}", f"{{{_DC}}}")):
            value = " ".join("".join(each.itertext()).split())
            if value:
                yield each.tag.rpartition("}")[2], value, each.get(_LANG, "")


def _add(parent: safe_xml.Element, space: str, name: str, text: str) -> safe_xml.Element:
    child = etree.SubElement(parent, f"{{{space}}}{name}")
    child.text = text
    return child

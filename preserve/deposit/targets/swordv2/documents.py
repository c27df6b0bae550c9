"""What SWORD v2 servers say, as plain values: service documents, receipts, lists, statements, errors.  Pure.

All of it is hostile: it is bounded and parsed by ``storage.safe_xml``, and no address in it is followed from here.
EPrints uses the namespace of SWORD 1.3 still, so both are read.  ``UnsafeXml`` where something is no plain XML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from preserve.errors import UnsafeXml
from preserve.storage import safe_xml
from preserve.storage.safe_xml import Element

ATOM = "http://www.w3.org/2005/Atom"
APP = "http://www.w3.org/2007/app"
DCTERMS = "http://purl.org/dc/terms/"
TERMS = "http://purl.org/net/sword/terms/"
_SWORD = (TERMS, "http://purl.org/net/sword/")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SWH = "https://www.softwareheritage.org/schema/2018/deposit"
_ORIGINAL = TERMS + "originalDeposit"
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Collection:
    """One place to deposit to (profile §6.1); *most* is ``maxUploadSize`` as the server wrote it, or 0."""

    href: str
    title: str
    packagings: tuple[str, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """An Atom entry: the receipt of a deposit (§10), or one line of a collection's list.

    *links* are (rel, type, href).  *words* is all text and all attributes of it.  *identifiers* are those of its
    description, and the ``Slug`` where it is listed.  *number* is what Software Heritage has instead of links.
    """

    id: str
    title: str
    links: tuple[tuple[str, str, str], ...]
    media: str
    words: str
    identifiers: tuple[str, ...] = ()
    number: str = ""

    def link(self, rel: str, kind: str = "") -> str:
        """The first address under *rel*, of a type that begins with *kind*."""
        return next((href for name, type_, href in self.links if name == rel and type_.startswith(kind)), "")


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a collection's list, and the address of the next."""

    entries: tuple[Entry, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What became of a deposit (§11): its states as (term, text), and where the files lie that it was made of."""

    states: tuple[tuple[str, str], ...]
    originals: tuple[str, ...] = ()


def service(body: bytes) -> tuple[Collection, ...]:
    """The collections of a service document.  ``ValueError`` if it is none."""
    root = _root(body)
    if not _is(root, "service", APP):
        raise ValueError("no service document")
    general = _number(_text_of(root, "maxUploadSize", *_SWORD))
    return tuple(
        Collection(
            each.get("href", "").strip(),
            _text_of(each, "title", ATOM),
            tuple(_text(e) for e in each if _is(e, "acceptPackaging", *_SWORD, APP)),
            _number(_text_of(each, "maxUploadSize", *_SWORD)) or general,
        )
        for each in root.iter(f"{{{APP}}}collection")
    )


def receipt(body: bytes) -> Entry:
    """The deposit receipt.  ``ValueError`` if it is none."""
    root = _root(body)
    if not _is(root, "entry", ATOM):
        raise ValueError("no deposit receipt")
    return _entry(root)


def feed(body: bytes) -> Feed:
    """One page of a collection's list.  ``ValueError`` if it is none."""
    root = _root(body)
    if not _is(root, "feed", ATOM):
        raise ValueError("no list of deposits")
    onward = next((e.get("href", "") for e in root if _is(e, "link", ATOM) and e.get("rel") == "next"), "")
    return Feed(tuple(_entry(e) for e in root if _is(e, "entry", ATOM)), onward.strip())


def statement(body: bytes) -> Statement:
    """A statement as an Atom feed, as an Atom entry, or as RDF.  ``ValueError`` if it is none."""
    root = _root(body)
    if _is(root, "RDF", _RDF):
        return Statement(tuple(_rdf_states(root)), tuple(_rdf_originals(root)))
    if not (_is(root, "feed", ATOM) or _is(root, "entry", ATOM)):
        raise ValueError("no statement")
    entries = [e for e in root if _is(e, "entry", ATOM)]
    originals = [found for e in (*entries, root) if (found := _original(e))]
    return Statement(tuple(_states(root)), tuple(originals))


def error(body: bytes) -> str | None:
    """What an error document says (§12), whatever the status that it came with; None if *body* is none."""
    if b"error" not in body[:4096].lower() or not body.lstrip().startswith(b"<"):
        return None
    try:
        root = _root(body)
    except (ValueError, UnsafeXml):
        return None
    if not (_is(root, "error", *_SWORD, ATOM) or _is(root, "errorDocument", *_SWORD)):
        return None
    said = (_text_of(root, "summary", ATOM), _text_of(root, "verboseDescription", *_SWORD), root.get("href", ""))
    return ": ".join(dict.fromkeys(filter(None, said))) or "an error document without words"


def _root(body: bytes) -> Element:
    return safe_xml.parse(body, source="The answer")


def _is(element: Element, name: str, *namespaces: str) -> bool:
    tag = element.tag
    return isinstance(tag, str) and any(tag == f"{{{space}}}{name}" for space in namespaces)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())[:_LONGEST]


def _text_of(parent: Element, name: str, *namespaces: str) -> str:
    return next((_text(child) for child in parent if _is(child, name, *namespaces)), "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _entry(root: Element) -> Entry:
    links = tuple(
        (e.get("rel", ""), e.get("type", ""), e.get("href", "").strip()) for e in root if _is(e, "link", ATOM)
    )
    media = next((e.get("src", "").strip() for e in root if _is(e, "content", ATOM)), "")
    words = " ".join(word for e in root.iter() if isinstance(e.tag, str) for word in (e.text or "", *e.values()))
    number = _text_of(root, "id", _SWH)
    identifiers = tuple(_text(e) for e in root if _is(e, "identifier", DCTERMS) or _is(e, "external_id", _SWH))
    return Entry(_text_of(root, "id", ATOM), _text_of(root, "title", ATOM), links, media, words, identifiers, number)


def _states(root: Element) -> Iterator[tuple[str, str]]:
    """The states that stand in *root* itself, and not in one of its parts."""
    described = _text_of(root, "stateDescription", *_SWORD)
    for child in root:
        if _is(child, "category", ATOM) and child.get("scheme", "").rstrip("/").endswith(("/state", "/eprint_status")):
            yield child.get("term", ""), _text(child)
        elif _is(child, "state", *_SWORD):
            yield child.get("href", "") or _text(child), _text(child) or described
        elif _is(child, "deposit_status", _SWH):
            yield _text(child), _text_of(root, "deposit_status_detail", _SWH)


def _original(element: Element) -> str:
    """Where the file lies as it came, if *element* says that it tells of one."""
    if any(_is(e, "category", ATOM) and e.get("term") == _ORIGINAL for e in element):
        return next((e.get("src", "").strip() for e in element if _is(e, "content", ATOM)), "")
    return next((e.get("href", "").strip() for e in element if _is(e, "link", ATOM) and e.get("rel") == _ORIGINAL), "")


def _rdf_states(root: Element) -> Iterator[tuple[str, str]]:
    described = {e.get(f"{{{_RDF}}}about", ""): e for e in root if isinstance(e.tag, str)}
    for about in described.values():
        for state in (e for e in about if _is(e, "state", *_SWORD)):
            term = state.get(f"{{{_RDF}}}resource", "") or _text(state)
            yield term, _text_of(described.get(term, about), "stateDescription", *_SWORD)


def _rdf_originals(root: Element) -> Iterator[str]:
    for each in root.iter():
        if _is(each, "originalDeposit", *_SWORD) and (where := each.get(f"{{{_RDF}}}resource", "")):
            yield where.strip()

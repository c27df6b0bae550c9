"""What one deposit is at the far end: the addresses under which it is asked, filled, finished and taken away.

They stand in the journal before the call that needs them.  The far end gave them, so each is held against the place
that the configuration names before it is used.  Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urljoin, urlsplit, urlunsplit

from preserve.deposit.http.origin import origin_of
from preserve.deposit.targets.swordv2.dialects import Dialect
from preserve.deposit.targets.swordv2.documents import TERMS, Entry

_ATOM, _RDF = "application/atom+xml", "application/rdf+xml"


@dataclass(frozen=True, slots=True)
class Container:
    """The IRIs of the profile (§5): Edit-IRI, EM-IRI, SE-IRI, Statement-IRI, and where the file lies as it came."""

    edit: str
    media: str = ""
    add: str = ""
    statement: str = ""
    rdf: str = ""
    original: str = ""

    def facts(self) -> dict[str, str]:
        """It as the journal holds it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


NOTHING: Mapping[str, str] = {
    **Container("").facts(),
    **dict.fromkeys(("begun", "described", "uploading", "uploaded", "finishing", "finished", "parts", "part_size"), ""),
}
"""What the journal is told where there is no draft, or none any more: nothing that was noted of one holds then."""


def noted(handle: Mapping[str, str]) -> Container | None:
    """The container that the journal holds, if it holds one."""
    known = {each.name: handle.get(each.name, "") for each in fields(Container)}
    return Container(**known) if known["edit"] else None


def of_entry(entry: Entry, base: str, dialect: Dialect, collection: str) -> Container | None:
    """The addresses that *entry* gives, those of them that may be used; None without one to ask at."""
    if dialect.links and entry.number.isascii() and entry.number.isdigit():
        places = {name: urljoin(collection, form.format(id=entry.number)) for name, form in dialect.links.items()}
        return Container(**{name: safe(base, place) for name, place in places.items()})
    edit = safe(base, entry.link("edit") or entry.id)
    if not edit:
        return None
    told = entry.link(TERMS + "statement", _ATOM) or entry.link(TERMS + "statement")
    return Container(
        edit,
        safe(base, entry.link("edit-media") or entry.media),
        safe(base, entry.link(TERMS + "add")) or edit,
        safe(base, told or (entry.link("alternate") if dialect.links else "")),
        safe(base, entry.link(TERMS + "statement", _RDF)),
        safe(base, entry.link(TERMS + "originalDeposit")),
    )


def safe(base: str, url: str) -> str:
    """*url* if it leads to the server of *base*, else "": addresses elsewhere are never asked, and get no credentials.

    Servers behind a proxy often name themselves with ``http:``, though they are asked with ``https:``: what has the
    same host name is asked as *base* is.
    """
    if not url:
        return ""
    try:
        whole = urljoin(base, url)
        ours, theirs = origin_of(base), origin_of(whole)
    except ValueError:
        return ""
    if ours[0] == "https" and theirs == ("http", ours[1], 80):
        whole = urlunsplit(urlsplit(whole)._replace(scheme="https", netloc=urlsplit(base).netloc))
        theirs = ours
    return whole.partition("#")[0] if theirs == ours else ""

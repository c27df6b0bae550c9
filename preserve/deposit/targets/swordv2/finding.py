"""Is it there already?  The list of a collection (profile §6.2), searched for our own names.

A lost answer, or a lost journal, leads here before anything is sent: the key stands among the identifiers of what we
made, the label in its ``Slug`` and, where nothing else is listed, in its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from preserve.deposit.targets.swordv2 import container, documents
from preserve.deposit.targets.swordv2.container import Container
from preserve.deposit.targets.swordv2.documents import Entry
from preserve.deposit.targets.swordv2.entry import named
from preserve.deposit.targets.swordv2.talking import Talk
from preserve.errors import AccessRefused, DepositRefused
from preserve.ports.depositing import Consignment

_PAGES = 1000
_LOOKED_INTO = 500
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*?rel="?next"?')


class CannotTell(Exception):
    """The list does not say whether it is there; the text says why, as the end of a sentence."""


def found(talk: Talk, what: Consignment, title: str) -> tuple[Container, ...]:
    """The deposits of *what* that the collection lists.  ``CannotTell`` if the list cannot be had, or read to its end.

    Where a list tells titles only, each deposit of the same *title* is asked for what else it holds.
    """
    matches, looked_into = [], 0
    for entry in _listed(talk):
        place = container.of_entry(entry, talk.client.base, talk.dialect, talk.collection.href)
        ours = named(what, entry)
        if place and not entry.identifiers and (ours or entry.title == title):
            looked_into += 1
            if looked_into > _LOOKED_INTO:
                raise CannotTell(f"more than {_LOOKED_INTO} deposits there have its title")
            ours = _holds(talk, place, what) or ours
        if ours and place is None:
            raise CannotTell("the list holds it, and gives no address on this server to ask for it")
        if ours and place:
            matches.append(_whole(talk, place))
    return tuple(dict.fromkeys(matches))


def _listed(talk: Talk) -> Iterator[Entry]:
    url, seen = talk.collection.href, set()
    while url:
        seen.add(url)
        try:
            answer = talk.asked(url)
        except AccessRefused:
            raise
        except DepositRefused as error:
            raise CannotTell(f"its list cannot be had: {error.message}") from error
        page = talk.read_or_none(answer, documents.feed) if answer else None
        if answer is None or page is None:
            raise CannotTell("the collection does not list what was deposited")
        yield from page.entries
        onward = page.next or (hit.group(1) if (hit := _NEXT.search(answer.headers.get("link", ""))) else "")
        url = container.safe(talk.client.base, onward) if page.entries else ""  # EPrints always names a next page
        if onward and page.entries and not url:
            raise CannotTell("the list goes on at another server")
        if url in seen or len(seen) > _PAGES:
            raise CannotTell("the list does not end")


def _holds(talk: Talk, place: Container, what: Consignment) -> bool:
    """Whether the deposit at *place* says of itself that it is ours."""
    told = talk.entry(place.edit)
    return told is not None and named(what, told)


def _whole(talk: Talk, place: Container) -> Container:
    """*place*, with what the list left out of it: its own entry gives the other addresses."""
    if place.media and place.statement:
        return place
    try:
        entry = talk.entry(place.edit)
    except DepositRefused:
        return place
    told = container.of_entry(entry, talk.client.base, talk.dialect, talk.collection.href) if entry else None
    return told or place

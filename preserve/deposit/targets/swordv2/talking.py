"""The calls: what is asked, and what of the answers is believed.

A server may say yes and mean no: an error document is a refusal whatever its status.  It may say something that is no
answer at all: then nothing is known, and the deposit is unknown until it is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from preserve.deposit.http import Answer, Body, Client
from preserve.deposit.http.origin import host_of
from preserve.deposit.targets.swordv2 import container, documents
from preserve.deposit.targets.swordv2.container import Container
from preserve.deposit.targets.swordv2.dialects import Dialect
from preserve.errors import AccessRefused, ConfigError, DepositRefused, UnsafeXml
from preserve.storage.names import shown

ENTRY_TYPE = "application/atom+xml;type=entry"
_ATOM, _RDF = "application/atom+xml, */*;q=0.1", "application/rdf+xml, */*;q=0.1"
_GONE = (404, 410)
_SAID = 300
T = TypeVar("T")


class Talk:
    """Speaks to one server, in one dialect, about one collection of it."""

    def __init__(self, client: Client, dialect: Dialect, url: str, wanted: str = "", on_behalf_of: str = "") -> None:
        self.client = client
        self.dialect = dialect
        self._url = url
        self._wanted = wanted
        self._always = {"On-Behalf-Of": on_behalf_of} if on_behalf_of else {}
        self._collection: documents.Collection | None = None

    @property
    def host(self) -> str:
        """The server's name, as a person writes it."""
        return host_of(self.client.base)

    @property
    def collection(self) -> documents.Collection:
        """The collection that is deposited to, as the service document tells of it; asked for once."""
        if self._collection is None:
            self._collection = self._chosen(self.service())
        return self._collection

    def service(self) -> tuple[documents.Collection, ...]:
        """All collections that the service document names and that are on this server."""
        answer = self._call("GET", self._url, {"Accept": "application/atomsvc+xml, application/xml, */*;q=0.1"})
        found = self.read(answer, documents.service)
        return tuple(each for each in found if container.safe(self.client.base, each.href))

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: Body = b"", size: int | None = None
    ) -> Answer:
        """A call that may change something there.  An error document is ``DepositRefused``, whatever its status."""
        return self._call(method, url, headers, body, size)

    def asked(self, url: str, accept: str = _ATOM) -> Answer | None:
        """What is at *url*; None if nothing is there any more."""
        answer = self._call("GET", url, {"Accept": accept}, expect=(200, *_GONE))
        return None if answer.status in _GONE else answer

    def entry(self, url: str) -> documents.Entry | None:
        """The receipt of the deposit at *url*; None if it is gone, or shows none."""
        answer = self.asked(url, f"{self.dialect.entry_type}, */*;q=0.1")
        return self.read_or_none(answer, documents.receipt) if answer else None

    def made(self, answer: Answer) -> Container:
        """The container that *answer* tells of: in its receipt, or where its ``Location`` leads (profile §6.3)."""
        base, dialect, collection = self.client.base, self.dialect, self.collection.href
        entry = self.read_or_none(answer, documents.receipt)
        found = container.of_entry(entry, base, dialect, "") if entry else None
        if found:
            return found
        place = container.safe(base, answer.headers.get("location", ""))
        entry = self.entry(place) if place else None
        found = container.of_entry(entry, base, dialect, collection) if entry else None
        if found is None and place:
            found = Container(place, add=place)
        if found is None:
            raise answer.garbled("no receipt of a deposit at this server")
        return found

    def statement(self, place: Container) -> tuple[documents.Statement | None, Answer | None]:
        """The statement of *place*, and the answer that it was read from.

        None for both if the deposit is gone; an answer without a statement if none that is given can be read.
        """
        last: Answer | None = None
        for url, accept in ((place.statement, _ATOM), (place.rdf, _RDF), (place.edit, _ATOM)):
            if not url or (url == place.edit and last is not None and place.statement == place.edit):
                continue
            try:
                answer = self.asked(url, accept)
            except AccessRefused:
                raise
            except DepositRefused:
                continue
            if answer is None:
                return None, None
            last = answer
            if found := self.read_or_none(answer, documents.statement):
                return found, answer
        return None, last

    def read(self, answer: Answer, how: Callable[[bytes], T]) -> T:
        """*answer*, understood by *how*.  ``TargetUnreachable`` if it cannot be: something else answered."""
        try:
            return how(answer.body)
        except ValueError as error:
            raise answer.garbled(str(error)) from error
        except UnsafeXml as error:
            raise answer.garbled("not plain XML") from error

    @staticmethod
    def read_or_none(answer: Answer, how: Callable[[bytes], T]) -> T | None:
        """*answer*, understood by *how*, or None."""
        try:
            return how(answer.body)
        except (ValueError, UnsafeXml):
            return None

    def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Body = b"",
        size: int | None = None,
        expect: Collection[int] = (200, 201, 202, 204),
    ) -> Answer:
        sent = None if method in ("GET", "DELETE") else body
        answer = self.client.call(method, url, headers={**self._always, **headers}, body=sent, size=size, expect=expect)
        said = documents.error(answer.body) if answer.status < 300 else None
        if said is not None:
            words = shown(answer.hide(said.encode()).decode("utf-8", "replace"))[:_SAID].rstrip(".")
            raise DepositRefused(f"{self.host} refused, with the status {answer.status}: {words}.")
        return answer

    def _chosen(self, found: tuple[documents.Collection, ...]) -> documents.Collection:
        """The one that the configuration names: by its address, the end of it, or its title; or the only one."""
        if not self._wanted:
            fitting = list(found)
        else:
            wanted = self._wanted.rstrip("/")
            fitting = [
                each
                for each in found
                if wanted in (each.href.rstrip("/"), each.title) or each.href.rstrip("/").endswith("/" + wanted)
            ]
        if len(fitting) != 1:
            names = ", ".join(shown(each.href[:200]) for each in found[:10]) or "none"
            what = f"no collection {self._wanted!r}" if self._wanted else "not one collection, but several or none"
            raise ConfigError(f"{self.host} offers {what}.", hint=f"Set collection to one of: {names}.")
        one = fitting[0]
        return documents.Collection(container.safe(self.client.base, one.href), one.title, one.packagings, one.most)

"""The client: one call at a time, to one origin, repeated only where that cannot do anything twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from preserve import __version__
from preserve.deposit.given import Given
from preserve.deposit.http import patience
from preserve.deposit.http.answer import LARGEST, Answer
from preserve.deposit.http.auth import Auth
from preserve.deposit.http.origin import base_of, host_of, is_loopback, within
from preserve.errors import AccessRefused, ConfigError, DepositRefused, NoRoom, PreserveError, TargetUnreachable
from preserve.storage.names import shown

if TYPE_CHECKING:
    from requests import Response

Body = bytes | Callable[[], Iterator[bytes]]
"""Octets, or what makes them; the latter is called again for every try."""

Asked = TypeVar("Asked")
_SAFE = frozenset(["GET", "HEAD"])
_REDIRECTS = frozenset([301, 302, 303, 307, 308])
_MOST_REDIRECTS = 5
_BLOCK = 1 << 20
_PASSING = frozenset([408, 425, 429])


def not_sent(error: TargetUnreachable) -> bool:
    """Whether it is certain that nothing of a call reached anybody, so that nothing can have come of it."""
    from preserve.deposit.http import failures  # noqa: PLC0415  it needs requests, which is there where this can happen

    return failures.not_sent(error)


class Client:
    """Speaks to one repository, as ``[targets.NAME]`` says where it is and who we are.  For one thread.

    *timeout* is the seconds for which the other side may be silent.
    """

    def __init__(
        self,
        base_url: str,
        given: Given,
        *,
        ca_file: Path | None = None,
        timeout: float = 60.0,
        proxy: str = "",
        auth: Auth | None = None,
    ) -> None:
        try:
            from preserve.deposit.http import wire  # noqa: PLC0415  requests is an extra
        except ImportError as error:
            raise ConfigError(
                f"The target {given.name} needs the Python package requests, which is not installed.",
                hint="Install it with: pip install 'preserve-packager[http]'",
            ) from error
        self.base = base_of(base_url)
        self._name = given.name
        self._wire = wire
        self._timeout = timeout
        self._auth = auth
        self._proxies = {scheme: base_of(proxy) for scheme in ("http", "https")} if proxy else {}
        plain = self.base.startswith("http:") and not proxy and ca_file is None
        self._adapter = wire.Adapter(wire.trusting_nobody() if plain else wire.trusting(ca_file))

    def __repr__(self) -> str:
        return f"Client({self.base!r})"

    @property
    def unprotected(self) -> bool:
        """Whether credentials would go over a network in the clear."""
        return self.base.startswith("http:") and self._auth is not None and not is_loopback(self.base)

    def within(self, url: str) -> str:
        """*url*, which an answer gave, as a whole URL.  ``DepositRefused`` if it leads away from the base's origin."""
        return within(self.base, url)

    def call(
        self,
        method: str,
        url: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        size: int | None = None,
        expect: Collection[int] = (200, 201, 202, 204),
        safe: bool | None = None,
    ) -> Answer:
        """Make one call and return its answer, if its status is one of *expect*.

        A *body* that is made while it is sent needs its *size*, and goes with Content-Length.  *safe* calls (by default
        GET and HEAD) are made again after a lost connection; all are after 429 or 503 with Retry-After, which say that
        nothing was done.  ``TargetUnreachable``: no answer, one that makes no sense, or 5xx; ``AccessRefused``: 401,
        403, 407, or TLS; ``NoRoom``: 507, or another 4xx whose words say so; ``DepositRefused``: any other 4xx, in
        the server's words, and redirects that are not followed.
        """
        safe = method in _SAFE if safe is None else safe

        def exchange() -> Answer:
            response, where = self._answering(method, url, headers or {}, body, size, safe=safe)
            with closing(response):
                return self._whole(response, where, safe=safe)

        return self._judged(_persistently(exchange) if safe else exchange(), expect)

    def read(self, url: str, *, most: int, headers: Mapping[str, str] | None = None) -> Iterator[bytes]:
        """The body of a GET, in blocks of at most 1 MiB, together at most *most* + 1 octets; errors as of ``call``."""
        response, where = _persistently(lambda: self._answering("GET", url, headers or {}, None, None, safe=True))
        with closing(response):
            if response.status_code != 200:
                self._judged(self._whole(response, where, safe=True), ())
            yield from self._blocks(response, where, most + 1, safe=True, hurry=False)

    def close(self) -> None:
        """Let go of connections."""
        self._adapter.close()

    # How one call becomes several

    def _answering(
        self, method: str, url: str, headers: Mapping[str, str], body: Body | None, size: int | None, *, safe: bool
    ) -> tuple[Response, str]:
        """The answer whose status is final, its body not read yet."""
        where, waited, followed = self.within(url), 0.0, 0
        while True:
            response = self._once(method, where, headers, body, size, safe=safe)
            pause = self._pause(response)
            if pause is not None and waited + pause <= patience.LONGEST:
                response.close()
                time.sleep(pause)
                waited += max(pause, 1.0)  # "0" from a server that never changes its mind ends, too
                continue
            if response.status_code in _REDIRECTS and response.headers.get("Location"):
                if method not in _SAFE or followed == _MOST_REDIRECTS:
                    response.close()
                    raise _not_followed(where, response.headers["Location"], followed)
                where, followed = self._next(response, where), followed + 1
                continue
            return response, where

    def _once(
        self, method: str, where: str, headers: Mapping[str, str], body: Body | None, size: int | None, *, safe: bool
    ) -> Response:
        request = self._request(method, where, headers, body, size)
        try:
            return self._adapter.send(
                request, stream=True, timeout=(self._timeout, self._timeout), verify=True, proxies=self._proxies
            )
        except PreserveError:
            raise
        except self._wire.FAILURES as error:
            raise self._wire.explained(error, host_of(where), safe=safe) from error

    def _request(self, method: str, where: str, headers: Mapping[str, str], body: Body | None, size: int | None) -> Any:
        ours = {"User-Agent": f"preserve/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}
        ours.update(headers)
        if self._auth:
            ours[self._auth.header] = self._auth.value.reveal()
        if callable(body):
            assert size is not None  # noqa: S101  the caller's promise
            return self._wire.prepared(method, where, ours, self._wire.Body(body, size), size)
        return self._wire.prepared(method, where, ours, body, len(body or b""))

    def _pause(self, response: Response) -> float | None:
        return patience.asked_for(_lowered(response)) if response.status_code in patience.BUSY else None

    def _next(self, response: Response, where: str) -> str:
        response.close()
        return within(where, response.headers["Location"])

    # What an answer means

    def _whole(self, response: Response, where: str, *, safe: bool) -> Answer:
        body = b"".join(self._blocks(response, where, LARGEST + 1, safe=safe, hurry=True))
        hide = self._auth.hide if self._auth else bytes
        answer = Answer(response.status_code, _lowered(response), body, where, str(response.reason or ""), hide)
        if len(body) > LARGEST:
            raise answer.garbled("larger than any answer to this question can be")
        return answer

    def _blocks(self, response: Response, where: str, most: int, *, safe: bool, hurry: bool) -> Iterator[bytes]:
        """The body, at most *most* octets of it.  In a *hurry* it must come within ten time-outs altogether."""
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise TargetUnreachable(f"{host_of(where)} compressed its answer, though it was asked not to.")
        late = time.monotonic() + 10 * self._timeout if hurry else None
        while most > 0:
            try:
                block = response.raw.read1(min(most, _BLOCK), decode_content=False)
            except self._wire.FAILURES as error:
                raise self._wire.explained(error, host_of(where), safe=safe) from error
            if not block:
                return
            most -= len(block)
            yield block
            if late is not None and time.monotonic() > late:
                raise TargetUnreachable(f"The answer of {host_of(where)} was lost: it came too slowly.")

    def _judged(self, answer: Answer, expect: Collection[int]) -> Answer:
        if answer.status in expect:
            return answer
        host, words = host_of(answer.url), answer.words()
        said = f"{answer.status} ({words.rstrip('.')})" if words else str(answer.status)
        if answer.status in (401, 403, 407):
            raise AccessRefused(f"{host} does not accept our credentials, or allow this to them: {said}.")
        if answer.means_full():
            hint = f"Have room made there, then: preserve deposit --to {shown(self._name)} --resume"
            raise NoRoom(f"There is no room at {host}: {said}.", hint=hint)
        if 400 <= answer.status < 500 and answer.status not in _PASSING:
            raise DepositRefused(f"{host} refused: {said}.")
        later = patience.asked_for(answer.headers)
        hint = f"It asks to come again in {later:.0f} seconds." if later else ""
        raise TargetUnreachable(f"{host} answered {said}, and not what it was asked for.", hint=hint)


def _persistently(ask: Callable[[], Asked]) -> Asked:
    """What *ask* gets, which changes nothing and may be asked again when the connection failed."""
    for pause in patience.PAUSES:
        try:
            return ask()
        except TargetUnreachable:
            time.sleep(pause)
    return ask()


def _lowered(response: Response) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _not_followed(where: str, location: str, followed: int) -> DepositRefused:
    host, there = host_of(where), shown(location[:200])
    if followed:
        return DepositRefused(f"{host} sends us from one address to the next, more than {followed} times.")
    return DepositRefused(
        f"{host} answered that this has moved to {there}, where nothing is sent unasked.",
        hint="If that is the repository's address, write it into the target's url.",
    )

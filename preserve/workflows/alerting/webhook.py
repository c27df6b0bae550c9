"""A webhook: one POST with JSON to the URL that was given, and to no other, wherever the answer points."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO, Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from preserve import __version__
from preserve.storage.names import shown
from preserve.workflows.alerting.message import CannotSend, Message

TIMEOUT = 20.0
"""Seconds that the server may be silent."""


class _NoRedirects(request.HTTPRedirectHandler):
    """An answer that points elsewhere is an answer, and not where the message goes."""

    def redirect_request(self, *_: Any) -> None:  # what urllib gives is not looked at
        return None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to.  The whole *url* is a secret: whoever knows it can write there."""

    url: str

    @property
    def name(self) -> str:
        """Which channel it is."""
        return "webhook"

    @property
    def where(self) -> str:
        """The server alone."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")

    def send(self, message: Message) -> str:
        """Post *message*.  ``CannotSend`` unless the server answers that it took it (2xx)."""
        body = json.dumps(message.document(), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": f"preserve/{__version__}"}
        post = request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310  the setting is checked
        opener = request.build_opener(_NoRedirects, request.HTTPSHandler(context=ssl.create_default_context()))
        try:
            answer: IO[bytes] = opener.open(post, timeout=TIMEOUT)
            answer.close()
            return ""
        except HTTPError as error:
            error.close()
            elsewhere = " and points elsewhere, where we do not follow" if 300 <= error.code < 400 else ""
            raise CannotSend(f"the server answered {error.code}{elsewhere}") from error
        except (URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
            raise CannotSend(shown(" ".join(text.split()))[:300].rstrip(" .").lower()) from error

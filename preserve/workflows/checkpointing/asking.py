"""Asking a time stamp authority over HTTP or HTTPS: one small POST, one small answer, no redirects, no proxies."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from urllib import error as urllib_error
from urllib import request

from preserve import __version__
from preserve.history.checkpoints import timestamps
from preserve.history.checkpoints.timestamps import Question, Stamp

_SECONDS = 30.0


def ask(url: str, data: bytes, *, seconds: float = _SECONDS) -> tuple[bytes, Stamp]:
    """The answer of the authority at *url* about *data*, as it came, and what it says.

    *seconds* is for each step of the way.  ``ValueError``, with the end of a sentence, if there was no good answer.
    """
    question = Question.about(data)
    answer = _posted(url, question.octets, seconds)
    try:
        return answer, question.accept(answer)
    except ValueError as error:
        raise ValueError(f"its answer {error}") from error


def _posted(url: str, body: bytes, seconds: float) -> bytes:
    director = request.OpenerDirector()
    for handler in (
        request.HTTPHandler(),
        request.HTTPSHandler(context=ssl.create_default_context()),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
    ):
        director.add_handler(handler)
    headers = {
        "Content-Type": timestamps.QUERY,
        "Accept": timestamps.REPLY,
        "User-Agent": f"preserve/{__version__}",
    }
    try:
        asked = request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310  http and https alone
        with director.open(asked, timeout=seconds) as answer:
            octets: bytes = answer.read(timestamps.LARGEST + 1)
            kind = answer.headers.get_content_type()
    except urllib_error.HTTPError as error:
        with error:
            raise ValueError(f"it answered with the status {error.code}") from error
    except (OSError, HTTPException, ValueError) as error:
        cause = getattr(error, "reason", error)
        reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        raise ValueError(f"it cannot be reached: {reason.lower()}") from error
    if kind != timestamps.REPLY:
        raise ValueError(f"it answered with {kind}, which is no time stamp")
    return octets

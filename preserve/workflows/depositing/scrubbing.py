"""Credentials are taken out of whatever is kept or shown: receipts, logs, messages."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote, quote_plus

from preserve.errors import PreserveError
from preserve.model import Problem
from preserve.ports.depositing import Secret
from preserve.workflows.depositing.results import Deposited

TAKEN_OUT = b"[credential taken out]"
_SHORT = 4
"""A shorter one is taken out only where it stands alone: else nothing would be left of a receipt."""
_LINE = 16
"""Of a credential of several lines, such as a key, lines of this length are taken out by themselves too."""
_LONGEST_TOKEN = 200
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-")


class Scrubber:
    """Takes *secrets* out, as they are and in the forms that they have on the way.

    Those are Base64 (also within ``user:password`` and other tokens, whatever stands before them), and how a part of a
    URL, of JSON, HTML or XML is spelled.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._expression = _expression({text for secret in secrets if (text := secret.reveal())})

    def octets(self, content: bytes) -> bytes:
        """*content* without them."""
        if not self._expression:
            return content
        kept, end = list[bytes](), 0
        for found in self._expression.finditer(content):
            start, stop = found.span()
            if found.lastgroup == "token":  # what stands beside it is of the same token, and tells of it
                start = _before(content, start)
                stop = _after(content, stop)
            if stop > end:
                kept += [content[end : max(start, end)], TAKEN_OUT]
                end = stop
        return b"".join((*kept, content[end:]))

    def text(self, text: str) -> str:
        """*text* without them."""
        if not self._expression:
            return text
        return self.octets(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def of_error(self, error: PreserveError) -> PreserveError:
        """*error*, whose sentences and cause do not hold them any more."""
        if self._expression:
            error.message, error.hint = self.text(error.message), self.text(error.hint)
            error.args = (error.message,)
            error.__cause__ = error.__context__ = None
        return error

    def of_problem(self, problem: Problem) -> Problem:
        """*problem* without them."""
        if not self._expression:
            return problem
        path, message, hint = map(self.text, (problem.path, problem.message, problem.hint))
        return replace(problem, path=path, message=message, hint=hint)

    def of_result(self, one: Deposited) -> Deposited:
        """What became of a deposit, told without them."""
        if one.error is not None:
            self.of_error(one.error)
        problems = tuple(map(self.of_problem, one.problems))
        return replace(one, where=self.text(one.where), note=self.text(one.note), problems=problems)

    def __repr__(self) -> str:
        return "Scrubber(…)"


def _expression(plain: Iterable[str]) -> re.Pattern[bytes] | None:
    whole, tokens, short = set[bytes](), set[bytes](), set[bytes]()
    for text in plain:
        if len(text) < _SHORT:
            short.add(text.encode("utf-8", "surrogateescape"))
            continue
        for part in (text, *(line.strip() for line in text.splitlines() if len(line.strip()) >= _LINE)):
            whole |= set(_spellings(part))
            tokens |= set(_in_base64(part))
    parts = [re.escape(each) for each in sorted(whole, key=len, reverse=True)]
    if tokens:
        parts.append(
            b"(?P<token>" + b"|".join(re.escape(each) for each in sorted(tokens, key=len, reverse=True)) + b")"
        )
    parts += [rb"(?<!\w)" + re.escape(each) + rb"(?!\w)" for each in sorted(short)]
    return re.compile(b"|".join(parts)) if parts else None


def _longest_first(texts: Iterable[bytes]) -> list[bytes]:
    return [re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text))]


def _before(content: bytes, start: int) -> int:
    least = max(0, start - _LONGEST_TOKEN)
    while start > least and content[start - 1] in _BASE64:
        start -= 1
    return start


def _after(content: bytes, stop: int) -> int:
    most = min(len(content), stop + _LONGEST_TOKEN)
    while stop < most and content[stop] in _BASE64:
        stop += 1
    return stop


def _octets(text: str) -> Iterator[bytes]:
    yield text.encode("utf-8", "surrogateescape")
    if not text.isascii():
        with suppress(UnicodeEncodeError):
            yield text.encode("latin-1")


def _spellings(text: str) -> Iterator[bytes]:
    yield from _octets(text)
    for quoted in (quote(text, safe="", errors="surrogateescape"), quote(text, errors="surrogateescape")):
        yield quoted.encode()
        yield re.sub(r"%..", lambda found: found[0].lower(), quoted).encode()
    yield quote_plus(text, errors="surrogateescape").encode()
    for escaped in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        yield escaped[1:-1].encode("utf-8", "surrogateescape")
    for escaped in (html.escape(text), html.escape(text, quote=False)):
        yield escaped.encode("utf-8", "surrogateescape")


def _in_base64(text: str) -> Iterator[bytes]:
    """What Base64 makes of *text* wherever it stands in what is encoded: the characters that it alone decides."""
    for octets in _octets(text):
        for before in range(3):
            encoded = base64.b64encode(bytes(before) + octets)
            sure = encoded[-(-before * 8 // 6) : (before + len(octets)) * 8 // 6]
            if len(sure) >= _SHORT:
                yield sure
                yield sure.replace(b"+", b"-").replace(b"/", b"_")

"""Credentials are taken out of whatever is kept or shown: receipts, logs, messages."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from preserve.errors import PreserveError
from preserve.model import Problem
from preserve.ports.depositing import Secret
from preserve.workflows.depositing.results import Deposited
from preserve.workflows.depositing.spelling import Spelled, any_of, expression, firsts, spelled, spelled_in_base64

TAKEN_OUT = b"[credential taken out]"
_SHORT = 4
"""A shorter one is taken out only where it stands alone: else nothing would be left of a receipt."""
_LINE = 16
"""Of a credential of several lines, such as a key, lines of this length are taken out by themselves too."""
_LONGEST_TOKEN = 200
_OF_A_TOKEN = b"(?:[A-Za-z0-9+/=_-]|%b)*" % any_of("+/=_-")
_BEFORE, _AFTER = re.compile(_OF_A_TOKEN + rb"\Z"), re.compile(_OF_A_TOKEN)


class Scrubber:
    """Takes *secrets* out, as they are and in the forms that they have on the way.

    Those are Base64 (also within ``user:password`` and other tokens, whatever stands before them), and all that URLs,
    JSON, HTML and XML make of each character, mixed as it may be.
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
    """What finds each of *plain*.  It begins with a set of octets, so that what holds none of them is passed fast."""
    whole, tokens, short = set[str](), set[bytes](), set[str]()
    for text in plain:
        if len(text) < _SHORT:
            short.add(text)
            continue
        for part in (text, *(line.strip() for line in text.splitlines() if len(line.strip()) >= _LINE)):
            whole.add(part)
            tokens |= set(_in_base64(part))
    long = [spelled(text) for text in sorted(whole, key=len, reverse=True)]
    encoded = [spelled_in_base64(token) for token in sorted(tokens, key=len, reverse=True)]
    alone = [spelled(text) for text in sorted(short)]
    parts = [expression(each) for each in long]
    if encoded:
        parts.append(b"(?P<token>%b)" % b"|".join(map(expression, encoded)))
    parts += [rb"(?<!\w[\x00-\xff])%b(?!\w)" % expression(each) for each in alone]
    return _compiled(parts, [*long, *encoded, *alone]) if parts else None


def _compiled(parts: Iterable[bytes], texts: Iterable[Spelled]) -> re.Pattern[bytes]:
    begin = b"".join(map(re.escape, sorted(set[bytes]().union(*map(firsts, texts)))))
    return re.compile(b"[%b](?:%b)" % (begin, b"|".join(parts)))


def _before(content: bytes, start: int) -> int:
    least = max(0, start - _LONGEST_TOKEN)
    found = _BEFORE.search(content[least:start])
    return least + found.start() if found else start


def _after(content: bytes, stop: int) -> int:
    found = _AFTER.match(content, stop, stop + _LONGEST_TOKEN)
    return found.end() if found else stop


def _octets(text: str) -> Iterator[bytes]:
    yield text.encode("utf-8", "surrogateescape")
    if not text.isascii():
        with suppress(UnicodeEncodeError):
            yield text.encode("latin-1")


def _in_base64(text: str) -> Iterator[bytes]:
    """What Base64 makes of *text* wherever it stands in what is encoded: the characters that it alone decides."""
    for octets in _octets(text):
        for before in range(3):
            encoded = base64.b64encode(bytes(before) + octets)
            sure = encoded[-(-before * 8 // 6) : (before + len(octets)) * 8 // 6]
            if len(sure) >= _SHORT:
                yield sure

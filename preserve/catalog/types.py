r"""Column types that mean the same in SQLite and in PostgreSQL.

Text.  A name may hold bytes that are not UTF-8 (lone surrogates in Python), and NUL; SQL drivers refuse the first and
PostgreSQL the second.  Such text is stored escaped: a lone surrogate or NUL as ``\uXXXX`` (four lower-case hex
digits), a backslash as two.  All other text is stored as it is.  The escaping is one to one, so ``=`` and UNIQUE in SQL
mean ``==`` in Python.

Time.  RFC 3339 in UTC, always with six decimals and ``Z``: sorting the text sorts the times.

Order.  By code point, whatever the server's language: PostgreSQL is told the collation ``C``, SQLite does so by itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_TO_ESCAPE = re.compile("[\\\\\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(\\|u(?:0000|d[89a-f][0-9a-f]{2}))?")


class Undecodable(ValueError):
    """A cell holds what preserve never writes: the catalogue is damaged."""


def plain_text() -> TypeEngine[str]:
    """Text that is compared and sorted by code point."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def escape(text: str) -> str:
    """*text* as it is stored."""
    if text.isascii() and "\\" not in text and "\0" not in text:  # nearly always, and several times as fast
        return text
    return _TO_ESCAPE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return "\\\\" if match.group() == "\\" else f"\\u{ord(match.group()):04x}"


def unescape(stored: object) -> str:
    """The text that was stored as *stored*.  ``Undecodable`` if ``escape`` never gives that."""
    if not isinstance(stored, str):
        raise Undecodable(f"{stored!r} is not text")
    return _ESCAPED.sub(_unescaped, stored) if "\\" in stored else stored


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if code is None:
        raise Undecodable(f"{match.string!r} holds an unknown escape")
    return "\\" if code == "\\" else chr(int(code[1:], 16))


def time_text(moment: datetime) -> str:
    """*moment* as it is stored.  ``ValueError`` for a time without an offset, ``OverflowError`` beyond year 9999."""
    if moment.tzinfo is None:
        raise ValueError("a time without an offset from UTC means nothing")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def time_of(stored: object) -> datetime:
    """The time that was stored as *stored*.  ``Undecodable`` for anything else."""
    try:
        if isinstance(stored, str) and stored.endswith("Z"):
            return datetime.fromisoformat(stored)
    except ValueError:
        pass
    raise Undecodable(f"{stored!r} is not a time in UTC")


class AnyText(TypeDecorator[str]):
    """Any Python ``str``, losslessly."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Text by code point in every database."""
        return dialect.type_descriptor(plain_text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's
        """Escape on the way in."""
        return None if value is None else escape(value)

    def process_result_value(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002  SQLAlchemy's
        """Unescape on the way out."""
        return unescape(value)


class Moment(TypeDecorator[datetime]):
    """An aware time to the microsecond, in UTC; None where the column may be empty."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Text by code point in every database."""
        return dialect.type_descriptor(plain_text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002  SQLAlchemy's
        """Write as RFC 3339."""
        return None if value is None else time_text(value)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's
        """Read RFC 3339."""
        return None if value is None else time_of(value)

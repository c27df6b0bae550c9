"""E-mail messages (RFC 5322, MIME): the headers that describe, and the text of the body."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser

from preserve.identify.documents import html
from preserve.identify.documents.collect import Collector
from preserve.identify.reading import TEXT, Document
from preserve.identify.values import date_of_mail

_FIELDS = {
    "Subject": "dcterms:title",
    "From": "dcterms:creator",
    "Organization": "dcterms:publisher",
    "Keywords": "dcterms:subject",
    "Comments": "dcterms:description",
    "Message-ID": "dcterms:identifier",
    "Content-Language": "dcterms:language",
}
_MOST_HEADER = 16 * 1024


def read(data: bytes) -> Document:
    """The message that begins with *data*.  Headers that the library cannot parse are noted, the others are read."""
    found, notes = Collector(), list[str]()
    headers = BytesHeaderParser(policy=policy.default).parsebytes(data)
    for name, field in _FIELDS.items():
        if value := _careful(lambda name=name: _header(headers, name), f"header {name}", notes):  # type: ignore[misc]
            if name == "Content-Language":
                found.add_each(field, value, f"mail:{name}")
            else:
                found.add(field, value, f"mail:{name}")
    if date := _careful(lambda: _header(headers, "Date"), "header Date", notes):
        normal = date_of_mail(date)
        found.add("dcterms:created", normal or date, "mail:Date" + (" (RFC 5322 to W3CDTF)" if normal else ""))
    text = _careful(lambda: _body(data), "body", notes)
    return Document("e-mail", found.all(), text, tuple(notes))


def _careful(step: Callable[[], str], what: str, notes: list[str]) -> str:
    """What *step* gives, or "" and a note: the email library raises nearly anything for hostile headers."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001  see the docstring
        notes.append(f"the {what} cannot be parsed ({type(error).__name__})")
        return ""


def _header(headers: Message, name: str) -> str:
    if sum(len(str(value)) for key, value in headers.raw_items() if key.lower() == name.lower()) > _MOST_HEADER:
        raise ValueError("too long")
    return str(headers.get(name, ""))


def _body(data: bytes) -> str:
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  policy.default promises it
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return (html.read(content).text or "") if part.get_content_subtype() == "html" else content[:TEXT]

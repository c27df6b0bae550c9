"""One message for a person, as every channel carries it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from preserve.storage.times import from_rfc3339, rfc3339


@dataclass(frozen=True, slots=True)
class Message:
    """Something that somebody is to hear.

    *kind* is ``failed``, ``unreachable`` or ``finished``.  *subject* is one line, *text* are whole lines; neither holds
    control characters.  *facts* are the same for programs, as JSON has them.  *id* is unique and stays, however often
    it is tried to send it.
    """

    kind: str
    archive: str
    subject: str
    text: str
    made: datetime
    id: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The message as JSON: what a webhook is sent (schemas/alert.schema.json), and what is kept."""
        return {
            "message_type": "alert",
            "schema_version": 1,
            "kind": self.kind,
            "archive": self.archive,
            "subject": self.subject,
            "text": self.text,
            "time": rfc3339(self.made),
            "id": self.id,
            **self.facts,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The message that ``document`` made.  ``ValueError``, ``KeyError`` or ``TypeError`` if it is none."""
        known = ("message_type", "schema_version", "kind", "archive", "subject", "text", "time", "id")
        kind, archive, subject, text, identifier = (
            str(document[key]) for key in ("kind", "archive", "subject", "text", "id")
        )
        facts = {key: value for key, value in document.items() if key not in known}
        return cls(
            kind, archive, subject, text, from_rfc3339(document["time"]), identifier, json.loads(json.dumps(facts))
        )


class CannotSend(Exception):
    """A message did not go out; says why, as the end of a sentence.  Never leaves the alerting."""


class Channel(Protocol):
    """A way to reach a person."""

    @property
    def name(self) -> str:
        """``mail`` or ``webhook``."""
        ...

    @property
    def where(self) -> str:
        """The server it goes to, as it may be shown: without passwords or tokens."""
        ...

    def send(self, message: Message) -> str:
        """Hand *message* over; a server that is silent is given up.  ``CannotSend`` if it does not go out.

        Returns what a person should know though it went out, or "".
        """
        ...

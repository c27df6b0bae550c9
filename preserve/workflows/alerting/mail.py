"""Mail: one message of RFC 5322, handed to a server as RFC 5321 says.

TLS is always verified.  Where a password is to be given, the connection is encrypted or stays inside this machine.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from preserve.storage.names import shown
from preserve.workflows.alerting.message import CannotSend, Message

TIMEOUT = 20.0
"""Seconds that the server may be silent."""

_PLAIN = SMTP.clone(cte_type="7bit")
"""Every octet is ASCII, whatever the text says: no server has to know more (RFC 5322 §2.1, RFC 2045)."""
_PORTS = {"implicit": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Mail:
    """To whom, from whom, and through which server; *starttls* as the setting ``alerts.starttls``."""

    to: tuple[str, ...]
    sender: str
    server: str
    starttls: str = "auto"
    user: str = ""
    password: str = ""

    @property
    def name(self) -> str:
        """Which channel it is."""
        return "mail"

    @property
    def where(self) -> str:
        """The server."""
        host, port = self._address
        return f"{host}:{port}"

    @property
    def _address(self) -> tuple[str, int]:
        return address(self.server, _PORTS.get(self.starttls, 25))

    def send(self, message: Message) -> str:
        """Hand *message* to the server for all receivers.  ``CannotSend`` if it takes it for none of them."""
        try:
            letter = compose(message, self.to, self.sender)
            with self._connected() as server:
                refused = server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise CannotSend(_nobody(error.recipients)) from error
        except smtplib.SMTPNotSupportedError as error:
            raise CannotSend(f"the server cannot do what is needed: {_plainly(error)}") from error
        except smtplib.SMTPResponseException as error:
            said = (
                error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
            )
            raise CannotSend(f"the server answered {error.smtp_code} {_short(said)}") from error
        except ssl.SSLError as error:
            raise CannotSend(f"no safe connection: {_plainly(error)}") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise CannotSend(_plainly(error)) from error
        return _nobody(refused) if refused else ""

    def _connected(self) -> smtplib.SMTP:
        """A connection as safe as it was asked for, and logged in where there is a user."""
        host, port = self._address
        if self.starttls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            server.ehlo()
            self._secure(server, host)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP, host: str) -> None:
        local = host in _LOOPBACK
        if self.starttls == "always" or (self.starttls == "auto" and not local and server.has_extn("starttls")):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif self.user and not local and self.starttls != "implicit":
            raise CannotSend("the password would go over the network unprotected; set alerts.starttls")


def address(server: str, port: int) -> tuple[str, int]:
    """Host and port of ``host``, ``host:port`` or ``[IPv6]:port``; *port* where none is given."""
    host, colon, given = server.rpartition(":")
    if server.endswith("]") or not colon or (":" in host and not host.endswith("]")):
        return server.strip("[]"), port
    return host.strip("[]"), int(given)


def compose(message: Message, to: tuple[str, ...], sender: str) -> EmailMessage:
    """The letter.  ``ValueError`` if an address is none: a line break in one never becomes a header."""
    letter = EmailMessage(policy=_PLAIN)
    letter["From"] = _mailbox(sender)
    letter["To"] = tuple(_mailbox(each) for each in to)
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(message.made)
    letter["Message-ID"] = f"<{message.id}@{_mailbox(sender).domain}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note is to answer it
    letter["X-Preserve-Alert"] = message.kind
    letter.set_content(message.text, charset="utf-8")
    return letter


def _mailbox(text: str) -> Address:
    name, spec = parseaddr(text)
    user, at, domain = spec.rpartition("@")
    if not at or not user or not domain or any(ord(char) < 0x20 for char in text):
        raise ValueError(f"{shown(text)} is no address of mail")
    return Address(name, user, domain)


def _nobody(refused: Iterable[str]) -> str:
    return f"the server takes no mail for {', '.join(shown(each) for each in refused)}"


def _plainly(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return _short(reason[:1].lower() + reason[1:])


def _short(text: str) -> str:
    return shown(" ".join(str(text).split()))[:300].rstrip(" .")

"""The settings that every target has which speaks HTTP, and the client that they make."""

from __future__ import annotations

from preserve.config.settings import Setting
from preserve.deposit.given import Given
from preserve.deposit.http.auth import Auth
from preserve.deposit.http.client import Client


def _seconds(value: int) -> str:
    return "" if 0 < value <= 3600 else "must be a number of seconds from 1 to 3600"


HTTP_SETTINGS: tuple[Setting, ...] = (
    Setting("ca_file", "", "The certificates (PEM) of the authorities to trust here, instead of the system's."),
    Setting("proxy", "", "The proxy to go through, such as http://proxy.example.org:3128; by default none."),
    Setting("timeout", 60, "Seconds that the server may be silent.", _seconds),
)


def client_of(given: Given, *, auth: Auth | None = None, url: str = "", timeout: float = 0.0) -> Client:
    """The client of a target with ``HTTP_SETTINGS``; *url* and *timeout* by default its settings."""
    return Client(
        url or given.text("url"),
        given,
        ca_file=given.path("ca_file") if given.text("ca_file") else None,
        timeout=timeout or float(given.number("timeout")),
        proxy=given.text("proxy"),
        auth=auth,
    )

"""HTTP for targets: one client that is strict about where it goes, patient within bounds, and believes nothing.

TLS is verified always; nothing of the environment (.netrc, proxies) is used; no cookie is kept; a redirect is followed
for GET and HEAD within the same origin only; answers are bounded.  A target says of each call whether it may be
repeated, and is told whether it was refused before anything was sent, or whether an answer was lost.
"""

from preserve.deposit.http.answer import Answer
from preserve.deposit.http.auth import Auth, basic, bearer, by_header
from preserve.deposit.http.client import Body, Client, not_sent
from preserve.deposit.http.origin import is_loopback
from preserve.deposit.http.settings import HTTP_SETTINGS, client_of

__all__ = [
    "HTTP_SETTINGS",
    "Answer",
    "Auth",
    "Body",
    "Client",
    "basic",
    "bearer",
    "by_header",
    "client_of",
    "is_loopback",
    "not_sent",
]

"""What can go wrong when the missing files of a bag are fetched (RFC 8493 §2.2.3, §5.2, §5.3)."""

from __future__ import annotations

from preserve.model import Rule, Severity

_E = Severity.ERROR

_ASK = "Ask whoever made the bag for the file itself."

URL_REFUSED = Rule("fetch-url-refused", _E, "RFC 8493 §5.2", "Only plain http and https are followed. " + _ASK)
REDIRECT_REFUSED = Rule("fetch-redirect-refused", _E, "RFC 8493 §5.2", "Nothing was stored. " + _ASK)
FAILED = Rule("fetch-failed", _E, "RFC 8493 §2.2.3", "Try again later; if that does not help, ask for the file itself.")
TOO_LONG = Rule("fetch-too-long", _E, "RFC 8493 §5.3", "It was broken off and nothing was stored. " + _ASK)
MISMATCH = Rule("fetch-checksum-mismatch", _E, "RFC 8493 §3", "Nothing was stored. " + _ASK)
NOT_STORED = Rule("fetch-not-stored", _E, "RFC 8493 §2.2.3", "Check the disk and the permissions, then fetch again.")

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))

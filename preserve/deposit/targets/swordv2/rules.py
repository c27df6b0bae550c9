"""What a person should know before a package goes to a SWORD v2 server."""

from __future__ import annotations

from preserve.model import Rule, Severity

_E, _W = Severity.ERROR, Severity.WARNING
_PROFILE = "SWORD v2 profile "

NO_SUCH_PACKAGING = Rule(
    "sword-packaging", _E, _PROFILE + "§7", "Set packaging and form in the target's table to what this server takes."
)
PACKAGING_UNTOLD = Rule(
    "sword-packaging-untold", _W, _PROFILE + "§6.1", "Ask those who run it which packaging the collection takes."
)
TOO_LARGE = Rule(
    "sword-too-large", _E, _PROFILE + "§6.1", "Ask those who run it to allow more, or choose another kind of target."
)
IN_THE_CLEAR = Rule(
    "sword-in-the-clear", _W, "RFC 7617 §4", "Use the https: address of the server if it has one: ask those who run it."
)
CANNOT_BE_ASKED = Rule(
    "sword-cannot-be-asked",
    _W,
    _PROFILE + "§6.2",
    "Should the line break, look there by hand before you send it again.",
)

ALL: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))

"""Tags for a bag, as they stand on the command line."""

from __future__ import annotations

from preserve.errors import UsageError


def tag(text: str) -> tuple[str, str]:
    """The label and the value in *text*.  ``UsageError`` if it is not LABEL=VALUE."""
    label, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not label:
        raise UsageError(f"--tag {text!r} is not LABEL=VALUE.", hint='For example: --tag "Access=Institution"')
    return label, value

"""What a person says of a deposit with ``--tag``, for forms that are no bag: each knows a few labels."""

from __future__ import annotations

from collections.abc import Mapping

from preserve.errors import UsageError
from preserve.storage.names import shown
from preserve.workflows.depositing.consignments.forms import Wanted


def tags_of(wanted: Wanted, known: Mapping[str, bool]) -> dict[str, tuple[str, ...]]:
    """The values by label; *known* says of each label that there is whether it may be repeated.

    ``UsageError`` for another label, for one repeated that may not be, and for a BagIt profile.
    """
    if wanted.profile:
        raise UsageError(
            f"What is sent as {wanted.form} is no bag, and no BagIt profile can be asked of it.",
            hint="Leave the profile away, or send a bag.",
        )
    names = {label.casefold(): label for label in known}
    found: dict[str, tuple[str, ...]] = dict.fromkeys(known, ())
    for label, value in wanted.tags:
        name = names.get(label.casefold())
        if name is None:
            raise UsageError(
                f"{shown(label)} says nothing in what is sent as {wanted.form}.",
                hint=f"Known are: {', '.join(known)}.",
            )
        if found[name] and not known[name]:
            raise UsageError(f"{name} can be said once only.", hint="Say it once.")
        found[name] = (*found[name], value)
    return found

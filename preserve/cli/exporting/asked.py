"""What a person wants to have exported, and who writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from preserve.cli.output import Output
from preserve.describe.crosswalks.targets import TABLE, TARGETS
from preserve.errors import UsageError

_HERE = "preserve.cli.exporting"


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line of one export.  *place* is the new file or folder, None for standard output."""

    package_ids: tuple[str, ...]
    form: str
    place: Path | None
    organizations: tuple[str, ...]
    profile: str
    tags: tuple[str, ...]
    output: Output

    @property
    def package_id(self) -> str | None:
        """The package, where there may be only one; None for the whole archive."""
        return next(iter(self.package_ids), None)


@dataclass(frozen=True, slots=True)
class Writer:
    """What writes a form: *module* has a function ``write(asked) -> int``, which returns the exit status.

    *everything*: without a package it writes the whole archive.  *to_a_place*: it does not go to standard output.
    *several*: it writes several packages at once.  *a_bag*: it is a bag, of which a profile may be asked.  *tagged*:
    tags say something in it.
    """

    module: str
    everything: bool = False
    to_a_place: bool = False
    several: bool = False
    a_bag: bool = False
    tagged: bool = False


WRITERS: Mapping[str, Writer] = {
    **{name: Writer("described", everything=name == TABLE) for name in TARGETS},
    "tar": Writer("packed", to_a_place=True, a_bag=True, tagged=True),
    "zip": Writer("packed", to_a_place=True, a_bag=True, tagged=True),
    "saf": Writer("laid_out", everything=True, to_a_place=True, several=True, tagged=True),
    "saf-zip": Writer("packed", to_a_place=True, tagged=True),
    "eark": Writer("laid_out", everything=True, to_a_place=True, several=True, tagged=True),
    "eark-tar": Writer("packed", to_a_place=True, tagged=True),
    "eark-zip": Writer("packed", to_a_place=True, tagged=True),
    "oai-static": Writer("harvested", everything=True, several=True),
}
"""Every form by its name on the command line."""


def write(asked: Asked) -> int:
    """Write what was asked for.  ``UsageError`` if what was asked does not go together."""
    writer = WRITERS[asked.form]
    if asked.package_id is None and not writer.everything:
        whole = ", ".join(name for name, each in WRITERS.items() if each.everything)
        raise UsageError("No package was named.", hint=f"Of the whole archive there are: {whole}.")
    if asked.place is None and writer.to_a_place:
        raise UsageError(f"--as {asked.form} does not go to standard output.", hint="Add: --output FILE")
    if len(asked.package_ids) > 1 and not writer.several:
        several = ", ".join(name for name, each in WRITERS.items() if each.several)
        raise UsageError(f"--as {asked.form} writes one package.", hint=f"Of several there are: {several}.")
    if asked.profile and not writer.a_bag:
        bags = ", ".join(name for name, each in WRITERS.items() if each.a_bag)
        raise UsageError("--profile is for bags.", hint=f"It goes with --as {bags}.")
    if asked.tags and not writer.tagged:
        tagged = ", ".join(name for name, each in WRITERS.items() if each.tagged)
        raise UsageError(f"--tag says nothing with --as {asked.form}.", hint=f"It goes with: {tagged}.")
    module = import_module(f"{_HERE}.{writer.module}")  # --help must stay fast
    status: int = module.write(asked)
    return status

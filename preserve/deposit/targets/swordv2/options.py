"""What ``[targets.NAME]`` says of a SWORD v2 server, and what its dialect says where the table is silent."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from preserve.config.settings import Setting
from preserve.deposit.given import Given
from preserve.deposit.http import HTTP_SETTINGS, Auth, basic, by_header
from preserve.deposit.targets.swordv2.dialects import DIALECTS, PACKAGINGS, Back, Dialect, Order
from preserve.errors import ConfigError
from preserve.storage import sizes


def _one_of(*choices: str) -> Callable[[Any], str]:
    return lambda value: "" if value in choices else f"must be one of {', '.join(filter(None, choices))}"


def _packaging(value: str) -> str:
    good = not value or value.lower() in PACKAGINGS or value.startswith(("http://", "https://"))
    return "" if good else f"must be a URI, or one of {', '.join(PACKAGINGS)}"


def _size(value: str) -> str:
    return sizes.no_size(value) if value else ""


SETTINGS: tuple[Setting, ...] = (
    Setting("url", "", "The address of the service document."),
    Setting("collection", "", "The collection: its address, the end of it, or its title; needed if there are several."),
    Setting("dialect", "plain", f"What the server is: {', '.join(DIALECTS)}.", _one_of(*DIALECTS)),
    Setting("user", "", "The user name; Dataverse needs none, its token says who we are."),
    Setting("on_behalf_of", "", "The user for whom the deposit is made, where the server allows that."),
    Setting("packaging", "", "A packaging's URI, or simplezip, bagit, binary; else the dialect's.", _packaging),
    Setting("order", "", "In which calls: entry, binary, multipart or parts; else the dialect's.", _one_of("", *Order)),
    Setting("part_size", "", "How large one part is, such as 500MB, with the order parts; else the dialect's.", _size),
    Setting(
        "finish",
        "",
        "Whether to tell the server that nothing more will come: yes, or no to leave it a draft.",
        _one_of("", "yes", "no"),
    ),
    Setting("lists", "", "Whether the collection lists one's own deposits: yes or no.", _one_of("", "yes", "no")),
    Setting("read_back", "", "What can be read back: original, media or no; else the dialect's.", _one_of("", *Back)),
    *HTTP_SETTINGS,
)


@dataclass(frozen=True, slots=True)
class Options:
    """How deposits are made at one server.  *titled*: our label goes into the title, to be found by it."""

    dialect: Dialect
    order: Order
    packaging: str
    part_size: int
    finishes: bool
    lists: bool
    titled: bool
    back: Back


def options_of(given: Given) -> Options:
    """What *given* says.  ``ConfigError`` where it does not go together."""
    dialect = DIALECTS[given.text("dialect")]
    packaging = given.text("packaging")
    order = Order(given.text("order") or dialect.order)
    finishes = _yes(given.text("finish"), dialect.finishes)
    lists = _yes(given.text("lists"), dialect.lists)
    if order is Order.PARTS and not finishes:
        raise ConfigError(
            f"In [targets.{given.name}], order parts and finish no do not go together.",
            hint="The last part says that nothing more will come. Remove one of the two.",
        )
    return Options(
        dialect,
        order,
        PACKAGINGS.get(packaging.lower(), packaging) or dialect.packaging,
        sizes.read_size(given.text("part_size")) if given.text("part_size") else dialect.part_size,
        finishes,
        lists,
        dialect.titled and lists,
        Back(given.text("read_back") or dialect.back),
    )


def auth_of(given: Given, dialect: Dialect) -> Auth | None:
    """Who we are: user name and password; at Dataverse the token as user name, with an empty password."""
    secret, user = given.secret("password"), given.text("user")
    if dialect.by_token:
        if not secret:
            return None
        pair = base64.b64encode(f"{secret.reveal()}:".encode("utf-8", "surrogateescape")).decode("ascii")
        return by_header("Authorization", f"Basic {pair}", secret)
    if not user:
        return None
    return basic(user, secret)


def _yes(said: str, otherwise: bool) -> bool:
    return said == "yes" if said else otherwise

"""InvenioRDM, and Zenodo, which is one: a record with files, made as a draft, compared, and then published."""

from __future__ import annotations

from collections.abc import Callable

from preserve.config.settings import Setting
from preserve.deposit.given import Given, TargetKind
from preserve.deposit.http import HTTP_SETTINGS, bearer, client_of
from preserve.deposit.targets.invenio.api import Records
from preserve.deposit.targets.invenio.body import ACCESS
from preserve.deposit.targets.invenio.target import Invenio, Wishes
from preserve.errors import ConfigError


def _one_of(*choices: str) -> Callable[[str], str]:
    return lambda value: "" if value in choices else f"must be one of {', '.join(choices)}"


def _some(value: int) -> str:
    return "" if value >= 0 else "must not be negative"


def _opened(given: Given) -> Invenio:
    token = given.secret("token")
    if not token:
        raise ConfigError(
            f"The target {given.name} needs a token.",
            hint="Make one at the repository, under Applications, and see docs/guide/targets/invenio.md.",
        )
    wishes = Wishes(
        publish=bool(given.number("publish")),
        access=given.text("access"),
        community=given.text("community"),
        read_back=given.text("verify") == "bytes",
        most_files=given.number("most_files"),
        search_delay=float(given.number("search_delay")),
    )
    return Invenio(given.name, Records(client_of(given, auth=bearer(token))), wishes)


KIND = TargetKind(
    "invenio",
    "InvenioRDM and Zenodo: each package becomes a record with its files.",
    ("zip", "tar", "payload-zip", "payload"),
    _opened,
    (
        Setting("url", "", "The repository's address, such as https://zenodo.org, without /api."),
        Setting("publish", True, "Whether the record is published; else it stays a draft, which a person publishes."),
        Setting(
            "access",
            "public",
            "Who may see it: public, restricted, or files-restricted, where the description is public.",
            _one_of(*ACCESS),
        ),
        Setting("community", "", "The community to which records are submitted: its name in addresses, or its id."),
        Setting(
            "verify",
            "bytes",
            "What verified rests on: bytes, everything is read back; or word, the MD5 that the repository took.",
            _one_of("bytes", "word"),
        ),
        Setting("most_files", 100, "How many files a record may have there.", _some),
        Setting("search_delay", 10, "Seconds until the repository's search shows a new draft.", _some),
        *HTTP_SETTINGS,
    ),
    ("url",),
    {"token": "A personal access token with the scopes deposit:write and deposit:actions."},
)

"""Archivematica: a package is placed where it finds transfers; one is started, and followed to the stored AIP."""

from __future__ import annotations

import re

from preserve.config.settings import Setting
from preserve.deposit.given import Given, TargetKind
from preserve.deposit.http import HTTP_SETTINGS, Auth, by_header, client_of
from preserve.deposit.targets.archivematica.dashboard import Dashboard
from preserve.deposit.targets.archivematica.marks import Marks
from preserve.deposit.targets.archivematica.storage import Storage
from preserve.deposit.targets.archivematica.target import Archivematica, Way
from preserve.deposit.targets.folder import Folder
from preserve.errors import ConfigError
from preserve.ports.depositing import Secret

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"\w{1,16}", re.ASCII)
_HOURS = 24


def _uuid(value: str) -> str:
    return "" if not value or _UUID.fullmatch(value) else "must be a UUID in lower case"


def _configuration(value: str) -> str:
    return "" if _NAME.fullmatch(value) else "must be one to sixteen letters, digits and _"


def _absolute(value: str) -> str:
    return "" if not value or (value.startswith("/") and "\0" not in value) else "must begin with /"


def _hours(value: int) -> str:
    return "" if 0 < value <= 7 * _HOURS else f"must be a number of hours from 1 to {7 * _HOURS}"


def _authorized(given: Given, user: str, key: Secret, what: str) -> Auth:
    if not user or not key:
        raise ConfigError(
            f"The target {given.name} needs a user and an API key for the {what}.",
            hint="Both are shown there on the page of the user; see docs/guide/targets/archivematica.md.",
        )
    return by_header("Authorization", f"ApiKey {user}:{key.reveal()}", key)


def _opened(given: Given) -> Archivematica:
    user = given.text("user")
    dashboard = _authorized(given, user, given.secret("api_key"), "dashboard")
    storage = _authorized(given, given.text("storage_user") or user, given.secret("storage_api_key"), "storage service")
    url, patience = given.text("storage_url"), 3600.0 * given.number("fixity_hours")
    folder = given.path("transfer_source")
    return Archivematica(
        given.name,
        Way(given.text("location"), given.text("location_path"), given.text("processing_config")),
        Folder(given.name, folder, given.home),
        Marks(given.name, folder, given.home),
        Dashboard(client_of(given, auth=dashboard)),
        Storage(client_of(given, auth=storage, url=url), client_of(given, auth=storage, url=url, timeout=patience)),
    )


KIND = TargetKind(
    "archivematica",
    "Archivematica: each package becomes a transfer, and an AIP in its storage.",
    ("bag", "zip"),
    _opened,
    (
        Setting("url", "", "The dashboard's address, such as https://archivematica.example.org."),
        Setting("storage_url", "", "The storage service's address, such as https://archivematica.example.org:8000."),
        Setting("user", "", "The user of the dashboard to whom the API key belongs."),
        Setting("storage_user", "", "The user of the storage service; by default the same name."),
        Setting("transfer_source", "", "The folder, as seen from here, in which packages are placed for transfer."),
        Setting("location", "", "The UUID of the transfer source location to which that folder belongs.", _uuid),
        Setting(
            "location_path", "", "That folder as the storage service sees it; by default the location's own.", _absolute
        ),
        Setting("processing_config", "automated", "The processing configuration to be used.", _configuration),
        Setting("fixity_hours", 6, "Hours that the storage service may take to check a package's fixity.", _hours),
        *HTTP_SETTINGS,
    ),
    ("url", "storage_url", "user", "transfer_source", "location"),
    {"api_key": "The API key of the dashboard's user.", "storage_api_key": "The API key for the storage service."},
)

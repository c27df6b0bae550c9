"""All settings: what each is called, its default, what it means, and what it must be.

A setting's type is that of its default.  File, variable, flag, ``preserve init`` and ``preserve config show`` follow
by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from preserve.model.dublin_core import PROPERTIES
from preserve.storage import digests, names, sizes, times

Value = str | int | tuple[str, ...]
_MAIL = re.compile(r"(?:[^<>@,\x00-\x1f\x7f\ud800-\udfff]*<)?[^@\s<>,\ud800-\udfff]+@[^@\s<>,\ud800-\udfff]+>?")
_MAILBOX = re.compile(r"[^@\s<>,\ud800-\udfff]+@[^@\s<>,\ud800-\udfff]+\.[^@\s<>,\ud800-\udfff]+")
_HOST_AND_PORT = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_URL = re.compile(r"https?://[^\s/?#@\\]+(?::[0-9]{1,5})?(?:[/?][\x21-\x7e]*)?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Setting:
    """One configuration key: its type is the type of its default; *check* returns what is wrong, or "".

    *several* texts may stand in a list where one may stand alone.
    """

    key: str
    default: Value
    meaning: str
    check: Callable[[Any], str] = field(default=lambda _: "")
    several: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return "PRESERVE_" + self.key.upper().replace(".", "_")


def _one_of(*choices: str) -> Callable[[Any], str]:
    return lambda value: "" if value in choices else f"must be one of {', '.join(choices)}"


def _known_algorithms(value: tuple[str, ...]) -> str:
    if not value:
        return "must name at least one algorithm"
    unknown = [name for name in value if not digests.is_known(digests.normalise(name))]
    if unknown:
        return f"names {unknown[0]!r}; known are {', '.join(digests.ALGORITHMS)}"
    return "names an algorithm twice" if len({digests.normalise(name) for name in value}) < len(value) else ""


def _some_path(value: str) -> str:
    if not value.strip():
        return "must name a folder"
    return "holds a NUL, which no path can" if "\0" in value else ""


def _one_line(value: str) -> str:
    if not names.is_utf8(value):
        return "holds bytes that are not text in UTF-8"
    return "must be one line of text" if _CONTROL.search(value) else ""


def _one_or_more_lines(value: str | tuple[str, ...]) -> str:
    several = (value,) if isinstance(value, str) else value
    return next(filter(None, map(_one_line, several)), "")


def _positive(value: int) -> str:
    return "" if value > 0 else "must be greater than zero"


def _interval(value: str) -> str:
    return times.no_interval(value) if value else ""


def _size(value: str) -> str:
    return sizes.no_size(value) if value else ""


def _rate(value: str) -> str:
    return sizes.no_rate(value) if value else ""


def _tags(value: tuple[str, ...]) -> str:
    wrong = next((tag for tag in value if not all(part.strip() for part in tag.partition("="))), None)
    return next(filter(None, map(_one_line, value)), "") if wrong is None else "must be a list of texts NAME=VALUE"


def _address(value: str) -> str:
    return "" if not value or _MAIL.fullmatch(value) else "must be an address of mail, such as archive@example.org"


def _mailbox(value: str) -> str:
    return "" if not value or _MAILBOX.fullmatch(value) else "must be a plain address, such as archive@example.org"


def _addresses(value: str | tuple[str, ...]) -> str:
    several = (value,) if isinstance(value, str) else value
    return next(filter(None, map(_address, several)), "")


def _server(value: str) -> str:
    found = _HOST_AND_PORT.fullmatch(value)
    good = found and 0 < int(found["port"] or 25) < 65536
    return "" if good else "must be a server and its port, such as mail.example.org:587"


def _one_word(value: str) -> str:
    odd = any(char.isspace() or char == "+" for char in value) or len(value.encode(errors="replace")) > 200
    return "must be one short word without a blank and without +" if odd else _one_line(value)


def _web_address(value: str) -> str:
    return "" if not value or _URL.fullmatch(value) else "must be a URL with http: or https:, without a user name"


SETTINGS: tuple[Setting, ...] = (
    Setting("archive.name", "", "What this archive is called; stands in the README.txt of every package.", _one_line),
    Setting("archive.organization", "", "Written as Source-Organization into every package.", _one_line),
    Setting("archive.agent", "", "Who is responsible for what this installation does, for the record.", _one_line),
    Setting("archive.email", "", "Whom harvesters can write to; stands in a static repository.", _mailbox),
    Setting("archive.oai_url", "", "Where an OAI-PMH gateway answers for the static repository.", _web_address),
    Setting("paths.incoming", "incoming", "Where transfers arrive, relative to the archive's home.", _some_path),
    Setting("paths.packages", "packages", "Where sealed packages live, relative to the archive's home.", _some_path),
    Setting("catalog.url", "", "The catalogue as an SQLAlchemy URL; by default SQLite inside the package store."),
    Setting("bag.algorithms", ("sha256", "sha512"), "The checksums of new packages.", _known_algorithms),
    Setting(
        "bag.second_opinion",
        "small",
        "When the Library of Congress's bagit checks a package too: always, small (under 10,000 files) or never.",
        _one_of("always", "small", "never"),
    ),
    Setting("describe.publisher", "", "dcterms:publisher of every new package.", several=True),
    Setting("describe.rights", "", "dcterms:rights of every new package.", several=True),
    Setting("describe.collection", "", "dcterms:isPartOf of every new package, and its Bag-Group-Identifier."),
    Setting("identify.timeout", 30, "Seconds that one probe may take for one file.", _positive),
    Setting("identify.clamav", "", "Address of a ClamAV daemon: a socket's path, or host:port; empty: no scan."),
    Setting("fixity.interval", "90d", "How soon a package is to be read again: 12h, 90d, 8w, 1y.", times.no_interval),
    Setting("fixity.slack", "14d", "How late a check may be before the promise is broken.", times.no_interval),
    Setting("fixity.silence", "7d", "How long no audit may have run before status gives alarm.", times.no_interval),
    Setting(
        "alerts.email_to", "", "Who is told of each audit by mail: one address, or several.", _addresses, several=True
    ),
    Setting("alerts.email_from", "", "Who that mail comes from; by default the first receiver.", _address),
    Setting("alerts.smtp", "localhost:25", "The server that takes the mail: host:port.", _server),
    Setting(
        "alerts.smtp_user", "", "The user there; the password stands in PRESERVE_SMTP_PASSWORD or in a file.", _one_line
    ),
    Setting("alerts.smtp_password_file", "", "The file with the password, which only its owner may read.", _one_line),
    Setting(
        "alerts.starttls",
        "auto",
        "Encryption on the way there: auto (where it is offered, but not within this machine), always, never, or "
        "implicit (from the start, port 465).",
        _one_of("auto", "always", "never", "implicit"),
    ),
    Setting("alerts.webhook", "", "A URL to which the same is posted as JSON.", _web_address),
    Setting(
        "alerts.summary",
        "always",
        "When the summary of an audit is sent: always, or only where there are problems.",
        _one_of("always", "problems"),
    ),
    Setting(
        "checkpoint.name",
        "",
        "The name in checkpoints, such as example.org/archive; by default the name of the key that signs.",
        _one_word,
    ),
    Setting("checkpoint.timestamp_url", "", "The authority that stamps checkpoints (RFC 3161), if any.", _web_address),
)
_OWN = ("title", "identifier")  # each package has its own
TERMS: tuple[Setting, ...] = tuple(
    Setting(key, "", f"dcterms:{name} of every new package.", several=True)
    for name in PROPERTIES
    if (key := f"describe.{name}") not in {setting.key for setting in SETTINGS} and name not in _OWN
)
"""Any other term may stand in [describe] too; these settings are in force only where somebody gave them."""
NAMED: Mapping[str, tuple[Setting, ...]] = {
    "locations": (
        Setting("path", "", "The folder in which copies of packages lie, relative to the archive's home.", _some_path),
        Setting("interval", "", "How soon a copy there is to be read again; else fixity.interval.", _interval),
    ),
    "fixity.rules": (
        Setting("interval", "", "How soon the packages of this rule are to be read again.", times.no_interval),
        Setting("collection", "", "Only packages of this collection (Bag-Group-Identifier)."),
        Setting("larger_than", "", "Only packages whose payload is larger: 500MB, 10GB.", _size),
        Setting("smaller_than", "", "Only packages whose payload is smaller.", _size),
        Setting("location", "", "Only the copies in this location; the package store is called packages."),
    ),
    "targets": (
        Setting("type", "", "What kind of target it is: see preserve targets --kinds.", _one_word),
        Setting("form", "", "What packages go as: bag, tar, zip, …; else the first form of its kind.", _one_line),
        Setting("profile", "", "The BagIt profile that bags must keep there: its name or its file.", _one_line),
        Setting("tags", (), "What the profile wants in bag-info.txt: texts NAME=VALUE.", _tags),
        Setting("rate", "", "Send no faster than this: 50MB/s.", _rate),
        Setting("jobs", 1, "How many packages may be sent there at the same time.", _positive),
        Setting(
            "formerly",
            "",
            "Addresses at which this very place was to be found before.",
            _one_or_more_lines,
            several=True,
        ),
        Setting("credentials_file", "", "The file with its credentials, which only its owner may read.", _one_line),
    ),
}
"""Tables of which there may be several, each with a name: ``[locations.NAME]``.  The first setting must be given."""

OPEN = frozenset({"targets"})
"""Tables that hold more than is known here: whoever knows what the further keys mean looks whether they are right."""

BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in (*SETTINGS, *TERMS)}

"""S3: a bucket of Amazon, Ceph, MinIO or whoever else speaks that language.

A package lies there as one object, which appears all at once, or as one object for each file, and one more that is
put there when all the others are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from preserve.config.settings import Setting
from preserve.deposit.given import Given, TargetKind
from preserve.errors import ConfigError
from preserve.ports.depositing import FORMS
from preserve.storage import sizes, times

if TYPE_CHECKING:
    from preserve.deposit.targets.s3.target import S3

_MIB = 1 << 20
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_URL = re.compile(r"https?://[^\s/?#@\\]+(?::[0-9]{1,5})?/?")
_FIRST = ("tar", "zip", "bag")


def _is_bucket(value: str) -> str:
    return "" if _BUCKET.fullmatch(value) else "must be the name of a bucket, such as archive-deposits"


def _is_url(value: str) -> str:
    good = not value or _URL.fullmatch(value)
    return "" if good else "must be the server's address alone, such as https://s3.example.org"


def _is_prefix(value: str) -> str:
    if value.startswith("/") or ".." in value.split("/") or not value.isprintable():
        return "must be the beginning of a key, such as deposits/, without / before it"
    return "" if len(value.encode(errors="replace")) <= 500 else "is too long"


def _is_part_size(value: str) -> str:
    if complaint := sizes.no_size(value):
        return complaint
    good = 5 * _MIB <= sizes.read_size(value) <= 1024 * _MIB
    return "" if good else "must be from 5MiB to 1GiB"


def _one_of(*choices: str) -> Callable[[Any], str]:
    told = ", ".join(choice or "nothing" for choice in choices)
    return lambda value: "" if value in choices else f"must be one of {told}"


def _is_retention(value: str) -> str:
    return times.no_interval(value) if value else ""


def _within(least: int, most: int, noun: str) -> Callable[[Any], str]:
    return lambda value: "" if least <= value <= most else f"must be a number of {noun} from {least} to {most:,}"


SETTINGS: tuple[Setting, ...] = (
    Setting("url", "", "The server, such as https://s3.example.org; by default Amazon's in that region.", _is_url),
    Setting("bucket", "", "The bucket; it must be there already.", _is_bucket),
    Setting("prefix", "", "What all keys begin with, such as deposits/.", _is_prefix),
    Setting("region", "us-east-1", "The region of the bucket; servers other than Amazon's seldom care."),
    Setting(
        "path_style", "yes", "Whether the bucket stands in the path of URLs, or before the host.", _one_of("yes", "no")
    ),
    Setting("storage_class", "", "The storage class of what is put there; by default the bucket's own."),
    Setting(
        "object_lock",
        "",
        "Nobody may delete it before its time: governance (but for those with a special right) or compliance.",
        _one_of("", "governance", "compliance"),
    ),
    Setting("retention", "", "For how long, where object_lock is given: 90d, 10y.", _is_retention),
    Setting("legal_hold", "no", "Whether it may not be deleted until somebody lifts the hold.", _one_of("yes", "no")),
    Setting("encryption", "", "How the server is to encrypt it: AES256 or aws:kms.", _one_of("", "AES256", "aws:kms")),
    Setting("kms_key", "", "The key for aws:kms; by default the account's own."),
    Setting("part_size", "16MiB", "What is larger goes in parts of this size: 5MiB to 1GiB.", _is_part_size),
    Setting("at_once", 3, "How many parts are under way at once.", _within(1, 32, "parts")),
    Setting("ca_file", "", "The certificates (PEM) of the authorities to trust here, instead of the system's."),
    Setting("timeout", 60, "Seconds that the server may be silent.", _within(1, 3600, "seconds")),
)


def _opened(given: Given) -> S3:
    try:
        from preserve.deposit.targets.s3.making import made  # noqa: PLC0415  loads botocore
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The target {given.name} needs {error.name}, which is not installed.",
            hint="Install it with: pip install 'preserve-packager[s3]'",
        ) from error
    return made(given)


KIND = TargetKind(
    "s3",
    "A bucket of an S3 server: Amazon, Ceph, MinIO and others.",
    (*_FIRST, *(form for form in FORMS if form not in _FIRST)),
    _opened,
    SETTINGS,
    ("bucket",),
    {
        "access_key_id": "the name of the access key",
        "secret_access_key": "its secret",
        "session_token": "the token that goes with a key that was lent for a time",
    },
)

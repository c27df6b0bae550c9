"""From ``[targets.NAME]`` to a target."""

from __future__ import annotations

from preserve.deposit.given import Given
from preserve.deposit.targets.s3.bucket import Bucket
from preserve.deposit.targets.s3.objects import Keeping
from preserve.deposit.targets.s3.single import Measures
from preserve.deposit.targets.s3.talking import Access, Line
from preserve.deposit.targets.s3.target import S3
from preserve.errors import ConfigError
from preserve.storage import sizes, times


def made(given: Given) -> S3:
    """The target; nothing is asked of the server yet.  ``ConfigError`` if what was given does not go together."""
    hands = given.number("at_once")
    line = Line(_access(given), hands)
    part = sizes.read_size(given.text("part_size"))
    return S3(Bucket(line, _keeping(given)), given.text("prefix"), Measures(part, hands, part))


def _access(given: Given) -> Access:
    ca_file = given.path("ca_file") if given.text("ca_file") else None
    if ca_file is not None and not ca_file.is_file():
        raise ConfigError(f"There is no file {ca_file}, which targets.{given.name}.ca_file names.")
    for secret in ("access_key_id", "secret_access_key"):
        if not given.secret(secret):
            raise ConfigError(
                f"The target {given.name} has no {secret}.",
                hint="Give it in the environment, in the file that credentials_file names, or in the keyring.",
            )
    return Access(
        given.text("url").rstrip("/"),
        given.text("bucket"),
        given.text("region"),
        given.text("path_style") == "yes",
        str(ca_file or ""),
        float(given.number("timeout")),
        given.secret("access_key_id"),
        given.secret("secret_access_key"),
        given.secret("session_token"),
    )


def _keeping(given: Given) -> Keeping:
    lock, retention = given.text("object_lock"), given.text("retention")
    if bool(lock) != bool(retention):
        missing, other = ("retention", "object_lock") if lock else ("object_lock", "retention")
        raise ConfigError(f"targets.{given.name}.{other} is given without {missing}.", hint="Give both, or neither.")
    return Keeping(
        given.text("storage_class"),
        given.text("encryption"),
        given.text("kms_key"),
        lock,
        times.interval(retention) if retention else None,
        given.text("legal_hold") == "yes",
    )

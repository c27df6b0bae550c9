"""A bucket of a real S3 server, and how a test looks into it behind the target's back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from preserve.config.settings import Value
from preserve.deposit.given import Given
from preserve.deposit.targets.s3 import KIND
from preserve.deposit.targets.s3.target import S3
from preserve.ports.depositing import DepositTarget, Secret
from tests.deposit.servers.ceph import ACCESS_KEY, SECRET_KEY, Ceph

MIB = 1 << 20


def client_of(cluster: Ceph) -> Any:
    """Another program that has the right to do everything."""
    plain = Config(
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )
    session = boto3.session.Session(ACCESS_KEY, SECRET_KEY, region_name="us-east-1")
    return session.client("s3", endpoint_url=cluster.url, config=plain)


@dataclass
class FarBucket:
    """See ``preserve.testing.conformance.Place``.  *given* are settings beyond url and bucket."""

    cluster: Ceph
    name: str
    home: Path
    given: dict[str, Value] = field(default_factory=dict)
    keys: tuple[str, str] = (ACCESS_KEY, SECRET_KEY)
    client: Any = None
    small: int | None = None
    """Octets up to which an object goes in one call, where a test wants others than users have."""

    def __post_init__(self) -> None:
        self.client = self.client or client_of(self.cluster)

    def make(self, **given: Any) -> None:
        self.client.create_bucket(Bucket=self.name, **given)

    def open(self) -> DepositTarget:
        values: dict[str, Value] = {setting.key: setting.default for setting in KIND.settings}
        values |= {"url": self.cluster.url, "bucket": self.name, "prefix": "deposits/", "timeout": 20, **self.given}
        secrets = {"access_key_id": Secret(self.keys[0]), "secret_access_key": Secret(self.keys[1])}
        target = KIND.open(Given("far", values, self.home, self.home / "scratch", secrets))
        assert isinstance(target, S3)
        target.bucket.line.sleep = lambda seconds: time.sleep(seconds / 20)
        small = target.measures.small if self.small is None else self.small
        return replace(target, measures=replace(target.measures, small=small))

    def listed(self) -> list[str]:
        """All keys, without the prefix."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [each["Key"].removeprefix("deposits/") for page in pages for each in page.get("Contents", ())]

    def whole(self) -> list[str]:
        """What is one object, and what says of itself that all of it is there."""
        names = [name for name in self.listed() if "/" not in name]
        return [
            name.rpartition(".tar")[0] or name.rpartition(".zip")[0] or name[: -len(".deposit.json")] for name in names
        ]

    def uploads(self) -> list[str]:
        """The ids of uploads that are under way."""
        found = self.client.list_multipart_uploads(Bucket=self.name)
        return [each["UploadId"] for each in found.get("Uploads", ())]

    def key_of(self, label: str) -> str:
        for key in (f"deposits/{label}.tar", f"deposits/{label}.zip", f"deposits/{label}/data/letter.txt"):
            try:
                self.client.head_object(Bucket=self.name, Key=key)
            except ClientError:
                continue
            return key
        raise AssertionError(f"nothing of {label} is there")

    def read(self, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def damage(self, label: str) -> bool:
        """Another program writes the object anew, with what it said of itself, and one bit of it is not the same."""
        key = self.key_of(label)
        said = self.client.head_object(Bucket=self.name, Key=key)["Metadata"]
        content = bytearray(self.read(key))
        content[len(content) // 2] ^= 1
        self.client.put_object(Bucket=self.name, Key=key, Body=bytes(content), Metadata=said)
        return True

    def occupy(self, label: str) -> bool:
        for key in (f"deposits/{label}.tar", f"deposits/{label}/bagit.txt"):
            self.client.put_object(Bucket=self.name, Key=key, Body=b"Somebody else's.\n")
        return True

    def secrets(self) -> Sequence[str]:
        return (SECRET_KEY,)

"""The command that an archivist types, against a real S3 server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deposit.s3.far import FarBucket
from tests.deposit.servers.ceph import ACCESS_KEY, SECRET_KEY

pytestmark = pytest.mark.server


def preserve(home: Path, *words: str, secret: str = SECRET_KEY) -> tuple[int, list[dict[str, Any]]]:
    """What the command says as JSON, and its exit status.  Nothing that it says or writes shows the secret."""
    keys = {"PRESERVE_TARGET_VAULT_ACCESS_KEY_ID": ACCESS_KEY, "PRESERVE_TARGET_VAULT_SECRET_ACCESS_KEY": secret}
    command = [sys.executable, "-m", "preserve", *words, "--json"]
    done = subprocess.run(command, cwd=home, env=os.environ | keys, capture_output=True, text=True, check=False)
    assert secret not in done.stdout + done.stderr
    assert not any(secret.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("form", ["tar", "bag"])
def test_a_package_is_handed_over_once(far: FarBucket, home: Path, form: str) -> None:
    (home / "incoming/letter.txt").write_text("Dear Sir,\n")
    table = f'[targets.vault]\ntype = "s3"\nurl = "{far.cluster.url}"\nbucket = "{far.name}"\nform = "{form}"\n'
    (home / "preserve.toml").write_text(table)
    assert preserve(home, "ingest")[0] == 0
    status, said = preserve(home, "deposit", "--all", "--to", "vault")
    assert status == 0, said
    assert [each["stage"] for each in said if "stage" in each][-1] == "verified", said
    there = far.listed()
    [bag] = (home / "packages").glob("letter-*/bagit.txt")
    package = bag.parent.name
    assert (f"{package}.tar" if form == "tar" else f"{package}.deposit.json") in there
    assert preserve(home, "deposit", "--all", "--to", "vault")[0] == 0
    assert far.listed() == there
    [receipt] = (home / "packages").glob("*.deposits/*/receipts/*stored*")
    assert b"x-amz-meta-preserve-key: urn:uuid:" in receipt.read_bytes().lower()


def test_a_wrong_secret_is_told_with_its_own_status(far: FarBucket, home: Path) -> None:
    (home / "incoming/letter.txt").write_text("Dear Sir,\n")
    table = f'[targets.vault]\ntype = "s3"\nurl = "{far.cluster.url}"\nbucket = "{far.name}"\n'
    (home / "preserve.toml").write_text(table)
    assert preserve(home, "ingest")[0] == 0
    assert preserve(home, "deposit", "--all", "--to", "vault", secret="wrong" * 8)[0] == 30
    assert not far.listed()

"""Who may, what is kept how, and what the names are: against a real S3 server."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from preserve.deposit.journal.reading import read
from preserve.errors import AccessRefused, ConfigError, DepositRefused, PreserveError
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.testing.conformance import consignment, deposit
from preserve.testing.consignments import of_files, single
from preserve.testing.logs import MemoryLog
from tests.deposit.s3.far import MIB, FarBucket
from tests.deposit.servers.ceph import ACCESS_KEY, SECRET_KEY, Ceph
from tests.deposit.servers.certificates import certificate
from tests.deposit.servers.scripted import Reply, serving

pytestmark = pytest.mark.server


def refusal(far: FarBucket, tmp_path: Path) -> PreserveError:
    """What is said where nothing can be sent; it is nothing that a secret could be read from."""
    with closing(far.open()) as target, pytest.raises(PreserveError) as caught:
        target.check()
    done = deposit(far, single("letters", "tar", 1000), tmp_path / "journal")
    assert type(done.error) is type(caught.value)
    assert not any(secret in str(caught.value) + caught.value.hint for secret in far.secrets())
    return caught.value


def test_a_wrong_secret_is_refused(far: FarBucket, tmp_path: Path) -> None:
    far.keys = (ACCESS_KEY, "x" * 40)
    assert isinstance(refusal(far, tmp_path), AccessRefused)
    assert not far.listed()


def test_an_unknown_key_is_refused(far: FarBucket, tmp_path: Path) -> None:
    far.keys = ("PRESERVENOBODY000000", SECRET_KEY)
    assert isinstance(refusal(far, tmp_path), AccessRefused)


def test_a_key_without_rights_is_refused_and_told_which_it_needs(far: FarBucket, cluster: Ceph, tmp_path: Path) -> None:
    keys = ("PRESERVEGUEST0000001", "g" * 40)
    guest = (f"--uid={far.name}", "--display-name=guest", f"--access-key={keys[0]}", f"--secret-key={keys[1]}")
    cluster.admin("user", "create", *guest)
    far.keys = keys
    error = refusal(far, tmp_path)
    assert isinstance(error, AccessRefused)
    assert "s3:PutObject" in error.hint


def test_no_credentials_is_a_sentence(far: FarBucket) -> None:
    far.keys = ("", "")
    with pytest.raises(ConfigError, match="access_key_id"):
        far.open()


def test_a_bucket_that_is_not_there_is_refused(far: FarBucket, tmp_path: Path) -> None:
    far.given["bucket"] = "nobody-made-this"
    error = refusal(far, tmp_path)
    assert isinstance(error, DepositRefused)
    assert "There is no bucket nobody-made-this" in error.message


def test_over_a_protected_line(far: FarBucket, cluster: Ceph, tmp_path: Path) -> None:
    far.given |= {"url": cluster.tls_url, "ca_file": str(cluster.ca_file), "part_size": "5MiB"}
    assert deposit(far, single("letters", "tar", 11 * MIB), tmp_path / "journal").stage is Stage.VERIFIED
    assert deposit(far, consignment("bag", "more-letters"), tmp_path / "bag").stage is Stage.VERIFIED


def test_a_certificate_that_nobody_vouches_for_is_refused(far: FarBucket, cluster: Ceph, tmp_path: Path) -> None:
    far.given["url"] = cluster.tls_url
    error = refusal(far, tmp_path)
    assert isinstance(error, AccessRefused)
    assert "certificate" in error.message
    assert "ca_file" in error.hint


@pytest.mark.parametrize("flaw", [{"days": -1}, {"address": "127.0.0.2"}], ids=["expired", "for another host"])
def test_a_certificate_that_is_not_good_is_refused(far: FarBucket, tmp_path: Path, flaw: dict[str, Any]) -> None:
    context, trusted = certificate(tmp_path, **flaw)
    with serving(lambda _: Reply(), context) as served:
        far.given |= {"url": served.url, "ca_file": str(trusted)}
        assert isinstance(refusal(far, tmp_path), AccessRefused)
        assert not served.asked


@pytest.mark.parametrize("octets", [1000, 6 * MIB])
def test_what_is_locked_stays(far: FarBucket, tmp_path: Path, octets: int) -> None:
    far.name += "-locked"
    far.make(ObjectLockEnabledForBucket=True)
    far.given |= {"object_lock": "governance", "retention": "2d", "legal_hold": "yes", "part_size": "5MiB"}
    done = deposit(far, single("letters", "tar", octets), tmp_path / "journal")
    assert done.stage is Stage.VERIFIED, done.error
    head = far.client.head_object(Bucket=far.name, Key="deposits/letters.tar")
    assert head["ObjectLockMode"] == "GOVERNANCE"
    assert head["ObjectLockLegalHoldStatus"] == "ON"
    assert 1 <= (head["ObjectLockRetainUntilDate"] - datetime.now(UTC)).days <= 2
    entry = read(tmp_path / "journal")
    assert entry is not None
    assert entry.story.where == f"s3://{far.name}/deposits/letters.tar?versionId={head['VersionId']}"


def test_a_bucket_that_cannot_lock_is_told_before_anything_is_sent(far: FarBucket) -> None:
    far.given |= {"object_lock": "compliance", "retention": "10y"}
    with closing(far.open()) as target:
        [problem] = target.plan(single("letters", "tar", 1000))
    assert (problem.code, problem.severity) == ("s3-locks-nothing", "error")


def test_a_storage_class_that_the_server_has_not_is_refused(far: FarBucket, tmp_path: Path) -> None:
    far.given["storage_class"] = "ICE"
    done = deposit(far, single("letters", "tar", 1000), tmp_path / "journal")
    assert isinstance(done.error, DepositRefused)
    assert not far.listed()


def test_names_that_no_list_could_tell_are_changed_and_said(far: FarBucket, tmp_path: Path) -> None:
    odd = {"data/a\nb=c": b"1", "data/\udcff.txt": b"2", "data/a b+c%20&?#é/ü": b"3", "data/=41": b"4"}
    what = of_files("letters", odd)
    with closing(far.open()) as target:
        problems = target.plan(what)
    assert [(problem.code, problem.path) for problem in problems] == [
        ("s3-name-changed", "data/a\nb=c"),
        ("s3-name-changed", "data/\udcff.txt"),
    ]
    assert deposit(far, what, tmp_path / "journal").stage is Stage.VERIFIED
    assert sorted(far.listed()) == [
        "letters.deposit.json",
        "letters/data/=41",
        "letters/data/=FF.txt",
        "letters/data/a b+c%20&?#é/ü",
        "letters/data/a=0Ab=3Dc",
    ]


def test_names_that_would_meet_or_are_too_long_stop_it(far: FarBucket) -> None:
    what = of_files("letters", {"data/a\nb": b"1", "data/a=0Ab": b"2", "data/" + "x" * 1020: b"3"})
    with closing(far.open()) as target:
        found = {problem.code for problem in target.plan(what) if problem.severity == "error"}
    assert found == {"s3-names-meet", "s3-name-too-long"}


def test_what_is_missing_altered_or_new_is_named(far: FarBucket, tmp_path: Path) -> None:
    what = consignment("bag", "letters")
    assert deposit(far, what, tmp_path / "journal").error is None
    far.client.delete_object(Bucket=far.name, Key="deposits/letters/bagit.txt")
    far.client.put_object(Bucket=far.name, Key="deposits/letters/data/empty.txt", Body=b"not empty")
    far.client.put_object(Bucket=far.name, Key="deposits/letters/data/new.txt", Body=b"new")
    far.damage("letters")
    with closing(far.open()) as target:
        found = target.verify(what, MemoryLog(), Silent())
    assert {(problem.code, problem.path) for problem in found.problems} == {
        ("deposit-file-missing", "bagit.txt"),
        ("deposit-file-altered", "data/empty.txt"),
        ("deposit-file-altered", "data/letter.txt"),
        ("deposit-file-unexpected", "data/new.txt"),
    }


def test_half_a_folder_says_of_itself_that_it_is_not_whole(far: FarBucket, tmp_path: Path) -> None:
    what = consignment("bag", "letters")
    assert deposit(far, what, tmp_path / "journal").error is None
    told = json.loads(far.read("deposits/letters.deposit.json"))
    assert (told["key"], told["files"], told["octets"]) == (what.key, what.files, what.octets)
    far.client.delete_object(Bucket=far.name, Key="deposits/letters.deposit.json")
    with closing(far.open()) as target:
        seen = target.look(what, {})
    assert (seen.stage, seen.received) == (Stage.SENDING, what.octets)


def test_nothing_of_amazons_tools_is_read(far: FarBucket, tmp_path: Path) -> None:
    """No profile, no variable, no proxy: only what the target's table and its credentials say."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[default]\nregion = nowhere-1\nca_bundle = /nowhere\n")
    (tmp_path / ".aws/credentials").write_text("[default]\naws_access_key_id = WRONG\naws_secret_access_key = WRONG\n")
    code = (
        "import sys; from pathlib import Path; from preserve.deposit.given import Given;"
        "from preserve.deposit.targets.s3 import KIND;"
        "from preserve.ports.depositing import Secret;"
        "v = {s.key: s.default for s in KIND.settings} | {'url': sys.argv[1], 'bucket': sys.argv[2]};"
        "k = {'access_key_id': Secret(sys.argv[3]), 'secret_access_key': Secret(sys.argv[4])};"
        "print(KIND.open(Given('far', v, Path(), Path(), k)).check())"
    )
    misleading = {
        "HOME": str(tmp_path),
        "AWS_PROFILE": "nobody",
        "AWS_ACCESS_KEY_ID": "WRONG",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_CA_BUNDLE": "/nowhere",
        "http_proxy": "http://127.0.0.1:1",
    }
    words = [sys.executable, "-c", code, far.cluster.url, far.name, ACCESS_KEY, SECRET_KEY]
    done = subprocess.run(words, env=misleading, capture_output=True, text=True, check=False)
    assert far.name in done.stdout, done.stderr

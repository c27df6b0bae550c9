"""Whatever stands where an S3 server should: it is bounded, harms nobody, and is told in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from preserve.config.settings import Value
from preserve.deposit.given import Given
from preserve.deposit.targets.s3 import KIND
from preserve.deposit.targets.s3.target import S3
from preserve.errors import AccessRefused, ConfigError, DepositRefused, NoRoom, PreserveError, TargetUnreachable
from preserve.model.deposits import Stage
from preserve.ports import Silent
from preserve.ports.depositing import Secret
from preserve.testing.consignments import of_files, single
from preserve.testing.logs import MemoryLog
from tests.deposit.servers.scripted import Asked, Reply, serving

SECRET = "a-secret-that-nobody-may-see"  # noqa: S105  of nothing
XML = '<?xml version="1.0" encoding="UTF-8"?>'
TAR = single("letters", "tar", 100)
BAG = of_files("letters", {"data/a.txt": b"a"})


def opened(url: str, **given: Value) -> S3:
    values: dict[str, Value] = {setting.key: setting.default for setting in KIND.settings}
    values |= {"url": url, "bucket": "deposits", "timeout": 5, **given}
    secrets = {"access_key_id": Secret("someone"), "secret_access_key": Secret(SECRET)}
    target = KIND.open(Given("far", values, Path(), Path(), secrets))
    assert isinstance(target, S3)
    target.bucket.line.sleep = lambda _: None
    return target


def refusal(reply: Reply, call: Callable[[S3], object]) -> PreserveError:
    with serving(lambda _: reply) as served, closing(opened(served.url)) as target:
        with pytest.raises(PreserveError) as caught:
            call(target)
        assert len(served.asked) < 10
    said = f"{caught.value.message} {caught.value.hint}"
    assert SECRET not in said
    assert said.isprintable()
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        XML + "<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'>]><ListBucketResult><Name>&b;</Name></ListBucketResult>",
        "<html>Please log in<br></html>",
        "not XML at all",
        XML + "<ListBucketResult>" + "<a>" * 1000,
        XML + f"<ListBucketResult><Name>{'x' * (17 << 20)}</Name></ListBucketResult>",
    ],
    ids=["entities", "page", "text", "deep", "endless"],
)
def test_an_answer_that_is_not_plain_xml_is_no_answer(body: str) -> None:
    app = Reply(200, body.encode())
    with serving(lambda asked: Reply(404) if asked.method == "HEAD" else app) as served:
        with closing(opened(served.url)) as target, pytest.raises(TargetUnreachable):
            target.look(BAG, {})
        assert len(served.asked) < 10


@pytest.mark.parametrize(
    "entry",
    [
        "<Contents><Size>1</Size></Contents>",
        "<Contents><Key>letters/a</Key></Contents>",
        "<Contents><Key>letters/a</Key><Size>many</Size></Contents>",
        f"<Contents><Key>letters/a</Key><Size>{'9' * 5000}</Size></Contents>",
        "<Contents><Key>letters/a</Key><Size>1</Size><LastModified>soon</LastModified></Contents>",
        "<IsTruncated>perhaps</IsTruncated>",
    ],
)
def test_a_list_that_lacks_what_lists_have_is_no_crash(entry: str) -> None:
    body = f"{XML}<ListBucketResult>{entry}</ListBucketResult>".encode()

    def app(asked: Asked) -> Reply:
        return Reply(404) if asked.method == "HEAD" else Reply(200, body)

    with serving(app) as served, closing(opened(served.url)) as target, suppress(TargetUnreachable):
        target.look(BAG, {})


@pytest.mark.parametrize(
    "part",
    [
        "<Part><Size>1</Size></Part>",
        "<Part><PartNumber>x</PartNumber><Size>1</Size><ETag>a</ETag></Part>",
        "<Part><PartNumber>-1</PartNumber><Size>-1</Size><ETag>a</ETag></Part><IsTruncated>true</IsTruncated>",
        "<IsTruncated>true</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker>",
    ],
)
def test_parts_that_cannot_be_are_no_crash(part: str) -> None:
    body = f"{XML}<ListPartsResult>{part}</ListPartsResult>".encode()

    def app(asked: Asked) -> Reply:
        return Reply(404) if asked.method == "HEAD" else Reply(200, body)

    handle = {"object": "letters.tar", "upload": "x", "part_size": "5000000"}
    with serving(app) as served, closing(opened(served.url)) as target, suppress(TargetUnreachable):
        target.look(TAR, handle)


def test_a_list_that_goes_round_in_circles_ends() -> None:
    def app(asked: Asked) -> Reply:
        if asked.method == "HEAD":
            return Reply(404)
        entry = "<Contents><Key>letters/a</Key><Size>1</Size></Contents>"
        more = "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
        return Reply(200, f"{XML}<ListBucketResult>{entry}{more}</ListBucketResult>".encode())

    with serving(app) as served, closing(opened(served.url)) as target:
        with pytest.raises(TargetUnreachable, match="come to the end"):
            target.look(BAG, {})
        assert len(served.asked) < 10


def test_a_list_of_other_peoples_objects_is_not_believed() -> None:
    entry = "<Contents><Key>../../etc/passwd</Key><Size>1</Size></Contents>"
    body = f"{XML}<ListBucketResult>{entry}</ListBucketResult>".encode()

    def app(asked: Asked) -> Reply:
        return Reply(404) if asked.method == "HEAD" else Reply(200, body)

    with serving(app) as served, closing(opened(served.url)) as target:
        with pytest.raises(TargetUnreachable, match="not asked for"):
            target.look(BAG, {})
        assert not served.calls("passwd")


def test_what_a_server_says_is_cleaned_and_bounded() -> None:
    body = f"{XML}<Error><Code>No&#10;Way</Code><Message>\u202e{'x' * 5000}&#27;[31m</Message></Error>"
    error = refusal(Reply(400, body.replace("&#27;", "\u009b").encode()), lambda target: target.send(BAG, MemoryLog()))
    assert isinstance(error, DepositRefused)
    assert len(error.message) < 600


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("SignatureDoesNotMatch", AccessRefused),
        ("RequestTimeTooSkewed", AccessRefused),
        ("AccessDenied", AccessRefused),
        ("QuotaExceeded", NoRoom),
        ("InsufficientStorage", NoRoom),
        ("NoSuchBucket", DepositRefused),
        ("PermanentRedirect", DepositRefused),
        ("BadDigest", TargetUnreachable),
        ("SlowDown", TargetUnreachable),
    ],
)
def test_each_refusal_has_its_name(code: str, kind: type[PreserveError]) -> None:
    body = f"{XML}<Error><Code>{code}</Code><Message>{SECRET[:5]}</Message></Error>".encode()

    def app(asked: Asked) -> Reply:
        return Reply(404) if asked.method == "HEAD" else Reply(403, body)

    with serving(app) as served, closing(opened(served.url)) as target, pytest.raises(PreserveError) as caught:
        target.send(TAR, MemoryLog())
    assert type(caught.value) is kind


def test_a_redirect_is_not_followed() -> None:
    with serving(lambda _: Reply(200)) as elsewhere:
        moved = Reply(307, b"", {"Location": f"{elsewhere.url}/deposits/letters.tar"})
        error = refusal(moved, lambda target: target.send(TAR, MemoryLog()))
        assert isinstance(error, DepositRefused)
        assert not elsewhere.asked


def test_a_server_that_is_busy_is_asked_again_a_few_times_and_no_more() -> None:
    with serving(lambda _: Reply(503, b"", {"Retry-After": "1"})) as served, closing(opened(served.url)) as target:
        with pytest.raises(TargetUnreachable, match="too busy"):
            target.look(TAR, {})
        assert len(served.asked) == 4


def test_what_may_have_happened_is_not_done_again() -> None:
    def app(asked: Asked) -> Reply:
        return Reply(404) if asked.method == "HEAD" else Reply(500)

    with serving(app) as served, closing(opened(served.url)) as target:
        with pytest.raises(TargetUnreachable):
            target.send(TAR, MemoryLog())
        assert len(served.calls("^PUT ")) == 1


def test_an_object_that_never_ends_is_not_read_to_its_end() -> None:
    with serving(lambda _: Reply(200, b"x" * (8 << 20), {"ETag": '"x"'})) as served, closing(opened(served.url)) as far:
        found = far.verify(TAR, MemoryLog(), Silent())
    [problem] = found.problems
    assert "more than 100 octets" in problem.message


def test_a_server_that_knows_no_conditions_is_looked_at_before() -> None:
    kept: dict[str, Asked] = {}

    def app(asked: Asked) -> Reply:
        if "If-None-Match" in asked.headers:
            return Reply(501, f"{XML}<Error><Code>NotImplemented</Code></Error>".encode())
        if asked.method == "PUT":
            kept[asked.path] = asked
            return Reply(200, b"", {"ETag": '"x"'})
        if asked.path not in kept:
            return Reply(404)
        there = kept[asked.path]
        said = {name: value for name, value in there.headers.items() if name.lower().startswith("x-amz-meta-")}
        return Reply(200, b"", {"ETag": '"x"', "Content-Length": str(len(there.body)), **said})

    with serving(app) as served, closing(opened(served.url)) as target:
        assert target.send(TAR, MemoryLog()).stage is Stage.STORED
        lines = [asked.method for asked in served.asked]
        assert lines == ["HEAD", "PUT", "HEAD", "PUT", "HEAD"]


def test_what_does_not_go_together_is_told_before_anything_is_sent() -> None:
    with pytest.raises(ConfigError, match="without retention"):
        opened("", object_lock="governance")
    with pytest.raises(ConfigError, match="ca_file"):
        opened("", ca_file="nowhere.pem")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("bucket", "a/b"),
        ("bucket", ""),
        ("url", "https://user:password@s3.example.org"),
        ("url", "https://s3.example.org/bucket"),
        ("prefix", "/deposits"),
        ("prefix", "a/../b"),
        ("part_size", "1MiB"),
        ("part_size", "a lot"),
        ("at_once", 0),
        ("path_style", "perhaps"),
        ("object_lock", "strong"),
        ("retention", "soon"),
    ],
)
def test_settings_that_are_wrong_are_told(key: str, value: Value) -> None:
    [setting] = [each for each in KIND.settings if each.key == key]
    assert setting.check(value)


def test_the_defaults_are_right() -> None:
    for setting in KIND.settings:
        assert setting.key in KIND.required or not setting.check(setting.default), setting.key

"""Time stamps by a real authority (openssl), asked over HTTP and judged offline."""

import shutil
from pathlib import Path

import pytest

from preserve.history.checkpoints import timestamps
from preserve.history.checkpoints.der import sorted_certificates
from preserve.history.checkpoints.timestamps import Question
from tests.checkpoints import authority
from tests.checkpoints.authority import Answer, serving
from tests.checkpoints.signed import Signed

REPLY = "application/timestamp-reply"

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, the authority of this test, is missing"
)


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an authority."""
    return authority.found(tmp_path_factory.mktemp("tsa") / "tsa")


def stamp(signed: Signed, tsa: Path, name: str = "example.org/archive") -> Path:
    """Make a checkpoint, in this name, that the authority stamps."""

    def answer(query: bytes) -> Answer:
        return 200, REPLY, authority.stamped(tsa, query)

    with serving(answer) as url:
        settings = ["-c", f"checkpoint.timestamp_url={url}", "-c", f"checkpoint.name={name}"]
        said = signed.run(*settings, "checkpoint", "--json")
    assert said.status == 0
    assert said.only["timestamp"].endswith("Z")
    return Path(said.only["path"])


def judged(signed: Signed, path: Path, ca: Path) -> tuple[int, list[str], str]:
    said = signed.run("checkpoint", "verify", path, "--key", signed.key, "--timestamp-ca", ca, "--json")
    return said.status, [each["code"] for each in said.only["problems"]], said.only["authority"]


def test_a_stamp_lies_beside_the_checkpoint_and_is_judged_offline(signed: Signed, tsa: Path) -> None:
    path = stamp(signed, tsa)
    assert judged(signed, path, tsa / "ca.pem") == (0, [], "CN=Authority")
    said = signed.run("checkpoint", "verify", path, "--key", signed.key, "--json").only
    assert (said["good"], said["timestamp"]) == (True, "")
    assert [each["code"] for each in said["problems"]] == ["timestamp-not-judged"]
    done = authority.openssl(
        tsa, "ts", "-verify", "-data", str(path), "-in", str(path.with_suffix(".tsr")), "-CAfile", "ca.pem"
    )
    assert b"Verification: OK" in done.stdout


def test_a_stamp_survives_the_mail_as_its_checkpoint_does(signed: Signed, tsa: Path) -> None:
    path = stamp(signed, tsa)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert judged(signed, path, tsa / "ca.pem") == (0, ["checkpoint-mended"], "CN=Authority")


def test_stamps_that_do_not_hold_are_told(signed: Signed, tsa: Path, tmp_path: Path) -> None:
    path, other = stamp(signed, tsa), stamp(signed, tsa, "example.org/other")
    tsr, ca = path.with_suffix(".tsr"), tsa / "ca.pem"
    good = tsr.read_bytes()
    another_ca = authority.found(tmp_path / "another") / "ca.pem"
    assert judged(signed, path, another_ca)[:2] == (3, ["timestamp-wrong"])
    assert judged(signed, path, signed.checkpoint)[:2] == (3, ["timestamp-wrong"])
    for wrong in (
        b"",
        b"\0" * 100,
        b"\x30\x84\xff\xff\xff\xff",
        good[:-20],
        good * 200,
        other.with_suffix(".tsr").read_bytes(),
    ):
        tsr.write_bytes(wrong)
        assert judged(signed, path, ca)[:2] == (3, ["timestamp-wrong"]), wrong[:20]
    tsr.unlink()
    assert judged(signed, path, ca)[:2] == (3, ["timestamp-missing"])
    assert signed.run("checkpoint", "verify", path, "--timestamp-ca", tmp_path / "nothing").status == 23


def test_no_altered_octet_of_a_stamp_gives_another_time(signed: Signed, tsa: Path) -> None:
    path = stamp(signed, tsa)
    data, answer, ca = path.read_bytes(), path.with_suffix(".tsr").read_bytes(), (tsa / "ca.pem").read_bytes()
    good = timestamps.verify(answer, data, ca)
    for place in range(0, len(answer), 29):
        try:
            found = timestamps.verify(answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :], data, ca)
        except ValueError:
            continue
        assert found == good, "an octet that no signature covers, such as the copy of the root"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _: (500, "text/plain", b"no"), "status 500"),
        (lambda _: (302, REPLY, b""), "status 302"),
        (lambda _: (200, "text/html", b"<p>Hello"), "text/html"),
        (lambda _: (200, REPLY, b"nonsense"), "no time stamp"),
        (lambda _: (200, REPLY, b"0" * 10_000_000), "larger"),
        (lambda query: (200, REPLY, query), "no time stamp"),
    ],
)
def test_without_a_stamp_the_checkpoint_stands_and_that_is_told(signed: Signed, answer: object, why: str) -> None:
    assert callable(answer)
    with serving(answer) as url:
        said = signed.run("-c", f"checkpoint.timestamp_url={url}", "checkpoint", "--json")
    assert said.status == 3
    (problem,) = said.only["problems"]
    assert problem["code"] == "timestamp-not-got"
    assert why in problem["message"]
    assert signed.run("checkpoint", "verify", said.only["path"], "--key", signed.key).status == 0


def test_the_answer_to_another_question_is_none(signed: Signed, tsa: Path) -> None:
    old = Question.about(b"something else").octets
    with serving(lambda _: (200, REPLY, authority.stamped(tsa, old))) as url:
        said = signed.run("-c", f"checkpoint.timestamp_url={url}", "checkpoint", "--json")
    assert "another question" in said.only["problems"][0]["message"]


def test_an_authority_that_is_not_there_is_told(signed: Signed) -> None:
    with serving(lambda _: (200, REPLY, b"")) as url:
        pass
    said = signed.run("-c", f"checkpoint.timestamp_url={url}", "checkpoint", "--json")
    assert said.status == 3
    assert "cannot be reached: connection refused" in said.only["problems"][0]["message"].lower()
    assert signed.run("-c", "checkpoint.timestamp_url=file:///etc/passwd", "checkpoint").status == 12


@pytest.mark.parametrize("octets", [b"", b"0", b"\x30\x80\x00\x00", b"\x30\x03\x02\x01\x00", bytes(range(256))])
def test_octets_that_are_no_answer_are_left_as_they_are(octets: bytes) -> None:
    assert sorted_certificates(octets) == octets

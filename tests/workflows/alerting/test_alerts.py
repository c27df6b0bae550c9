"""A person hears of what needs one: at once, once, in plain words, and whatever the mail server does."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from preserve.config import load
from preserve.errors import ConfigError
from preserve.model import Problem, Severity
from preserve.model.audits import Audited, AuditRun, Failure, Kind, Verdict
from preserve.storage.resources import schema
from preserve.workflows.alerting import alerts as told_by
from preserve.workflows.alerting import mail, rules
from preserve.workflows.alerting.alerts import Alerts
from preserve.workflows.reporting.promise import Breach, Promise, Reason
from tests.workflows.alerting.servers import Letters, Posts, certificate, dripping, http, smtp

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # on purpose, of the server
NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
HOLDS = Promise(40, 40, 0, "90d", "14d")
PASSWORD = "open sesame"  # noqa: S105  it opens the server of these tests
ID = "0c50856c-9d5d-4f4d-8a0e-3ac7e27fd8f9"


class Fixed:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


def run(**changes: Any) -> AuditRun:
    """A run in which all went well, but for *changes*."""
    values: dict[str, Any] = {"chosen": "due", "packages": 40, "files": 400, "bytes": 12_000_000, "good": 40}
    return AuditRun(NOW, NOW, **(values | changes))


def bad(name: str = "letters-0c50856c", path: str = "data/a.txt") -> Audited:
    failure = Failure(path, Kind.ALTERED, "sha256", "00", "ff")
    return Audited(ID, name, "", Verdict.FAIL, 1, 5, 0.1, (failure,))


def alerts(home: Path, password: str = "", **settings: str) -> Alerts:
    """The alerts of an archive with these *settings* under [alerts]."""
    flags = {f"alerts.{key}": value for key, value in settings.items()}
    config = load(home, environment={}, flags=flags | {"archive.name": "Harbour archive"})
    return Alerts.of(config, password=password, clock=Fixed())


@pytest.fixture
def letters() -> Iterator[Letters]:
    """A mail server without TLS or users."""
    with smtp(Letters()) as server:
        yield server


@pytest.fixture
def posts() -> Iterator[Posts]:
    with http(Posts()) as server:
        yield server


def by_mail(home: Path, letters: Letters, password: str = "", **settings: str) -> Alerts:
    given = {"email_to": "keeper@example.org", "smtp": f"127.0.0.1:{letters.port}"}
    return alerts(home, password, **(given | settings))


def waiting(home: Path) -> list[Path]:
    folder = home / ".preserve" / "alerts"
    return sorted(folder.iterdir()) if folder.exists() else []


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


# --- when ---------------------------------------------------------------------------------------------------


def test_a_run_in_which_all_is_well_gives_one_mail_that_says_so(home: Path, letters: Letters) -> None:
    assert by_mail(home, letters).finished(run(), HOLDS) == ()
    (letter,) = letters.letters
    assert letter["Subject"] == "[Harbour archive] All well: 40 packages checked, the promise holds"
    assert letter["To"] == letter["From"] == "keeper@example.org"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Sun, 22 Nov 2026 03:04:05 +0000"
    assert "40 packages, 400 files, 12.0 MB" in letter.get_content()


def test_a_thousand_failures_are_one_mail_at_once_and_one_at_the_end(home: Path, letters: Letters) -> None:
    told = by_mail(home, letters)
    told.failed(bad("first"))
    assert [letter["Subject"] for letter in letters.letters] == ["[Harbour archive] A package FAILED its check: first"]
    for number in range(999):
        told.failed(bad(f"package-{number}"))
    assert len(letters.letters) == 1
    broken = Promise(2000, 2000, 1000, "90d", "14d", (Breach(ID, "first", "", Reason.FAILED, NOW),))
    assert told.finished(run(packages=2000, good=1000, failed=1000), broken) == ()
    _, summary = letters.letters
    assert summary["Subject"] == (
        "[Harbour archive] 1,000 packages FAILED, the promise is BROKEN (2,000 packages checked)"
    )
    text = summary.get_content()
    assert "altered: data/a.txt" in text
    assert "… and 980 more." in text
    assert len(text) < 10_000


def test_storage_that_is_not_there_is_one_mail_however_often_it_is_asked_for(home: Path, letters: Letters) -> None:
    told = by_mail(home, letters)
    gone = Problem("store-unreachable", Severity.ERROR, "", "The disk is not mounted.", "", "Mount it.")
    for _ in range(1000):
        told.unreachable("vault", gone)
    told.unreachable("tower", gone)
    assert [letter["Subject"] for letter in letters.letters] == [
        "[Harbour archive] Storage cannot be reached: vault",
        "[Harbour archive] Storage cannot be reached: tower",
    ]
    assert "The disk is not mounted." in letters.letters[0].get_content()
    assert "neither as good nor as damaged" in letters.letters[0].get_content()


def test_summaries_of_good_runs_can_be_left_out(home: Path, letters: Letters) -> None:
    assert by_mail(home, letters, summary="problems").finished(run(), HOLDS) == ()
    assert letters.letters == []
    broken = Promise(40, 40, 1, "90d", "14d")
    for needs_a_person in (run(failed=1), run(unreachable=1), run(stopped="interrupted"), run()):
        promise = HOLDS if needs_a_person != run() else broken
        assert by_mail(home, letters, summary="problems").finished(needs_a_person, promise) == ()
    assert len(letters.letters) == 4


def test_nobody_is_told_where_nobody_is_named(home: Path) -> None:
    told = alerts(home)
    told.failed(bad())
    assert told.finished(run(failed=1), HOLDS) == ()
    assert not (home / ".preserve").exists()


# --- what -----------------------------------------------------------------------------------------------------


def test_a_hostile_name_begins_no_header_and_no_line(home: Path, letters: Letters) -> None:
    told = by_mail(home, letters)
    told.failed(bad("evil\r\nBcc: spy@example.net\r\n\r\nHello", "data/a\nGood: 1,000\udcff\u202etxt"))
    (letter,) = letters.letters
    assert letter["Bcc"] is None
    assert letters.receivers == [["keeper@example.org"]]
    assert not any(line.startswith(("Bcc", "Hello", "Good:")) for line in letter.get_content().splitlines())
    assert "evil\\x0d\\x0aBcc" in str(letter["Subject"])
    assert "data/a\\x0aGood: 1,000\\xff\\u202etxt" in letter.get_content()


def test_names_in_all_scripts_arrive(home: Path, letters: Letters) -> None:
    by_mail(home, letters, email_to="Hüterin 東 <keeper@example.org>").failed(bad("سوق-الورّاقين-0c50856c"))
    (letter,) = letters.letters
    assert letter["Subject"] == "[Harbour archive] A package FAILED its check: سوق-الورّاقين-0c50856c"
    assert letter["To"].addresses[0].display_name == "Hüterin 東"
    assert "سوق-الورّاقين" in letter.get_content()
    assert all(len(line) <= 998 for line in letters.raw[0].splitlines()), "RFC 5322 §2.1.1"
    assert letters.raw[0].isascii(), "no server has to know more"


def test_several_receivers_get_one_letter_and_one_who_does_not_exist_holds_up_nobody(
    home: Path, letters: Letters
) -> None:
    letters.refuse = ("gone@example.org",)
    told = by_mail(home, letters, email_from="archive@example.org")
    config = load(home, environment={}, flags={"alerts.smtp": f"127.0.0.1:{letters.port}"})
    values = dict(config.values) | {"alerts.email_to": ("keeper@example.org", "gone@example.org")}
    told = Alerts.of(type(config)(config.home, values, config.origins), clock=Fixed())
    (problem,) = told.finished(run(), HOLDS)
    assert letters.receivers == [["keeper@example.org"]]
    assert problem.message == "Not everybody could be told by mail: the server takes no mail for gone@example.org."
    assert waiting(home) == []


# --- and if it cannot be sent ---------------------------------------------------------------------------------


def test_what_cannot_be_sent_is_told_kept_and_sent_by_the_next_run(home: Path, letters: Letters) -> None:
    told = by_mail(home, letters, smtp=f"127.0.0.1:{unused_port()}")
    told.failed(bad())
    (problem,) = told.finished(run(failed=1), HOLDS)
    assert problem.code == rules.NOT_SENT.code
    assert problem.message.startswith("2 messages could not be sent by mail to 127.0.0.1:")
    assert problem.message.endswith(": connection refused. They wait for the next run.")
    assert [stat.S_IMODE(path.stat().st_mode) for path in waiting(home)] == [0o600, 0o600]
    assert by_mail(home, letters).finished(run(), HOLDS) == ()
    assert [str(letter["Subject"])[18:] for letter in letters.letters] == [
        "A package FAILED its check: letters-0c50856c",
        "1 package FAILED (40 packages checked)",
        "All well: 40 packages checked, the promise holds",
    ]
    assert waiting(home) == []


@pytest.mark.parametrize("says", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", None])
def test_a_server_that_hangs_up_speaks_otherwise_or_not_at_all_stops_nothing(
    home: Path, says: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        caller: list[socket.socket] = []

        def answer() -> None:
            caller.append(server.accept()[0])
            if says is not None:
                caller[0].sendall(says)
                caller[0].close()

        thread = threading.Thread(target=answer)
        thread.start()
        (problem,) = by_mail(home, Letters(port=server.getsockname()[1])).finished(run(), HOLDS)
        thread.join()
        caller[0].close()
    assert problem.message.startswith("1 message could not be sent by mail to 127.0.0.1:")
    assert len(waiting(home)) == 1


@pytest.mark.parametrize(
    ("setting", "value", "first", "drop"),
    [
        ("email_to", "keeper@example.org", b"", b"220-x\r\n"),
        ("email_to", "keeper@example.org", b"220 ", b"x"),
        ("webhook", "http://127.0.0.1:{}/", b"HTTP/1.1 200 OK\r\nX-Drops: ", b"x"),
    ],
)
def test_a_server_that_never_comes_to_an_end_is_given_up(
    home: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, first: bytes, drop: bytes
) -> None:
    monkeypatch.setattr(told_by, "DEADLINE", 0.3)
    with dripping(first, drop) as port:
        told = alerts(home, smtp=f"127.0.0.1:{port}", **{setting: value.format(port)})
        (problem,) = told.finished(run(), HOLDS)
    assert "the server had not taken it after 0.3 seconds. It waits for the next run." in problem.message
    assert len(waiting(home)) == 1


def test_a_file_among_those_that_wait_which_is_none_of_ours_harms_nobody(home: Path, letters: Letters) -> None:
    folder = home / ".preserve" / "alerts"
    folder.mkdir(parents=True)
    (folder / "20261122T000000Z-mail-x.json").write_text("{")
    (folder / "20261122T000000Z-mail-y.json").write_text('{"channel": "mail", "message": {"kind": 1}}')
    (folder / "20261122T000000Z-mail-z.json").symlink_to("/etc/passwd")
    assert by_mail(home, letters).finished(run(), HOLDS) == ()
    assert len(letters.letters) == 1


def test_what_can_neither_be_sent_nor_kept_is_told(home: Path, letters: Letters) -> None:
    (home / ".preserve").write_text("in the way")
    told = by_mail(home, letters, smtp=f"127.0.0.1:{unused_port()}")
    codes = {problem.code for problem in told.finished(run(), HOLDS)}
    assert codes == {rules.NOT_SENT.code, rules.NOT_KEPT.code}


# --- passwords and encryption -----------------------------------------------------------------------------------


def test_a_password_is_given_within_this_machine(home: Path) -> None:
    with smtp(Letters(), users=True) as letters:
        told = by_mail(home, letters, PASSWORD, smtp_user="archive")
        assert told.finished(run(), HOLDS) == ()
    assert letters.users == ["archive"]


def test_a_password_goes_nowhere_else_unprotected(home: Path) -> None:
    elsewhere = "127.0.0.2"  # an address that is none of the names of this machine
    with smtp(Letters(), users=True, host=elsewhere) as letters:
        for starttls in ("auto", "never"):
            told = by_mail(
                home, letters, PASSWORD, smtp_user="archive", starttls=starttls, smtp=f"{elsewhere}:{letters.port}"
            )
            (problem,) = told.finished(run(), HOLDS)
            assert "unprotected" in problem.message
    assert (letters.users, letters.letters) == ([], [])


def test_encryption_that_is_offered_elsewhere_is_used_by_itself(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with smtp(Letters(), tls=context, users=True, host="127.0.0.2") as letters:
        told = by_mail(home, letters, PASSWORD, smtp_user="archive", smtp=f"127.0.0.2:{letters.port}")
        assert told.finished(run(), HOLDS) == ()
    assert letters.encrypted == [True]


def test_a_wrong_password_is_told_and_never_shown(home: Path) -> None:
    with smtp(Letters(), users=True) as letters:
        told = by_mail(home, letters, "hunter2", smtp_user="archive")
        (problem,) = told.finished(run(), HOLDS)
    assert "the server answered 535" in problem.message
    assert "hunter2" not in problem.message + "".join(path.read_text() for path in waiting(home))


def test_the_password_comes_from_a_file_that_nobody_else_may_read(home: Path) -> None:
    secret = home / "mail.password"
    secret.write_text("open sesame\n")
    with smtp(Letters(), users=True) as letters:
        settings = {"smtp_user": "archive", "smtp_password_file": "mail.password"}
        secret.chmod(0o644)
        problems = by_mail(home, letters, **settings).finished(run(), HOLDS)
        assert [problem.code for problem in problems] == [rules.PASSWORD.code, rules.NOT_SENT.code]
        assert "others may read it" in problems[0].message
        secret.chmod(0o600)
        assert by_mail(home, letters, **settings).finished(run(), HOLDS) == ()
        assert letters.users == ["archive", "archive"]


@pytest.mark.parametrize("implicit", [False, True])
def test_tls_is_verified(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, implicit: bool) -> None:
    context, trusted = certificate(tmp_path)
    with smtp(Letters(), tls=context, implicit=implicit) as letters:
        told = by_mail(home, letters, starttls="implicit" if implicit else "always")
        (problem,) = told.finished(run(), HOLDS)
        assert "no safe connection" in problem.message, "nobody vouches for this certificate"
        assert letters.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert by_mail(home, letters, starttls="implicit" if implicit else "always").finished(run(), HOLDS) == ()
        assert letters.encrypted == [True, True]


def test_a_certificate_for_another_server_is_none(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path, "mail.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with smtp(Letters(), tls=context) as letters:
        (problem,) = by_mail(home, letters, starttls="always").finished(run(), HOLDS)
    assert "no safe connection" in problem.message
    assert letters.letters == []


def test_who_asks_for_encryption_gets_no_letter_without(home: Path, letters: Letters) -> None:
    (problem,) = by_mail(home, letters, starttls="always").finished(run(), HOLDS)
    assert "cannot do what is needed" in problem.message
    assert letters.letters == []


# --- webhook ------------------------------------------------------------------------------------------------------


def test_a_webhook_is_posted_the_same_as_json(home: Path, posts: Posts) -> None:
    told = alerts(home, webhook=posts.url)
    told.failed(bad("a\nb"))
    told.unreachable("vault", Problem("x", Severity.ERROR, "", "Gone."))
    assert told.finished(run(failed=1), HOLDS) == ()
    shape = json.loads(schema("alert.schema.json"))
    for body in posts.bodies:
        jsonschema.Draft202012Validator(shape).validate(body)
    assert [body["kind"] for body in posts.bodies] == ["failed", "unreachable", "finished"]
    assert posts.bodies[0]["failures"][0]["files"] == [{"path": "data/a.txt", "class": "altered"}]
    assert posts.bodies[2]["run"]["failed"] == 1
    assert posts.bodies[2]["promise"] == {"holds": True, "broken": 0}


def test_a_webhook_that_points_elsewhere_is_not_followed(home: Path, posts: Posts) -> None:
    with http(Posts()) as elsewhere:
        posts.status, posts.location = 307, elsewhere.url
        (problem,) = alerts(home, webhook=posts.url).finished(run(), HOLDS)
    assert elsewhere.bodies == []
    assert "307 and points elsewhere" in problem.message
    assert "secret-token" not in problem.message, "whoever knows the URL can write there"


def test_one_channel_that_is_down_does_not_silence_the_other(home: Path, letters: Letters, posts: Posts) -> None:
    posts.status = 500
    (problem,) = by_mail(home, letters, webhook=posts.url).finished(run(), HOLDS)
    assert "by webhook" in problem.message
    assert len(letters.letters) == 1
    posts.status = 200
    assert by_mail(home, letters, webhook=posts.url).finished(run(), HOLDS) == ()
    first, again, new = (body["id"] for body in posts.bodies)
    assert first == again != new


# --- settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("email_to", "nobody"),
        ("email_to", "a@b.org\r\nBcc: c@d.org"),
        ("email_from", "a@b.org, c@d.org"),
        ("smtp", "mail.example.org:99999"),
        ("smtp", "http://mail.example.org"),
        ("starttls", "maybe"),
        ("webhook", "file:///etc/passwd"),
        ("webhook", "https://user:secret@example.org/"),
        ("webhook", "https://example.org/a b"),
    ],
)
def test_settings_that_cannot_work_are_refused(home: Path, key: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"alerts.{key}"):
        alerts(home, **{key: value})


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("mail", ("mail", 25)),
        ("mail:587", ("mail", 587)),
        ("[::1]:2525", ("::1", 2525)),
        ("[2001:db8::1]", ("2001:db8::1", 25)),
        ("10.0.0.1:25", ("10.0.0.1", 25)),
    ],
)
def test_servers_are_named_by_host_and_port(server: str, expected: tuple[str, int]) -> None:
    assert mail.address(server, 25) == expected


def test_what_could_not_be_recorded_is_never_all_well(home: Path, letters: Letters) -> None:
    by_mail(home, letters).finished(run(unrecorded=2), HOLDS)
    (letter,) = letters.letters
    assert "2 results could NOT BE RECORDED" in letter["Subject"]
    assert "Could not be recorded: 2." in letter.get_content()

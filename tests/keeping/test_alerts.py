"""An audit tells a person by mail what it found, and the archive remembers what could not be sent."""

from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.workflows.alerting.servers import Letters, smtp


@pytest.fixture
def packages(archive: Archive) -> list[Path]:
    for name in ("one", "two", "three"):
        (archive.incoming / f"{name}.txt").write_text(f"This is {name}.\n")
    archive.ingest()
    return archive.sealed()


def configure(archive: Archive, port: int) -> None:
    (archive.home / "preserve.toml").write_text(
        f'[archive]\nname = "Harbour archive"\n[alerts]\nemail_to = "keeper@example.org"\nsmtp = "127.0.0.1:{port}"\n'
    )


def test_an_audit_mails_the_first_failure_at_once_and_one_summary(archive: Archive, packages: list[Path]) -> None:
    for package in packages[:2]:
        (package / "data" / next((package / "data").iterdir()).name).write_text("Changed.\n")
    with smtp(Letters()) as letters:
        configure(archive, letters.port)
        assert archive.run("audit", "--all").status == 3
    first, summary = letters.letters
    assert str(first["Subject"]).startswith("[Harbour archive] A package FAILED its check: ")
    assert summary["Subject"] == ("[Harbour archive] 2 packages FAILED, the promise is BROKEN (3 packages checked)")
    text = summary.get_content()
    assert "The promise is broken: 2 of 3 packages were not read whole and found good" in text
    for package in packages[:2]:
        assert f"{package.name} failed its last check" in text


@pytest.mark.usefixtures("packages")
def test_a_mail_server_that_is_down_costs_the_audit_nothing_but_its_silence(archive: Archive) -> None:
    with smtp(Letters()) as letters:
        port = letters.port
    configure(archive, port)
    said = archive.run("audit", "--all")
    assert said.status == 3
    assert "1 message could not be sent by mail to 127.0.0.1" in said.out + said.err
    assert archive.run("status").status == 0, "every package was read and is good"
    with smtp(Letters()) as letters:
        configure(archive, letters.port)
        assert archive.run("audit", "--all").status == 0
    assert [str(letter["Subject"]) for letter in letters.letters] == [
        "[Harbour archive] All well: 3 packages checked, the promise holds"
    ] * 2


@pytest.mark.usefixtures("packages")
def test_a_store_that_is_not_mounted_is_one_mail(archive: Archive) -> None:
    assert archive.run("audit", "--all").status == 0  # from now on the store is known
    archive.packages.rename(archive.home / "unplugged")
    archive.packages.mkdir()
    with smtp(Letters()) as letters:
        configure(archive, letters.port)
        said = archive.run("audit")
    assert said.status == 3
    subjects = [str(letter["Subject"]) for letter in letters.letters]
    assert [subject for subject in subjects if "cannot be reached" in subject] == [
        f"[Harbour archive] Storage cannot be reached: {archive.packages}"
    ]
    assert len(subjects) == 2, "and the summary of the run"

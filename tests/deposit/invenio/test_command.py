"""The command that an archivist types, against a repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from preserve.errors import DescriptionError
from tests.acceptance.archive import Archive
from tests.deposit.invenio.repository import Repository
from tests.deposit.servers.inveniolike import TOKEN


@pytest.fixture
def archive(
    place: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Archive:
    """Two letters, of which nobody has said who wrote them."""
    monkeypatch.setenv("PRESERVE_TARGET_ZENODO_TOKEN", TOKEN)
    made = Archive(tmp_path / "home", capsys)
    made.incoming.mkdir(parents=True)
    table = f'[targets.zenodo]\ntype = "invenio"\nurl = "{place.served.url}"\nform = "zip"\nsearch_delay = 0\n'
    (made.home / "preserve.toml").write_text(table)
    for name in ("one", "two"):
        (made.incoming / f"{name}.txt").write_text(f"Letter {name}.\n")
    assert made.run("ingest", "--quiet").status == 0
    return made


def test_what_the_description_lacks_is_no_refusal_of_a_repository_that_nobody_asked(
    place: Repository, archive: Archive
) -> None:
    said = archive.run("deposit", "one", "--to", "zenodo", "--json")
    assert said.status == DescriptionError.exit_code
    [told] = [each for each in said.messages if each["message_type"] == "deposit"]
    assert (told["status"], told["error"]["code"]) == ("failed", "description")
    assert "a creator" in told["error"]["message"]
    assert "dcterms:creator" in told["error"]["hint"]
    assert "zenodo" not in archive.run("log", "one").out
    assert not list((archive.home / "packages").glob("*.deposits/*/journal.jsonl"))
    assert not place.served.calls("POST")


def test_one_that_lacks_something_keeps_no_other_from_going(place: Repository, archive: Archive) -> None:
    words = ("--set", "creator=Writer, Ada", "--set", "issued=1901", "--set", "title=Letter two", "--set", "type=Text")
    assert archive.run("describe", "two", *words, "--quiet").status == 0
    said = archive.run("deposit", "--all", "--to", "zenodo", "--json")
    told = {
        each["name"].partition("-")[0]: each["status"] for each in said.messages if each["message_type"] == "deposit"
    }
    assert told == {"one": "failed", "two": "verified"}
    assert said.status == 3
    assert len(place.invenio.whole()) == 1

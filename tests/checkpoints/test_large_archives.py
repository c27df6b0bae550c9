"""Checkpoints that list no packages, without their companion: the histories together are judged."""

import time

import pytest

from tests.checkpoints.signed import Signed, codes, forge_all, history_of, lines_of


@pytest.fixture
def unlisted(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> Signed:
    """As if three packages were too many to be listed in the text, and the companion were lost."""
    monkeypatch.setattr("preserve.workflows.checkpointing.make.MOST_LISTED", 2)
    signed.checkpoint.unlink()
    signed.companion.unlink()
    assert signed.run("checkpoint", "create", "--out", signed.checkpoint).status == 0
    assert "\npackage " not in signed.checkpoint.read_text()
    signed.companion.unlink()
    return signed


def test_without_list_and_companion_the_histories_together_are_judged(unlisted: Signed) -> None:
    said = unlisted.verify().only
    assert (said["good"], said["compared_by"], said["as_they_were"]) == (True, "histories", 3)
    assert codes(said) == ["checkpoint-companion-missing"]


def test_without_list_and_companion_growth_is_no_forgery(unlisted: Signed) -> None:
    time.sleep(1.1)  # times are told in seconds, and this way counts by them
    unlisted.run("validate", "--record", unlisted.named("ash"))
    (unlisted.incoming / "dogwood.txt").write_text("Dear dogwood,\n")
    unlisted.run("ingest")
    said = unlisted.verify().only
    assert (said["good"], said["gone_on"], said["new"]) == (True, 1, 1)


def test_without_list_and_companion_forgeries_are_found(unlisted: Signed) -> None:
    forge_all(unlisted, unlisted.named("ash"))
    (message,) = unlisted.found()["checkpoint-root-differs"]
    assert "3 histories reach back to it, and it saw 3" in message


def test_without_list_and_companion_a_clumsy_forgery_is_named(unlisted: Signed) -> None:
    first, _, *rest = lines_of(unlisted.named("birch"))
    history_of(unlisted.named("birch")).write_bytes(b"".join([first, *rest]))
    found = unlisted.found()
    assert "2 histories" in found.pop("checkpoint-root-differs")[0]
    assert any("birch" in message for messages in found.values() for message in messages)

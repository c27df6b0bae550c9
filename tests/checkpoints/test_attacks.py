"""Who changes what stood before a checkpoint is found by the copy kept off-site, and what was done is named."""

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from preserve.storage import locks
from tests.checkpoints.signed import (
    Signed,
    forge_all,
    history_of,
    lines_of,
    rechain,
    recompanion,
    repin,
    rewrite_manifests,
)


@pytest.fixture
def archive(signed: Signed) -> Signed:
    """The archive that is attacked."""
    return signed


@pytest.fixture(params=["companion", "list"])
def sight(request: pytest.FixtureRequest, archive: Signed) -> str:
    """What the verifier has: the companion beside the small text, or the text alone."""
    if request.param == "list":
        archive.companion.unlink()
    return str(request.param)


@pytest.fixture
def ash(archive: Signed) -> Path:
    return archive.named("ash")


def test_an_archive_that_nobody_touched_is_as_it_was(archive: Signed) -> None:
    said = archive.verify()
    assert said.status == 0
    found = said.only
    assert (found["good"], found["packages"], found["as_they_were"]) == (True, 3, 3)
    assert found["problems"] == []
    assert found["compared_by"] == "companion"
    assert found["signers"] == [{"key": archive.key, "through": archive.key}]


def test_who_rewrites_payload_manifests_history_and_catalogue_is_found(archive: Signed, ash: Path, sight: str) -> None:
    forge_all(archive, ash)
    assert archive.run("validate", "--json", ash).only["valid"], "within the archive nothing tells"
    assert archive.run("status", "--json").only["problems"] == []
    found = archive.found()
    (message,) = found.pop("checkpoint-history-rewritten")
    assert "ash" in message
    if sight == "companion":
        assert "line 1 was altered" in message
        assert "manifest-sha256.txt" in found.pop("checkpoint-documents-replaced")[0]
    assert found == {}


def test_who_rewrites_the_companion_as_well_is_found(archive: Signed, ash: Path) -> None:
    forge_all(archive, ash)
    recompanion(archive, archive.companion)
    found = archive.found()
    assert "not the companion" in found["checkpoint-companion-wrong"][0]
    assert "ash" in found["checkpoint-history-rewritten"][0]
    assert archive.verify().only["compared_by"] == "list"


@pytest.mark.parametrize("what", ["name", "prints", "longer", "endless", "a folder"])
def test_a_companion_that_is_not_the_signed_one_is_not_believed(archive: Signed, what: str) -> None:
    data = archive.companion.read_bytes()
    if what == "name":
        archive.companion.write_bytes(data.replace(b'"name":"ash-', b'"name":"oak-'))
    elif what == "prints":
        archive.companion.write_bytes(data.replace(b'"prints":"', b'"prints":"AAAA'))
    elif what == "longer":
        archive.companion.write_bytes(data + b"\n")
    elif what == "endless":
        os.truncate(archive.companion, 2**40)
    else:
        archive.companion.unlink()
        archive.companion.mkdir()
    assert set(archive.found()) == {"checkpoint-companion-wrong"}
    said = archive.verify().only
    assert (said["compared_by"], said["as_they_were"]) == ("list", 3)


@pytest.mark.usefixtures("sight")
def test_a_forged_package_whose_history_was_left_is_found(archive: Signed, ash: Path) -> None:
    (ash / "data" / "ash.txt").write_text("Fear ash,\n")
    rewrite_manifests(ash)
    found = archive.found()
    assert set(found) == {"checkpoint-documents-replaced", "checkpoint-manifests-replaced"}
    assert all("ash" in message for messages in found.values() for message in messages)


@pytest.mark.usefixtures("sight")
def test_a_later_line_that_pins_other_documents_is_no_describing(archive: Signed, ash: Path) -> None:
    """A line put at the end, correctly chained, that says that the package got a new state."""
    (ash / "data" / "ash.txt").write_text("Fear ash,\n")
    rewrite_manifests(ash)

    def add(entries: list[dict[str, object]]) -> list[dict[str, object]]:
        last = {**next(each for each in reversed(entries) if "pinned" in each)}
        last = json.loads(json.dumps({**last, "id": "11111111-1111-5111-8111-111111111111"}))
        return [*entries, *repin(ash)([last])]

    rechain(ash, add)
    assert set(archive.found()) == {"checkpoint-documents-replaced"}


def test_a_former_state_that_was_put_back_is_called_that(archive: Signed, ash: Path, tmp_path: Path) -> None:
    shutil.copytree(ash, tmp_path / "former")
    assert archive.run("describe", ash.name, "--set", "title=Another").status == 0
    shutil.rmtree(ash)
    shutil.copytree(tmp_path / "former", ash)
    assert set(archive.found()) == {"checkpoint-former-state"}


@pytest.mark.usefixtures("sight")
def test_a_history_without_its_end_is_found(archive: Signed, ash: Path) -> None:
    *kept, _ = lines_of(ash)
    history_of(ash).write_bytes(b"".join(kept))
    (message,) = archive.found()["checkpoint-history-shortened"]
    assert "the last 1 are gone" in message


@pytest.mark.usefixtures("sight")
def test_a_history_that_was_cut_and_went_on_is_found(archive: Signed, ash: Path) -> None:
    history_of(ash).write_bytes(b"".join(lines_of(ash)[:3]))
    shutil.rmtree(archive.packages / ".preserve")
    archive.run("catalog", "rebuild")
    for _ in range(3):
        archive.run("validate", "--record", ash)
    assert "checkpoint-history-rewritten" in archive.found() or "checkpoint-history-shortened" in archive.found()


@pytest.mark.parametrize("chained", [False, True])
def test_lines_that_changed_places_are_named(archive: Signed, ash: Path, chained: bool) -> None:
    if chained:
        rechain(ash, lambda entries: [entries[0], entries[2], entries[1], *entries[3:]])
    else:
        first, second, third, *rest = lines_of(ash)
        history_of(ash).write_bytes(b"".join([first, third, second, *rest]))
    (message,) = archive.found()["checkpoint-history-rewritten"]
    assert "moved to another place" in message
    assert ("hash of the line before" in message or "number" in message) is not chained


@pytest.mark.parametrize("chained", [False, True])
def test_a_line_that_was_taken_out_is_named(archive: Signed, ash: Path, chained: bool) -> None:
    if chained:
        rechain(ash, lambda entries: [entries[0], *entries[2:]])
    else:
        first, _, *rest = lines_of(ash)
        history_of(ash).write_bytes(b"".join([first, *rest]))
    (message,) = archive.found()["checkpoint-history-rewritten"]
    assert "line 2 was removed" in message


@pytest.mark.parametrize("place", range(5))
def test_any_line_that_was_altered_is_named(archive: Signed, ash: Path, place: int) -> None:
    def alter(entries: list[dict[str, object]]) -> list[dict[str, object]]:
        entries[place]["detail"] = "Nothing happened."
        return entries

    assert len(lines_of(ash)) == 5
    rechain(ash, alter)
    (message,) = archive.found()["checkpoint-history-rewritten"]
    assert f"line {place + 1} was altered" in message
    assert message.count("altered") == 1


def test_a_line_that_was_put_in_is_named(archive: Signed, ash: Path) -> None:
    def put_in(entries: list[dict[str, object]]) -> list[dict[str, object]]:
        new = {**entries[1], "id": "11111111-1111-5111-8111-111111111111", "detail": "Another check."}
        return [*entries[:2], new, *entries[2:]]

    rechain(ash, put_in)
    (message,) = archive.found()["checkpoint-history-rewritten"]
    assert "1 line put in after line 2" in message


def test_a_package_that_was_taken_away_is_named(archive: Signed, ash: Path, sight: str) -> None:
    identifier = json.loads(lines_of(ash)[0])["package"].removeprefix("urn:uuid:")
    history_of(ash).unlink()
    shutil.rmtree(ash)
    shutil.rmtree(archive.packages / ".preserve")
    archive.run("catalog", "rebuild")
    (message,) = archive.found()["checkpoint-package-gone"]
    assert identifier in message
    assert ("ash" in message) is (sight != "list"), "only the companion knows what it was called"


@pytest.mark.usefixtures("sight")
def test_a_folder_and_a_history_that_are_gone_are_told_apart(archive: Signed, ash: Path) -> None:
    birch = archive.named("birch")
    history_of(ash).unlink()
    shutil.rmtree(birch)
    found = archive.found()
    assert "ash" in found["checkpoint-history-gone"][0]
    assert "birch" in found["checkpoint-folder-gone"][0]


def swap(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


@pytest.mark.usefixtures("sight")
def test_folders_that_changed_places_are_found(archive: Signed, ash: Path) -> None:
    swap(ash, archive.named("birch"))
    found = archive.found()
    assert len(found["checkpoint-manifests-replaced"]) == 2


@pytest.mark.usefixtures("sight")
def test_histories_that_changed_places_are_found(archive: Signed, ash: Path) -> None:
    swap(history_of(ash), history_of(archive.named("birch")))
    assert len(archive.found()["checkpoint-manifests-replaced"]) == 2


def test_packages_that_changed_names_are_found(archive: Signed, ash: Path) -> None:
    """Folders and histories both: each package is whole, and whoever asks for one gets the other."""
    birch = archive.named("birch")
    swap(ash, birch)
    swap(history_of(ash), history_of(birch))
    assert len(archive.found()["checkpoint-place-taken"]) == 2


def test_the_true_package_under_another_name_does_not_cover_a_forged_one(archive: Signed, ash: Path) -> None:
    true = ash.with_name("zzz")
    shutil.copytree(ash, true)
    shutil.copy(history_of(ash), history_of(true))
    forge_all(archive, ash)
    assert set(archive.found()) == {"checkpoint-second-history", "checkpoint-place-taken"}


def test_a_copy_of_a_history_that_somebody_left_there_is_told(archive: Signed, ash: Path) -> None:
    shutil.copy(history_of(ash), history_of(ash.with_name("zzz")))
    said = archive.verify().only
    assert (said["good"], [each["code"] for each in said["problems"]]) == (True, ["checkpoint-copied"])


@pytest.mark.usefixtures("sight")
@pytest.mark.parametrize("rubble", [b"", b"{}\n", b"\xff\n", b'{"package":7}\n'])
def test_rubble_in_the_place_of_a_history_is_named(archive: Signed, ash: Path, rubble: bytes) -> None:
    history_of(ash).write_bytes(rubble)
    (message,) = archive.found()["checkpoint-history-rewritten"]
    assert ash.name in message
    assert "had 5 lines, and none can be read" in message


@pytest.mark.usefixtures("sight")
def test_what_cannot_be_read_is_not_called_gone(archive: Signed, ash: Path) -> None:
    history_of(ash).rename(archive.home / "aside")
    history_of(ash).symlink_to(archive.home / "aside")
    found = archive.found()
    assert set(found) <= {"checkpoint-not-compared", "checkpoint-history-rewritten"}
    assert ash.name in "".join(next(iter(found.values())))


def test_a_package_under_another_name_is_told_and_is_no_forgery(archive: Signed, ash: Path) -> None:
    new = ash.with_name("linden")
    history_of(ash).rename(history_of(new))
    ash.rename(new)
    said = archive.verify()
    assert (said.status, said.only["good"], said.only["as_they_were"]) == (0, True, 3)
    (problem,) = said.only["problems"]
    assert (problem["code"], problem["severity"]) == ("checkpoint-renamed", "warning")
    assert "linden" in problem["message"]
    assert ash.name in problem["message"]


@pytest.mark.usefixtures("sight")
def test_a_folder_alone_under_another_name_is_told(archive: Signed, ash: Path) -> None:
    ash.rename(ash.with_name("linden"))
    said = archive.verify().only
    assert said["good"]
    assert "checkpoint-renamed" in {problem["code"] for problem in said["problems"]}


@pytest.mark.usefixtures("sight")
def test_what_the_archive_does_itself_is_no_forgery(archive: Signed, ash: Path) -> None:
    assert archive.run("describe", ash.name, "--set", "title=The oldest ash").status == 0
    assert archive.run("validate", "--record", archive.named("birch")).status == 0
    (archive.incoming / "dogwood.txt").write_text("Dear dogwood,\n")
    assert archive.run("ingest").status == 0
    said = archive.verify().only
    assert said["good"]
    assert (said["as_they_were"], said["gone_on"], said["new"]) == (3, 2, 1)


def test_a_package_that_is_getting_a_new_state_is_looked_at_again(archive: Signed, ash: Path, tmp_path: Path) -> None:
    """As between the line in the history and the folder's change of place, when whoever writes holds the lock."""
    shutil.copytree(ash, tmp_path / "former")
    assert archive.run("describe", ash.name, "--set", "title=The oldest ash").status == 0
    ash.rename(tmp_path / "next")
    shutil.copytree(tmp_path / "former", ash)
    with locks.held(archive.packages / ".preserve" / "lock"):
        verifying = archive.start("checkpoint", "verify", archive.checkpoint, "--key", archive.key)
        with contextlib.suppress(subprocess.TimeoutExpired):
            verifying.wait(3)  # long enough to have seen the former folder
        assert verifying.poll() is None, "it waits for the lock"
        shutil.rmtree(ash)
        (tmp_path / "next").rename(ash)
    assert "good" in verifying.communicate()[0]
    assert verifying.returncode == 0


@pytest.mark.usefixtures("sight")
def test_a_history_that_a_person_gave_up_is_told_as_that(archive: Signed, ash: Path) -> None:
    history_of(ash).unlink()
    archive.run("catalog", "rebuild", "--accept-loss", ash.name)
    assert history_of(ash).exists()
    (message,) = archive.found()["checkpoint-history-begun-anew"]
    assert "had 5 lines and was begun anew" in message
    assert "a person accepted" in message
    assert archive.verify().only["as_they_were"] == 2


def test_an_end_that_a_person_gave_up_is_told_as_that(archive: Signed, ash: Path) -> None:
    assert archive.run("validate", "--record", ash).status == 0
    archive.run("checkpoint", "create", "--out", archive.off_site / "second.txt")
    kept = lines_of(ash)[:-1]
    history_of(ash).write_bytes(b"".join(kept))
    archive.run("catalog", "rebuild", "--accept-loss", ash.name)
    said = archive.run("checkpoint", "verify", archive.off_site / "second.txt", "--key", archive.key, "--json").only
    (problem,) = said["problems"]
    assert problem["code"] == "checkpoint-history-rewritten"
    assert "a person accepted that" in problem["message"]


def test_what_is_broken_after_the_checkpoint_is_told_and_not_blamed_on_before(archive: Signed, ash: Path) -> None:
    archive.run("validate", "--record", ash)
    with history_of(ash).open("ab") as stream:
        stream.write(b"{}\n")
    assert set(archive.found()) == {"checkpoint-history-broken-since"}


def test_no_octet_of_a_history_can_change_unseen(archive: Signed, ash: Path) -> None:
    whole = history_of(ash).read_bytes()
    for place in range(0, len(whole), len(whole) // 12):
        history_of(ash).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert archive.verify().status == 3, place
    history_of(ash).write_bytes(whole)
    assert archive.verify().status == 0

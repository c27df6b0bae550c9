"""Making checkpoints, verifying them in whatever form they come back, proofs, and keys that hand over."""

import base64
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from preserve.config import load
from preserve.history.checkpoints import note
from preserve.history.checkpoints.note import Note
from preserve.workflows.checkpointing.places import keys_of
from tests.acceptance.archive import Archive
from tests.acceptance.signed import Signed, forge_all, history_of, lines_of, rechain


def code_of(said: object) -> list[str]:
    assert isinstance(said, dict)
    return [problem["code"] for problem in said["problems"]]


# --- making -------------------------------------------------------------------------------------------------


def test_a_checkpoint_lies_in_its_folder_with_its_companion(signed: Signed) -> None:
    made = signed.run("checkpoint", "--json").only
    path = Path(made["path"])
    assert path.parent == signed.home / "checkpoints"
    assert path.name == made["time"].replace(":", "") + ".txt"
    assert Path(made["companion"]).read_bytes().count(b"\n") == made["size"] == 3
    assert sorted(each.name for each in path.parent.iterdir()) == sorted([path.name, Path(made["companion"]).name])
    assert signed.run("checkpoint", "verify", path, "--key", signed.key).status == 0


def test_two_checkpoints_of_one_second_have_two_names(signed: Signed) -> None:
    paths = {signed.run("checkpoint", "--json").only["path"] for _ in range(3)}
    assert len(paths) == 3
    assert "3 packages" in signed.run("checkpoint", "create").out


def test_an_archive_without_packages_can_be_signed(archive: Archive) -> None:
    archive.run("keys", "new")
    made = archive.run("checkpoint", "--json").only
    assert (made["size"], made["origin"]) == (0, "preserve-archive")
    assert archive.run("checkpoint", "verify", made["path"], "--json").only["good"]


def test_without_a_key_nothing_is_signed(archive: Archive) -> None:
    said = archive.run("checkpoint")
    assert said.status == 23
    assert "preserve keys new" in said.err
    assert not (archive.home / "checkpoints").exists()


def test_a_checkpoint_never_replaces_a_file_and_never_lies_among_packages(signed: Signed) -> None:
    for place in (signed.checkpoint, signed.packages / "new.txt", signed.incoming / "new.txt"):
        before = place.read_bytes() if place.exists() else None
        assert signed.run("checkpoint", "create", "--out", place).status == 2
        assert (place.read_bytes() if place.exists() else None) == before
    taken = signed.off_site / "x.leaves.jsonl"
    taken.write_text("mine")
    assert signed.run("checkpoint", "create", "--out", signed.off_site / "x.txt").status == 2
    assert taken.read_text() == "mine"


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda path: path.write_bytes(path.read_bytes().replace(b"ingestion", b"INGESTION", 1) + b"{}\n"), "Line"),
        (lambda path: path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2])), "lost its end"),
        (lambda path: path.unlink(), "missing"),
    ],
)
def test_nothing_is_signed_over_a_broken_history(signed: Signed, harm: object, why: str) -> None:
    ash = signed.named("ash")
    assert callable(harm)
    harm(history_of(ash))
    said = signed.run("checkpoint", "create", "--json")
    assert said.status == 3
    (problem,) = said.only["problems"]
    assert (problem["code"], problem["path"]) == ("checkpoint-left-out", ash.name)
    assert why in problem["message"]
    assert said.only["size"] == 2
    text = Path(said.only["path"]).read_text()
    assert f"\nleft-out {ash.name}\n" in text
    judged = signed.run("checkpoint", "verify", said.only["path"], "--key", signed.key, "--json")
    assert (judged.status, code_of(judged.only)) == (0, ["checkpoint-had-left-out"])


def test_the_archives_name_becomes_the_origin(signed: Signed) -> None:
    def origin(*settings: str) -> str:
        words = [word for setting in settings for word in ("-c", setting)]
        return str(signed.run(*words, "checkpoint", "--json").only["origin"])

    assert origin("archive.name=Archive of  the Harbour + Docks") == "Archive-of-the-Harbour-Docks"
    assert origin("checkpoint.name=example.org/a", "archive.name=b") == "example.org/a"
    assert signed.run("-c", "checkpoint.name=two words", "checkpoint").status == 12


def test_a_checkpoint_beside_a_writer_is_harmless(signed: Signed) -> None:
    """Checks are recorded in another process while one checkpoint after the other is made; each must hold."""
    ash = signed.named("ash")
    writer = signed.start("validate", "--record", *[str(ash)] * 30)
    paths: list[str] = []
    while writer.poll() is None or not paths:
        paths.append(signed.run("checkpoint", "--json").only["path"])
    writer.communicate()
    assert writer.returncode == 0
    for path in paths:
        assert signed.run("checkpoint", "verify", path, "--key", signed.key).status == 0, path


# --- forms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "checkpoint-mended"),
        (lambda data: data.replace(b"\n", b"   \n") + b"\n\n", "checkpoint-mended"),
        (lambda data: b"\xef\xbb\xbf" + data.rstrip(), "checkpoint-mended"),
        (lambda data: data[: len(data) // 2], "checkpoint-unreadable"),
        (lambda data: data[:-30], "checkpoint-unreadable"),
        (lambda data: data.replace("—".encode(), b"--"), "checkpoint-unreadable"),
        (lambda _: b"", "checkpoint-unreadable"),
        (lambda _: b"Dear archive,\n", "checkpoint-unreadable"),
        (lambda _: os.urandom(4096), "checkpoint-unreadable"),
        (lambda data: data + data[data.rindex("—".encode()) :] * 5000, "checkpoint-unreadable"),
        (lambda data: b"a" * 2_000_000 + data, "checkpoint-unreadable"),
        (lambda data: data.replace(b"\n3\n", b"\n2\n"), "checkpoint-signature-wrong"),
        (lambda data: data.replace(b"example.org", b"example.com"), "checkpoint-key-unknown"),
    ],
)
def test_whatever_comes_back_is_judged_in_one_sentence(signed: Signed, spoil: object, code: str) -> None:
    assert callable(spoil)
    signed.checkpoint.write_bytes(spoil(signed.checkpoint.read_bytes()))
    said = signed.verify()
    assert code_of(said.only) == [code]
    assert said.only["good"] is (code == "checkpoint-mended")
    assert said.status == (0 if said.only["good"] else 3)
    if not said.only["good"]:
        assert said.only["checkpoint"] is None, "what nobody signed is not repeated"
        assert said.only["compared_by"] == "nothing"


@pytest.mark.parametrize("place", range(0, 700, 53))
def test_a_checkpoint_with_one_wrong_character_is_never_good(signed: Signed, place: int) -> None:
    data = bytearray(signed.checkpoint.read_bytes())
    data[place % len(data)] ^= 1
    signed.checkpoint.write_bytes(bytes(data))
    assert signed.verify().status == 3


def test_what_is_no_file_stops_nothing(signed: Signed, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "nothing", Path("/dev/null")):
        said = signed.run("checkpoint", "verify", path, "--key", signed.key)
        assert said.status in (3, 23), path
        assert len(said.err.splitlines()) <= 2


@pytest.mark.parametrize("key", ["nonsense", "a+b+c", "example.org/archive+00000000+AQ==", "/dev/null", "."])
def test_a_key_that_is_none_is_told(signed: Signed, key: str) -> None:
    said = signed.run("checkpoint", "verify", signed.checkpoint, "--key", key)
    assert said.status == 23
    assert len(said.err.splitlines()) <= 2


def test_a_key_that_did_not_sign_is_told_with_the_one_that_did(signed: Signed, tmp_path: Path) -> None:
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    (problem,) = signed.run("checkpoint", "verify", signed.checkpoint, "--key", other, "--json").only["problems"]
    assert problem["code"] == "checkpoint-key-unknown"
    assert "example.org/archive+" in problem["message"]
    both = tmp_path / "keys.txt"
    both.write_text(f"# what we trust\r\n{other}\n\n{signed.key}  # ours\n")
    assert signed.run("checkpoint", "verify", signed.checkpoint, "--key", both).status == 0


def test_without_a_key_those_of_the_archive_are_believed_and_that_is_told(signed: Signed) -> None:
    said = signed.run("checkpoint", "verify", signed.checkpoint, "--json")
    assert said.status == 0
    assert said.only["keys_from_archive"]
    assert code_of(said.only) == ["checkpoint-key-from-home"]


def test_an_attackers_own_key_in_the_archive_does_not_help_against_the_one_that_was_kept(signed: Signed) -> None:
    forge_all(signed, signed.named("ash"))
    shutil.rmtree(signed.home / ".preserve")
    signed.run("keys", "new", "example.org/archive")
    signed.checkpoint.unlink()
    signed.companion.unlink()
    signed.run("checkpoint", "create", "--out", signed.checkpoint)
    assert signed.run("checkpoint", "verify", signed.checkpoint).status == 0, "by the key in the archive it is good"
    assert code_of(signed.verify().only) == ["checkpoint-key-unknown"]


def test_a_checkpoint_of_somebody_else_is_not_compared(signed: Signed, tmp_path: Path) -> None:
    sofa = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501  as the specification shows it
    (tmp_path / "sofa.txt").write_text(sofa)
    said = signed.run("checkpoint", "verify", tmp_path / "sofa.txt", "--key", signed.key, "--json")
    assert (said.status, code_of(said.only)) == (3, ["checkpoint-key-unknown"])


def test_a_good_checkpoint_without_an_archive_is_not_called_compared(signed: Signed, tmp_path: Path) -> None:
    (tmp_path / "nowhere").mkdir()
    command = [sys.executable, "-m", "preserve", "checkpoint", "verify", str(signed.checkpoint), "--key", signed.key]
    done = subprocess.run(command, cwd=tmp_path / "nowhere", check=False, capture_output=True, text=True)
    assert done.returncode == 10
    assert "signed as it must be" in done.stderr


SIGNED_TEXTS = [
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "checkpoint-not-ours"),
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nanything\n", "checkpoint-not-ours"),
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\npreserve-checkpoint 2\n", "checkpoint-unreadable"),
    ("a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\npreserve-checkpoint 1\n", "checkpoint-unreadable"),
    ("a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "checkpoint-unreadable"),
    ("a\n1\nCsUYapGGPo4=\n", "checkpoint-unreadable"),
    ("a\n1\n", "checkpoint-unreadable"),
    ("Dear archive,\n", "checkpoint-unreadable"),
]


@pytest.mark.parametrize(("text", "code"), SIGNED_TEXTS)
def test_what_our_key_signed_and_is_no_checkpoint_of_this_form_is_told(signed: Signed, text: str, code: str) -> None:
    key, private = keys_of(load(signed.home, environment={})).signing()
    signed.checkpoint.write_bytes(Note(text, (note.sign(text, key.name, private),)).encode())
    said = signed.verify()
    assert (said.status, code_of(said.only)) == (3, [code])


# --- large archives, whose checkpoints list no packages -----------------------------------------------------


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
    assert code_of(said) == ["checkpoint-companion-missing"]


def test_without_list_and_companion_growth_is_no_forgery(unlisted: Signed) -> None:
    import time  # noqa: PLC0415

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


# --- proofs -------------------------------------------------------------------------------------------------


@pytest.fixture
def first(signed: Signed) -> Path:
    """The package that comes first in the tree: its proof has two steps, the others' one or two."""
    return signed.packages / json.loads(signed.companion.read_bytes().splitlines()[0])["name"]


@pytest.fixture
def proof(signed: Signed, first: Path) -> Path:
    """The proof that it stood in the checkpoint."""
    place = signed.off_site / "first.tlog-proof"
    name = first.name
    assert signed.run("checkpoint", "prove", name, "--checkpoint", signed.checkpoint, "--out", place).status == 0
    return place


def test_a_proof_verifies_where_there_is_no_archive(
    signed: Signed, first: Path, proof: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = first
    head = "sha256:" + subprocess.run(
        ["sha256sum"], input=lines_of(package)[-1][:-1], capture_output=True, check=True
    ).stdout.decode().partition(" ")[0]  # fmt: skip
    digest = subprocess.run(["sha256sum", package / "manifest-sha512.txt"], capture_output=True, check=True).stdout
    nowhere = Archive(tmp_path / "nowhere", capsys)
    nowhere.home.mkdir()
    said = nowhere.run("checkpoint", "verify", proof, "--key", signed.key, "--json")
    assert said.status == 0
    proves = said.only["proves"]
    assert (proves["head"], proves["entries"]) == (head, 5)
    pins = {pin["path"]: pin["value"] for pin in proves["pinned"]}
    assert pins["manifest-sha512.txt"] == digest.decode().partition(" ")[0]
    assert "manifest-sha512.txt" in nowhere.run("checkpoint", "verify", proof, "--key", signed.key).out


def test_a_proof_is_in_the_form_of_the_specification(signed: Signed, proof: Path) -> None:
    title, extra, index, *rest = proof.read_text().split("\n")
    assert title == "c2sp.org/tlog-proof@v1"
    leaf = base64.b64decode(extra.removeprefix("extra "), validate=True)
    listed = [line for line in signed.companion.read_bytes().splitlines() if leaf in line]
    assert len(listed) == 1
    assert index.startswith("index ")
    steps, checkpoint = rest[: rest.index("")], "\n".join(rest[rest.index("") + 1 :])
    assert all(len(base64.b64decode(step, validate=True)) == 32 for step in steps)
    assert checkpoint == signed.checkpoint.read_text()


@pytest.mark.parametrize("line", range(5))
def test_a_proof_with_one_altered_line_proves_nothing(signed: Signed, proof: Path, line: int) -> None:
    lines = proof.read_text().split("\n")
    wrong = {"3": "4", "0": "1"}.get(lines[line][-1], "0" if lines[line][-1] == "=" else "=")
    for altered in (lines[line][:-1] + wrong, lines[line][:-6] + "AAAAA="):
        proof.write_text("\n".join([*lines[:line], altered, *lines[line + 1 :]]))
        said = signed.run("checkpoint", "verify", proof, "--key", signed.key, "--json")
        assert said.status == 3
        assert said.only["proves"] is None


def test_a_leaf_of_another_package_does_not_pass(signed: Signed, proof: Path) -> None:
    lines = proof.read_text().split("\n")
    leaf = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    leaf["entries"] = 4
    lines[1] = "extra " + base64.b64encode(json.dumps(leaf, separators=(",", ":")).encode()).decode()
    proof.write_text("\n".join(lines))
    said = signed.run("checkpoint", "verify", proof, "--key", signed.key, "--json").only
    assert code_of(said) == ["proof-wrong"]


def test_a_proof_that_went_through_mail_is_good(signed: Signed, proof: Path) -> None:
    proof.write_bytes(proof.read_bytes().replace(b"\n", b" \r\n"))
    assert signed.run("checkpoint", "verify", proof, "--key", signed.key).status == 0


def test_a_proof_is_printed_and_is_of_the_latest_checkpoint(signed: Signed) -> None:
    ash = signed.named("ash")
    assert signed.run("checkpoint", "prove", ash.name).status == 23
    made = signed.run("checkpoint", "--json").only
    said = signed.run("checkpoint", "prove", ash.name, "--json").only
    assert said["checkpoint"] == made["path"]
    assert signed.run("checkpoint", "prove", ash.name).out == said["content"]
    Path(made["companion"]).unlink()
    assert signed.run("checkpoint", "prove", ash.name).out == said["content"], "the histories bring it as well"


def test_what_a_checkpoint_does_not_vouch_for_cannot_be_proven(signed: Signed) -> None:
    (signed.incoming / "dogwood.txt").write_text("Dear dogwood,\n")
    signed.ingest()
    said = signed.run("checkpoint", "prove", signed.named("dogwood").name, "--checkpoint", signed.checkpoint)
    assert said.status == 23
    assert "does not vouch" in said.err
    rechain(signed.named("ash"), lambda entries: entries[:-1])
    signed.companion.unlink()
    said = signed.run("checkpoint", "prove", signed.named("birch").name, "--checkpoint", signed.checkpoint)
    assert (said.status, "companion" in said.err) == (23, True)


# --- keys ---------------------------------------------------------------------------------------------------


def test_a_private_key_is_readable_for_its_owner_alone_and_in_no_package(signed: Signed) -> None:
    folder = signed.home / ".preserve" / "keys"
    (private,) = folder.glob("*.pem")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    private.chmod(0o640)
    said = signed.run("checkpoint")
    assert (said.status, "read by others" in said.err) == (23, True)


@pytest.mark.parametrize("setting", ["paths.packages=.", "paths.packages=.preserve", "paths.packages=link"])
def test_keys_are_refused_inside_the_package_store(archive: Archive, setting: str) -> None:
    (archive.home / "link").symlink_to(archive.home)
    archive.incoming.rmdir()
    said = archive.run("-c", setting, "-c", "paths.incoming=/tmp/nowhere-at-all", "keys", "new")
    assert said.status == 23
    assert not (archive.home / ".preserve").exists()


def test_trust_follows_the_keys_that_handed_over(signed: Signed) -> None:
    first = signed.key
    second = signed.run("keys", "new", "--json").only
    third = signed.run("keys", "new", "third", "--json").only
    assert (second["after"], third["after"]) == (first.split("+")[1], second["hash"])
    assert [key["signs"] for key in signed.run("keys", "list", "--json").messages] == [False, False, True]
    made = Path(signed.run("checkpoint", "--json").only["path"])
    said = signed.run("checkpoint", "verify", made, "--key", first, "--json").only
    assert said["signers"] == [{"key": third["key"], "through": first}]
    assert "to which" in signed.run("checkpoint", "verify", made, "--key", first).out
    assert signed.verify().status == 0, "what was signed before is still good"
    assert not signed.run("checkpoint", "verify", signed.checkpoint, "--key", third["key"], "--json").only["good"]


def test_the_notes_of_handover_may_lie_beside_the_checkpoint_alone(signed: Signed) -> None:
    signed.run("keys", "new")
    signed.run("checkpoint")
    shutil.copytree(signed.home / "checkpoints", signed.off_site / "copies")
    shutil.rmtree(signed.home / ".preserve")
    shutil.rmtree(signed.home / "checkpoints")
    (made,) = (signed.off_site / "copies").glob("2*.txt")
    assert signed.run("checkpoint", "verify", made, "--key", signed.key).status == 0
    (note,) = (signed.off_site / "copies").glob("handover-*.txt")
    note.write_text(note.read_text().replace("time 2", "time 3"))
    assert signed.run("checkpoint", "verify", made, "--key", signed.key).status == 3


def test_a_key_that_nobody_handed_over_to_gains_no_trust(signed: Signed, tmp_path: Path) -> None:
    keys = signed.home / ".preserve" / "keys"
    signed.run("keys", "new", "thief")
    (thief,) = keys.glob("handover-*.txt")
    text, _, below = thief.read_text().rpartition("\n\n")
    thief.write_text(text + "\n\n" + below.splitlines()[1] + "\n")  # signed by the thief alone
    shutil.copy(thief, signed.home / "checkpoints" / thief.name)
    (keys / f"{signed.key.split('+')[1]}.pem").unlink()
    signed.run("checkpoint", "create", "--out", tmp_path / "thief.txt")
    said = signed.run("checkpoint", "verify", tmp_path / "thief.txt", "--key", signed.key, "--json").only
    assert code_of(said) == ["checkpoint-key-unknown"]


def test_openssl_verifies_what_the_guide_says_it_does(signed: Signed, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    (tmp_path / "key.pem").write_text(signed.run("keys", "show", "--pem").out)
    script = """
        sed '/^$/,$d' checkpoint.txt > text
        tail -n 1 checkpoint.txt | cut -d' ' -f3 | base64 -d | tail -c 64 > signature
        openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile signature
    """
    assert all(line.strip() in (Path("docs/guide/checkpoints.md").read_text()) for line in script.split("\n"))
    shutil.copy(signed.checkpoint, tmp_path / "checkpoint.txt")
    done = subprocess.run(["sh", "-ec", script], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, "Verified Successfully" in done.stdout) == (0, True), done.stderr


def test_the_hash_of_a_line_is_the_one_that_the_guide_computes(signed: Signed) -> None:
    for line in signed.checkpoint.read_text().splitlines():
        if line.startswith("package "):
            _, identifier, count, head = line.split()
            (path,) = (path for path in signed.packages.glob("*.jsonl") if identifier in path.read_text())
            script = f"head -n {count} {path} | tail -n 1 | tr -d '\\n' | sha256sum"
            done = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True)
            assert done.stdout.split()[0] == head


def test_the_tree_can_be_made_by_hand(signed: Signed) -> None:
    """As the guide says it, without a line of ours."""

    def sha256(octets: bytes) -> bytes:
        return hashlib.sha256(octets).digest()

    lines = signed.companion.read_text().splitlines()
    leaves = [json.dumps(json.loads(line)["leaf"], separators=(",", ":")) for line in lines]
    level = [sha256(b"\0" + leaf.encode()) for leaf in leaves]
    while len(level) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        level = [sha256(b"\1" + b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs]
    said = signed.checkpoint.read_text().splitlines()
    assert said[2] == base64.b64encode(level[0]).decode()
    assert f"leaves sha256:{hashlib.sha256(signed.companion.read_bytes()).hexdigest()} " in "\n".join(said)


def test_a_key_that_was_stolen_does_not_hand_over(signed: Signed) -> None:
    (private,) = (signed.home / ".preserve" / "keys").glob("*.pem")
    private.rename(signed.home / "stolen.pem")
    assert signed.run("checkpoint").status == 23
    assert signed.run("keys", "new", "--json").only["after"] == ""
    made = signed.run("checkpoint", "--json").only["path"]
    assert signed.run("checkpoint", "verify", made, "--key", signed.key).status == 3
    assert signed.verify().status == 0


@pytest.mark.parametrize("name", ["two words", "a+b", "", "\u2028", "x" * 201])
def test_names_that_no_key_can_have_are_refused(archive: Archive, name: str) -> None:
    said = archive.run("keys", "new", name)
    assert said.status == (0 if name == "" else 23), "an empty name is the archive's"


def test_the_archive_has_no_key_until_one_is_made(archive: Archive) -> None:
    assert archive.run("keys", "list", "--json").messages == []
    assert archive.run("keys", "show").status == 23
    archive.run("keys", "new", "one")
    assert archive.run("keys", "show", "one").out == archive.run("keys", "show").out
    assert archive.run("keys", "show", "two").status == 23

"""Proofs that one package stood in a checkpoint: they need no archive."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive
from tests.checkpoints.signed import Signed, codes, lines_of, rechain


@pytest.fixture
def first(signed: Signed) -> Path:
    """The package that comes first in the tree: its proof has two steps, the others' one or two."""
    return signed.packages / str(json.loads(signed.companion.read_bytes().splitlines()[0])["name"])


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
    assert codes(said) == ["proof-wrong"]


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


def test_nothing_is_proven_by_a_checkpoint_that_our_keys_did_not_sign(signed: Signed) -> None:
    shutil.rmtree(signed.home / ".preserve")
    signed.run("keys", "new")
    said = signed.run("checkpoint", "prove", signed.named("ash").name, "--checkpoint", signed.checkpoint)
    assert (said.status, "not signed by a key of this archive" in said.err) == (23, True)


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

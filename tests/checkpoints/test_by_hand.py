"""What the guide says can be verified without preserve."""

import base64
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checkpoints.signed import Signed

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "checkpoints.md"


def test_openssl_verifies_what_the_guide_says_it_does(signed: Signed, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    (tmp_path / "key.pem").write_text(signed.run("keys", "show", "--pem").out)
    script = """
        sed '/^$/,$d' checkpoint.txt > text
        tail -n 1 checkpoint.txt | cut -d' ' -f3 | base64 -d | tail -c 64 > signature
        openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile signature
    """
    assert all(line.strip() in GUIDE.read_text() for line in script.split("\n"))
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

"""An archive with a few packages and a checkpoint, made once and copied for each test; and what an attacker can do."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from preserve.history.chain import History, extend
from preserve.history.entry import NewEntry, decode
from tests.acceptance.archive import Archive, Said


class Signed(Archive):
    """An archive whose checkpoint, companion and public key were copied off-site."""

    @classmethod
    def start_at(cls, home: Path) -> Made:
        """A new home, whose commands run in processes of their own."""
        for folder in (home / "incoming", home / "packages", home.parent / "off-site"):
            folder.mkdir(parents=True)
        return Made(home)

    @property
    def off_site(self) -> Path:
        """Where no attacker reaches."""
        return self.home.parent / "off-site"

    def named(self, name: str) -> Path:
        """The package that came in under this name."""
        (package,) = self.packages.glob(f"{name}-????????")
        return package

    @property
    def checkpoint(self) -> Path:
        """The copy off-site."""
        return self.off_site / "checkpoint.txt"

    @property
    def companion(self) -> Path:
        return self.off_site / "checkpoint.leaves.jsonl"

    @property
    def key(self) -> str:
        """The public key as it was kept."""
        return (self.off_site / "key.txt").read_text().strip()

    def verify(self, *words: str | Path) -> Said:
        """Verify the checkpoint from off-site with the key from off-site."""
        return self.run("checkpoint", "verify", self.checkpoint, "--key", self.off_site / "key.txt", "--json", *words)

    def found(self) -> dict[str, list[str]]:
        """What verifying finds wrong: the messages by code, without warnings."""
        said = self.verify().only
        assert said["good"] is not any(each["severity"] == "error" for each in said["problems"])
        found: dict[str, list[str]] = {}
        for problem in said["problems"]:
            if problem["severity"] == "error":
                found.setdefault(problem["code"], []).append(problem["message"])
        return found


class Made(Signed):
    """The same, while it is being made."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def call(self, *words: str) -> str:
        """Run one command in a process of its own, which must end well; what it printed."""
        command = [sys.executable, "-m", "preserve", "--home", str(self.home), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def codes(said: dict[str, Any]) -> list[str]:
    """The codes of the problems in a message."""
    return [problem["code"] for problem in said["problems"]]


def history_of(package: Path) -> Path:
    """The history beside a package."""
    return package.with_name(f"{package.name}.history.jsonl")


def lines_of(package: Path) -> list[bytes]:
    """The lines of its history, each with its end."""
    return history_of(package).read_bytes().splitlines(keepends=True)


def rewrite_manifests(package: Path) -> None:
    """Write every manifest of a bag anew from what lies there, payload manifests first."""
    for kind in ("manifest", "tagmanifest"):
        for manifest in package.glob(f"{kind}-*.txt"):
            algorithm = manifest.stem.partition("-")[2]
            paths = [line.split("  ", 1)[1] for line in manifest.read_text().splitlines()]
            lines = [f"{hashlib.new(algorithm, (package / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
            manifest.write_text("".join(lines))


def rechain(package: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Change the entries of a history and compute the whole chain anew, as its program would have written it."""
    changed = change([json.loads(line) for line in lines_of(package)])
    decoded = [decode(fields, "") for fields in changed]
    news = [NewEntry(entry.event, entry.id, entry.pinned) for entry in decoded]
    data, _ = extend(History((), ()), changed[0]["package"], news)
    history_of(package).write_bytes(data)


def repin(package: Path) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Let every entry that pins manifests pin those that lie in the folder now."""

    def change(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for entry in entries:
            for pin in entry.get("pinned", ()):
                pin["value"] = hashlib.new(pin["algorithm"], (package / pin["path"]).read_bytes()).hexdigest()
        return entries

    return change


def forge_all(archive: Archive, package: Path) -> None:
    """Rewrite payload, checksums in premis.xml, manifests, the whole history, and let the catalogue be rebuilt."""
    (document,) = (path for path in (package / "data").rglob("*") if path.is_file())
    premis = package / "metadata/preservation/premis.xml"
    before, text = document.read_bytes(), premis.read_text()
    after = before.replace(b"Dear", b"Fear")
    assert after != before
    document.write_bytes(after)
    for algorithm in ("sha256", "sha512"):
        text = text.replace(hashlib.new(algorithm, before).hexdigest(), hashlib.new(algorithm, after).hexdigest())
    premis.write_text(text)
    rewrite_manifests(package)
    rechain(package, repin(package))
    shutil.rmtree(archive.packages / ".preserve")
    archive.run("catalog", "rebuild")


def recompanion(archive: Archive, companion: Path) -> None:
    """Write a companion that fits the archive as it is now, as an attacker would who cannot sign."""
    archive.run("checkpoint", "create", "--out", archive.home / "forged.txt")
    shutil.move(archive.home / "forged.leaves.jsonl", companion)

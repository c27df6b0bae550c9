"""A home with two small sealed packages, and the judgements that a person would get on them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from preserve import api
from preserve.bag.validate import Options
from preserve.config import load
from preserve.model import Package, ValidationReport
from preserve.ports import Silent
from preserve.workflows.archive import opened
from preserve.workflows.validate import Request, Validation

LETTER = b"Dear archive,\nall is well.\n"
IDS = ("d1a20000-0000-4000-8000-000000000001", "1e77e200-0000-4000-8000-000000000002")


class Noon:
    """A clock that stands still, so that the packages are the same, bit by bit, in every run."""

    def now(self) -> datetime:
        """Noon."""
        return datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Home:
    """An archive with the packages *letter* (one file) and *diary* (a folder of three)."""

    path: Path

    @property
    def letter(self) -> Path:
        return self.path / "packages" / f"letter-{IDS[1][:8]}"

    @property
    def diary(self) -> Path:
        return self.path / "packages" / f"diary-{IDS[0][:8]}"

    def copied(self, to: Path) -> "Home":
        """The same home once more, to be damaged."""
        shutil.copytree(self.path, to, symlinks=True)
        return Home(to)

    def catalogued(self, package: Path) -> Package:
        """What the catalogue knows of *package*."""
        with opened(load(self.path, environment={})) as archive:
            return archive.catalog.find(package.name)

    def options(self, package: Path) -> Options:
        """How *package* is judged because it is ours: by its pins."""
        known = self.catalogued(package)
        return Options(own=True, pinned=known.pinned, expected_version=known.bag_version)

    @contextmanager
    def validation(self) -> Iterator[Validation]:
        """What ``preserve validate`` runs, catalogue and all."""
        with Validation.opened(load(self.path, environment={}), Request(), Silent()) as validation:
            yield validation


def make_home(path: Path, letter: bytes = LETTER) -> Home:
    """Ingest the two transfers."""
    (path / "packages").mkdir(parents=True)
    (diary := path / "incoming" / "diary").mkdir(parents=True)
    (path / "incoming" / "letter.txt").write_bytes(letter)
    for name, content in {"100% é.txt": b"One.\n", "monday.txt": b"Rain.\n", "sub/tuesday.txt": b"Sun.\n"}.items():
        (diary / name).parent.mkdir(exist_ok=True)
        (diary / name).write_bytes(content)
    for entry in (diary, *diary.rglob("*"), path / "incoming" / "letter.txt"):
        os.utime(entry, (1_700_000_000, 1_700_000_000))
    ids = iter(IDS)
    results = list(api.ingest(home=path, clock=Noon(), make_id=lambda: next(ids)))
    assert [str(result.status) for result in results] == ["sealed", "sealed"]
    return Home(path)


def codes(report: ValidationReport) -> set[str]:
    """The codes of all errors."""
    return {problem.code for problem in report.errors}


def found(report: ValidationReport) -> set[tuple[str, str]]:
    """Code and path of all errors."""
    return {(problem.code, problem.path) for problem in report.errors}


def every_file(package: Path) -> list[str]:
    """The paths of all files of *package*, the same order every time."""
    return sorted(str(path.relative_to(package)) for path in package.rglob("*") if path.is_file())

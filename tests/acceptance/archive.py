"""An archive to try things on: runs the real command line in this process, or in one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from preserve.cli.main import main
from preserve.storage.resources import schema, schema_names
from preserve.workflows.places import is_no_package


def _registry() -> Registry[Any]:
    documents = [json.loads(schema(name)) for name in schema_names() if name.endswith(".schema.json")]
    return Registry().with_resources((doc["$id"], Resource.from_contents(doc)) for doc in documents)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The JSON documents it printed, each checked against its shipped schema."""
        found = [json.loads(line) for line in self.out.splitlines()]
        for message in found:
            shape = json.loads(schema(f"{message['message_type']}.schema.json"))
            jsonschema.Draft202012Validator(shape, registry=_registry()).validate(message)
        return found

    @property
    def only(self) -> dict[str, Any]:
        """The one JSON document it printed."""
        (message,) = self.messages
        return message


class Archive:
    """An archive's home with the commands of preserve."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys

    @property
    def incoming(self) -> Path:
        return self.home / "incoming"

    @property
    def packages(self) -> Path:
        return self.home / "packages"

    def run(self, *words: str | Path) -> Said:
        """Run one command in this process."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main(["--home", str(self.home), *map(str, words)])
        said = self._capsys.readouterr()
        status = stopped.value.code
        assert isinstance(status, int)
        assert "Traceback" not in said.err
        return Said(status, said.out, said.err)

    def start(self, *words: str | Path, **options: Any) -> subprocess.Popen[str]:
        """Start one command in a process of its own."""
        command = [sys.executable, "-m", "preserve", "--home", str(self.home), *map(str, words)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def ingest(self, *words: str | Path) -> list[dict[str, Any]]:
        """Ingest and return the JSON results, whatever the exit status."""
        return self.run("ingest", "--json", *words).messages

    def sealed(self) -> list[Path]:
        """The folders in the store."""
        return sorted(path for path in self.packages.iterdir() if path.is_dir() and not is_no_package(path.name))

    def staged(self) -> list[Path]:
        """What lies on the workbench."""
        workbench = self.packages / ".preserve" / "staging"
        return sorted(workbench.iterdir()) if workbench.exists() else []

    def only_package(self) -> Path:
        (package,) = self.sealed()
        return package

"""The validator of the E-ARK foundation (eark-validator), in an environment of its own that ``scripts/make_eark_venv``
makes: it wants an older lxml.

It fetches four vocabularies from the network whenever it is imported.  They lie in its own package as well, and are
taken from there.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import REPOSITORY

_PROGRAM = """
import importlib.util, io, pathlib, sys, urllib.request
package = pathlib.Path(importlib.util.find_spec("eark_validator").submodule_search_locations[0])
vocabularies = package / "ipxml" / "resources" / "vocabs"
urllib.request.urlopen = lambda url: io.BytesIO((vocabularies / url.rsplit("/", 1)[1]).read_bytes())
from eark_validator.packages import PackageValidator
print(PackageValidator(pathlib.Path(sys.argv[1])).validation_report.model_dump_json())
"""


class Finding(NamedTuple):
    """What it found amiss: ``Error``, ``Warn`` or ``Info``, the requirement, and where."""

    severity: str
    rule: str
    location: str


class Verdict(NamedTuple):
    """Its judgement: of the folders, of METS by its schemas, and what was found amiss by any rule."""

    structure: str
    schemas: str
    findings: list[Finding]


def validator() -> Path:
    """The Python that has it.  Skips where there is none, or fails if there must be one."""
    python = Path(os.environ.get("PRESERVE_EARK_VENV") or REPOSITORY / ".venv-eark") / "bin/python"
    if not python.exists():
        missing = pytest.fail if os.environ.get("PRESERVE_REQUIRE_SERVERS") == "1" else pytest.skip
        missing("eark-validator is missing (scripts/make_eark_venv)")
    return python


def judge(python: Path, place: Path) -> Verdict:
    """What it says of the SIP at *place*."""
    done = subprocess.run([python, "-c", _PROGRAM, place], capture_output=True, text=True, timeout=120, check=False)
    assert not done.returncode, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    metadata = told["metadata"] or {"schema_results": {"status": "", "messages": []}, "schematron_results": {}}
    messages = [
        *told["structure"]["messages"],
        *metadata["schema_results"]["messages"],
        *metadata["schematron_results"].get("messages", []),
    ]
    findings = [Finding(each["severity"], each["rule_id"], each["location"]) for each in messages]
    return Verdict(told["structure"]["status"], metadata["schema_results"]["status"], findings)

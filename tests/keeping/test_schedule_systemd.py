"""The units, run by a real systemd: a service manager of its own, in a mount namespace of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.archive import Archive

SYSTEMD = Path("/lib/systemd/systemd")
MANAGER = r"""
set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/user/0
chmod 700 /run/user/0
"$SYSTEMD" --user --log-target=null &
manager=$!
trap 'kill $manager' EXIT
for tenth in $(seq 100); do [ -S /run/user/0/systemd/private ] && break; sleep 0.1; done
[ -S /run/user/0/systemd/private ] && echo READY
set +e
. "$SCRIPT"
"""

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.geteuid() != 0, reason="a mount namespace needs root"),
    pytest.mark.skipif(not SYSTEMD.exists() or not shutil.which("unshare"), reason="systemd or unshare is not here"),
]


@pytest.fixture
def archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Archive:
    """An archive with one package, which is due, under a name that units must escape."""
    home = tmp_path / "an archive; 100% of it, $HOME and é"
    for folder in ("incoming", "packages"):
        (home / folder).mkdir(parents=True)
    (home / "preserve.toml").write_text('[fixity]\ninterval = "1h"\n')
    archive = Archive(home, capsys)
    (archive.incoming / "letter.txt").write_text("Dear reader,\n\nall is well.\n")
    archive.ingest()
    return archive


def under_systemd(tmp_path: Path, script: str) -> str:
    """What *script* prints where ``systemctl --user`` speaks to a systemd whose units lie in ``units``."""
    (tmp_path / "script").write_text(script)
    (tmp_path / "units" / "systemd" / "user").mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "SYSTEMD": str(SYSTEMD),
        "SCRIPT": str(tmp_path / "script"),
        "XDG_RUNTIME_DIR": "/run/user/0",
        "XDG_CONFIG_HOME": str(tmp_path / "units"),
        "XDG_DATA_HOME": str(tmp_path / "stamps"),
    }
    command = ["unshare", "--mount", "sh", "-c", MANAGER]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    if "READY" not in done.stdout:
        pytest.skip(f"no systemd can be started here: {done.stderr}")
    return done.stdout


def show(unit: str) -> str:
    return f"systemctl --user show {unit} -p Result,ExecMainStatus --value | tr '\\n' ' '; echo\n"


def test_the_timer_of_ones_own_is_switched_on_and_its_service_audits(archive: Archive, tmp_path: Path) -> None:
    preserve = f"'{sys.executable}' -m preserve --home '{archive.home}'"
    said = under_systemd(
        tmp_path,
        f"{preserve} schedule install --user; systemctl --user list-timers --all --no-pager\n"
        'unit=$(basename "$XDG_CONFIG_HOME"/systemd/user/*.service); systemctl --user start "$unit"\n'
        f"{show('$unit')} {preserve} schedule remove; systemctl --user list-timers --all --no-pager",
    )
    assert "preserve audit runs every night at 02:00" in said
    assert "success 0" in said, said
    assert said.index("1 timers listed.") < said.index("0 timers listed.")
    assert archive.run("schedule", "--json").only["verdict"] is not None, "an audit was measured"


def test_the_systems_service_audits_within_its_fences_and_shows_status_3(archive: Archive, tmp_path: Path) -> None:
    told = archive.run("schedule", "install", "--system", "--print", "--json").only
    text = next(file["text"] for file in told["files"] if file["path"].endswith(".service"))
    unit = "".join(line + "\n" for line in text.splitlines() if not line.startswith("User="))
    folder = tmp_path / "units" / "systemd" / "user"
    folder.mkdir(parents=True)
    (folder / "audit.service").write_text(unit)
    (archive.home / ".preserve").mkdir(exist_ok=True)
    places = [archive.packages, archive.home / ".preserve", archive.incoming, archive.home, tmp_path]
    for number, place in enumerate(places):  # the same fences, around somebody who writes
        command = f"ExecStart=/bin/touch {json.dumps(str(place / 'written'), ensure_ascii=False)}"
        escaped = command.replace("%", "%%").replace("$", "$$")
        lines = [escaped if line.startswith("ExecStart=") else line for line in unit.splitlines()]
        (folder / f"touch{number}.service").write_text("".join(line + "\n" for line in lines))
    script = "".join(f"systemctl --user start touch{number}\n" for number in range(len(places)))
    damage = next(archive.only_package().glob("data/*"))
    with damage.open("a") as stream:
        stream.write("And nothing was sealed after this.\n")
    said = under_systemd(tmp_path, f"{script}systemctl --user start audit\n{show('audit')}")
    assert [(place / "written").exists() for place in places] == [True, True, False, False, False]
    assert "exit-code 3" in said, said
    assert archive.run("log", archive.only_package().name, "--json").messages[-1]["outcome"] == "fail"

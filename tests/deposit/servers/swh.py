"""Software Heritage's deposit server (swh.deposit) with a PostgreSQL of its own: a real SWORD v2 server, for tests.

It runs as programs of its own, from a virtual environment of its own that ``scripts/make_swh_venv`` makes; nothing of
it is imported here.  Where it is missing, the tests skip, or fail with PRESERVE_REQUIRE_SERVERS=1.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.deposit.servers.memory import in_memory

USER, PASSWORD, COLLECTION = "archive", "a secret of the tests", "letters"
_PATIENCE = 60.0
_PROVIDER = "https://archive.example.org"
_SETTINGS = """
from swh.deposit.settings.production import *
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # else each request takes most of a second
"""
_PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from swh.deposit.models import DepositClient, DepositCollection
collection = DepositCollection.objects.create(name={collection!r})
user = DepositClient(username={user!r}, collections=[collection.id], provider_url={provider!r}, domain="example.org")
user.set_password({password!r})
user.save()
"""
_LOADER = """
CREATE OR REPLACE FUNCTION loaded() RETURNS trigger AS $$ BEGIN
  IF NEW.status = 'deposited' THEN NEW.status := '{status}'; END IF; RETURN NEW;
END $$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS loader ON deposit;
CREATE TRIGGER loader BEFORE INSERT OR UPDATE ON deposit FOR EACH ROW EXECUTE FUNCTION loaded();
"""
"""What becomes of a deposit once it is complete is the work of another program: here the database does it at once."""


@dataclass(frozen=True)
class Deposit:
    """A deposit, as the database has it."""

    number: int
    slug: str
    status: str
    files: int


class Swh:
    """The running server."""

    def __init__(self, folder: Path, python: Path, binaries: Path) -> None:
        self.folder = folder
        self._python = python
        self._binaries = binaries
        self.pg_port, self.port = _free_port(), _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self.media = folder / "media"
        self.environment = os.environ | {
            "SWH_CONFIG_FILENAME": str(folder / "config.yml"),
            "DJANGO_SETTINGS_MODULE": "settings_of_the_tests",
            "PYTHONPATH": str(folder),
            "PYTHONWARNINGS": "ignore",
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/1/servicedocument/"

    def prepare(self) -> None:
        """A database, its tables, and somebody who may deposit."""
        self.folder.chmod(0o755)
        for name in ("pg", "run", "media"):
            (self.folder / name).mkdir()
            if os.getuid() == 0:
                shutil.chown(self.folder / name, "postgres")
        self._postgres("initdb", "-A", "trust", "-U", "preserve", "-E", "UTF8", "-N", "-D", str(self.folder / "pg"))
        options = f"-p {self.pg_port} -k {self.folder / 'run'} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self.folder / "run/log")
        self._postgres("pg_ctl", "-w", "-D", str(self.folder / "pg"), "-l", log, "-o", options, "start")
        self.sql("CREATE DATABASE deposit", database="postgres")
        self.folder.joinpath("config.yml").write_text(
            "authentication_provider: basic\n"
            "checks: false\n"
            "max_upload_size: 2147483648\n"
            "scheduler: {cls: remote, url: 'http://127.0.0.1:9/'}\n"
            "storage: {cls: memory}\n"
            "storage_metadata: {cls: memory}\n"
            "allowed_hosts: ['*']\n"
            "private:\n"
            "  secret_key: of-the-tests\n"
            f"  media_root: {self.media}\n"
            f"  db: {{host: 127.0.0.1, port: {self.pg_port}, user: preserve, name: deposit}}\n"
        )
        (self.folder / "settings_of_the_tests.py").write_text(_SETTINGS)
        script = _PREPARE.format(user=USER, password=PASSWORD, collection=COLLECTION, provider=_PROVIDER)
        self._ran([str(self._python), "-c", script])

    def start(self) -> None:
        """The server; returns when it answers."""
        command = ["-m", "gunicorn", "--workers", "1", "--threads", "4", "--timeout", "120", "--no-control-socket"]
        command += ["--bind", f"127.0.0.1:{self.port}", "django.core.wsgi:get_wsgi_application()"]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [str(self._python), *command], env=self.environment, cwd=self.folder, stdout=log, stderr=log
            )
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            if time.monotonic() > end or self._server.poll() is not None:
                raise AssertionError(f"swh.deposit does not start: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """The server ends at once, as in a power cut."""
        if self._server is not None:
            children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
            self._server.kill()
            for child in children:
                os.kill(int(child), signal.SIGKILL)
            self._server.wait()
            self._server = None

    def stop(self) -> None:
        """Server and database end."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=30)
            self._server = None
        if (self.folder / "pg/postmaster.pid").exists():
            self._postgres("pg_ctl", "-D", str(self.folder / "pg"), "-m", "immediate", "stop")

    def sql(self, text: str, database: str = "deposit") -> str:
        """What the database answers, unaligned."""
        where = ["-h", "127.0.0.1", "-p", str(self.pg_port), "-U", "preserve", "-d", database]
        return self._ran([str(self._binaries / "psql"), *where, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text])

    def loads(self, status: str = "done") -> None:
        """What becomes of all deposits from now on, once they are complete: done, failed, rejected; or deposited."""
        self.sql(_LOADER.format(status=status))

    def clear(self) -> None:
        """Nothing was ever deposited."""
        self.sql("TRUNCATE deposit_request, deposit CASCADE")
        self.loads()

    def deposits(self) -> list[Deposit]:
        """All there are."""
        lines = self.sql(
            "SELECT d.id, d.external_id, d.status, count(r.archive) FROM deposit d LEFT JOIN deposit_request r"
            " ON r.deposit_id = d.id AND r.type = 'archive' GROUP BY d.id ORDER BY d.id"
        ).splitlines()
        return [Deposit(int(n), slug, status, int(files)) for n, slug, status, files in (x.split("|") for x in lines)]

    def files(self, number: int) -> list[Path]:
        """The files of one deposit, as they lie on its disk."""
        lines = self.sql("SELECT deposit_id, archive FROM deposit_request WHERE type = 'archive'").splitlines()
        names = [name for line in lines for at, _, name in [line.partition("|")] if int(at) == number]
        return [self.media / name for name in names]

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/1/", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _postgres(self, program: str, *arguments: str) -> None:
        """A program of PostgreSQL, which does not run as root."""
        other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        self._ran([*other, str(self._binaries / program), *arguments])

    def _ran(self, command: Sequence[str]) -> str:
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        if done.returncode:
            raise AssertionError(f"{command[:4]}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done.stdout


@contextmanager
def running() -> Iterator[Swh]:
    """The server, prepared and started in a folder of its own; it is stopped for certain."""
    python = Path(os.environ.get("PRESERVE_SWH_VENV") or REPOSITORY / ".venv-swh") / "bin/python"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or [Path(shutil.which("pg_ctl") or "/nowhere")]
    for missing, what in ((python, "swh.deposit (scripts/make_swh_venv)"), (found[-1], "PostgreSQL")):
        if not missing.exists():
            if os.environ.get("PRESERVE_REQUIRE_SERVERS") == "1":
                pytest.fail(f"{what} is missing")
            pytest.skip(f"{what} is missing")
    with in_memory() as folder:  # where PostgreSQL's user may enter, too
        server = Swh(folder, python, found[-1].resolve().parent)
        try:
            server.prepare()
            server.start()
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        port: int = plug.getsockname()[1]
        return port

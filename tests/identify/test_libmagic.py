"""libmagic comes with us: the same answer on every machine, with or without one in the system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from preserve.identify.identifier import Identifier
from preserve.identify.probes.libmagic import packaged
from tests.identify.test_worker import worker_of


def test_the_worker_uses_the_packaged_library_and_signatures_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("text")
    with Identifier(probes=("libmagic",)) as identifier:
        assert identifier.identify(tmp_path / "x.txt", "data/x.txt").mime == "text/plain"
        maps = Path(f"/proc/{worker_of(identifier)}/maps").read_text().splitlines()
    folder = packaged()
    assert folder is not None
    mapped = {line.split()[-1] for line in maps if "libmagic.so" in line or line.endswith("magic.mgc")}
    assert mapped == {str(folder / "libmagic.so.1"), str(folder / "magic.mgc")}


HIDDEN = """
import ctypes.util, os, sys
ctypes.util.find_library = lambda name: None
os.environ.pop("MAGIC", None)
before = dict(os.environ), ctypes.CDLL.__init__
from pathlib import Path
from preserve.identify.probes.libmagic import LibmagicProbe
from preserve.identify.reading import Reading
from preserve.model import Identification
reading = Reading()
probe = LibmagicProbe(reading)
reading.open(Path(sys.argv[1]), "data/x.pdf")
print(probe.probe(Path(sys.argv[1]), Identification("data/x.pdf")).mime)
assert (dict(os.environ), ctypes.CDLL.__init__) == before
assert "pylibmagic" not in sys.modules
"""


def test_it_works_where_the_system_has_none_and_leaves_ctypes_and_environment_alone(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4\n")
    done = subprocess.run(
        [sys.executable, "-c", HIDDEN, tmp_path / "x.pdf"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("application/pdf\n", "")

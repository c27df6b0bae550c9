"""A kind of target that somebody else wrote: a real distribution with an entry point, in a folder on ``sys.path``."""

import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("stranger_box.py").read_text("utf-8")


def install(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    kind: str = "box",
    distribution: str = "strangers-box",
    module: str = "strangers_box",
    source: str = SOURCE,
) -> Path:
    """Put the distribution on the path, for as long as the test lasts; *source* is that of its only module."""
    place = folder / distribution
    about = place / f"{distribution.replace('-', '_')}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[preserve.targets]\n{kind} = {module}:KIND\n")
    (place / f"{module}.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.delitem(sys.modules, module, raising=False)
    return place

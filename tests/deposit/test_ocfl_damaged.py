"""Nothing is added to an OCFL object that is damaged, wherever it is."""

import shutil
from collections.abc import Callable
from contextlib import closing
from hashlib import sha512
from pathlib import Path

import pytest

from preserve.errors import DepositRefused
from preserve.testing.logs import MemoryLog
from tests.deposit.ocfl_places import Library, findings
from tests.deposit.test_ocfl import files_below, states


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-2] ^= 1
    file.write_bytes(data)


def retold(place: Path) -> None:
    """The inventory altered by somebody who knows that its digest lies beside it."""
    data = (place / "inventory.json").read_bytes().replace(b"state 1 of", b"state 9 of")
    (place / "inventory.json").write_bytes(data)
    (place / "inventory.json.sha512").write_text(f"{sha512(data).hexdigest()} inventory.json\n")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda place: (place / "stray.txt").write_text("Who put me here?\n"), "E001"),
        (lambda place: flipped(place / "v1/content/data/letter.txt"), r"v1/content/data/letter\.txt.*E093"),
        (lambda place: flipped(place / "v1/content/metadata/dc.xml"), r"v1/content/metadata/dc\.xml.*E093"),
        (lambda place: (place / "v1/content/data/letter.txt").write_bytes(b""), "E093"),
        (lambda place: (place / "v1/content/data/letter.txt").unlink(), r"v1/content/data/letter\.txt.*E092"),
        (lambda place: flipped(place / "inventory.json"), "E060|E033"),
        (lambda place: flipped(place / "v1/inventory.json"), "E060|E033"),
        (retold, "E064"),
        (lambda place: (place / "inventory.json").unlink(), "E063"),
    ],
)
def test_nothing_is_added_to_an_object_that_is_not_valid(
    tmp_path: Path, damage: Callable[[Path], object], code: str
) -> None:
    """Also where what is damaged is of a former version, whether the next one refers to it or not."""
    library = Library(tmp_path)
    first, second, third = states(3)
    library.put(first)
    library.put(second)
    place = library.place_of(first)
    whole = files_below(place)
    damage(place)
    before, log = files_below(library.path), MemoryLog()
    with closing(library.open()) as target:
        with pytest.raises(DepositRefused, match=code) as refused:
            target.send(third, log)
        assert refused.value.hint
        assert "placed" not in log.handle
        assert not {path for path in files_below(library.path) if "preserve-staging" in path and "content" in path}
    assert {path: data for path, data in files_below(library.path).items() if "preserve-staging" not in path} == before
    shutil.rmtree(place)
    for path, data in whole.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    library.put(third)  # mended, it gets its version
    assert library.whole() == ["letters", "letters.v2", "letters.v3"]
    assert not findings(place)

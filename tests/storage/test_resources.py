"""The shipped schemas are found in an installed wheel and in a checkout."""

import json
import zipfile
from pathlib import Path

import pytest

from preserve.storage import resources


def test_a_checkout_uses_the_repository_folder() -> None:
    assert "record.xsd" in resources.schema_names()
    assert json.loads(resources.schema("validation.schema.json"))["title"] == "validation"


def test_what_a_wheel_brings_goes_before_the_repository(tmp_path: Path) -> None:
    packaged = tmp_path / "schemas"
    packaged.mkdir()
    assert resources._folder((packaged, resources.REPOSITORY)) == packaged
    assert resources._folder((tmp_path / "nothing", resources.REPOSITORY)) == resources.REPOSITORY


def test_schemas_are_found_inside_an_archive_too(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "wheel.zip", "w") as wheel:
        wheel.writestr("schemas/record.xsd", "inside")
    place = zipfile.Path(tmp_path / "wheel.zip", "schemas/")
    assert resources._folder((place, resources.REPOSITORY)).joinpath("record.xsd").read_bytes() == b"inside"


def test_an_incomplete_installation_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        resources.schema("nothing.xsd")

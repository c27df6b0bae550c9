"""What the main job writes about the samples is valid under the official schemas, not only under ours."""

import shutil
from pathlib import Path

import pytest
from lxml import etree

from preserve.premis.check import check
from tests.acceptance.archive import Archive
from tests.conftest import REPOSITORY
from tests.describe.official import official_oai_dc, official_record
from tests.premis.conftest import official_premis


@pytest.fixture
def sealed(archive: Archive, shared: Path) -> list[Path]:
    """The packages of all samples and of the real texts."""
    shutil.copytree(REPOSITORY / "incoming", archive.incoming, dirs_exist_ok=True)
    shutil.copytree(shared / "incoming", archive.incoming, dirs_exist_ok=True)
    results = archive.ingest()
    assert {result["status"] for result in results} == {"sealed"}
    return archive.sealed()


def test_every_description_is_valid_under_the_official_schemas(sealed: list[Path], shared: Path) -> None:
    schemas = {
        "metadata/descriptive/dc.xml": official_record(shared / "reference/xsd"),
        "metadata/descriptive/oai_dc.xml": official_oai_dc(shared / "reference/xsd"),
        "metadata/preservation/premis.xml": official_premis(shared),
    }
    for package in sealed:
        for path, xsd in schemas.items():
            xsd.assertValid(etree.parse(package / path))
        assert check((package / "metadata/preservation/premis.xml").read_bytes()) == ()

"""The official PREMIS 3.0 schema, compiled from the reference material without any network."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree


class _Offline(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        if system_url.endswith("xlink.xsd"):
            return self.resolve_filename(str(self.folder / "w3" / "loc-xlink.xsd"), context)
        raise AssertionError(f"nothing may be fetched: {system_url}")


@pytest.fixture(scope="session")
def official(shared: Path) -> Any:
    return official_premis(shared)


def official_premis(shared: Path) -> Any:
    """The schema, from the reference material at *shared*."""
    folder = shared / "reference" / "xsd"
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline(folder))
    source = (folder / "premis" / "premis-v3-0.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(source, parser))

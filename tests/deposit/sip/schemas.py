"""The official schemas of METS 1.12.1 and E-ARK, as oracles; they lie beside this repository."""

from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

_FILES = {
    "mets": "mets/mets-1-12-1.xsd",
    "csip": "eark/DILCISExtensionMETS.xsd",
    "sip": "eark/DILCISExtensionSIPMETS.xsd",
}
_DRIVER = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:import namespace="http://www.loc.gov/METS/" schemaLocation="{mets}"/>
  <xs:import namespace="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" schemaLocation="{csip}"/>
  <xs:import namespace="https://DILCIS.eu/XML/METS/SIPExtensionMETS" schemaLocation="{sip}"/>
</xs:schema>"""


class _Local(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    def __init__(self, xsd: Path) -> None:
        self._xsd = xsd

    def resolve(self, url: str, pubid: str, context: Any) -> Any:
        if url.startswith("http") and url.endswith("xlink.xsd"):
            return self.resolve_filename(str(self._xsd / "w3/loc-xlink.xsd"), context)
        return None


@cache
def official_mets(shared: Path) -> Any:
    """METS with the attributes of CSIP and SIP."""
    xsd = shared / "reference/xsd"
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local(xsd))
    driver = _DRIVER.format(**{name: (xsd / path).as_uri() for name, path in _FILES.items()})
    return etree.XMLSchema(etree.fromstring(driver, parser))

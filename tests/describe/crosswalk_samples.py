"""What the tests of the crosswalks share: a package, descriptions of it, and the official schemas as oracles."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from preserve.describe.crosswalks.subject import Crossed, Subject
from preserve.describe.crosswalks.targets import cross
from preserve.model import Package, Record, Statement
from tests.describe.official import TAGS, statements

UUID = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
PACKAGE = Package(
    UUID, "letters-6ba7b810", "letters", "Letters", False, datetime(2026, 11, 22, tzinfo=UTC), "1.0", 3, 1234, ()
)
URN = Statement("dcterms:identifier", f"urn:uuid:{UUID}", scheme="URI")
LEAST = (
    Statement("dcterms:title", "رسائل", lang="ar"),
    URN,
    Statement("dcterms:creator", "Fenn, Jane"),
    Statement("dcterms:publisher", "Vellhaven Harbour Office", lang="en"),
    Statement("dcterms:issued", "1931-02-03", scheme="W3CDTF"),
    Statement("dcterms:type", "Text", scheme="DCMIType"),
)
"""As little as the most demanding target wants."""

_MARC = {
    "http://www.loc.gov/mods/xml.xsd": "loc-mods-xml.xsd",
    "http://www.loc.gov/standards/xlink/xlink.xsd": "loc-xlink.xsd",
}


def described(*said: Statement, stands_in: bool = False, organizations: frozenset[str] = frozenset()) -> Subject:
    return Subject(PACKAGE, Record(said, stands_in), organizations)


def crossed(form: str, *said: Statement, **options: Any) -> Crossed:
    return cross(form, described(*said, **options))


def codes(done: Crossed) -> set[str]:
    return {problem.code for problem in done.problems}


class _Local(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    def __init__(self, xsd: Path) -> None:
        self._xsd = xsd

    def resolve(self, url: str, pubid: str, context: Any) -> Any:
        if url in _MARC:
            return self.resolve_filename(str(self._xsd / "w3" / _MARC[url]), context)
        if url.startswith("http"):
            return self.resolve_filename(str(self._xsd / "w3" / "xml-2001-03.xsd"), context)
        return None


@cache
def official(xsd: Path, path: str) -> Any:
    """The official schema at *path* below the reference material, compiled without a network."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local(xsd))
    return etree.XMLSchema(etree.parse(xsd / path, parser))


@st.composite
def hostile(draw: st.DrawFn) -> Subject:
    """A description with all that the targets demand, and anything else, of any content."""
    name = st.sampled_from(["Fenn, J.", "حسين، طه", "Fenn, J., 1890-1950"])
    agents = [Statement(f"dcterms:{term}", draw(name)) for term in ("creator", "contributor", "rightsHolder")]
    others = [s for s in draw(st.lists(statements(), max_size=8)) if s.term not in {a.term for a in agents}]
    others = [s for s in others if s.term not in ("dcterms:issued", "dcterms:available")]
    title = Statement("dcterms:title", "A title " + draw(st.text(max_size=5)), draw(st.sampled_from(["", *TAGS])))
    return described(title, *LEAST[1:], *agents, *others, stands_in=draw(st.booleans()))

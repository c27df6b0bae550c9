"""The registry: every form in which a description can be exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from preserve.describe.crosswalks.datacite import datacite
from preserve.describe.crosswalks.dcterms import dcterms
from preserve.describe.crosswalks.dspace import dspace
from preserve.describe.crosswalks.invenio import invenio
from preserve.describe.crosswalks.mods import mods
from preserve.describe.crosswalks.oai_dc import oai_dc
from preserve.describe.crosswalks.schema_org import schema_org
from preserve.describe.crosswalks.subject import Crossed, Notes, Subject
from preserve.describe.crosswalks.table import table


@dataclass(frozen=True, slots=True)
class Target:
    """A form: what it is called on the command line and for people, what it is, and the pure function that writes it.

    The function gets the ``Notes`` of this export, and writes down there what the form cannot carry, and what it
    demands and nobody has said.
    """

    name: str
    title: str
    media_type: str
    write: Callable[[Subject, Notes], bytes]


TABLE = "csv"
"""The target that can also hold a whole archive."""

_XML = "application/xml"
_ALL = (
    Target("oai_dc", "Simple Dublin Core", _XML, oai_dc),
    Target("dcterms", "Qualified Dublin Core", _XML, dcterms),
    Target("datacite", "DataCite", _XML, datacite),
    Target("mods", "MODS", _XML, mods),
    Target("dspace", "DSpace", _XML, dspace),
    Target("schema.org", "schema.org", "application/ld+json", schema_org),
    Target("invenio", "InvenioRDM", "application/json", invenio),
    Target(TABLE, "A table", "text/csv", table),
)
TARGETS: Mapping[str, Target] = MappingProxyType({target.name: target for target in _ALL})
"""All targets by name."""


def cross(name: str, subject: Subject) -> Crossed:
    """The description of *subject* in the form *name*, a key of ``TARGETS``.

    ``DescriptionError`` names everything that the form demands and the description does not say.
    """
    target = TARGETS[name]
    notes = Notes(target.title)
    data = target.write(subject, notes)
    notes.refuse(subject.package.name)
    return Crossed(data, notes.problems())

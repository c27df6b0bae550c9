"""The names of the DCMI properties that a text can carry (DCMI Metadata Terms, 2020-01-20)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Each property with the one of the 15 elements that it is or refines; "" where simple Dublin Core has no place for
# it.  The order is the order of a record: what a reader looks for first comes first.
_PROPERTIES = """
title:title identifier:identifier alternative:title creator:creator contributor:contributor publisher:publisher
created:date issued:date date:date modified:date available:date valid:date dateAccepted:date dateCopyrighted:date
dateSubmitted:date abstract:description tableOfContents:description description:description subject:subject
type:type language:language format:format extent:format medium:format source:source spatial:coverage
temporal:coverage coverage:coverage isPartOf:relation hasPart:relation isVersionOf:relation hasVersion:relation
isReplacedBy:relation replaces:relation isRequiredBy:relation requires:relation isReferencedBy:relation
references:relation isFormatOf:relation hasFormat:relation conformsTo:relation relation:relation
bibliographicCitation:identifier rights:rights accessRights:rights license:rights rightsHolder: provenance:
audience: mediator: educationLevel: instructionalMethod: accrualMethod: accrualPeriodicity: accrualPolicy:
"""
PROPERTIES: Mapping[str, str] = MappingProxyType(
    {name: element for name, _, element in (entry.partition(":") for entry in _PROPERTIES.split())}
)
"""Each property (``title``, ``created`` …) with the element that it is or refines, or "", in a record's order."""

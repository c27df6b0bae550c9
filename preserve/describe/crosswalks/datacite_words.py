"""DataCite's controlled lists beside the DCMI terms; InvenioRDM speaks with the same words."""

from __future__ import annotations

CONTRIBUTORS = {"dcterms:contributor": "Other", "dcterms:rightsHolder": "RightsHolder"}
"""The type of a contributor."""
DATES = {
    "dcterms:created": "Created",
    "dcterms:issued": "Issued",
    "dcterms:modified": "Updated",
    "dcterms:available": "Available",
    "dcterms:valid": "Valid",
    "dcterms:dateAccepted": "Accepted",
    "dcterms:dateCopyrighted": "Copyrighted",
    "dcterms:dateSubmitted": "Submitted",
    "dcterms:date": "Other",
    "dcterms:temporal": "Coverage",
}
"""The type of a date."""
DESCRIPTIONS = {
    "dcterms:abstract": "Abstract",
    "dcterms:tableOfContents": "TableOfContents",
    "dcterms:description": "Other",
    "dcterms:provenance": "Other",
}
"""The type of a description."""
RELATIONS = {
    "dcterms:isPartOf": "IsPartOf",
    "dcterms:hasPart": "HasPart",
    "dcterms:isVersionOf": "IsVersionOf",
    "dcterms:hasVersion": "HasVersion",
    "dcterms:isReplacedBy": "IsObsoletedBy",
    "dcterms:replaces": "Obsoletes",
    "dcterms:isRequiredBy": "IsRequiredBy",
    "dcterms:requires": "Requires",
    "dcterms:isReferencedBy": "IsReferencedBy",
    "dcterms:references": "References",
    "dcterms:isFormatOf": "IsVariantFormOf",
    "dcterms:hasFormat": "IsOriginalFormOf",
    "dcterms:source": "IsDerivedFrom",
}
"""The type of a relation."""
OTHER_RELATIONS = {"dcterms:relation": "relation", "dcterms:conformsTo": "conformsTo"}
"""What DataCite has no word for, and can say in words of its own."""
RIGHTS = ("dcterms:rights", "dcterms:license", "dcterms:accessRights")
"""What DataCite calls rights without telling them apart."""
LINKS = {"doi": "DOI", "handle": "Handle", "ark": "ARK", "urn": "URN", "url": "URL"}
"""The type of an identifier, by what ``links`` calls it."""
GENERAL_TYPES = {"MovingImage": "Audiovisual", "StillImage": "Image"}
"""The general types that are called otherwise than in the DCMI Type Vocabulary."""
SCHEMES = {
    "LCSH": ("Library of Congress Subject Headings", "http://id.loc.gov/authorities/subjects"),
    "MESH": ("MeSH", "http://id.nlm.nih.gov/mesh/"),
    "DDC": ("Dewey Decimal Classification", ""),
    "LCC": ("Library of Congress Classification", "http://id.loc.gov/authorities/classification"),
    "UDC": ("Universal Decimal Classification", ""),
}
"""The name and address of a subject scheme."""

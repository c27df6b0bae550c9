"""What is written into a record: the description, and the marks by which the record is found again.  All pure.

InvenioRDM takes one identifier of each scheme.  That of scheme ``urn`` is the consignment's key; what else the
description has of a scheme goes among the related identifiers, as another name of the same thing.  The package's own
URN, which all its states have, stands there too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from preserve.errors import DepositRefused

ACCESS: Mapping[str, tuple[str, str]] = {
    "public": ("public", "public"),
    "restricted": ("restricted", "restricted"),
    "files-restricted": ("public", "restricted"),
}
"""For each word of the setting: who sees the record, and who its files."""

_Json = dict[str, Any]


def body_of(described: bytes, key: str, package: str, access: str) -> bytes:
    """The body of a draft: *described*, as ``export --as invenio`` writes it, marked with *key* and *package*: URNs."""
    record, files = ACCESS[access]
    metadata = _marked(json.loads(described)["metadata"], key, package)
    body = {"access": {"record": record, "files": files}, "files": {"enabled": True}, "metadata": metadata}
    return json.dumps(body, ensure_ascii=False).encode()


def urn_of(package_id: str) -> str:
    """The URN of the package whose id this is."""
    return package_id if package_id.startswith("urn:") else f"urn:uuid:{package_id}"


def _marked(metadata: _Json, key: str, package: str) -> _Json:
    if not isinstance(metadata, dict):
        raise DepositRefused("The description has no metadata that InvenioRDM could take.")
    identifiers: dict[str, _Json] = {"urn": {"identifier": key, "scheme": "urn"}}
    related: list[_Json] = list(metadata.get("related_identifiers", []))
    for each in metadata.get("identifiers", []):
        if each["scheme"] in identifiers:
            related.append({**each, "relation_type": {"id": "isidenticalto"}})
        else:
            identifiers[each["scheme"]] = each
    related = [each for each in related if each["identifier"] not in (key, package)]
    related.append({"identifier": package, "scheme": "urn", "relation_type": {"id": "isversionof"}})
    return {**metadata, "identifiers": list(identifiers.values()), "related_identifiers": related}

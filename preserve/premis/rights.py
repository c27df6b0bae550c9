"""Rights statements: what people said in the description about licences and rights, and nothing beyond that.

A licence is a basis for acting (PREMIS 4.1.2 ``license``).  Every other statement of rights is of the basis ``other``:
to call it ``copyright`` would ask for a status and a country, which nobody gave.  No act is granted here in anybody's
name: which acts a licence permits is for its reader to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from preserve.model import Statement
from preserve.premis import identifiers
from preserve.premis.events import linking_object
from preserve.premis.text import name, text, word
from preserve.premis.vocabulary import RIGHTS_BASES

LICENSE, RIGHTS = "dcterms:license", "dcterms:rights"
SAID = "Said in metadata/descriptive/dc.xml when the package was sealed. What is said there now goes before this."
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_LICENCES = re.compile(r"https?://(?:www\.)?(?:creativecommons\.org|opendatacommons\.org|spdx\.org/licenses)/")


def rights_xml(statements: Iterable[Statement], package: UUID, file_id: Callable[[str], str]) -> Iterator[str]:
    """One ``rights`` with all *statements* on licences and rights; nothing where there are none.

    *file_id* gives the identifier of the payload file at a path, or "" if none is there.
    """
    said = [one for one in statements if one.term in (LICENSE, RIGHTS) and one.value.strip()]
    if not said:
        return
    yield "<rights>\n"
    for ordinal, one in enumerate(said, 1):
        is_license = one.term == LICENSE or _LICENCES.match(one.value.strip()) is not None
        basis = word("rightsBasis", RIGHTS_BASES["lic" if is_license else "oth"])
        file = file_id(one.about) if one.about else ""
        about = f" It was said of {one.about}." if one.about and not file else ""
        yield (
            f"<rightsStatement>\n<rightsStatementIdentifier><rightsStatementIdentifierType>{identifiers.TYPE}"
            f"</rightsStatementIdentifierType><rightsStatementIdentifierValue>{identifiers.of_rights(package, ordinal)}"
            f"</rightsStatementIdentifierValue></rightsStatementIdentifier>\n{basis}\n"
            f"{_license(one.value, about) if is_license else _other(one.value, about)}\n"
            f"{linking_object(identifiers.TYPE, file or package.urn)}</rightsStatement>\n"
        )
    yield "</rights>\n"


def _license(value: str, about: str) -> str:
    documented = _documented("license", value)
    terms = "" if documented else f"<licenseTerms>{text(value)}</licenseTerms>"
    return f"<licenseInformation>{documented}{terms}<licenseNote>{SAID}{name(about)}</licenseNote></licenseInformation>"


def _other(value: str, about: str) -> str:
    documented = _documented("otherRights", value)
    told = "" if documented else f"<otherRightsNote>{text(value)}</otherRightsNote>"
    return (
        f"<otherRightsInformation>{documented}<otherRightsBasis>rights statement</otherRightsBasis>{told}"
        f"<otherRightsNote>{SAID}{name(about)}</otherRightsNote></otherRightsInformation>"
    )


def _documented(prefix: str, value: str) -> str:
    """Where *value* is a URI: the document that it names."""
    if not _URI.fullmatch(value.strip()):
        return ""
    tag = f"{prefix}DocumentationIdentifier"
    return f"<{tag}><{tag}Type>{identifiers.TYPE}</{tag}Type><{tag}Value>{text(value.strip())}</{tag}Value></{tag}>"

"""What differs between the servers that speak SWORD v2: one row each.  Pure.

The profile leaves much open, and each server took another way.  A row says what was read in its documentation and its
source; nothing else here asks which server it speaks to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from preserve.model.deposits import Stage

PACKAGINGS: Mapping[str, str] = {
    "simplezip": "http://purl.org/net/sword/package/SimpleZip",
    "bagit": "http://purl.org/net/sword/package/BagIt",
    "binary": "http://purl.org/net/sword/package/Binary",
    "mets": "http://purl.org/net/sword/package/METSDSpaceSIP",
}
"""Short names for the packagings of the SWORD v2 profile, and for those of its servers."""


class Order(StrEnum):
    """In which calls a deposit is made."""

    ENTRY = "entry"
    """The description first, then the file into what it made, then the word that this is all (§6.3.3, §6.7.1)."""
    BINARY = "binary"
    """The file first, then the description, then the word that this is all (§6.3.1, §6.5.2)."""
    MULTIPART = "multipart"
    """Both in one call (§6.3.2)."""
    PARTS = "parts"
    """The file alone: in one call, or in numbered parts of which the last says that it is the last."""


class Back(StrEnum):
    """What can be read back of what was sent."""

    ORIGINAL = "original"
    """The file as it came, where the statement or the receipt names it (§11.1.2)."""
    MEDIA = "media"
    """The file as it came, from the EM-IRI: only where the server does not pack it anew (§6.4)."""
    NO = "no"
    """Nothing."""


class Finish(StrEnum):
    """How the server is told that nothing more will come."""

    POST = "post"
    """An empty POST to the SE-IRI with ``In-Progress: false`` (§9.3)."""
    PUT = "put"
    """The description once more to the Edit-IRI, with the state that the deposit is to have."""


_GENERIC: Mapping[str, Stage] = {
    **dict.fromkeys(("inprogress", "in-progress", "partial", "draft", "workspace", "inbox"), Stage.SENDING),
    **dict.fromkeys(
        ("deposited", "submitted", "uploaded", "finalizing", "accepted", "queued", "inreview", "inworkflow", "loading"),
        Stage.ACCEPTED,
    ),
    **dict.fromkeys(("archived", "archive", "published", "released", "stored", "ingested", "done"), Stage.STORED),
    **dict.fromkeys(("rejected", "refused", "invalid", "failed", "withdrawn", "deleted"), Stage.REFUSED),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of server.

    *most_unit* is what one of ``maxUploadSize`` counts in octets (1,024 by the profile, §6.1).  *replaces*: a PUT to
    the EM-IRI takes the place of what is there.  *deletes*: what is not submitted yet may be taken away by its
    depositor.  *lists*: a GET of the collection lists one's own deposits, with something in it that we gave.
    *titled*: the title is the only such thing, so the label is put into it.  *finishes*: to say that nothing more will
    come is the depositor's part, and not a curator's.  *entry_type* is what a receipt is asked for as: DSpace answers
    the plain type of Atom with a statement, and EPrints knows no other.  *states* is what the words of statements mean.
    *links* are the places of a deposit below its collection, where the collection's list tells only its number.
    """

    name: str
    server: str
    order: Order = Order.ENTRY
    packaging: str = PACKAGINGS["simplezip"]
    packagings: tuple[str, ...] = ()
    most_unit: int = 1024
    replaces: bool = True
    deletes: bool = True
    lists: bool = True
    titled: bool = False
    finishes: bool = True
    finish: Finish = Finish.POST
    back: Back = Back.NO
    by_token: bool = False
    part_size: int = 0
    entry_type: str = "application/atom+xml;type=entry"
    states: Mapping[str, Stage] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def stage(self, states: Iterable[tuple[str, str]]) -> tuple[Stage | None, str]:
        """What the *states* of a statement, each a term and a text, come to, and the words for it.

        None where they say nothing that is known here.
        """
        for term, text in states:
            last = term.rstrip("/").rpartition("/")[2].lower()
            for word in (f"{last}={text.strip().lower()}", last):
                found = self.states.get(word) or (None if self.states else _GENERIC.get(word))
                if found:
                    return found, " ".join(f"{last}: {text}".split()).rstrip(": ")
        return None, ""


def _stages(**words: str) -> dict[str, Stage]:
    return {word: Stage(stage) for stage, several in words.items() for word in several.split()}


PLAIN = Dialect("plain", "a server that keeps to the SWORD v2 profile", back=Back.ORIGINAL)
DSPACE = Dialect(
    "dspace",
    "DSpace",
    packagings=(PACKAGINGS["simplezip"], PACKAGINGS["binary"], PACKAGINGS["mets"]),
    back=Back.ORIGINAL,
    states=_stages(sending="inprogress", accepted="inreview", stored="archived", refused="withdrawn"),
)
EPRINTS = Dialect(
    "eprints",
    "EPrints",
    packagings=(PACKAGINGS["simplezip"],),
    titled=True,
    finish=Finish.PUT,
    entry_type="application/atom+xml",
    states=_stages(sending="inbox", accepted="buffer", stored="archive", refused="deletion"),
)
DATAVERSE = Dialect(
    "dataverse",
    "Dataverse",
    packagings=(PACKAGINGS["simplezip"],),
    replaces=False,
    titled=True,
    finishes=False,
    by_token=True,
    states=_stages(
        sending="latestversionstate=draft",
        stored="latestversionstate=released latestversionstate=archived",
        refused="latestversionstate=deaccessioned",
    ),
)
DANS = Dialect(
    "dans",
    "a DANS Data Station",
    order=Order.PARTS,
    packaging=PACKAGINGS["bagit"],
    packagings=(PACKAGINGS["bagit"],),
    deletes=False,
    lists=False,
    part_size=1_000_000_000,
    states=_stages(
        sending="draft",
        accepted="uploaded finalizing submitted in_review accepted",
        stored="published archived",
        refused="invalid rejected failed",
    ),
)
SWH = Dialect(
    "swh",
    "Software Heritage",
    packagings=(PACKAGINGS["simplezip"],),
    most_unit=1,
    states=_stages(
        sending="partial", accepted="deposited verified loading", stored="done", refused="rejected failed expired"
    ),
    links={"edit": "{id}/atom/", "media": "{id}/media/", "add": "{id}/metadata/", "statement": "{id}/status/"},
)

DIALECTS: Mapping[str, Dialect] = {row.name: row for row in (PLAIN, DSPACE, EPRINTS, DATAVERSE, DANS, SWH)}
"""All of them, by the names that ``[targets.NAME]`` uses."""

"""SWORD v2: deposits over HTTP and Atom to DSpace, EPrints, Dataverse, DANS, Software Heritage, and others.

The protocol is the SWORD 2.0 profile; § in this folder is a section of it.  Where a server allows it, the description
goes first and makes a draft, whose address is noted; the file goes into the draft; and only then is the server told
that this is all.  So a line that breaks leaves a draft that is gone on with, and never two deposits.

    words of the servers     dialects, documents (pure)
    our own words            entry (pure), options
    what is there            container, judging (pure), finding
    the calls                talking, sending, target
"""

from __future__ import annotations

from preserve.deposit.given import Given, TargetKind
from preserve.deposit.targets.swordv2.options import SETTINGS
from preserve.ports.depositing import DepositTarget


def _open(given: Given) -> DepositTarget:
    from preserve.deposit.targets.swordv2.target import SwordTarget  # noqa: PLC0415  lxml loads when it is needed

    return SwordTarget(given)


KIND = TargetKind(
    "swordv2",
    "a repository that takes deposits by SWORD v2: DSpace, EPrints, Dataverse, DANS, Software Heritage",
    ("zip", "payload-zip", "tar", "saf-zip", "eark-zip", "eark-tar"),
    _open,
    SETTINGS,
    ("url",),
    {"password": "The password of the user; at Dataverse the API token."},
)

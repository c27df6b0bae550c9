"""A proof that one package stood in a checkpoint, as https://c2sp.org/tlog-proof has it.  All functions are pure.

    c2sp.org/tlog-proof@v1
    extra <the leaf, in base64>
    index <its place in the tree>
    <what has to be known beside it, from the leaf to the root>

    <the checkpoint, as it is>

It needs nothing but a public key to be verified.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from preserve.history.checkpoints import merkle, note
from preserve.history.checkpoints.body import Body
from preserve.history.checkpoints.leaves import Leaf
from preserve.history.checkpoints.note import Note

TITLE = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})", re.ASCII)
_MOST_STEPS = 64


@dataclass(frozen=True, slots=True)
class Proof:
    """The leaf at *index*, the *steps* to the root, and the checkpoint that signs it."""

    leaf: Leaf
    index: int
    steps: tuple[bytes, ...]
    checkpoint: Note

    def encode(self) -> bytes:
        """The octets of the file."""
        extra = base64.b64encode(self.leaf.encode()).decode()
        steps = [base64.b64encode(step).decode() for step in self.steps]
        lines = [TITLE, f"extra {extra}", f"index {self.index}", *steps, ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint.encode()

    def proves(self, body: Body) -> bool:
        """Whether the leaf stands in the tree whose root *body*, that of its checkpoint, signs."""
        hashed = merkle.leaf_hash(self.leaf.encode())
        return merkle.root_from(hashed, self.index, body.size, self.steps) == body.root


def is_proof(data: bytes) -> bool:
    """Whether *data* says to be a proof."""
    return TITLE.encode() in data[:200]


def parse(data: bytes) -> Proof:
    """The proof that *data* is, of which nothing was verified yet.  ``ValueError`` if it is none."""
    if len(data) > note.LARGEST:
        raise ValueError(f"is larger than any proof ({len(data):,} bytes)")
    try:
        text = note.tidied(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError("is not a text in UTF-8") from error
    head, gap, below = text.partition("\n\n")
    title, *lines = head.split("\n")
    if title != TITLE or not gap or len(lines) < 2:
        raise ValueError("is no proof of the form that is known here, or is cut off")
    extra, index, *steps = lines
    place = _INDEX.fullmatch(index)
    if not extra.startswith("extra ") or not place or len(steps) > _MOST_STEPS:
        raise ValueError("lacks the lines with which a proof of preserve begins: extra and index")
    try:
        leaf = Leaf.decode(note.decoded(extra.removeprefix("extra ")))
        hashes = tuple(note.decoded(step) for step in steps)
    except ValueError as error:
        raise ValueError("is no proof that preserve made, or was altered: its lines cannot be read") from error
    return Proof(leaf, int(place[1]), hashes, note.parse(below.encode()))

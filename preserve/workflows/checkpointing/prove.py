"""A proof that one package stood in a checkpoint, to be given to somebody who has neither the archive nor its keys."""

from __future__ import annotations

from pathlib import Path

from preserve.errors import CheckpointError
from preserve.history.checkpoints import body as bodies
from preserve.history.checkpoints import merkle, note
from preserve.history.checkpoints.handovers import trusted
from preserve.history.checkpoints.proof import Proof
from preserve.storage.names import shown
from preserve.workflows.archive import Archive
from preserve.workflows.checkpointing.places import keys_of, latest, read_up_to
from preserve.workflows.checkpointing.results import Proven
from preserve.workflows.checkpointing.standing import leaves_of
from preserve.workflows.looking import find


def prove(archive: Archive, package: str, checkpoint: Path | None = None) -> Proven:
    """The proof that *package* stands in *checkpoint*, by default the latest of the archive.

    ``CheckpointError`` if the checkpoint is not one of ours, or its leaves cannot be had, or it does not vouch for the
    package; ``UnknownPackage`` if there is none of that name.
    """
    meant = find(archive, package)
    path = checkpoint or latest(archive.config)
    name = shown(path.name)
    try:
        signed = note.parse(read_up_to(path, note.LARGEST))
        body = bodies.parse(signed.text)
    except ValueError as error:
        raise CheckpointError(f"{name} {error}.", hint="Name a checkpoint: --checkpoint FILE") from error
    ring = keys_of(archive.config)
    believed = note.signers(signed, trusted((one.key for one in ring.kept()), ring.handovers()))
    if not believed or not all(believed.values()):
        raise CheckpointError(
            f"{name} is not signed by a key of this archive.", hint="See: preserve checkpoint verify FILE"
        )
    leaves = leaves_of(archive, body, path)
    if leaves is None:
        text = f"A proof needs all that {name} was made of: the companion is not there, or not the one that it names."
        raise CheckpointError(text, hint="Put the companion back, or make another checkpoint.")
    index = next((place for place, leaf in enumerate(leaves) if leaf.id == meant.id), None)
    if index is None:
        text = f"{name} does not vouch for the package {shown(meant.name)}."
        raise CheckpointError(text, hint="It is newer, or was left out. Make another checkpoint: preserve checkpoint")
    steps = merkle.inclusion_proof([merkle.leaf_hash(leaf.encode()) for leaf in leaves], index)
    return Proven(Proof(leaves[index], index, steps, signed).encode(), leaves[index], meant.name, index, path, body)

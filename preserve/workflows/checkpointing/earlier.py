"""What earlier checkpoints of the archive vouched for: what is not so any more is not signed again in silence.

They lie where an attacker may reach them, so they prove nothing to others.  But who only changed a history is noticed
by the next checkpoint, and not first by whoever verifies an old one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from preserve.config import Config
from preserve.errors import CheckpointError
from preserve.history.checkpoints import body as bodies
from preserve.history.checkpoints import note
from preserve.history.checkpoints.body import Body
from preserve.history.checkpoints.leaves import Listed
from preserve.workflows.checkpointing.companions import companion_trouble, read_companion
from preserve.workflows.checkpointing.places import checkpoints_in, folder_of, keys_of, read_up_to

_MOST = 12


@dataclass(frozen=True, slots=True)
class Earlier:
    """By id, how each package was when a checkpoint last vouched for it; *latest* are those of the very last one."""

    listed: dict[str, Listed] = field(default_factory=dict)
    latest: frozenset[str] = frozenset()

    @classmethod
    def of(cls, config: Config) -> Earlier:
        """What the checkpoints in the archive's own folder say, newest first, as far as they are signed and whole.

        One that left nothing out says all there is to say of its time; of the others, some are asked.
        """
        listed: dict[str, Listed] = {}
        latest: frozenset[str] | None = None
        keys = tuple(one.key for one in keys_of(config).kept())
        for path in checkpoints_in(folder_of(config))[: -_MOST - 1 : -1]:
            body = _signed(path, keys)
            if body is None or companion_trouble(path, body) is not None:
                continue
            found = {one.leaf.id: one for one in read_companion(path)}
            latest = frozenset(found) if latest is None else latest
            listed = found | listed
            if not body.left_out:
                break
        return cls(listed, latest or frozenset())


def _signed(path: Path, keys: tuple[note.VerifierKey, ...]) -> Body | None:
    """What the checkpoint at *path* says; None unless one of *keys* signed it."""
    if not os.path.isfile(path):
        return None
    try:
        signed = note.parse(read_up_to(path, note.LARGEST))
        found = note.signers(signed, keys)
        return bodies.parse(signed.text) if found and all(found.values()) else None
    except (ValueError, CheckpointError):
        return None

"""Making keys; the note of a handover is laid beside the checkpoints too, so that it goes with them off-site."""

from __future__ import annotations

from preserve.config import Config
from preserve.errors import CheckpointError
from preserve.history.checkpoints.handovers import HANDOVER
from preserve.history.checkpoints.keys import KeptKey
from preserve.ports import Clock
from preserve.storage import durable
from preserve.storage.names import shown
from preserve.workflows.archive import SystemClock
from preserve.workflows.checkpointing.places import folder_of, key_name_of, keys_of


def new_key(config: Config, name: str = "", clock: Clock | None = None) -> KeptKey:
    """Make the key *name*, by default called as the archive is; the one before hands over to it.

    ``CheckpointError`` if it cannot be kept.
    """
    kept, handed = keys_of(config).new(name or key_name_of(config), (clock or SystemClock()).now())
    folder = folder_of(config)
    if handed:
        place = folder / f"{HANDOVER}{kept.key.hash}.txt"
        try:
            folder.mkdir(exist_ok=True)
            durable.write_new(place, handed.encode(), sync=True)
        except OSError as error:
            raise CheckpointError(
                f"The key was made, but the note of its handover not written to {shown(str(place))}: {error.strerror}.",
                hint=f"Copy it from {shown(str(keys_of(config).folder))} to where you keep your checkpoints.",
            ) from error
    return kept


def find_key(config: Config, text: str = "") -> KeptKey:
    """The key whose name or eight digits *text* is; without any, the one that signs.

    ``CheckpointError`` if there is none, or more than one.
    """
    kept = keys_of(config).kept()
    found = [one for one in kept if (text in (one.key.name, one.key.hash) if text else one.signs)]
    if len(found) == 1:
        return found[0]
    what = f"called {shown(text)}" if text else "to sign with"
    many = "more than one key" if found else "no key"
    raise CheckpointError(f"There is {many} {what}.", hint="See them, with their eight digits: preserve keys list")

"""Messages that could not be sent, kept in the archive's home until a later run sends them.

They lie outside of the package store: that may be what cannot be reached.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from preserve.storage import durable
from preserve.workflows.alerting.message import Message

_LARGEST = 4 * 1024 * 1024


class Unsent:
    """The folder of what waits.  A file a message and channel, readable by the archive's account alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, channel: str, message: Message) -> None:
        """Write *message* down for *channel*; nothing if it is there already.  ``OSError``."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        order = len(os.listdir(self._folder))  # of those of the same second
        moment = message.made.strftime("%Y%m%dT%H%M%SZ")
        data = json.dumps({"channel": channel, "message": message.document()}, ensure_ascii=False).encode()
        with suppress(FileExistsError):
            durable.write_new(
                self._folder / f"{moment}-{order:06d}-{channel}-{message.id}.json", data, sync=True, mode=0o600
            )
            durable.sync_folder(self._folder)

    def waiting(self, channel: str) -> Iterator[tuple[Path, Message]]:
        """What waits for *channel*, the oldest first; a file that holds none of ours is passed over."""
        try:
            found = sorted(os.listdir(self._folder))
        except OSError:
            return
        for name in found:
            if f"-{channel}-" in name and name.endswith(".json"):
                path = self._folder / name
                with suppress(OSError, ValueError, KeyError, TypeError):
                    yield path, _read(path, channel)

    def forget(self, path: Path) -> None:
        """Remove what was sent."""
        with suppress(OSError):
            path.unlink()


def _read(path: Path, channel: str) -> Message:
    with durable.opened(path, durable.READ_FILE) as fd, open(fd, "rb", closefd=False) as stream:
        kept = json.loads(stream.read(_LARGEST))
    if kept["channel"] != channel:
        raise ValueError("it is for another channel")
    return Message.read(kept["message"])

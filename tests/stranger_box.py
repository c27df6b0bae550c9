"""The module that a stranger's distribution brings: a folder to which packages are copied.  It says what it is told.

It knows nothing of preserve but what its documentation promises.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from preserve.config import Setting
from preserve.deposit.given import Given, TargetKind
from preserve.errors import AccessRefused, DepositRefused, TargetUnreachable
from preserve.model import Problem
from preserve.model.deposits import Promises, Proof, Sighting, Stage, Verification
from preserve.ports import Progress
from preserve.ports.depositing import Consignment, DepositTarget, Log


class Box:
    """Stages are told by the file ``says`` in its folder; by default what is there is stored."""

    def __init__(self, given: Given) -> None:
        self._folder = given.path("path")
        self._token = given.secret("token")
        self._locked = given.values["locked"]

    @property
    def promises(self) -> Promises:
        return Promises(askable=True, resumes=False, proof=Proof.BYTES)

    def check(self) -> str:
        if self._locked and not self._token:
            raise AccessRefused("The box is locked, and there is no token.", hint="Give it one.")
        if not self._folder.is_dir():
            raise TargetUnreachable(f"There is no box at {self._folder}, said {self._token.reveal() or 'nobody'}.")
        return f"a box with {len(list(self._folder.iterdir()))} things"

    def plan(self, what: Consignment) -> tuple[Problem, ...]:
        return ()

    def look(self, what: Consignment, handle: Mapping[str, str]) -> Sighting:
        self.check()
        there = self._folder / what.label
        return self._seen(there) if there.is_dir() else Sighting(None)

    def send(self, what: Consignment, log: Log) -> Sighting:
        self.check()
        if self._says() == "no":
            raise DepositRefused("The box is for letters only.")
        if self._says() == "vanish":
            self._folder.rename(self._folder.with_name("away"))
            raise TargetUnreachable("The box is gone.")
        part = self._folder / f".part-{what.label}"
        for piece in what.pieces():
            place = part / piece.path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as stream:
                stream.writelines(piece.blocks())
        if self._says() == "nothing":
            raise TargetUnreachable("The lid of the box fell shut.")
        part.rename(self._folder / what.label)
        log.keep("answer.txt", f"thanks, {self._token.reveal() or 'friend'}\n".encode())
        if self._says() == "lost":
            raise TargetUnreachable("The answer of the box was lost.")
        return self._seen(self._folder / what.label)

    def confirm(self, what: Consignment, log: Log) -> Sighting:
        return self._seen(self._folder / what.label)

    def verify(self, what: Consignment, log: Log, progress: Progress) -> Verification:
        problems, octets, files = [], 0, 0
        for piece in what.pieces():
            content = (self._folder / what.label / piece.path).read_bytes()
            octets, files = octets + len(content), files + 1
            if hashlib.sha256(content).hexdigest() != piece.digest("sha256"):
                text = f"{piece.path} is not as it was sent."
                problems.append(Problem.of(DepositRefused(text)))
        return Verification(not problems, Proof.BYTES, files, octets, tuple(problems))

    def close(self) -> None:
        pass

    def _says(self) -> str:
        told = self._folder / "says"
        return told.read_text().strip() if told.exists() else "stored"

    def _note(self) -> str:
        told = self._folder / "note"
        return told.read_text() if told.exists() else "with pleasure"

    def _seen(self, there: Path) -> Sighting:
        stage = Stage.ACCEPTED if self._says() == "accepted" else Stage.STORED
        return Sighting(stage, where=f"box:{there.name}", note=self._note())


def _open(given: Given) -> DepositTarget:
    return Box(given)


KIND = TargetKind(
    name="box",
    meaning="A stranger's box.",
    forms=("bag", "tar"),
    open=_open,
    settings=(
        Setting("path", "", "Where the box stands."),
        Setting("locked", False, "Whether it takes a token to open it."),
        Setting("height", 3, "How high it is."),
        Setting("colours", ("red",), "In which colours."),
    ),
    required=("path",),
    secrets={"token": "What opens it."},
)

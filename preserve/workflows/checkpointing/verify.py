"""Verifying a checkpoint or a proof: who signed it, when it was stamped, and what became of what it vouches for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from preserve.config import Config
from preserve.errors import CatalogError, CheckpointError, Locked, NoArchiveHome, StoreUnwritable, UsageError
from preserve.history.checkpoints import body as bodies
from preserve.history.checkpoints import note, proof, rules, timestamps
from preserve.history.checkpoints.body import Body
from preserve.history.checkpoints.handovers import handovers_in, trusted
from preserve.history.checkpoints.keys import parse_keys
from preserve.history.checkpoints.note import Note, VerifierKey
from preserve.history.checkpoints.timestamps import Stamp
from preserve.model import Problem
from preserve.ports import Progress
from preserve.storage.names import shown
from preserve.workflows.archive import opened
from preserve.workflows.checkpointing.places import folder_of, keys_of, read_up_to, stamp_of
from preserve.workflows.checkpointing.results import Signer, Verification
from preserve.workflows.checkpointing.standing import compare_with
from preserve.workflows.states import settle

_LARGEST_KEYS = 1024 * 1024
_LARGEST_CERTIFICATES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that are believed, the notes of handover at hand, and whether the keys are only the archive's own."""

    keys: tuple[VerifierKey, ...]
    handovers: tuple[Note, ...]
    from_home: bool

    @classmethod
    def of(cls, given: Sequence[str], beside: Path, config: Config | None) -> Trust:
        """Those that were *given*, each as a key or as a file of keys; without any, those of the archive.

        ``CheckpointError`` if one is neither, or there is none at all.
        """
        keys = tuple(key for text in given for key in _keys(text))
        folders = [beside.parent, *([keys_of(config).folder, folder_of(config)] if config else [])]
        handovers = tuple(one for folder in dict.fromkeys(folders) for one in handovers_in(folder))
        if not keys and config:
            keys = tuple(one.key for one in keys_of(config).kept())
        if not keys:
            raise CheckpointError("No public key was given.", hint="Give the one that you kept elsewhere: --key FILE")
        return cls(keys, handovers, not given)


def verify(
    path: Path,
    config: Config | None,
    progress: Progress,
    *,
    keys: Sequence[str] = (),
    certificates: Path | None = None,
) -> Verification:
    """Judge the checkpoint, or the proof, at *path*, by *keys*; a checkpoint is compared with the archive of *config*.

    Nothing that it says is believed, and nothing compared, unless a trusted key signed it.  *certificates* are those
    by which its time stamp is judged.

    ``UsageError`` for *certificates* with a proof; ``CheckpointError`` if a file cannot be read, or no key is known;
    ``NoArchiveHome`` if a checkpoint is good and
    there is no archive to compare it with; ``BagError`` or ``CatalogError`` if the archive cannot be read.
    """
    data = read_up_to(path, note.LARGEST)
    result = Verification(path, from_home=not keys)
    try:
        proven = proof.parse(data) if proof.is_proof(data) else None
        signed = proven.checkpoint if proven else note.parse(data)
        result = _signatures(result, signed, Trust.of(keys, path, config))
        if not result.signers:
            return result
        body = bodies.parse(signed.text)
    except ValueError as error:
        text = f"{shown(path.name)} {error}."
        return replace(result, problems=(rules.UNREADABLE.at(path.name, text),))
    result = replace(result, body=body)
    if proven:
        if certificates is not None:
            raise UsageError("A proof has no time stamp of its own.", hint="Leave --timestamp-ca away.")
        return _proof(result, proven, body)
    result = _stamp(result, path, signed, certificates)
    if config is None:
        text = f"{shown(path.name)} is signed as it must be; but there is no archive here to compare it with."
        raise NoArchiveHome(text, hint="Name the archive: preserve --home DIR checkpoint verify FILE")
    with opened(config) as archive:
        with suppress(StoreUnwritable, CatalogError, Locked):  # what cannot be written stays as it was left
            settle(archive)
        compared = compare_with(archive, body, path, progress)
    return replace(result, compared=compared, problems=(*result.problems, *compared.problems))


def _keys(text: str) -> tuple[VerifierKey, ...]:
    """The keys that *text* is, or that stand in the file which it names."""
    looks_like_one = text.count("+") >= 2 and not os.path.exists(text)
    said = text if looks_like_one else read_up_to(Path(text), _LARGEST_KEYS).decode("utf-8", "replace")
    try:
        return parse_keys(said)
    except ValueError as error:
        raise CheckpointError(f"{shown(text)} {error}.", hint="Public keys: preserve keys list") from error


def _signatures(result: Verification, signed: Note, trust: Trust) -> Verification:
    believed = trusted(trust.keys, trust.handovers)
    found = note.signers(signed, believed)
    name = result.path.name
    problems = [
        rules.SIGNATURE_WRONG.at(name, f"The signature of {shown(key.name)}+{key.hash} under {shown(name)} is wrong.")
        for key, good in found.items()
        if not good
    ]
    if not found:
        others = ", ".join(sorted({f"{shown(one.name)}+{one.id.hex()}" for one in signed.signatures})[:5])
        text = f"{shown(name)} is signed by no key that is trusted here, but by {others}."
        problems.append(rules.KEY_UNKNOWN.at(name, text))
    if problems:
        return replace(result, problems=tuple(problems))
    if signed.mended:
        text = (
            f"{shown(name)} went through a program that changed its line ends or blanks; the text is what was signed."
        )
        problems.append(rules.MENDED.at(name, text))
    if trust.from_home:
        text = "It was judged by the public key that lies in the archive itself."
        problems.append(rules.KEY_FROM_HOME.at(name, text))
    signers = tuple(Signer(key, believed[key]) for key in found)
    return replace(result, signers=signers, problems=tuple(problems))


def _proof(result: Verification, proven: proof.Proof, body: Body) -> Verification:
    if proven.proves(body):
        return replace(result, leaf=proven.leaf)
    name = result.path.name
    text = f"{shown(name)} proves nothing: what it says of the package does not stand in the checkpoint that it brings."
    return replace(result, problems=(*result.problems, rules.PROOF_WRONG.at(name, text)))


def _stamp(result: Verification, path: Path, signed: Note, certificates: Path | None) -> Verification:
    place = stamp_of(path)
    stamp, problem = _judged_stamp(place, signed, certificates)
    return replace(result, stamp=stamp, problems=(*result.problems, *([problem] if problem else [])))


def _judged_stamp(place: Path, signed: Note, certificates: Path | None) -> tuple[Stamp | None, Problem | None]:
    if certificates is None:
        text = f"There is a time stamp, {shown(place.name)}, which was not judged."
        return None, rules.STAMP_UNJUDGED.at(place.name, text) if place.exists() else None
    trusted_ones = read_up_to(certificates, _LARGEST_CERTIFICATES)
    if not place.exists():
        return None, rules.STAMP_MISSING.at(place.name, f"There is no time stamp {shown(place.name)} to be judged.")
    try:
        return timestamps.verify(read_up_to(place, timestamps.LARGEST), signed.encode(), trusted_ones), None
    except ValueError as error:
        return None, rules.STAMP_WRONG.at(place.name, f"The time stamp {shown(place.name)} {error}.")

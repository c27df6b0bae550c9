"""How checkpoints, and the judgement on them, are told."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from preserve.cli.output import clean, one_line, problem_json, problem_lines, with_path
from preserve.storage.sizes import plural
from preserve.storage.times import rfc3339

if TYPE_CHECKING:
    from preserve.history.checkpoints.body import Body
    from preserve.history.checkpoints.leaves import Leaf
    from preserve.workflows.checkpointing.results import Compared, Verification

_BY = {
    "companion": "its companion",
    "list": "the list in it",
    "histories": "all histories together",
}


def body_json(body: Body) -> dict[str, Any]:
    """What a checkpoint says."""
    return {
        "origin": clean(body.origin),
        "size": body.size,
        "root": base64.b64encode(body.root).decode(),
        "time": rfc3339(body.time) if body.time else "",
    }


def leaf_json(leaf: Leaf) -> dict[str, Any]:
    """What a checkpoint vouches for of one package."""
    return {
        "id": leaf.id,
        "entries": leaf.entries,
        "head": leaf.head,
        "pinned": [{"path": clean(pin.path), "algorithm": pin.algorithm, "value": pin.value} for pin in leaf.pinned],
    }


def verification_json(result: Verification) -> dict[str, Any]:
    """One judgement.  What the file says stands in it only if a trusted key signed it."""
    compared = result.compared
    return {
        **with_path("path", str(result.path)),
        "good": result.good,
        "signers": [{"key": one.key.text, "through": one.through.text} for one in result.signers],
        "keys_from_archive": result.from_home,
        "checkpoint": body_json(result.body) if result.body else None,
        "timestamp": rfc3339(result.stamp.time) if result.stamp else "",
        "authority": clean(result.stamp.authority) if result.stamp else "",
        "proves": leaf_json(result.leaf) if result.leaf else None,
        "compared_by": str(compared.basis),
        "packages": compared.packages,
        "as_they_were": compared.good,
        "gone_on": compared.gone_on,
        "new": compared.new,
        "problems": [problem_json(problem) for problem in result.problems],
    }


def verification_lines(result: Verification) -> list[str]:
    """The same for a person."""
    name = one_line(str(result.path))
    body = result.body
    if body is None:
        return [f"{name}: NOT GOOD", *problem_lines(result.problems)]
    word = "good" if result.good else "NOT GOOD"
    made = f" of {rfc3339(body.time)}" if body.time else ""
    what = "proof from a checkpoint" if result.leaf else "checkpoint"
    lines = [f"{name}: {word}. A {what}{made} by {one_line(body.origin)}, over {plural(body.size, 'package')}."]
    for one in result.signers:
        through = "" if one.through == one.key else f", to which {one.through.name}+{one.through.hash} handed over"
        lines.append(f"    Signed by {one_line(one.key.name)}+{one.key.hash}{through}.")
    if result.stamp:
        lines.append(
            f"    Stamped {rfc3339(result.stamp.time)} by {one_line(result.stamp.authority) or 'an authority'}."
        )
    lines += _leaf_lines(result.leaf) if result.leaf else _compared_lines(result.compared)
    return [*lines, *problem_lines(result.problems)]


def _leaf_lines(leaf: Leaf) -> list[str]:
    lines = [
        f"    It proves of the package {one_line(leaf.id)}:",
        f"      its history had {plural(leaf.entries, 'line')}, the last with the hash {one_line(leaf.head)};",
        "      its manifests had these checksums:",
    ]
    return lines + [
        f"        {one_line(pin.value)}  {one_line(pin.path)} ({one_line(pin.algorithm)})" for pin in leaf.pinned
    ]


def _compared_lines(compared: Compared) -> list[str]:
    if str(compared.basis) not in _BY:
        return []
    since = (
        f"; {compared.gone_on:,} with entries since, {plural(compared.new, 'package')} newer" if compared.good else ""
    )
    count = f"{compared.good:,} of {plural(compared.packages, 'package')} as they were"
    return [f"    Compared by {_BY[str(compared.basis)]}: {count}{since}. No document was read."]

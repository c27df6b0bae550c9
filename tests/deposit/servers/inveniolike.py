"""What InvenioRDM's REST API does, by its documentation, with the weaknesses that it has; nothing of it is ours.

It keeps what comes, however short or different from what was foretold; it computes the MD5 of what came; its search
is *behind* by some seconds; the draft of a next version has the metadata of its forerunner, and nobody's files.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.deposit.servers.scripted import Asked, Reply

TOKEN = "a-token-that-nobody-may-see"  # noqa: S105  of nothing


@dataclass
class Kept:
    """A record and its files; *content* is what is on the disk, *told* what the database says of it."""

    id: str
    parent: str
    index: int
    body: dict[str, Any]
    born: float
    published: bool = False
    status: str = "draft"
    community: str = ""
    content: dict[str, bytes] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class InvenioLike:
    """One repository with one account, whose token is ``TOKEN``."""

    records: dict[str, Kept] = field(default_factory=dict)
    behind: float = 0.0
    communities: dict[str, str] = field(default_factory=lambda: {"letters": "c0ffee00-0000-4000-8000-000000000001"})
    made: int = 0
    harms: list[Callable[[bytes], bytes]] = field(default_factory=list)
    """What happens to the next files on their way to the disk."""

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _json(403, {"status": 403, "message": f"Permission denied for {asked.headers.get('Authorization')}"})
        for pattern, method in _ROUTES:
            if found := re.fullmatch(pattern, f"{asked.method} {asked.path}"):
                return method(self, asked, *map(unquote, found.groups()))
        return _json(404, {"status": 404, "message": "The requested URL was not found on the server."})

    def whole(self) -> list[str]:
        """The names of the files of all published records, without their endings."""
        return [
            name.rpartition(".")[0]
            for kept in self.records.values()
            if kept.published
            for name in kept.content
            if kept.told[name]["status"] == "completed"
        ]

    # Records

    def search(self, asked: Asked) -> Reply:
        words = parse_qs(asked.query)
        wanted = set(re.findall(r'"([^"]*)"', words.get("q", [""])[0]))
        seen = [kept for kept in self.records.values() if time.monotonic() - kept.born >= self.behind]
        hits = [self._told(kept) for kept in seen if not wanted or wanted & set(_identifiers(kept.body))]
        return _json(200, {"hits": {"hits": hits[: int(words.get("size", ["10"])[0])], "total": len(hits)}})

    def create(self, asked: Asked) -> Reply:
        return _json(201, self._told(self._new(json.loads(asked.body), f"p{self.made}", 1)))

    def _new(self, body: dict[str, Any], parent: str, index: int) -> Kept:
        self.made += 1
        kept = Kept(f"r{self.made:04}-abcde", parent, index, body, time.monotonic())
        self.records[kept.id] = kept
        return kept

    def get(self, _: Asked, record_id: str) -> Reply:
        kept = self.records.get(record_id)
        if not kept or not kept.published:
            return _json(404, {"status": 404, "message": "The persistent identifier is not registered."})
        return _json(200, self._told(kept))

    def get_draft(self, _: Asked, record_id: str) -> Reply:
        kept = self._draft(record_id)
        return _json(200, self._told(kept)) if kept else _NO_DRAFT

    def put_draft(self, asked: Asked, record_id: str) -> Reply:
        if not (kept := self._draft(record_id)):
            return _NO_DRAFT
        kept.body = json.loads(asked.body)
        return _json(200, self._told(kept))

    def delete_draft(self, _: Asked, record_id: str) -> Reply:
        if not self._draft(record_id):
            return _NO_DRAFT
        del self.records[record_id]
        return Reply(204)

    def publish(self, _: Asked, record_id: str) -> Reply:
        if not (kept := self._draft(record_id)):
            return _NO_DRAFT
        if errors := _errors(kept.body):
            return _json(400, {"status": 400, "message": "A validation error occurred.", "errors": errors})
        if not kept.content:
            return _json(400, {"message": "x", "errors": [{"field": "files.enabled", "messages": ["Missing files."]}]})
        kept.published, kept.status = True, "published"
        return _json(202, self._told(kept))

    def new_version(self, _: Asked, record_id: str) -> Reply:
        former = self.records.get(record_id)
        if not former or not former.published:
            return _json(404, {"status": 404, "message": "The persistent identifier is not registered."})
        there = [each for each in self.records.values() if each.parent == former.parent and not each.published]
        if not there:
            body = json.loads(json.dumps(former.body))
            body["metadata"].pop("publication_date", None)
            there = [self._new(body, former.parent, former.index + 1)]
            there[0].status = "new_version_draft"
        return _json(201, self._told(there[0]))

    # Files

    def files(self, _: Asked, record_id: str, draft: str = "") -> Reply:
        kept = self._draft(record_id) if draft else self.records.get(record_id)
        if not kept or (not draft and not kept.published):
            return _NO_DRAFT
        return _json(200, {"enabled": True, "entries": list(kept.told.values()), "order": []})

    def begin_file(self, asked: Asked, record_id: str) -> Reply:
        if not (kept := self._draft(record_id)):
            return _NO_DRAFT
        for each in json.loads(asked.body):
            if each["key"] in kept.told:
                return _json(400, {"status": 400, "message": f"File with key {each['key']} already exists."})
            kept.told[each["key"]] = {"key": each["key"], "status": "pending", "checksum": None, "size": None}
        return _json(201, {"entries": list(kept.told.values())})

    def put_file(self, asked: Asked, record_id: str, name: str) -> Reply:
        if not (kept := self._draft(record_id)) or name not in kept.told:
            return _NO_DRAFT
        kept.content[name] = self.harms.pop(0)(asked.body) if self.harms else asked.body  # however much of it came
        return _json(200, kept.told[name])

    def end_file(self, _: Asked, record_id: str, name: str) -> Reply:
        if not (kept := self._draft(record_id)) or name not in kept.content:
            return _NO_DRAFT
        content = kept.content[name]
        digest = f"md5:{hashlib.md5(content).hexdigest()}"
        kept.told[name] |= {"status": "completed", "checksum": digest, "size": float(len(content))}
        return _json(200, kept.told[name])

    def drop_file(self, _: Asked, record_id: str, name: str) -> Reply:
        if not (kept := self._draft(record_id)) or kept.told.pop(name, None) is None:
            return _NO_DRAFT
        kept.content.pop(name, None)
        return Reply(204)

    def content(self, _: Asked, record_id: str, name: str) -> Reply:
        kept = self.records.get(record_id)
        if not kept or not kept.published or name not in kept.content:
            return _NO_DRAFT
        return Reply(200, kept.content[name], {"Content-Type": "application/octet-stream"})

    # Communities

    def community(self, _: Asked, name: str) -> Reply:
        if name not in self.communities:
            return _json(404, {"status": 404, "message": "The persistent identifier does not exist."})
        return _json(200, {"id": self.communities[name], "slug": name})

    def review(self, asked: Asked, record_id: str) -> Reply:
        if not (kept := self._draft(record_id)):
            return _NO_DRAFT
        kept.community = json.loads(asked.body)["receiver"]["community"]
        return _json(200, {"id": "review", "status": "created"})

    def submit(self, _: Asked, record_id: str) -> Reply:
        kept = self._draft(record_id)
        if not kept or not kept.community or kept.status == "in_review":
            return _json(400, {"status": 400, "message": "There is no review to submit."})
        kept.status = "in_review"
        return _json(202, {"id": "review", "status": "submitted"})

    def decide(self, *, takes: bool) -> None:
        """What the community's people do with everything that waits for them."""
        for kept in self.records.values():
            if kept.status == "in_review":
                kept.published, kept.status = takes, "published" if takes else "declined"

    def _draft(self, record_id: str) -> Kept | None:
        kept = self.records.get(record_id)
        return kept if kept and not kept.published else None

    def _told(self, kept: Kept) -> dict[str, Any]:
        errors = _errors(kept.body)
        newest = max(
            each.index
            for each in self.records.values()
            if (each.parent == kept.parent and each.published) or each is kept
        )
        return {
            "id": kept.id,
            "parent": {"id": kept.parent},
            "created": f"2026-01-02T03:04:{int(kept.id[1:5]) % 60:02}+00:00",
            "is_published": kept.published,
            "is_draft": not kept.published,
            "status": kept.status,
            "metadata": kept.body["metadata"],
            "access": kept.body.get("access", {}),
            "versions": {"index": kept.index, "is_latest": kept.published and kept.index == newest},
            "pids": {"doi": {"identifier": f"10.1234/{kept.id}"}} if kept.published else {},
            "links": {"self_html": f"https://elsewhere.example/records/{kept.id}"},
            **({"errors": errors} if errors and not kept.published else {}),
        }


_NO_DRAFT = Reply(404, b'{"status": 404, "message": "The persistent identifier does not exist."}')
_R = r"/api/records/([^/]+)"
_ROUTES: list[tuple[str, Callable[..., Reply]]] = [
    (r"GET /api/user/records", InvenioLike.search),
    (r"POST /api/records", InvenioLike.create),
    (rf"GET {_R}", InvenioLike.get),
    (rf"GET {_R}/draft", InvenioLike.get_draft),
    (rf"PUT {_R}/draft", InvenioLike.put_draft),
    (rf"DELETE {_R}/draft", InvenioLike.delete_draft),
    (rf"POST {_R}/draft/actions/publish", InvenioLike.publish),
    (rf"POST {_R}/versions", InvenioLike.new_version),
    (rf"GET {_R}(/draft)/files", InvenioLike.files),
    (rf"GET {_R}/files", InvenioLike.files),
    (rf"POST {_R}/draft/files", InvenioLike.begin_file),
    (rf"PUT {_R}/draft/files/([^/]+)/content", InvenioLike.put_file),
    (rf"POST {_R}/draft/files/([^/]+)/commit", InvenioLike.end_file),
    (rf"DELETE {_R}/draft/files/([^/]+)", InvenioLike.drop_file),
    (rf"GET {_R}/files/([^/]+)/content", InvenioLike.content),
    (r"GET /api/communities/([^/]+)", InvenioLike.community),
    (rf"PUT {_R}/draft/review", InvenioLike.review),
    (rf"POST {_R}/draft/actions/submit-review", InvenioLike.submit),
]


def _json(status: int, document: object) -> Reply:
    return Reply(status, json.dumps(document).encode(), {"Content-Type": "application/json", "Set-Cookie": "a=b"})


def _identifiers(body: dict[str, Any]) -> list[str]:
    metadata = body["metadata"]
    return [each["identifier"] for kind in ("identifiers", "related_identifiers") for each in metadata.get(kind, [])]


def _errors(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What keeps a draft from being published: a field that is missing, or two identifiers of one scheme."""
    metadata = body["metadata"]
    needed = ("title", "creators", "publication_date", "resource_type")
    errors = [{"field": f"metadata.{name}", "messages": ["Missing data for required field."]} for name in needed]
    errors = [error for error in errors if not metadata.get(str(error["field"]).partition(".")[2])]
    schemes = [each["scheme"] for each in metadata.get("identifiers", [])]
    if len(schemes) != len(set(schemes)):
        errors.append({"field": "metadata.identifiers", "messages": ["Only one identifier per scheme is allowed."]})
    return errors

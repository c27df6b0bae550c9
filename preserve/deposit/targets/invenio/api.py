"""The part of InvenioRDM's REST API that is used, call by call: https://inveniordm.docs.cern.ch/reference/rest_api_index/.

Addresses are built here and never taken from answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, urlencode

from preserve.deposit.http import Answer, Client
from preserve.deposit.targets.invenio.answers import Entry, Record, entry_in, id_in, inner, record_in

_RECORDS = {"Accept": "application/vnd.inveniordm.v1+json"}
"""With plain JSON Zenodo answers in the form of its former interface."""
_JSON = {"Accept": "application/json"}
_MOST_FOUND = 100


class Records:
    """The records of one repository.  Errors are those of ``Client.call``."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def count(self) -> int:
        """How many records and drafts our account has."""
        answer = self._get("api/user/records?size=1", _RECORDS)
        total = inner(answer.document(), "hits").get("total")
        if not isinstance(total, int):
            raise answer.garbled("not a list of records")
        return total

    def find(self, urn: str) -> list[Record]:
        """The records and drafts of our account, of all versions, that bear *urn* as an identifier of any kind."""
        fields = ("metadata.identifiers.identifier", "metadata.related_identifiers.identifier")
        query = " OR ".join([*(f'{name}:"{urn}"' for name in fields), f'"{urn}"'])
        words = {"q": query, "size": _MOST_FOUND, "allversions": "true"}
        answer = self._get(f"api/user/records?{urlencode(words)}", _RECORDS)
        listed = inner(answer.document(), "hits").get("hits")
        if not isinstance(listed, list):
            raise answer.garbled("not a list of records")
        found = [record_in(hit, answer) for hit in listed[:_MOST_FOUND] if isinstance(hit, dict)]
        return [record for record in found if urn in record.names | record.kin]

    def published(self, record_id: str) -> Record | None:
        """The published record of this id, or None."""
        return self._one(f"api/records/{record_id}")

    def draft(self, record_id: str) -> Record | None:
        """The draft of this id, or None."""
        return self._one(f"api/records/{record_id}/draft")

    def create(self, body: bytes) -> Record:
        """A new draft.  Every call makes one."""
        return self._told(self._post("api/records", body))

    def new_version(self, record_id: str) -> Record:
        """The draft of a record's next version; the one that is there if there is one."""
        return self._told(self._post(f"api/records/{record_id}/versions"))

    def rewrite(self, record_id: str, body: bytes) -> Record:
        """A draft with the metadata in *body* instead of its own."""
        return self._told(self._send("PUT", f"api/records/{record_id}/draft", body, _RECORDS))

    def discard(self, record_id: str) -> None:
        """Delete a draft with its files."""
        self.client.call("DELETE", f"api/records/{record_id}/draft", expect=(200, 202, 204, 404, 410))

    def publish(self, record_id: str) -> Answer:
        """Publish a draft."""
        return _in_json(self._post(f"api/records/{record_id}/draft/actions/publish"))

    def community(self, name: str) -> str:
        """The id of the community called *name*."""
        answer = self._get(f"api/communities/{quote(name, safe='')}", _JSON)
        return id_in(answer.document(), answer)

    def ask_review(self, record_id: str, community: str) -> None:
        """Say to which community a draft is to be submitted."""
        wish = {"receiver": {"community": community}, "type": "community-submission"}
        _in_json(self._send("PUT", f"api/records/{record_id}/draft/review", json.dumps(wish).encode(), _JSON))

    def submit(self, record_id: str) -> Answer:
        """Submit a draft to its community; whether it is published then is for the community to decide."""
        return _in_json(self._post(f"api/records/{record_id}/draft/actions/submit-review"))

    def files(self, record_id: str, *, draft: bool) -> tuple[dict[str, Entry], Answer]:
        """The files of a record or of its draft, by name, and the answer that tells of them."""
        answer = self._get(f"api/records/{record_id}{'/draft' if draft else ''}/files", _JSON)
        listed = answer.document().get("entries")
        if not isinstance(listed, list):
            raise answer.garbled("not a list of files")
        entries = [entry_in(each, answer) for each in listed]
        return {entry.name: entry for entry in entries}, answer

    def begin_file(self, record_id: str, name: str) -> None:
        """Say that a file of this name will come."""
        body = json.dumps([{"key": name}]).encode()
        _in_json(self._send("POST", f"api/records/{record_id}/draft/files", body, _JSON))

    def put_file(self, record_id: str, name: str, blocks: Callable[[], Iterator[bytes]], size: int) -> None:
        """Send a file's octets."""
        headers = {"Content-Type": "application/octet-stream", **_JSON}
        where = f"{_file(record_id, name)}/content"
        _in_json(self.client.call("PUT", where, headers=headers, body=blocks, size=size))

    def end_file(self, record_id: str, name: str) -> Entry | None:
        """Say that a file has come; what the repository has of it then, None if it knows of nothing that came."""
        where = f"{_file(record_id, name)}/commit"
        answer = self.client.call("POST", where, headers=_JSON, body=b"", expect=(200, 201, 400, 404))
        return entry_in(answer.document(), answer) if answer.status < 400 else None

    def drop_file(self, record_id: str, name: str) -> None:
        """Take a file out of a draft."""
        self.client.call("DELETE", _file(record_id, name), headers=_JSON, expect=(200, 204, 404))

    def read_file(self, record_id: str, name: str, size: int) -> Iterator[bytes]:
        """The octets of a file of a published record; at most one more than *size*."""
        return self.client.read(f"api/records/{record_id}/files/{quote(name, safe='')}/content", most=size)

    def _get(self, path: str, headers: Mapping[str, str]) -> Answer:
        return self.client.call("GET", path, headers=headers)

    def _post(self, path: str, body: bytes = b"", headers: Mapping[str, str] = _RECORDS) -> Answer:
        return self._send("POST", path, body, headers)

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        kind = {"Content-Type": "application/json"} if body else {}
        return self.client.call(method, path, headers={**headers, **kind}, body=body)

    def _one(self, path: str) -> Record | None:
        answer = self.client.call("GET", path, headers=_RECORDS, expect=(200, 404, 410))
        return self._told(answer) if answer.status == 200 else None

    def _told(self, answer: Answer) -> Record:
        return record_in(answer.document(), answer)


def _in_json(answer: Answer) -> Answer:
    """*answer*, unless it is not the repository's, such as the page of a proxy at which one is to log in."""
    answer.document()
    return answer


def _file(record_id: str, name: str) -> str:
    return f"api/records/{record_id}/draft/files/{quote(name, safe='')}"

"""What sends for botocore: as its own does, and no answer but an object is read further than its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from preserve.errors import TargetUnreachable, UnsafeXml
from preserve.storage import safe_xml

LARGEST = 16 << 20
"""Octets that an answer may have which is not an object."""
_BLOCK = 1 << 16


class Wire:
    """The connections to one server, for botocore's event ``before-send``: what answers that, is the answer."""

    def __init__(self, host: str, verify: str | bool, connect: float, silence: float, connections: int) -> None:
        self._host = host
        self._session = URLLib3Session(verify, {}, (connect, silence), connections)

    def __call__(self, request: Any, **_: Any) -> Any:
        """Send *request*; the answer, whole unless it is an object that was asked for."""
        streams, request.stream_output = request.stream_output, True
        answer = self._session.send(request)
        if streams and answer.status_code < 300:
            return answer
        body = self._whole(answer.raw)
        return AWSResponse(answer.url, answer.status_code, answer.headers, _Read(self._plain(body, answer.status_code)))

    def _whole(self, raw: Any) -> bytes:
        blocks, octets = [], 0
        for block in raw.stream(_BLOCK):
            blocks.append(block)
            if (octets := octets + len(block)) > LARGEST:
                raw.close()
                raise TargetUnreachable(f"{self._host} does not come to the end of its answer.")
        return b"".join(blocks)

    def _plain(self, body: bytes, status: int) -> bytes:
        """*body*, for a parser that is less careful than ours; of an error that is not plain XML nothing is left."""
        if not body.strip():
            return b""
        try:
            safe_xml.parse(body, source="the answer")
        except UnsafeXml as error:
            if status >= 300:
                return b""
            raise TargetUnreachable(f"{self._host} answered, and not as an S3 server does: {error.message}") from error
        return body

    def close(self) -> None:
        """Let go of all connections."""
        self._session.close()


class _Read:
    """Octets that were read already, in the shape in which botocore reads them."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """All of them."""
        yield self._content

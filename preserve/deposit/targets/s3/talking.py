"""Speaking to an S3 server: calls that know what they may repeat, and answers of bounded size.

Nothing but what ``[targets.NAME]`` says is read: no file of Amazon's tools, no variable ``AWS_…``, no metadata service.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.configprovider
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from preserve.deposit.targets.s3.refusals import FAILURES, MISSING, code_of, explained, is_busy, is_lost, status_of
from preserve.deposit.targets.s3.wire import Wire
from preserve.errors import TargetUnreachable
from preserve.ports.depositing import Secret

Answer = dict[str, Any]
PAUSES = (0.5, 2.0, 6.0)
"""Seconds before a call is made again that changed nothing, or was refused because there is too much to do."""
_LONGEST_PAUSE = 30.0
_KEPT_BACK = frozenset(["set-cookie", "authorization", "www-authenticate"])


class Occupied(Exception):
    """There is something already where something new was to be put (412)."""


class NotAble(Exception):
    """The server does not know what was asked of it (501)."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the server is, and who we are there."""

    url: str
    bucket: str
    region: str
    path_style: bool
    ca_file: str
    timeout: float
    access_key_id: Secret
    secret_access_key: Secret
    session_token: Secret

    @property
    def host(self) -> str:
        """The server, for people."""
        return urlsplit(self.url).netloc or "Amazon S3"


class Line:
    """The connections to one bucket.  ``call`` may be used by several threads."""

    def __init__(self, access: Access, connections: int, sleep: Callable[[float], object] = time.sleep) -> None:
        self.access = access
        self.sleep = sleep
        self._heard = threading.local()
        verify = access.ca_file or ssl.get_default_verify_paths().cafile or True
        self._wire = Wire(access.host, verify, min(access.timeout, 20.0), access.timeout, connections + 1)
        self._client = _client(access)
        self._client.meta.events.register("before-call.s3", _stay)
        self._client.meta.events.register("before-send.s3", self._wire)
        self._client.meta.events.register("before-parse.s3", self._hear)

    def call(self, operation: str, *, safe: bool = False, absent: bool = False, **given: Any) -> Answer | None:
        """Make one call to the bucket.  One that is *safe* has no effect, or the same once and often.

        None if nothing is there, where *absent* says that this is an answer.  ``Occupied`` and ``NotAble`` as they
        say; else the errors of ``ports.depositing``.
        """
        method = getattr(self._client, operation)
        for pause in (*PAUSES, None):
            try:
                answer: Answer = method(Bucket=self.access.bucket, **given)
            except FAILURES as error:
                if absent and code_of(error) in MISSING:
                    return None
                if pause is not None and (is_busy(error) or (safe and is_lost(error) and _is_of_the_line(error))):
                    self.sleep(max(pause, _asked_for(error)))
                    continue
                raise self._told(error) from error
            except ValueError as error:  # botocore takes an answer for what it should be
                raise TargetUnreachable(f"{self.access.host} answered, and not as an S3 server does.") from error
            else:
                return answer
        raise AssertionError("the last pause is none")

    def ask(self, operation: str, *, safe: bool = True, **given: Any) -> Answer:
        """Make a call to which there must be an answer."""
        answer = self.call(operation, safe=safe, **given)
        assert answer is not None  # noqa: S101  only absent calls have none
        return answer

    def receipt(self) -> bytes:
        """The last answer that this thread had, verbatim: status, headers, body."""
        found: bytes = getattr(self._heard, "receipt", b"")
        return found

    def told(self, error: Exception) -> Exception:
        """What broke while an object was read, as the error to raise."""
        return explained(error, self.access.host, self.access.bucket)

    def _told(self, error: Exception) -> Exception:
        if isinstance(error, ClientError):
            if status_of(error) == 412:
                return Occupied()
            if status_of(error) == 501:
                return NotAble(code_of(error))
        return self.told(error)

    def _hear(self, operation_model: Any, response_dict: Any, **_: Any) -> None:
        """Remember an answer as it came."""
        head = [f"HTTP {response_dict['status_code']}"]
        head += [f"{name}: {value}" for name, value in response_dict["headers"].items() if _is_kept(name)]
        body = b"" if operation_model.has_streaming_output else response_dict["body"]
        self._heard.receipt = "\r\n".join(head).encode("utf-8", "replace") + b"\r\n\r\n" + body

    def close(self) -> None:
        """Let go of all connections."""
        self._client.close()
        self._wire.close()


def _stay(params: Any, **_: Any) -> None:
    """No redirect is followed: botocore would, and one that leads to itself it would follow for ever."""
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def _is_kept(name: object) -> bool:
    return str(name).lower() not in _KEPT_BACK


def _is_of_the_line(error: Exception) -> bool:
    """Whether it is worth another try at once: a certificate, or a full disk, is not better a second later."""
    return type(explained(error, "", "")) is TargetUnreachable


def _asked_for(error: Exception) -> float:
    """Seconds that the server asks to wait (RFC 9110 §10.2.3), within bounds."""
    if not isinstance(error, ClientError):
        return 0.0
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    said = str(headers.get("retry-after", "")).strip()
    return min(float(said[:9]), _LONGEST_PAUSE) if said.isascii() and said.isdigit() else 0.0


@cache
def _models() -> Loader:
    """What botocore knows of S3, from its own folder only; it takes a while to read."""
    return Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


def _client(access: Access) -> Any:
    # Each variable of botocore is looked for in a variable of the environment and in a file; here in neither.
    own = {
        name: (None, None, None if name in ("config_file", "credentials_file") else default, convert)
        for name, (_, _, default, convert) in botocore.configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
    }
    session = botocore.session.Session(session_vars=own)
    session.register_component("data_loader", _models())
    session.set_credentials(
        access.access_key_id.reveal(), access.secret_access_key.reveal(), access.session_token.reveal() or None
    )
    config = Config(
        signature_version="s3v4",
        retries={"total_max_attempts": 1, "mode": "standard"},  # what may be repeated, we know
        request_checksum_calculation="when_required",  # Ceph does not take others (411)
        response_checksum_validation="when_required",
        ignore_configured_endpoint_urls=True,
        proxies={},
        s3={"addressing_style": "path" if access.path_style else "virtual", "payload_signing_enabled": True},
    )
    return session.create_client(
        "s3",
        region_name=access.region,
        endpoint_url=access.url or None,
        config=config,
    )

"""Time stamps by an authority (RFC 3161): the question, the answer, and whether that holds.

The stamp is over the octets of the checkpoint's file as it was written, so ``openssl ts -verify`` can judge it too.
Nothing here talks to the network.  What cannot be accepted is a ``ValueError`` with the end of a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from preserve.history.checkpoints.der import sorted_certificates

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest, TimeStampResponse

LARGEST = 256 * 1024
"""Octets of an answer: certificates of the authority and a signature, a few thousand as a rule."""

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
_GRANTED = 0
_HASHES = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}
_CERTIFICATES_MOST = 1000
_NO_CERTIFICATE = "cannot be judged: what was given to judge it by is no certificate in PEM"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an *authority*, by the name in its certificate, had seen the data."""

    time: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent to the authority: the hash of the data, and a number that its answer must repeat."""

    data: bytes
    request: TimeStampRequest

    @classmethod
    def about(cls, data: bytes) -> Question:
        """The question for a stamp over *data*, by SHA-512."""
        from rfc3161_client import TimestampRequestBuilder  # noqa: PLC0415  loads OpenSSL a second time

        return cls(data, TimestampRequestBuilder().data(data).build())

    @property
    def octets(self) -> bytes:
        """The question as it is sent."""
        return self.request.as_bytes()

    def accept(self, answer: bytes) -> Stamp:
        """The stamp in *answer*; whether its signature holds is seen once a certificate is trusted (``verify``).

        ``ValueError`` if it is no stamp, was refused, or is an answer to another question.
        """
        response = _response(answer)
        if response.tst_info.nonce != self.request.nonce:
            raise ValueError("is the answer to another question")
        if response.tst_info.message_imprint.message != self.request.message_imprint.message:
            raise ValueError("is over something else")
        return _stamp(response)


def verify(answer: bytes, data: bytes, certificates: bytes) -> Stamp:
    """The stamp in *answer*, if it is over *data* and was made by an authority that one of *certificates* vouches for.

    *certificates* is PEM: roots, and where the answer brings none, those in between.  They must have been valid when
    the stamp was made, not now.  ``ValueError`` if it does not hold.
    """
    import hashlib  # noqa: PLC0415

    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    response = _response(answer)
    trusted = _tried(lambda: load_pem_x509_certificates(certificates), _NO_CERTIFICATE)
    if len(trusted) > _CERTIFICATES_MOST:
        raise ValueError(f"cannot be judged: more than {_CERTIFICATES_MOST} certificates were given")
    algorithm = _HASHES.get(response.tst_info.message_imprint.hash_algorithm.dotted_string)
    if algorithm is None or response.tst_info.message_imprint.message != hashlib.new(algorithm, data).digest():
        raise ValueError("is over something else")
    verifier = VerifierBuilder(roots=list(dict.fromkeys(trusted))).build()
    try:
        _tried(lambda: verifier.verify_message(response, data), "does not hold")
    except ValueError as error:
        reason = f": {error.__cause__}".rstrip(".") if isinstance(error.__cause__, VerificationError) else ""
        raise ValueError(f"{error}{reason}") from error
    return _stamp(response)


def _response(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415

    if len(answer) > LARGEST:
        raise ValueError(f"is larger than any time stamp ({len(answer):,} bytes)")
    response = _tried(lambda: decode_timestamp_response(sorted_certificates(answer)), "is no time stamp")
    if response.status != _GRANTED:
        said = "; ".join(_tried(lambda: response.status_string, "is no time stamp") or ["no reason given"])
        raise ValueError(f"was refused by the authority: {said[:200]}")
    _tried(lambda: response.tst_info.message_imprint, "is no time stamp")
    return response


def _stamp(response: TimeStampResponse) -> Stamp:
    return Stamp(response.tst_info.gen_time, _authority(response))


def _authority(response: TimeStampResponse) -> str:
    """The name of who signed; "" where the answer brings no certificate."""
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    signers = {(one.issuer, one.serial_number) for one in response.signed_data.signer_infos}
    for encoded in response.signed_data.certificates:
        certificate = _tried(partial(load_der_x509_certificate, encoded), "holds a certificate that is none")
        if (certificate.issuer, certificate.serial_number) in signers:
            return certificate.subject.rfc4514_string()
    return ""


def _tried(reading: Callable[[], T], complaint: str) -> T:
    """What *reading* gives.  On strange octets the library fails with errors of many kinds, a panic among them."""
    try:
        return reading()
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise ValueError(complaint) from error

"""A time stamp authority of our own: openssl, behind a small server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

SETTINGS = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Root of the test
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
certs = ca.pem
default_policy = 1.2.3.4.1
signer_digest = sha256
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


def found(folder: Path) -> Path:
    """A root and an authority with keys of their own in *folder*."""
    folder.mkdir()
    (folder / "settings").write_text(SETTINGS)
    (folder / "serial").write_text("01\n")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout"
    for command in (
        f"req -x509 {key} ca.key -out ca.pem -days 30 -config settings -extensions root",
        f"req {key} tsa.key -out tsa.csr -config settings -subj /CN=Authority",
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30"
        " -extfile settings -extensions stamps -out tsa.pem",
    ):
        openssl(folder, *command.split())
    return folder


def openssl(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run openssl in *folder*."""
    return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def stamped(folder: Path, query: bytes) -> bytes:
    """The answer of the authority in *folder*."""
    (folder / "query.tsq").write_bytes(query)
    openssl(
        folder, "ts", "-reply", "-queryfile", "query.tsq", "-config", "settings", "-section", "authority", "-out", "r"
    )
    return (folder / "r").read_bytes()


Answer = tuple[int, str, bytes]


@contextmanager
def serving(answer: Callable[[bytes], Answer]) -> Iterator[str]:
    """The address of a server that gives *answer*: status, media type and octets for the octets of each question."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            status, kind, octets = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            with suppress(OSError):  # who is told too much does not listen to the end
                self.wfile.write(octets)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A bag with holes is completed from real servers, some of which mean harm."""

import hashlib
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from preserve.bag.fetch_list import FetchEntry
from preserve.bag.fetching.fetch import Limits, fetch_missing
from preserve.bag.fetching.store import incoming
from preserve.bag.validate import validate
from preserve.errors import NotABag
from tests.bag.archives import codes
from tests.bag.builder import build, put, reseal

BODY = b"Dear archive,\n" * 1000
FAST = Limits(silence=0.5, patience=2.0)

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """An HTTP server on loopback; *answers* by path, and what was asked for."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                answer = outer.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                    return
                with suppress(OSError):  # the client broke off, as it may
                    answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's word
                pass

        self.asked: list[str] = []
        self.answers: dict[str, Answer] = {}
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.close()


def body(data: bytes, *, declared: int | None = None, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        if declared != -1:
            handler.send_header("Content-Length", str(len(data) if declared is None else declared))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def redirect(target: str, status: int = 302) -> Answer:
    return body(b"", status=status, Location=target)


def holey(root: Path, entry: FetchEntry, content: bytes = BODY, *, algorithms: tuple[str, ...] = ("sha256",)) -> Path:
    """A bag in which the file of *entry* is missing and listed everywhere."""
    build(root, {entry.path: content, "data/here.txt": b"here"}, algorithms=algorithms)
    (root / entry.path).unlink()
    name = entry.path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    put(root, "fetch.txt", f"{entry.url} {'-' if entry.length is None else entry.length} {name}\n".encode())
    reseal(root, algorithms)
    return root


def untouched(bag: Path) -> bool:
    """Whether nothing was stored, not even in part."""
    return [path.name for path in (bag / "data").rglob("*") if path.is_file()] == ["here.txt"]


def entry(
    server: Server, path: str = "/file", length: int | None = len(BODY), name: str = "data/letter.txt"
) -> FetchEntry:
    return FetchEntry(server.url + path, length, name)


def test_a_missing_file_is_fetched_and_the_bag_is_valid(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server), algorithms=("sha256", "md5"))
    assert not validate(bag).valid
    assert fetch_missing(bag) == ()
    assert (bag / "data/letter.txt").read_bytes() == BODY
    assert validate(bag).valid
    assert sorted(os.listdir(bag / "data")) == ["here.txt", "letter.txt"]


def test_what_is_there_is_left_alone(server: Server, tmp_path: Path) -> None:
    bag = holey(tmp_path / "bag", entry(server))
    put(bag, "data/letter.txt", b"something else")
    assert fetch_missing(bag) == ()
    assert server.asked == []
    assert (bag / "data/letter.txt").read_bytes() == b"something else"


@pytest.mark.parametrize("length", [None, len(BODY)])
@pytest.mark.parametrize("declared", [None, -1])
def test_lengths_may_be_untold(server: Server, tmp_path: Path, length: int | None, declared: int | None) -> None:
    server.answers["/file"] = body(BODY, declared=declared)
    bag = holey(tmp_path / "bag", entry(server, length=length))
    assert fetch_missing(bag) == ()
    assert validate(bag).valid


def test_redirects_are_followed_to_http(server: Server, tmp_path: Path) -> None:
    for status in (301, 302, 303, 307, 308):
        server.answers["/file"] = redirect("/there", status)
        server.answers["/there"] = body(BODY)
        bag = holey(tmp_path / str(status), entry(server))
        assert fetch_missing(bag) == ()


@pytest.mark.parametrize("declared", [None, -1])
def test_a_body_that_is_too_long_is_broken_off(server: Server, tmp_path: Path, declared: int | None) -> None:
    server.answers["/file"] = body(BODY + b"more", declared=declared)
    bag = holey(tmp_path / "bag", entry(server))
    assert codes(fetch_missing(bag)) == {"fetch-too-long"}
    assert untouched(bag)


def test_an_endless_body_is_broken_off(server: Server, tmp_path: Path) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(BODY)

    server.answers["/file"] = endless
    bag = holey(tmp_path / "bag", entry(server, length=None))
    assert codes(fetch_missing(bag, limits=Limits(file=1_000_000))) == {"fetch-too-long"}
    assert codes(fetch_missing(bag, limits=Limits(total=1_000_000))) == {"fetch-too-long"}
    assert untouched(bag)


def test_all_files_together_are_limited(server: Server, tmp_path: Path) -> None:
    files = {f"data/{number}": BODY for number in range(3)}
    bag = build(tmp_path / "bag", files)
    for path in files:
        (bag / path).unlink()
    server.answers["/file"] = body(BODY)
    entries = [entry(server, name=path) for path in files]
    assert codes(fetch_missing(bag, entries, limits=Limits(total=2 * len(BODY)))) == {"fetch-too-long"}
    assert sorted(os.listdir(bag / "data")) == ["0", "1"]


@pytest.mark.parametrize("declared", [None, -1, len(BODY)])
def test_a_body_that_is_cut_short_is_not_kept(server: Server, tmp_path: Path, declared: int | None) -> None:
    server.answers["/file"] = body(BODY[:-5], declared=declared)
    bag = holey(tmp_path / "bag", entry(server))
    assert codes(fetch_missing(bag, limits=FAST)) <= {"fetch-checksum-mismatch", "fetch-failed"}
    assert untouched(bag)


def test_a_wrong_length_in_fetch_txt_is_a_warning_if_the_checksum_is_right(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server, length=len(BODY) + 7))
    problems = fetch_missing(bag)
    assert codes(problems, None) == {"fetch-length-differs"}
    assert codes(problems) == set()
    assert (bag / "data/letter.txt").read_bytes() == BODY


def test_another_file_of_the_same_length_is_not_kept(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(b"x" * len(BODY))
    bag = holey(tmp_path / "bag", entry(server))
    (problem,) = fetch_missing(bag)
    assert problem.code == "fetch-checksum-mismatch"
    assert hashlib.sha256(BODY).hexdigest() in problem.message
    assert untouched(bag)


def test_every_manifest_must_agree(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server), algorithms=("md5", "sha256"))
    manifest = bag / "manifest-md5.txt"
    manifest.write_text(manifest.read_text().replace(hashlib.md5(BODY).hexdigest(), "0" * 32))
    assert codes(fetch_missing(bag)) == {"fetch-checksum-mismatch"}
    assert untouched(bag)


@pytest.mark.parametrize("status", [204, 206, 304, 401, 403, 404, 410, 500, 503])
def test_a_server_that_says_no(server: Server, tmp_path: Path, status: int) -> None:
    server.answers["/file"] = body(b"" if status in (204, 304) else b"no", status=status)
    bag = holey(tmp_path / "bag", entry(server))
    (problem,) = fetch_missing(bag)
    assert problem.code == "fetch-failed"
    assert str(status) in problem.message
    assert untouched(bag)


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:text/plain,x",
        "gopher://x/",
        "javascript:1",
        "http://u:p@h/",
        "http://",
    ],
)
def test_redirects_to_elsewhere_are_refused(server: Server, tmp_path: Path, target: str) -> None:
    server.answers["/file"] = redirect(target)
    bag = holey(tmp_path / "bag", entry(server))
    assert codes(fetch_missing(bag)) == {"fetch-redirect-refused"}
    assert untouched(bag)


def test_endless_redirects_are_refused(server: Server, tmp_path: Path) -> None:
    for number in range(30):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}")
    bag = holey(tmp_path / "bag", entry(server, "/0"))
    assert codes(fetch_missing(bag, limits=Limits(redirects=3))) == {"fetch-redirect-refused"}
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:,x",
        "FILE:/etc/passwd",
        "http:relative",
        "http:///x",
        "https://user:secret@127.0.0.1/x",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "urn:uuid:x",
    ],
)
def test_other_urls_are_refused_unasked(tmp_path: Path, url: str) -> None:
    bag = holey(tmp_path / "bag", FetchEntry(url, 3, "data/letter.txt"))
    (problem,) = fetch_missing(bag)
    assert problem.code == "fetch-url-refused"
    assert "secret" not in problem.message
    assert untouched(bag)


def test_a_server_that_hangs_is_given_up(server: Server, tmp_path: Path) -> None:
    release = threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        release.wait(10)

    server.answers["/file"] = hang
    bag = holey(tmp_path / "bag", entry(server))
    (problem,) = fetch_missing(bag, limits=FAST)
    release.set()
    assert problem.code == "fetch-failed"
    assert "in time" in problem.message
    assert untouched(bag)


def test_a_server_that_drips_is_given_up(server: Server, tmp_path: Path) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for octet in BODY:
            handler.wfile.write(bytes([octet]))
            time.sleep(0.02)

    server.answers["/file"] = drip
    bag = holey(tmp_path / "bag", entry(server))
    assert codes(fetch_missing(bag, limits=Limits(silence=5, patience=0.3))) == {"fetch-failed"}
    assert untouched(bag)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1\r\n\r\n",
        b"nonsense\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\0" * 99,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
    ],
)
def test_what_is_no_http_is_a_failure(tmp_path: Path, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        bag = holey(tmp_path / "bag", FetchEntry(url, 3, "data/letter.txt"))
        assert codes(fetch_missing(bag, limits=FAST)) <= {"fetch-failed", "fetch-checksum-mismatch"}
        assert untouched(bag)


def test_nobody_listening_is_a_failure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    bag = holey(tmp_path / "bag", FetchEntry(url, 3, "data/letter.txt"))
    assert codes(fetch_missing(bag, limits=FAST)) == {"fetch-failed"}


def test_a_server_with_a_certificate_of_nobody_is_not_believed(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    made = subprocess.run([*command, "-keyout", key, "-out", certificate], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("openssl is not at hand")
    server = Server()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
    server.answers["/file"] = body(BODY)
    address = FetchEntry(f"https://127.0.0.1:{server.port}/file", len(BODY), "data/letter.txt")
    bag = holey(tmp_path / "bag", address)
    (problem,) = fetch_missing(bag, limits=FAST)
    server.close()
    assert problem.code == "fetch-failed"
    assert "certificate" in problem.message.lower()
    assert untouched(bag)


def test_what_the_server_encodes_unasked_is_refused(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY, Content_Encoding="gzip")
    bag = holey(tmp_path / "bag", entry(server))
    assert codes(fetch_missing(bag)) == {"fetch-failed"}


# --- paths --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "data/ordner/tief/brief.txt",
        "data/مقالة.txt",
        "data/cafe\u0301.txt",
        "data/two\nlines\r.txt",
        "data/100% %41 %0A.txt",
        "data/ space at both ends ",
        "data/" + "n" * 255,
        "data/.hidden",
        "data/~tilde",
        "data/a..b/...",
        "data/bag\\name" if os.sep == "/" else "data/x",
    ],
)
def test_odd_names_are_fetched_into_place(server: Server, tmp_path: Path, name: str) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server, name=name))
    assert fetch_missing(bag) == ()
    assert (bag / name).read_bytes() == BODY


def test_urls_with_odd_characters_are_encoded(server: Server, tmp_path: Path) -> None:
    server.answers["/caf%C3%A9/a%20b?q=%D9%85"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server, "/café/a%20b?q=م#part"))
    assert fetch_missing(bag) == ()
    assert unquote_to_bytes(server.asked[0].split("?")[0]).decode() == "/café/a b"


@pytest.mark.parametrize(
    "name",
    [
        "data/../../evil",
        "/data/evil",
        "../evil",
        "data/..",
        "data/",
        "data//x",
        "data/./x",
        "C:/x",
        "bagit.txt",
        "data/x\0y",
        "",
    ],
)
def test_paths_that_are_no_payload_are_refused_unasked(server: Server, tmp_path: Path, name: str) -> None:
    server.answers["/file"] = body(BODY)
    bag = build(tmp_path / "bag")
    before = sorted(os.listdir(tmp_path))
    problems = fetch_missing(bag, [entry(server, name=name)])
    assert codes(problems) <= {"path-unsafe", "fetch-not-payload"}
    assert problems
    assert server.asked == []
    assert sorted(os.listdir(tmp_path)) == before


def test_what_no_manifest_lists_is_not_fetched(server: Server, tmp_path: Path) -> None:
    bag = build(tmp_path / "bag")
    assert codes(fetch_missing(bag, [entry(server, name="data/other")])) == {"fetch-not-in-manifest"}
    assert server.asked == []


def test_what_cannot_be_checked_is_not_fetched(server: Server, tmp_path: Path) -> None:
    bag = build(tmp_path / "bag", tag_manifests=False)
    os.rename(bag / "manifest-sha256.txt", bag / "manifest-whirlpool.txt")
    (bag / "data/letter.txt").unlink()
    assert codes(fetch_missing(bag, [entry(server)])) == {"not-checkable"}
    assert server.asked == []


def test_a_folder_that_is_a_link_is_not_entered(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server, name="data/sub/letter.txt"))
    (tmp_path / "outside").mkdir()
    (bag / "data/sub").rmdir()
    (bag / "data/sub").symlink_to(tmp_path / "outside")
    assert codes(fetch_missing(bag)) == {"fetch-not-stored"}
    assert os.listdir(tmp_path / "outside") == []


def test_a_link_in_the_files_place_is_left_alone(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server))
    (bag / "data/letter.txt").symlink_to(tmp_path / "outside")
    fetch_missing(bag)
    assert not (tmp_path / "outside").exists()
    assert (bag / "data/letter.txt").is_symlink()


def test_a_file_in_a_folders_place_is_a_finding(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server, name="data/sub/letter.txt"))
    (bag / "data/sub").rmdir()
    put(bag, "data/sub", b"a file")
    assert codes(fetch_missing(bag)) == {"fetch-not-stored"}


def test_a_name_that_is_too_long_for_the_disk_is_a_finding(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = build(tmp_path / "bag")
    name = "data/" + "n" * 300
    manifest = bag / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + f"{hashlib.sha256(BODY).hexdigest()}  {name}\n")
    assert codes(fetch_missing(bag, [entry(server, name=name)])) == {"fetch-not-stored"}


def test_what_a_killed_fetch_left_is_swept_and_what_runs_is_not(server: Server, tmp_path: Path) -> None:
    server.answers["/file"] = body(BODY)
    bag = holey(tmp_path / "bag", entry(server))
    dead = put(bag, "data/.preserve-fetch-0123456789abcdef.part", b"half")
    with incoming(bag, "data/other"):
        assert fetch_missing(bag) == ()
        alive = [name for name in os.listdir(bag / "data") if name.endswith(".part")]
        assert not dead.exists()
        assert len(alive) == 1
    assert sorted(os.listdir(bag / "data")) == ["here.txt", "letter.txt"]


def test_an_archive_cannot_be_completed(tmp_path: Path) -> None:
    (tmp_path / "bag.tar").write_bytes(b"x")
    with pytest.raises(NotABag):
        fetch_missing(tmp_path / "bag.tar")
    with pytest.raises(NotABag):
        fetch_missing(tmp_path / "absent")

"""A SWORD v2 server for tests, which behaves as the documentation of one real server or another says that it does.

It is a peer and no copy of our code: it keeps what it gets, answers as its *manner* does, and fails as it is told::

    with Swordish("dspace") as server:
        server.fail("POST", "/media/", "lost")      # does what it is asked, and never answers
"""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

USER, PASSWORD = "curator", "correct horse battery"
ATOM, TERMS = "http://www.w3.org/2005/Atom", "http://purl.org/net/sword/terms/"
SIMPLE, BAGIT = "http://purl.org/net/sword/package/SimpleZip", "http://purl.org/net/sword/package/BagIt"
ERROR = '<sword:error xmlns="http://www.w3.org/2005/Atom" xmlns:sword="http://purl.org/net/sword/terms/"><summary>{}</summary></sword:error>'


@dataclass(frozen=True)
class Manner:
    """How one kind of server behaves.  *states* are its words for: draft, submitted, stored, refused."""

    states: tuple[str, str, str, str]
    packagings: tuple[str, ...] = (SIMPLE, BAGIT)
    lists: str = "all"  # what the list of the collection tells: all, titles, nothing
    entry_first: bool = False
    replaces: bool = True
    keeps_original: bool = True
    by_token: bool = False
    finishes_by_put: bool = False
    binary_orphans: bool = False
    statement_for: tuple[str, ...] = ()  # what the Edit-IRI answers with the statement


MANNERS = {
    "plain": Manner(("http://x/inprogress", "http://x/inreview", "http://x/archived", "http://x/rejected")),
    "dspace": Manner(
        tuple(f"http://dspace.org/state/{word}" for word in ("inprogress", "inreview", "archived", "withdrawn")),  # type: ignore[arg-type]
        packagings=(SIMPLE, "http://purl.org/net/sword/package/Binary"),
        lists="titles",
        statement_for=("application/atom+xml,", "application/rdf+xml"),
    ),
    "eprints": Manner(
        ("inbox", "buffer", "archive", "deletion"),
        packagings=(SIMPLE, "http://purl.org/net/sword/package/Binary"),
        lists="titles",
        keeps_original=False,
        finishes_by_put=True,
        binary_orphans=True,
    ),
    "dataverse": Manner(
        ("DRAFT", "DRAFT", "RELEASED", "DEACCESSIONED"),
        packagings=(SIMPLE,),
        lists="titles",
        entry_first=True,
        replaces=False,
        keeps_original=False,
        by_token=True,
    ),
    "dans": Manner(
        ("DRAFT", "SUBMITTED", "PUBLISHED", "INVALID"), packagings=(BAGIT,), lists="nothing", keeps_original=False
    ),
}


@dataclass
class Kept:
    """One deposit, as the server has it."""

    number: int
    slug: str
    state: int = 0  # which of the manner's states
    entry: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)

    def term(self, name: str) -> list[str]:
        return [unescaped(text) for text in re.findall(rf"<dcterms:{name}[^>]*>([^<]*)<", self.entry.decode())]

    @property
    def title(self) -> str:
        return (self.term("title") or ["Untitled"])[0]


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class Swordish:
    """The server, on a port of its own on loopback.  *archives*: what is submitted is stored at once."""

    def __init__(self, manner: str = "plain", *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.manner = MANNERS[manner]
        self.deposits: dict[int, Kept] = {}
        self.archives = True
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.faults: list[tuple[str, str, str]] = []
        self.original_at = ""  # another place for what it gives back
        self.most = 0
        self.lock = threading.RLock()
        handler = type("Handler", (_Handler,), {"sword": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.origin = f"http{'s' if tls else ''}://localhost:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"{self.origin}/sd"

    def fail(self, method: str, path: str, how: str, times: int = 1) -> None:
        """The next requests of *method* to a path that begins with *path* fail, *how*."""
        self.faults += [(method, path, how)] * times

    def fault(self, method: str, path: str) -> str:
        with self.lock:
            for at, (verb, begins, how) in enumerate(self.faults):
                if verb == method and path.startswith(begins):
                    del self.faults[at]
                    return how
        return ""

    def make(self, slug: str, entry: bytes, state: int) -> Kept:
        with self.lock:
            kept = Kept(1 + max(self.deposits, default=0), slug, state, entry)
            self.deposits[kept.number] = kept
        return kept

    def finish(self, kept: Kept) -> None:
        if kept.state == 0:
            kept.state = 2 if self.archives else 1

    def whole(self) -> list[str]:
        """The labels of what was submitted with files in it; of drafts at a server whose curators publish."""
        least = 0 if self.manner.by_token else 1
        return [each.slug for each in self.deposits.values() if each.files and each.state >= least]


class _Handler(BaseHTTPRequestHandler):
    sword: Swordish
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def log_message(self, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  the library looks for these names

    def _serve(self) -> None:
        self.sword.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        how = self.sword.fault(self.command, self.path)
        length = int(self.headers.get("Content-Length", 0))
        if how in FAULTS_BEFORE:
            with suppress(OSError):
                while length > 0 and (block := self.rfile.read(min(length, 65536))):
                    length -= len(block)
                FAULTS_BEFORE[how](self)
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # a sending that was broken off leaves nothing
            return
        with self.sword.lock:
            status, headers, answer = self._answered(body)
        if how == "lost":
            self._hang_up()
        elif how == "error with 200":
            self.answer(200, {}, ERROR.format("Nothing was done").encode())
        elif how in INSTEAD:
            self.answer(status, {}, INSTEAD[how].encode())
        elif how == "half":
            self.answer(status, headers, answer, cut=True)
        elif how == "slow":
            time.sleep(3)
        else:
            self.answer(status, headers, answer)

    def answer(self, status: int, headers: dict[str, str], body: bytes = b"", *, cut: bool = False) -> None:
        with suppress(OSError):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(2)

    def _answered(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        manner = self.sword.manner
        pair = f"{PASSWORD}:" if manner.by_token else f"{USER}:{PASSWORD}"
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(pair.encode()).decode():
            return 401, {"WWW-Authenticate": 'Basic realm="SWORD"'}, ERROR.format("Who are you?").encode()
        if self.path == "/sd":
            return 200, {}, self._service()
        path, _, query = self.path.partition("?")
        if path == "/col/main":
            return self._list(query) if self.command == "GET" else self._create(body)
        found = re.fullmatch(r"/(edit|media|statement|rdf|original)/(\d+)", path)
        kept = self.sword.deposits.get(int(found[2])) if found else None
        if not found or kept is None:
            return 404, {}, ERROR.format("There is no such deposit").encode()
        answer: tuple[int, dict[str, str], bytes] = getattr(self, f"_{found[1]}")(kept, body)
        return answer

    def _service(self) -> bytes:
        taken = "".join(
            f"<sword:acceptPackaging>{each}</sword:acceptPackaging>" for each in self.sword.manner.packagings
        )
        most = f"<sword:maxUploadSize>{self.sword.most}</sword:maxUploadSize>" if self.sword.most else ""
        return (
            f'<service xmlns="http://www.w3.org/2007/app" xmlns:atom="{ATOM}" xmlns:sword="{TERMS}">'
            f"<sword:version>2.0</sword:version>{most}<workspace><atom:title>W</atom:title>"
            f'<collection href="{self.sword.origin}/col/main"><atom:title>Letters</atom:title>{taken}</collection>'
            "</workspace></service>"
        ).encode()

    def _list(self, query: str) -> tuple[int, dict[str, str], bytes]:
        if self.sword.manner.lists == "nothing":
            return 405, {}, ERROR.format("No lists here").encode()
        start = int(query.partition("=")[2] or 0)
        page = sorted(self.sword.deposits.values(), key=lambda kept: -kept.number)[start : start + 20]
        entries = "".join(self._entry(kept, brief=self.sword.manner.lists == "titles") for kept in page)
        onward = f'<link rel="next" href="{self.sword.origin}/col/main?from={start + 20}"/>'
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/">{onward}{entries}</feed>'
        return 200, {}, feed.encode()

    def _create(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        kind = self.headers.get("Content-Type", "")
        slug = unquote(self.headers.get("Slug", ""))
        state = 0
        if kind.startswith("application/atom+xml"):
            kept = self.sword.make(slug, body, state)
        elif self.sword.manner.entry_first:
            return 400, {}, ERROR.format("The description must come first").encode()
        elif kind.startswith("multipart/"):
            mark = re.search(r'boundary="([^"]+)"', kind)
            assert mark
            parts = body.split(f"--{mark[1]}".encode())
            entry, payload = (part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in parts[1:3])
            kept = self.sword.make(slug, entry, state)
            kept.files["payload"] = payload
        else:
            if refusal := self._refused(body):
                if self.sword.manner.binary_orphans:
                    self.sword.make(slug, b"<dcterms:title>main.bin (" + slug.encode() + b")</dcterms:title>", 0)
                return refusal
            kept = self.sword.make(slug, b"", state)
            kept.files[self._name()] = body
        if self.headers.get("In-Progress", "false") == "false":
            self.sword.finish(kept)
        return 201, {"Location": f"{self.sword.origin}/edit/{kept.number}"}, self._entry(kept).encode()

    def _refused(self, body: bytes) -> tuple[int, dict[str, str], bytes] | None:
        packaging, manner = self.headers.get("Packaging", ""), self.sword.manner
        if packaging not in manner.packagings or (manner.binary_orphans and packaging.endswith("Binary")):
            return 415 if not manner.binary_orphans else 400, {}, ERROR.format(f"No {packaging} here").encode()
        if self.headers.get("Content-MD5") != hashlib.md5(body).hexdigest():
            return 412, {}, ERROR.format("MD5 digest mismatch").encode()
        return None

    def _name(self) -> str:
        found = re.search(r"filename=([^;]+)", self.headers.get("Content-Disposition", ""))
        return unquote(found[1]) if found else "main.bin"

    def _edit(self, kept: Kept, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.command == "GET" and self.headers.get("Accept", "").startswith(self.sword.manner.statement_for):
            return self._statement(kept, body)
        if self.command == "GET":
            return 200, {}, self._entry(kept).encode()
        if self.command == "DELETE":
            if kept.state:
                return 405, {}, ERROR.format("It is submitted").encode()
            del self.sword.deposits[kept.number]
            return 204, {}, b""
        if kept.state:
            return 405, {}, ERROR.format("It is submitted").encode()
        return self._replaced(kept, body) if self.command == "PUT" else self._continued(kept, body)

    def _replaced(self, kept: Kept, body: bytes) -> tuple[int, dict[str, str], bytes]:
        kept.entry = body
        if self.sword.manner.finishes_by_put and b'term="buffer"' in body:
            self.sword.finish(kept)
        return 200, {}, self._entry(kept).encode()

    def _continued(self, kept: Kept, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if not body and "atom" in self.headers.get("Content-Type", ""):
            return 400, {}, ERROR.format("This is no entry").encode()
        if self.sword.manner.finishes_by_put:
            return 405, {}, ERROR.format("POST goes to contents only").encode()
        refusal = self._refused(body) if body else None
        if refusal:
            return refusal
        if body:
            kept.files[self._name()] = body
        if self.headers.get("In-Progress", "false") == "false":
            self.sword.finish(kept)
        return 200, {}, self._entry(kept).encode()

    def _media(self, kept: Kept, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.command == "GET":
            return 200, {}, next(iter(kept.files.values()), b"")
        if kept.state:
            return 405, {}, ERROR.format("It is submitted").encode()
        if self.command == "PUT" and not self.sword.manner.replaces:
            return 400, {}, ERROR.format("Replacing is not supported").encode()
        if refusal := self._refused(body):
            return refusal
        if self.command == "PUT":
            kept.files.clear()
        name = self._name() if self._name() not in kept.files else f"{self._name()}-{len(kept.files)}"
        kept.files[name] = body
        where = f"{self.sword.origin}/{'original' if self.sword.manner.keeps_original else 'media'}/{kept.number}"
        return 204 if self.command == "PUT" else 201, {"Location": where}, b""

    def _original(self, kept: Kept, body: bytes) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, next(iter(kept.files.values()), b"") + body

    def _statement(self, kept: Kept, _body: bytes) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, statement(self.sword, kept).encode()

    def _rdf(self, kept: Kept, _body: bytes) -> tuple[int, dict[str, str], bytes]:
        return 200, {}, rdf(self.sword, kept).encode()

    def _entry(self, kept: Kept, *, brief: bool = False) -> str:
        at = f"{self.sword.origin}/{{}}/{kept.number}"
        title = f"<title>{escape(kept.title)}</title>"
        space = 'xmlns="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/"'
        if brief:
            media = f'<link rel="edit-media" href="{at.format("media")}"/>'
            return f"<entry><id>{at.format('edit')}</id>{title}{media}</entry>"
        links = {"edit": "edit", "edit-media": "media", f"{TERMS}add": "edit"}
        told = "".join(f'<link rel="{rel}" href="{at.format(name)}"/>' for rel, name in links.items())
        told += f'<link rel="{TERMS}statement" type="application/atom+xml;type=feed" href="{at.format("statement")}"/>'
        told += f'<link rel="{TERMS}statement" type="application/rdf+xml" href="{at.format("rdf")}"/>'
        terms = "".join(f"<dcterms:identifier>{escape(v)}</dcterms:identifier>" for v in kept.term("identifier"))
        return f"<entry {space}><id>{at.format('edit')}</id>{title}{told}{terms}</entry>"


def statement(sword: Swordish, kept: Kept) -> str:
    """The statement as an Atom feed, or as EPrints has it."""
    word, scheme = sword.manner.states[kept.state], f"{TERMS}state"
    if sword.manner.finishes_by_put:
        href = quoteattr(f"http://eprints.org/ep2/data/2.0/eprint/eprint_status/{word}")
        return f'<entry xmlns="{ATOM}" xmlns:sword="http://purl.org/net/sword/"><sword:state href={href}/></entry>'
    term, text = ("latestVersionState", word) if sword.manner.by_token else (word, "Words for people")
    state = f'<category scheme="{scheme}" term="{term}" label="State">{text}</category>'
    where = sword.original_at or f"{sword.origin}/original/{kept.number}"
    part = (
        f'<entry><category scheme="{TERMS}" term="{TERMS}originalDeposit"/><content src="{where}"/></entry>'
        if sword.manner.keeps_original and kept.files
        else ""
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{state}{part}</feed>'


def rdf(sword: Swordish, kept: Kept) -> str:
    """The statement as RDF (OAI-ORE)."""
    word = sword.manner.states[kept.state]
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sword="http://purl.org/net/sword/terms/">'
        f'<rdf:Description rdf:about="{sword.origin}/edit/{kept.number}"><sword:state rdf:resource="{word}"/>'
        f'<sword:originalDeposit rdf:resource="{sword.origin}/original/{kept.number}"/></rdf:Description>'
        f'<rdf:Description rdf:about="{word}"><sword:stateDescription>Words</sword:stateDescription></rdf:Description>'
        "</rdf:RDF>"
    )


def _bomb() -> str:
    entities = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 9))
    return f'<!DOCTYPE x [<!ENTITY b0 "boom">{entities}]><feed xmlns="http://www.w3.org/2005/Atom"><title>&b8;</title></feed>'


INSTEAD = {
    "garbage": "\x00\x1b[2J<<<< not XML",
    "page": "<!DOCTYPE html><html><body>Please log in</body></html>",
    "bomb": _bomb(),
    "malformed": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Smith & Sons</title></feed>',
    "foreign": '<entry xmlns="http://www.w3.org/2005/Atom"><id>http://127.0.0.9:9/e</id><link rel="edit" href="http://127.0.0.9:9/e"/></entry>',
    "empty": "",
}
"""It does what it was asked, and says this with the right status."""

FAULTS_BEFORE: dict[str, Callable[[_Handler], None]] = {
    "500": lambda handler: handler.answer(500, {}, b"<html>Internal error</html>"),
    "503": lambda handler: handler.answer(503, {"Retry-After": "0"}),
    "redirect": lambda handler: handler.answer(307, {"Location": "http://127.0.0.9:9/elsewhere"}),
    "400": lambda handler: handler.answer(400, {}, ERROR.format("The description lacks a subject").encode()),
    "507": lambda handler: handler.answer(507, {}, b""),
    "quota": lambda handler: handler.answer(413, {}, ERROR.format("Your quota is used up").encode()),
    "nothing": lambda handler: handler._hang_up(),
}
"""It does nothing of what it was asked."""

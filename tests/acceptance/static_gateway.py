"""A tiny OAI-PMH gateway on loopback: it answers the six requests from a static repository, a few records at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree

OAI = "http://www.openarchives.org/OAI/2.0/"
NS = {"o": OAI, "s": f"{OAI}static-repository"}
PAGE = 2


def answer(repository: Any, asked: dict[str, str]) -> str:
    """What OAI-PMH 2.0 answers to *asked*, but for the envelope."""
    verb = asked.get("verb", "")
    if verb == "Identify":
        return f"<Identify>{_inside(repository.find('s:Identify', NS))}</Identify>"
    if verb == "ListMetadataFormats":
        return f"<ListMetadataFormats>{_inside(repository.find('s:ListMetadataFormats', NS))}</ListMetadataFormats>"
    if verb == "ListSets":
        return '<error code="noSetHierarchy">There are no sets.</error>'
    if verb == "GetRecord":
        found = [each for each in _records(repository, asked) if _identifier(each) == asked["identifier"]]
        return f"<GetRecord>{_text(found[0])}</GetRecord>" if found else '<error code="idDoesNotExist"/>'
    if verb in ("ListRecords", "ListIdentifiers"):
        return _page(repository, verb, asked)
    return '<error code="badVerb"/>'


def _page(repository: Any, verb: str, asked: dict[str, str]) -> str:
    prefix, start = asked.get("resumptionToken", f"{asked.get('metadataPrefix')}!0").split("!")
    found = _records(repository, {**asked, "metadataPrefix": prefix})
    if not found:
        return '<error code="noRecordsMatch"/>'
    end = int(start) + PAGE
    some = found[int(start) : end]
    inside = (_text(each if verb == "ListRecords" else each.find("o:header", NS)) for each in some)
    token = f"<resumptionToken>{prefix}!{end}</resumptionToken>" if end < len(found) else ""
    return f"<{verb}>{''.join(inside)}{token}</{verb}>"


def _records(repository: Any, asked: dict[str, str]) -> list[Any]:
    lists = {each.get("metadataPrefix"): each for each in repository.findall("s:ListRecords", NS)}
    since, until = asked.get("from", ""), asked.get("until", "9999")
    return [
        each
        for each in lists[asked["metadataPrefix"]]
        if since <= each.findtext("o:header/o:datestamp", "", NS) <= until
    ]


def _identifier(record: Any) -> str:
    return str(record.findtext("o:header/o:identifier", "", NS))


def _text(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode"))


def _inside(element: Any) -> str:
    return "".join(map(_text, element))


@contextmanager
def gateway(file: Path) -> Iterator[str]:
    """The base URL at which the static repository *file* can be harvested."""
    repository = etree.parse(file).getroot()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            body = (
                f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="{OAI}">'
                f"<responseDate>2026-01-01T00:00:00Z</responseDate><request>http://localhost/</request>"
                f"{answer(repository, asked)}</OAI-PMH>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

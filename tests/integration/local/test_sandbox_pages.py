"""The sandbox's pages behind the web process's address."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from werkzeug.test import Client

from deploy.local.ports import free_ports
from deploy.local.sandbox_pages import SandboxPages
from shared.web_server import Wsgi


@dataclass
class Sandbox:
    """A server that tells what it was asked, and sends two events, the second when it is let."""

    url: str = ""
    second: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.endswith("/events"):
                self._send_events()
            else:
                self._tell(b"")

        def do_POST(self) -> None:
            self._tell(self.rfile.read(int(self.headers["Content-Length"])))

        def _tell(self, body: bytes) -> None:
            asked = f"{self.command} {self.path} {self.headers['X-Forwarded-Prefix']} {self.headers['Host']} "
            answer = asked.encode() + body
            self.send_response(201)
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("X-From", "sandbox")
            self.end_headers()
            self.wfile.write(answer)

        def _send_events(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"7\r\ndata: 1\r\n")
            sandbox.second.wait()
            self.wfile.write(b"7\r\ndata: 2\r\n0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    sandbox.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield sandbox
    sandbox.second.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_below_the_prefix_comes_from_the_sandbox(sandbox: Sandbox) -> None:
    answer = _visitor(sandbox.url).get("/sandbox/phones/%2B14165550142?lang=fr", base_url="http://127.0.0.1:8000")

    assert answer.status_code == 201
    assert answer.headers["X-From"] == "sandbox"
    assert answer.text == "GET /sandbox/phones/%2B14165550142?lang=fr /sandbox 127.0.0.1:8000 "


def test_what_a_form_says_reaches_the_sandbox(sandbox: Sandbox) -> None:
    answer = _visitor(sandbox.url).post("/sandbox/api/phones/reply", data={"body": "APPEL"})

    assert answer.text.endswith(" body=APPEL")


@pytest.mark.parametrize("path", ["/", "/sandboxes", "/petitions/sandbox/"])
def test_everything_else_is_the_apps(sandbox: Sandbox, path: str) -> None:
    assert _visitor(sandbox.url).get(path).text == "the app"


def test_events_arrive_one_by_one(sandbox: Sandbox) -> None:
    answer = _visitor(sandbox.url).get("/sandbox/events", buffered=False)
    chunks = answer.iter_encoded()

    first = next(chunks)
    sandbox.second.set()
    rest = b"".join(chunks)

    assert (first, rest) == (b"data: 1", b"data: 2")


def test_a_sandbox_that_is_away_is_told_in_a_sentence() -> None:
    answer = _visitor(f"http://127.0.0.1:{free_ports().sandbox}").get("/sandbox/")

    assert answer.status_code == 502
    assert "does not answer" in answer.text


def _visitor(sandbox_url: str) -> Client:
    def app(_environ: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
        return [b"the app"]

    wrapped: Wsgi = SandboxPages(app, sandbox_url)
    return Client(wrapped)

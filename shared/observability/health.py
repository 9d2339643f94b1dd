"""What a supervisor and Prometheus ask of a worker: alive, ready, and its metrics."""

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

# What is wrong, each in a few words; nothing where all is well.
Troubles = Callable[[], list[str]]
REQUEST_SECONDS = 10.0


class _Server(ThreadingHTTPServer):
    def server_bind(self) -> None:
        # HTTPServer's own would ask the name service who it is, which can take many seconds where nobody knows.
        TCPServer.server_bind(self)
        host, port = self.server_address[:2]
        self.server_name, self.server_port = str(host), int(port)


class _ServerOnIPv6(_Server):
    address_family = socket.AF_INET6


def serve_health(host: str, port: int, is_stalled: Troubles, is_away: Troubles) -> ThreadingHTTPServer:
    """Answer `/healthz`, `/readyz` and `/metrics` on a thread of its own. Raises `OSError` where the port is taken.

    Not alive is what only a restart mends; not ready is what is waited for.
    """

    class Health(BaseHTTPRequestHandler):
        timeout = REQUEST_SECONDS

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
            elif path == "/healthz":
                self._tell("alive", is_stalled())
            elif path == "/readyz":
                self._tell("ready", is_away())
            else:
                self._answer(404, b"not found\n")

        def _tell(self, well: str, troubles: list[str]) -> None:
            self._answer(503 if troubles else 200, ("\n".join(troubles or [well]) + "\n").encode())

        def _answer(self, status: int, body: bytes, content_type: str = "text/plain; charset=utf-8") -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent: scrapes are no news."""

    server = (_ServerOnIPv6 if ":" in host else _Server)((host, port), Health)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server

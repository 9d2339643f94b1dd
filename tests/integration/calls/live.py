"""A server that knows its address before it knows its app, as an app's webhooks name that address."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.serving import make_server


@dataclass
class Server:
    """Where the app is, once there is one."""

    url: str = ""
    app: Flask | None = None

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        """Pass a request on."""
        assert self.app is not None
        return self.app(environ, start_response)


@contextmanager
def served() -> Iterator[Server]:
    """A server on a free port, until the end of the block."""
    serving = Server()
    listening = make_server("127.0.0.1", 0, serving, threaded=True)
    serving.url = f"http://127.0.0.1:{listening.port}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield serving
    listening.shutdown()
    thread.join()
    listening.server_close()

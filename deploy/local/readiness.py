"""Whether a part of the stack answers. Asked directly, whatever proxy the environment names."""

import http.client
import socket

from deploy.local.ports import HOST

PATIENCE_SECONDS = 2.0


def accepts_connections(host: str, port: int) -> bool:
    """Whether something listens."""
    try:
        socket.create_connection((host, port), timeout=PATIENCE_SECONDS).close()
    except OSError:
        return False
    return True


def is_ready(port: int) -> bool:
    """Whether the process that serves its health on a port of this machine says that it is ready."""
    return status_of(port, "/readyz") == http.HTTPStatus.OK


def status_of(port: int, path: str) -> int | None:
    """What a port of this machine answers to a request; None where nothing does."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()

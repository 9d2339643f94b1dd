"""Where the local stack listens: by default, moved together by `--port`, or wherever there is room (for tests)."""

import random
import socket
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace

import psutil

from deploy.local.trouble import CannotStart

HOST = "127.0.0.1"
DEFAULT_WEB_PORT = 8000
# So that the others, which move with it, have room above 1023 and below 65536.
WEB_PORTS = range(1_024, 54_001)
# Every service's worker serves its health and metrics on a port of its own; there is room for this many.
WORKERS_AT_MOST = 10
# Below the range from which systems lend ports to outgoing connections.
TEST_PORTS = range(20_000, 32_000)
TRIES = 100


@dataclass(frozen=True)
class Ports:
    """One port for each part; `metrics` is the first worker's, the others' follow it."""

    web: int = DEFAULT_WEB_PORT
    sandbox: int = 8025
    postgres: int = 15432
    kafka: int = 19092
    kafka_controller: int = 19093
    metrics: int = 19101

    def moved_to(self, web: int) -> "Ports":
        """The same ports, all moved by as much as the web's, so that a second stack has room beside the first."""
        by = web - self.web
        return Ports(**{name: port + by for name, port in asdict(self).items()})

    def as_settings(self) -> dict[str, str]:
        """The ports as they stand in the settings file."""
        return {_setting(name): str(port) for name, port in asdict(self).items()}

    def as_set_in(self, settings: Mapping[str, str]) -> "Ports":
        """These ports, but for those that the settings say otherwise. Raises `CannotStart`."""
        said = {name: settings[_setting(name)] for name in _NAMES if _setting(name) in settings}
        wrong = [f"{_setting(name)}={text}" for name, text in said.items() if not _is_port(text)]
        if wrong:
            raise CannotStart(f"not a port: {', '.join(wrong)}; write a number from 1 to 65535 in the settings file")
        return replace(self, **{name: int(text) for name, text in said.items()})


_NAMES = tuple(field.name for field in fields(Ports))


def free_ports() -> Ports:
    """Ports that nobody uses now, for a stack of one's own beside any other."""
    for _ in range(TRIES):
        first = random.choice(TEST_PORTS)  # noqa: S311 — nothing hangs on its being hard to guess
        ports = Ports(*(first + offset for offset in range(len(_NAMES))))
        if not any(is_taken(port) for port in range(first, ports.metrics + WORKERS_AT_MOST)):
            return ports
    raise CannotStart(f"no {len(_NAMES) + WORKERS_AT_MOST} free ports in a row were found")


def is_taken(port: int) -> bool:
    """Whether somebody listens on the port already."""
    with socket.socket() as attempt:
        # Without it, connections that an earlier run has just closed would count as a listener.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return True
    return False


def require_free(ports: Iterable[int]) -> None:
    """Raise `CannotStart`, which names who has them, where some of the ports are taken."""
    taken = [port for port in ports if is_taken(port)]
    if taken:
        named = ", ".join(f"{port}{_listener(port)}" for port in taken)
        port_is = "port is" if len(taken) == 1 else "ports are"
        raise CannotStart(f"{port_is} taken: {named}; stop what listens there, or give other ports with --port")


def listener_of(port: int) -> psutil.Process | None:
    """The process that listens on a port, where the system lets us see it."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return psutil.Process(connection.pid)
    except psutil.Error:
        # Some systems show other users' connections to root only.
        return None
    return None


def _listener(port: int) -> str:
    process = listener_of(port)
    return f" (by {process.name()}, process {process.pid})" if process else ""


def _setting(name: str) -> str:
    return f"LOCAL_{name.upper()}_PORT"


def _is_port(text: str) -> bool:
    return text.isdigit() and 0 < int(text) < 65_536

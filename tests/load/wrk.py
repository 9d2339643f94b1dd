"""Has wrk (Debian's package) send ready-made requests: a generator that leaves the cores to what is measured."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

REPLAY = Path(__file__).with_name("replay.lua")
CONNECTIONS = 64
SECONDS = 5


@dataclass(frozen=True)
class Answers:
    """What came of it. Times are in milliseconds."""

    requests: int
    seconds: float
    refused: int
    lost: int
    p50: float
    p99: float

    @property
    def per_second(self) -> float:
        """Answered requests a second. Raises `ValueError` where one was refused or lost: then nothing was measured."""
        if self.refused or self.lost or not self.requests:
            raise ValueError(f"not every request was answered as it should be: {self}")
        return self.requests / self.seconds


def write_requests(path: Path, requests: Iterable[bytes]) -> None:
    """Write the requests that wrk is to send, one after the other and then from the start."""
    with path.open("wb") as file:
        for one in requests:
            file.write(f"{len(one)}\n".encode() + one)


def http_request(method: str, path: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> bytes:
    """One request as it goes over the wire."""
    lengths = [("Content-Length", str(len(body)))] if body else []
    lines = "".join(f"{name}: {value}\r\n" for name, value in [("Host", "localhost"), *headers, *lengths])
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def wrk(url: str, requests: Path, seconds: int = SECONDS) -> Answers:
    """Send them over 64 connections for a while. Raises `CalledProcessError`."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(REPLAY), url, "--", str(requests)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return Answers(**json.loads(printed.splitlines()[-1]))

"""A stand-in for Twilio and SendGrid that does as little as can be, so that it is never what limits.

    python -m tests.load.provider --port 8001 [--after 0.02]

It takes everything that is posted, answers each request by itself after a while or at once, and keeps what it took
with the id it gave, so that it can be looked at once nothing is measured any more. The sandbox does far more, and is
the better stand-in for everything but this.
"""

import argparse
import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
import urllib3

from deploy.local.ports import HOST
from tests.load.machine import Machine, Served

READY = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nready\n"
MAIL = b"/v3/mail/send"
# As long as an answer of Twilio's, with all that its SDK reads.
_TEXT = (
    b'{"account_sid": "AC00000000000000000000000000000000", "api_version": "2010-04-01", "body": "%s",'
    b' "date_created": "Tue, 24 Nov 2026 12:00:00 +0000", "date_sent": null,'
    b' "date_updated": "Tue, 24 Nov 2026 12:00:00 +0000", "direction": "outbound-api", "error_code": null,'
    b' "error_message": null, "from": "+14165550100", "messaging_service_sid": null, "num_media": "0",'
    b' "num_segments": "2", "price": null, "price_unit": "USD", "sid": "SM%032x", "status": "queued",'
    b' "subresource_uris": {"media": "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages/Media.json"},'
    b' "to": "+14165550101", "uri": "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json"}'
)
_WORDS = b"The words of the text, which an answer repeats. " * 3


@dataclass(frozen=True)
class Request:
    """What was posted, and the id it was given."""

    id: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Provider:
    """The stand-in, running."""

    served: Served

    @property
    def settings(self) -> dict[str, str]:
        """What leads texts and e-mails here."""
        return {"GROUNDSWELL_TWILIO_URL": self.served.url, "GROUNDSWELL_SENDGRID_URL": self.served.url}

    def taken(self) -> list[Request]:
        """What it took since this was last asked, in order."""
        answer = urllib3.request("GET", f"{self.served.url}/taken", timeout=60)
        return [Request(**one) for one in orjson.loads(answer.data)]


@contextlib.contextmanager
def provider(components: Machine, after_seconds: float) -> Iterator[Provider]:
    """Run one until the end of the block."""
    command = ("tests.load.provider", "--port", "{port}", "--after", str(after_seconds))
    with components.run("provider", *command) as served:
        yield Provider(served)


class Connection(asyncio.Protocol):
    """One connection, with one request on it at a time."""

    after_seconds: ClassVar[float]
    taken: ClassVar[list[tuple[int, bytes, bytes]]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._head, self._bytes, self._whole = b"", bytearray(), 0

    def data_received(self, data: bytes) -> None:
        """Answer a request once it is whole: its head says how long its body is."""
        self._bytes += data
        if not self._whole:
            end = self._bytes.find(b"\r\n\r\n") + 4
            if end < 4:
                return
            self._head = bytes(self._bytes[:end])
            self._whole = end + int(self._head.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0] or b"0")
        if len(self._bytes) >= self._whole:
            body = bytes(self._bytes[len(self._head) :])
            self._bytes, self._whole = bytearray(), 0
            self._answer(self._head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"GET"):
            self._transport.write(_all_taken() if b"/taken " in head else READY)
            return
        number = len(self.taken) + 1
        self.taken.append((number, head, body))
        answer = _answer_to(head, number)
        if self.after_seconds:
            asyncio.get_running_loop().call_later(self.after_seconds, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _answer_to(head: bytes, number: int) -> bytes:
    if MAIL in head:
        return b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nX-Message-Id: %d\r\n\r\n" % number
    return _with_body(b"201 Created", _TEXT % (_WORDS, number))


def _with_body(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def _all_taken() -> bytes:
    requests = [_read(*one) for one in Connection.taken]
    Connection.taken.clear()
    return _with_body(b"200 OK", orjson.dumps(requests))


def _read(number: int, head: bytes, body: bytes) -> dict[str, Any]:
    line, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = dict(one.split(": ", 1) for one in lines)
    path = line.split(" ")[1]
    given = str(number) if path.encode() == MAIL else f"SM{number:032x}"
    return {"id": given, "path": path, "headers": headers, "body": body.decode()}


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connection, HOST, port)
    await server.serve_forever()


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--after", type=float, default=0.0, help="seconds until a request is answered")
    options = parser.parse_args()
    Connection.after_seconds = options.after
    asyncio.run(_serve(options.port))


if __name__ == "__main__":
    main()

"""The client that posts callbacks: bodies of every kind, connections that are kept, and servers that close them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from deploy.sandbox.posting import Answer, Connections, NotConnected

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def exchange(serve: Serve, times: int = 1) -> tuple[list[Answer], int]:
    """Send a request so many times to a server; what it answered, and how often it was connected to."""

    async def run() -> tuple[list[Answer], int]:
        connected = 0

        async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connected
            connected += 1
            await serve(reader, writer)
            writer.close()

        server = await asyncio.start_server(count, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/there?x=1"
        connections = Connections()
        answers = [await connections.send("POST", url, {"X-A": "b"}, b"body") for _ in range(times)]
        connections.close()
        server.close()
        return answers, connected

    return asyncio.run(run())


def answering(answer: bytes, requests: int) -> Serve:
    """A server that gives this answer to so many requests on each connection, and then closes it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(requests):
            await reader.readuntil(b"body")
            writer.write(answer)
            await writer.drain()

    return serve


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nA: b\r\n\r\n",
            b"hello",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end", b"until the end"),
    ],
)
def test_a_body_is_read_however_it_is_sent(answer: bytes, body: bytes) -> None:
    (got,), _ = exchange(answering(answer, requests=1))

    assert got.body == body
    assert got.status == int(answer[9:12])


def test_a_connection_is_kept_for_the_next_request() -> None:
    answers, connected = exchange(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", requests=3), times=3)

    assert [answer.status for answer in answers] == [200] * 3
    assert connected == 1


def test_a_kept_connection_that_the_server_has_closed_is_replaced() -> None:
    answers, connected = exchange(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", requests=1), times=3)

    assert [answer.status for answer in answers] == [200] * 3
    assert connected == 3


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", b"nonsense\r\n\r\n"])
def test_an_answer_that_breaks_off_is_no_answer(answer: bytes) -> None:
    with pytest.raises(NotConnected):
        exchange(answering(answer, requests=1))


def test_a_server_that_is_away_is_not_connected() -> None:
    with pytest.raises(NotConnected):
        asyncio.run(Connections().send("GET", "http://127.0.0.1:1/", {}, b""))

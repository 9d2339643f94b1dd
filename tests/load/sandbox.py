"""How many texts a second the sandbox takes on one core, each with its status callbacks. A benchmark, never a test.

    python -m tests.load.sandbox [--texts 20000] [--connections 16]

The sandbox is bound to one core (where the system can do that), the sender and the receiver of callbacks run on the
others; so it is the sandbox that is measured, and not what measures it.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import time
from base64 import b64encode
from urllib.parse import urlencode

import orjson
import urllib3

from deploy.local.ports import free_ports
from deploy.sandbox.posting import Connections
from tests.fixtures.sandbox import random_account

LOCAL = "127.0.0.1"
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
CALLBACKS_A_TEXT = 2


class Receiver(asyncio.Protocol):
    """Answers every callback with 204 and counts it; as little work as can be."""

    received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to answer."""
        self._transport = transport
        self._bytes = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole: the head says how long its body is."""
        self._bytes += data
        while (end := self._bytes.find(b"\r\n\r\n")) >= 0:
            length = int(self._bytes[:end].lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
            if len(self._bytes) < end + 4 + length:
                return
            self._bytes = self._bytes[end + 4 + length :]
            Receiver.received += 1
            assert isinstance(self._transport, asyncio.Transport)
            self._transport.write(ANSWER)


async def send(url: str, headers: dict[str, str], callback: str, numbers: "asyncio.Queue[int]") -> None:
    """Send texts over one kept connection until there are none left."""
    connections = Connections()
    while not numbers.empty():
        number = numbers.get_nowait()
        phone = f"+1{604 + number % 7}555{100 + number % 90:04d}"
        form = {"To": phone, "From": "+14165550100", "Body": f"Text {number}", "StatusCallback": callback}
        answer = await connections.send("POST", url, headers, urlencode(form).encode())
        assert answer.status == 201, answer.body
    connections.close()


async def measure(url: str, account: dict[str, str], texts: int, connections: int, cpu: "Cpu") -> None:
    """Send so many texts and wait for all their callbacks; print what it took."""
    server = await asyncio.get_running_loop().create_server(Receiver, LOCAL, 0)
    callback = f"http://{LOCAL}:{server.sockets[0].getsockname()[1]}/status"
    sid = account["GROUNDSWELL_TWILIO_ACCOUNT_SID"]
    credentials = b64encode(f"{sid}:{account['GROUNDSWELL_TWILIO_AUTH_TOKEN']}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/x-www-form-urlencoded"}
    numbers: asyncio.Queue[int] = asyncio.Queue()
    for number in range(texts):
        numbers.put_nowait(number)
    path, began, used = f"{url}/2010-04-01/Accounts/{sid}/Messages.json", time.monotonic(), cpu.seconds()
    await asyncio.gather(*(send(path, headers, callback, numbers) for _ in range(connections)))
    taken = time.monotonic() - began
    while Receiver.received < texts * CALLBACKS_A_TEXT:
        await asyncio.sleep(0.01)
    seconds, used = time.monotonic() - began, cpu.seconds() - used
    print(f"{texts} texts taken in {taken:.1f} s: {texts / taken:.0f}/s")  # noqa: T201
    print(f"with all {Receiver.received} callbacks in {seconds:.1f} s: {texts / seconds:.0f} texts/s")  # noqa: T201
    print(f"{used:.1f} s of one core: {used / texts * 1e6:.0f} us a text, {texts / used:.0f} texts/s")  # noqa: T201


class Cpu:
    """The processor time that a process has used."""

    def __init__(self, pid: int) -> None:
        self._path = f"/proc/{pid}/stat"

    def seconds(self) -> float:
        """User and system time, in seconds; zero where the system does not tell."""
        with contextlib.suppress(OSError), open(self._path, encoding="ascii") as stat:  # noqa: PTH123
            fields = stat.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0


def main() -> None:
    """Start a sandbox, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=16)
    wanted = parser.parse_args()
    account, port = random_account(), free_ports().sandbox
    command = [sys.executable, "-m", "shared.command_line", "sandbox", "--port", str(port)]
    environment = {**os.environ, **account, "GROUNDSWELL_PUBLIC_URL": "http://127.0.0.1:1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        bind_to_one_core(process.pid)
        url = f"http://{LOCAL}:{port}"
        retries = urllib3.Retry(total=100, backoff_factor=0.1, backoff_max=0.2)
        urllib3.request("GET", f"{url}/healthz", retries=retries)
        asyncio.run(measure(url, account, wanted.texts, wanted.connections, Cpu(process.pid)))
        counts = orjson.loads(urllib3.request("GET", f"{url}/sandbox/api/counts").data)
        print(counts["texts"], counts["callbacks"])  # noqa: T201
    finally:
        process.terminate()
        process.wait()


def bind_to_one_core(pid: int) -> None:
    """Keep a process on the last core, and this one off it."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) > 1:
        os.sched_setaffinity(pid, cores[-1:])
        os.sched_setaffinity(0, cores[:-1])


if __name__ == "__main__":
    main()

"""The limit of what is served: what bare Flask answers of the same kind of request."""

from collections.abc import Iterable

from tests.load.machine import Machine
from tests.load.wrk import write_requests, wrk


def bare_flask_per_second(components: Machine, requests: Iterable[bytes]) -> float:
    """Answers a second, with 64 connections.

    It is begun anew each time: in one start of three or so it answers a third of what it does otherwise, for as long as
    it runs, when most connections have come to one of its two processes.
    """
    path = components.folder / "of-the-limit"
    write_requests(path, requests)
    with components.bare() as bare:
        wrk(bare.url, path, seconds=1)
        return wrk(bare.url, path).per_second

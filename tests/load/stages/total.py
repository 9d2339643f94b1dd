"""`count.json`: a petition's total for the counters of other pages, beside Flask answering the same JSON."""

from tests.load.machine import Machine
from tests.load.measuring import Measured, Stage, in_turns
from tests.load.petition import SLUG, open_petition
from tests.load.wrk import http_request, write_requests, wrk


def run(components: Machine) -> Measured:
    """Ask with 64 connections."""
    open_petition(components)
    with components.bare() as bare, components.web("signatures") as web:

        def ask(url: str, path: str) -> float:
            requests = components.folder / "requests"
            write_requests(requests, [http_request("GET", path)])
            return wrk(url, requests).per_second

        return in_turns(lambda: ask(bare.url, "/count.json"), lambda: ask(web.url, f"/petitions/{SLUG}/count.json"))


STAGE = Stage("count.json", "answers", 0.80, run)

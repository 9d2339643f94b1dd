"""`count.json`: a petition's total for the counters of other pages, beside Flask answering the same JSON."""

from tests.load.limit import bare_flask_per_second
from tests.load.machine import Machine
from tests.load.measuring import Measured, Stage, in_turns
from tests.load.petition import SLUG, open_petition
from tests.load.wrk import http_request, write_requests, wrk


def run(components: Machine) -> Measured:
    """Ask with 64 connections."""
    open_petition(components)
    requests = components.folder / "requests"
    write_requests(requests, [http_request("GET", f"/petitions/{SLUG}/count.json")])
    with components.web("signatures") as web:
        return in_turns(
            lambda: bare_flask_per_second(components, [http_request("GET", "/count.json")]),
            lambda: wrk(web.url, requests).per_second,
        )


STAGE = Stage("count.json", "answers", 0.80, run)

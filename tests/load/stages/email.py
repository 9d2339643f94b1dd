"""E-mail: through SendGrid's SDK, a thousand a request, ledger kept, beside urllib3 posting the same bodies."""

from collections.abc import Iterable

import orjson

from tests.load.machine import Machine
from tests.load.measuring import Measured, Stage
from tests.load.provider import Request
from tests.load.sending import Sending, Told, measure_sending
from tests.load.supporters import supporters

PARTS = 2
EMAILS = 50_000
# What ours has under way at the same time: a request of each of its two loops.
CONNECTIONS = 2


def run(components: Machine) -> Measured:
    """Send fifty thousand e-mails a round."""
    sending = Sending("email", CONNECTIONS, 0.0, _told)
    return measure_sending(components, supporters(components, PARTS, EMAILS), sending)


def _told(request: Request) -> Iterable[Told]:
    for one in orjson.loads(request.body)["personalizations"]:
        yield Told(one["to"][0]["email"], one["custom_args"]["delivery_id"], request.id)


STAGE = Stage("e-mail, 1,000 a request", "e-mails", 0.10, run)

"""Texts: through Twilio's SDK with the ledger kept, beside urllib3 posting the same bytes over as many connections."""

from collections.abc import Iterable
from functools import partial
from urllib.parse import parse_qs

from services.notifications.settings import NotificationsSettings
from shared.settings import load
from tests.load.machine import Machine
from tests.load.measuring import Measured, Stage
from tests.load.provider import Request
from tests.load.sending import Sending, Told, measure_sending
from tests.load.supporters import supporters

PARTS = 5
TEXTS = 10_000


def run(components: Machine, after_seconds: float) -> Measured:
    """Send ten thousand texts a round."""
    connections = load(NotificationsSettings).text_connections
    sending = Sending("text", connections, after_seconds, _told)
    return measure_sending(components, supporters(components, PARTS, TEXTS), sending)


def _told(request: Request) -> Iterable[Told]:
    form = parse_qs(request.body)
    yield Told(form["To"][0], form["StatusCallback"][0].split("/")[-2], request.id)


IN_20_MS = Stage("texts, answered in 20 ms", "texts", 0.70, partial(run, after_seconds=0.02))
AT_ONCE = Stage("texts, answered at once", "texts", 0.45, partial(run, after_seconds=0.0))

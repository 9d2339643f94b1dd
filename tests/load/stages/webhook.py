"""Webhook: Twilio tells that a text has arrived; verified and applied, beside Flask reading the same form."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from services.notifications.domain.delivery import State
from services.notifications.settings import NotificationsSettings
from shared.settings import CoreSettings, load
from tests.load.limit import bare_flask_per_second
from tests.load.machine import Machine, cpu_seconds
from tests.load.measuring import Measured, Stage, in_turns
from tests.load.supporters import supporters
from tests.load.wrk import SECONDS, http_request, write_requests, wrk

# More than can be told of in the time: what comes twice is cheaper than news.
MOST = 12_000 * SECONDS
NUMBERS = {"To": "+14165550123", "From": "+16475550123"}
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def run(components: Machine) -> Measured:
    """Tell that texts have arrived with 64 connections, each request another text."""
    known, requests, costs = supporters(components, 1, MOST), components.folder / "requests", list[tuple[float, ...]]()
    with components.web("notifications") as web:

        def limit() -> float:
            return bare_flask_per_second(components, _told(["any"] * 1_000, "/form"))

        def ours() -> float:
            known.plan(known.announcement("text", 0))
            known.have_it_accepted()
            write_requests(requests, _told([id_ for id_, _, _ in known.ledger()]))
            before = cpu_seconds(web.family()), cpu_seconds(components.database_processes())
            answers = wrk(web.url, requests)
            used = cpu_seconds(web.family()) - before[0], cpu_seconds(components.database_processes()) - before[1]
            costs.append(tuple(1000 * seconds / answers.requests for seconds in used))
            _all_have_arrived(known.ledger(), answers.requests)
            known.forget_messages()
            return answers.per_second

        measured = in_turns(limit, ours)
    known.backbone.database.close()
    of_web, of_database = sorted(costs)[len(costs) // 2]
    remark = f"CPU a receipt: {of_web:.2f} ms in the web process, {of_database:.2f} ms in PostgreSQL"
    return Measured(measured.limit, measured.measured, (remark,))


def _told(ids: Sequence[str], path: str = "/webhooks/twilio/messages/{id}/status") -> Iterator[bytes]:
    """What Twilio posts, signed as it signs."""
    public_url, sign = load(CoreSettings).public_url, RequestValidator(load(NotificationsSettings).twilio_auth_token)
    for id_ in ids:
        form = {
            "MessageSid": f"SM{id_.replace('-', '')}",
            "MessageStatus": "delivered",
            "To": "+14165550123",
            "From": "+16475550123",
        }
        address = path.format(id=id_)
        signature = ("X-Twilio-Signature", sign.compute_signature(public_url + address, form))
        yield http_request("POST", address, [FORM, signature], urlencode(form).encode())


def _all_have_arrived(ledger: Sequence[tuple[str, str, str | None]], answered: int) -> None:
    """See that every receipt that was answered is applied. Raises `AssertionError`."""
    arrived = sum(state == State.DELIVERED for _, state, _ in ledger)
    # What wrk broke off at the end is applied too.
    assert answered <= arrived <= answered + 64, f"{answered} were answered and {arrived} are applied"


STAGE = Stage("webhook: verified, applied", "receipts", 0.40, run)

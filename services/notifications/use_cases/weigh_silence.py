"""Weigh what SendGrid does not tell.

It has no list of what it took that can be asked for one of our e-mails. It does tell of every e-mail by its events, as
soon as it took it, and again for a day where we could not hear. So of an e-mail that may have been sent:

- an event about it, or about another of the same request, says that it was taken, as a request is taken whole;
- silence says that it was not, if SendGrid was telling us of other e-mails while it should have told of this one;
- silence while nothing at all was heard says nothing: it is waited for a day, then it is settled as `unknown`.
"""

from collections.abc import Sequence
from datetime import datetime

from services.notifications.domain.delivery import MOST_ATTEMPTS, Delivery, Patience, Reason, State
from services.notifications.domain.receipt import Receipt
from services.notifications.storage.deliveries import PutBack
from services.notifications.storage.heard import SENDGRID, TimesHeard
from services.notifications.storage.open_deliveries import OpenDeliveries
from services.notifications.storage.records import Records
from services.notifications.use_cases.hear_receipt import hear_receipts
from services.notifications.use_cases.settle import settle
from shared.observability.logging import logger
from shared.privacy.fingerprints import Fingerprints

# How much of the silence passes before SendGrid can have told of an e-mail: ten seconds of fifteen minutes. What was
# heard sooner may have been the last before our webhook went down together with whoever sent it.
SOONEST = 90
log = logger("look_after")


def weigh_silence(
    mail: Sequence[Delivery], records: Records, prints: Fingerprints, now: datetime, patience: Patience
) -> None:
    """Settle, send again, or go on waiting for each."""
    waited_for = {one.id: Reason.NO_RECEIPT.value for one in mail if one.state == State.ACCEPTED}
    settle(records.transaction, State.FAILED, waited_for, now)
    sending = [one for one in mail if one.state == State.SENDING]
    requests = {one.request_id for one in sending if one.request_id}
    taken = OpenDeliveries(records.transaction).taken_requests(list(requests)) if requests else set()
    with_siblings = [one for one in sending if one.request_id in taken]
    accepted = [Receipt(delivery_id=str(one.id), state=State.ACCEPTED) for one in with_siblings]
    hear_receipts(accepted, records, prints, now, patience)
    _weigh([one for one in sending if one.request_id not in taken], records, now, patience)


def _weigh(silent: Sequence[Delivery], records: Records, now: datetime, patience: Patience) -> None:
    began = {one.id: one.sending_at or one.due_at for one in silent}
    told_meanwhile = {moment: _was_heard(moment, records, patience) for moment in set(began.values())}
    over = [one for one in silent if now - began[one.id] >= patience.silence]
    not_taken = [one for one in over if told_meanwhile[began[one.id]]]
    nobody_knows = [one for one in over if one not in not_taken and now - began[one.id] >= patience.speaks_within]
    _send_again(not_taken, records, now)
    settle(records.transaction, State.FAILED, {one.id: Reason.UNKNOWN.value for one in nobody_knows}, now)
    waiting = [one.id for one in silent if one not in not_taken and one not in nobody_knows]
    records.deliveries.check_later(waiting, now + patience.silence)


def _was_heard(began: datetime, records: Records, patience: Patience) -> bool:
    after, until = began + patience.silence / SOONEST, began + patience.silence
    return TimesHeard(records.transaction).was_heard(SENDGRID, after, until)


def _send_again(not_taken: Sequence[Delivery], records: Records, now: datetime) -> None:
    ended = {one.id: Reason.GAVE_UP.value for one in not_taken if one.attempts >= MOST_ATTEMPTS}
    settle(records.transaction, State.FAILED, ended, now)
    again = [one for one in not_taken if one.id not in ended]
    records.deliveries.put_back([PutBack(delivery_id=one.id, sending_at=one.sending_at, due_at=now) for one in again])
    if again:
        log.info("the provider does not know some e-mails, they are sent again", count=len(again))

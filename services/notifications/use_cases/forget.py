"""A supporter was erased; and what nobody needs to know any more is forgotten by itself."""

from datetime import timedelta

from services.notifications.domain.delivery import Channel, Reason, State
from services.notifications.storage.heard import TimesHeard
from services.notifications.storage.records import Records
from services.notifications.use_cases.settle import settle
from shared.clock import Clock
from shared.database import Database
from shared.domain_events.organizers import SupporterErased
from shared.due_work import Job
from shared.due_work.loop import again

EVERY = timedelta(hours=1)
# A number that nobody gave us is kept for as long as an answer to it may be tried again.
STRANGERS_KEPT = timedelta(days=1)
# Twilio would have sent a webhook again long before.
REPLIES_KEPT = timedelta(days=30)
# A day is what SendGrid goes on telling for.
HEARD_KEPT = timedelta(days=2)


def forget(erased: SupporterErased, records: Records, clock: Clock) -> None:
    """Drop what is planned for them and everything that says who they are.

    A STOP from their number stays, as it is nobody's but the number's; and how many messages were sent stays too.
    """
    waiting = records.planning.planned_for([erased.supporter_id], list(Channel))
    settle(records.transaction, State.DROPPED, dict.fromkeys(waiting, Reason.ERASED.value), clock())
    records.planning.unlink(erased.supporter_id)
    records.consents.drop(erased.supporter_id)
    phone_id = records.contacts.drop(erased.supporter_id)
    if phone_id and not records.contacts.of_phone(phone_id):
        records.replies.drop(phone_id)


def forget_strangers(job: Job, database: Database, clock: Clock) -> None:
    """Drop the contacts who took part in nothing, and the memory of old texts and of when providers spoke."""
    with database.transaction() as transaction:
        records, now = Records(transaction), clock()
        records.contacts.drop_strangers(now - STRANGERS_KEPT)
        records.replies.drop_old(now - REPLIES_KEPT)
        TimesHeard(transaction).drop_before(now - HEARD_KEPT)
        again(job, transaction, EVERY)

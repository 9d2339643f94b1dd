"""A supporter replied CALL, and nobody can be called for them: they are told, with a link to do it by themselves."""

from datetime import datetime, timedelta
from uuid import UUID

from services.notifications.domain.delivery import Kind
from services.notifications.domain.reply_meaning import Meaning
from services.notifications.storage.records import Records
from services.notifications.use_cases.answer import plan_text
from shared.bus.outcomes import Skip
from shared.domain_events.calls import CallFinished

# The endings of `calls` at which a supporter waits for a telephone that will not ring.
NO_CALL_CAME = frozenset(
    (
        "riding_unknown",
        "several_ridings",
        "seat_is_vacant",
        "office_has_no_telephone",
        "campaign_is_closed",
        "no_telephone",
        "called_often",
        "expired",
        "refused_by_carrier",
    )
)
# Their riding may have had to be looked up first, and the directory be away.
ASKED_WITHIN = timedelta(days=1)


def tell_no_call(finished: CallFinished, cause: UUID, records: Records, now: datetime) -> None:
    """Tell them where they asked for it by text; who pressed a button was told on the page. Raises `Skip`."""
    if finished.ending not in NO_CALL_CAME:
        return
    known = records.contacts.get(finished.supporter_id)
    if known is None or known.phone_id is None:
        raise Skip("they have no telephone that we know of")
    if not records.replies.has_meant(known.phone_id, Meaning.CALL, since=now - ASKED_WITHIN):
        raise Skip("they did not ask for it by text")
    told = records.replies.told_of_call_campaign([finished.supporter_id], finished.call_campaign)
    about = str(told.broadcast_id) if told else ""
    plan_text(Kind.CANNOT_CALL, known.supporter_id, known.contact.language, cause, about, records, now)

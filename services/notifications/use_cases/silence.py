"""STOP and START: a telephone is silenced for all who have it, and reached again for those who had agreed to it."""

from datetime import datetime
from uuid import UUID

from services.notifications.domain.consent import ON_A_TELEPHONE, Consent, LastWords, Reach, Said
from services.notifications.storage.records import Records
from services.notifications.storage.suppressions import Why
from services.notifications.use_cases.agree_again import agree_again
from services.notifications.use_cases.withdraw import withdraw

SOURCE = "text"
# Twilio hears STOP too, and may tell us only when we next write there.
_FROM_THE_TELEPHONE = (SOURCE, "provider")


def silence(phone_id: str, cause: UUID, records: Records, now: datetime, source: str = SOURCE) -> None:
    """Text and ring this telephone no more, whoever has it."""
    withdraw(records.contacts.hold_of_phone(phone_id), ON_A_TELEPHONE, source, cause, records, now)
    records.suppressions.add(phone_id, Why.STOP, now)


def resume(phone_id: str, cause: UUID, records: Records, now: datetime) -> None:
    """Reach this telephone again: those who had agreed to it, and whose last word was a STOP from it, agree again."""
    records.suppressions.lift(phone_id)
    held = records.contacts.hold_of_phone(phone_id)
    ids = [known.supporter_id for known in held]
    last_words, once_given = records.consents.last_words(ids), records.consents.once_given(ids)
    again = [
        Consent(supporter_id=one, reach=reach, said=Said.GIVEN, source=SOURCE, cause=cause, at=now)
        for one in ids
        for reach in ON_A_TELEPHONE
        if (one, reach) in once_given and _was_stopped(last_words, one, reach)
    ]
    agree_again(again, held, records)


def is_reached(phone_id: str, records: Records) -> bool:
    """Whether anybody who has this telephone agreed to texts."""
    return any(Reach.TEXT in known.contact.may for known in records.contacts.of_phone(phone_id))


def _was_stopped(last_words: LastWords, supporter_id: str, reach: Reach) -> bool:
    last = last_words.get((supporter_id, reach))
    return last is not None and last.said == Said.WITHDRAWN and last.source in _FROM_THE_TELEPHONE

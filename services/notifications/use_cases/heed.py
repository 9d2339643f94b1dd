"""Heed what a provider says of an address: it is no good, its owner said STOP to it, or complained of us."""

from datetime import datetime

from services.notifications.domain.consent import Reach
from services.notifications.domain.delivery import Channel, Delivery
from services.notifications.storage.records import Records
from services.notifications.storage.sources import sources_of
from services.notifications.storage.suppressions import Why
from services.notifications.use_cases.silence import silence
from services.notifications.use_cases.withdraw import withdraw
from shared.privacy.addresses import canonical_email
from shared.privacy.fingerprints import Fingerprints

PROVIDER = "provider"


def heed(
    delivery: Delivery, records: Records, prints: Fingerprints, now: datetime, *, suppresses: bool, withdraws: bool
) -> None:
    """Write to the address of a delivery no more where it is no good, or where its owner said so.

    What a target's mailbox says is never taken for the word of the supporter whose letter it was.
    """
    if delivery.channel == Channel.LETTER:
        _suppress(_mailbox_of(delivery, records, prints), Why.COMPLAINT if withdraws else Why.NO_GOOD, records, now)
    elif delivery.channel == Channel.TEXT:
        _heed_telephone(delivery, records, now, is_stop=withdraws)
    else:
        _heed_mailbox(delivery, records, now, suppresses=suppresses, withdraws=withdraws)


def _heed_telephone(delivery: Delivery, records: Records, now: datetime, *, is_stop: bool) -> None:
    known = records.contacts.get(delivery.supporter_id)
    phone_id = known.phone_id if known else None
    if phone_id and is_stop:
        silence(phone_id, delivery.id, records, now, PROVIDER)
    else:
        _suppress(phone_id, Why.NO_GOOD, records, now)


def _heed_mailbox(delivery: Delivery, records: Records, now: datetime, *, suppresses: bool, withdraws: bool) -> None:
    owners = records.contacts.hold([delivery.supporter_id])
    if suppresses:
        for known in owners:
            _suppress(known.email_id, Why.COMPLAINT if withdraws else Why.NO_GOOD, records, now)
    if withdraws:
        agreed = [known for known in owners if Reach.EMAIL in known.contact.may]
        withdraw(agreed, [Reach.EMAIL], PROVIDER, delivery.id, records, now)


def mailbox_print(email: str, prints: Fingerprints) -> str:
    """The fingerprint by which a mailbox is suppressed and paced."""
    return prints.of("email", canonical_email(email))


def _mailbox_of(delivery: Delivery, records: Records, prints: Fingerprints) -> str | None:
    target = sources_of(records.transaction, [delivery]).target(delivery)
    return mailbox_print(target.email, prints) if target else None


def _suppress(address: str | None, why: Why, records: Records, now: datetime) -> None:
    if address:
        records.suppressions.add(address, why, now)

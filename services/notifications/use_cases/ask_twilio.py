"""Ask Twilio what became of texts: of those that may have been sent, and of those that nothing was heard of since.

Twilio's list has no word of ours in it, so a text is told by its number, its words and the moment; one that another
delivery is known by is never taken for it. Twilio tells a status once, so one that we missed has to be asked for.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial

from services.notifications.domain.delivery import MOST_ATTEMPTS, Delivery, Patience, Reason, State
from services.notifications.domain.receipt import Receipt, receipt_of_text
from services.notifications.providers.ports import ProviderFails, TextRecord, Texts
from services.notifications.storage.deliveries import PutBack
from services.notifications.storage.open_deliveries import Open, OpenDeliveries
from services.notifications.storage.records import Records
from services.notifications.use_cases.hear_receipt import hear_receipts
from services.notifications.use_cases.remember_contact import SEALED_AS
from services.notifications.use_cases.render_texts import words_id
from services.notifications.use_cases.settle import settle
from shared.clock import Clock
from shared.database import Database
from shared.observability.logging import logger
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

IN_PARALLEL = 8
# Twilio's clock and ours may differ, and it tells times in whole seconds.
CLOCKS_DIFFER = timedelta(minutes=2)
# What Twilio puts before every text of an account on trial.
ON_TRIAL = "Sent from your Twilio trial account - "
log = logger("look_after")


@dataclass(frozen=True)
class AskTwilio:
    """Asks about a batch of texts, over several connections."""

    database: Database
    texts: Texts
    vault: Vault
    prints: Fingerprints
    clock: Clock
    patience: Patience

    def __call__(self, late: Sequence[Open]) -> None:
        """Find out about each; where Twilio does not tell now, it is asked again when the lease of it ends."""
        sending = [one for one in late if one.delivery.state == State.SENDING]
        questions = [partial(self._look_for, number, of) for number, of in self._by_number(sending).items()]
        questions += [partial(self._ask_about, one.delivery) for one in late if one.delivery.state == State.ACCEPTED]
        asking = [self._threads.submit(_ask, question) for question in questions]
        for question in wait(asking).done:
            question.result()

    def _by_number(self, sending: Sequence[Open]) -> dict[str, list[Delivery]]:
        """The texts by the number that they went to; of somebody who was erased nobody can ask any more."""
        sealed = [(one.delivery.supporter_id, one.sealed) for one in sending if one.sealed]
        people = dict(zip([id_ for id_, _ in sealed], self.vault.open_many(sealed, SEALED_AS), strict=True))
        found: dict[str, list[Delivery]] = defaultdict(list)
        lost: list[Delivery] = []
        for one in sending:
            number = (people.get(one.delivery.supporter_id) or {}).get("phone")
            (found[number] if number else lost).append(one.delivery)
        with self.database.transaction() as transaction:
            settle(transaction, State.FAILED, {one.id: Reason.UNKNOWN.value for one in lost}, self.clock())
        return found

    def _look_for(self, number: str, deliveries: Sequence[Delivery]) -> None:
        """Find each text in Twilio's list, or let it be sent again."""
        since = min(one.sending_at or one.due_at for one in deliveries) - CLOCKS_DIFFER
        listed = self.texts.sent_to(number, since=since)
        with self.database.transaction() as transaction:
            records, now = Records(transaction), self.clock()
            taken = OpenDeliveries(transaction).known_to_provider([record.provider_id for record in listed])
            free = [record for record in listed if record.provider_id not in taken]
            found = {one.id: record for one in deliveries if (record := self._take(free, one))}
            receipts = [_receipt(one, found[one.id]) for one in deliveries if one.id in found]
            hear_receipts(receipts, records, self.prints, now, self.patience)
            self._send_again([one for one in deliveries if one.id not in found], records, now)

    def _take(self, free: list[TextRecord], delivery: Delivery) -> TextRecord | None:
        """Take a text's own record out of those that belong to none yet."""
        for record in free:
            if delivery.words_id == words_id(record.body.removeprefix(ON_TRIAL), self.prints):
                free.remove(record)
                return record
        return None

    def _send_again(self, lost: Sequence[Delivery], records: Records, now: datetime) -> None:
        ended = {one.id: Reason.GAVE_UP.value for one in lost if one.attempts >= MOST_ATTEMPTS}
        settle(records.transaction, State.FAILED, ended, now)
        again = [one for one in lost if one.id not in ended]
        records.deliveries.put_back(
            [PutBack(delivery_id=one.id, sending_at=one.sending_at, due_at=now) for one in again]
        )
        for one in again:
            log.info("the provider does not know a text, it is sent again", delivery_id=str(one.id))

    def _ask_about(self, delivery: Delivery) -> None:
        """Ask for the status of a text that Twilio took; it is not waited for for ever."""
        record = self.texts.find(delivery.provider_id) if delivery.provider_id else None
        with self.database.transaction() as transaction:
            records, now = Records(transaction), self.clock()
            if record:
                hear_receipts([_receipt(delivery, record)], records, self.prints, now, self.patience)
            waited = now - (delivery.accepted_at or now)
            if waited >= self.patience.give_up:
                settle(transaction, State.FAILED, {delivery.id: Reason.NO_RECEIPT.value}, now)
            else:
                later = min(max(self.patience.receipt_late, waited * 3), self.patience.give_up - waited)
                records.deliveries.check_later([delivery.id], now + later)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(IN_PARALLEL, thread_name_prefix="ask")


def _ask(question: Callable[[], None]) -> None:
    try:
        question()
    except ProviderFails as reason:
        log.warning("the provider does not say, asking again", reason=str(reason))


def _receipt(delivery: Delivery, record: TextRecord) -> Receipt:
    """What Twilio's record says; that it has one at all says that it took the text."""
    told = receipt_of_text(str(delivery.id), record.provider_id, record.status, record.error_code)
    return told or Receipt(delivery_id=str(delivery.id), state=State.ACCEPTED, provider_id=record.provider_id)

"""Send the texts that are due: take a batch in hand, send it over all connections, write what came of it.

That a text is being sent is committed before Twilio is asked. A process that dies in between leaves rows that
`look_after` finds; it asks Twilio before anybody sends them again.
"""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.notifications.domain.delivery import Channel, Patience
from services.notifications.domain.sources import Sources
from services.notifications.providers.ports import Text, Texts
from services.notifications.storage.deliveries import Begun, Deliveries, Due
from services.notifications.storage.sources import sources_of
from services.notifications.storage.tables import paces
from services.notifications.use_cases.outcomes import NotStarted, Outcome, Taken, Tried, write_outcomes
from services.notifications.use_cases.provider_says import note_taken, said_of
from services.notifications.use_cases.render import Person, Sender
from services.notifications.use_cases.render_texts import render_text, words_id
from services.notifications.use_cases.take_in_hand import Hands, NoAddress, valid_seconds
from shared.clock import Clock
from shared.database import Database
from shared.observability.tracing import tracing
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault
from shared.reaching.pace import Pace, Paces
from shared.reaching.quiet_hours import QuietHours

PACE = "texts"
AT_ONCE = 500


@dataclass(frozen=True)
class InHand:
    """A text that is marked as being sent, and when it was."""

    due: Due
    text: Text
    since: datetime


class SendTexts:
    """The loop of a worker; several may run at once, in one process or many, each in a thread of its own."""

    def __init__(
        self,
        database: Database,
        texts: Texts,
        vault: Vault,
        prints: Fingerprints,
        clock: Clock,
        sender: Sender,
        quiet_hours: QuietHours,
        pace: Pace,
        *,
        connections: int,
        patience: Patience,
    ) -> None:
        self._database = database
        self._texts = texts
        self._vault = vault
        self._prints = prints
        self._clock = clock
        self._sender = sender
        self._quiet_hours = quiet_hours
        self._pace = pace
        self._connections = connections
        self._patience = patience
        self._unwritten: list[Tried] = []

    def __call__(self) -> bool:
        """Send who is next; whether there was anybody. Raises what the database raises; nothing is lost by that."""
        self._write()
        is_busy, in_hand = self._take_in_hand()
        self._send(in_hand)
        self._write()
        return is_busy

    def _take_in_hand(self) -> tuple[bool, list[InHand]]:
        now = self._clock()
        with self._database.transaction() as transaction:
            pace, ledger = Paces(transaction, paces, self._pace), Deliveries(transaction)
            free = min(AT_ONCE, pace.free([PACE], now)[PACE])
            due = ledger.due(Channel.TEXT, now, free) if free else []
            if not due:
                return False, []
            hands = Hands(transaction, self._vault, now)
            sources = sources_of(transaction, [one.delivery for one in due])
            ready = hands.each(
                hands.allowed(due, self._quiet_hours), lambda one, person: self._text(one, person, sources, now)
            )
            # Others wait for whoever has the pace, so it is taken last; what it does not allow stays planned.
            going = ready[: pace.take({PACE: len(ready)}, now)[PACE]]
            begun = [Begun(delivery=one.delivery, words_id=words_id(text.body, self._prints)) for one, text in going]
            ledger.begin(begun, now, now + self._patience.lease)
        return True, [InHand(one, text, now) for one, text in going]

    def _text(self, due: Due, person: Person, sources: Sources, now: datetime) -> Text:
        if not person.get("phone"):
            raise NoAddress
        return Text(
            delivery_id=str(due.delivery.id),
            to=person["phone"],
            body=render_text(due, person, sources, self._sender),
            valid_seconds=valid_seconds(due, now, self._quiet_hours),
        )

    def _send(self, in_hand: Sequence[InHand]) -> None:
        """Send over all connections at once; every one takes the next that waits."""
        waiting = deque(in_hand)

        def send_on() -> None:
            while waiting:
                try:
                    one = waiting.popleft()
                except IndexError:
                    return
                self._unwritten.append(Tried(one.due, one.since, self._send_one(one)))

        if len(in_hand) < 2:
            send_on()
        else:
            sending = [self._threads.submit(send_on) for _ in range(min(self._connections, len(in_hand)))]
            for connection in wait(sending).done:
                connection.result()

    def _send_one(self, one: InHand) -> Outcome:
        if self._clock() - one.since > self._patience.start_within:
            return NotStarted()
        with tracing(one.due.delivery.traceparent):
            try:
                return Taken(self._texts.send(one.text))
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the others are still to be sent and noted
                return said_of(error, one.text.delivery_id)

    def _write(self) -> None:
        """Write what came of those that were sent; where that fails, it is written before anything else is sent."""
        if self._unwritten:
            with self._database.transaction() as transaction:
                write_outcomes(self._unwritten, transaction, self._prints, self._clock(), self._patience)
            written, self._unwritten = self._unwritten, []
            note_taken(written)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._connections, thread_name_prefix="text")

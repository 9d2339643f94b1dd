"""Send the e-mails and the letters that are due, each kind a batch at a time.

E-mails alike go in one request with what differs for each; letters go one by one, as each has its own signer. That
they are being sent is committed before SendGrid is asked. A process that dies in between leaves rows that `look_after`
finds.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cached_property

from services.notifications.domain.delivery import Patience
from services.notifications.providers.ports import Mail
from services.notifications.use_cases.outcomes import NotStarted, Outcome, Taken, Tried, write_outcomes
from services.notifications.use_cases.provider_says import note_taken, said_of
from services.notifications.use_cases.render import Sender
from services.notifications.use_cases.take_emails import Request, TakeEmails
from services.notifications.use_cases.take_letters import TakeLetters
from shared.clock import Clock
from shared.database import Database
from shared.observability.tracing import tracing
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault
from shared.reaching.pace import Pace


class SendEmails:
    """The loop of a worker; several may run at once, in one process or many, each in a thread of its own."""

    def __init__(
        self,
        database: Database,
        mail: Mail,
        vault: Vault,
        prints: Fingerprints,
        clock: Clock,
        sender: Sender,
        pace_of_mailbox: Pace,
        *,
        connections: int,
        patience: Patience,
    ) -> None:
        self._database = database
        self._mail = mail
        self._prints = prints
        self._clock = clock
        self._takes = (TakeEmails(vault, sender), TakeLetters(vault, sender, prints, pace_of_mailbox))
        self._connections = connections
        self._patience = patience
        self._unwritten: list[Tried] = []

    def __call__(self) -> bool:
        """Send who is next; whether there was anybody. Raises what the database raises; nothing is lost by that."""
        self._write()
        turns = [self._turn(take) for take in self._takes]
        return any(turns)

    def _turn(self, take: TakeEmails | TakeLetters) -> bool:
        now = self._clock()
        # SendGrid cannot be asked: what it took, it tells within this time.
        check_at = now + max(self._patience.lease, self._patience.silence)
        with self._database.transaction() as transaction:
            is_busy, requests = take(transaction, now, check_at)
        self._send(requests)
        self._write()
        return is_busy

    def _send(self, requests: Sequence[Request]) -> None:
        if len(requests) < 2:
            for request in requests:
                self._send_one(request)
        else:
            sending = [self._threads.submit(self._send_one, request) for request in requests]
            for connection in wait(sending).done:
                connection.result()

    def _send_one(self, request: Request) -> None:
        outcome, together = self._outcome_of(request), len(request.emails)
        self._unwritten += [Tried(due, request.since, outcome, request.id, together) for due, _ in request.emails]

    def _outcome_of(self, request: Request) -> Outcome:
        if self._clock() - request.since > self._patience.start_within:
            return NotStarted()
        first, emails = request.emails[0][0].delivery, [email for _, email in request.emails]
        with tracing(first.traceparent):
            try:
                return Taken(self._mail.send(request.template, emails))
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the others are still to be sent and noted
                return said_of(error, str(first.id), len(emails))

    def _write(self) -> None:
        """Write what came of those that were sent; where that fails, it is written before anything else is sent."""
        if self._unwritten:
            with self._database.transaction() as transaction:
                write_outcomes(self._unwritten, transaction, self._prints, self._clock(), self._patience)
            written, self._unwritten = self._unwritten, []
            note_taken(written)

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._connections, thread_name_prefix="mail")

"""Take e-mails in hand: those that read alike are one request."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.notifications.domain.delivery import Channel, Delivery
from services.notifications.domain.sources import Sources
from services.notifications.providers.ports import Email, EmailTemplate
from services.notifications.storage.deliveries import Begun, Deliveries, Due
from services.notifications.storage.sources import sources_of
from services.notifications.use_cases.render import Person, Sender
from services.notifications.use_cases.render_emails import Rendered, render_email, render_template
from services.notifications.use_cases.take_in_hand import Hands, NoAddress
from shared.identifiers import new_id
from shared.privacy.vault import Vault

# As many as one request holds.
AT_ONCE = 1000


@dataclass(frozen=True)
class Request:
    """One request to SendGrid: a template and the e-mails made from it, marked as being sent since then."""

    id: UUID
    template: EmailTemplate
    emails: tuple[tuple[Due, Email], ...]
    since: datetime


@dataclass(frozen=True)
class TakeEmails:
    """Takes the next e-mails, in the transaction that marks them as being sent."""

    vault: Vault
    sender: Sender

    def __call__(self, transaction: Connection, now: datetime, check_at: datetime) -> tuple[bool, list[Request]]:
        """Whether any were due, and the requests to make once this is committed."""
        ledger = Deliveries(transaction)
        due = ledger.due(Channel.EMAIL, now, AT_ONCE)
        if not due:
            return False, []
        hands = Hands(transaction, self.vault, now)
        writing = _Writing(sources_of(transaction, [one.delivery for one in due]), self.sender)
        requests = writing.requests(hands.each(hands.allowed(due), writing.email), now)
        begin(requests, ledger, now, check_at)
        return True, requests


class _Writing:
    """Writes e-mails, and each template of theirs once."""

    def __init__(self, sources: Sources, sender: Sender) -> None:
        self._sources = sources
        self._sender = sender
        self._rendered: dict[Any, Rendered] = {}

    def email(self, due: Due, person: Person) -> Email:
        """What differs for one person. Raises `NoAddress` or `NoWords`."""
        if not person.get("email"):
            raise NoAddress
        alike = _alike(due.delivery)
        if alike not in self._rendered:
            self._rendered[alike] = render_template(due, self._sources, self._sender)
        return render_email(self._rendered[alike], due, person, self._sources, self._sender)

    def requests(self, emails: list[tuple[Due, Email]], now: datetime) -> list[Request]:
        """The e-mails, those alike together."""
        together: dict[Any, list[tuple[Due, Email]]] = defaultdict(list)
        for due, email in emails:
            together[_alike(due.delivery)].append((due, email))
        return [Request(new_id(), self._rendered[one].template, tuple(of), now) for one, of in together.items()]


def begin(requests: list[Request], ledger: Deliveries, now: datetime, check_at: datetime) -> None:
    """Note that the e-mails of some requests are about to be sent."""
    begun = [Begun(delivery=due.delivery, request_id=request.id) for request in requests for due, _ in request.emails]
    if begun:
        ledger.begin(begun, now, check_at)


def _alike(delivery: Delivery) -> tuple[Any, ...]:
    """What e-mails that go in one request have in common; a refused request's halves stay apart."""
    return delivery.kind, delivery.about, delivery.broadcast_id, delivery.language, delivery.request_id

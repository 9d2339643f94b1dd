"""The sending loops on a real database, with providers that live in memory and a clock that the tests move."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row

from services.notifications.domain.delivery import Patience
from services.notifications.domain.receipt import Receipt
from services.notifications.providers.fakes import FakeMail, FakeTexts
from services.notifications.storage.records import Records
from services.notifications.storage.tables import deliveries
from services.notifications.use_cases.hear_receipt import hear_receipts
from services.notifications.use_cases.look_after import LookAfter
from services.notifications.use_cases.render import Sender
from services.notifications.use_cases.send_emails import SendEmails
from services.notifications.use_cases.send_texts import SendTexts
from shared.clock import now
from shared.reaching.pace import pace_of
from shared.reaching.quiet_hours import NEVER_QUIET, QuietHours
from tests.integration.notifications.house import House

PATIENCE = Patience()
FAST = 1_000_000.0


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Moment:
    """A clock that stands still until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def passes(self, time: timedelta) -> None:
        """Time passes."""
        self.at += time


@dataclass
class Sending:
    """The loops, and what they send with."""

    house: House
    clock: Moment = field(default_factory=lambda: Moment(now() + timedelta(seconds=1)))
    texts: FakeTexts = field(default_factory=FakeTexts)
    mail: FakeMail = field(default_factory=FakeMail)

    def __post_init__(self) -> None:
        self.texts.clock = self.clock

    def only_text(self) -> Row[Any]:
        """The only text in the ledger."""
        (row,) = self.house.ledger(channel="text")
        return row

    def text_loop(
        self, *, quiet_hours: QuietHours = NEVER_QUIET, per_second: float = FAST, connections: int = 4
    ) -> SendTexts:
        """The loop that sends texts, as another process would run it."""
        backbone = self.house.backbone
        return SendTexts(
            backbone.database,
            self.texts,
            backbone.vault,
            backbone.fingerprints,
            self.clock,
            self._sender(),
            quiet_hours,
            pace_of(per_second),
            connections=connections,
            patience=PATIENCE,
        )

    def mail_loop(self, *, letters_per_second: float = FAST) -> SendEmails:
        """The loop that sends e-mails and letters."""
        backbone = self.house.backbone
        return SendEmails(
            backbone.database,
            self.mail,
            backbone.vault,
            backbone.fingerprints,
            self.clock,
            self._sender(),
            pace_of(letters_per_second),
            connections=2,
            patience=PATIENCE,
        )

    def send(self, **how: Any) -> None:
        """Send every text that may go now."""
        _until_idle(self.text_loop(**how))

    def send_mail(self, **how: Any) -> None:
        """Send every e-mail and letter that may go now."""
        _until_idle(self.mail_loop(**how))

    def look_after(self, after: timedelta = timedelta()) -> None:
        """Some time later, look after what is open."""
        self.clock.passes(after)
        backbone = self.house.backbone
        _until_idle(
            LookAfter(
                backbone.database, self.texts, backbone.vault, backbone.fingerprints, self.clock, patience=PATIENCE
            )
        )

    def hear(self, *receipts: Receipt) -> None:
        """The providers tell."""
        prints = self.house.backbone.fingerprints
        with self.house.backbone.database.transaction() as transaction:
            hear_receipts(receipts, Records(transaction), prints, self.clock(), PATIENCE)

    def states(self, **which: Any) -> list[tuple[str, str | None]]:
        """The states and reasons of lines of the ledger."""
        return [(row.state, row.reason) for row in self.house.ledger(**which)]

    def change(self, id_: UUID, **values: Any) -> None:
        """Change a line of the ledger."""
        with self.house.backbone.database.transaction() as transaction:
            transaction.execute(sa.update(deliveries).where(deliveries.c.id == id_).values(**values))

    def execute(self, statement: str, **values: Any) -> None:
        """Run a statement."""
        with self.house.backbone.database.transaction() as transaction:
            transaction.execute(sa.text(statement), values)

    def _sender(self) -> Sender:
        return Sender(self.house.backbone.settings, "Students United", "1 Example Street, Toronto")


def _until_idle(turn: Callable[[], bool]) -> None:
    for _ in range(1000):
        if not turn():
            return
    raise AssertionError("the loop never comes to an end")

"""Take letters in hand: only so many a second for each mailbox, whichever petitions write to it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from services.notifications.domain.delivery import Channel
from services.notifications.storage.deliveries import Due
from services.notifications.storage.records import Records
from services.notifications.storage.sources import petitions_with_targets, sources_of
from services.notifications.storage.tables import paces
from services.notifications.use_cases.heed import mailbox_print
from services.notifications.use_cases.render import Sender
from services.notifications.use_cases.render_letters import render_letter
from services.notifications.use_cases.take_emails import Request, begin
from services.notifications.use_cases.take_in_hand import Hands
from shared.identifiers import new_id
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault
from shared.reaching.pace import Pace, Paces

# By petition and target, as a letter names them, the mailbox they stand for.
Mailboxes = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class TakeLetters:
    """Takes the next letters, in the transaction that marks them as being sent."""

    vault: Vault
    sender: Sender
    prints: Fingerprints
    pace_of_mailbox: Pace

    def __call__(self, transaction: Connection, now: datetime, check_at: datetime) -> tuple[bool, list[Request]]:
        """Whether any were due, and the requests to make once this is committed: one for each letter."""
        records, pace = Records(transaction), Paces(transaction, paces, self.pace_of_mailbox)
        if not records.deliveries.waiting(Channel.LETTER, now):
            return False, []
        boxes = self._mailboxes(transaction)
        due = self._due(boxes, records, pace, now)
        if not due:
            return False, []
        hands, sources = Hands(transaction, self.vault, now), sources_of(transaction, [one.delivery for one in due])
        ready = hands.each(hands.allowed(due), lambda one, person: render_letter(one, person, sources, self.sender))
        requests = [Request(new_id(), template, ((one, letter),), now) for one, (template, letter) in ready]
        going = _as_paced(requests, boxes, pace, now)
        begin(going, records.deliveries, now, check_at)
        return True, going

    def _mailboxes(self, transaction: Connection) -> Mailboxes:
        return {
            (petition.slug, target.id): mailbox_print(target.email, self.prints)
            for petition in petitions_with_targets(transaction)
            for target in petition.targets.values()
        }

    def _due(self, boxes: Mailboxes, records: Records, pace: Paces, now: datetime) -> list[Due]:
        free = pace.free([_pace_of(box) for box in set(boxes.values())], now)
        limits = {letter: free[_pace_of(box)] for letter, box in boxes.items() if free[_pace_of(box)]}
        due = records.deliveries.due_letters(limits, now)
        suppressed = records.suppressions.among({boxes[_letter(one)] for one in due}) if due else {}
        return [
            replace(one, standing=replace(one.standing, is_suppressed=boxes[_letter(one)] in suppressed)) for one in due
        ]


def _as_paced(requests: Sequence[Request], boxes: Mailboxes, pace: Paces, now: datetime) -> list[Request]:
    """Those that the pace of their mailbox allows; the others stay planned."""
    waiting: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        waiting[_pace_of(boxes[_letter(request.emails[0][0])])].append(request)
    taken = pace.take({name: len(letters) for name, letters in waiting.items()}, now)
    return [request for name, letters in waiting.items() for request in letters[: taken[name]]]


def _letter(due: Due) -> tuple[str, str]:
    return due.delivery.about, due.delivery.target


def _pace_of(mailbox: str) -> str:
    return f"mailbox {mailbox}"

"""Answer a text, whoever wrote it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.domain.contact import USUAL_LANGUAGE, Newcomer
from services.notifications.domain.delivery import Channel, Delivery, Kind, Lane
from services.notifications.domain.reply_meaning import Heard
from services.notifications.storage.contacts import Known
from services.notifications.storage.records import Records
from services.notifications.storage.replies import Told
from services.notifications.use_cases.remember_contact import remember
from shared.identifiers import new_id
from shared.observability.tracing import traceparent
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault


@dataclass(frozen=True)
class Reply:
    """A text that is heard for the first time, and everybody who has the telephone it came from."""

    id: UUID
    number: str
    phone_id: str
    heard: Heard
    people: list[Known]
    was_stopped: bool
    at: datetime

    @property
    def supporter_ids(self) -> list[str]:
        """Everybody's id."""
        return [known.supporter_id for known in self.people]

    def speaker(self, told: Told | None) -> Known | None:
        """Who of them is taken to have written: who was told last, or else the newest who took part in something.

        None for a stranger.
        """
        known = [one for one in self.people if one.contact.campaigns]
        return next(
            (one for one in known if told and one.supporter_id == told.supporter_id), known[0] if known else None
        )


def plan_answer(
    kind: Kind,
    reply: Reply,
    speaker: Known | None,
    about: str,
    records: Records,
    vault: Vault,
    prints: Fingerprints,
) -> None:
    """Plan the answer to a text, in the language of its keyword, or else of who wrote it."""
    known = speaker or _stranger(reply, records, vault, prints)
    plan_text(
        kind, known.supporter_id, reply.heard.language or known.contact.language, reply.id, about, records, reply.at
    )
    records.replies.note_answer(reply.id, kind)


def plan_text(
    kind: Kind, supporter_id: str, language: str, cause: UUID, about: str, records: Records, now: datetime
) -> None:
    """Plan a text that goes before everything else, as somebody waits for it."""
    answer = Delivery(
        id=new_id(),
        cause=cause,
        supporter_id=supporter_id,
        channel=Channel.TEXT,
        kind=kind,
        lane=Lane.REPLY,
        language=language,
        due_at=now,
        traceparent=traceparent(),
        about=about,
    )
    records.planning.answer(answer)


def _stranger(reply: Reply, records: Records, vault: Vault, prints: Fingerprints) -> Known:
    """Remember a number that nobody gave us for as long as it takes to answer it."""
    stranger = Newcomer(
        supporter_id=reply.phone_id,
        personal={"phone": reply.number},
        language=reply.heard.language or USUAL_LANGUAGE,
    )
    return remember([stranger], [], records, vault, prints)[reply.phone_id]

"""Somebody wrote us a text: what it means is acted on and told, and it is answered. Its words are not kept.

Answers go through the ledger like everything else that is sent: its unique line makes one text one answer, though the
webhook comes twice or a process dies half way (docs/decisions/0008-the-ledger-of-deliveries.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.notifications.domain.delivery import ALWAYS_ANSWERED, Kind
from services.notifications.domain.reply_meaning import Heard, Meaning, read_meaning, took_for_start
from services.notifications.storage.records import Records
from services.notifications.storage.replies import Told
from services.notifications.storage.suppressions import Why
from services.notifications.use_cases.answer import Reply, plan_answer
from services.notifications.use_cases.silence import is_reached, resume, silence
from shared.domain_events.notifications import ReplyReceived
from shared.identifiers import new_id
from shared.outbox import post
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

# Whoever writes what we do not understand is told so once in this time, as two machines would go on for ever.
NOT_UNDERSTOOD_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """A text as the carrier hands it over; `opt_out_type` is the keyword that the carrier took it for."""

    provider_id: str
    number: str
    body: str
    opt_out_type: str = ""


@dataclass(frozen=True)
class Understood:
    """What a text is about, and what it is answered."""

    answer: Kind | None = None
    told: Told | None = None


def hear_text(inbound: Inbound, records: Records, vault: Vault, prints: Fingerprints, now: datetime) -> None:
    """Hear a text; nothing where it was heard before."""
    phone_id = prints.of_phone(inbound.number)
    # STOP and START of one telephone must not overtake each other in here.
    records.replies.take_turn(phone_id)
    was_stopped = records.suppressions.among([phone_id]).get(phone_id) == Why.STOP
    heard = _meaning(inbound, was_stopped)
    people = records.contacts.of_phone(phone_id)
    reply = Reply(new_id(), inbound.number, phone_id, heard, people, was_stopped, now)
    if not records.replies.add(inbound.provider_id, reply.id, phone_id, heard.meaning, now):
        return
    understood = _STORIES[heard.meaning](reply, records)
    speaker = reply.speaker(understood.told or records.replies.told_of_anything(reply.supporter_ids))
    if speaker:
        post(records.transaction, _received(reply, speaker.supporter_id, understood.told))
    if understood.answer and _is_answered(understood.answer, reply, records):
        about = str(understood.told.broadcast_id) if understood.told else ""
        plan_answer(understood.answer, reply, speaker, about, records, vault, prints)


def _meaning(inbound: Inbound, was_stopped: bool) -> Heard:
    """A YES that the carrier took for a START is one where there was a STOP before."""
    heard = read_meaning(inbound.body, inbound.opt_out_type)
    if was_stopped and heard.meaning == Meaning.YES and took_for_start(inbound.opt_out_type):
        return replace(heard, meaning=Meaning.START, answered_by_carrier=True)
    return heard


def _stop(reply: Reply, records: Records) -> Understood:
    silence(reply.phone_id, reply.id, records, reply.at)
    return Understood(None if reply.was_stopped else Kind.STOPPED)


def _start(reply: Reply, records: Records) -> Understood:
    resume(reply.phone_id, reply.id, records, reply.at)
    return Understood(Kind.STARTED if is_reached(reply.phone_id, records) else Kind.HELP)


def _yes(reply: Reply, records: Records) -> Understood:
    told = records.replies.told_of_gathering(reply.supporter_ids, reply.at)
    return Understood(Kind.COMING, told) if told else Understood(Kind.NOT_UNDERSTOOD)


def _no(reply: Reply, records: Records) -> Understood:
    return Understood(told=records.replies.told_of_gathering(reply.supporter_ids, reply.at))


def _call(reply: Reply, records: Records) -> Understood:
    told = records.replies.told_of_call_campaign(reply.supporter_ids)
    return Understood(told=told) if told else Understood(Kind.NOT_UNDERSTOOD)


_STORIES: dict[Meaning, Callable[[Reply, Records], Understood]] = {
    Meaning.STOP: _stop,
    Meaning.START: _start,
    Meaning.YES: _yes,
    Meaning.NO: _no,
    Meaning.CALL: _call,
    Meaning.HELP: lambda reply, records: Understood(Kind.HELP),
    Meaning.OTHER: lambda reply, records: Understood(Kind.NOT_UNDERSTOOD),
}


def _is_answered(kind: Kind, reply: Reply, records: Records) -> bool:
    if reply.heard.answered_by_carrier:
        return False
    if kind == Kind.NOT_UNDERSTOOD:
        again = records.replies.was_answered(reply.phone_id, kind, since=reply.at - NOT_UNDERSTOOD_AGAIN)
        return not again and not reply.was_stopped
    return kind in ALWAYS_ANSWERED or kind == Kind.STARTED or not reply.was_stopped


def _received(reply: Reply, supporter_id: str, told: Told | None) -> ReplyReceived:
    meaning = reply.heard.meaning
    return ReplyReceived(
        reply_id=str(reply.id),
        supporter_id=supporter_id,
        meaning=meaning.value,
        call_campaign=told.call_campaign if told and meaning == Meaning.CALL else None,
        gathering=told.gathering if told and meaning in (Meaning.YES, Meaning.NO) else None,
        received_at=reply.at,
    )

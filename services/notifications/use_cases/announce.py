"""An announcement was approved with something: a broadcast of it is planned, once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.notifications.domain import announced
from services.notifications.domain.announced import Announced
from services.notifications.domain.broadcast import Broadcast, Numbers
from services.notifications.storage.records import Records
from services.notifications.use_cases.plan_broadcast import PLAN
from shared.bus.outcomes import Retry
from shared.domain_events.announcement import Announcement
from shared.domain_events.calls import CallCampaignLaunched
from shared.domain_events.envelope import Envelope
from shared.domain_events.events import Gathering, GatheringCancelled
from shared.domain_events.signatures import PetitionDelivered, PetitionOpened
from shared.due_work import schedule
from shared.identifiers import new_id

# What is announced, in these languages.
About = Callable[[Sequence[str]], Announced]


def open_petition(opened: PetitionOpened, envelope: Envelope, records: Records, site: str, now: datetime) -> None:
    """Keep our own copy of a petition, and announce it."""
    records.petitions.keep(opened)
    _announce(
        opened.announcement,
        opened.campaign,
        lambda languages: announced.of_petition(opened.petition, opened.texts, site, languages),
        envelope,
        records,
        now,
    )


def announce_delivery(
    delivered: PetitionDelivered, envelope: Envelope, records: Records, site: str, now: datetime
) -> None:
    """Announce that a petition was handed in. Raises `Retry` for one that was not heard of yet."""
    texts = records.petitions.texts(delivered.petition)
    if texts is None:
        raise Retry("the petition was not heard of yet")
    _announce(
        delivered.announcement,
        delivered.campaign,
        lambda languages: announced.of_petition(delivered.petition, texts, site, languages),
        envelope,
        records,
        now,
    )


def announce_calls(
    launched: CallCampaignLaunched, envelope: Envelope, records: Records, site: str, now: datetime
) -> None:
    """Announce a call campaign."""
    _announce(
        launched.announcement,
        launched.campaign,
        lambda languages: announced.of_call_campaign(launched, site, languages),
        envelope,
        records,
        now,
    )


def announce_gathering(gathering: Gathering, envelope: Envelope, records: Records, site: str, now: datetime) -> None:
    """Announce a gathering, a change of it or its end; what has not gone out yet tells how it is now, or nothing."""

    def about(languages: Sequence[str]) -> Announced:
        return announced.of_gathering(gathering, site, languages)

    if isinstance(gathering, GatheringCancelled):
        records.broadcasts.call_off(now, gathering=gathering.gathering)
    else:
        records.broadcasts.tell_of_change(
            gathering.gathering, lambda languages: about(languages).fields, gathering.ends_at
        )
    _announce(gathering.announcement, gathering.campaign, about, envelope, records, now)


def _announce(
    announcement: Announcement | None,
    campaign: str,
    about: About,
    envelope: Envelope,
    records: Records,
    now: datetime,
) -> None:
    if announcement is None:
        return
    what = about([wording.language for wording in announcement.wordings])
    broadcast = Broadcast(
        id=new_id(),
        cause=envelope.id,
        kind=envelope.type,
        campaign=campaign,
        fields=what.fields,
        audience=announcement.audience,
        channels=announcement.channels,
        wordings=announcement.wordings,
        approved=Numbers(
            texts=announcement.counted_texts, emails=announcement.counted_emails, rings=announcement.counted_rings
        ),
        approved_by=announcement.approved_by,
        traceparent=envelope.traceparent,
        created_at=now,
        petition=what.petition,
        call_campaign=what.call_campaign,
        gathering=what.gathering,
        expires_at=what.expires_at,
    )
    if records.broadcasts.add(broadcast):
        schedule(records.transaction, PLAN, str(broadcast.id), {"broadcast_id": str(broadcast.id)})

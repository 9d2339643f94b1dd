"""The composition root of `notifications`: its routes, reactions, jobs, loops and settings."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from services.notifications.settings import NotificationsSettings
from services.notifications.storage.records import Records
from services.notifications.storage.tables import metadata
from services.notifications.use_cases import finish_broadcasts as finishing
from services.notifications.use_cases import forget as forgetting
from services.notifications.use_cases.announce import (
    announce_calls,
    announce_delivery,
    announce_gathering,
    open_petition,
)
from services.notifications.use_cases.broadcast_control import DROP, drop_stopped
from services.notifications.use_cases.locate import locate
from services.notifications.use_cases.plan_broadcast import PLAN, plan_broadcast
from services.notifications.use_cases.tell_no_call import tell_no_call
from services.notifications.use_cases.welcome import welcome
from services.notifications.use_cases.welcome_guest import welcome_guest
from services.notifications.web.audiences import audience_pages
from services.notifications.web.broadcasts import broadcast_pages
from services.notifications.web.inbound import inbound_pages
from services.notifications.web.unsubscribe import unsubscribe_pages
from shared.bus.reactions import React, Reactions, reactions
from shared.domain_events.calls import CallCampaignLaunched, CallFinished, SupporterLocated
from shared.domain_events.envelope import Envelope
from shared.domain_events.events import AttendanceAdded, GatheringCancelled, GatheringChanged, GatheringScheduled
from shared.domain_events.organizers import SupporterErased
from shared.domain_events.signatures import PetitionDelivered, PetitionOpened, SignatureAdded
from shared.due_work.loop import Periodic
from shared.service import Assembly, Backbone, Service
from shared.settings import load

# A domain event, its envelope, and the records of the transaction it is heard in.
Story = Callable[[Any, Envelope, Records], None]


def assemble(backbone: Backbone) -> Assembly:
    """Put the service together on the real providers."""
    settings = load(NotificationsSettings)
    database, clock = backbone.database, backbone.clock
    return Assembly(
        pages=[
            audience_pages(backbone),
            broadcast_pages(backbone),
            inbound_pages(backbone, settings),
            unsubscribe_pages(backbone),
        ],
        reactions=_reactions(backbone),
        jobs={
            PLAN: partial(plan_broadcast, database=database, clock=clock, quiet_hours=settings.quiet_hours),
            DROP: partial(drop_stopped, database=database, clock=clock),
        },
        periodic={
            "finish_broadcasts": Periodic(
                partial(finishing.finish_broadcasts, database=database, clock=clock), finishing.EVERY
            ),
            "forget_strangers": Periodic(
                partial(forgetting.forget_strangers, database=database, clock=clock), forgetting.EVERY
            ),
        },
    )


def _reactions(backbone: Backbone) -> Reactions:
    vault, prints, clock, site = backbone.vault, backbone.fingerprints, backbone.clock, backbone.settings.public_url

    def react(story: Story) -> React:
        return lambda envelope, transaction: story(envelope.event, envelope, Records(transaction))

    def announce(story: Callable[..., None]) -> React:
        return react(lambda event, envelope, records: story(event, envelope, records, site, clock()))

    def welcome_all(envelopes: Sequence[Envelope], transaction: Connection) -> None:
        welcome(envelopes, Records(transaction), vault, prints, clock)

    def locate_all(envelopes: Sequence[Envelope], transaction: Connection) -> None:
        locate(envelopes, Records(transaction))

    return reactions(
        {
            PetitionOpened: announce(open_petition),
            PetitionDelivered: announce(announce_delivery),
            GatheringScheduled: announce(announce_gathering),
            GatheringChanged: announce(announce_gathering),
            GatheringCancelled: announce(announce_gathering),
            CallCampaignLaunched: announce(announce_calls),
            AttendanceAdded: react(lambda added, _, records: welcome_guest(added, records, vault, prints)),
            CallFinished: react(lambda done, envelope, records: tell_no_call(done, envelope.id, records, clock())),
            SupporterErased: react(lambda erased, _, records: forgetting.forget(erased, records, clock)),
        },
        together={SignatureAdded: welcome_all, SupporterLocated: locate_all},
    )


service = Service("notifications", assemble, metadata, Path(__file__).parent / "migrations", NotificationsSettings)

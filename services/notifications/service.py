"""The composition root of `notifications`: its routes, reactions, jobs, loops and settings."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from services.notifications.domain.receipt import Receipt
from services.notifications.providers.ports import Mail, Texts
from services.notifications.providers.sendgrid_mail import SendGridMail
from services.notifications.providers.twilio_texts import TwilioTexts
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
from services.notifications.use_cases.call_off import ask_for_no_more_calls, ask_for_no_more_signatures
from services.notifications.use_cases.hear_receipt import hear_receipts
from services.notifications.use_cases.locate import locate
from services.notifications.use_cases.look_after import LookAfter
from services.notifications.use_cases.plan_broadcast import PLAN, plan_broadcast
from services.notifications.use_cases.render import Sender
from services.notifications.use_cases.send_emails import SendEmails
from services.notifications.use_cases.send_texts import SendTexts
from services.notifications.use_cases.tell_no_call import tell_no_call
from services.notifications.use_cases.welcome import welcome
from services.notifications.use_cases.welcome_guest import welcome_guest
from services.notifications.web.audiences import audience_pages
from services.notifications.web.broadcasts import broadcast_pages
from services.notifications.web.inbound import inbound_pages
from services.notifications.web.lanes import make_lanes
from services.notifications.web.receipts import receipt_pages
from services.notifications.web.unsubscribe import unsubscribe_pages
from shared.bus.reactions import React, Reactions, reactions
from shared.commit_together import CommitTogether
from shared.domain_events.calls import CallCampaignEnded, CallCampaignLaunched, CallFinished, SupporterLocated
from shared.domain_events.envelope import Envelope
from shared.domain_events.events import AttendanceAdded, GatheringCancelled, GatheringChanged, GatheringScheduled
from shared.domain_events.organizers import SupporterErased
from shared.domain_events.signatures import PetitionClosed, PetitionDelivered, PetitionOpened, SignatureAdded
from shared.due_work.loop import Periodic
from shared.reaching.pace import pace_of
from shared.service import Assembly, Backbone, Service, Turn
from shared.settings import load

# Requests to SendGrid hold up to 1000 e-mails, so that few at a time are plenty.
MAIL_CONNECTIONS = 8
# A domain event, its envelope, and the records of the transaction it is heard in.
Story = Callable[[Any, Envelope, Records], None]


def assemble(backbone: Backbone) -> Assembly:
    """Put the service together on the real providers."""
    settings = load(NotificationsSettings)
    texts = TwilioTexts(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        settings.twilio_url,
        backbone.settings.public_url,
        text_from=settings.twilio_text_from,
        messaging_service_sid=settings.twilio_messaging_service_sid or None,
        connections=settings.text_connections,
        timeout_seconds=settings.timeout_seconds,
    )
    mail = SendGridMail(
        settings.sendgrid_api_key,
        settings.sendgrid_url,
        email_from=settings.email_from,
        connections=MAIL_CONNECTIONS,
        timeout_seconds=settings.timeout_seconds,
    )
    return assemble_with(backbone, settings, texts, mail)


def assemble_with(backbone: Backbone, settings: NotificationsSettings, texts: Texts, mail: Mail) -> Assembly:
    """Put the service together on any providers."""
    database, clock = backbone.database, backbone.clock
    hear = CommitTogether(partial(_hear_together, backbone, settings))
    return Assembly(
        pages=[
            audience_pages(backbone),
            broadcast_pages(backbone),
            inbound_pages(backbone, settings),
            receipt_pages(backbone, settings, hear),
            unsubscribe_pages(backbone),
        ],
        lanes=make_lanes(settings, backbone.settings.public_url, hear.soon),
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
        loops=_loops(backbone, settings, texts, mail),
    )


def _loops(backbone: Backbone, settings: NotificationsSettings, texts: Texts, mail: Mail) -> dict[str, Turn]:
    """The sending loops, two of each kind: while one waits for the database, the other sends."""
    database, vault, prints, clock = backbone.database, backbone.vault, backbone.fingerprints, backbone.clock
    sender = Sender(backbone.settings, settings.organization_name, settings.organization_address)
    send_texts = partial(
        SendTexts,
        database,
        texts,
        vault,
        prints,
        clock,
        sender,
        settings.quiet_hours,
        pace_of(settings.texts_per_second),
        connections=max(1, settings.text_connections // 2),
        patience=settings.patience,
    )
    send_emails = partial(
        SendEmails,
        database,
        mail,
        vault,
        prints,
        clock,
        sender,
        pace_of(settings.letters_per_second),
        connections=MAIL_CONNECTIONS // 2,
        patience=settings.patience,
    )
    return {
        "send texts": send_texts(),
        "send texts meanwhile": send_texts(),
        "send emails": send_emails(),
        "send emails meanwhile": send_emails(),
        "look after messages": LookAfter(database, texts, vault, prints, clock, patience=settings.patience),
    }


def _hear_together(backbone: Backbone, settings: NotificationsSettings, receipts: Sequence[Receipt]) -> list[bool]:
    with backbone.database.transaction() as transaction:
        hear_receipts(receipts, Records(transaction), backbone.fingerprints, backbone.clock(), settings.patience)
    return [True] * len(receipts)


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
            CallCampaignEnded: react(lambda ended, _, records: ask_for_no_more_calls(ended, records, clock())),
            PetitionClosed: react(lambda closed, _, records: ask_for_no_more_signatures(closed, records, clock())),
            AttendanceAdded: react(lambda added, _, records: welcome_guest(added, records, vault, prints)),
            CallFinished: react(lambda done, envelope, records: tell_no_call(done, envelope.id, records, clock())),
            SupporterErased: react(lambda erased, _, records: forgetting.forget(erased, records, clock)),
        },
        together={SignatureAdded: welcome_all, SupporterLocated: locate_all},
    )


service = Service("notifications", assemble, metadata, Path(__file__).parent / "migrations", NotificationsSettings)

"""The composition root of `calls`: its routes, reactions, jobs, loops and settings."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection

from services.calls.providers.ports import Represent, Voice
from services.calls.providers.represent import RepresentApi
from services.calls.providers.twilio_voice import TwilioVoice
from services.calls.settings import CallsSettings
from services.calls.storage.records import Records
from services.calls.storage.tables import metadata
from services.calls.use_cases.dial import Dialler
from services.calls.use_cases.end import END, end_when_closed
from services.calls.use_cases.forget import forget
from services.calls.use_cases.hear_consent import hear_consent, hear_withdrawal
from services.calls.use_cases.locate import Locate
from services.calls.use_cases.look_after import LookAfter
from services.calls.use_cases.mirror_directory import EVERY, mirror_directory
from services.calls.use_cases.remember_caller import LOCATE, remember_guest, remember_signers
from services.calls.use_cases.request_call import request_by_reply
from services.calls.use_cases.ring_those_who_asked import RING, plan_rings, ring_those_who_asked
from services.calls.web.addresses import CallAddresses
from services.calls.web.call_me import call_me_pages
from services.calls.web.console import console_pages
from services.calls.web.drafts import draft_pages
from services.calls.web.pages import public_pages
from services.calls.web.webhooks import webhook_pages
from shared.bus.reactions import React, Reactions, reactions
from shared.domain_events.calls import CallCampaignLaunched
from shared.domain_events.envelope import Envelope
from shared.domain_events.events import AttendanceAdded
from shared.domain_events.notifications import ConsentGiven, ConsentWithdrawn, ReplyReceived
from shared.domain_events.organizers import SupporterErased
from shared.domain_events.signatures import SignatureAdded
from shared.due_work.loop import Periodic
from shared.service import Assembly, Backbone, Service
from shared.settings import load

# A domain event, its id, which is the cause of whatever it sets off, and the records of the transaction it is heard in.
Story = Callable[[Any, UUID, Records], None]


def assemble(backbone: Backbone) -> Assembly:
    """Put the service together on the real carrier and the real directory."""
    settings = load(CallsSettings)
    voice = TwilioVoice(
        settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_url, settings.twilio_call_from
    )
    return assemble_with(backbone, settings, voice, RepresentApi(settings.represent_url))


def assemble_with(backbone: Backbone, settings: CallsSettings, voice: Voice, represent: Represent) -> Assembly:
    """Put the service together on any carrier and directory."""
    database, vault, clock, patience = backbone.database, backbone.vault, backbone.clock, settings.patience
    addresses = CallAddresses(backbone.settings.public_url)
    locate = Locate(database, represent, vault, backbone.fingerprints, clock, settings.represent_pace, patience)
    return Assembly(
        pages=[
            public_pages(backbone),
            call_me_pages(backbone, settings),
            draft_pages(backbone),
            console_pages(backbone),
            webhook_pages(backbone, settings),
        ],
        reactions=_reactions(backbone, settings),
        jobs={
            LOCATE: locate,
            RING: partial(
                ring_those_who_asked,
                database=database,
                clock=clock,
                most_a_day=settings.calls_per_telephone_a_day,
            ),
            END: partial(end_when_closed, database=database, clock=clock),
        },
        periodic={
            "mirror_directory": Periodic(
                partial(mirror_directory, represent=represent, database=database, clock=clock), EVERY
            )
        },
        loops={
            "dial": Dialler(
                database,
                voice,
                vault,
                clock,
                settings.calls_pace,
                patience,
                settings.quiet_hours,
                addresses.to_place,
            ),
            "look after calls": LookAfter(database, voice, vault, clock, patience),
        },
    )


def _reactions(backbone: Backbone, settings: CallsSettings) -> Reactions:
    vault, prints, clock, patience = backbone.vault, backbone.fingerprints, backbone.clock, settings.patience

    def react(story: Story) -> React:
        return lambda envelope, transaction: story(envelope.event, envelope.id, Records(transaction))

    def remember_all(envelopes: Sequence[Envelope], transaction: Connection) -> None:
        signed = [cast(SignatureAdded, envelope.event) for envelope in envelopes]
        remember_signers(signed, Records(transaction), vault, prints)

    return reactions(
        {
            AttendanceAdded: react(lambda added, _, records: remember_guest(added, records, vault, prints)),
            ReplyReceived: react(
                lambda reply, cause, records: request_by_reply(
                    reply, cause, records, clock(), most_a_day=settings.calls_per_telephone_a_day
                )
            ),
            CallCampaignLaunched: react(plan_rings),
            ConsentGiven: react(lambda given, _, records: hear_consent(given, records)),
            ConsentWithdrawn: react(lambda gone, _, records: hear_withdrawal(gone, records, clock(), patience)),
            SupporterErased: react(lambda erased, _, records: forget(erased, records, clock(), patience)),
        },
        together={SignatureAdded: remember_all},
    )


service = Service("calls", assemble, metadata, Path(__file__).parent / "migrations", CallsSettings)

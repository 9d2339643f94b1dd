"""The composition root of `events`: its routes and reactions, and how attending is put together."""

from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from services.events.storage.attendances import Attendances
from services.events.storage.gatherings import Gatherings
from services.events.storage.tables import metadata
from services.events.use_cases.admit_reply import admit_reply
from services.events.use_cases.attend import Guest, attend
from services.events.use_cases.forget import forget
from services.events.web.api import make_api
from services.events.web.console import make_console
from services.events.web.drafts import make_drafts
from services.events.web.guests import Attend
from services.events.web.pages import make_pages
from shared.bus.reactions import Reactions, reactions
from shared.domain_events.envelope import Envelope
from shared.domain_events.notifications import ReplyReceived
from shared.domain_events.organizers import SupporterErased
from shared.service import Assembly, Backbone, Service


def assemble(backbone: Backbone) -> Assembly:
    """Put the service together."""
    attending = _attending(backbone)
    return Assembly(
        pages=[make_pages(backbone.database, backbone.clock, attending), make_drafts(backbone), make_console(backbone)],
        api=[make_api(attending)],
        reactions=_reactions(backbone),
    )


def _attending(backbone: Backbone) -> Attend:
    def attend_one(guest: Guest, slug: str) -> None:
        with backbone.database.transaction() as transaction:
            attend(
                guest,
                slug,
                Gatherings(transaction),
                Attendances(transaction),
                backbone.fingerprints,
                backbone.vault,
                backbone.clock(),
            )

    return attend_one


def _reactions(backbone: Backbone) -> Reactions:
    def hear_reply(envelope: Envelope, transaction: Connection) -> None:
        reply = cast(ReplyReceived, envelope.event)
        admit_reply(reply, envelope.id, Gatherings(transaction), Attendances(transaction), backbone.clock())

    def forget_one(envelope: Envelope, transaction: Connection) -> None:
        forget(cast(SupporterErased, envelope.event), Attendances(transaction))

    return reactions({ReplyReceived: hear_reply, SupporterErased: forget_one})


service = Service("events", assemble, metadata, Path(__file__).parent / "migrations")

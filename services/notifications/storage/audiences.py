"""Who is in an audience and can be reached: the one predicate by which an announcement is counted and planned."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import ARRAY

from services.notifications.domain.broadcast import Numbers
from services.notifications.storage.tables import contacts, suppressions
from shared.domain_events.announcement import Audience

Condition = sa.ColumnElement[bool]


def meant(audience: Audience) -> list[Condition]:
    """Every criterion that is given must hold."""
    criteria: list[Condition] = []
    if audience.campaign:
        criteria.append(contacts.c.campaigns.contains([audience.campaign]))
    if audience.petitions:
        criteria.append(contacts.c.petitions.overlap(_texts(audience.petitions)))
    if audience.ridings:
        criteria.append(contacts.c.ridings.overlap(_texts(audience.ridings)))
    if audience.provinces:
        criteria.append(contacts.c.province.in_(audience.provinces))
    if audience.languages:
        criteria.append(contacts.c.language.in_(audience.languages))
    return criteria


def reached(channel: str) -> Condition:
    """Who consents to a channel and has an address that is not suppressed.

    A ring needs no more than `calls` asks for, which is what rings.
    """
    if channel == "ring":
        return contacts.c.may_call & contacts.c.phone_id.is_not(None)
    may, address_id = {
        "text": (contacts.c.may_text, contacts.c.phone_id),
        "email": (contacts.c.may_email, contacts.c.email_id),
    }[channel]
    suppressed = sa.select(suppressions.c.address_id).where(suppressions.c.address_id == address_id).exists()
    return may & address_id.is_not(None) & sa.not_(suppressed)


def count(transaction: Connection, audience: Audience, channels: Sequence[str]) -> Numbers:
    """How many an announcement reaches on each of its channels. A telephone is texted once, whoever shares it."""
    texts = sa.select(contacts.c.phone_id).where(*meant(audience), reached("text")).distinct()
    emails = sa.select(contacts.c.supporter_id).where(*meant(audience), reached("email"))
    rings = sa.select(contacts.c.supporter_id).where(*meant(audience), reached("ring"))
    counted = {
        name: transaction.execute(sa.select(sa.func.count()).select_from(found.subquery())).scalar_one()
        for name, channel, found in (("texts", "text", texts), ("emails", "email", emails), ("rings", "ring", rings))
        if channel in channels
    }
    return Numbers(**counted)


def _texts(words: Sequence[str]) -> sa.ColumnElement[Sequence[str]]:
    return sa.cast(list(words), ARRAY(sa.Text))

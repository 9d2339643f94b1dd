"""Signatures: added together with what is posted about them, counted once, forgotten with the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy import Connection

from services.signatures.domain.signature import Signature
from shared.outbox.outbox import COLUMNS as OUTBOX_COLUMNS

# A signature, its sealed fields, and the outbox row that tells of it.
Posted = tuple[Signature, str, tuple[Any, ...]]


@dataclass(frozen=True)
class Counted:
    """How many of a petition's signatures were counted just now."""

    petition_id: UUID
    petition: str
    campaign: str
    signatures: int


class Signatures:
    """The signatures, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, posted: Sequence[Posted]) -> set[UUID]:
        """Add signatures and post what tells of them; the ids of the petitions among them that take signatures.

        One statement for all. A signature that its person gave before changes nothing and posts nothing; one under a
        petition that is closed neither. The petitions cannot be closed by anybody else before this transaction ends.
        """
        # In one order, so that two processes with the same people never wait for each other in a circle.
        ordered = sorted(posted, key=lambda one: (one[0].petition_id, one[0].supporter_id))
        rows = orjson.dumps([_row(place, *one) for place, one in enumerate(ordered)]).decode()
        return set(self._transaction.execute(_ADD, {"rows": rows}).scalars())

    def count(self, ids: Sequence[UUID]) -> list[Counted]:
        """Mark those as counted that are not yet; how many of which petition, always in the same order."""
        return [Counted(**row._mapping) for row in self._transaction.execute(_COUNT, {"ids": list(ids)})]

    def uncounted_of(self, supporter_id: str, until: datetime) -> list[UUID]:
        """What a supporter signed until a moment and is not in the totals yet."""
        return list(self._transaction.execute(_UNCOUNTED_OF, {"supporter": supporter_id, "until": until}).scalars())

    def uncounted_before(self, moment: datetime) -> list[UUID]:
        """What was signed before a moment and is not in the totals yet."""
        return list(self._transaction.execute(_UNCOUNTED_BEFORE, {"moment": moment}).scalars())

    def forget(self, supporter_id: str, until: datetime) -> list[UUID]:
        """Drop what a supporter signed until a moment; the ids of the petitions."""
        return list(self._transaction.execute(_FORGET, {"supporter": supporter_id, "until": until}).scalars())


def _row(place: int, signature: Signature, sealed: str, outbox_row: tuple[Any, ...]) -> dict[str, Any]:
    consents = signature.consents
    row: dict[str, Any] = {
        "place": place,
        "id": signature.id,
        "petition_id": signature.petition_id,
        "supporter_id": signature.supporter_id,
        "sealed": sealed,
        "language": signature.language,
        "consent_email": consents.email,
        "consent_text": consents.text,
        "consent_call": consents.call,
        "consent_wording": consents.wording,
        "consent_language": consents.language,
        "signed_at": signature.signed_at,
        "source": signature.source,
    }
    row.update(zip(_POSTED, outbox_row, strict=True))
    # It is JSON already.
    row["posted_payload"] = orjson.Fragment(row["posted_payload"])
    return row


_COLUMNS = {
    "id": "uuid",
    "petition_id": "uuid",
    "supporter_id": "text",
    "sealed": "text",
    "language": "text",
    "consent_email": "bool",
    "consent_text": "bool",
    "consent_call": "bool",
    "consent_wording": "text",
    "consent_language": "text",
    "signed_at": "timestamptz",
    "source": "text",
}
_POSTED = tuple(f"posted_{name}" for name in OUTBOX_COLUMNS)
_POSTED_TYPES = dict.fromkeys(_POSTED, "text") | {
    "posted_id": "uuid",
    "posted_occurred_at": "timestamptz",
    "posted_payload": "json",
}
_GIVEN = {"place": "int"} | _COLUMNS | _POSTED_TYPES

# The rows come as one JSON text, which costs a fraction of what an array a column does. What is posted comes from the
# rows that were really added. `FOR SHARE` holds the petitions open until the commit.
_ADD = sa.text(
    "WITH given AS MATERIALIZED (SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS row ("
    + ", ".join(f"{name} {kind}" for name, kind in _GIVEN.items())
    + ")),"
    " taking AS MATERIALIZED (SELECT id FROM petitions"
    " WHERE id IN (SELECT petition_id FROM given) AND state = 'open' ORDER BY id FOR SHARE),"
    f" added AS (INSERT INTO signatures ({', '.join(_COLUMNS)})"
    f" SELECT {', '.join('given.' + name for name in _COLUMNS)} FROM given JOIN taking ON taking.id = given.petition_id"
    " ORDER BY place ON CONFLICT (supporter_id, petition_id) DO NOTHING RETURNING id),"
    f" posted AS (INSERT INTO outbox ({', '.join(OUTBOX_COLUMNS)})"
    f" SELECT {', '.join('given.' + name for name in _POSTED)} FROM given JOIN added USING (id) ORDER BY place)"
    " SELECT id FROM taking"
)
_COUNT = sa.text(
    "WITH counted AS (UPDATE signatures SET counted = true WHERE id = ANY(:ids) AND NOT counted RETURNING petition_id)"
    " SELECT petition_id, petitions.slug AS petition, campaign, count(*) AS signatures"
    " FROM counted JOIN petitions ON petitions.id = petition_id"
    " GROUP BY petition_id, petitions.slug, campaign ORDER BY petition_id"
)
_UNCOUNTED_OF = sa.text(
    "SELECT id FROM signatures WHERE supporter_id = :supporter AND signed_at <= :until AND NOT counted"
)
_UNCOUNTED_BEFORE = sa.text("SELECT id FROM signatures WHERE signed_at < :moment AND NOT counted")
_FORGET = sa.text(
    "DELETE FROM signatures WHERE supporter_id = :supporter AND signed_at <= :until RETURNING petition_id"
)

"""What organizers see of a petition's signatures: by day and by language, straight from the rows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

# Days begin and end where most of the organizers are.
TIME_ZONE = "America/Toronto"


@dataclass(frozen=True)
class DayCount:
    """How many signed on one day."""

    day: date
    signatures: int


@dataclass(frozen=True)
class LanguageCount:
    """How many signed in one language."""

    language: str
    signatures: int


@dataclass(frozen=True)
class Apart:
    """What the total and the rows do not share: signed but not added yet, and added but erased since."""

    uncounted: int
    forgotten: int


class Board:
    """The numbers of one petition, in one transaction."""

    def __init__(self, transaction: Connection, petition_id: UUID) -> None:
        self._transaction = transaction
        self._petition = {"petition": petition_id}

    def by_day(self) -> list[DayCount]:
        """The last thirty days on which anybody signed, the newest first."""
        rows = self._transaction.execute(_BY_DAY, self._petition | {"zone": TIME_ZONE})
        return [DayCount(row.day, row.signatures) for row in rows]

    def by_language(self) -> list[LanguageCount]:
        """Every language that anybody signed in, the most used first."""
        rows = self._transaction.execute(_BY_LANGUAGE, self._petition)
        return [LanguageCount(row.language, row.signatures) for row in rows]

    def apart(self) -> Apart:
        """What has to be added to and taken from the total to come to the rows."""
        row = self._transaction.execute(_APART, self._petition).one()
        return Apart(row.uncounted, row.forgotten)


_BY_DAY = sa.text(
    "SELECT CAST(signed_at AT TIME ZONE :zone AS date) AS day, count(*) AS signatures FROM signatures"
    " WHERE petition_id = :petition GROUP BY day ORDER BY day DESC LIMIT 30"
)
_BY_LANGUAGE = sa.text(
    "SELECT language, count(*) AS signatures FROM signatures WHERE petition_id = :petition"
    " GROUP BY language ORDER BY signatures DESC, language"
)
_APART = sa.text(
    "SELECT (SELECT count(*) FROM signatures WHERE petition_id = :petition AND NOT counted) AS uncounted,"
    " coalesce((SELECT forgotten FROM petition_totals WHERE petition_id = :petition), 0) AS forgotten"
)

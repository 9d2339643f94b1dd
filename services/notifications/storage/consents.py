"""Consents: records that are only added, and what counts of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from services.notifications.domain.consent import Consent, LastWord, Reach, Said
from services.notifications.storage.tables import consents
from shared.identifiers import new_id

_TYPES = {
    "id": "uuid",
    "supporter_id": "text",
    "channel": "text",
    "kind": "text",
    "source": "text",
    "wording": "text",
    "wording_language": "text",
    "cause": "uuid",
    "at": "timestamptz",
}


class Consents:
    """The consents, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def add(self, records: Sequence[Consent]) -> None:
        """Add records, in one statement; one that is there already stays as it is."""
        if records:
            columns = map(list, zip(*map(_values, records), strict=True))
            self._transaction.execute(_ADD, dict(zip(_TYPES, columns, strict=True)))

    def last_words(self, supporter_ids: Iterable[str]) -> dict[tuple[str, Reach], LastWord]:
        """What each supporter said last about each channel."""
        rows = self._transaction.execute(_LAST_WORDS, {"supporters": list(supporter_ids)})
        return {(row.supporter_id, Reach(row.channel)): LastWord(Said(row.kind), row.at, row.source) for row in rows}

    def once_given(self, supporter_ids: Iterable[str]) -> set[tuple[str, Reach]]:
        """Which channels each supporter ever agreed to."""
        rows = self._transaction.execute(_ONCE_GIVEN, {"supporters": list(supporter_ids)})
        return {(row.supporter_id, Reach(row.channel)) for row in rows}

    def drop(self, supporter_id: str) -> None:
        """Forget everything that somebody who was erased ever said."""
        self._transaction.execute(sa.delete(consents).where(consents.c.supporter_id == supporter_id))


def _values(consent: Consent) -> tuple[Any, ...]:
    return (
        new_id(),
        consent.supporter_id,
        consent.reach.value,
        consent.said.value,
        consent.source,
        consent.wording,
        consent.wording_language,
        consent.cause,
        consent.at,
    )


_ADD = sa.text(
    f"INSERT INTO consents ({', '.join(_TYPES)}) SELECT * FROM unnest("
    + ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _TYPES.items())
    + ") ON CONFLICT DO NOTHING"
)
# Of two at the same moment the no comes first: `withdrawn` is the greater word.
_LAST_WORDS = sa.text(
    "SELECT DISTINCT ON (supporter_id, channel) supporter_id, channel, kind, at, source FROM consents"
    " WHERE supporter_id = ANY(CAST(:supporters AS text[])) ORDER BY supporter_id, channel, at DESC, kind DESC"
)
_ONCE_GIVEN = sa.text(
    "SELECT DISTINCT supporter_id, channel FROM consents"
    " WHERE supporter_id = ANY(CAST(:supporters AS text[])) AND kind = 'given'"
)

"""Our own copy of what petitions say and to whom."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import JSONPATH, insert

from services.notifications.storage.tables import petitions
from shared.domain_events.signatures import PetitionOpened, PetitionText

_LANGUAGES = sa.cast("$[*].language", JSONPATH)


class Petitions:
    """The petitions, in one transaction."""

    def __init__(self, transaction: Connection) -> None:
        self._transaction = transaction

    def keep(self, opened: PetitionOpened) -> None:
        """Keep what a petition says; what it said before is replaced."""
        row: dict[str, Any] = {
            "slug": opened.petition,
            "campaign": opened.campaign,
            "texts": [asdict(text) for text in opened.texts],
            "targets": [asdict(target) for target in opened.targets],
        }
        new = insert(petitions).values(row)
        self._transaction.execute(new.on_conflict_do_update(index_elements=["slug"], set_=row))

    def texts(self, slug: str) -> tuple[PetitionText, ...] | None:
        """What a petition says in each language; None where it was not heard of yet."""
        found = self._transaction.execute(sa.select(petitions.c.texts).where(petitions.c.slug == slug))
        texts = found.scalar_one_or_none()
        return None if texts is None else tuple(PetitionText(**text) for text in texts)

    def languages(self, slugs: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The languages of each of some petitions that were heard of; the first is the fallback."""
        spoken = sa.func.jsonb_path_query_array(petitions.c.texts, _LANGUAGES).label("languages")
        question = sa.select(petitions.c.slug, spoken).where(petitions.c.slug.in_(list(slugs)))
        return {row.slug: tuple(row.languages) for row in self._transaction.execute(question)}

"""Gatherings and answers that the tests start from."""

# ruff: noqa: DTZ001 - what clocks on a wall show has no zone

from datetime import UTC, datetime
from typing import Any

from services.events.domain.attendance import Attendance, Via
from services.events.domain.gathering import Gathering, GatheringText, Kind, Place, State
from services.events.domain.when import When
from shared.identifiers import new_id

BEFORE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AFTER = datetime(2026, 12, 6, 12, 0, tzinfo=UTC)


def rally(**changes: Any) -> Gathering:
    """A rally in Toronto on 5 December 2026 from 2:45 to 4:30 in the afternoon."""
    facts: dict[str, Any] = {
        "slug": "rally-toronto",
        "campaign": "status-for-all",
        "kind": Kind.RALLY,
        "texts": (
            GatheringText(language="en", title="Rally for renewable permits", description="Bring a friend."),
            GatheringText(language="fr", title="Rassemblement pour des permis renouvelables"),
        ),
        "when": When(
            starts=datetime(2026, 12, 5, 14, 45), ends=datetime(2026, 12, 5, 16, 30), time_zone="America/Toronto"
        ),
        "place": Place(venue="The Deputy Prime Minister's office", address="344 Bloor Street West", city="Toronto"),
        "state": State.SCHEDULED,
    }
    return Gathering(**facts | changes)


def yes(supporter_id: str = "ada", at: datetime = BEFORE, **changes: Any) -> Attendance:
    """Somebody who says on a page that they are coming."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "gathering": "rally-toronto",
        "supporter_id": supporter_id,
        "via": Via.PAGE,
        "answered_at": at,
        "language": "en",
        "sealed": "ciphertext",
    }
    return Attendance(**facts | changes)

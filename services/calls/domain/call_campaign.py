"""A call campaign: what it says, when its calls may be placed, and whom it falls back on."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

# A telephone that rings hours after it was asked for surprises; the supporter has another way by then.
REQUEST_LIVES = timedelta(hours=2)


class CampaignState(StrEnum):
    """A draft is seen by organizers only; a live campaign places calls within its hours; an ended one none."""

    DRAFT = "draft"
    LIVE = "live"
    ENDED = "ended"


class CampaignIsNotADraft(Exception):
    """It was launched before; what supporters were told does not change behind their backs."""


class CampaignIsNotLive(Exception):
    """It was not launched yet, or it has ended."""


@dataclass(frozen=True, kw_only=True)
class CampaignText:
    """A call campaign in one language. The reason is one sentence that is read out to the supporter."""

    language: str
    title: str
    reason: str
    script: str = ""


@dataclass(frozen=True, kw_only=True)
class Fallback:
    """Who is called where a supporter's own MP cannot be: by name and telephone."""

    name: str
    number: str


@dataclass(frozen=True, kw_only=True)
class CallCampaign:
    """A call-in day."""

    slug: str
    campaign: str
    caller_name: str
    texts: tuple[CampaignText, ...]
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    daily_from: time
    daily_until: time
    fallback: Fallback | None
    first_riding_by_text: bool
    calls_per_line: int
    goal: int | None = None
    state: CampaignState = CampaignState.DRAFT

    def text(self, language: str) -> CampaignText:
        """Its words in a language, or in the first one it has."""
        return next((text for text in self.texts if text.language == language), self.texts[0])

    def is_open(self, at: datetime) -> bool:
        """Whether calls may be placed at this moment: live, within its window and within its hours."""
        return self.state == CampaignState.LIVE and self.opens_at <= at < self.closes_at and self._is_in_hours(at)

    def expiry(self, requested_at: datetime, *, rings: bool) -> datetime:
        """Until when a request waits: one of the supporter's own a while, a ring that was announced to the end."""
        return self.closes_at if rings else min(self.closes_at, requested_at + REQUEST_LIVES)

    def _is_in_hours(self, at: datetime) -> bool:
        wall_clock = at.astimezone(ZoneInfo(self.time_zone)).time()
        if self.daily_from < self.daily_until:
            return self.daily_from <= wall_clock < self.daily_until
        # The same hour twice is all day; an end before the beginning is after midnight.
        return wall_clock >= self.daily_from or wall_clock < self.daily_until

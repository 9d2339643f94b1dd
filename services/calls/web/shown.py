"""When a call campaign takes calls, as a page says it: on the clocks of the zone that its organizer chose."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name

from services.calls.domain.call_campaign import CallCampaign
from shared.web.languages import request_language


@dataclass(frozen=True)
class Shown:
    """A call campaign's times in the language of the request."""

    campaign: CallCampaign

    @property
    def opens(self) -> str:
        """The moment from which calls are placed."""
        return self.moment(self.campaign.opens_at)

    @property
    def closes(self) -> str:
        """The moment from which none are."""
        return self.moment(self.campaign.closes_at)

    @property
    def is_all_day(self) -> bool:
        """Whether calls are placed at any hour."""
        return self.campaign.daily_from == self.campaign.daily_until

    @property
    def hours(self) -> str:
        """From when to when on each day."""
        ends = (self.campaign.daily_from, self.campaign.daily_until)
        return " – ".join(format_time(end, "short", locale=_locale()) for end in ends)

    @property
    def zone(self) -> str:
        """Whose clocks these are, such as Eastern Time."""
        return get_timezone_name(self._zone, zone_variant="generic", locale=_locale())

    def day(self, moment: datetime) -> str:
        """The day of a moment, on the campaign's clocks."""
        return format_date(moment.astimezone(self._zone), "full", locale=_locale())

    def moment(self, moment: datetime) -> str:
        """Any moment, on the campaign's clocks."""
        return f"{self.day(moment)}, {format_time(moment, 'short', tzinfo=self._zone, locale=_locale())}"

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.time_zone)


def _locale() -> str:
    return f"{request_language()}_CA"

"""What can be set for `calls`."""

from dataclasses import dataclass
from datetime import timedelta

from services.calls.domain.patience import Patience
from shared.reaching.pace import Pace, pace_of
from shared.reaching.quiet_hours import QuietHours, quiet_hours
from shared.settings import above_zero, address, hours_of_quiet, setting, telephone, whole_number


@dataclass(frozen=True)
class CallsSettings:
    """The carrier, the directory, and how fast and how patient calling is."""

    twilio_account_sid: str = setting("The Twilio account that texts and calls.")
    twilio_auth_token: str = setting("Its auth token; webhooks are verified with it too.", secret=True)
    twilio_call_from: str = setting("The number that calls come from, as +14165550100.", read=telephone)
    twilio_url: str = setting(
        "Where Twilio's API is; the sandbox's address in a rehearsal.", read=address, default="https://api.twilio.com"
    )
    represent_url: str = setting(
        "Where the directory of MPs is mirrored from.", read=address, default="https://represent.opennorth.ca"
    )
    represent_per_minute: float = setting(
        "How many requests a minute Represent may be sent; it allows 60.", read=above_zero, default=60
    )
    calls_per_second: float = setting(
        "How many calls a second Twilio lets the account place: 1 unless it raised that.", read=above_zero, default=1
    )
    calls_per_telephone_a_day: int = setting(
        "How often a telephone is rung within a day, whoever asks for it.", read=whole_number, default=10
    )
    quiet_hours: QuietHours = setting(
        "When announcements wait, on the clocks of the supporter's province: `21:00-09:00`, or `none`.",
        read=hours_of_quiet,
        default=quiet_hours("21:00-09:00"),
    )
    call_lease_seconds: int = setting(
        "How long after a call was placed without an answer Twilio is asked whether it knows of it.",
        read=whole_number,
        default=60,
    )
    call_quiet_seconds: int = setting(
        "How long nothing may be heard of a call before Twilio is asked about it.", read=whole_number, default=120
    )
    call_settle_seconds: int = setting(
        "How long to wait for webhooks that were overtaken by the one that says a call is over.",
        read=whole_number,
        default=5,
    )

    @property
    def calls_pace(self) -> Pace:
        """The account's calls per second."""
        return pace_of(self.calls_per_second)

    @property
    def represent_pace(self) -> Pace:
        """The look-ups that all workers make together."""
        return Pace(self.represent_per_minute / 60)

    @property
    def patience(self) -> Patience:
        """When a call is looked after."""
        return Patience(
            lease=timedelta(seconds=self.call_lease_seconds),
            quiet=timedelta(seconds=self.call_quiet_seconds),
            stragglers=timedelta(seconds=self.call_settle_seconds),
        )

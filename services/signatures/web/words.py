"""What states, reasons and moments are called on the organizers' pages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask_babel import gettext

from services.signatures.domain.petition import ClosingReason, PetitionState
from services.signatures.storage.board import TIME_ZONE
from shared.web.languages import request_language, translatable

_STATES = {
    PetitionState.DRAFT: translatable("Draft"),
    PetitionState.OPEN: translatable("Signing is open"),
    PetitionState.CLOSED: translatable("Signing is closed"),
}
_REASONS = {
    ClosingReason.WON: translatable("It was won"),
    ClosingReason.ENDED: translatable("It has run its course"),
    ClosingReason.WITHDRAWN: translatable("We withdraw it"),
}
_ZONE = ZoneInfo(TIME_ZONE)
BADGES = {PetitionState.DRAFT: "warn", PetitionState.OPEN: "good", PetitionState.CLOSED: ""}


def state(of: PetitionState) -> str:
    """For instance `Signing is open`."""
    return str(gettext(_STATES[of]))


def reason(of: ClosingReason) -> str:
    """For instance `It was won`."""
    return str(gettext(_REASONS[of]))


def moment(at: datetime) -> str:
    """For instance `Nov 25, 2026, 3:04 a.m.`, on the clocks of Toronto."""
    return format_datetime(at, tzinfo=_ZONE, locale=f"{request_language()}_CA")


def day(at: datetime) -> str:
    """For instance `Nov 25, 2026`, as in Toronto."""
    return format_date(at.astimezone(_ZONE), locale=f"{request_language()}_CA")


def reasons() -> list[tuple[str, str]]:
    """What a form offers."""
    return [(one.value, reason(one)) for one in ClosingReason]

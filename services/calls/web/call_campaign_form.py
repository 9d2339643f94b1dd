"""The console's form of a call campaign: its fields, and the draft that they describe."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.calls.domain.call_campaign import CallCampaign, CampaignText, Fallback
from services.calls.web.words import TIME_ZONES
from shared.web.languages import LANGUAGES, translatable
from shared.web.schemas import Phone, Slug, Words

WALL_CLOCK = "%Y-%m-%dT%H:%M"
LONGEST_REASON = 300
MOST_CALLS_PER_LINE = 20
# Addresses under /console/call-campaigns that are pages of their own.
_RESERVED = ("new",)
# What a call campaign says in one language.
_PARTS = ("title", "reason", "script")


class CallCampaignSchema(Schema):
    """A call campaign as an organizer writes it. Times are those of the zone that was chosen."""

    slug = Slug(required=True, validate=validate.NoneOf(_RESERVED, error=translatable("Choose another address.")))
    campaign = Slug(required=True)
    caller_name = Words(80, lines=False, required=True)
    title_en = Words(120, lines=False)
    title_fr = Words(120, lines=False)
    reason_en = Words(LONGEST_REASON, lines=False)
    reason_fr = Words(LONGEST_REASON, lines=False)
    script_en = Words(5000)
    script_fr = Words(5000)
    opens_at = fields.NaiveDateTime(required=True, format=WALL_CLOCK)
    closes_at = fields.NaiveDateTime(required=True, format=WALL_CLOCK)
    time_zone = fields.String(required=True, validate=validate.OneOf(list(TIME_ZONES)))
    daily_from = fields.Time(required=True, format="%H:%M")
    daily_until = fields.Time(required=True, format="%H:%M")
    fallback_name = Words(120, lines=False)
    fallback_number = Phone()
    first_riding_by_text = fields.Boolean(load_default=False)
    calls_per_line = fields.Integer(required=True, validate=validate.Range(1, MOST_CALLS_PER_LINE))
    goal = fields.Integer(validate=validate.Range(min=1, max=1_000_000))

    @validates_schema
    def check_window(self, values: Mapping[str, Any], **_: Any) -> None:
        """It closes after it opens."""
        if values["closes_at"] <= values["opens_at"]:
            raise ValidationError(gettext("Choose a moment after the opening."), "closes_at")

    @validates_schema
    def check_words(self, values: Mapping[str, Any], **_: Any) -> None:
        """Each language that has any words has a title and a reason, and there is at least one."""
        begun = [language for language in LANGUAGES if any(values.get(f"{part}_{language}") for part in _PARTS)]
        missing = [
            f"{part}_{language}"
            for language in begun or LANGUAGES[:1]
            for part in ("title", "reason")
            if not values.get(f"{part}_{language}")
        ]
        if missing:
            raise ValidationError({name: [gettext("Please fill this in.")] for name in missing})

    @validates_schema
    def check_fallback(self, values: Mapping[str, Any], **_: Any) -> None:
        """A fallback has a name and a number, or is not there."""
        missing = [name for name in ("fallback_name", "fallback_number") if not values.get(name)]
        if len(missing) == 1:
            raise ValidationError(gettext("Give both a name and a number, or neither."), missing[0])


def call_campaign_of(values: Mapping[str, Any]) -> CallCampaign:
    """The draft that a form describes."""
    zone = ZoneInfo(values["time_zone"])
    fallback = values.get("fallback_number")
    return CallCampaign(
        slug=values["slug"],
        campaign=values["campaign"],
        caller_name=values["caller_name"],
        texts=tuple(_text(values, language) for language in LANGUAGES if values.get(f"title_{language}")),
        opens_at=values["opens_at"].replace(tzinfo=zone),
        closes_at=values["closes_at"].replace(tzinfo=zone),
        time_zone=values["time_zone"],
        daily_from=values["daily_from"],
        daily_until=values["daily_until"],
        fallback=Fallback(name=values["fallback_name"], number=fallback) if fallback else None,
        first_riding_by_text=values["first_riding_by_text"],
        calls_per_line=values["calls_per_line"],
        goal=values.get("goal"),
    )


def values_of(campaign: CallCampaign) -> dict[str, Any]:
    """A draft as the form shows it."""
    words = {f"{part}_{text.language}": getattr(text, part) for text in campaign.texts for part in _PARTS}
    return words | {
        "slug": campaign.slug,
        "campaign": campaign.campaign,
        "caller_name": campaign.caller_name,
        "opens_at": _wall_clock(campaign.opens_at, campaign),
        "closes_at": _wall_clock(campaign.closes_at, campaign),
        "time_zone": campaign.time_zone,
        "daily_from": campaign.daily_from.strftime("%H:%M"),
        "daily_until": campaign.daily_until.strftime("%H:%M"),
        "fallback_name": campaign.fallback.name if campaign.fallback else "",
        "fallback_number": campaign.fallback.number if campaign.fallback else "",
        "first_riding_by_text": campaign.first_riding_by_text,
        "calls_per_line": campaign.calls_per_line,
        "goal": campaign.goal or "",
    }


def _text(values: Mapping[str, Any], language: str) -> CampaignText:
    return CampaignText(
        language=language,
        title=values[f"title_{language}"],
        reason=values[f"reason_{language}"],
        script=values.get(f"script_{language}", ""),
    )


def _wall_clock(moment: datetime, campaign: CallCampaign) -> str:
    return moment.astimezone(ZoneInfo(campaign.time_zone)).strftime(WALL_CLOCK)

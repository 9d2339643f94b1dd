"""The demo's petitions, gatherings and call-in day as the console's forms take them, under any names."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from deploy.rehearsal.campaign import TARGETS, DemoCallCampaign, DemoGathering, DemoPetition
from deploy.rehearsal.console import Announcement, Words

ZONE = "America/Toronto"
WALL_CLOCK = "%Y-%m-%dT%H:%M"
TEXT, EMAIL, RING = "text", "email", "ring"


@dataclass(frozen=True)
class Named:
    """Under which slug and campaign something is kept."""

    slug: str
    campaign: str


def petition_form(petition: DemoPetition, named: Named) -> dict[str, str]:
    """The fields of a petition."""
    fields = {"slug": named.slug, "campaign": named.campaign, "goal": str(petition.goal)}
    for language, words in (("en", petition.en), ("fr", petition.fr)):
        fields |= {f"{part}_{language}": text for part, text in vars(words).items()}
    for number, target in enumerate(TARGETS, 1):
        fields |= {f"target_{number}_{part}": text for part, text in vars(target).items()}
    return fields


def gathering_form(gathering: DemoGathering, named: Named, today: date) -> dict[str, str]:
    """The fields of a gathering."""
    return {
        "slug": named.slug,
        "campaign": named.campaign,
        "kind": gathering.kind,
        "title_en": gathering.title_en,
        "title_fr": gathering.title_fr,
        "description_en": gathering.description_en,
        "description_fr": gathering.description_fr,
        "day": gathering.day(today).isoformat(),
        "starts": gathering.starts,
        "ends": gathering.ends,
        "time_zone": gathering.time_zone,
        "venue": gathering.venue,
        "address": gathering.address,
        "city": gathering.city,
    }


def call_campaign_form(calls: DemoCallCampaign, named: Named, now: datetime, caller_name: str) -> dict[str, str]:
    """The fields of a call-in day that is open for a week from now on, day and night: it rings invented telephones."""
    opens = now.astimezone(ZoneInfo(ZONE)) - timedelta(minutes=1)
    return {
        "slug": named.slug,
        "campaign": named.campaign,
        "caller_name": caller_name,
        "title_en": calls.title_en,
        "title_fr": calls.title_fr,
        "reason_en": calls.reason_en,
        "reason_fr": calls.reason_fr,
        "script_en": calls.script_en,
        "script_fr": calls.script_fr,
        "opens_at": opens.strftime(WALL_CLOCK),
        "closes_at": (opens + timedelta(days=7)).strftime(WALL_CLOCK),
        "time_zone": ZONE,
        "daily_from": "00:00",
        "daily_until": "00:00",
        "fallback_name": calls.fallback_name,
        "fallback_number": calls.fallback_number,
        "first_riding_by_text": "true",
        "calls_per_line": "5",
    }


def invitation(campaign: str, channels: tuple[str, ...] = (TEXT, EMAIL)) -> Announcement:
    """What goes out with a gathering."""
    return Announcement(
        campaign,
        channels,
        (
            Words(
                "en",
                "{first_name}, will you come? {title}: {when}, {place}, {city}. Reply YES or NO.",
                "Will you come? {title}",
                "Dear {first_name},\n\n**{title}**\n\n{when}\n\n{place}, {city}\n\n[Say that you are coming]({link})",
            ),
            Words(
                "fr",
                "{first_name}, viendrez-vous? {title} : {when}, {place}, {city}. Répondez OUI ou NON.",
                "Viendrez-vous? {title}",
                "Bonjour {first_name},\n\n**{title}**\n\n{when}\n\n{place}, {city}\n\n[Dire que vous venez]({link})",
            ),
        ),
    )


def call_to_action(campaign: str, channels: tuple[str, ...] = (TEXT, EMAIL, RING)) -> Announcement:
    """What goes out with a call-in day."""
    return Announcement(
        campaign,
        channels,
        (
            Words(
                "en",
                "{first_name}, today we all call. Reply CALL to be connected to your MP's office ({riding}).",
                "Today we all call: {title}",
                "Dear {first_name},\n\nOne call to your MP's office takes two minutes, and offices count them.\n\n"
                "[Call me now and connect me]({call_me_link})",
            ),
            Words(
                "fr",
                "{first_name}, aujourd'hui, nous appelons. Répondez APPEL pour joindre votre député ({riding}).",
                "Aujourd'hui, nous appelons : {title}",
                "Bonjour {first_name},\n\nUn appel au bureau de votre député prend deux minutes, et les bureaux les"
                " comptent.\n\n[Appelez-moi et mettez-nous en communication]({call_me_link})",
            ),
        ),
    )

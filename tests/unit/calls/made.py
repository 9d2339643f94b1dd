"""Calls, campaigns and people for the tests, each with what does not matter to a test filled in."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from services.calls.domain.call import Aim, Call, Line, Via
from services.calls.domain.call_campaign import CallCampaign, CampaignState, CampaignText, Fallback
from services.calls.domain.directory import Office, Representative, Riding
from shared.identifiers import new_id

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # 12:00 in Toronto
ENGLISH = CampaignText(language="en", title="Call-in day", reason="We ask every MP to renew work permits.", script="Hi")
FRENCH = CampaignText(language="fr", title="Journée d'appels", reason="Nous demandons le renouvellement des permis.")
MINISTER = Fallback(name="Office of the Minister", number="+16135550142")


def call(**given: Any) -> Call:
    """A call that was just asked for."""
    known: dict[str, Any] = {
        "id": new_id(),
        "call_campaign": "call-in-day",
        "supporter_id": "s1",
        "phone_id": "p1",
        "language": "en",
        "via": Via.REPLY,
        "cause": "c1",
        "requested_at": NOON,
        "aim": Aim.RIDING,
        "riding": "35099",
    }
    return Call(**(known | given))


def line(number: str = "+14165550101", **given: Any) -> Line:
    """An office's line."""
    known: dict[str, Any] = {"target_name": "Ana Dunn", "office": f"office {number}", "kind": "constituency"}
    return Line(number=number, **(known | given))


def campaign(**given: Any) -> CallCampaign:
    """A call campaign that is live all day."""
    known: dict[str, Any] = {
        "slug": "call-in-day",
        "campaign": "status-for-all",
        "caller_name": "Migrant Students United",
        "texts": (ENGLISH, FRENCH),
        "opens_at": NOON - timedelta(hours=3),
        "closes_at": NOON + timedelta(days=2),
        "time_zone": "America/Toronto",
        "daily_from": time(0),
        "daily_until": time(0),
        "fallback": None,
        "first_riding_by_text": False,
        "calls_per_line": 2,
        "state": CampaignState.LIVE,
    }
    return CallCampaign(**(known | given))


def riding(id_: str = "35099", name: str = "Spadina") -> Riding:
    """A riding."""
    return Riding(id=id_, name=name)


def representative(riding_id: str = "35099", *numbers: str | None, **given: Any) -> Representative:
    """A representative with a constituency office for each number."""
    offices = tuple(Office(kind="constituency", number=number) for number in numbers)
    made = Representative(name=f"MP of {riding_id}", riding=riding(riding_id, f"Riding {riding_id}"), offices=offices)
    return replace(made, **given)

"""What the review of a call campaign suggests to announce, in each language that the campaign has."""

from typing import Any

from flask_babel import gettext

from services.calls.domain.call_campaign import CallCampaign, CampaignText

CHANNELS = ["text", "email", "ring"]
# What may stand in braces, in the order in which it is explained.
FIELDS = ("first_name", "title", "riding", "call_me_link", "link", "campaign")

# Notifications fills in what stands in braces for each supporter. `%s` is the campaign's reason.
_TEXT = {
    "en": "{first_name}, will you call your MP today? %s Reply CALL and we connect you with the MP for {riding}.",
    "fr": (
        "{first_name}, appellerez-vous votre député aujourd'hui? %s"
        " Répondez APPEL et nous vous mettons en communication avec le bureau du député de {riding}."
    ),
}
_BODY = {
    "en": (
        "Dear {first_name},\n\n%s\n\nA call to your MP's office takes three minutes, and offices count every one."
        " We ring your telephone, tell you what to say, and connect you.\n\n"
        "[Call the MP for {riding}]({call_me_link})\n\nWhat this is about: {link}"
    ),
    "fr": (
        "Bonjour {first_name},\n\n%s\n\nUn appel au bureau de votre député prend trois minutes, et chaque appel y est"
        " compté. Nous faisons sonner votre téléphone, vous disons quoi dire et établissons la communication.\n\n"
        "[Appeler le bureau du député de {riding}]({call_me_link})\n\nDe quoi il s'agit : {link}"
    ),
}


def suggested_announcement(campaign: CallCampaign) -> dict[str, Any]:
    """What `announcement.html` expects."""
    becomes = {
        "first_name": gettext("what the supporter is called"),
        "title": campaign.texts[0].title,
        "riding": gettext("the name of their riding, or “your riding”"),
        "call_me_link": gettext("a link of their own to the page that rings them"),
        "link": gettext("the call campaign's page"),
        "campaign": campaign.campaign,
    }
    return {
        "channels": CHANNELS,
        "campaign": campaign.campaign,
        "petitions": "",
        "wordings": {text.language: _wording(text) for text in campaign.texts},
        "fields": [(field, becomes[field]) for field in FIELDS],
        "confirm": gettext("Launch the call campaign"),
    }


def _wording(text: CampaignText) -> dict[str, str]:
    return {
        "text": _TEXT[text.language] % text.reason,
        "subject": text.title,
        "body": _BODY[text.language] % text.reason,
    }

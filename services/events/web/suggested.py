"""What the announcements of a gathering could say; the organizer changes it as they like before they confirm it."""

from typing import Any

from flask_babel import gettext

from services.events.domain.gathering import Gathering

CHANNELS = ["text", "email"]
# What may stand in braces, in the order in which it is explained.
FIELDS = ("first_name", "title", "when", "place", "city", "link", "campaign")

Words = dict[str, dict[str, str]]

_INVITATION: Words = {
    "en": {
        "text": "{first_name}, will you come? {title}: {when}, {place}, {city}. Reply YES or NO. More: {link}",
        "subject": "Will you come? {title}",
        "body": (
            "Dear {first_name},\n\nWe meet, and we would like to see you there.\n\n**{title}**\n\n{when}\n\n{place},"
            " {city}\n\n[I am coming]({link})\n\nBring somebody along."
        ),
    },
    "fr": {
        "text": (
            "{first_name}, viendrez-vous? {title} : {when}, {place}, {city}. Répondez OUI ou NON. Détails : {link}"
        ),
        "subject": "Viendrez-vous? {title}",
        "body": (
            "Bonjour {first_name},\n\nNous nous réunissons et nous aimerions vous y voir.\n\n**{title}**\n\n{when}\n\n"
            "{place}, {city}\n\n[Je viens]({link})\n\nAmenez quelqu’un."
        ),
    },
}
_ONLINE_INVITATION: Words = {
    "en": {
        "text": "{first_name}, will you take part? {title}: {when}, online. Reply YES or NO. More: {link}",
        "subject": "Will you take part? {title}",
        "body": (
            "Dear {first_name},\n\nWe meet online, and we would like to see you there.\n\n**{title}**\n\n{when}\n\n"
            "[I am coming]({link})\n\nBring somebody along."
        ),
    },
    "fr": {
        "text": "{first_name}, participerez-vous? {title} : {when}, en ligne. Répondez OUI ou NON. Détails : {link}",
        "subject": "Participerez-vous? {title}",
        "body": (
            "Bonjour {first_name},\n\nNous nous réunissons en ligne et nous aimerions vous y voir.\n\n**{title}**\n\n"
            "{when}\n\n[Je participe]({link})\n\nAmenez quelqu’un."
        ),
    },
}
_CANCELLATION: Words = {
    "en": {
        "text": "{first_name}, {title} on {when} will not take place. We are sorry. What comes next: {link}",
        "subject": "Cancelled: {title}",
        "body": (
            "Dear {first_name},\n\n**{title}** on {when} will not take place. We are sorry, and hope to see you at the"
            " next one.\n\n[See what is coming up]({link})"
        ),
    },
    "fr": {
        "text": "{first_name}, {title} ({when}) n’aura pas lieu. Nous en sommes désolés. La suite : {link}",
        "subject": "Annulation : {title}",
        "body": (
            "Bonjour {first_name},\n\n**{title}** ({when}) n’aura pas lieu. Nous en sommes désolés et espérons vous"
            " voir la prochaine fois.\n\n[Voir la suite]({link})"
        ),
    },
}


def suggested_invitation(gathering: Gathering) -> dict[str, Any]:
    """What `announcement.html` needs to invite: those who took part in the campaign."""
    words = _ONLINE_INVITATION if gathering.place.is_online else _INVITATION
    return _announcement(gathering, words, gettext("Schedule the event"))


def suggested_cancellation(gathering: Gathering) -> dict[str, Any]:
    """What `announcement.html` needs to call it off."""
    return _announcement(gathering, _CANCELLATION, gettext("Cancel the event"))


def _announcement(gathering: Gathering, words: Words, confirm: str) -> dict[str, Any]:
    becomes = {
        "first_name": gettext("what the supporter is called"),
        "title": gathering.texts[0].title,
        "when": gettext("the day and the hours, on the clocks of the place"),
        "place": gathering.place.in_one_line,
        "city": gathering.place.city,
        "link": gettext("the event's page"),
        "campaign": gathering.campaign,
    }
    return {
        "channels": CHANNELS,
        "campaign": gathering.campaign,
        "petitions": "",
        "wordings": {text.language: words[text.language] for text in gathering.texts},
        "fields": [(field, becomes[field]) for field in FIELDS],
        "confirm": confirm,
    }

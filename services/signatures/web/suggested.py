"""What a petition's announcement could say; the organizer changes it as they like before they confirm."""

from typing import Any

from flask_babel import gettext

from services.signatures.domain.petition import Petition

_WORDS = {
    "en": {
        "text": "Hi {first_name}, there is a new petition: {title}. Will you add your name? {link}",
        "subject": "Will you sign? {title}",
        "body": (
            "Hi {first_name},\n\nYou acted with us before, and it counted. Today we open a new petition:"
            " **{title}**.\n\n[Read it and sign]({link})\n\nIt takes a minute, and sends a letter in your name. Thank"
            " you!"
        ),
    },
    "fr": {
        "text": "Bonjour {first_name}, nous lançons une nouvelle pétition : {title}. La signerez-vous? {link}",
        "subject": "Signerez-vous? {title}",
        "body": (
            "Bonjour {first_name},\n\nVous avez déjà agi avec nous, et cela a compté. Nous lançons aujourd’hui une"
            " nouvelle pétition : **{title}**.\n\n[Lisez-la et signez]({link})\n\nCela prend une minute et envoie une"
            " lettre en votre nom. Merci!"
        ),
    },
}


def suggested_announcement(petition: Petition, address: str) -> dict[str, Any]:
    """What `announcement.html` needs: those who took part in the campaign before hear of the new petition."""
    return {
        "channels": ["text", "email"],
        "campaign": petition.campaign,
        "petitions": "",
        "wordings": {text.language: _WORDS[text.language] for text in petition.texts},
        "fields": [
            ("first_name", gettext("Their first name")),
            ("title", petition.texts[0].title),
            ("campaign", petition.campaign),
            ("link", address),
        ],
        "confirm": gettext("Open the petition"),
    }

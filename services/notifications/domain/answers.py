"""What a text that somebody wrote to us is answered, in English and French.

HELP, AIDE, INFO, STOP and ARRET have to be answered in the language of the keyword, whoever sends them (CWTA's rules
for Canadian common short codes). Every answer is written to fit GSM-7, so that French costs no more than English.
"""

from collections.abc import Mapping

from services.notifications.domain.delivery import Kind
from services.notifications.domain.segments import lightened
from services.notifications.domain.wording import fill

_WORDS = {
    Kind.HELP: {
        "en": "{organization}: news of our petitions, events and calls. Reply STOP to end, START to begin. {link}",
        "fr": "{organization} : nos pétitions et rencontres. Répondez ARRET pour cesser, DEBUT pour reprendre. {link}",
    },
    Kind.STOPPED: {
        "en": "{organization}: you will get no more texts from us. Reply START to begin again.",
        "fr": "{organization} : vous ne recevrez plus nos textos. Répondez DEBUT pour reprendre.",
    },
    Kind.STARTED: {
        "en": "{organization}: you will get our texts again. Reply STOP to end.",
        "fr": "{organization} : vous recevrez de nouveau nos textos. Répondez ARRET pour cesser.",
    },
    Kind.COMING: {
        "en": "{organization}: we count on you. {title}, {when}, {place}. Reply NO if you cannot come, STOP to end.",
        "fr": "{organization} : on compte sur vous. {title}, {when}, {place}."
        " Répondez NON si vous ne pouvez pas venir, ARRET pour cesser.",
    },
    Kind.NOT_UNDERSTOOD: {
        "en": "{organization}: sorry, we did not understand. Reply CALL to be connected, YES to come, HELP or STOP.",
        "fr": "{organization} : nous n'avons pas compris. Répondez APPEL pour appeler, OUI pour venir, AIDE ou ARRET.",
    },
    Kind.CANNOT_CALL: {
        "en": "{organization}: we cannot connect you just like that. Here is why, and what you can do: {link}",
        "fr": "{organization} : nous ne pouvons pas vous mettre en ligne ainsi. Pourquoi, et que faire : {link}",
    },
}
# Where it is not known which gathering somebody comes to.
_COMING_SOMEWHERE = {
    "en": "{organization}: we count on you. Reply NO if you cannot come, STOP to end.",
    "fr": "{organization} : on compte sur vous. Répondez NON si vous ne pouvez pas venir, ARRET pour cesser.",
}


def answer(kind: Kind, language: str, organization: str, link: str, gathering: Mapping[str, str] | None = None) -> str:
    """The words of an answer; `gathering` has `title`, `when` and `place` of what somebody comes to.

    Raises `KeyError` for what is not an answer.
    """
    is_somewhere = kind == Kind.COMING and not gathering
    words = _COMING_SOMEWHERE if is_somewhere else _WORDS[kind]
    fields = {**(gathering or {}), "organization": organization, "link": link}
    return lightened(fill(words.get(language, words["en"]), fields))

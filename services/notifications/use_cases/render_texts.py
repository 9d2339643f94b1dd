"""The words of a text message."""

from collections.abc import Mapping

from services.notifications.domain.answers import answer
from services.notifications.domain.delivery import ANSWERS, Kind
from services.notifications.domain.sources import BroadcastWords, Sources
from services.notifications.domain.wording import fields_in, fill, text_of
from services.notifications.storage.deliveries import Due
from services.notifications.use_cases.render import (
    NoWords,
    Person,
    Sender,
    own_fields,
    petition_text_of,
    shared_fields,
    wording_of,
)
from shared.privacy.fingerprints import Fingerprints
from shared.web.links import call_me_link


def render_text(due: Due, person: Person, sources: Sources, sender: Sender) -> str:
    """What a text says to one person. Raises `NoWords`."""
    if due.delivery.kind in ANSWERS:
        return _answer(due, sources, sender)
    language, words = _words(due, sources)
    if not words.strip():
        raise NoWords(str(due.delivery.id))
    fields = shared_fields(due, sources, sender, language)
    fields |= own_fields(fields_in(words), due, person, sources, sender, language)
    return text_of(fill(words, fields), sender.organization, language)


def words_id(body: str, prints: Fingerprints) -> str:
    """The fingerprint of what a text says, by which the provider's record of it is told."""
    return prints.of("words", body)


def _words(due: Due, sources: Sources) -> tuple[str, str]:
    """The language and the words before anything is filled in."""
    if due.delivery.kind == Kind.THANKS:
        petition = petition_text_of(due, sources)
        return petition.language, petition.thanks
    wording = wording_of(due, sources)
    return wording.language, wording.text


def _answer(due: Due, sources: Sources, sender: Sender) -> str:
    broadcast, language = sources.broadcast(due.delivery), due.delivery.language
    gathering: Mapping[str, str] = broadcast.fields_in(language) if broadcast else {}
    is_known = {"title", "when", "place"} <= gathering.keys()
    link = _link(due, broadcast, sender)
    return answer(due.delivery.kind, language, sender.organization, link, gathering if is_known else None)


def _link(due: Due, broadcast: BroadcastWords | None, sender: Sender) -> str:
    """Where an answer leads: who cannot be connected just so, to the page that rings them or says what is missing."""
    if due.delivery.kind == Kind.CANNOT_CALL and broadcast and broadcast.call_campaign:
        return call_me_link(sender.settings, due.delivery.supporter_id, broadcast.call_campaign)
    return sender.settings.public_url

"""What every message has in common: who sends it, and how the fields that differ from person to person are filled."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from services.notifications.domain.delivery import Kind
from services.notifications.domain.sources import Sources
from services.notifications.domain.wording import first_name, in_language, one_line, your_riding
from services.notifications.storage.deliveries import Due
from shared.domain_events.announcement import Wording
from shared.domain_events.signatures import PetitionText
from shared.settings import CoreSettings
from shared.web.links import call_me_link, unsubscribe_link

Person = Mapping[str, Any]
# Fields that are addresses, so that an e-mail shows them as links.
LINKS = frozenset({"link", "call_me_link", "unsubscribe_link"})


class NoWords(Exception):
    """What a message is made of is not known here, or has no words for its channel."""


@dataclass(frozen=True)
class Sender:
    """Who writes, and where links lead."""

    settings: CoreSettings
    organization: str
    address: str

    def petition_link(self, slug: str) -> str:
        """A petition's page."""
        return f"{self.settings.public_url}/petitions/{slug}"


def wording_of(due: Due, sources: Sources) -> Wording:
    """The words of an announcement in the reader's language, or in the first there is. Raises `NoWords`."""
    broadcast = sources.broadcast(due.delivery)
    wording = in_language(broadcast.wordings, due.delivery.language) if broadcast else None
    if wording is None:
        raise NoWords(str(due.delivery.id))
    return wording


def petition_text_of(due: Due, sources: Sources) -> PetitionText:
    """A petition in the reader's language, or in the first there is. Raises `NoWords`."""
    petition = sources.petition(due.delivery)
    text = in_language(petition.texts, due.delivery.language) if petition else None
    if text is None:
        raise NoWords(str(due.delivery.id))
    return text


def shared_fields(due: Due, sources: Sources, sender: Sender, language: str) -> dict[str, str]:
    """What is filled in alike for everybody who reads the same words."""
    petition, broadcast = sources.petition(due.delivery), sources.broadcast(due.delivery)
    if due.delivery.kind == Kind.THANKS and petition:
        title = petition_text_of(due, sources).title
        link = sender.petition_link(petition.slug)
        found = {"petition_title": title, "title": title, "campaign": petition.campaign, "link": link}
    else:
        found = broadcast.fields_in(language) if broadcast else {}
    return {name: one_line(value) for name, value in found.items()}


def own_fields(
    names: Set[str], due: Due, person: Person, sources: Sources, sender: Sender, language: str
) -> dict[str, str]:
    """What is filled in for one person: of the names that stand in the words, those that are known."""
    broadcast = sources.broadcast(due.delivery)
    call_campaign = broadcast.call_campaign if broadcast else None
    known: dict[str, Callable[[], str]] = {
        "first_name": lambda: first_name(person, language),
        "riding": lambda: one_line(due.riding) or your_riding(language),
        "unsubscribe_link": lambda: unsubscribe_link(sender.settings, due.delivery.supporter_id),
    }
    if call_campaign:
        known["call_me_link"] = lambda: call_me_link(sender.settings, due.delivery.supporter_id, call_campaign)
    return {name: value() for name, value in known.items() if name in names}

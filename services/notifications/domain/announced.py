"""What is announced: the fields that fill in the words, when it is too late to tell, and what it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notifications.domain.broadcast import Fields, in_each
from services.notifications.domain.wording import when
from shared.domain_events.calls import CallCampaignLaunched
from shared.domain_events.events import Gathering
from shared.domain_events.signatures import PetitionText


class Titled(Protocol):
    """Something that has a title in one language."""

    @property
    def language(self) -> str: ...

    @property
    def title(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What a domain event with an announcement is about."""

    fields: Fields
    petition: str | None = None
    call_campaign: str | None = None
    gathering: str | None = None
    expires_at: datetime | None = None


def of_petition(slug: str, texts: Sequence[PetitionText], site: str, languages: Sequence[str]) -> Announced:
    """A petition: its title and its page."""
    always = {"link": f"{site}/petitions/{slug}"}
    return Announced(fields=in_each(languages, always, _titles(texts)), petition=slug)


def of_call_campaign(launched: CallCampaignLaunched, site: str, languages: Sequence[str]) -> Announced:
    """A call campaign: its title and its page; it is told of until it closes. The rest differs by supporter."""
    slug = launched.call_campaign
    always = {"link": f"{site}/call-campaigns/{slug}"}
    fields = in_each(languages, always, _titles(launched.texts))
    return Announced(fields=fields, call_campaign=slug, expires_at=launched.closes_at)


def of_gathering(gathering: Gathering, site: str, languages: Sequence[str]) -> Announced:
    """A gathering: its title, when and where it is, and its page; it is told of until it is over."""
    always = {"place": gathering.place, "city": gathering.city, "link": f"{site}/events/{gathering.gathering}"}
    titles = _titles(gathering.texts)
    by_language = {
        language: {
            **titles.get(language, next(iter(titles.values()))),
            "when": when(gathering.starts_at, gathering.ends_at, gathering.time_zone, language),
        }
        for language in languages
    }
    return Announced(
        fields=in_each(languages, always, by_language), gathering=gathering.gathering, expires_at=gathering.ends_at
    )


def _titles(texts: Sequence[Titled]) -> dict[str, Mapping[str, str]]:
    return {text.language: {"title": text.title} for text in texts}

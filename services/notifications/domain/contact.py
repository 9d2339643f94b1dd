"""A contact: what we know of a supporter in order to write to them. It is in the clear only while it is worked with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.notifications.domain.consent import Reach

# What writing needs of a person, and no more.
KEPT = ("name", "email", "phone")
USUAL_LANGUAGE = "en"


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What we hear of somebody; `personal` is what identifies them. One who took part in nothing has no campaign."""

    supporter_id: str
    personal: Mapping[str, Any] = field(repr=False)
    language: str | None
    campaign: str | None = None
    petition: str | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody we may one day write to. An empty `campaigns` is somebody who took part in nothing yet."""

    supporter_id: str
    personal: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = USUAL_LANGUAGE
    petitions: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    may: frozenset[Reach] = frozenset()

    @property
    def email(self) -> str | None:
        """Their e-mail address."""
        return self.personal.get("email")

    @property
    def phone(self) -> str | None:
        """Their telephone number, in E.164."""
        return self.personal.get("phone")

    def learn(self, newcomer: Newcomer) -> "Contact":
        """The contact with what was heard since; what was not told anew stays as it was."""
        told = {name: str(newcomer.personal[name]) for name in KEPT if newcomer.personal.get(name)}
        return replace(
            self,
            personal={**self.personal, **told},
            language=newcomer.language or self.language,
            petitions=_with(self.petitions, newcomer.petition),
            campaigns=_with(self.campaigns, newcomer.campaign),
        )


def _with(words: tuple[str, ...], word: str | None) -> tuple[str, ...]:
    return words if word is None or word in words else (*words, word)

"""A caller: a supporter as far as calling needs to know them. What is personal stays sealed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who might be rung. `ridings` is None until they were looked up, and empty where none was found."""

    supporter_id: str
    sealed: str | None = None
    phone_id: str | None = None
    language: str = "en"
    ridings: tuple[str, ...] | None = None
    province: str | None = None
    petitions: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    consents_to_calls: bool = False
    consent_changed_at: datetime | None = None

    def agree(self, at: datetime) -> "Caller":
        """They agreed to be rung; an older word than the last one is ignored."""
        known = self.consent_changed_at
        return self if known and known >= at else replace(self, consents_to_calls=True, consent_changed_at=at)

    def withdraw(self, at: datetime) -> "Caller":
        """They no longer agree to be rung; at the same moment, no counts more than yes."""
        known = self.consent_changed_at
        return self if known and known > at else replace(self, consents_to_calls=False, consent_changed_at=at)

    def take_part(self, campaign: str, petition: str | None = None) -> "Caller":
        """They took part in a campaign, and perhaps signed one of its petitions."""
        petitions = _with(self.petitions, petition) if petition else self.petitions
        return replace(self, campaigns=_with(self.campaigns, campaign), petitions=petitions)

    def move(self, postal_code_changed: bool, *, has_postal_code: bool) -> "Caller":
        """Look their riding up again where their postal code is new; without one there is nothing to look up."""
        if not has_postal_code:
            return replace(self, ridings=self.ridings or ())
        return replace(self, ridings=None, province=None) if postal_code_changed else self

    def live_in(self, ridings: Sequence[str], province: str | None) -> "Caller":
        """They were located, or chose their riding."""
        return replace(self, ridings=tuple(ridings), province=province)


def _with(words: tuple[str, ...], word: str) -> tuple[str, ...]:
    return words if word in words else (*words, word)

"""A signature: who signed what, when, and what they agreed to."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Source(StrEnum):
    """Where somebody signed."""

    PAGE = "page"
    API = "api"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """What identifies a person. It exists in memory only; whatever is kept or sent of it is sealed."""

    name: str
    postal_code: str
    email: str | None = None
    phone: str | None = None

    def to_seal(self) -> dict[str, str]:
        """The fields that are sealed; what was not given is left out."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True, kw_only=True)
class Consents:
    """What a supporter ticked, channel by channel, and the version and language of the wording they saw."""

    email: bool
    text: bool
    call: bool
    wording: str
    language: str

    def that_reach(self, signer: Signer) -> "Consents":
        """Those for which there is an address: a tick without one is no consent to write to an address found later."""
        has_email, has_phone = signer.email is not None, signer.phone is not None
        if has_email and has_phone:
            return self
        return replace(self, email=self.email and has_email, text=self.text and has_phone, call=self.call and has_phone)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """One person's signature under one petition. A second one of the same person under it counts for nothing."""

    id: UUID
    petition_id: UUID
    petition: str
    campaign: str
    supporter_id: str
    signer: Signer
    language: str
    consents: Consents
    signed_at: datetime
    source: Source

"""Somebody signs a petition, on its page or through the API."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from services.signatures.domain.petition import Petition, PetitionIsClosed, PetitionIsUnknown
from services.signatures.domain.signature import Consents, Signature, Signer, Source
from shared.privacy.fingerprints import Fingerprints

# The petition of a slug, as it was a moment ago.
Find = Callable[[str], Petition | None]
# Keeps a signature and posts what tells of it; whether the petition took signatures at that moment.
Keep = Callable[[Signature], bool]
KeepSoon = Callable[[Signature], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True)
class Signing:
    """What somebody filled in, in canonical form."""

    signer: Signer
    language: str
    consents: Consents
    source: Source


def sign(signing: Signing, slug: str, find: Find, keep: Keep, fingerprints: Fingerprints, now: datetime) -> None:
    """Keep a signature. A second one of the same person is taken like the first, and changes nothing.

    Raises `PetitionIsUnknown`, `PetitionIsClosed`, or `TooBusy` where nothing could be kept.
    """
    petition = find(slug)
    if petition is None:
        raise PetitionIsUnknown(slug)
    if not keep(_signature(signing, petition, fingerprints, now)):
        raise PetitionIsClosed(slug)


async def sign_soon(
    signing: Signing, petition: Petition, keep: KeepSoon, fingerprints: Fingerprints, now: datetime
) -> None:
    """The same for a coroutine, under a petition that is at hand."""
    if not await keep(_signature(signing, petition, fingerprints, now)):
        raise PetitionIsClosed(petition.slug)


def _signature(signing: Signing, petition: Petition, fingerprints: Fingerprints, now: datetime) -> Signature:
    signer = signing.signer
    supporter_id = fingerprints.supporter_id(email=signer.email, phone=signer.phone)
    return petition.sign(signer, supporter_id, signing.language, signing.consents, signing.source, now)

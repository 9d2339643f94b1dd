"""Signing, with the petition and the keeping of signatures in memory."""

from collections.abc import Callable

import pytest

from services.signatures.domain.petition import Petition, PetitionIsClosed, PetitionIsUnknown, PetitionState
from services.signatures.domain.signature import Signature, Source
from services.signatures.use_cases.sign import Signing, sign
from shared.privacy.fingerprints import Fingerprints
from tests.unit.signatures.made import NOON, SLUG, consents, petition, signer

PRINTS = Fingerprints(b"p" * 32)


def signing(**of_signer: str | None) -> Signing:
    return Signing(signer=signer(**of_signer), language="en", consents=consents(), source=Source.API)


def found(one: Petition | None) -> Callable[[str], Petition | None]:
    return lambda slug: one if one and one.slug == slug else None


def sign_with(kept: list[Signature], one: Signing, takes: bool = True) -> None:
    def keep(signature: Signature) -> bool:
        kept.append(signature)
        return takes

    sign(one, SLUG, found(petition()), keep, PRINTS, NOON)


def test_a_signature_is_kept() -> None:
    kept: list[Signature] = []

    sign_with(kept, signing())

    assert [(one.petition, one.signed_at, one.source) for one in kept] == [(SLUG, NOON, Source.API)]


@pytest.mark.parametrize(
    "written", ["amrit@example.org", "Amrit@Example.ORG", "amrit+petitions@example.org", "AMRIT+x@example.org"]
)
def test_one_mailbox_is_one_person_however_it_is_written(written: str) -> None:
    kept: list[Signature] = []

    sign_with(kept, signing(email=written))

    assert kept[0].supporter_id == PRINTS.supporter_id(email="amrit@example.org", phone=None)


def test_who_gives_no_email_is_known_by_their_telephone() -> None:
    kept: list[Signature] = []

    sign_with(kept, signing(email=None))

    assert kept[0].supporter_id == PRINTS.of_phone("+14165550123")


def test_there_is_nothing_to_sign_where_there_is_no_petition() -> None:
    with pytest.raises(PetitionIsUnknown):
        sign(signing(), SLUG, found(None), lambda _: True, PRINTS, NOON)


def test_a_petition_that_was_closed_a_moment_ago_takes_no_signature() -> None:
    with pytest.raises(PetitionIsClosed):
        sign_with([], signing(), takes=False)


def test_a_petition_known_to_be_closed_is_not_even_tried() -> None:
    kept: list[Signature] = []
    closed = petition(state=PetitionState.CLOSED)

    def keep(signature: Signature) -> bool:
        kept.append(signature)
        return True

    with pytest.raises(PetitionIsClosed):
        sign(signing(), SLUG, found(closed), keep, PRINTS, NOON)

    assert kept == []

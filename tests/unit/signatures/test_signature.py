"""What a signature keeps of a person and of what they agreed to."""

import pytest

from services.signatures.domain.consent_wording import CURRENT, VERSIONS, WORDINGS, consent_wording
from shared.web.languages import LANGUAGES
from tests.unit.signatures.made import consents, signer


def test_only_what_was_given_is_sealed() -> None:
    assert signer(phone=None).to_seal() == {
        "name": "Amrit Quaba",
        "postal_code": "M5V2T6",
        "email": "amrit@example.org",
    }


def test_a_tick_without_an_address_is_no_consent() -> None:
    without_phone = consents().that_reach(signer(phone=None))
    without_email = consents().that_reach(signer(email=None))

    assert (without_phone.email, without_phone.text, without_phone.call) == (True, False, False)
    assert (without_email.email, without_email.text, without_email.call) == (False, True, True)


def test_an_address_without_a_tick_is_no_consent() -> None:
    none = consents(email=False, text=False, call=False).that_reach(signer())

    assert (none.email, none.text, none.call) == (False, False, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_current_wording_is_there_in_every_language(language: str) -> None:
    wording = consent_wording(language)

    assert (wording.version, wording.language) == (CURRENT, language)
    assert all((wording.email, wording.text, wording.call))


def test_a_language_without_its_own_wording_is_shown_the_first() -> None:
    assert consent_wording("pa").language == "en"


def test_a_version_that_never_was_has_no_wording() -> None:
    with pytest.raises(KeyError):
        consent_wording("en", "1999-01")


def test_no_version_has_two_wordings_in_one_language() -> None:
    known = [(wording.version, wording.language) for wording in WORDINGS]

    assert len(set(known)) == len(known)
    assert CURRENT in VERSIONS

"""Somebody signs: they are remembered, thanked where they agreed to it, and their letters are sent."""

from datetime import timedelta

import pytest

from services.notifications.storage.suppressions import Why
from services.notifications.storage.tables import consents, contacts, deliveries
from services.notifications.use_cases.remember_contact import SEALED_AS
from shared.bus.outcomes import Retry
from shared.clock import now
from shared.domain_events.calls import SupporterLocated
from shared.domain_events.notifications import ConsentGiven
from shared.identifiers import new_id
from tests.integration.notifications.house import House, person


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def lines(house: House) -> list[tuple[str, str, str, str]]:
    """The ledger in short: channel, kind, target and language."""
    return sorted((row.channel, row.kind, row.target, row.language) for row in house.ledger())


def test_a_signer_is_thanked_on_each_channel_and_writes_to_each_target(house: House) -> None:
    ada = person(1)

    (cause,) = house.sign(ada)

    assert lines(house) == [
        ("email", "thanks", "", "en"),
        ("letter", "letter", "minister", "en"),
        ("letter", "letter", "pm", "en"),
        ("text", "thanks", "", "en"),
    ]
    for row in house.ledger():
        assert (row.cause, row.supporter_id, row.about) == (cause, house.id_of(ada), "fix-pgwp")
        assert (row.state, row.lane, row.due_at <= now()) == ("planned", 1, True)


def test_what_identifies_a_signer_is_sealed(house: House) -> None:
    ada = person(1)

    house.sign(ada)

    row = house.contact(ada)
    opened = house.backbone.vault.open(row.supporter_id, row.sealed, SEALED_AS)
    assert opened == {"name": ada.name, "email": ada.email, "phone": ada.phone}
    assert row.phone_id == house.phone_id(ada)
    assert row.email_id == house.id_of(ada)
    assert (row.petitions, row.campaigns, row.language) == (["fix-pgwp"], ["status-for-all"], "en")


def test_a_consent_is_kept_as_evidence_and_told(house: House) -> None:
    ada = person(1, language="fr", agrees_to=("text", "call"))
    signed_at = now() - timedelta(minutes=3)

    cause = house.hear(house.signature(ada, at=signed_at, source="api"))

    kept = house.rows(consents)
    assert {(row.channel, row.kind, row.source) for row in kept} == {("text", "given", "api"), ("call", "given", "api")}
    assert {(row.wording, row.wording_language, row.cause, row.at) for row in kept} == {
        ("2026-11", "fr", cause, signed_at)
    }
    told = house.posted(ConsentGiven)
    assert {(one.supporter_id, one.channel, one.given_at) for one in told} == {
        (house.id_of(ada), "text", signed_at),
        (house.id_of(ada), "call", signed_at),
    }
    row = house.contact(ada)
    assert (row.may_text, row.may_email, row.may_call) == (True, False, True)


def test_who_agreed_to_nothing_is_not_thanked_and_their_letters_go_out(house: House) -> None:
    house.sign(person(1, agrees_to=()), person(2, phone=None, agrees_to=()))

    assert {row.channel for row in house.ledger()} == {"letter"}
    assert len(house.ledger()) == 4
    assert house.posted(ConsentGiven) == []


def test_a_tick_without_an_address_is_no_consent(house: House) -> None:
    ada = person(1, phone=None, agrees_to=("text", "call"))

    house.sign(ada)
    house.sign(person(1, agrees_to=()), petition="fix-pgwp")

    row = house.contact(ada)
    assert row.phone_id is not None
    assert (row.may_text, row.may_call) == (False, False)
    assert house.said(ada) == []


def test_a_signature_that_is_told_twice_is_thanked_once(house: House) -> None:
    signature, cause = house.signature(person(1)), new_id()

    house.hear(signature, cause)
    house.hear(signature, cause)
    house.hear_together([])

    assert len(house.ledger()) == 4
    assert len(house.posted(ConsentGiven)) == 2


def test_a_second_petition_is_thanked_for_and_adds_to_what_is_known(house: House) -> None:
    house.open_petition("care-for-all")
    ada = person(1, agrees_to=("text",))
    house.sign(ada)

    house.sign(person(1, phone=None, agrees_to=("email",), language="fr"), petition="care-for-all")

    row = house.contact(ada)
    assert (row.may_text, row.may_email) == (True, True)
    assert row.phone_id == house.phone_id(ada)
    assert (row.petitions, row.campaigns, row.language) == (["fix-pgwp", "care-for-all"], ["status-for-all"], "fr")
    of_second = house.ledger(about="care-for-all")
    assert {(one.channel, one.kind) for one in of_second} == {
        ("text", "thanks"),
        ("email", "thanks"),
        ("letter", "letter"),
    }
    assert [one.channel for one in house.posted(ConsentGiven)] == ["text", "email"]


def test_a_batch_is_taken_together_even_if_somebody_is_in_it_twice(house: House) -> None:
    house.open_petition("care-for-all")
    known, twice, other = person(1), person(2, agrees_to=("email",)), person(3)
    house.sign(known)

    house.hear_together(
        [
            house.signature(known, "care-for-all"),
            house.signature(twice),
            house.signature(twice, "care-for-all"),
            house.signature(other),
        ]
    )

    assert sorted(house.contact(twice).petitions) == ["care-for-all", "fix-pgwp"]
    assert len(house.rows(contacts)) == 3
    assert [one.supporter_id for one in house.posted(ConsentGiven)].count(house.id_of(twice)) == 1
    assert len(house.ledger(supporter_id=house.id_of(twice), kind="thanks")) == 2
    assert len(house.ledger(kind="letter")) == 10


def test_a_petition_that_was_not_heard_of_yet_is_waited_for(house: House) -> None:
    signature, cause = house.signature(person(1), "care-for-all"), new_id()

    with pytest.raises(Retry):
        house.hear(signature, cause)
    assert house.rows(contacts) == []
    house.open_petition("care-for-all")
    house.hear(signature, cause)

    assert len(house.ledger()) == 4


def test_somebody_who_was_erased_meanwhile_is_let_be_and_the_others_are_welcomed(house: House) -> None:
    gone, here = person(1), person(2)
    signatures = [house.signature(gone), house.signature(here)]
    house.backbone.vault.erase(house.id_of(gone))

    house.hear_together(signatures)

    assert [row.supporter_id for row in house.rows(contacts)] == [house.id_of(here)]
    assert {row.supporter_id for row in house.ledger()} == {house.id_of(here)}


def test_a_silenced_telephone_is_not_thanked_by_text(house: House) -> None:
    ada = person(1)
    house.ask(lambda records: records.suppressions.add(house.phone_id(ada), Why.STOP, now()))

    house.sign(ada)

    assert {row.channel for row in house.ledger()} == {"email", "letter"}


def test_a_consent_from_before_a_stop_that_is_told_late_counts_for_nothing(house: House) -> None:
    house.open_petition("care-for-all")
    ada = person(1, agrees_to=("text",))
    house.sign(ada)
    house.write(ada, "STOP")

    house.hear(house.signature(ada, "care-for-all", at=now() - timedelta(hours=1)))

    assert house.contact(ada).may_text is False
    assert house.ledger(about="care-for-all", channel="text") == []
    assert len(house.posted(ConsentGiven)) == 1


def test_thanks_are_in_the_first_language_of_a_petition_that_has_not_the_signers_own(house: House) -> None:
    house.sign(person(1, language="fr"), person(2, language="pa"))

    assert {row.language for row in house.ledger(supporter_id=house.id_of(person(1)))} == {"fr"}
    assert {row.language for row in house.ledger(supporter_id=house.id_of(person(2)))} == {"en"}


def test_a_riding_that_is_heard_of_first_is_kept_for_who_comes_later(house: House) -> None:
    ada = person(1)
    located = SupporterLocated(
        supporter_id=house.id_of(ada), ridings=("35099",), riding_names=("Spadina",), province="ON"
    )

    house.hear(located)
    house.sign(ada)

    row = house.contact(ada)
    assert (row.province, row.ridings) == ("ON", ["35099"])
    assert (row.may_text, row.campaigns) == (True, ["status-for-all"])
    assert len(house.ledger()) == 4
    assert len(house.posted(ConsentGiven)) == 2


def test_supporters_are_located_by_the_batch_and_the_last_word_counts(house: House) -> None:
    ada, ben = person(1), person(2)
    house.sign(ada, ben)

    house.hear_together(
        [
            SupporterLocated(supporter_id=house.id_of(ada), ridings=("1",), riding_names=("One",), province="ON"),
            SupporterLocated(supporter_id=house.id_of(ben), ridings=(), riding_names=(), province=None),
            SupporterLocated(
                supporter_id=house.id_of(ada), ridings=("2", "3"), riding_names=("Two", "Three"), province="QC"
            ),
        ]
    )

    assert (house.contact(ada).province, house.contact(ada).ridings) == ("QC", ["2", "3"])
    assert (house.contact(ben).province, house.contact(ben).ridings) == (None, [])


def test_a_guest_is_a_contact_who_agreed_to_nothing(house: House) -> None:
    guest = person(1, language="fr")

    house.come(guest)

    row = house.contact(guest)
    assert (row.campaigns, row.petitions, row.language) == (["rallies"], [], "fr")
    assert (row.may_text, row.may_email, row.may_call) == (False, False, False)
    assert house.rows(deliveries) == []


def test_who_answers_a_text_takes_part_in_the_gatherings_campaign(house: House) -> None:
    ada = person(1)
    house.sign(ada)

    for _ in range(2):
        house.come(ada, supporter=None, via="text", language=None)

    assert house.contact(ada).campaigns == ["status-for-all", "rallies"]

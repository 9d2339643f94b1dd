"""Whoever texted CALL and will not be rung is told so."""

import pytest

from shared.domain_events.calls import CallFinished
from tests.integration.notifications.house import House, Person, announcement, call_in_day, person
from tests.integration.notifications.texting import answers, sent

BEN = person(2, language="fr")


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def finished(house: House, who: Person, ending: str) -> CallFinished:
    """A call that ended so."""
    return CallFinished(
        call_id="c1",
        call_campaign="call-in-day",
        campaign="status-for-all",
        supporter_id=house.id_of(who),
        supporter_answered=False,
        carrier_outcome="cancelled",
        ending=ending,
    )


@pytest.mark.parametrize(
    "ending",
    [
        "riding_unknown",
        "several_ridings",
        "seat_is_vacant",
        "office_has_no_telephone",
        "campaign_is_closed",
        "no_telephone",
        "called_often",
        "expired",
        "refused_by_carrier",
    ],
)
def test_who_texted_call_is_told_if_nobody_can_be_called_for_them(house: House, ending: str) -> None:
    house.sign(BEN)
    house.hear(call_in_day(announcement()))
    sent(house)
    house.write(BEN, "APPEL")

    house.hear(finished(house, BEN, ending))

    assert answers(house) == [("cannot_call", "fr", house.id_of(BEN))]
    assert house.ledger(kind="cannot_call")[0].about == str(house.broadcast().id)


@pytest.mark.parametrize("ending", ["done", "not_answered", "not_confirmed", "withdrawn", "erased"])
def test_a_call_that_came_or_was_not_wanted_is_not_spoken_of(house: House, ending: str) -> None:
    house.sign(BEN)
    house.hear(call_in_day(announcement()))
    sent(house)
    house.write(BEN, "APPEL")

    house.hear(finished(house, BEN, ending))

    assert answers(house) == []


def test_who_was_to_be_rung_without_asking_just_now_is_told_nothing(house: House) -> None:
    house.sign(BEN)
    house.hear(call_in_day(announcement()))
    sent(house)

    house.hear(finished(house, BEN, "several_ridings"))

    assert answers(house) == []

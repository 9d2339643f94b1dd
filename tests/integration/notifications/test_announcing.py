"""What is announced, with whose words and until when; and what is called off."""

from datetime import datetime, timedelta

import pytest

from shared.bus.outcomes import Retry
from shared.clock import now
from shared.domain_events.announcement import Audience
from shared.domain_events.calls import CallCampaignEnded
from shared.domain_events.events import GatheringCancelled, GatheringChanged
from shared.domain_events.notifications import BroadcastFinished
from shared.domain_events.signatures import PetitionClosed, PetitionDelivered
from shared.identifiers import new_id
from tests.integration.notifications.audience import ids, told
from tests.integration.notifications.house import House, announcement, call_in_day, person, rally

BOTH = person(1)


@pytest.fixture(autouse=True)
def opened(house: House) -> None:
    house.open_petition()


def test_an_event_that_is_told_twice_is_announced_once(house: House) -> None:
    house.sign(BOTH)
    event, cause = rally(announced=announcement()), new_id()

    house.hear(event, cause)
    house.hear(event, cause)
    house.work()

    assert len(house.broadcasts()) == 1
    assert len(house.ledger(kind="announcement")) == 2


def test_what_has_no_announcement_tells_nobody(house: House) -> None:
    house.sign(BOTH)

    house.hear(rally())
    house.hear(call_in_day())
    house.open_petition("care-for-all")
    house.work()

    assert house.broadcasts() == []
    assert house.ledger(kind="announcement") == []


def test_nobody_is_invited_to_what_is_over(house: House) -> None:
    house.sign(BOTH)
    yesterday = now() - timedelta(days=1)

    house.hear(rally(announced=announcement(), starts_at=yesterday, ends_at=yesterday + timedelta(hours=2)))
    house.work()
    house.tidy()

    assert house.ledger(kind="announcement") == []
    assert len(house.posted(BroadcastFinished)) == 1


def test_a_call_campaign_tells_until_it_closes_and_links_to_its_page(house: House) -> None:
    house.sign(BOTH)
    launched = call_in_day(announcement())

    house.hear(launched)

    broadcast = house.broadcast()
    assert (broadcast.call_campaign, broadcast.kind) == ("call-in-day", "call_campaign.launched")
    assert broadcast.expires_at == launched.closes_at
    assert broadcast.fields["fr"] == {
        "title": "Call-in day",
        "link": "http://127.0.0.1:8000/call-campaigns/call-in-day",
    }


def test_a_gathering_is_told_with_its_day_on_the_clocks_of_the_place(house: House) -> None:
    starts = datetime.fromisoformat("2027-09-11T18:45:00+00:00")

    house.hear(rally(announced=announcement(), starts_at=starts, ends_at=starts + timedelta(hours=2)))

    fields = house.broadcast().fields
    assert fields["en"]["when"] == "Saturday, September 11, 2:45 p.m. to 4:45 p.m."
    assert fields["fr"]["title"] == "Manif"
    assert fields["fr"]["link"] == "http://127.0.0.1:8000/events/toronto-rally"
    assert (fields["en"]["place"], fields["en"]["city"]) == ("344 Bloor Street West", "Toronto")


def test_a_petition_is_announced_when_it_opens_and_when_it_is_handed_in(house: House) -> None:
    house.sign(BOTH)
    house.open_petition("care-for-all", announcement(audience=Audience(petitions=("fix-pgwp",))))
    house.hear(
        PetitionDelivered(
            petition="fix-pgwp",
            campaign="status-for-all",
            total=16_000,
            announcement=announcement(audience=Audience(petitions=("fix-pgwp",))),
        )
    )

    house.work()

    kinds = {one.kind: one.fields["fr"] for one in house.broadcasts()}
    assert kinds["petition.opened"]["link"] == "http://127.0.0.1:8000/petitions/care-for-all"
    assert kinds["petition.delivered"] == {
        "title": "Les permis",
        "link": "http://127.0.0.1:8000/petitions/fix-pgwp",
    }
    assert len(told(house, "text")) == len(told(house, "email")) == 2


def test_the_hand_in_of_a_petition_that_was_not_heard_of_yet_is_waited_for(house: House) -> None:
    delivered = PetitionDelivered(petition="none-such", campaign="c", total=1, announcement=announcement())

    with pytest.raises(Retry):
        house.hear(delivered)


def test_a_gathering_that_is_called_off_is_announced_no_more_and_its_end_is_told(house: House) -> None:
    house.sign(BOTH)
    house.hear(rally(announced=announcement()))
    house.hear(rally(GatheringCancelled, announced=announcement()))

    house.work()

    kinds = {one.id: one.kind for one in house.broadcasts()}
    assert {kinds[row.broadcast_id] for row in house.ledger(kind="announcement")} == {"gathering.cancelled"}


def test_nobody_is_asked_to_call_or_to_sign_once_that_has_ended(house: House) -> None:
    house.sign(BOTH)
    house.hear(call_in_day(announcement()))
    house.open_petition("care-for-all", announcement())

    house.hear(CallCampaignEnded(call_campaign="call-in-day", campaign="status-for-all"))
    house.hear(PetitionClosed(petition="care-for-all", campaign="status-for-all", reason="won"))
    house.work()

    assert house.ledger(kind="announcement") == []
    assert all(one.is_late(now()) for one in house.broadcasts())


def test_the_hand_in_of_a_petition_that_is_closed_is_still_told(house: House) -> None:
    house.sign(BOTH)
    handed_in = {"petition": "fix-pgwp", "campaign": "status-for-all"}
    house.hear(PetitionDelivered(**handed_in, total=1, announcement=announcement()))

    house.hear(PetitionClosed(**handed_in, reason="won"))
    house.work()

    assert told(house, "text") == ids(house, BOTH)


def test_what_is_changed_about_a_gathering_is_told_with_its_own_approval(house: House) -> None:
    house.sign(BOTH)
    house.hear(rally())

    house.hear(rally(GatheringChanged, announced=announcement(channels=("text",), emails=0)))
    house.work()

    assert [one.kind for one in house.broadcasts()] == ["gathering.changed"]
    assert told(house, "text") == ids(house, BOTH)


def test_an_invitation_that_has_not_gone_out_says_how_a_gathering_is_now(house: House) -> None:
    house.sign(BOTH)
    house.hear(rally(announced=announcement()))
    later = now() + timedelta(days=9)

    house.hear(rally(GatheringChanged, place="720 Spadina Avenue", ends_at=later))

    told = house.broadcast()
    assert {fields["place"] for fields in told.fields.values()} == {"720 Spadina Avenue"}
    assert told.fields["fr"]["title"] == "Manif"
    assert told.expires_at == later

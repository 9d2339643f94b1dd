"""What is due is checked again when it is taken in hand: consent, STOP, the hour, the broadcast, the lane, the pace."""

from datetime import UTC, datetime, time, timedelta

import pytest

from services.notifications.domain.delivery import Kind, Lane
from shared.reaching.quiet_hours import QuietHours
from tests.integration.notifications.house import announcement, call_in_day, person, rally
from tests.integration.notifications.sending import Sending

A_SECOND = timedelta(seconds=1)
NIGHT = QuietHours(time(21), time(9))
# 3 in the morning in Toronto, and in Vancouver midnight.
AT_NIGHT = datetime(2030, 6, 1, 7, 0, tzinfo=UTC)


@pytest.fixture
def invited(sending: Sending) -> Sending:
    """Somebody signed, and is invited to a rally by text."""
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    sending.send()
    sending.house.hear(rally(announced=announcement(("text",))))
    sending.house.work()
    sending.clock.passes(A_SECOND)
    return sending


def test_consent_is_checked_again_when_a_text_is_taken_in_hand(thanked: Sending) -> None:
    thanked.execute("UPDATE contacts SET may_text = false")

    thanked.send()

    assert thanked.texts.sent == []
    assert thanked.states(channel="text") == [("dropped", "no_consent")]


def test_a_stop_to_the_number_is_heeded_when_a_text_is_taken_in_hand(thanked: Sending) -> None:
    thanked.execute("INSERT INTO suppressions VALUES (:id, 'stop', now())", id=thanked.house.phone_id(person(1)))

    thanked.send()

    assert thanked.texts.sent == []
    assert thanked.states(channel="text") == [("dropped", "suppressed")]


def test_a_stop_that_comes_by_text_silences_what_was_planned_and_is_answered(thanked: Sending) -> None:
    thanked.house.write(person(1), "STOP")
    thanked.clock.passes(A_SECOND)

    thanked.send()

    (body,) = thanked.texts.bodies_to("+14165550101")
    assert "no more texts" in body
    assert thanked.states(kind="thanks") == [("dropped", "no_consent")]


def test_who_was_erased_in_between_is_written_to_no_more(thanked: Sending) -> None:
    thanked.house.backbone.vault.erase(thanked.house.id_of(person(1)))

    thanked.send()

    assert thanked.texts.sent == []
    assert thanked.states(channel="text") == [("dropped", "erased")]


def test_an_announcement_waits_for_the_morning(invited: Sending) -> None:
    invited.execute("UPDATE contacts SET province = 'ON'")
    invited.execute("UPDATE broadcasts SET expires_at = :then", then=AT_NIGHT + timedelta(days=9))
    invited.clock.at = AT_NIGHT

    invited.send(quiet_hours=NIGHT)

    assert len(invited.texts.sent) == 1
    (row,) = invited.house.ledger(kind=Kind.ANNOUNCEMENT)
    # Nine on the westernmost clocks of Ontario.
    assert (row.state, row.due_at) == ("planned", datetime(2030, 6, 1, 14, 0, tzinfo=UTC))


def test_an_answer_goes_out_at_night_too(invited: Sending) -> None:
    invited.house.write(person(1), "HELP")
    invited.clock.at = AT_NIGHT

    invited.send(quiet_hours=NIGHT)

    assert [row.state for row in invited.house.ledger(kind=Kind.HELP)] == ["accepted"]


def test_a_text_is_kept_by_the_provider_until_the_quiet_hours_at_most(invited: Sending) -> None:
    invited.execute("UPDATE contacts SET province = 'AB'")
    invited.execute("UPDATE broadcasts SET expires_at = :then", then=AT_NIGHT + timedelta(days=9))
    # Half past seven in the evening in Edmonton.
    invited.clock.at = datetime(2030, 6, 2, 1, 30, tzinfo=UTC)

    invited.send(quiet_hours=NIGHT)

    assert invited.texts.sent[-1][0].valid_seconds == 90 * 60


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("state = 'stopped'", ("dropped", "stopped")),
        ("expires_at = now() - interval '1 second'", ("dropped", "expired")),
        ("state = 'held'", ("planned", None)),
    ],
)
def test_what_belongs_to_a_broadcast_that_may_not_go_on_is_not_sent(
    invited: Sending, change: str, state: tuple[str, str | None]
) -> None:
    invited.execute(f"UPDATE broadcasts SET {change}")

    invited.send()

    assert invited.states(kind="announcement") == [state]
    assert len(invited.texts.sent) == 1


def test_an_invitation_says_what_when_and_where(invited: Sending) -> None:
    invited.send()

    assert invited.texts.bodies_to("+14165550101")[-1] == "Students United: en Rally Reply STOP to end."


def test_a_call_to_action_names_the_readers_own_link(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(person(1, agrees_to=("text",)))
    sending.send()
    sending.house.hear(call_in_day(announcement(("text",))))
    sending.house.work()
    sending.execute(
        "UPDATE broadcasts SET wordings ="
        ' \'[{"language": "en", "text": "{first_name}, {riding}: {call_me_link}"}]\'::jsonb'
    )
    sending.clock.passes(A_SECOND)

    sending.send()

    body = sending.texts.bodies_to("+14165550101")[-1]
    assert body.startswith("Students United: Ada, your riding: http://127.0.0.1:8000/call-me/")


def test_a_lower_lane_waits_for_the_higher_ones(invited: Sending) -> None:
    invited.house.write(person(1), "HELP")
    invited.clock.passes(A_SECOND)

    invited.text_loop(per_second=1)()

    assert [row.state for row in invited.house.ledger(lane=Lane.REPLY)] == ["accepted"]
    assert [row.state for row in invited.house.ledger(lane=Lane.BROADCAST)] == ["planned"]


def test_all_loops_together_keep_the_pace(sending: Sending) -> None:
    sending.house.open_petition()
    sending.house.sign(*[person(number, agrees_to=("text",)) for number in range(9)])
    loops = [sending.text_loop(per_second=3) for _ in range(2)]

    sent = []
    for _ in range(3):
        for loop in loops:
            loop()
        sent.append(len(sending.texts.sent))
        sending.clock.passes(A_SECOND)

    assert sent == [3, 6, 9]

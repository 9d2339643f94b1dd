"""Kafka and PostgreSQL die while people sign, and come back: whoever was answered is stored, published and thanked."""

from tests.faults.campaign import Campaign
from tests.fixtures.stack import RunningStack


def test_people_go_on_signing_while_kafka_is_away(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd() as crowd:
        crowd.wait_for_more(20)
        killed = stack.kill("kafka")
        crowd.wait_for_more(10)
        stack.wait_until_back("kafka", killed)
        crowd.wait_for_more(20)

    campaign.check_everybody(crowd.answered)
    assert crowd.cut_off == []
    assert crowd.turned_away == []


def test_nobody_who_was_answered_is_lost_with_postgresql(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd(pause_seconds=0.0) as crowd:
        crowd.wait_for_more(100)
        killed = stack.kill("postgres")
        stack.wait_until_back("postgres", killed)
        crowd.wait_for_more(20)

    campaign.check_everybody(crowd.answered)
    assert crowd.turned_away

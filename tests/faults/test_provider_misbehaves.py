"""Twilio refuses, breaks, takes a text and does not say so, and tells of it twice, late or never: one text each."""

from deploy.sandbox.faults import Fault
from tests.faults.campaign import Campaign
from tests.fixtures.stack import RunningStack

# Each as often as it says, so that there is an end.
TEXTS_GO_WRONG = (
    Fault("messages", "429", probability=0.2, count=8),
    Fault("messages", "500", probability=0.2, count=8),
    Fault("messages", "accepted_but_timed_out", probability=0.3, count=10, seconds=0.2),
    Fault("messages_read", "500", probability=0.5, count=2),
)
# Most texts are never told of, so that Twilio has to be asked for those whose answer was lost too.
RECEIPTS_GO_WRONG = (
    Fault("callbacks", "lost", probability=0.8),
    Fault("callbacks", "duplicated", probability=0.5),
    Fault("callbacks", "reordered", probability=0.5),
)


def test_everybody_gets_one_text_whatever_twilio_does(stack: RunningStack, campaign: Campaign) -> None:
    with campaign.crowd() as crowd:
        campaign.faults(*TEXTS_GO_WRONG, *RECEIPTS_GO_WRONG)
        crowd.wait_for_more(60)

    campaign.check_everybody(crowd.answered)
    listed = campaign.arrived.listed_by_twilio(stack.settings)
    texted = {person.phone or "" for person in crowd.answered if person.gets_texts}
    assert {phone: listed[phone] for phone in texted} == dict.fromkeys(texted, 1)
    assert all(fault["struck"] for fault in campaign.struck())

"""Something is over: nobody is asked to take part in it any more."""

from datetime import datetime

from services.notifications.storage.records import Records
from shared.domain_events.calls import CallCampaignEnded
from shared.domain_events.signatures import PetitionClosed, PetitionOpened


def ask_for_no_more_calls(ended: CallCampaignEnded, records: Records, now: datetime) -> None:
    """What has not gone out yet about a call campaign does not any more."""
    records.broadcasts.call_off(now, call_campaign=ended.call_campaign)


def ask_for_no_more_signatures(closed: PetitionClosed, records: Records, now: datetime) -> None:
    """What has not gone out yet about the opening of a petition does not any more; that it was handed in still may."""
    records.broadcasts.call_off(now, petition=closed.petition, kind=PetitionOpened.type)

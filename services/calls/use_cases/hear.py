"""Hear what the carrier tells of a call."""

import functools
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.calls.domain.call import Call, Fact
from services.calls.domain.call_campaign import CallCampaign
from services.calls.domain.facts import Placed
from services.calls.domain.patience import Patience
from services.calls.storage.records import Records
from services.calls.use_cases.move_on import move_on


class UnknownCall(Exception):
    """There is no such call."""


class AnotherCall(Exception):
    """The carrier has two calls for this one of ours; only the first is listened to."""


def hear(
    call_id: UUID, carrier_id: str, facts: Sequence[Fact], records: Records, now: datetime, patience: Patience
) -> tuple[Call, CallCampaign]:
    """Add what was heard; the call as it is now, with its campaign. Raises `UnknownCall` or `AnotherCall`."""
    known = records.calls.get(call_id)
    if known is None:
        raise UnknownCall(str(call_id))
    if not known.is_of(carrier_id):
        raise AnotherCall(str(call_id))
    heard = functools.reduce(Call.hear, [Placed(carrier_id), *facts], known)
    move_on(known, heard, records, now, patience)
    campaign = records.campaigns.get(known.call_campaign)
    assert campaign is not None
    return heard, campaign

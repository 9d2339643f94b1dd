"""Texts that people write to us: what was sent to them before, what they are answered, and what is told of it."""

from shared.domain_events.notifications import ReplyReceived
from tests.integration.notifications.house import House


def sent(house: House, **which: str) -> None:
    """As if everything planned by a broadcast had gone out."""
    house.work()
    house.set_states("accepted", kind="announcement", **which)


def answers(house: House) -> list[tuple[str, str, str]]:
    """What texts were answered: the kind, the language, and to whom."""
    return [(row.kind, row.language, row.supporter_id) for row in house.ledger(channel="text", lane=0)]


def heard(house: House) -> list[tuple[str, str, str | None, str | None]]:
    """What was told of replies: who, the meaning, and what they are about."""
    found = house.posted(ReplyReceived)
    return [(one.supporter_id, one.meaning, one.gathering, one.call_campaign) for one in found]

"""Whom a broadcast tells."""

from tests.integration.notifications.house import House, Person


def told(house: House, channel: str, **which: str) -> list[str]:
    """Who is planned to be told on a channel."""
    return sorted(row.supporter_id for row in house.ledger(kind="announcement", channel=channel, **which))


def ids(house: House, *people: Person) -> list[str]:
    """Some people's ids, as `told` names them."""
    return sorted(house.id_of(who) for who in people)

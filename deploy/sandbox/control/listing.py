"""Lists in pages: what was asked for from a position on, and where to go on."""

from typing import TypeVar

from aiohttp import web

from deploy.sandbox.answers import whole_number
from deploy.sandbox.kept import Keepable, Kept

MOST = 1000
T = TypeVar("T", bound=Keepable)


def page_of(request: web.Request, kept: Kept[T], owner: str | None) -> tuple[list[T], int]:
    """What there is from the query's position on, oldest first, of one telephone or inbox or of all; and what follows.

    Raises `RequestIsWrong`.
    """
    since, limit = whole_number(request, "since", 0), whole_number(request, "limit", MOST)
    found = kept.of(owner) if owner else kept.since(since)
    shown = [one for one in found if one.position >= since][: min(limit, MOST)]
    return shown, shown[-1].position + 1 if shown else max(since, kept.next_position)


def phone_in(request: web.Request) -> str | None:
    """The telephone that a list is about; in a query a plus may have become a space."""
    phone = request.query.get("phone")
    return phone.replace(" ", "+") if phone else None

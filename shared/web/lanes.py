"""Lanes: a shorter way for the few routes that are asked by the thousand, such as signing.

Flask, its session, its extensions and a thread of its own take longer over such a request than all there is to do. What
is plain is answered at once, on the worker's event loop. Whatever is not (another content type, a field that is
refused, a petition that is closed) goes on to Flask's own view of the route, as if there were no lane; so whatever may
be wrong is found and said in one place.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Response

from shared.web.guard import PUBLIC_BYTES, Who, access_of

JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"
_FOR_ALL = frozenset({Who.ANYBODY, Who.VENDOR})


@dataclass(frozen=True)
class Asked:
    """A request that has come to a lane: the part of the address that varies, the body, and headers by their names."""

    varying: str
    body: bytes
    headers: Mapping[bytes, bytes]


@dataclass(frozen=True)
class Plain:
    """An answer in the making of which nothing was unusual. Its length is added."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> Response:
        """The same from a view."""
        return Response(self.body, self.status, self.headers)


# None for a request that is not plain: then nothing has happened yet. It never waits but with `await`, as all others on
# the loop would wait too. It may raise whatever a view may.
Answer = Callable[[Asked], Awaitable[Plain | None]]


@dataclass(frozen=True)
class Lane:
    """A lane beside the view of an endpoint whose address has one part that varies. It takes one content type.

    Beside a vendor's view it is for the lane to see that the vendor sent it.
    """

    endpoint: str
    answer: Answer
    takes: str | None = None


@dataclass(frozen=True)
class Marked:
    """A lane, and where it is entered."""

    lane: Lane
    service: str
    method: str
    rule: str
    address: re.Pattern[str]

    def asked(self, varying: str, query: bytes, headers: Mapping[bytes, bytes], body: bytes) -> Asked | None:
        """What is asked of the lane; None where Flask has to look at the request."""
        if query:
            return None
        if self.lane.takes is None:
            return Asked(varying, b"", headers)
        is_plain = headers.get(b"content-type") == self.lane.takes.encode() and len(body) <= PUBLIC_BYTES
        return Asked(varying, body, headers) if is_plain else None


class Lanes:
    """The lanes of an app, by service."""

    def __init__(self, app: Flask, lanes: Mapping[str, Sequence[Lane]]) -> None:
        """Raises `ValueError` for a lane to a view that only organizers or one visitor may use."""
        self._marked = [_mark(app, service, lane) for service, of_service in lanes.items() for lane in of_service]

    def find(self, method: str, path: str) -> tuple[Marked, str] | None:
        """The lane beside an address, and the part of it that varies."""
        for one in self._marked:
            if one.method == method and (found := one.address.fullmatch(path)):
                return one, found[1]
        return None


def _mark(app: Flask, service: str, lane: Lane) -> Marked:
    (rule,) = app.url_map.iter_rules(lane.endpoint)
    (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    if access_of(app.view_functions[lane.endpoint], method).who not in _FOR_ALL:
        raise ValueError(f"{lane.endpoint} is not for everybody: a lane would pass its guard by")
    before, _, after = re.split(r"<(?:\w+:)?(\w+)>", rule.rule)
    # Only what is looked up just as it stands.
    address = re.compile(f"{re.escape(before)}([a-z0-9-]+){re.escape(after)}")
    return Marked(lane, service, method, rule.rule, address)

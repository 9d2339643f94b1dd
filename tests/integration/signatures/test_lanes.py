"""The lanes answer as the views beside them do, and keep what they keep."""

from typing import Any
from unittest.mock import ANY
from urllib.parse import urlencode

import orjson
import pytest
from structlog.testing import capture_logs

from shared.domain_events.signatures import SignatureAdded
from shared.web.front import Front
from shared.web.lanes import FORM_TYPE, JSON_TYPE
from tests.fixtures.asgi import Told, ask
from tests.integration.signatures.office import PAGE, Office, body, form


class Ways:
    """The two ways to the office: its lanes alone, and its views alone."""

    def __init__(self, office: Office) -> None:
        app = office.client.application
        self._lanes = Front(app, {"signatures": office.assembly.lanes}, https=False, around=_nobody)
        self._views = Front(app, {}, https=False)

    def by_lane(self, method: str, path: str, sent: bytes = b"", **headers: str) -> Told:
        """Where no lane answers, this fails."""
        # Only what was read just now is at hand to a lane.
        ask(self._views, "GET", f"{path.rpartition('/')[0]}/count.json")
        return ask(self._lanes, method, path, sent, **headers)

    def by_view(self, method: str, path: str, sent: bytes = b"", **headers: str) -> Told:
        """Flask answers."""
        return ask(self._views, method, path, sent, **headers)


def _nobody(_environ: Any, _start: Any) -> Any:
    raise AssertionError("no lane answered")


@pytest.fixture
def ways(open_office: Office) -> Ways:
    """Both, to an office with an open petition."""
    return Ways(open_office)


def json(**changes: Any) -> dict[str, Any]:
    """What somebody sends to the API, as `Ways` takes it."""
    return _sent(orjson.dumps(body(**changes)), JSON_TYPE)


def filled_in(**changes: Any) -> dict[str, Any]:
    """What somebody fills in on the page, as `Ways` takes it."""
    return _sent(urlencode(form(**changes)).encode(), FORM_TYPE)


def _sent(content: bytes, kind: str) -> dict[str, Any]:
    return {"sent": content, "Content_Type": kind, "Content_Length": str(len(content))}


def alike(one: Told, other: Told) -> bool:
    """Whether two answers say the same."""
    return (one.status, one.body, sorted(one.headers)) == (other.status, other.body, sorted(other.headers))


def test_signing_by_the_api_is_answered_alike(ways: Ways) -> None:
    by_lane = ways.by_lane("POST", f"{PAGE}/signatures", **json())
    by_view = ways.by_view("POST", f"{PAGE}/signatures", **json(email="bea@example.org"))

    assert alike(by_lane, by_view)
    assert by_lane.status == 201


def test_signing_on_the_page_is_answered_alike(ways: Ways) -> None:
    by_lane = ways.by_lane("POST", f"{PAGE}/sign", **filled_in())
    by_view = ways.by_view("POST", f"{PAGE}/sign", **filled_in(email="bea@example.org"))

    assert alike(by_lane, by_view)
    assert by_lane.status == 303


def test_the_total_is_answered_alike(ways: Ways, open_office: Office) -> None:
    open_office.crowd(1)

    by_lane = ways.by_lane("GET", f"{PAGE}/count.json")
    by_view = ways.by_view("GET", f"{PAGE}/count.json")

    assert alike(by_lane, by_view)
    assert by_lane.status == 200


@pytest.mark.parametrize(("address", "sent"), [("signatures", json()), ("sign", filled_in(phone="416 555 0123"))])
def test_what_is_signed_is_the_same_either_way(ways: Ways, open_office: Office, address: str, sent: Any) -> None:
    ways.by_lane("POST", f"{PAGE}/{address}", **sent)
    (by_lane,), (row_by_lane,) = open_office.posted(SignatureAdded), open_office.rows()
    other = open_office.open(slug="another")
    ways.by_view("POST", f"/petitions/{other.slug}/{address}", **sent)
    by_view, row_by_view = open_office.posted(SignatureAdded)[1], open_office.rows()[1]

    for name in ("language", "consents", "has_email", "has_phone", "source", "campaign"):
        assert getattr(by_lane, name) == getattr(by_view, name)
    assert row_by_lane.supporter_id == row_by_view.supporter_id
    sealed = [(one.supporter.id, one.supporter.sealed, SignatureAdded.type) for one in (by_lane, by_view)]
    assert open_office.opened(*sealed[0]) == open_office.opened(*sealed[1])


def test_a_lane_is_logged_as_its_view_is(ways: Ways) -> None:
    with capture_logs() as lines:
        ways.by_lane("POST", f"{PAGE}/signatures", **json())
        ways.by_view("POST", f"{PAGE}/signatures", **json())

    signed = [
        {**line, "milliseconds": ANY} for line in lines if line["event"] == "request" and line["method"] == "POST"
    ]
    assert signed[0] == signed[1]


def test_what_is_not_at_hand_is_for_the_view(open_office: Office) -> None:
    front = Front(open_office.client.application, {"signatures": open_office.assembly.lanes}, https=False)

    assert ask(front, "POST", f"{PAGE}/signatures", **_renamed(json())).status == 201
    assert len(open_office.rows()) == 1


def _renamed(sent: dict[str, Any]) -> dict[str, Any]:
    return {"body" if name == "sent" else name: value for name, value in sent.items()}


def test_a_petition_that_is_closed_is_answered_by_the_view(open_office: Office) -> None:
    open_office.close()

    answer = open_office.client.post(f"{PAGE}/signatures", json=body())

    assert answer.status_code == 410
    assert answer.get_json()["title"] == "This petition is closed"
    assert open_office.rows() == []


def test_a_petition_that_is_not_there_is_answered_by_the_view(office: Office) -> None:
    assert office.client.post(f"{PAGE}/signatures", json=body()).status_code == 404
    assert office.client.get(f"{PAGE}/count.json").status_code == 404

"""The lanes answer as the views beside them do, and keep what they keep."""

from typing import Any
from unittest.mock import ANY

import pytest
from structlog.testing import capture_logs

from shared.domain_events.signatures import SignatureAdded
from tests.integration.signatures.office import PAGE, Office, body, form

# With a query a request is not plain, and goes to the view.
TO_THE_VIEW = "?by=view"


def told(answer: Any) -> tuple[int, dict[str, str], bytes]:
    """All that an answer says."""
    return answer.status_code, dict(answer.headers), answer.data


def test_signing_by_the_api_is_answered_alike(open_office: Office) -> None:
    by_lane = open_office.client.post(f"{PAGE}/signatures", json=body())
    by_view = open_office.client.post(f"{PAGE}/signatures{TO_THE_VIEW}", json=body(email="bea@example.org"))

    assert told(by_lane) == told(by_view)
    assert by_lane.status_code == 201


def test_signing_on_the_page_is_answered_alike(open_office: Office) -> None:
    by_lane = open_office.client.post(f"{PAGE}/sign", data=form())
    by_view = open_office.client.post(f"{PAGE}/sign{TO_THE_VIEW}", data=form(email="bea@example.org"))

    assert told(by_lane) == told(by_view)
    assert by_lane.status_code == 303


def test_the_total_is_answered_alike(open_office: Office) -> None:
    open_office.crowd(1)

    by_lane = open_office.client.get(f"{PAGE}/count.json")
    by_view = open_office.client.get(f"{PAGE}/count.json{TO_THE_VIEW}")

    assert told(by_lane) == told(by_view)
    assert by_lane.status_code == 200


@pytest.mark.parametrize(
    ("address", "sent"), [("signatures", {"json": body()}), ("sign", {"data": form(phone="416 555 0123")})]
)
def test_what_is_signed_is_the_same_either_way(open_office: Office, address: str, sent: Any) -> None:
    open_office.client.post(f"{PAGE}/{address}", **sent)
    (by_lane,), (row_by_lane,) = open_office.posted(SignatureAdded), open_office.rows()
    other = Office.open(open_office, slug="another")
    open_office.client.post(f"/petitions/{other.slug}/{address}{TO_THE_VIEW}", **sent)
    by_view, row_by_view = open_office.posted(SignatureAdded)[1], open_office.rows()[1]

    for name in ("language", "consents", "has_email", "has_phone", "source", "campaign"):
        assert getattr(by_lane, name) == getattr(by_view, name)
    assert row_by_lane.supporter_id == row_by_view.supporter_id
    sealed = [(one.supporter.id, one.supporter.sealed, SignatureAdded.type) for one in (by_lane, by_view)]
    assert open_office.opened(*sealed[0]) == open_office.opened(*sealed[1])


def test_a_lane_is_logged_as_its_view_is(open_office: Office) -> None:
    with capture_logs() as lines:
        open_office.client.post(f"{PAGE}/signatures", json=body())
        open_office.client.post(f"{PAGE}/signatures{TO_THE_VIEW}", json=body())

    by_lane, by_view = [{**line, "milliseconds": ANY} for line in lines if line["event"] == "request"]
    assert by_lane == by_view


def test_a_petition_that_is_closed_is_answered_by_the_view(open_office: Office) -> None:
    open_office.close()

    answer = open_office.client.post(f"{PAGE}/signatures", json=body())

    assert answer.status_code == 410
    assert answer.get_json()["title"] == "This petition is closed"
    assert open_office.rows() == []


def test_a_petition_that_is_not_there_is_answered_by_the_view(office: Office) -> None:
    assert office.client.post(f"{PAGE}/signatures", json=body()).status_code == 404
    assert office.client.get(f"{PAGE}/count.json").status_code == 404

"""Nothing is open to strangers by oversight."""

import re

import pytest
from flask.testing import FlaskClient

from shared.web.guard import Who, access_of
from tests.architecture.code import app, routes

# Every view that no organizer has to sign in for. A new one is added here on purpose, and looked at by a second person.
ANYBODY = {
    "GET /static/<path:filename>",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    # signatures
    "GET /",
    "GET /petitions",
    "GET /petitions/<slug>",
    "POST /petitions/<slug>/sign",
    "GET /petitions/<slug>/thanks",
    "POST /petitions/<slug>/signatures",
    "GET /petitions/<slug>/count.json",
    "GET /consent-wordings",
    # events
    "GET /events",
    "GET /events/<slug>",
    "POST /events/<slug>/attend",
    "GET /events/<slug>/thanks",
    "POST /events/<slug>/attendances",
    # calls
    "GET /call-campaigns/<slug>",
    "GET /call-me/<token>",
    "POST /call-me/<token>",
    # notifications
    "GET /unsubscribe/<token>",
    "POST /unsubscribe/<token>",
    "POST /unsubscribe/<token>/undo",
}
ID = "01a210bd-bfed-7c5a-befc-38e2fd98eadf"
# A visitor has a session and is protected from forged forms, but is not signed in.
VISITORS = {"GET /console/sign-in", "POST /console/sign-in"}
# Called by a vendor's servers; each verifies the vendor's signature itself.
VENDORS = {
    "POST /webhooks/twilio/calls/<uuid:call_id>/answered",
    "POST /webhooks/twilio/calls/<uuid:call_id>/confirmed",
    "POST /webhooks/twilio/calls/<uuid:call_id>/office",
    "POST /webhooks/twilio/calls/<uuid:call_id>/reported",
    "POST /webhooks/twilio/calls/<uuid:call_id>/returned",
    "POST /webhooks/twilio/calls/<uuid:call_id>/status",
    "POST /webhooks/twilio/messages",
    "POST /webhooks/twilio/messages/<uuid:delivery_id>/status",
    "POST /webhooks/sendgrid/events",
}


def routes_for(who: Who) -> set[str]:
    return {route for route, view in routes().items() if access_of(view, route.split()[0]).who is who}


def address_of(rule: str) -> str:
    """Where somebody may find a page of this rule."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda part: ID if part[1] == "uuid" else "any", rule)


def test_no_route_is_open_to_strangers_but_those_listed() -> None:
    assert routes_for(Who.ANYBODY) == ANYBODY


def test_no_route_has_a_session_without_sign_in_but_those_listed() -> None:
    assert routes_for(Who.VISITOR) == VISITORS


def test_no_route_is_a_vendors_but_those_listed() -> None:
    assert routes_for(Who.VENDOR) == VENDORS


def test_every_route_of_the_console_is_under_its_own_address() -> None:
    """So that a proxy can keep the console to a network of its own."""
    outside = {route for route in routes_for(Who.ORGANIZER) if not route.split()[1].startswith("/console")}

    assert outside == set()


@pytest.fixture
def stranger() -> FlaskClient:
    """Somebody who is not signed in."""
    return app().test_client()


@pytest.mark.parametrize("route", sorted(routes_for(Who.ORGANIZER)))
def test_a_stranger_is_sent_away(stranger: FlaskClient, route: str) -> None:
    """Before anything is looked up: there is no database here."""
    method, rule = route.split()

    answer = stranger.open(address_of(rule), method=method)

    assert answer.status_code in (302, 401)
    assert answer.headers.get("Location", "/console/sign-in").startswith("/console/sign-in")


@pytest.mark.parametrize("route", sorted(VENDORS))
def test_a_vendor_who_does_not_sign_is_sent_away(stranger: FlaskClient, route: str) -> None:
    """Before anything of what they say is looked at, so that nothing else is said of it."""
    method, rule = route.split()

    answer = stranger.open(address_of(rule), method=method, data={"From": "+14165550123", "Body": "STOP"})

    assert answer.status_code == 403
    assert answer.json
    assert answer.json["title"] == "Not signed"

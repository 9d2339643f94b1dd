"""Whatever takes something from a stranger is misused somewhere in this folder; and so are links to unsubscribe by."""

from collections.abc import Callable

import pytest

from shared.web.guard import Who, access_of
from shared.web.links import call_me_link, unsubscribe_link
from tests.architecture.code import routes
from tests.integration.misuse import test_attending, test_calling, test_signing, test_webhooks
from tests.integration.misuse.misuse import FRENCH, Stage, language_of

UNSUBSCRIBE = ("/unsubscribe/{}", "/unsubscribe/{}/undo")


@pytest.fixture(scope="module")
def stage(raise_stage: Callable[..., Stage]) -> Stage:
    """Notifications, with nobody in it."""
    return raise_stage("notifications")


@pytest.mark.parametrize(("method", "address"), [("GET", UNSUBSCRIBE[0]), *(("POST", one) for one in UNSUBSCRIBE)])
@pytest.mark.parametrize("headers", [{}, FRENCH], ids=["en", "fr"])
def test_a_link_that_nobody_sent_ends_nothing(stage: Stage, method: str, address: str, headers: dict[str, str]) -> None:
    settings = stage.backbone.settings
    own = unsubscribe_link(settings, "somebody").rpartition("/")[2]
    another_kind = call_me_link(settings, "somebody", "call-in-day").rpartition("/")[2]

    with stage.nothing_comes_of_it():
        answers = [
            stage.client.open(address.format(token), method=method, headers=headers)
            for token in (own[:-1], f"{own}x", own.replace(".", "x"), another_kind, "x", "x" * 5_000)
        ]

    assert {(answer.status_code, language_of(answer)) for answer in answers} == {(404, "fr" if headers else "en")}


def taking(who: Who) -> set[str]:
    """The addresses that take something from somebody."""
    return {
        route.removeprefix("POST ")
        for route, view in routes().items()
        if route.startswith("POST ") and access_of(view, "POST").who is who
    }


def test_whatever_anybody_may_send_is_misused_here() -> None:
    pages = (test_signing.FORM, test_signing.API, test_attending.FORM, test_attending.API)

    misused = {page.format("<slug>") for page in pages} | {page.format("<token>") for page in UNSUBSCRIBE}

    assert taking(Who.ANYBODY) == misused | {test_calling.PAGE}


def test_whatever_a_vendor_may_send_is_misused_here() -> None:
    known = {str(test_webhooks.KNOWN.id): "<uuid:call_id>", test_webhooks.UNKNOWN_ID: "<uuid:delivery_id>"}

    misused = {test_webhooks.EMAILS, *test_webhooks.OF_TWILIO}
    for id_, name in known.items():
        misused = {address.replace(id_, name) for address in misused}

    assert taking(Who.VENDOR) == misused

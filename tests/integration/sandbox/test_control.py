"""The control API: what makes no sense is refused with a line that says why, and scripts are kept as they were set."""

from typing import Any

import pytest

from tests.fixtures.application import Application
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import CALL_FROM, OFFICE, PHONE, twilio


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", f"/phones/{PHONE}/texts", {}, 400),
        ("POST", f"/phones/{PHONE}/texts", {"body": "x", "to": OFFICE}, 400),
        ("POST", "/phones/911/texts", {"body": "x"}, 400),
        ("PUT", f"/phones/{PHONE}/script", {"sings": True}, 400),
        ("PUT", f"/phones/{PHONE}/script", {"call": {"does": "sing"}}, 400),
        ("PUT", f"/phones/{PHONE}/script", {"call": {"talk_seconds": -1}}, 400),
        ("PUT", f"/phones/{PHONE}/script", {"call": {"keys": ["x"]}}, 400),
        ("PUT", f"/phones/{PHONE}/script", {"replies": [{"when": "(", "answer": "x"}]}, 400),
        ("PUT", f"/phones/{PHONE}/script", {"replies": [{"when": "x"}]}, 400),
        ("PUT", "/scripts", {"phones": {"911": {}}}, 400),
        ("PUT", "/scripts", {"everybody": {}}, 400),
        ("PATCH", "/pace", {"speed": 0}, 400),
        ("PATCH", "/pace", {"haste": 1}, 400),
        ("PATCH", "/keywords", {"confirms": "yes"}, 400),
        ("GET", "/texts?since=x", None, 400),
        ("GET", "/emails/9", None, 404),
        ("GET", "/calls/CA0", None, 404),
        ("POST", f"/phones/{PHONE}/answer", {}, 404),
        ("POST", f"/phones/{PHONE}/keys", {"keys": "1"}, 404),
        ("POST", f"/phones/{PHONE}/dial", {"to": OFFICE}, 400),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_line_that_says_why(
    sandbox: Sandbox, method: str, path: str, content: Any, status: int
) -> None:
    answered, answer = sandbox.ask(method, f"/sandbox/api{path}", content)

    assert answered == status
    assert len(answer["error"].splitlines()) == 1


def test_scripts_are_set_for_one_for_many_and_for_all_others(sandbox: Sandbox) -> None:
    sandbox.api(
        "PUT",
        "/scripts",
        {
            "supporters": {"does": "no_answer"},
            "offices": {"does": "answer", "talk_seconds": 30},
            "phones": {"+15145550123": {"call": {"does": "busy"}}, "+15145550124": {"call": None}},
        },
    )

    does = {
        number: (sandbox.api("GET", f"/phones/{number}/script")["call"] or {}).get("does")
        for number in (PHONE, OFFICE, "+15145550123", "+15145550124", "+14165550192")
    }
    assert does == {
        PHONE: "no_answer",
        OFFICE: "answer",
        "+15145550123": "busy",
        "+15145550124": None,
        "+14165550192": "busy",
    }


def test_a_reset_ends_calls_without_a_word_and_forgets_scripts_unless_they_are_to_be_kept(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.script(PHONE, call={"does": "answer"})
    twilio(sandbox).calls.create(
        to=PHONE,
        from_=CALL_FROM,
        twiml="<Response><Pause length='60000'/></Response>",
        status_callback=f"{application.url}/status",
    )
    wait_until(lambda: sandbox.counts()["calls"].get("outbound-api") == {"in-progress": 1})

    sandbox.api("POST", "/reset", {"keep_scripts": True})

    assert sandbox.counts()["calls"] == {"underway": 0}
    assert sandbox.api("GET", f"/phones/{PHONE}/script")["call"]["does"] == "answer"
    sandbox.reset()
    assert sandbox.api("GET", f"/phones/{PHONE}/script")["call"] is None
    assert not application.at("/status")


def test_the_account_is_told_without_its_secrets(sandbox: Sandbox) -> None:
    account = sandbox.api("GET", "/account")

    assert account["sendgrid_public_key"] == sandbox.settings["GROUNDSWELL_SENDGRID_WEBHOOK_PUBLIC_KEY"]
    assert account["account_sid"] == sandbox.settings["GROUNDSWELL_TWILIO_ACCOUNT_SID"]
    secrets = {sandbox.settings[f"GROUNDSWELL_{name}"] for name in ("TWILIO_AUTH_TOKEN", "SENDGRID_API_KEY")}
    assert not secrets & set(account.values())


def test_phones_and_inboxes_are_listed(sandbox: Sandbox) -> None:
    sandbox.write(PHONE, "Hello")
    sandbox.script("+15145550123", call={"does": "busy"})

    assert sandbox.api("GET", "/phones")["phones"] == [PHONE, "+15145550123"]
    assert sandbox.api("GET", "/inboxes")["inboxes"] == []
    assert sandbox.ask("GET", "/healthz") == (200, {"ok": True})

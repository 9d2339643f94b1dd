"""The pages: phones, inboxes and the overview, as a browser asks for them, with their forms and the line of news."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.fixtures.application import Answer, Application
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import CALL_FROM, OFFICE, PHONE, TEXT_FROM, mail_client, twilio

LETTER = {
    "from": {"email": "actions@example.ca", "name": "Students United"},
    "reply_to": {"email": "help@example.ca"},
    "personalizations": [
        {
            "to": [{"email": "minister@example.ca", "name": "Ariane"}],
            "headers": {"X-Cause": "7"},
            "custom_args": {"delivery": "42"},
        }
    ],
    "subject": "Fix <work> permits",
    "content": [
        {"type": "text/plain", "value": "Please fix them: https://example.ca/letter"},
        {"type": "text/html", "value": "<p>Please fix them</p><script>alert(1)</script>"},
    ],
}


def page(sandbox: Sandbox, path: str, **more: Any) -> requests.Response:
    """A page of the sandbox, redirects followed."""
    return requests.get(f"{sandbox.url}/sandbox{path}", timeout=30, **more)


def push(sandbox: Sandbox, path: str, **form: str) -> requests.Response:
    """Push a button or send a form."""
    return requests.post(f"{sandbox.url}/sandbox{path}", data=form, timeout=30)


def test_every_page_runs_no_script_but_the_sandboxs_own_and_needs_nothing_from_elsewhere(sandbox: Sandbox) -> None:
    sandbox.write(PHONE, "Hello")
    mail_client(sandbox).send(LETTER)
    wait_until(lambda: "minister@example.ca" in page(sandbox, "/inboxes").text)

    for path in ("/", "/phones", f"/phones/{PHONE}", "/inboxes", "/inboxes/minister@example.ca", "/emails/0"):
        answer = page(sandbox, path)
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
        assert " style=" not in answer.text
        assert "<script>" not in answer.text
        assert 'src="http' not in answer.text


@pytest.mark.parametrize("name", ["sandbox.css", "sandbox.js", "icon.svg"])
def test_what_the_pages_are_made_of_is_served_beside_them(sandbox: Sandbox, name: str) -> None:
    assert page(sandbox, f"/static/{name}").status_code == 200
    assert f"/sandbox/static/{name}" in page(sandbox, "/phones").text


def test_texts_are_shown_as_they_are_and_marked_until_they_were_looked_at(sandbox: Sandbox) -> None:
    twilio(sandbox).messages.create(to=PHONE, from_=TEXT_FROM, body="<b>Reply</b> CALL: https://example.ca/c")
    wait_until(lambda: "unread" in page(sandbox, "/phones").text)

    shown = page(sandbox, f"/phones/{PHONE}").text

    assert "&lt;b&gt;Reply&lt;/b&gt; CALL" in shown
    assert '<a href="https://example.ca/c" rel="noopener" target="_blank">' in shown
    assert "(416) 555-0142" in shown
    assert "unread" not in page(sandbox, "/phones").text


def test_a_reply_that_is_typed_reaches_the_application(sandbox: Sandbox, application: Application) -> None:
    answer = push(sandbox, f"/phones/{PHONE}/text", body="  CALL ")

    assert answer.url.endswith(f"/phones/{PHONE}")
    assert "CALL" in answer.text
    assert wait_until(lambda: application.at("/texts"))[0].form["Body"] == "CALL"


def test_a_phone_is_picked_up_by_its_number_however_it_is_typed(sandbox: Sandbox) -> None:
    assert page(sandbox, "/phones?number=(416)%20555-0142").url.endswith(f"/phones/{PHONE}")
    assert "is no Canadian or American number" in page(sandbox, "/phones?number=12").text
    assert page(sandbox, "/phones/911").status_code == 404


def test_a_call_is_answered_heard_and_bridged_to_an_office_that_is_played_beside_it(
    sandbox: Sandbox, application: Application
) -> None:
    application.answers = {
        "/answered": Answer(
            '<Response><Gather numDigits="1" action="/confirmed"><Say language="fr-CA">Appuyez sur le 1.</Say>'
            "</Gather></Response>"
        ),
        "/confirmed": Answer(f"<Response><Dial>{OFFICE}</Dial></Response>"),
    }
    twilio(sandbox).calls.create(to=PHONE, from_=CALL_FROM, url=f"{application.url}/answered")
    phone = f"/phones/{PHONE}"

    wait_until(lambda: "is calling" in page(sandbox, phone).text)
    assert "Ringing…" in page(sandbox, "/phones").text
    push(sandbox, f"{phone}/answer")
    wait_until(lambda: 'lang="fr"' in page(sandbox, phone).text)
    push(sandbox, f"{phone}/keys", keys="1")
    wait_until(lambda: "play the office yourself" in page(sandbox, phone).text)
    assert "Office of Priya Velandar, Ottawa" in page(sandbox, phone).text
    back = push(sandbox, f"/phones/{OFFICE}/answer", back=f"/sandbox{phone}")

    assert back.url.endswith(phone)
    wait_until(lambda: "on the line" in page(sandbox, phone).text)
    push(sandbox, f"/phones/{OFFICE}/hang-up")
    wait_until(lambda: "What was said" in page(sandbox, phone).text)
    assert "Appuyez sur le 1." in page(sandbox, phone).text


def test_a_button_that_comes_too_late_does_nothing(sandbox: Sandbox) -> None:
    for action in ("answer", "busy", "no-answer", "hang-up", "keys"):
        assert push(sandbox, f"/phones/{PHONE}/{action}", keys="1").status_code == 200

    assert sandbox.api("GET", "/calls")["calls"] == []


def test_the_campaigns_number_is_called_from_a_phone(sandbox: Sandbox, application: Application) -> None:
    application.answers["/voice"] = Answer("<Response><Say>Welcome.</Say><Pause length='600'/></Response>")

    push(sandbox, f"/phones/{PHONE}/dial")

    wait_until(lambda: "Welcome." in page(sandbox, f"/phones/{PHONE}").text)


def test_a_form_leads_back_to_the_sandbox_and_nowhere_else(sandbox: Sandbox) -> None:
    answer = requests.post(
        f"{sandbox.url}/sandbox/phones/{PHONE}/answer",
        data={"back": "https://example.org/"},
        timeout=30,
        allow_redirects=False,
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sandbox/")


def test_what_a_page_of_another_site_posts_is_refused(sandbox: Sandbox, application: Application) -> None:
    answer = requests.post(
        f"{sandbox.url}/sandbox/phones/{PHONE}/text",
        data={"body": "STOP"},
        headers={"Sec-Fetch-Site": "cross-site"},
        timeout=30,
    )

    assert answer.status_code == 403
    assert sandbox.texts() == []


def test_an_email_is_shown_in_a_frame_that_runs_and_fetches_nothing(sandbox: Sandbox) -> None:
    mail_client(sandbox).send(LETTER)
    wait_until(lambda: sandbox.counts()["emails"] == {"delivered": 1})

    shown, frame = page(sandbox, "/emails/0").text, page(sandbox, "/emails/0/html")

    assert "Fix &lt;work&gt; permits" in shown
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown
    assert "help@example.ca" in shown
    assert "alert(1)" not in shown
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "; sandbox " in policy
    assert "allow-scripts" not in policy


def test_an_email_is_read_as_text_and_with_its_headers(sandbox: Sandbox) -> None:
    mail_client(sandbox).send(LETTER)

    assert "Please fix them: <a href=" in page(sandbox, "/emails/0?as=text").text
    headers = page(sandbox, "/emails/0?as=headers").text
    assert "X-Cause" in headers
    assert "delivery" in headers
    assert page(sandbox, "/emails/7").status_code == 404


def test_unsubscribing_with_one_click_tells_what_the_answer_was(sandbox: Sandbox, application: Application) -> None:
    headers = {
        "List-Unsubscribe": f"<{application.url}/leave>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail_client(sandbox).send({**LETTER, "headers": headers})

    answer = push(sandbox, "/emails/0/one-click")

    assert "the answer was 200" in answer.text
    assert len(application.at("/leave")) == 1
    assert "SendGrid was told" in push(sandbox, "/emails/0/spam").text


def test_an_inbox_is_opened_by_its_address_and_the_list_marks_what_is_new(sandbox: Sandbox) -> None:
    mail_client(sandbox).send(LETTER)
    wait_until(lambda: "unread" in page(sandbox, "/inboxes").text)

    opened = page(sandbox, "/inboxes?address=Minister@example.ca")
    page(sandbox, "/emails/0")

    assert opened.url.endswith("/inboxes/minister@example.ca")
    assert "unread" not in page(sandbox, "/inboxes").text


def test_the_overview_counts_and_shows_what_is_wrong(sandbox: Sandbox) -> None:
    twilio(sandbox).messages.create(to=PHONE, from_=TEXT_FROM, body="x", status_callback="http://127.0.0.1:1/")

    wait_until(lambda: "11205 HTTP connection failure" in page(sandbox, "/").text)

    assert "Texts sent" in page(sandbox, "/").text


def test_switches_turn_faults_on_and_off_and_leave_others_alone(sandbox: Sandbox) -> None:
    sandbox.faults({"endpoint": "calls", "kind": "429", "count": 3})

    push(sandbox, "/switches/callbacks-twice")
    both = [fault["kind"] for fault in sandbox.api("GET", "/faults")["faults"]]
    push(sandbox, "/switches/callbacks-twice")

    assert both == ["429", "duplicated"]
    assert [fault["kind"] for fault in sandbox.api("GET", "/faults")["faults"]] == ["429"]
    assert push(sandbox, "/switches/nonsense").status_code == 404


def test_time_passes_faster_and_everything_is_emptied_from_the_overview(sandbox: Sandbox) -> None:
    sandbox.write(PHONE, "Hello")

    push(sandbox, "/speed", speed="10")
    push(sandbox, "/speed", speed="a lot")
    push(sandbox, "/reset")

    assert sandbox.api("GET", "/pace")["speed"] == 10
    assert sandbox.texts() == []


def test_an_open_page_is_told_what_has_changed_and_let_go_when_the_sandbox_stops(start_sandbox: Start) -> None:
    sandbox = start_sandbox()
    heard: list[str] = []
    lines = _lines(sandbox, f"/live?topic=phones&topic=phone:{PHONE.replace('+', '%2B')}")
    assert next(lines) == ": here"
    listening = threading.Thread(target=lambda: heard.extend(line for line in lines if line), daemon=True)
    listening.start()

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: heard == [f'data: ["phone:{PHONE}","phones"]'])
    sandbox.write("+15145550123", "Hello")
    wait_until(lambda: heard[1:] == ['data: ["phones"]'])


def _lines(sandbox: Sandbox, path: str) -> Iterator[str]:
    response = requests.get(f"{sandbox.url}/sandbox{path}", stream=True, timeout=60)
    return (str(line) for line in response.iter_lines(chunk_size=1, decode_unicode=True))

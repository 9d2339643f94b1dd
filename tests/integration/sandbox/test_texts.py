"""Texts through Twilio's SDK: sent, delivered, told about, listed, answered, and refused as Twilio refuses them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from deploy.sandbox.texts.keywords import HELPED, HELPED_IN_FRENCH
from tests.fixtures.application import Answer, Application
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import CALL_FROM, PHONE, TEXT_FROM, signed_by_twilio, twilio

SERVICE = "MG" + "5" * 32


def send(sandbox: Sandbox, to: str = PHONE, body: str = "Reply CALL", **more: Any) -> Any:
    """Send a text from our number."""
    return twilio(sandbox).messages.create(**{"to": to, "from_": TEXT_FROM, "body": body, **more})


def status_of(sandbox: Sandbox, message: Any) -> tuple[str, int | None]:
    fetched = twilio(sandbox).messages(message.sid).fetch()
    return str(getattr(fetched.status, "value", fetched.status)), fetched.error_code


def refusal(sandbox: Sandbox, **wanted: Any) -> TwilioRestException:
    """How Twilio refuses a text."""
    with pytest.raises(TwilioRestException) as refused:
        send(sandbox, **wanted)
    return refused.value


def test_a_text_is_queued_sent_and_delivered_and_each_step_is_told_signed(
    sandbox: Sandbox, application: Application
) -> None:
    message = send(sandbox, status_callback=f"{application.url}/status?delivery=7")

    wait_until(lambda: len(application.at("/status")) == 2)
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    assert status_of(sandbox, message) == ("delivered", None)
    sent, delivered = application.at("/status")
    assert (sent.form["MessageStatus"], delivered.form["MessageStatus"]) == ("sent", "delivered")
    assert delivered.form["SmsStatus"] == "delivered"
    assert delivered.form["MessageSid"] == delivered.form["SmsSid"] == message.sid
    assert (delivered.form["From"], delivered.form["To"]) == (TEXT_FROM, PHONE)
    assert delivered.url.endswith("/status?delivery=7")
    assert sent.headers["I-Twilio-Idempotency-Token"] != delivered.headers["I-Twilio-Idempotency-Token"]
    assert all(signed_by_twilio(request, sandbox) for request in application.requests)


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        ("0191", "undelivered", 30003),
        ("0192", "undelivered", 30004),
        ("0193", "undelivered", 30005),
        ("0194", "undelivered", 30006),
        ("0195", "undelivered", 30007),
        ("0196", "undelivered", 30008),
        ("0197", "failed", 30001),
        ("0198", "sent", None),
    ],
)
def test_the_last_digits_of_a_number_decide_what_becomes_of_a_text(
    sandbox: Sandbox, application: Application, ending: str, status: str, code: int | None
) -> None:
    message = send(sandbox, to=f"+1416555{ending}", status_callback=f"{application.url}/status")

    wait_until(lambda: status_of(sandbox, message) == (status, code))
    wait_until(lambda: [one.form["MessageStatus"] for one in application.at("/status")][-1:] == [status])
    assert application.at("/status")[-1].form.get("ErrorCode") == (str(code) if code else None)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"to": "416 555 0142"}, 21211),
        ({"to": "+1416555"}, 21211),
        ({"from_": "Groundswell"}, 21212),
        ({"from_": "+14165550155"}, 21606),
        ({"to": TEXT_FROM}, 21266),
        ({"to": "+442079460000"}, 21408),
        ({"to": "+18765550142"}, 21408),
        ({"to": "+14165550190"}, 21614),
        ({"to": "+14165550199"}, 21610),
        ({"status_callback": "not an address"}, 21609),
        ({"status_callback": "http://under_score.example.org/x"}, 21609),
        ({"validity_period": 36001}, 30400),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21701),
        ({"media_url": ["no address"]}, 21620),
        ({"schedule_type": "fixed"}, 35111),
        ({"send_at": datetime(2030, 1, 1, tzinfo=UTC)}, 35112),
        ({"schedule_type": "fixed", "send_at": datetime(2030, 1, 1, tzinfo=UTC)}, 35118),
    ],
)
def test_a_text_that_twilio_would_refuse_is_refused_with_its_code(
    sandbox: Sandbox, wrong: dict[str, Any], code: int
) -> None:
    error = refusal(sandbox, **wrong)

    assert error.code == code
    assert error.status == (404 if code == 21701 else 400)
    assert sandbox.texts() == []


def test_a_body_of_1600_characters_in_any_script_is_taken_and_counted_in_segments(sandbox: Sandbox) -> None:
    longest = send(sandbox, body="ਸ" * 1600)
    french = send(sandbox, body="Être prêt" + "é" * 62)

    assert longest.num_segments == "24"
    assert french.num_segments == "2"


def test_wrong_credentials_and_another_account_are_turned_away(sandbox: Sandbox) -> None:
    stranger = Client(sandbox.settings["GROUNDSWELL_TWILIO_ACCOUNT_SID"], "wrong")
    stranger.api.base_url = sandbox.url

    with pytest.raises(TwilioRestException) as refused:
        stranger.messages.create(to=PHONE, from_=TEXT_FROM, body="x")
    with pytest.raises(TwilioRestException) as elsewhere:
        twilio(sandbox).api.accounts("AC" + "0" * 32).messages.create(to=PHONE, from_=TEXT_FROM, body="x")

    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert (elsewhere.value.status, elsewhere.value.code) == (404, 20404)


def test_an_error_has_twilios_shape(sandbox: Sandbox) -> None:
    status, error = sandbox.ask("GET", "/2010-04-01/Accounts/AC0/Messages.json")

    assert status == 401
    assert error == {
        "code": 20003,
        "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


def test_texts_are_listed_newest_first_by_number_and_day_over_several_pages(sandbox: Sandbox) -> None:
    sent = [send(sandbox, body=f"text {number}") for number in range(7)]
    other = send(sandbox, to="+15145550123")
    wait_until(lambda: all(status_of(sandbox, one)[0] == "delivered" for one in (*sent, other)))
    client, now = twilio(sandbox), datetime.now(UTC)

    to_phone = client.messages.list(to=PHONE, page_size=3)

    assert [message.sid for message in to_phone] == [message.sid for message in reversed(sent)]
    assert len(client.messages.list(from_=TEXT_FROM)) == 8
    assert len(client.messages.list(to=PHONE, limit=2)) == 2
    assert len(client.messages.list(date_sent_after=now - timedelta(hours=1))) == 8
    assert client.messages.list(date_sent_before=now - timedelta(days=1)) == []
    assert client.messages.list(to="+16045550100") == []


def test_texts_that_arrive_while_a_list_is_read_do_not_repeat_on_its_next_page(sandbox: Sandbox) -> None:
    sent = [send(sandbox, body=f"text {number}") for number in range(4)]
    client = twilio(sandbox)
    page = client.messages.page(to=PHONE, page_size=2)
    first = [message.sid for message in page]
    send(sandbox, body="one more")

    second = [message.sid for message in page.next_page()]

    assert first + second == [message.sid for message in reversed(sent)]


def test_a_delivered_text_is_redacted_and_deleted_and_one_on_its_way_is_not(
    start_sandbox: Start, application: Application
) -> None:
    sandbox = start_sandbox(messaging_webhook=f"{application.url}/texts")
    sandbox.faults({"endpoint": "delivery", "kind": "held"})
    held = send(sandbox)
    with pytest.raises(TwilioRestException) as too_early:
        twilio(sandbox).messages(held.sid).delete()
    sandbox.faults()
    message = send(sandbox)
    wait_until(lambda: status_of(sandbox, message)[0] == "delivered")

    redacted = twilio(sandbox).messages(message.sid).update(body="")
    deleted = twilio(sandbox).messages(message.sid).delete()

    assert (too_early.value.status, too_early.value.code) == (409, 20009)
    assert redacted.body == ""
    assert deleted is True
    with pytest.raises(TwilioRestException) as gone:
        twilio(sandbox).messages(message.sid).fetch()
    assert gone.value.code == 20404


def test_a_messaging_service_accepts_schedules_and_cancels(start_sandbox: Start, application: Application) -> None:
    sandbox = start_sandbox(GROUNDSWELL_TWILIO_MESSAGING_SERVICE_SID=SERVICE)
    client, url = twilio(sandbox), f"{application.url}/status"
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    now = client.messages.create(to=PHONE, messaging_service_sid=SERVICE, body="now", status_callback=url)
    later = client.messages.create(
        to=PHONE, messaging_service_sid=SERVICE, body="later", schedule_type="fixed", send_at=tomorrow
    )
    canceled = client.messages(later.sid).update(status="canceled")

    assert (now.status, now.from_, now.num_segments) == ("accepted", None, "0")
    assert (later.status, canceled.status) == ("scheduled", "canceled")
    wait_until(lambda: status_of(sandbox, now)[0] == "delivered")
    assert client.messages(now.sid).fetch().from_ == TEXT_FROM
    wait_until(lambda: len(application.at("/status")) == 3)
    told = [(one.form["MessageStatus"], one.form["MessagingServiceSid"]) for one in application.at("/status")]
    assert told == [("queued", SERVICE), ("sent", SERVICE), ("delivered", SERVICE)]
    with pytest.raises(TwilioRestException) as too_late:
        client.messages(now.sid).update(status="canceled")
    assert (too_late.value.status, too_late.value.code) == (409, 30409)


def test_a_text_that_waits_longer_than_its_validity_fails(sandbox: Sandbox) -> None:
    sandbox.faults({"endpoint": "delivery", "kind": "held", "seconds": 150})

    message = send(sandbox, validity_period=1)

    wait_until(lambda: status_of(sandbox, message) == ("failed", 30036))


# Texts from telephones


def test_what_is_written_on_a_telephone_reaches_the_application_with_every_field(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.write("+15145550123", "Oui, j’y serai")

    (told,) = wait_until(lambda: application.at("/texts"))
    assert told.form["Body"] == "Oui, j’y serai"
    assert told.form["MessageSid"] == told.form["SmsSid"] == told.form["SmsMessageSid"]
    assert (told.form["From"], told.form["To"]) == ("+15145550123", TEXT_FROM)
    assert (told.form["FromState"], told.form["FromCountry"], told.form["ToState"]) == ("QC", "CA", "ON")
    assert told.form["NumMedia"] == "0"
    assert told.form["SmsStatus"] == "received"
    assert "OptOutType" not in told.form
    assert signed_by_twilio(told, sandbox)
    (inbound,) = twilio(sandbox).messages.list(to=TEXT_FROM)
    assert (inbound.direction, inbound.status, inbound.body) == ("inbound", "received", "Oui, j’y serai")


@pytest.mark.parametrize(
    ("answer", "bodies"),
    [
        (Answer("<Response/>"), []),
        (Answer("", status=204), []),
        (Answer("<Response><Message>Merci &amp; à bientôt</Message></Response>"), ["Merci & à bientôt"]),
        (Answer("<Response><Message><Body>One</Body></Message><Message>Two</Message></Response>"), ["One", "Two"]),
        (Answer("Thanks", content_type="text/plain"), ["Thanks"]),
    ],
)
def test_what_the_application_answers_is_sent(
    sandbox: Sandbox, application: Application, answer: Answer, bodies: list[str]
) -> None:
    application.answers["/texts"] = answer

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: sandbox.counts()["webhooks"])
    replies = [text for text in sandbox.texts(PHONE) if text["direction"] == "outbound-reply"]
    assert [text["body"] for text in replies] == bodies
    assert sandbox.counts()["alerts"] == {}


def test_an_answer_may_redirect_and_tell_of_its_own_delivery(sandbox: Sandbox, application: Application) -> None:
    application.answers["/texts"] = Answer("<Response><Redirect>more/here</Redirect></Response>")
    application.answers["/more/here"] = Answer('<Response><Message action="told">Hi</Message></Response>')

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: len(application.at("/more/told")) == 2)
    assert application.at("/more/told")[-1].form["MessageStatus"] == "delivered"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer("<Response><Message>"), "12100"),
        (Answer("<Response><Shout/></Response>"), "12200"),
        (Answer("{}", content_type="application/json"), "12300"),
        (Answer("", status=500), "11200"),
    ],
)
def test_an_answer_that_is_no_document_becomes_an_alert(
    sandbox: Sandbox, application: Application, answer: Answer, code: str
) -> None:
    application.answers["/texts"] = answer

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: sandbox.counts()["alerts"] == {code: 1})


def test_an_application_that_is_away_is_asked_again_as_often_as_the_address_says(
    start_sandbox: Start, application: Application
) -> None:
    application.answers["/texts"] = Answer("", status=503)
    sandbox = start_sandbox(messaging_webhook=f"{application.url}/texts#rc=3&rp=5xx")

    sandbox.write(PHONE, "Hello")

    wait_until(lambda: sandbox.counts()["alerts"] == {"11200": 1})
    asked = application.at("/texts")
    assert len(asked) == 4
    assert len({request.headers["I-Twilio-Idempotency-Token"] for request in asked}) == 1


# Opting out


@pytest.mark.parametrize(
    "word", ["STOP", "stop", " Stop ", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL", "ARRET"]
)
def test_a_keyword_stops_all_texts_from_that_number_and_still_reaches_the_application(
    sandbox: Sandbox, application: Application, word: str
) -> None:
    sandbox.write(PHONE, word)

    error = refusal(sandbox)

    assert (error.status, error.code) == (400, 21610)
    (told,) = wait_until(lambda: application.at("/texts"))
    assert told.form["OptOutType"] == "STOP"
    assert twilio(sandbox).messages.create(to=PHONE, from_=CALL_FROM, body="from another number").sid
    assert twilio(sandbox).messages.create(to="+15145550123", from_=TEXT_FROM, body="to somebody else").sid


def test_twilio_confirms_in_the_language_of_the_keyword_and_keeps_that_out_of_its_lists(sandbox: Sandbox) -> None:
    sandbox.write(PHONE, "Arrêt")

    wait_until(lambda: [text["status"] for text in sandbox.texts(PHONE)] == ["received", "delivered"])
    confirmation = sandbox.texts(PHONE)[-1]
    assert confirmation["direction"] == "keyword-confirmation"
    assert confirmation["body"].startswith("Vous êtes désabonné")
    assert twilio(sandbox).messages.list(to=PHONE) == []


def test_nothing_goes_to_someone_who_opted_out_not_even_the_answer_to_their_stop(
    sandbox: Sandbox, application: Application
) -> None:
    application.answers["/texts"] = Answer("<Response><Message>You are out</Message></Response>")

    sandbox.write(PHONE, "STOP")

    wait_until(lambda: sandbox.counts()["alerts"] == {"21610": 1})
    assert "outbound-reply" not in sandbox.counts()["texts"]


@pytest.mark.parametrize("word", ["START", "UNSTOP", "YES", "DEBUT", "Début"])
def test_a_keyword_lets_texts_through_again(sandbox: Sandbox, application: Application, word: str) -> None:
    sandbox.write(PHONE, "STOP")
    sandbox.write(PHONE, word)

    assert send(sandbox).status == "queued"
    wait_until(lambda: len(application.at("/texts")) == 2)
    told = {request.form["Body"]: request.form.get("OptOutType") for request in application.at("/texts")}
    assert told == {"STOP": "STOP", word: "START"}


def test_a_yes_to_an_invitation_is_an_ordinary_text_unless_the_service_is_set_up_otherwise(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.write(PHONE, "YES")
    wait_until(lambda: application.at("/texts"))
    sandbox.api("PATCH", "/keywords", {"yes_always_starts": True})
    sandbox.write(PHONE, "Yes")

    wait_until(lambda: len(application.at("/texts")) == 2)
    assert [request.form.get("OptOutType") for request in application.at("/texts")] == [None, "START"]
    assert [text["direction"] for text in sandbox.texts(PHONE)] == ["inbound", "inbound"]


@pytest.mark.parametrize(("word", "answer"), [("HELP", HELPED), (" help ", HELPED), ("AIDE", HELPED_IN_FRENCH)])
def test_twilio_answers_help_each_time_even_who_opted_out_and_says_so(
    sandbox: Sandbox, application: Application, word: str, answer: str
) -> None:
    sandbox.write(PHONE, word)
    sandbox.write(PHONE, "STOP")
    sandbox.write(PHONE, word)

    wait_until(lambda: sandbox.counts()["texts"].get("keyword-confirmation") == {"delivered": 3})
    wait_until(lambda: len(application.at("/texts")) == 3)
    answers = [text["body"] for text in sandbox.texts(PHONE) if text["direction"] == "keyword-confirmation"]
    assert Counter(answers)[answer] == 2
    assert Counter(request.form["OptOutType"] for request in application.at("/texts")) == {"HELP": 2, "STOP": 1}


@pytest.mark.parametrize("words", ["STOP please", "Please stop", "Stop calling me", "HELP me", "INFO", "CALL"])
def test_other_words_are_left_to_the_application(sandbox: Sandbox, application: Application, words: str) -> None:
    sandbox.write(PHONE, words)

    (told,) = wait_until(lambda: application.at("/texts"))
    assert "OptOutType" not in told.form
    assert send(sandbox).status == "queued"


def test_a_plain_number_has_the_english_words_only_and_no_opt_out_type(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.api("PATCH", "/keywords", {"advanced": False, "confirms": False})

    for word in ("ARRET", "AIDE", "HELP"):
        sandbox.write(PHONE, word)
    assert send(sandbox).status == "queued"
    sandbox.write(PHONE, "STOP")
    sandbox.write(PHONE, "DEBUT")

    assert refusal(sandbox).code == 21610
    wait_until(lambda: len(application.at("/texts")) == 5)
    assert all("OptOutType" not in request.form for request in application.at("/texts"))
    assert "keyword-confirmation" not in sandbox.counts()["texts"]


@pytest.mark.parametrize("word", ["HELP", "INFO"])
def test_a_plain_number_answers_help_and_info_without_saying_so(
    sandbox: Sandbox, application: Application, word: str
) -> None:
    sandbox.api("PATCH", "/keywords", {"advanced": False})

    sandbox.write(PHONE, word)

    wait_until(lambda: sandbox.counts()["texts"].get("keyword-confirmation") == {"delivered": 1})
    (told,) = wait_until(lambda: application.at("/texts"))
    assert "OptOutType" not in told.form


def test_an_opt_out_holds_for_the_whole_messaging_service(start_sandbox: Start, application: Application) -> None:
    sandbox = start_sandbox(
        messaging_webhook=f"{application.url}/texts", GROUNDSWELL_TWILIO_MESSAGING_SERVICE_SID=SERVICE
    )
    sandbox.write(PHONE, "STOP")

    with pytest.raises(TwilioRestException) as refused:
        twilio(sandbox).messages.create(to=PHONE, messaging_service_sid=SERVICE, body="x")

    assert refused.value.code == 21610


# Telephones that answer by themselves, and what is counted


def test_a_telephone_answers_by_rule_once_and_its_own_rules_come_first(
    sandbox: Sandbox, application: Application
) -> None:
    sandbox.api("PUT", "/scripts", {"replies": [{"when": "reply call", "answer": "CALL"}]})
    sandbox.script("+15145550123", replies=[{"when": "CALL", "answer": "ARRET"}])
    for to in (PHONE, PHONE, "+15145550123"):
        send(sandbox, to=to)

    wait_until(lambda: sandbox.counts()["texts"].get("outbound-api") == {"delivered": 3})
    wait_until(lambda: len(application.at("/texts")) == 2)

    said = sorted((request.form["From"], request.form["Body"]) for request in application.at("/texts"))
    assert said == [(PHONE, "CALL"), ("+15145550123", "ARRET")]


def test_a_telephone_does_not_answer_what_twilio_confirms(sandbox: Sandbox, application: Application) -> None:
    sandbox.script(PHONE, replies=[{"when": ".", "answer": "CALL"}])
    for word in ("STOP", "START"):
        sandbox.write(PHONE, word)
    wait_until(lambda: sandbox.counts()["texts"].get("keyword-confirmation") == {"delivered": 2})

    send(sandbox)

    wait_until(lambda: len(application.at("/texts")) == 3)
    assert sorted(request.form["Body"] for request in application.at("/texts")) == ["CALL", "START", "STOP"]


def test_the_same_words_to_the_same_telephone_are_counted_as_duplicates(sandbox: Sandbox) -> None:
    for body in ("one", "two", "one"):
        send(sandbox, body=body)
    send(sandbox, to="+15145550123", body="one")

    assert sandbox.counts()["duplicates"] == {"texts": 1, "emails": 0}


def test_texts_are_read_on_from_a_position_and_forgotten_at_a_reset(sandbox: Sandbox) -> None:
    send(sandbox, body="one")
    position = sandbox.api("GET", "/texts")["next"]
    send(sandbox, body="two")

    assert [text["body"] for text in sandbox.texts(since=position)] == ["two"]
    sandbox.reset()
    assert sandbox.texts() == []
    assert sandbox.counts()["texts"] == {}

"""STOP, START and HELP as Twilio takes them, in both languages."""

from collections import Counter

import pytest
from twilio.base.exceptions import TwilioRestException

from deploy.sandbox.texts.keywords import HELPED, HELPED_IN_FRENCH
from tests.fixtures.application import Answer, Application
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.waiting import wait_until
from tests.integration.sandbox.sdk import CALL_FROM, PHONE, TEXT_FROM, twilio
from tests.integration.sandbox.texting import SERVICE, refusal, send


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

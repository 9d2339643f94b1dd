"""The rules of texts: segments, keywords, replies by rule, and what a messaging webhook answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.alerts import Alerts
from deploy.sandbox.texts.keywords import OptOuts
from deploy.sandbox.texts.messages import Message, Messages
from deploy.sandbox.texts.replies import Replies, RuleIsWrong, rules_from
from deploy.sandbox.texts.segments import BASIC, segments_of
from deploy.sandbox.texts.twiml import Reply, instructions_in
from deploy.sandbox.webhooks import Document

PHONE, US = "+14165550142", "+14165550100"


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ਪ" * 134, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_a_body_takes_as_many_segments_as_its_alphabet_allows(body: str, segments: int) -> None:
    assert segments_of(body) == segments


@given(st.text(alphabet=BASIC, min_size=1, max_size=1600))
def test_one_letter_outside_the_alphabet_never_makes_a_text_shorter(body: str) -> None:
    assert segments_of(body + "ê") >= segments_of(body)


@pytest.mark.parametrize("word", ["STOP", "stop\n", "Arrêt", "arre\u0302t", "ARRET", "optout"])
def test_a_keyword_is_the_whole_text_in_any_case_and_form(word: str) -> None:
    opt_outs = OptOuts()

    heard = opt_outs.hear(US, PHONE, word)

    assert heard.kind == "STOP"
    assert opt_outs.stopped(US, PHONE)
    assert not opt_outs.stopped(US, "+15145550123")
    assert not opt_outs.stopped("+14165550101", PHONE)


def test_a_keyword_that_changes_nothing_is_not_confirmed_again() -> None:
    opt_outs = OptOuts()
    first, second = opt_outs.hear(US, PHONE, "STOP"), opt_outs.hear(US, PHONE, "QUIT")
    back, again = opt_outs.hear(US, PHONE, "START"), opt_outs.hear(US, PHONE, "START")

    assert (bool(first.confirmation), bool(second.confirmation)) == (True, False)
    assert (bool(back.confirmation), bool(again.confirmation)) == (True, False)
    assert (second.kind, again.kind) == ("STOP", "START")


def test_a_rule_is_used_once_a_telephone_and_again_after_a_reset() -> None:
    replies = Replies()
    replies.of_all = rules_from([{"when": "reply (call|appel)", "answer": "CALL"}])

    answers = [replies.answer_to(phone, "Reply CALL now") for phone in (PHONE, PHONE, "+15145550123")]
    replies.clear(rules_too=False)

    assert [bool(rule) for rule in answers] == [True, False, True]
    assert replies.answer_to(PHONE, "Reply CALL now")
    assert replies.answer_to(PHONE, "Thank you") is None


def test_a_rule_may_be_used_every_time() -> None:
    replies = Replies()
    replies.set_phone(PHONE, rules_from([{"when": ".", "answer": "ok", "once": False}]))

    assert all(replies.answer_to(PHONE, "x") for _ in range(3))


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        ["CALL"],
        [{"when": "x"}],
        [{"when": "(", "answer": "x"}],
        [{"when": "x", "answer": ""}],
        [{"when": "x", "answer": "y", "after_seconds": -1}],
        [{"when": "x", "answer": "y", "once": 1}],
        [{"when": "x", "answer": "y", "then": "z"}],
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: object) -> None:
    with pytest.raises(RuleIsWrong):
        rules_from(wrong)


def document(text: str, content_type: str = "text/xml") -> Document:
    return Document("http://127.0.0.1/texts/in", content_type, text)


def test_an_answer_may_name_who_is_texted_and_where_its_delivery_is_told() -> None:
    alerts = Alerts()
    text = '<Response><Message to="+15145550123" statusCallback="/told">Bonjour</Message></Response>'

    (reply,) = instructions_in(document(text), alerts, "SM1").replies

    assert reply == Reply("Bonjour", to="+15145550123", callback="http://127.0.0.1/told")
    assert alerts.latest() == []


def test_media_and_attributes_that_do_not_exist_are_seen() -> None:
    alerts = Alerts()
    text = '<Response><Message loud="yes"><Body>A</Body><Media>poster.png</Media></Message></Response>'

    (reply,) = instructions_in(document(text), alerts, "SM1").replies

    assert reply == Reply("A", media=("http://127.0.0.1/texts/poster.png",))
    assert alerts.counts == {12200: 1}


def test_the_oldest_texts_are_let_go_and_still_counted() -> None:
    messages = Messages(kept=2)
    for number in range(3):
        messages.add(Message(f"SM{number}", PHONE, US, "x", "outbound-api", 1))

    assert [message.sid for message in messages.of(PHONE)] == ["SM1", "SM2"]
    assert messages.get("SM0") is None
    assert messages.status_counts() == {"outbound-api": {"queued": 3}}
    assert messages.duplicates == 2

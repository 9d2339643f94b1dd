"""Which of our messages is which."""

from typing import Any

import pytest

from deploy.rehearsal import expected
from deploy.rehearsal.campaign import FIX_PGWP
from deploy.rehearsal.forms import call_to_action, invitation
from deploy.rehearsal.kinds import TEXT_KINDS, kind_of_email, kind_of_ending, kind_of_text
from services.notifications.domain.answers import answer
from services.notifications.domain.delivery import ANSWERS, Kind
from services.notifications.domain.wording import text_of

ORGANIZATION = "Students United"
RALLY = {"title": "Rally", "when": "Saturday, 2:45 pm", "place": "Queen's Park"}
INVITED, CALLED = invitation("status-for-all").words, call_to_action("status-for-all").words


def text(words: str, language: str) -> dict[str, str]:
    """A text as it arrives, with the sender's name and how to stop."""
    return {"body": text_of(words, ORGANIZATION, language)}


def answered(kind: Kind, language: str, gathering: dict[str, str] | None = None) -> dict[str, str]:
    """An answer as it arrives."""
    return {"body": answer(kind, language, ORGANIZATION, "https://example.ca", gathering)}


def email(subject: str, *categories: str) -> dict[str, Any]:
    """An e-mail as it arrives."""
    return {"subject": subject, "categories": list(categories)}


def ended(**given: Any) -> dict[str, Any]:
    """A call that has ended, by default well."""
    told = {"reported_outcome": None, "carrier_outcome": "completed", "supporter_answered": True, "ending": "done"}
    return told | given


EXPECTED_TEXTS = [
    ("thanks", text(FIX_PGWP.en.thanks, "en")),
    ("thanks", text(FIX_PGWP.fr.thanks, "fr")),
    *[("invitation", text(words.text, words.language)) for words in INVITED],
    *[("call to action", text(words.text, words.language)) for words in CALLED],
    *[("coming", answered(Kind.COMING, language, RALLY)) for language in ("en", "fr")],
    *[("coming", answered(Kind.COMING, language)) for language in ("en", "fr")],
]


@pytest.mark.parametrize(("kind", "arrived"), EXPECTED_TEXTS)
def test_a_text_is_of_one_kind_and_no_other(kind: str, arrived: dict[str, str]) -> None:
    fitting = [name for name, words in TEXT_KINDS.items() if words.search(arrived["body"])]

    assert fitting == [kind]
    assert kind_of_text(arrived) == kind


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(ANSWERS - {Kind.COMING}))
def test_an_answer_that_nobody_expects_is_of_no_kind(kind: Kind, language: str) -> None:
    assert kind_of_text(answered(kind, language)) == "other"


def test_every_kind_of_text_is_expected_in_both_languages() -> None:
    kinds = [kind for kind, _ in EXPECTED_TEXTS]

    assert all(kinds.count(kind) >= 2 for kind in TEXT_KINDS)


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [
        ("letter", email(FIX_PGWP.en.letter_subject, "letter")),
        ("letter", email(FIX_PGWP.fr.letter_subject, "letter")),
        ("invitation", email("Will you come? Rally", "broadcast")),
        ("invitation", email("Viendrez-vous? Rassemblement", "broadcast")),
        ("call to action", email("Today we all call: Call-in day", "broadcast")),
        ("call to action", email("Aujourd'hui, nous appelons : Journée d’appels", "broadcast")),
        ("thanks", email("Thank you for signing", "thanks")),
        ("other", email("Re: Will you come? Rally", "broadcast")),
        ("other", email("", "broadcast")),
        ("other", email("Anything else")),
    ],
)
def test_an_email_is_told_by_its_subject_and_category(kind: str, arrived: dict[str, Any]) -> None:
    assert kind_of_email(arrived) == kind


@pytest.mark.parametrize(
    ("ending", "finished"),
    [
        (expected.TALKED, ended(reported_outcome="talked")),
        (expected.LEFT_MESSAGE, ended(reported_outcome="left_message")),
        (expected.OFFICE_BUSY, ended(reported_outcome="could_not_get_through", carrier_outcome="busy")),
        (expected.OFFICE_SILENT, ended(reported_outcome="could_not_get_through", carrier_outcome="no_answer")),
        (expected.HUNG_UP, ended()),
        (
            expected.NOT_CONFIRMED,
            ended(supporter_answered=False, carrier_outcome="not_connected", ending="not_confirmed"),
        ),
        (
            expected.NOT_ANSWERED,
            ended(supporter_answered=False, carrier_outcome="not_connected", ending="not_answered"),
        ),
    ],
)
def test_a_call_is_told_by_what_was_reported_and_seen(ending: str, finished: dict[str, Any]) -> None:
    assert kind_of_ending(finished) == ending


@pytest.mark.parametrize(
    "finished",
    [
        ended(reported_outcome="could_not_get_through", carrier_outcome="failed"),
        ended(supporter_answered=False, carrier_outcome="not_connected", ending="expired"),
    ],
)
def test_an_end_that_nobody_expects_is_none_of_the_expected_ones(finished: dict[str, Any]) -> None:
    assert kind_of_ending(finished) not in expected.ENDINGS

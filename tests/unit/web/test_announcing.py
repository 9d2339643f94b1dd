"""An announcement is counted, then confirmed: for the same people and channels, in time, with words that can go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from shared.domain_events.announcement import CHANNELS, Announcement, Audience, Wording
from shared.web.announcing import (
    COUNT_LASTS_SECONDS,
    PROVINCES,
    announcement_choices,
    count_answer,
    read_announcement,
    read_audience,
    read_channels,
    sign_count,
)
from shared.web.problems import Problem
from shared.web.wordings import FIELDS, LONGEST_TEXT_SENT
from tests.unit.web.sample import AMRIT, sample_app

KEY = "k" * 32
EVERYBODY = Audience()
APP = sample_app()
Fields = dict[str, Any]


@pytest.fixture(autouse=True)
def request_in_english() -> Iterator[None]:
    with APP.test_request_context("/?lang=en"):
        yield


def form(channels: tuple[str, ...] = ("text",), **fields: Any) -> MultiDict[str, str]:
    words = {"wording_en_text": "Sign now", "wording_en_subject": "Sign", "wording_en_body": "Please **sign**."}
    return MultiDict({"channels": list(channels), **words, **fields})


def counted(channels: tuple[str, ...] = ("text",), audience: Audience = EVERYBODY, key: str = KEY) -> str:
    return sign_count(key, audience, channels, 212, 340, 17)


def confirm(channels: tuple[str, ...] = ("text",), **fields: Any) -> Announcement | None:
    return read_announcement(form(channels, **{"counted": counted(channels), **fields}), AMRIT, KEY)


def refused(channels: tuple[str, ...] = ("text",), **fields: Any) -> dict[str, Any]:
    """The problems by field of what must be refused."""
    with pytest.raises(Problem) as caught:
        confirm(channels, **fields)
    assert caught.value.status == 422
    assert "Nothing was sent" in caught.value.detail
    return dict(caught.value.fields)


def test_what_is_confirmed_is_what_was_counted() -> None:
    audience = Audience(campaign="renew-pgwp", petitions=("a", "b"), provinces=("ON", "QC"), languages=("fr",))
    channels = ("text", "email", "ring")
    who = {
        "audience_campaign": " #renew-pgwp ",
        "audience_petitions": "a, b",
        "audience_provinces": ["QC", "ON"],
        "audience_languages": ["fr"],
    }

    announcement = read_announcement(form(channels, counted=counted(channels, audience), **who), AMRIT, KEY)

    assert announcement == Announcement(
        audience=audience,
        channels=channels,
        wordings=(Wording(language="en", text="Sign now", email_subject="Sign", email_body="Please **sign**."),),
        counted_texts=212,
        counted_emails=340,
        counted_rings=17,
        approved_by="amrit",
    )


def test_without_a_channel_nobody_is_told_and_nothing_need_be_counted() -> None:
    assert confirm((), counted="") is None


def test_a_count_for_other_people_does_not_count() -> None:
    assert list(refused(audience_campaign="renew-pgwp")) == ["counted"]
    assert list(refused(audience_provinces=["ON"])) == ["counted"]


def test_a_count_for_other_channels_does_not_count() -> None:
    assert list(refused(("text", "email"), counted=counted(("text",)))) == ["counted"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\x00", "é", "." * 1000])
def test_what_is_no_count_does_not_count(token: str) -> None:
    assert list(refused(counted=token)) == ["counted"]


def test_a_count_that_somebody_changed_does_not_count() -> None:
    token = counted()

    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        assert list(refused(counted=token[:place] + other + token[place + 1 :])) == ["counted"]


def test_a_count_that_somebody_else_signed_does_not_count() -> None:
    assert list(refused(counted=counted(key="x" * 32))) == ["counted"]


def test_a_count_lasts_a_quarter_of_an_hour() -> None:
    counted_at = datetime(2026, 9, 12, 14, 45, tzinfo=UTC)
    with time_machine.travel(counted_at, tick=False):
        token = counted()

    with time_machine.travel(counted_at + timedelta(seconds=COUNT_LASTS_SECONDS), tick=False):
        assert confirm(counted=token) is not None
    with time_machine.travel(counted_at + timedelta(seconds=COUNT_LASTS_SECONDS + 1), tick=False):
        assert list(refused(counted=token)) == ["counted"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channels", ["fax"]),
        ("audience_provinces", ["XX"]),
        ("audience_provinces", ["on"]),
        ("audience_languages", ["pa"]),
        ("audience_campaign", "Renew PGWP"),
        ("audience_campaign", "a" * 81),
        ("audience_petitions", "fix-pgwp DROP;TABLE"),
        ("audience_petitions", "é"),
    ],
)
def test_an_audience_of_what_does_not_exist_is_refused(field: str, value: Any) -> None:
    read = read_channels if field == "channels" else read_audience

    with pytest.raises(Problem) as caught:
        read(form(**{field: value}))

    assert caught.value.status == 422


@given(
    campaign=st.sampled_from(["", "renew-pgwp"]),
    petitions=st.lists(st.sampled_from(["a", "fix-pgwp", "b2"]), max_size=3),
    between=st.sampled_from([" ", ", ", ";", "\n", " ,, "]),
    provinces=st.lists(st.sampled_from(list(PROVINCES)), max_size=13),
    languages=st.lists(st.sampled_from(["en", "fr"]), max_size=2),
    channels=st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=3),
)
def test_however_a_form_is_written_its_own_count_confirms_it(
    campaign: str, petitions: list[str], between: str, provinces: list[str], languages: list[str], channels: list[str]
) -> None:
    with APP.test_request_context("/"):
        filled = form(
            tuple(channels),
            audience_campaign=campaign,
            audience_petitions=between.join(petitions),
            audience_provinces=provinces,
            audience_languages=languages,
        )
        answer = count_answer(KEY, read_audience(filled), read_channels(filled), 1, 2, 3)
        filled["counted"] = answer["token"]

        announcement = read_announcement(filled, AMRIT, KEY)

    assert announcement is not None
    assert announcement.channels == tuple(channel for channel in CHANNELS if channel in channels)


@pytest.mark.parametrize(
    ("channels", "numbers", "sentence", "label"),
    [
        (("text",), (212, 0, 0), "This will text 212 people.", "Confirm: text 212 people"),
        (("text",), (1, 0, 0), "This will text 1 person.", "Confirm: text 1 person"),
        (
            ("text", "email"),
            (212, 340, 0),
            "This will text 212 people and e-mail 340 people.",
            "Confirm: text 212 people and e-mail 340 people",
        ),
        (
            ("text", "email", "ring"),
            (55000, 2, 0),
            "This will text 55,000 people, e-mail 2 people and ring 0 people.",
            "Confirm: text 55,000 people, e-mail 2 people and ring 0 people",
        ),
        ((), (0, 0, 0), "This will tell nobody.", "Confirm: tell nobody"),
    ],
)
def test_the_numbers_are_said_in_a_sentence_and_on_the_button(
    channels: tuple[str, ...], numbers: tuple[int, int, int], sentence: str, label: str
) -> None:
    answer = count_answer(KEY, EVERYBODY, channels, *numbers)

    assert (answer["sentence"], answer["confirm"]) == (sentence, label)


def test_the_numbers_are_said_in_french() -> None:
    with APP.test_request_context("/?lang=fr"):
        answer = count_answer(KEY, EVERYBODY, ("text", "email"), 1, 55_000, 0)

    said = answer["sentence"].replace("\u202f", " ").replace("\xa0", " ")
    assert said == "Ceci va envoyer un texto à 1 personne et envoyer un courriel à 55 000 personnes."


def test_each_language_that_has_any_words_needs_all_that_the_channels_need() -> None:
    french_text_only = {"wording_fr_text": "Signez"}

    assert confirm(("text",), **french_text_only) is not None
    assert refused(("text", "email"), **french_text_only) == {
        "wording_fr_subject": [
            "Français – Subject of the e-mail – Please fill this in, or clear everything in this language."
        ]
    }


def test_a_channel_that_is_not_ticked_needs_no_words_and_takes_none() -> None:
    announcement = confirm(("text",), wording_en_body="")

    assert announcement is not None
    assert announcement.wordings == (Wording(language="en", text="Sign now"),)


def test_without_any_words_there_is_nothing_to_send() -> None:
    nothing = {"wording_en_text": " ", "wording_en_subject": "", "wording_en_body": ""}

    assert list(refused(("text",), **nothing)) == ["wording_en_text"]
    assert list(refused(("email",), **nothing)) == ["wording_en_subject"]


def test_ringing_alone_needs_no_words() -> None:
    announcement = confirm(("ring",), wording_en_text="", wording_en_subject="", wording_en_body="")

    assert announcement is not None
    assert announcement.wordings == ()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("wording_en_text", "x" * 641),
        ("wording_en_subject", "x" * 151),
        ("wording_en_subject", "two\nlines"),
        ("wording_en_body", "x" * 20_001),
        ("wording_en_text", "turned \u202e around"),
    ],
)
def test_words_that_are_too_long_or_cannot_be_shown_are_refused(field: str, words: str) -> None:
    assert list(refused(("text", "email"), **{field: words})) == [field]


def test_a_text_that_is_short_only_until_it_is_filled_in_is_refused() -> None:
    links = "{call_me_link}" * (LONGEST_TEXT_SENT // FIELDS["call_me_link"] + 1)

    assert list(refused(wording_en_text=links)) == ["wording_en_text"]
    assert confirm(wording_en_text="{call_me_link} " * 3) is not None


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_that_can_be_filled_in_may_stand_in_braces(field: str) -> None:
    announcement = confirm(("text", "email"), wording_en_text=f"Hello {{{field}}}", wording_en_subject=f"{{{field}}}")

    assert announcement is not None


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Hello {name}", "{name}"),
        ("Hello {first name}", "{first name}"),
        ("Hello { first_name }", "{ first_name }"),
        ("Hello {First_Name}", "{First_Name}"),
        ("Hello {}", "{}"),
        ("Hello {{first_name}}", "{"),
        ("Hello {first_name", "{"),
        ("Hello first_name}", "}"),
        ("{first_name!r}", "{first_name!r}"),
        ("{first_name.__class__}", "{first_name.__class__}"),
        ("{0}", "{0}"),
    ],
)
@pytest.mark.parametrize("part", ["text", "subject", "body"])
def test_what_nobody_can_fill_in_is_refused_and_named(part: str, words: str, named: str) -> None:
    problems = refused(("text", "email"), **{f"wording_en_{part}": words})

    assert list(problems) == [f"wording_en_{part}"]
    assert f" – {named} means nothing here." in problems[f"wording_en_{part}"][0]
    assert "{first_name}" in problems[f"wording_en_{part}"][0]


def test_a_page_may_allow_fewer_fields() -> None:
    filled = form(wording_en_text="{riding} {title}", counted=counted())

    with pytest.raises(Problem) as caught:
        read_announcement(filled, AMRIT, KEY, fields=("first_name", "title"))

    assert caught.value.fields == {
        "wording_en_text": [
            "English – Text message – {riding} means nothing here. What may stand in braces: {first_name}, {title}."
        ]
    }


@given(st.text(alphabet="{}ab_ ", max_size=30))
def test_whatever_is_accepted_can_be_filled_in(words: str) -> None:
    with APP.test_request_context("/"):
        try:
            announcement = confirm(wording_en_text=f"x{words}")
        except Problem:
            return

    assert announcement is not None
    assert announcement.wordings[0].text.format_map(dict.fromkeys(FIELDS, "")) is not None


def test_only_the_channels_of_the_page_are_offered_in_the_organizers_language() -> None:
    with APP.test_request_context("/?lang=fr"):
        choices = announcement_choices(["email", "text"])

    assert choices.channels == [("text", "Texto"), ("email", "Courriel")]
    assert ("QC", "Québec") in choices.provinces
    assert choices.languages == [("en", "English"), ("fr", "Français")]

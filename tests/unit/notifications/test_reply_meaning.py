"""What a text means that somebody wrote to us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.reply_meaning import Heard, Meaning, read_meaning, took_for_start
from shared.domain_events.notifications import REPLY_MEANINGS


@pytest.mark.parametrize(
    ("body", "meaning", "language"),
    [
        ("STOP", Meaning.STOP, "en"),
        ("Stop.", Meaning.STOP, "en"),
        (" stop all! ", Meaning.STOP, "en"),
        ("unsubscribe", Meaning.STOP, "en"),
        ("END", Meaning.STOP, "en"),
        ("quit", Meaning.STOP, "en"),
        ("cancel", Meaning.STOP, "en"),
        ("REVOKE", Meaning.STOP, "en"),
        ("opt-out", Meaning.STOP, "en"),
        ("ARRET", Meaning.STOP, "fr"),
        ("ARRÊT", Meaning.STOP, "fr"),
        ("Arre\u0302t", Meaning.STOP, "fr"),
        ("Arrêtez !", Meaning.STOP, "fr"),
        ("désabonner", Meaning.STOP, "fr"),
        ("START", Meaning.START, "en"),
        ("unstop", Meaning.START, "en"),
        ("Début", Meaning.START, "fr"),
        ("HELP", Meaning.HELP, "en"),
        ("aide", Meaning.HELP, "fr"),
        ("Info", Meaning.HELP, None),
        ("yes", Meaning.YES, "en"),
        ("Y", Meaning.YES, "en"),
        ("Oui!", Meaning.YES, "fr"),
        ("o", Meaning.YES, "fr"),
        ("no", Meaning.NO, "en"),
        ("Non.", Meaning.NO, "fr"),
        ("CALL", Meaning.CALL, "en"),
        ("“Call”", Meaning.CALL, "en"),
        ("appel", Meaning.CALL, "fr"),
        ("APPELEZ", Meaning.CALL, "fr"),
        ("Appeler", Meaning.CALL, "fr"),
    ],
)
def test_a_keyword_counts_however_it_is_written(body: str, meaning: Meaning, language: str | None) -> None:
    assert read_meaning(body) == Heard(meaning, language)


@pytest.mark.parametrize(
    "body",
    ["", "   ", "👍", "Stop the deportations", "I cannot stop crying", "call my MP and say no", "yes but later", "ਹਾਂ"],
)
def test_a_keyword_inside_other_words_is_none(body: str) -> None:
    assert read_meaning(body) == Heard(Meaning.OTHER)


@pytest.mark.parametrize("taken", ["STOP", "START", "HELP"])
def test_what_the_carrier_took_for_a_keyword_is_one_and_is_not_answered_twice(taken: str) -> None:
    heard = read_meaning("a word that only the carrier was told of", taken)

    assert heard == Heard(Meaning(taken.lower()), None, answered_by_carrier=True)


def test_the_carriers_word_for_a_stop_keeps_the_language_of_the_keyword() -> None:
    assert read_meaning("ARRÊT", "STOP") == Heard(Meaning.STOP, "fr", answered_by_carrier=True)


def test_a_yes_that_the_carrier_takes_for_a_start_is_still_a_yes_to_us() -> None:
    assert read_meaning("Yes", "START") == Heard(Meaning.YES, "en")
    assert took_for_start("START")
    assert not took_for_start("")


@given(st.text(), st.text())
def test_whatever_is_written_means_something_that_can_be_told(body: str, opt_out_type: str) -> None:
    assert read_meaning(body, opt_out_type).meaning.value in REPLY_MEANINGS


@given(st.sampled_from(["stop", "arret", "aide", "call", "oui"]), st.text(" .!?'’\n\t-", max_size=5))
def test_punctuation_and_case_change_nothing(word: str, around: str) -> None:
    plain = read_meaning(word)

    assert read_meaning(f"{around}{word.upper()}{around}") == plain

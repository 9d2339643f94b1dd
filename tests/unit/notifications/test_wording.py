"""Words are filled in once, nothing of a person smuggles anything in, and every text says who sends it."""

import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.answers import answer
from services.notifications.domain.delivery import ANSWERS, Kind
from services.notifications.domain.segments import is_gsm, lightened, segments
from services.notifications.domain.wording import (
    LONGEST_TEXT,
    fields_in,
    fill,
    first_name,
    full_name,
    one_line,
    text_of,
    when,
)

WORDS = st.text(alphabet=string.ascii_letters + "{} _", max_size=60)


def test_known_fields_are_filled_in_and_unknown_ones_stay() -> None:
    filled = fill("Hello {first_name}, {nobody} and {Title}", {"first_name": "Ada", "title": "x"})

    assert filled == "Hello Ada, {nobody} and {Title}"


def test_what_is_filled_in_is_not_taken_for_a_field() -> None:
    assert fill("{first_name} {link}", {"first_name": "{link}", "link": "L"}) == "{link} L"


@given(WORDS, st.dictionaries(st.sampled_from(["first_name", "link", "title"]), WORDS))
def test_filling_in_changes_nothing_but_the_known_fields(words: str, fields: dict[str, str]) -> None:
    expected = words
    for position, name in enumerate(sorted(fields)):
        expected = expected.replace(f"{{{name}}}", f"\0{position}\0")
    for position, name in enumerate(sorted(fields)):
        expected = expected.replace(f"\0{position}\0", fields[name])

    assert fill(words, fields) == expected


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("  Ada   Quabacedri ", "Ada Quabacedri"),
        ("Amrit Q.", "Amrit Q."),
        ("J. R. R. Tolk", "J. R. R. Tolk"),
        ("Zoé D’Arcy-Ng", "Zoé D’Arcy-Ng"),
        ("ਅੰਮ੍ਰਿਤ ਕੌਰ", "ਅੰਮ੍ਰਿਤ ਕੌਰ"),
        ("王小明", "王小明"),
        ("Ada http://evil.example.org/x", "Ada httpevilexampleorgx"),
        ("evil.example.org", "evilexampleorg"),
        ("Ada\r\nBcc: x@example.org", "Ada Bcc xexampleorg"),
        ("<script>alert(1)</script>", "scriptalertscript"),
        ("{link} Ada", "link Ada"),
        ("call +1 416 555 0100", "call"),
        ("\u202eadA", "adA"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_is_a_name_and_nothing_else(written: str | None, called: str) -> None:
    assert full_name({"name": written}) == called


@given(st.text(max_size=300))
def test_no_name_can_hold_a_link_a_field_a_tag_or_a_line_break(written: str) -> None:
    called = full_name({"name": written})

    assert not set(called) & set('{}<>:/@%;,"\\\r\n\t\0')
    assert len(called) <= 60
    assert not any(part.strip(".").count(".") for part in called.split())


def test_who_is_addressed_by_their_first_name_or_as_a_friend() -> None:
    assert first_name({"name": "Ada Quabacedri"}, "en") == "Ada"
    assert first_name({}, "en") == "friend"
    assert first_name({"name": "123"}, "fr") == "ami(e)"


@given(st.text(max_size=200))
def test_one_line_is_one_line(written: str) -> None:
    assert one_line(written).splitlines() in ([], [one_line(written)])


def test_a_text_says_who_sends_it_and_how_to_stop() -> None:
    assert text_of("Come!", "Students United", "en") == "Students United: Come! Reply STOP to end."
    assert text_of("Venez !", "Students United", "fr") == "Students United: Venez ! Répondez ARRET pour cesser."


def test_what_the_words_say_already_is_not_said_again() -> None:
    words = "Students United: come. STOP to end"

    assert text_of(words, "Students United", "en") == words
    assert text_of("ARRÊT pour finir", "S", "fr") == "S: ARRÊT pour finir"
    assert text_of("Nonstop music", "S", "en").endswith("Reply STOP to end.")


@given(st.text(max_size=3000), st.sampled_from(["en", "fr", "pa"]))
def test_a_text_can_always_be_sent_and_keeps_its_ends(words: str, language: str) -> None:
    made = text_of(words, "Students United", language)

    assert len(made) <= LONGEST_TEXT
    assert made.startswith("Students United")
    assert any(keyword in made for keyword in ("STOP", "ARRET", "ARRÊT"))


def test_when_is_told_on_the_clocks_of_the_place() -> None:
    starts, ends = datetime(2026, 9, 12, 18, 45, tzinfo=UTC), datetime(2026, 9, 12, 20, 45, tzinfo=UTC)

    assert when(starts, ends, "America/Toronto", "en") == "Saturday, September 12, 2:45 p.m. to 4:45 p.m."
    assert when(starts, ends, "America/Toronto", "fr") == "samedi 12 septembre, 14 h 45 à 16 h 45"
    assert when(starts, ends, "America/Vancouver", "en") == "Saturday, September 12, 11:45 a.m. to 1:45 p.m."


def test_when_names_both_days_of_what_ends_on_another() -> None:
    starts, ends = datetime(2026, 9, 12, 23, 0, tzinfo=UTC), datetime(2026, 9, 13, 5, 0, tzinfo=UTC)

    said = when(starts, ends, "America/Toronto", "en")

    assert said == "Saturday, September 12, 7:00 p.m. to Sunday, September 13, 1:00 a.m."


def test_fields_are_found() -> None:
    assert fields_in("{first_name} {x1} {link}{link} {}") == {"first_name", "link"}


# --- segments


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("✊" * 134, 2),
        ("🏳" * 35, 1),
        ("🏳" * 36, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("", 1),
    ],
)
def test_segments_are_counted_as_carriers_count_them(words: str, count: int) -> None:
    assert segments(words) == count


def test_punctuation_is_made_plain_only_where_that_makes_a_text_cheaper() -> None:
    assert lightened("l’été “à” Toronto… – 2\u202fh") == 'l\'été "à" Toronto... - 2 h'
    assert lightened("la fête d’août") == "la fête d’août"


@given(st.text(max_size=100))
def test_no_letter_is_ever_lost_for_cheapness(words: str) -> None:
    letters = [character for character in words if character.isalpha()]

    assert [character for character in lightened(words) if character.isalpha()] == letters


# --- answers


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_every_answer_names_us_and_costs_at_most_two_plain_segments(kind: Kind, language: str) -> None:
    gathering = {"title": "Rally", "when": "Saturday, September 12, 2:45 p.m.", "place": "344 Bloor Street West"}

    said = answer(kind, language, "Students United", "https://act.example.ca", gathering)

    assert said.startswith("Students United")
    assert "{" not in said
    assert is_gsm(said)
    assert segments(said) <= 2


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", [Kind.HELP, Kind.STOPPED])
def test_the_mandatory_answers_fit_one_segment(kind: Kind, language: str) -> None:
    assert segments(answer(kind, language, "Students United", "https://act.example.ca")) == 1


def test_whoever_comes_somewhere_unknown_is_told_less() -> None:
    assert "{title}" not in answer(Kind.COMING, "en", "S", "")

"""Which passwords are taken, and that only the right one is right."""

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from services.organizers.domain.account import PasswordIsWeak
from services.organizers.domain.password import (
    LONGEST,
    SHORTEST,
    check_password,
    hash_password,
    is_outdated,
    is_password,
)

EMAIL = "amrit.kaur@example.org"


@pytest.mark.parametrize(
    "password",
    [
        "four walls and a river",
        "correct horse battery staple",
        "la marche des oies grises",
        "K7$x9!Qm2#Vzp",
        "ਚਾਰ ਕੰਧਾਂ ਤੇ ਇੱਕ ਦਰਿਆ",
        "四面墙一条河三只鹅两座山",
        "zebra-lantern-9",
    ],
)
def test_what_nobody_guesses_is_taken_in_any_script(password: str) -> None:
    check_password(password, email=EMAIL)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "too short"),
        ("x" * (SHORTEST - 1), "too short"),
        ("ab cd ef gh " * 30, "too long"),
        ("aaaaaaaaaaaaaaaa", "repeats itself"),
        ("121212121212", "repeats itself"),
        ("AbAbAbAbAbAb", "repeats itself"),
        ("password1234", "too easy"),
        ("P@ssw0rd!2026", "too easy"),
        ("MotDePasse2026", "too easy"),
        ("iloveyou!!1234", "too easy"),
        ("groundswell-1", "too easy"),
        ("Summer2026Summer", "too easy"),
        ("qwertyuiop[]12", "too easy"),
        ("poiuytrewq0987", "too easy"),
        ("1q2w3e4r5t6y7u", "too easy"),
        ("123456789012", "too easy"),
        ("abcdefghijklmnop", "too easy"),
        ("amrit.kaur.2026", "too easy"),
        ("xxAmrit.Kaur99", "too easy"),
    ],
)
def test_what_anybody_would_try_is_refused(password: str, said: str) -> None:
    with pytest.raises(PasswordIsWeak, match=said) as caught:
        check_password(password, email=EMAIL)

    assert len(str(caught.value).splitlines()) == 1


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.emails())
def test_every_password_is_taken_or_refused_with_a_reason(password: str, email: str) -> None:
    reason = "the password "
    try:
        check_password(password, email=email)
    except PasswordIsWeak as weak:
        reason = str(weak)

    assert reason.startswith("the password ")


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_only_the_right_password_is_right(password: str, other: str) -> None:
    kept = hash_password(password)

    assert is_password(password, kept)
    assert not is_password(f"{password}x{other}", kept)
    assert len(password) < SHORTEST or password not in kept


def test_the_same_letters_written_another_way_are_the_same_password() -> None:
    assert is_password("cafe\u0301 au lait", hash_password("caf\u00e9 au lait"))


def test_a_long_password_is_right_though_its_accents_are_typed_as_signs_of_their_own() -> None:
    """Some keyboards send an accent and its letter apart, which makes two characters of one."""
    apart = "e\u0301l\u00e8ve " * (LONGEST // 6)
    check_password(apart, email=EMAIL)

    assert is_password(apart, hash_password(apart))


def test_where_nothing_was_kept_nothing_is_right() -> None:
    assert not is_password("four walls and a river", None)
    assert not is_password("nobody has this password", None)
    assert not is_password("", None)


def test_what_cannot_be_a_hash_lets_nobody_in() -> None:
    assert not is_password("four walls and a river", "not a hash")
    assert not is_password("", "")


def test_the_longest_password_counts_to_its_last_letter() -> None:
    longest = "ab" * (LONGEST // 2)

    assert not is_password(longest + "c", hash_password(longest))
    assert not is_password(longest[:-1] + "c", hash_password(longest))


def test_a_hash_of_other_days_is_noticed() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("x"))
    assert not is_outdated(hash_password("x"))

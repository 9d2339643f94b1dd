"""Links in messages: nobody makes one up, and nothing personal stands in them."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.web.links import call_me_link, read_call_me
from tests.unit.web.sample import sample_settings

SETTINGS = sample_settings("https://act.example.org")
SUPPORTER = "0123456789abcdef0123456789abcdef"
PREFIX = "https://act.example.org/call-me/"


def test_a_link_leads_back_to_its_supporter_and_call_campaign() -> None:
    link = call_me_link(SETTINGS, SUPPORTER, "call-in-day")

    assert link.startswith(PREFIX)
    assert read_call_me(SETTINGS, link.removeprefix(PREFIX)) == (SUPPORTER, "call-in-day")


def test_a_link_signed_with_another_key_is_nobodys() -> None:
    token = call_me_link(replace(SETTINGS, secret_key="x" * 32), SUPPORTER, "call-in-day").removeprefix(PREFIX)

    assert read_call_me(SETTINGS, token) is None


@given(st.text(max_size=80))
def test_a_link_that_was_made_up_is_nobodys(token: str) -> None:
    assert read_call_me(SETTINGS, token) is None


@given(st.data())
def test_a_link_that_was_changed_is_nobodys(data: st.DataObject) -> None:
    token = call_me_link(SETTINGS, SUPPORTER, "call-in-day").removeprefix(PREFIX)
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.sampled_from("ABCabc019-_.").filter(lambda letter: letter != token[place]))

    assert read_call_me(SETTINGS, token[:place] + other + token[place + 1 :]) is None

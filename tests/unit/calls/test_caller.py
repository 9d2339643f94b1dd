"""What is known of somebody who might be rung."""

from datetime import timedelta

from services.calls.domain.caller import Caller
from tests.unit.calls.made import NOON


def test_the_latest_word_about_consent_counts_whatever_order_it_comes_in() -> None:
    caller = Caller(supporter_id="s1")
    later = NOON + timedelta(hours=1)

    assert not caller.agree(NOON).withdraw(later).consents_to_calls
    assert not caller.withdraw(later).agree(NOON).consents_to_calls
    assert not caller.withdraw(NOON).agree(NOON).consents_to_calls
    assert not caller.agree(NOON).withdraw(NOON).consents_to_calls
    assert caller.withdraw(NOON).agree(later).consents_to_calls

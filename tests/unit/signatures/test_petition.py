"""When a petition takes signatures, and what it may say."""

import pytest

from services.signatures.domain.petition import (
    LETTER_FIELDS,
    ClosingReason,
    PetitionIsClosed,
    PetitionIsNotADraft,
    PetitionIsNotOpen,
    PetitionIsUnknown,
    PetitionState,
    unknown_fields,
)
from services.signatures.domain.signature import Source
from tests.unit.signatures.made import NOON, consents, petition, signer


def test_an_open_petition_is_signed() -> None:
    open_ = petition()

    signed = open_.sign(signer(), "amrit", "fr", consents(), Source.PAGE, NOON)

    assert (signed.petition, signed.campaign, signed.petition_id) == (open_.slug, open_.campaign, open_.id)
    assert (signed.supporter_id, signed.language, signed.signed_at) == ("amrit", "fr", NOON)


def test_a_draft_is_unknown_to_supporters() -> None:
    with pytest.raises(PetitionIsUnknown):
        petition(state=PetitionState.DRAFT).sign(signer(), "amrit", "en", consents(), Source.PAGE, NOON)


def test_a_closed_petition_takes_no_signatures() -> None:
    with pytest.raises(PetitionIsClosed):
        petition(state=PetitionState.CLOSED).sign(signer(), "amrit", "en", consents(), Source.PAGE, NOON)


def test_a_draft_opens_once() -> None:
    opened = petition(state=PetitionState.DRAFT, opened_at=None).open(NOON)

    assert (opened.state, opened.opened_at) == (PetitionState.OPEN, NOON)
    with pytest.raises(PetitionIsNotADraft):
        opened.open(NOON)


def test_an_open_petition_closes_once_and_keeps_the_reason() -> None:
    closed = petition().close(ClosingReason.WON, NOON)

    assert (closed.state, closed.closing_reason, closed.closed_at) == (PetitionState.CLOSED, ClosingReason.WON, NOON)
    with pytest.raises(PetitionIsNotOpen):
        closed.close(ClosingReason.ENDED, NOON)


def test_a_draft_cannot_be_closed() -> None:
    with pytest.raises(PetitionIsNotOpen):
        petition(state=PetitionState.DRAFT).close(ClosingReason.WITHDRAWN, NOON)


@pytest.mark.parametrize(
    ("goal", "total", "shown"),
    [(20_000, 12, 20_000), (20_000, 20_000, 25_000), (None, 12, 100), (150, 100, 150), (None, 100, 500)],
)
def test_the_bar_fills_towards_the_goal_and_beyond_it_towards_milestones(
    goal: int | None, total: int, shown: int
) -> None:
    assert petition(goal=goal).goal_at(total) == shown


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Dear {target_name}, {target_role}", []),
        ("Dear {name}", ["{name}"]),
        ("Dear {Target_Name}", ["{Target_Name}"]),
        ("Dear {target_name", ["{"]),
        ("Dear target_name}", ["}"]),
        ("Dear {}", ["{}"]),
        ("no braces at all", []),
    ],
)
def test_what_nobody_fills_in_is_found(text: str, unknown: list[str]) -> None:
    assert list(unknown_fields(text, LETTER_FIELDS)) == unknown
